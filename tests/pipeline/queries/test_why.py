"""``autoawait why``: the whole tool on small projects."""

from __future__ import annotations

import json
import re
from pathlib import Path, PureWindowsPath

import pytest
from typer.testing import CliRunner, Result

from autoawait import cli
from autoawait.pipeline.queries.location_lookup import QueryLocation, place_in
from tests.projects import REFUSED, SHOP, write_project


def ask(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["why", *arguments])


def rows(result: Result) -> list[str]:
    """What is said of each call, without the findings behind it."""
    return re.findall(r"^ *= ((?:gives|type|defined|bound|used|so): .*)$", result.stdout, re.MULTILINE)


# --- what is said -----------------------------------------------------------------------------------------------------


def test_a_mistake_is_told_with_its_evidence_and_its_fix(here: Path) -> None:
    result = ask("shop/main.py:8")
    assert result.exit_code == 0
    assert result.stdout == (
        "shop/main.py:8:13: `fetch(number)`\n"
        "  |\n"
        "8 |     order = fetch(number)\n"
        "  |             ^^^^^^^^^^^^^\n"
        "  = gives: a coroutine; proved by its type and its definition\n"
        "  = type: `CoroutineType[Any, Any, Order]`\n"
        "  = defined: shop/store.py:8:11: async def fetch(number: int) -> Order:\n"
        "  = bound: to `order`, which is followed\n"
        "  = used: shop/main.py:12:21: its attribute `total` is used\n"
        "  = used: shop/main.py:14:5: it is passed to `repo.save`: it is unknown what `repo.save` does with it\n"
        "  = so: flagged: AW102\n"
        "\n"
        "shop/main.py:8:13: AW102 coroutine-used-as-value `fetch(...)` is not awaited: its attribute `total` is used\n"
        "  |\n"
        "8 |     order = fetch(number)\n"
        "  |             ^^^^^^^^^^^^^\n"
        "  = `fetch` is an async function\n"
        "  = shop/store.py:8:11: async def fetch(number: int) -> Order:\n"
        "  = help: this change is safe\n"
        "8 -     order = fetch(number)\n"
        "8 +     order = await fetch(number)\n"
        "\n"
    )


@pytest.mark.parametrize(
    ("place", "gives", "so"),
    [
        ("9:14", "an awaitable; proved by its type", "not flagged: it is right as it stands"),
        ("9:34", "a coroutine; proved by its type and its definition", "not flagged: it is right as it stands"),
        ("10:11", "an awaitable; proved by its type", "not flagged: it is right as it stands"),
        ("11:17", "an async iterator; proved by its definition", "flagged: AW201"),
        ("12", "a plain value; proved by its type", "not flagged: what it gives needs no `await`"),
        (
            "13",
            "a coroutine; proved by its type and its definition",
            "not flagged: a comment here suppresses AW101 (`fetch(...)` is never awaited: the call has no effect)",
        ),
        (
            "14",
            "unknown; its type is not known, and no definition is found",
            "not flagged: what is unknown is left alone",
        ),
        ("15:28", "a coroutine; proved by its type and its definition", "flagged: AW102"),
        (
            "19",
            "a plain value; proved by its type",
            "not flagged itself: it changes together with AW102 of `fetch`, shown below",
        ),
    ],
)
def test_each_call_has_its_reason(here: Path, place: str, gives: str, so: str) -> None:
    result = ask(f"shop/main.py:{place}")
    assert result.exit_code == 0
    said = rows(result)
    assert said[0] == f"gives: {gives}"
    assert said[-1] == f"so: {so}"
    assert sum(row.startswith("gives: ") for row in said) == 1


def test_a_line_with_several_calls_answers_for_each(here: Path) -> None:
    result = ask("shop/main.py:9")
    assert re.findall(r"^shop/main.py:9:\d+: (`.*`)$", result.stdout, re.MULTILINE) == [
        "`asyncio.create_task(fetch(n))`",
        "`fetch(n)`",
        "`range(3)`",
    ]


def test_a_line_inside_of_a_call_answers_for_it(here: Path) -> None:
    assert ask("shop/main.py:17").stdout.startswith("shop/main.py:16:5: `print(flag)`")


def test_columns_count_characters(here: Path) -> None:
    # The line has a wide and a two-byte character before the call.
    assert ask("shop/main.py:15:30").stdout.startswith("shop/main.py:15:28: `fetch(5)`")
    assert "calls begin at 18, 28" in ask("shop/main.py:15:27").stderr


def test_the_fix_that_changes_a_call_is_shown_with_it(here: Path) -> None:
    result = ask("shop/main.py:23:11")
    assert result.stdout.count("shop/rules.py:5:12: AW102") == 1
    assert "23 +     print(asyncio.run(cart([1])))" in result.stdout


def test_what_stands_in_the_way_of_a_callee_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(tmp_path, REFUSED))
    so = rows(ask("shop/cart.py:9:24"))[-1]
    assert so.startswith("so: not flagged itself: cannot make `price` async: ")
    assert so.endswith("`Cart.__len__` must stay sync: Python would raise TypeError")
    assert rows(ask("shop/rules.py:5:12"))[-1] == "so: flagged: AW402"


