"""Colours, width, encodings and completion: what a terminal gets, and what a pipe gets."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoawait.cli.reports.excerpt import excerpt
from autoawait.cli.reports.text import plain
from autoawait.cli.reports.width import head, tail, width
from autoawait.cli.terminal import ColorChoice, has_colours
from autoawait.diagnostics.location import Location
from autoawait.diagnostics.rules import RULES
from tests.cli.reports.outcomes import source
from tests.cli.terminals import environment, on_terminal, without_progress
from tests.projects import write_project

LONG = "async def f() -> int: ...\n\n\nasync def main() -> None:\n    text = '日本' * 40 + 'é'; " + "x = 1; " * 30
LONG += "print(f() + 1, '" + "y" * 200 + "')\n"
PLACE = LONG.splitlines()[4].index("f()") + 1


@pytest.fixture
def project(tmp_path: Path) -> Path:
    return write_project(tmp_path, {"pyproject.toml": "", "a.py": LONG})


def piped(folder: Path, *arguments: str, **env: str) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "autoawait", *arguments]
    return subprocess.run(command, cwd=folder, env=environment(env), capture_output=True, check=False)


# --- colours ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("choice", "variables", "answer"),
    [
        ("auto", {}, None),
        ("auto", {"NO_COLOR": "1"}, False),
        ("auto", {"NO_COLOR": ""}, None),
        ("auto", {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ("auto", {"FORCE_COLOR": "1"}, True),
        ("auto", {"FORCE_COLOR": "0"}, None),
        ("auto", {"CLICOLOR_FORCE": "1"}, True),
        ("auto", {"CLICOLOR_FORCE": "0", "CLICOLOR": "0"}, False),
        ("auto", {"CLICOLOR": "1"}, None),
        ("auto", {"FORCE_COLOR": "1", "CLICOLOR": "0"}, True),
        ("auto", {"TERM": "dumb"}, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, True),
        ("never", {"FORCE_COLOR": "1"}, False),
    ],
)
def test_the_option_and_the_variables_decide(choice: str, variables: dict[str, str], answer: bool | None) -> None:
    assert has_colours(ColorChoice(choice), variables) is answer


@pytest.mark.parametrize("command", [("check",), ("why", "a.py:5"), ("graph", "main")])
def test_a_terminal_is_coloured_and_a_pipe_is_not(project: Path, command: tuple[str, ...]) -> None:
    assert "\x1b[3" in without_progress(on_terminal(project, *command)[1])
    assert "\x1b[3" not in without_progress(on_terminal(project, *command, env={"NO_COLOR": "1"})[1])
    assert "\x1b[3" not in without_progress(on_terminal(project, *command, "--color", "never")[1])
    assert b"\x1b" not in piped(project, *command).stdout
    assert b"\x1b[3" in piped(project, *command, "--color", "always").stdout
    assert b"\x1b[3" in piped(project, *command, FORCE_COLOR="1").stdout


# --- width ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", [("check",), ("why", f"a.py:5:{PLACE}")])
def test_long_lines_are_cut_around_the_carets_on_a_terminal(project: Path, command: tuple[str, ...]) -> None:
    _, shown = on_terminal(project, *command, "--color", "never", columns=60)
    rows = without_progress(shown).splitlines()
    number = next(n for n, row in enumerate(rows) if re.match(r" *5 \| ", row))
    line, carets = rows[number], rows[number + 1]
    assert width(line) <= 60
    assert line[carets.index("^") : carets.rindex("^") + 1] == "f()"
    assert line.startswith("5 | ...") and line.endswith("...")


def test_a_pipe_gets_lines_as_they_are(project: Path) -> None:
    assert f"5 | {LONG.splitlines()[4]}\n" in piped(project, "check").stdout.decode()


def drawn(text: str, start: int, end: int, columns: int | None) -> tuple[str, str]:
    """The source line and the carets for characters ``start`` to ``end``, without their frames."""
    file = source(Path("/p/a.py"), f"{text}\n")
    rows = [plain(parts) for parts in excerpt(file, Location(1, start + 1, 1, end + 1), " ", columns)]
    return rows[1].removeprefix("1 | "), rows[2].removeprefix("  | ")


@pytest.mark.parametrize(
    ("before", "marked", "after", "shown", "carets"),
    [
        ("x = ", "f()", "", "x = f()", "    ^^^"),
        ("x = '日本', ", "f()", "", "x = '日本', f()", "            ^^^"),
        ("x = 'e\u0301', ", "f()", "", "x = 'e\u0301', f()", "         ^^^"),
        ("x = '👍🏽', ", "f()", "", "x = '👍🏽', f()", "          ^^^"),
        ("x =\t", "f('日')", "", "x =    f('日')", "       ^^^^^^^"),  # its width must be known
        # cut behind, before, at both ends, and inside of what is marked
        ("x = ", "f()", " + 1" * 10, "x = f() + 1 + 1 + 1 + 1 ...", "    ^^^"),
        ("x = 1; " * 9, "f()", "", "...x = 1; x = 1; x = 1; f()", "                        ^^^"),
        ("x = 1; " * 9, "f()", "; y = 2" * 9, "...; x = 1; f(); y = 2; ...", "            ^^^"),
        ("x = ", "f(" + "a, " * 20 + ")", "", "x = f(a, a, a, a, a, a, ...", "    ^^^^^^^^^^^^^^^^^^^^"),
    ],
)
def test_lines_and_carets(before: str, marked: str, after: str, shown: str, carets: str) -> None:
    text = f"{before}{marked}{after}"
    assert drawn(text, len(before), len(before) + len(marked), 31) == (shown, carets)


CHARACTERS = st.text(st.sampled_from("ab c=日é\u0301👍\t"), max_size=60)


@given(CHARACTERS, st.integers(1, 40), CHARACTERS, st.integers(24, 60))
def test_any_line_fits_and_its_carets_stand_below_what_is_meant(
    before: str, length: int, after: str, columns: int
) -> None:
    before, after = f"x = '{before}', ", f", '{after}'"
    marked = "f" * length
    line, carets = drawn(f"{before}{marked}{after}", len(before), len(before) + length, columns)
    assert width(line) <= columns - 4
    indent = head(line, width(carets.rstrip("^")))
    assert line[len(indent) :].startswith("f" * carets.count("^"))
    assert set(carets.strip()) == {"^"}


def test_without_a_width_a_line_keeps_its_tabs() -> None:
    assert drawn("x =\tf()", 4, 7, None) == ("x =\tf()", "   \t^^^")


@given(st.text(st.sampled_from("ab日\u0301é"), max_size=12), st.integers(0, 12))
def test_heads_and_tails_are_the_longest_that_fit(text: str, columns: int) -> None:
    first, last = head(text, columns), tail(text, columns)
    assert text.startswith(first) and text.endswith(last)
    assert max(width(first), width(last)) <= columns
    assert first == text or width(text[: len(first) + 1]) > columns
    assert not (last and last != text and unicodedata.combining(last[0]))


# --- encodings --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("env", "shown"),
    [
        # Typer takes ASCII for a setting that is missing, and writes UTF-8, as nearly all terminals read.
        ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, "'日本é'".encode()),
        ({"PYTHONIOENCODING": "ascii"}, "'日本é'".encode()),
        ({"PYTHONIOENCODING": "latin-1"}, b"'\\u65e5\\u672c\xe9'"),
        ({"PYTHONIOENCODING": "cp1252"}, b"'\\u65e5\\u672c\xe9'"),
    ],
)
def test_terminals_that_lack_characters_are_no_reason_to_fail(
    tmp_path: Path, env: dict[str, str], shown: bytes
) -> None:
    text = "async def f(x: str) -> int: ...\n\n\nasync def main() -> None:\n    print(f('日本é') + 1)\n"
    write_project(tmp_path, {"pyproject.toml": "", "a.py": text})
    for command, code in ((("check",), 1), (("why", "a.py:5:11"), 0), (("graph", "main"), 0)):
        done = piped(tmp_path, *command, **env)
        assert (done.returncode, done.stderr) == (code, b"")
        assert command[0] == "graph" or b"print(f(" + shown + b") + 1)" in done.stdout
    assert piped(tmp_path, "fix", **env).returncode == 0
    assert "await f('日本é')" in (tmp_path / "a.py").read_text(encoding="utf-8")


# --- completion -------------------------------------------------------------------------------------------------------


def completed(*words: str) -> list[str]:
    """What bash offers for the last of some words, by the script that we print for it."""
    listed = " ".join(f"'{word}'" for word in words)
    script = (
        'source <("$PYTHON" -m autoawait --show-completion)\n'
        'autoawait() { "$PYTHON" -m autoawait "$@"; }\n'
        f"COMP_WORDS=({listed}); COMP_CWORD={len(words) - 1}\n"
        '_autoawait_completion "$SHIM"\n'
        'printf "%s\\n" "${COMPREPLY[@]}"\n'
    )
    shim = Path(sys.executable).parent / "autoawait"
    env = {**os.environ, "PYTHON": sys.executable, "SHIM": str(shim)}
    done = subprocess.run(["bash", "-c", script], env=env, capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")
def test_bash_completes_commands_options_and_codes() -> None:
    assert completed("autoawait", "") == ["fix", "check", "explain", "why", "graph", "server"]
    assert completed("autoawait", "fix", "--inter") == ["--interactive"]
    assert completed("autoawait", "explain", "AW9") == [code for code in RULES if code.startswith("AW9")]


@pytest.mark.parametrize(
    ("shell", "sign"),
    [
        ("bash", "complete -o default -F"),
        ("zsh", "#compdef autoawait"),
        ("fish", "complete --command autoawait"),
        ("powershell", "Register-ArgumentCompleter"),
    ],
)
def test_there_is_a_script_for_each_shell(tmp_path: Path, shell: str, sign: str) -> None:
    # Typer's own switch for tests: which shell it is run from is not looked for.
    done = piped(tmp_path, "--show-completion", shell, _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert done.returncode == 0
    assert sign in done.stdout.decode()
