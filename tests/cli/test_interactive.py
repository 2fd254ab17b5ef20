"""``autoawait fix --interactive`` on a pseudo-terminal."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.terminals import on_terminal, without_progress
from tests.projects import write_project

FILES = {
    "pyproject.toml": "",
    "a.py": """\
        async def f() -> int:
            return 1


        def plain() -> int:
            return f() + 1


        async def report(x) -> None:
            f()
            print(plain())
            await x.habit()
            await x.habit()
            x.habit()
            return g(f() + 2)


        def g(x) -> None:
            h()


        async def h() -> None: ...
        """,
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, FILES)


def text(project: Path) -> str:
    return (project / "a.py").read_text(encoding="utf-8")


def ask(project: Path, *typed: str, arguments: tuple[str, ...] = ()) -> tuple[int, str]:
    code, shown = on_terminal(project, "fix", "--interactive", "--color", "never", *arguments, typed=typed)
    return code, without_progress(shown)


SAFE = "(%d/5) Make this change [y,n,a,q,?]? "
LIKELY = "(%d/5) Make this change (unsafe) [y,n,a,q,?]? "
# The lines that each of the five sets changes, in their order: before and after.
CHANGES = (
    (
        ("def plain", "async def plain"),
        ("return f() + 1", "return await f() + 1"),
        ("print(plain", "print(await plain"),
    ),
    (("    f()\n", "    await f()\n"),),
    (("    x.habit()", "    await x.habit()"),),
    (("f() + 2", "await f() + 2"),),
    (("def g(", "async def g("), ("return g(", "return await g("), ("    h()", "    await h()")),
)


def changed(before: str, *numbers: int) -> str:
    """The text with some of the five sets made, counted from 1."""
    for number in numbers:
        for old, new in CHANGES[number - 1]:
            assert before.count(old) == 1
            before = before.replace(old, new)
    return before


def test_a_change_is_shown_with_its_reason_as_a_patch(project: Path) -> None:
    before = text(project)
    code, shown = ask(project, "q")
    assert code == 1
    assert text(project) == before
    asked, _, report = shown.partition(SAFE % 1)
    assert asked == (
        "a.py:6:12: AW102 coroutine-used-as-value `f()` is used as an operand without `await`\n"
        "  |\n"
        "6 |     return f() + 1\n"
        "  |            ^^^\n"
        "  = `f` is an async function\n"
        "  = a.py:1:11: async def f() -> int:\n"
        "  = a.py:5:5: becomes async: def plain() -> int:\n"
        "  =   a.py:11:11: also changes: print(plain())\n"
        "  = help: this change is safe\n"
        "\n"
        "--- a/a.py\n"
        "+++ b/a.py\n"
        "@@ -2,13 +2,13 @@\n"
        "     return 1\n"
        " \n"
        " \n"
        "-def plain() -> int:\n"
        "-    return f() + 1\n"
        "+async def plain() -> int:\n"
        "+    return await f() + 1\n"
        " \n"
        " \n"
        " async def report(x) -> None:\n"
        "     f()\n"
        "-    print(plain())\n"
        "+    print(await plain())\n"
        "     await x.habit()\n"
        "     await x.habit()\n"
        "     x.habit()\n"
    )
    assert report.endswith("5 found: 4 left as they are, 1 more with --unsafe-fixes (1 file checked)\n")


@pytest.mark.parametrize(
    ("typed", "made"),
    [
        (("y", "n", "y", "n", "y"), (1, 3, 5)),
        (("n", "y", "n", "n", "q"), (2,)),
        (("n", "a", "n"), (2, 4, 5)),  # the likely one is asked about all the same
        (("n", "n", "a"), (3, 4, 5)),
        (("y", "q"), (1,)),
        (("y", "y", "y", "y", "y"), (1, 2, 3, 4, 5)),
        (("Yes", ""), (1,)),  # the end of the input
    ],
)
def test_what_is_chosen_is_made_and_nothing_else(project: Path, typed: tuple[str, ...], made: tuple[int, ...]) -> None:
    before = text(project)
    code, shown = ask(project, *typed, arguments=("--output-format", "concise"))
    assert text(project) == changed(before, *made)
    assert shown.count(" Make this change") == len(typed)
    # What was declined is reported, at the places after the changes; a later run still offers it.
    report = [row for row in shown.splitlines() if row.endswith(("[safe]", "[unsafe]"))]
    assert len(report) == 5 - len(made)
    assert code == (1 if report else 0)
    again = subprocess.run(
        [sys.executable, "-m", "autoawait", "check", "--output-format", "concise", "--quiet"],
        cwd=project,
        capture_output=True,
        text=True,
        check=False,
    )
    assert again.stdout.splitlines() == report


def test_unsafe_changes_are_marked_and_explained(project: Path) -> None:
    _, shown = ask(project, "n", "n", "?", "what", "n", "n", "q")
    assert shown.count(LIKELY % 3) == 3
    assert "= help: this change is likely what you want; --unsafe-fixes applies it\n" in shown
    assert shown.count("y - make this change: likely what you want, but not certain\n") == 2
    assert "y - make this change\n" not in shown


def test_a_question_mark_explains_the_keys(project: Path) -> None:
    _, shown = ask(project, "?", "q")
    keys = [row[:4] for row in shown.partition(SAFE % 1)[2].splitlines() if row[1:4] == " - "]
    assert keys == ["y - ", "n - ", "a - ", "q - ", "? - "]


def test_an_interrupt_writes_nothing(project: Path) -> None:
    before = text(project)
    code, shown = ask(project, "y", "^C")
    assert (code, text(project)) == (130, before)
    assert shown.endswith("error: interrupted; nothing was written\n")


def test_what_changed_meanwhile_is_not_overwritten(project: Path) -> None:
    # The editor saves while the question waits: the answer comes after it.
    class Saving(str):
        def encode(self, *arguments: str) -> bytes:  # type: ignore[override]
            (project / "a.py").write_text("changed = 1\n", encoding="utf-8")
            return super().encode()

    code, shown = ask(project, Saving("y"), "q")
    assert code == 2
    assert "was changed while autoawait was running" in shown
    assert text(project) == "changed = 1\n"


def test_changes_are_coloured(project: Path) -> None:
    _, shown = on_terminal(project, "fix", "-i", typed=["q"])
    assert "\x1b[31m-def plain() -> int:\x1b[0m" in shown
    assert "\x1b[32m+async def plain() -> int:\x1b[0m" in shown


def test_sets_over_several_files_are_asked_about_once(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": "async def f() -> int: ...\n\n\ndef one() -> int:\n    return f() + 1\n\n\n"
        "def two() -> int:\n    return f() + one()\n",
        "b.py": "from a import two\n\n\nasync def main() -> None:\n    print(two())\n",
    }
    project = write_project(tmp_path, files)
    code, shown = ask(project, "y")
    assert code == 0
    assert "(1/1) Make this change" in shown
    assert "--- a/a.py\n" in shown and "--- a/b.py\n" in shown
    assert "await two()" in (project / "b.py").read_text(encoding="utf-8")


def test_refusals_and_broken_files_are_still_told_after_a_choice(tmp_path: Path) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": "async def f() -> int: ...\n\n\nasync def g() -> None:\n    f()\n    f()\n    x = lambda: f() + 1\n",
        "broken.py": "def f(:\n",
    }
    project = write_project(tmp_path, files)
    code, shown = ask(project, "y", "n", arguments=("--output-format", "concise"))
    assert code == 1
    assert text(project) == files["a.py"].replace("    f()\n", "    await f()\n", 1)
    rows = [row.split(" ")[:2] for row in shown.splitlines() if row.startswith(("a.py:", "broken.py:"))][-3:]
    assert rows == [["a.py:6:5:", "AW101"], ["a.py:7:17:", "AW401"], ["broken.py:1:7:", "AW901"]]


WITHIN = """\
async def f() -> int:
    return 1


