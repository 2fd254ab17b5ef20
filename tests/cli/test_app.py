"""The command line around a pipeline that is given."""

from __future__ import annotations

import gc
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autoawait import __version__, cli
from autoawait.cli import run_job
from autoawait.cli.output import Progress
from autoawait.diagnostics.finding import Outcome, Unflagged
from autoawait.diagnostics.rules import RULES
from autoawait.pipeline import analysis
from autoawait.pipeline.analysis import Request
from autoawait.pipeline.session import Buffer
from autoawait.project.discovery import DiscoveryError
from autoawait.types.engine import EngineError
from tests.cli.reports.outcomes import SHOP, fixed_shop, outcome, shop
from tests.paths import ROOT

FIXED = SHOP.replace("fetch_order(number)", "(await fetch_order(number))")

Answer = Callable[[Request, Callable[[str], None]], Outcome]


class Pipeline:
    """Stands for ``analysis.run``: keeps what it was asked and answers as told."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self.answer: Answer = lambda request, progress: outcome([], {}, [])

    def __call__(self, request: Request, progress: Callable[[str], None]) -> Outcome:
        self.requests.append(request)
        progress("analysing")
        return self.answer(request, progress)


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch) -> Pipeline:
    given = Pipeline()
    monkeypatch.setattr(analysis, "run", given)
    return given


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with the shop in it, which is the working directory."""
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "shop.py").write_text(SHOP, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def invoke(*arguments: str, code: bytes = b"") -> Result:
    return CliRunner().invoke(cli.app, arguments, input=code)


def fails(error: BaseException) -> Answer:
    def answer(request: Request, progress: Callable[[str], None]) -> Outcome:
        raise error

    return answer


# --- what is asked of the pipeline ------------------------------------------------------------------------------------


def test_without_paths_the_working_directory_is_meant(run: Pipeline, project: Path) -> None:
    result = invoke("check")
    assert result.exit_code == 0
    assert result.output == "Nothing to report (3 files checked)\n"
    (request,) = run.requests
    assert request.paths == (Path(),)
    assert request.settings.root == project
    assert request.buffers == ()


def test_options_become_settings(run: Pipeline, project: Path) -> None:
    (project / "strict.toml").write_text('[tool.autoawait]\nexclude = ["a"]\n', encoding="utf-8")
    options = "--unsafe-fixes --no-propagate --bridge --python . --target-version 3.12 --exclude b --exclude c"
    invoke("fix", "shop.py", "--config", "strict.toml", *options.split())
    (request,) = run.requests
    assert request.paths == (Path("shop.py"),)
    settings = request.settings
    assert settings.exclude == ("a", "b", "c")
    assert (settings.unsafe_fixes, settings.propagate, settings.bridge) == (True, False, True)
    assert (settings.python, settings.target_version) == (Path(), (3, 12))


# --- check ------------------------------------------------------------------------------------------------------------


def test_check_reports_all_and_writes_nothing(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    result = invoke("check")
    assert result.exit_code == 1
    assert result.stdout.startswith("shop.py:2:13: AW102 coroutine-used-as-value ")
    assert result.stdout.endswith(
        "\n3 found: 1 fixable with `autoawait fix`, 1 more with --unsafe-fixes, 1 refused (3 files checked)\n"
    )
    assert result.stderr == ""
    assert (project / "shop.py").read_text(encoding="utf-8") == SHOP


def test_concise_and_quiet(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: shop(project)
    result = invoke("check", "--output-format", "concise", "--quiet")
    assert len(result.stdout.splitlines()) == 3


def test_json_is_one_object_and_nothing_else(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: shop(project)
    result = invoke("check", "--output-format", "json")
    assert result.exit_code == 1
    assert json.loads(result.stdout)["summary"]["found"] == 3


def test_verbose_says_what_was_decided(run: Pipeline, project: Path) -> None:
    assert invoke("check", "--verbose").stderr == "ty took 0.1 s\n"


def test_verbose_says_what_was_left_alone_and_twice_of_all(run: Pipeline, project: Path) -> None:
    task = Unflagged(project / "a.py", 3, 5, "g", "coroutine", "", ("it is passed on",), is_async=True)
    unknown = Unflagged(project / "a.py", 4, 5, "x.h", "unknown", "no type", ("it is stored",), is_async=False)
    run.answer = lambda request, progress: replace(outcome([], {}, []), unflagged=(task, unknown))
    place = project / "a.py"
    first = f"{place}:3:5: `g` gives coroutine, left alone: it is passed on\n"
    second = f"{place}:4:5: `x.h` gives unknown (no type), left alone: it is stored\n"
    assert invoke("check", "-v").stderr == f"ty took 0.1 s\n{first}"
    assert invoke("check", "-vv").stderr == f"ty took 0.1 s\n{first}{second}"


def test_statistics_stand_in_place_of_the_findings(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: shop(project)
    result = invoke("check", "--statistics")
    assert result.exit_code == 1
    assert result.stdout == (
        "code   name                     found  safe  unsafe  refused\n"
        "AW102  coroutine-used-as-value      1     1       0        0\n"
        "AW104  coroutine-formatted          1     0       1        0\n"
        "AW302  unknown-consumer             1     0       0        1\n"
        "3 found: 1 fixable with `autoawait fix`, 1 more with --unsafe-fixes, 1 refused (3 files checked)\n"
    )


@pytest.mark.parametrize("arguments", [["check"], ["fix"], ["fix", "--diff"]])
def test_findings_are_no_failure_if_the_user_says_so(run: Pipeline, project: Path, arguments: list[str]) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    assert invoke(*arguments, "--exit-zero").exit_code == 0
    run.answer = fails(EngineError("ty did not start"))
    assert invoke(*arguments, "--exit-zero").exit_code == 2


# --- fix --------------------------------------------------------------------------------------------------------------


def test_fix_writes_and_reports_what_is_left_where_it_now_stands(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    result = invoke("fix", "--output-format", "concise")
    assert result.exit_code == 1
    assert (project / "shop.py").read_text(encoding="utf-8") == FIXED
    assert [line.split()[1] for line in result.stdout.splitlines()[:2]] == ["AW302", "AW104"]
    assert "3 found: 1 fixed in 1 file" in result.stdout


def test_fix_exits_with_zero_when_nothing_is_left(run: Pipeline, project: Path) -> None:
    whole = fixed_shop(project)
    run.answer = lambda request, progress: replace(whole, findings=whole.findings[:1])
    assert invoke("fix").exit_code == 0


def test_what_could_not_be_written_is_an_error_and_still_a_finding(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    (project / "shop.py").write_text("changed meanwhile\n", encoding="utf-8")
    result = invoke("fix", "--output-format", "concise")
    assert result.exit_code == 2
    assert "AW102" in result.stdout
    assert result.stderr == "error: shop.py: was changed while autoawait was running; run it again\n"
    assert (project / "shop.py").read_text(encoding="utf-8") == "changed meanwhile\n"


def test_diff_prints_a_patch_and_writes_nothing(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    result = invoke("fix", "--diff")
    assert result.exit_code == 1
    assert result.stdout.startswith("--- a/shop.py\n+++ b/shop.py\n@@ ")
    assert result.stderr.startswith("3 found: 1 would be fixed in 1 file")
    assert (project / "shop.py").read_text(encoding="utf-8") == SHOP


# --- standard input ---------------------------------------------------------------------------------------------------


def test_code_goes_in_and_out_and_all_else_to_stderr(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    result = invoke("fix", "-", "--stdin-filename", "shop.py", code=SHOP.encode())
    assert result.stdout == FIXED
    assert "AW302" in result.stderr
    assert result.exit_code == 1
    (request,) = run.requests
    assert request.buffers == (Buffer(project / "shop.py", SHOP.encode()),)
    assert request.paths == (project / "shop.py",)
    assert (project / "shop.py").read_text(encoding="utf-8") == SHOP


def test_code_without_changes_comes_out_as_it_was(run: Pipeline, project: Path) -> None:
    code = b"x = '\xff\xe9'\r\nrest\r"
    result = invoke("fix", "-", "--quiet", code=code)
    assert result.stdout_bytes == code
    assert result.stderr == ""
    assert run.requests[0].paths == (project / "__stdin__.py",)


def test_json_of_standard_input_goes_to_stderr(run: Pipeline, project: Path) -> None:
    result = invoke("fix", "-", "--output-format", "json", code=b"x\n")
    assert result.stdout == "x\n"
    assert json.loads(result.stderr)["findings"] == []


def test_check_of_standard_input_prints_the_report(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: shop(project)
    assert invoke("check", "-", code=SHOP.encode()).stdout.startswith("shop.py:2:13: AW102")


def test_diff_of_standard_input_prints_the_patch(run: Pipeline, project: Path) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    assert invoke("fix", "-", "--diff", code=SHOP.encode()).stdout.startswith("--- a/shop.py\n")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("-", "shop.py"), "- cannot be combined with other paths"),
        (("shop.py", "--stdin-filename", "x.py"), "--stdin-filename needs -"),
        (("--statistics", "--output-format", "json"), "--statistics prints a table"),
        (("-", "--from-log", "-"), "standard input cannot be both the code and the log"),
        (("--statistics", "--diff"), "--diff prints a patch"),
    ],
)
def test_options_that_do_not_go_together(run: Pipeline, project: Path, arguments: list[str], message: str) -> None:
    result = invoke("fix", *arguments)
    assert result.exit_code == 2
    assert message in result.stderr
    assert run.requests == []


# --- failing ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("error", [EngineError("ty did not start"), DiscoveryError("a.py: no such file or directory")])
def test_a_job_that_cannot_be_done_is_an_error(run: Pipeline, project: Path, error: Exception) -> None:
    run.answer = fails(error)
    result = invoke("check")
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {error}\n")


def test_a_wrong_setting_is_an_error(run: Pipeline, project: Path) -> None:
    (project / "pyproject.toml").write_text("[tool.autoawait]\nexcude = []\n", encoding="utf-8")
    result = invoke("check")
    assert result.exit_code == 2
    assert "did you mean 'exclude'?" in result.stderr


@pytest.mark.parametrize("error", [EngineError("no"), KeyError("bug"), KeyboardInterrupt()])
def test_on_failure_the_input_comes_out_unchanged(run: Pipeline, project: Path, error: BaseException) -> None:
    run.answer = fails(error)
    code = b"f()\r\n\xff"
    assert invoke("fix", "-", code=code).stdout_bytes == code
    assert invoke("fix", "-", "--diff", code=code).stdout_bytes == b""
    assert invoke("check", "-", code=code).stdout_bytes == b""


def test_a_bug_of_ours_is_said_shortly(run: Pipeline, project: Path) -> None:
    run.answer = fails(KeyError("bug"))
    result = invoke("check")
    assert result.exit_code == 2
    assert result.stderr.splitlines()[0] == "error: this is a bug in autoawait; please report it: KeyError: 'bug'"
    assert "Traceback" not in result.stderr
    assert "Traceback (most recent call last)" in invoke("check", "--verbose").stderr


def test_an_interrupt_says_that_nothing_is_written(run: Pipeline, project: Path) -> None:
    run.answer = fails(KeyboardInterrupt())
    result = invoke("fix")
    assert (result.exit_code, result.stderr) == (130, "error: interrupted; nothing was written\n")


def test_an_interrupt_after_writing_does_not_say_so(
    run: Pipeline, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run.answer = lambda request, progress: fixed_shop(project)
    monkeypatch.setattr(
        run_job, "print_findings", lambda *arguments: fails(KeyboardInterrupt())(run.requests[0], print)
    )
    result = invoke("fix")
    assert result.exit_code == 130
    assert "interrupted after writing" in result.stderr
    assert (project / "shop.py").read_text(encoding="utf-8") == FIXED


def test_a_reader_that_has_gone_is_no_bug(run: Pipeline, project: Path) -> None:
    run.answer = fails(BrokenPipeError(32, "Broken pipe"))
    result = invoke("check")
    assert "bug" not in result.stderr
    assert result.exit_code == 1


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), PermissionError(13, "denied", "a.py")])
def test_what_the_system_refuses_is_no_bug(run: Pipeline, project: Path, error: OSError) -> None:
    run.answer = fails(error)
    result = invoke("fix", "-", code=b"f()")
    assert (result.exit_code, result.stderr, result.stdout) == (2, f"error: {error}\n", "f()")


# --- the terminal -----------------------------------------------------------------------------------------------------


def coloured(run: Pipeline, project: Path, *arguments: str) -> Result:
    run.answer = lambda request, progress: shop(project)
    return CliRunner().invoke(cli.app, ["check", *arguments], color=True)


def test_a_terminal_gets_colours(run: Pipeline, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    assert "\x1b[" in coloured(run, project).stdout
    plain = re.sub(r"\x1b\[\d*m", "", coloured(run, project).stdout)
    run.answer = lambda request, progress: shop(project)
    assert plain == invoke("check").stdout


def test_no_color_is_heard(run: Pipeline, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in coloured(run, project).stdout


def test_progress_is_one_line_that_vanishes(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(True) as progress:
        progress.show("parsing")
        progress.show("asking ty")
    assert capsys.readouterr().err == "\r\x1b[2Kparsing ...\r\x1b[2Kasking ty ...\r\x1b[2K"
    with Progress(False) as progress:
        progress.show("parsing")
    assert capsys.readouterr().err == ""


# --- explain, version -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("word", ["AW101", "aw101", "coroutine-never-awaited"])
def test_explain_prints_the_rule(word: str) -> None:
    result = invoke("explain", word)
    assert result.exit_code == 0
    assert result.stdout == f"AW101 coroutine-never-awaited\n\n{RULES['AW101'].explanation}\n"


def test_explain_lists_all_rules() -> None:
    lines = invoke("explain").stdout.splitlines()
    assert [line.split()[:2] for line in lines] == [[rule.code, rule.name] for rule in RULES.values()]


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("aw10", "did you mean AW"),
        ("misplaced", "did you mean misplaced-await"),
        ("xyz", "`autoawait explain` lists all"),
    ],
)
def test_an_unknown_code_is_an_error_with_a_hint(word: str, hint: str) -> None:
    result = invoke("explain", word)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: unknown code {word!r}; {hint}")


def test_version() -> None:
    assert invoke("--version").stdout == f"autoawait {__version__}\n"


def test_an_unknown_option_or_format_exits_with_two() -> None:
    assert invoke("check", "--frobnicate").exit_code == 2
    assert invoke("check", "--output-format", "xml").exit_code == 2


# --- as a process -----------------------------------------------------------------------------------------------------


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    command = [sys.executable, "-m", "autoawait", *arguments]
    return subprocess.run(command, capture_output=True, check=False, **options)  # type: ignore[call-overload, no-any-return]


def test_it_runs_as_a_module() -> None:
    done = process("--version")
    assert (done.returncode, done.stdout.decode().strip()) == (0, f"autoawait {__version__}")


def test_what_a_stream_cannot_encode_is_escaped() -> None:
    done = process("explain", "日本", env={**os.environ, "PYTHONIOENCODING": "latin-1", "PYTHONUTF8": "0"})
    assert done.returncode == 2
    assert b"unknown code" in done.stderr
    assert b"\\u65e5\\u672c" in done.stderr
    assert b"Traceback" not in done.stderr


def test_a_closed_pipe_leaves_no_traceback() -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(
        [sys.executable, "-m", "autoawait", "explain"], stdout=writer, stderr=subprocess.PIPE, check=False
    )
    os.close(writer)
    assert done.stderr == b""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a device that takes nothing")
@pytest.mark.parametrize("arguments", [["explain"], ["explain", "AW101"], ["check", "--quiet", "--help"]])
def test_a_full_disk_is_said_in_one_line(arguments: list[str]) -> None:
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "autoawait", *arguments]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, check=False)
    assert (done.returncode, done.stderr) == (2, b"error: [Errno 28] No space left on device\n")


@pytest.mark.skipif(sys.platform == "win32", reason="there a directory in use stays")
@pytest.mark.parametrize("arguments", [["check"], ["check", sys.prefix], ["fix", "-"], ["graph", "f"]])
def test_a_working_directory_that_is_gone_is_said(tmp_path: Path, arguments: list[str]) -> None:
    program = "import os, sys; os.rmdir(os.getcwd()); from autoawait.cli import main; main()"
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        input=b"f()",
        capture_output=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (2, b"error: the working directory no longer exists\n")
    assert done.stdout == (b"f()" if "-" in arguments else b"")


def test_the_console_script(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["autoawait", "--version"])
    monkeypatch.setattr(os, "_exit", sys.exit)
    monkeypatch.setattr(gc, "disable", lambda: None)
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert (ended.value.code, capsys.readouterr().out) == (0, f"autoawait {__version__}\n")


def test_the_console_script_puts_out_all_it_has_before_it_ends() -> None:
    command = [sys.executable, "-m", "autoawait", "explain"]
    done = subprocess.run(command, capture_output=True, check=False)  # a pipe is written to when a block is full
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == len(RULES)
