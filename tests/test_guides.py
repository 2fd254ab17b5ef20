"""The output in our guides is what the tool prints: each block below a marker is made anew and compared.

``<!-- file: PROJECT: PATH -->`` is a file of a project, ``<!-- output: PROJECT: COMMAND -->`` a command of the shell in
its directory, ``<!-- terminal: PROJECT: COMMAND: ANSWERS -->`` the same on a terminal where somebody types.
``--update-fixtures`` writes the blocks.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

from tests.cli.terminals import environment, on_terminal, without_progress
from tests.paths import DOCS
from tests.projects import QUIET, REFUSED, SHOP, SMALL, START, write_project

GUIDES = ("getting-started.md", "asking-why.md", "terminal.md", "configuration.md", "faq.md")
PROJECTS = {"shop": SHOP, "cart": REFUSED, "small": SMALL, "start": START, "quiet": QUIET}
_BLOCK = re.compile(
    r"^(<!-- (file|output|terminal): (\w+): (.*?) -->\n)```(\w+)\n(.*?)^```\n", re.DOTALL | re.MULTILINE
)
_SHELL = 'autoawait() { "$0" -m autoawait "$@"; }; '


def blocks(guide: str) -> list[re.Match[str]]:
    return list(_BLOCK.finditer((DOCS / guide).read_text(encoding="utf-8")))


def made(kind: str, project: str, what: str, folder: Path) -> str:
    if kind == "file":
        return textwrap.dedent(PROJECTS[project][what])
    write_project(folder, PROJECTS[project])
    if kind == "output":
        command = ["bash", "-c", _SHELL + what, sys.executable]
        done = subprocess.run(command, cwd=folder, env=environment({}), capture_output=True, text=True, check=False)
        return f"$ {what}\n{done.stdout}{done.stderr}"
    what, _, typed = what.rpartition(": ")
    command, *arguments = shlex.split(what)
    _, shown = on_terminal(folder, *arguments, "--color", "never", typed=typed.split())
    return f"$ {what}\n{without_progress(shown)}"


@pytest.mark.parametrize("guide", GUIDES)
def test_a_guide_shows_what_the_tool_prints(guide: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    path = DOCS / guide
    text = path.read_text(encoding="utf-8")
    found = blocks(guide)
    assert len(found) == len(re.findall("<!-- ", text)) > 0
    for number, match in enumerate(found):
        marker, kind, project, what, language, shown = match.groups()
        now = made(kind, project, what, tmp_path / str(number)).rstrip("\n") + "\n"
        if request.config.getoption("--update-fixtures"):
            text = text.replace(match[0], f"{marker}```{language}\n{now}```\n")
            path.write_text(text, encoding="utf-8")
        else:
            assert shown == now
