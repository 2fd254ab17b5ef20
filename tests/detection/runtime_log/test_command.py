"""``--from-log`` as its users meet it: what is printed, where to, and with which exit code."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autoawait import cli
from tests.detection.runtime_log.checks import Project, project

APP = "async def work(n=0): return n\nasync def main():\n    work(1)\n    x = work(2)\n    x = 1\n    return x\n"
FIRST = "app.py:3: RuntimeWarning: coroutine 'work' was never awaited\n  work(1)\n"
EXIT = "sys:1: RuntimeWarning: coroutine 'work' was never awaited\n"
AT_EXIT = "it was collected when Python exited, which is not a place in the code"
ADVICE = "run it as `python -X dev -X tracemalloc=25 -W always::RuntimeWarning ...`, which logs where it was made"


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return project(tmp_path, monkeypatch, {"app.py": APP})


def test_the_report_ends_with_the_warnings(app: Project) -> None:
    code, output = app.run("check", log=FIRST + FIRST + EXIT)
    assert code == 1
    assert output.splitlines()[-6:] == [
        "run.log:1: `work` was never awaited (2 times): app.py:3:5: AW101, safe fix",
        f"run.log:5: `work` was never awaited: no call site: {AT_EXIT}",
        "  = possibly app.py:4:9 (AW101)",
        f"  = help: {ADVICE}",
        "2 different warnings in the log: 1 at known call sites, 1 without a call site",
        "2 found: 2 fixable with `autoawait fix` (1 file checked)",
    ]
    assert "  = `work` is an async function; Python says that it was never awaited (run.log:1)" in output


def test_an_advice_is_given_once_and_not_in_the_concise_report(app: Project) -> None:
    log = EXIT + EXIT.replace("work", "play")
    assert app.run("check", log=log)[1].count("= help: run it as") == 1
    assert "run it as" not in app.run("check", "--output-format", "concise", log=log)[1]


def test_a_fix_with_a_warning_left_is_not_clean(app: Project) -> None:
    code, output = app.run("fix", log=FIRST + EXIT)
    assert "await work(1)" in (app.root / "app.py").read_text(encoding="utf-8")
    assert (code, "app.py:3:11: AW101, fixed" in output) == (1, True)
    assert app.run("fix", log=FIRST)[0] == 0


def test_places_are_those_after_the_fix(app: Project) -> None:
    """An import that the fix adds moves the lines below it."""
    source = (
        "async def work(n=0): return n\ndef main():\n    work(1)\nif __name__ == '__main__':\n    main()\nwork(9)\n"
    )
    (app.root / "app.py").write_text(source, encoding="utf-8")
    _, output = app.run("fix", log="app.py:6: RuntimeWarning: coroutine 'work' was never awaited\n")
    text = (app.root / "app.py").read_text(encoding="utf-8").splitlines()
    line = text.index("work(9)") + 1
    assert line > 6, output
    assert f"`work` was never awaited: app.py:{line}:1: AW401, no fix" in output


def test_a_log_without_a_warning_is_told(app: Project) -> None:
    (app.root / "app.py").write_text("x = 1\n", encoding="utf-8")
    code, output = app.run("check", "--quiet", log="all is well\n")
    assert code == 0
    assert output.startswith("The log has no warning that a coroutine was never awaited.")
    assert app.report("all is well\n")["log"] == []
    assert "log" not in json.loads(app.run("check", "--output-format", "json")[1])


def test_an_unreadable_log_is_an_error(app: Project) -> None:
    for path, words in (("gone.log", "No such file"), (".", "Is a directory")):
        code, output = app.run("fix", "--from-log", path)
        assert code == 2
        assert f"error: {path}: the log cannot be read: {words}" in output
    assert (app.root / "app.py").read_text(encoding="utf-8") == APP


def test_several_logs_and_standard_input(app: Project) -> None:
    (app.root / "a.log").write_text(FIRST, encoding="utf-8")
    arguments = ["check", "--output-format", "json", "--from-log", "a.log", "--from-log", "-", "--from-log", "a.log"]
    result = CliRunner().invoke(cli.app, arguments, input=EXIT)
    assert [(a["log"], a["line"], a["times"]) for a in json.loads(result.stdout)["log"]] == [
        ("a.log", 1, 1),
        ("stdin", 1, 1),
    ]


def test_standard_input_is_either_code_or_log(app: Project) -> None:
    result = CliRunner().invoke(cli.app, ["check", "-", "--from-log", "-"], input=APP)
    assert result.exit_code == 2
    assert "standard input cannot be both the code and the log" in " ".join(result.output.split())


def test_a_log_for_code_from_standard_input(app: Project) -> None:
    (app.root / "a.log").write_text(FIRST, encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["fix", "-", "--stdin-filename", "app.py", "--from-log", "a.log"], input=APP)
    assert result.stdout == APP.replace("    work", "    await work").replace("= work", "= await work")
    assert "a.log:1: `work` was never awaited: app.py:3:11: AW101, fixed" in result.stderr


def test_a_patch_is_alone_on_standard_output(app: Project) -> None:
    (app.root / "a.log").write_text(FIRST, encoding="utf-8")
    result = CliRunner().invoke(cli.app, ["fix", "--diff", "--from-log", "a.log"])
    assert result.exit_code == 1
    assert "never awaited" not in result.stdout
    assert "a.log:1: `work` was never awaited: app.py:3:5: AW101, would be fixed" in result.stderr
