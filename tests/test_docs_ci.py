"""The page about code review and CI: each command of it does what it says, and what it names exists."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.paths import ROOT

FILE = ROOT / "docs" / "review-and-ci.md"
PAGE = FILE.read_text(encoding="utf-8")
HOOKS = {hook["id"] for hook in yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.DOTALL | re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project of the page, at the top of a repository."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "pyproject.toml").touch()
    for block in blocks("python"):
        name, _, text = block.removeprefix("# ").partition("\n")
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def shell(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    programs = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    variables = {**os.environ, "PATH": programs, "PYTHONUTF8": "1"}
    return subprocess.run(
        ["bash", "-c", f"{{ {command}; }} 2>&1"],
        cwd=folder,
        env=variables,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def session(folder: Path, block: str) -> str:
    """A block of commands with what each of them prints now."""
    commands = [line for line in block.splitlines() if line.startswith("$ ")]
    return "".join(f"{line}\n{shell(folder, line[2:]).stdout}" for line in commands)


def test_each_command_prints_what_the_page_shows(project: Path, request: pytest.FixtureRequest) -> None:
    page = PAGE
    for block in blocks("console"):
        now = session(project, block)
        if request.config.getoption("--update-fixtures"):
            page = page.replace(f"```console\n{block}```", f"```console\n{now}```", 1)
        else:
            assert now == block
    if page != PAGE:
        FILE.write_text(page, encoding="utf-8")


def test_recipes_are_yaml_and_their_commands_run(project: Path) -> None:
    for block in blocks("yaml"):
        assert yaml.safe_load(block)
    commands = re.findall(r"(?:run:|-) (autoawait [^#\n]*)", "\n".join(blocks("yaml")))
    assert len(commands) == 3
    codes = {command: shell(project, command).returncode for command in commands}
    assert {command: code for command, code in codes.items() if code != (0 if "--exit-zero" in command else 1)} == {}


def test_the_hooks_of_the_page_are_those_that_there_are() -> None:
    named = [
        hook["id"]
        for block in blocks("yaml")
        if "repos:" in block
        for hook in yaml.safe_load(block)["repos"][0]["hooks"]
    ]
    assert set(named) == HOOKS