def middle() -> int:
    deep(True)
    return f() + 1


def deep(flag: bool) -> None:
    value = f() if flag else 3
    if value:
        print("yes")


async def top() -> None:
    print(middle())
"""
SAFE_PART = WITHIN.replace("def middle", "async def middle").replace("return f()", "return await f()")
SAFE_PART = SAFE_PART.replace("print(middle", "print(await middle")
WHOLE = (
    SAFE_PART.replace("    deep", "    await deep")
    .replace("def deep", "async def deep")
    .replace("= f()", "= await f()")
)


@pytest.mark.parametrize(
    ("typed", "after"),
    [
        (("y", "n"), SAFE_PART),
        (("y", "y"), WHOLE),
        (("n", "y"), WHOLE),  # the likely set holds the safe one: it cannot be made without it
        (("n", "n"), WITHIN),
    ],
)
def test_a_set_within_another_goes_with_it(tmp_path: Path, typed: tuple[str, ...], after: str) -> None:
    project = write_project(tmp_path, {"pyproject.toml": "", "a.py": WITHIN})
    code, _ = ask(project, *typed)
    assert text(project) == after
    assert code == (0 if after == WHOLE else 1)


# --- where nobody can be asked ----------------------------------------------------------------------------------------


def test_what_the_baseline_knows_is_not_offered(project: Path) -> None:
    known = ["check", "--baseline", "known.json", "--update-baseline"]
    subprocess.run([sys.executable, "-m", "autoawait", *known], cwd=project, check=True)
    (project / "b.py").write_text("from a import f\n\n\nasync def new() -> None:\n    f()\n", encoding="utf-8")
    before = text(project)
    code, shown = ask(project, "y", arguments=("--baseline", "known.json"))
    assert (code, text(project)) == (0, before)
    assert "(1/1)" in shown and "    await f()\n" in (project / "b.py").read_text(encoding="utf-8")


def test_warnings_of_a_log_are_answered_after_the_choice(project: Path) -> None:
    warnings = "".join(f"a.py:{n}: RuntimeWarning: coroutine 'f' was never awaited\n" for n in (10, 15))
    (project / "run.log").write_text(warnings, encoding="utf-8")
    before = text(project)
    code, shown = ask(project, "n", "y", "q", arguments=("--from-log", "run.log"))
    assert code == 1
    assert text(project) == changed(before, 2)
    answers = [line for line in shown.splitlines() if line.startswith("run.log:")]
    assert answers == [
        "run.log:1: `f` was never awaited: a.py:10:11: AW101, fixed",
        "run.log:2: `f` was never awaited: a.py:15:14: AW102, safe fix",
    ]


def test_it_works_on_a_terminal_only(project: Path) -> None:
    command = [sys.executable, "-m", "autoawait", "fix", "--interactive"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, input="y\n" * 9, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "error: --interactive needs a terminal\n"
    assert text(project) == write_project(project / "again", FILES).joinpath("a.py").read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--diff"], "--interactive writes files, and cannot be combined with - or --diff"),
        (["-"], "--interactive writes files, and cannot be combined with - or --diff"),
        *(
            (["--output-format", form], "--interactive needs --output-format full or concise")
            for form in ("json", "github", "gitlab", "sarif", "junit")
        ),
    ],
)
def test_what_does_not_go_together_is_said(project: Path, arguments: list[str], words: str) -> None:
    code, shown = on_terminal(project, "fix", "--interactive", *arguments)
    assert code == 2
    assert words in re.sub(r"[│\s]+", " ", shown)
