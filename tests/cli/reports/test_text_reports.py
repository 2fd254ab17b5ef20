"""The full and the concise report, to the letter."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from autoawait.cli.reports.concise import concise
from autoawait.cli.reports.full import full
from autoawait.cli.reports.text import Style, plain, shown
from autoawait.diagnostics.finding import Edit, EditKind, Finding, Link
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit
from tests.cli.reports.outcomes import awaited, finding, fixed_shop, outcome, shop, source

BASE = Path("/work/app")

FULL = """\
shop.py:2:13: AW102 coroutine-used-as-value `fetch_order` gives a coroutine, its attribute `total` is read
  |
2 |     total = fetch_order(number).total
  |             ^^^^^^^^^^^^^^^^^^^
  = `fetch_order` is an async function
  = store.py:4:11: `fetch_order` is defined here
  = help: this change is safe
2 -     total = fetch_order(number).total
2 +     total = (await fetch_order(number)).total

shop.py:3:5: AW302 unknown-consumer `log` takes a coroutine
  |
3 |     log(number)
  |     ^^^^^^^^^^^
  = nothing is known of it
  = help: annotate its parameter

shop.py:4:24: AW104 coroutine-formatted `name` is formatted
  |
4 |     return f"{total}: {name(number)}"
  |                        ^^^^^^^^^^^^
  = help: this change is likely what you want; --unsafe-fixes applies it