def test_what_else_decides_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": '[tool.autoawait]\nignore-calls = ["*.send"]\n',
        "a.py": """\
            import pytest


            class Db:
                async def send(self) -> None: ...


            async def f(db: Db, x) -> None:
                db.send()
                with pytest.raises(TypeError):
                    g().real
                await x.habit()
                await x.habit()
                x.habit()
                return
                g()


            async def g() -> int:
                return 1


            async def more(self) -> None:
                later = lambda: g()
                xs = [g() for _ in self.a]
                print("some" if xs else "none")
                _ = g()
                self.kept = g()
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    assert rows(ask("a.py:9"))[-1] == "so: not flagged: `ignore-calls` in the settings names it"
    assert rows(ask("a.py:11:9"))[-1] == "so: not flagged: the code around it expects it to fail"
    assert rows(ask("a.py:14"))[0].startswith("gives: a coroutine; inferred: ")
    assert rows(ask("a.py:16"))[-1] == "so: not flagged: this place is never reached"
    assert rows(ask("a.py:24:21"))[-1] == "so: not flagged: whoever calls the lambda may await it"
    assert rows(ask("a.py:25:11"))[-1] == "so: not flagged: no use of it is definitely wrong"
    assert rows(ask("a.py:27:9"))[-1] == "so: not flagged: it is right as it stands"
    assert rows(ask("a.py:28:17"))[-1] == "so: not flagged: it is stored, and whoever takes it out may await it"


def test_what_is_seen_only_behind_another_fix_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": """\
            class Repo:
                async def save(self) -> None: ...


            async def repo() -> Repo:
                return Repo()


            async def main() -> None:
                found = repo()
                found.save()
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    said = rows(ask("a.py:11"))
    assert said[0] == "gives: a coroutine; known once the fixes before it are made"
    assert said[-1] == "so: flagged: AW101"


def test_json_says_the_same(here: Path) -> None:
    document = json.loads(ask("shop/main.py:8", "--output-format", "json").stdout)
    (answer,), (finding,) = document["answers"], document["findings"]
    assert (answer["line"], answer["column"], answer["end_column"]) == (8, 13, 26)
    assert (answer["gives"], answer["flagged"], answer["name"]) == ("coroutine", True, "order")
    assert answer["uses"][0] == {"line": 12, "column": 21, "words": "its attribute `total` is used"}
    assert answer["definitions"][0]["path"] == "shop/store.py"
    assert (finding["code"], finding["applicability"], len(finding["edits"])) == ("AW102", "safe", 1)


# --- what cannot be answered ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("shop/main.py", "'shop/main.py' is not a line: write PATH:LINE, such as "),
        ("shop/main.py:5", "shop/main.py:5 has no call: the line is empty"),
        ("shop/main.py:7", "shop/main.py:7 has no call: async def report(number: int, repo, flag) -> str:"),
        ("shop/main.py:8:5", "shop/main.py:8 has no call at column 5; calls begin at 13"),
        ("shop/main.py:8:99", "line 8 of shop/main.py has 25 characters, so there is no column 99"),
        ("shop/main.py:99", "shop/main.py has 24 lines, so there is no line 99"),
        ("shop/main.py:0", "shop/main.py has 24 lines, so there is no line 0"),
        ("shop/none.py:1", "shop/none.py: no such file"),
        ("shop:1", "shop is a directory: name a file in it"),
        ("pyproject.toml:1", "pyproject.toml is not a Python file"),
    ],
)
def test_what_cannot_be_answered_is_said(here: Path, place: str, message: str) -> None:
    result = ask(place)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith(f"error: {message}")
    assert result.stderr.count("\n") == 1


def test_files_that_take_no_part_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"pyproject.toml": "", ".gitignore": "build/\n", "build/a.py": "f()\n", "broken.py": "x = 1\ndef f(:\n"}
    monkeypatch.chdir(write_project(tmp_path, files))
    assert "build/a.py is not part of the project at " in ask("build/a.py:1").stderr
    assert ask("broken.py:1").stderr.startswith("error: broken.py:2:7: does not parse: ")


# --- places -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a.py:3", QueryLocation("a.py", 3)),
        ("a.py:3:5", QueryLocation("a.py", 3, 5)),
        ("a.py:3:5:", QueryLocation("a.py", 3, 5)),  # as a report has it
        ("C:\\x\\y.py:3", QueryLocation("C:\\x\\y.py", 3)),
        ("C:\\x\\y.py:3:5", QueryLocation("C:\\x\\y.py", 3, 5)),
        ("C:/x/y.py:3", QueryLocation("C:/x/y.py", 3)),
        ("\\\\host\\share\\y.py:3", QueryLocation("\\\\host\\share\\y.py", 3)),
        ("C:\\x\\y.py", None),
        ("a.py:x", None),
        (f"a.py:{'9' * 5000}", None),
        ("package.module.f", None),
        (":3", None),
    ],
)
def test_places_are_read(text: str, place: QueryLocation | None) -> None:
    assert place_in(text) == place


def test_a_path_of_windows_stays_whole() -> None:
    place = place_in("C:\\x\\y.py:3:5")
    assert place is not None
    path = PureWindowsPath(place.path)
    assert (path.drive, path.name, path.suffix) == ("C:", "y.py", ".py")


def test_what_the_baseline_knows_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write_project(tmp_path, {**SHOP, "pyproject.toml": '[tool.autoawait]\nbaseline = "known.json"\n'})
    monkeypatch.chdir(tmp_path)
    assert CliRunner().invoke(cli.app, ["check", "--update-baseline"]).exit_code == 0
    said = "so: not flagged: the baseline has AW102 here (`fetch(...)` is not awaited: its attribute `total` is used)"
    assert rows(ask("shop/main.py:8"))[-1] == said
