"""``docs/from-log.md``: its example is run, and what it says is printed is printed."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autoawait import cli
from tests.paths import DOCS

PAGE = DOCS / "from-log.md"
_STEP = re.compile(r"^<!-- (file|run|says): (.*?) -->\n(?:```\w*\n(.*?)^```$)?", re.DOTALL | re.MULTILINE)


def logged(command: str, folder: Path) -> str:
    """What a program of the page writes to its log, which is also returned, the project being in ``/app``."""
    words = [sys.executable, *shlex.split(command.partition(" 2> ")[0])[1:]]
    log = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True, timeout=60).stderr
    log = log.replace(str(folder), "/app")
    (folder / "run.log").write_text(log, encoding="utf-8")
    return log


def test_the_example_is_true(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    (tmp_path / "pyproject.toml").touch()
    page = PAGE.read_text(encoding="utf-8")
    steps = list(_STEP.finditer(page))
    assert [step[1] for step in steps] == ["file", "file", "run", "says", "run", "says"]
    for step in steps:
        if step[1] == "file":
            (tmp_path / step[2]).write_text(step[3], encoding="utf-8")
            continue
        if step[1] == "run":
            printed = logged(step[2], tmp_path)
        else:
            result = CliRunner().invoke(cli.app, step[2].split()[1:])
            printed = result.stdout + result.stderr
        if step[3] is None:
            continue
        if request.config.getoption("--update-fixtures"):
            page = page.replace(step[0], step[0].replace(f"```\n{step[3]}```", f"```\n{printed}```"))
            PAGE.write_text(page, encoding="utf-8")
        else:
            assert _unnumbered(printed) == _unnumbered(step[3])


def _unnumbered(text: str) -> str:
    """Without the lines of the log: how many frames are above ours differs between versions of Python."""
    return re.sub(r"run\.log:\d+", "run.log", text)
