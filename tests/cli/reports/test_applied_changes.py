"""After writing, what is left is reported where it now stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from autoawait.cli.reports.applied_changes import after_writing
from autoawait.cli.reports.json_report import json_report
from autoawait.cli.reports.summary import remaining, tally
from autoawait.diagnostics.finding import Applicability, Change, Edit, EditKind, Finding, Link, Outcome
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit
from tests.cli.reports.outcomes import awaited, finding, fixed_shop, outcome, source

BASE = Path("/work")
PATH = BASE / "m.py"


def left(text: str, fixed: str, others: Sequence[str], parentheses: bool = True) -> tuple[Outcome, list[str]]:
    """Await one expression of a text; the outcome then, and the texts that the spans of the other findings cover."""
    file = source(PATH, text)
    edit, texts = awaited(file, fixed, parentheses)
    done = finding(file, "AW101", fixed, "done", [edit])
    rest = [finding(file, "AW302", other, "left") for other in others]
    after = text.replace(fixed, f"(await {fixed})" if parentheses else f"await {fixed}", 1)
    changes = [Change(PATH, text.encode(), after.encode())]
    moved = after_writing(outcome([done, *rest], {edit: texts}, [file], [done], changes))
    return moved, [moved.sources[PATH].segment(found.span) for found in remaining(moved)]


def test_places_on_the_same_line_move() -> None:
    moved, texts = left("é(); f().x; g()\nh()\n", "f()", ["é()", "g()", "h()"])
    assert texts == ["é()", "g()", "h()"]
    places = [(found["line"], found["column"]) for found in json.loads(json_report(moved, BASE))["findings"]]
    assert places == [(1, 1), (1, 21), (2, 1)]


def test_a_place_that_begins_or_ends_where_something_was_inserted() -> None:
    assert left("f()(1); g()\n", "f()", ["f()(1)", "f()", "f"])[1] == ["f())(1)", "f()", "f"]
    assert left("g(f())\n", "f()", ["g(f())", "g"])[1] == ["g((await f()))", "g"]


def test_a_place_inside_what_was_replaced_goes_to_its_start() -> None:
    file = source(PATH, "list(f(x)); g()\n")
    edit = Edit(PATH, Span(0, 10), EditKind.COLLECT_LIST)
    texts = {edit: (TextEdit(PATH, 0, 10, "[y async for y in f(x)]"),)}
    done = finding(file, "AW201", "list(f(x))", "done", [edit])
    rest = [finding(file, "AW302", "x", "left"), finding(file, "AW302", "g()", "left")]
    change = Change(PATH, file.data, b"[y async for y in f(x)]; g()\n")
    moved = after_writing(outcome([done, *rest], texts, [file], [done], [change]))
    inside, behind = remaining(moved)
    assert inside.span == Span(0, 0)
    assert moved.sources[PATH].segment(behind.span) == "g()"


def test_edits_that_wait_still_make_their_change() -> None:
    moved = after_writing(fixed_shop(BASE))
    waiting = remaining(moved)[1]
    assert waiting.fix is not None
    assert waiting.fix.applicability is Applicability.UNSAFE
    (text,) = moved.texts[waiting.fix.edits[0]]
    body = moved.sources[BASE / "shop.py"].body
    assert body[text.start :].startswith(b"name(number)")
    assert text.start == text.end


def test_a_replacing_edit_that_waits_moves_at_both_ends() -> None:
    file = source(PATH, "f().x; list(g())\n")
    edit, texts = awaited(file, "f()", parentheses=True)
    wait = Edit(PATH, Span(7, 16), EditKind.COLLECT_LIST)
    unknown = Edit(PATH, Span(7, 11), EditKind.AWAIT)
    all_texts = {edit: texts, wait: (TextEdit(PATH, 7, 16, "[x async for x in g()]"),)}
    done = finding(file, "AW102", "f()", "done", [edit])
    rest = finding(file, "AW201", "list(g())", "left", [wait, unknown], Applicability.UNSAFE)
    change = Change(PATH, file.data, b"(await f()).x; list(g())\n")
    moved = after_writing(outcome([done, rest], all_texts, [file], [done], [change]))
    ((text,),) = moved.texts.values()
    assert moved.sources[PATH].body[text.start : text.end] == b"list(g())"


def test_chains_follow_lines_that_move_and_leave_others_alone() -> None:
    file = source(PATH, "async def g():\n    yield from f()\nh()\n")
    edit = Edit(PATH, Span(19, 33), EditKind.YIELD_FROM)
    texts = {edit: (TextEdit(PATH, 19, 33, "async for x in f():\n        yield x"),)}
    done = finding(file, "AW201", "yield from f()", "done", [edit])
    chain = (Link(PATH, 3, "moved", 1), Link(PATH, 1, "stays", 11), Link(BASE / "other.py", 3, "elsewhere", 2))
    rest = finding(file, "AW302", "h()", "left", chain=chain)
    change = Change(PATH, file.data, b"async def g():\n    async for x in f():\n        yield x\nh()\n")
    moved = after_writing(outcome([done, rest], texts, [file], [done], [change]))
    assert [(link.line, link.column) for link in remaining(moved)[0].chain] == [(4, 1), (1, 11), (3, 2)]


def test_counts_and_files_without_changes_stay() -> None:
    before = fixed_shop(BASE)
    other = Finding("AW901", BASE / "broken.py", Span(0, 0), "does not parse")
    before = replace(before, findings=(*before.findings, other))
    moved = after_writing(before)
    assert tally(moved) == tally(before)
    assert remaining(moved)[-1] == other