4 -     return f"{total}: {name(number)}"
4 +     return f"{total}: {await name(number)}"
"""

CONCISE = """\
shop.py:2:13: AW102 coroutine-used-as-value `fetch_order` gives a coroutine, its attribute `total` is read [safe]
shop.py:3:5: AW302 unknown-consumer `log` takes a coroutine: nothing is known of it
shop.py:4:24: AW104 coroutine-formatted `name` is formatted [unsafe]
"""


def in_full(*findings: Finding, **given: object) -> list[str]:
    return [plain(line) for line in full(outcome(findings, **given), BASE)]  # type: ignore[arg-type]


def test_the_full_report() -> None:
    assert "\n".join(map(plain, full(shop(BASE), BASE))) == FULL


def test_the_concise_report() -> None:
    assert "".join(plain(line) + "\n" for line in concise(shop(BASE), BASE)) == CONCISE


def test_what_is_fixed_is_not_reported() -> None:
    for report in (full, concise):
        text = "\n".join(plain(line) for line in report(fixed_shop(BASE), BASE))
        assert "AW102" not in text
        assert "AW302" in text


def test_parts_carry_a_style() -> None:
    head = next(iter(full(shop(BASE), BASE)))
    assert [style for _, style in head] == [Style.PLACE, Style.CODE, Style.PLAIN]


def test_the_caret_stands_below_wide_characters_and_tabs() -> None:
    file = source(BASE / "m.py", 'def g():\n\tx = "日本é"; f()\n')
    lines = in_full(finding(file, "AW101", "f()", "dropped"), texts={}, sources=[file])
    assert lines[0].startswith("m.py:2:13: ")
    assert lines[2] == '2 | \tx = "日本é"; f()'
    assert lines[3] == "  | \t" + " " * 13 + "^^^"


def test_combining_characters_take_no_room() -> None:
    file = source(BASE / "m.py", 'x = "e\u0301"; f()\n')
    lines = in_full(finding(file, "AW101", "f()", "dropped"), texts={}, sources=[file])
    assert lines[3] == "  | " + " " * 9 + "^^^"


def test_of_a_long_span_the_first_line_is_marked() -> None:
    file = source(BASE / "m.py", "x = f(\n    1,\n)\n")
    lines = in_full(finding(file, "AW101", "f(\n    1,\n)", "dropped"), texts={}, sources=[file])
    assert lines[1:4] == ["  |", "1 | x = f(", "  |     ^^"]


def test_an_empty_span_still_has_a_caret() -> None:
    file = source(BASE / "m.py", "x = 1\n")
    lines = in_full(Finding("AW904", file.path, Span(0, 0), "taken back"), texts={}, sources=[file])
    assert lines[3] == "  | ^"


def test_the_margin_is_as_wide_as_the_longest_number() -> None:
    file = source(BASE / "m.py", "\n" * 99 + "f()\n")
    edit, texts = awaited(file, "f()")
    lines = in_full(finding(file, "AW101", "f()", "dropped", [edit]), texts={edit: texts}, sources=[file])
    assert lines[1:] == [
        "    |",
        "100 | f()",
        "    | ^^^",
        "    = help: this change is safe",
        "100 - f()",
        "100 + await f()",
        "",
    ]


def test_a_file_that_takes_no_part_is_reported_without_source() -> None:
    path = BASE / "broken.py"
    broken = Finding("AW901", path, Span(0, 0), "does not parse: invalid syntax", chain=(Link(path, 7, "here", 3),))
    lines = in_full(broken, Finding("AW902", path, Span(0, 0), "cannot be decoded"), texts={}, sources=[])
    assert lines == [
        "broken.py:7:3: AW901 syntax-error does not parse: invalid syntax",
        "  = broken.py:7:3: here",
        "",
        "broken.py:1:1: AW902 undecodable-file cannot be decoded",
        "",
    ]


def test_changes_in_other_files_are_named() -> None:
    file, other = source(BASE / "m.py", "f()\n"), source(BASE / "sub/n.py", "g()\n")
    one, one_texts = awaited(file, "f()")
    two, two_texts = awaited(other, "g()")
    found = finding(file, "AW101", "f()", "dropped", [one, two])
    lines = in_full(found, texts={one: one_texts, two: two_texts}, sources=[file, other])
    assert lines[5:10] == ["1 - f()", "1 + await f()", "    sub/n.py", "1 - g()", "1 + await g()"]


def test_a_long_change_is_cut() -> None:
    file = source(BASE / "m.py", "".join(f"f({number})\n" for number in range(15)))
    edit, _ = awaited(file, "f(0)")
    texts = {edit: (TextEdit(file.path, 0, len(file.body), "await g()\n"),)}
    lines = in_full(finding(file, "AW101", "f(0)", "dropped", [edit]), texts=texts, sources=[file])
    assert lines[-4:-1] == ["12 - f(11)", "   - ... 3 more lines", " 1 + await g()"]


@pytest.mark.parametrize(
    ("path", "name"),
    [(BASE / "a" / "b.py", "a/b.py"), (BASE.parent / "c.py", "../c.py"), (BASE, ".")],
)
def test_paths_are_relative(path: Path, name: str) -> None:
    assert shown(path, BASE) == name


def test_a_path_on_another_drive_is_absolute(monkeypatch: pytest.MonkeyPatch) -> None:
    def relpath(path: Path, base: Path) -> str:
        raise ValueError("path is on mount 'D:', start on mount 'C:'")

    monkeypatch.setattr(os.path, "relpath", relpath)
    assert shown(BASE / "a.py", BASE) == "/work/app/a.py"


def test_a_change_that_mends_two_mistakes_is_shown_with_the_first() -> None:
    before = shop(BASE)
    first, second, third = before.findings
    assert first.fix
    shared = replace(third, fix=first.fix, chain=(*first.chain, Link(BASE / "store.py", 9, "its own", 5)))
    lines = list(map(plain, full(replace(before, findings=(first, second, shared)), BASE)))
    assert lines.count("2 +     total = (await fetch_order(number)).total") == 1
    assert "  = fixed together with shop.py:2:13, shown above" in lines
    assert lines.count("  = store.py:4:11: `fetch_order` is defined here") == 1
    assert "  = store.py:9:5: its own" in lines


def test_of_a_long_change_the_patch_shows_all() -> None:
    text = "async def report(number):\n" + "    f(number)\n" * 30
    file = source(BASE / "long.py", text)
    edits = [Edit(file.path, Span(at, at + 9), EditKind.AWAIT) for at in range(30, 30 + 14 * 30, 14)]
    texts = {edit: (TextEdit(file.path, edit.span.start, edit.span.start, "await "),) for edit in edits}
    one = finding(file, "AW101", "f(number)", "`f` is not awaited", edits)
    lines = list(map(plain, full(outcome([one], texts, [file]), BASE)))
    assert sum(line.lstrip("0123456789 ").startswith("+ ") for line in lines) == 10
    assert lines[-2].endswith("and 20 more changes in 1 file: `autoawait fix --diff` shows all")
