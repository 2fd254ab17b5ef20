"""Annotations of GitHub Actions: as they stand in the log, and as the runner takes them apart."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autoawait import cli
from autoawait.cli.reports.github import github
from autoawait.diagnostics.finding import Applicability
from tests.cli.reports.outcomes import SHOP, awaited, finding, outcome, shop, source
from tests.cli.reports.sea import sea

BASE = Path("/work")

# Columns count characters from 1, and are left out where the lines differ: GitHub refuses such an annotation.
ANNOTATIONS = """\
::error file=sea/größe.py,line=5,endLine=5,col=5,endColumn=15,title=autoawait AW101 coroutine-never-awaited::\
sea/größe.py:5:5: AW101 `log(...)` is never awaited: the call has no effect%0A`log` is an async function%0A\
help: `autoawait fix` fixes it
::error file=sea/größe.py,line=5,endLine=5,col=30,endColumn=41,title=autoawait AW102 coroutine-used-as-value::\
sea/größe.py:5:30: AW102 `fetch(...)` is not awaited: its attribute `size` is used%0A`fetch` is an async function%0A\
help: `autoawait fix` fixes it
::error file=sea/größe.py,line=6,endLine=7,title=autoawait AW102 coroutine-used-as-value::\
sea/größe.py:6:23: AW102 `fetch(...)` is not awaited: its attribute `size` is used%0A`fetch` is an async function%0A\
help: `autoawait fix` fixes it
::error file=sea/größe.py,line=11,endLine=11,col=23,endColumn=34,title=autoawait AW102 coroutine-used-as-value::\
sea/größe.py:11:23: AW102 `fetch(...)` is not awaited: its attribute `size` is used%0A`fetch` is an async function%0A\
help: `autoawait fix` fixes it
::error file=sea/größe.py,line=16,endLine=16,col=15,endColumn=24,title=autoawait AW402 function-not-async::\
sea/größe.py:16:15: AW402 `fetch(...)` is not awaited: its attribute `size` is used%0A\
cannot make `Net.__len__` async: Python would raise TypeError; `fetch` is an async function
5 found: 4 fixable with `autoawait fix`, 1 refused (4 files checked)
"""


def read(command: str) -> tuple[str, dict[str, str], str]:
    """What the runner makes of a line of the log: the command, its properties, its message."""
    found = re.fullmatch(r"::(\w+) (.*?)::(.*)", command)
    assert found, command

    def plain(text: str) -> str:
        return re.sub("%(0A|0D|25|3A|2C)", lambda escape: chr(int(escape[1], 16)), text)

    properties = dict(part.split("=", 1) for part in found[2].split(","))
    return found[1], {name: plain(value) for name, value in properties.items()}, plain(found[3])


@pytest.mark.parametrize("folder", [".", "sea"])
def test_the_log_names_files_from_the_top_of_the_repository(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str
) -> None:
    monkeypatch.chdir(sea(tmp_path) / folder)
    result = CliRunner().invoke(cli.app, ["check", "--output-format", "github"])
    assert result.exit_code == 1
    assert result.stdout == ANNOTATIONS


def test_what_marks_properties_and_commands_is_escaped() -> None:
    file = source(BASE / "a,b:100%" / "shop.py", SHOP)
    bad = finding(file, "AW104", "name(number)", "50%: a::b,\r\nc", reason="%0A is no newline")
    (command,) = github(outcome([bad], {}, [file]), BASE)
    assert command.startswith("::error file=a%2Cb%3A100%25/shop.py,line=4,")
    name, properties, message = read(command)
    assert name == "error"
    assert properties["file"] == "a,b:100%/shop.py"
    assert properties["title"] == "autoawait AW104 coroutine-formatted"
    assert message == "a,b:100%/shop.py:4:24: AW104 50%: a::b,\r\nc\n%0A is no newline"


def test_advice_stands_before_what_a_fix_does() -> None:
    file = source(BASE / "shop.py", SHOP)
    edit, texts = awaited(file, "name(number)")
    found = finding(file, "AW104", "name(number)", "m", [edit], Applicability.UNSAFE, advice="look twice")
    (command,) = github(outcome([found], {edit: texts}, [file]), BASE)
    assert read(command)[2].splitlines()[1:] == [
        "help: look twice",
        "help: `autoawait fix --unsafe-fixes` applies a fix that is likely what you want",
    ]


def test_what_is_fixed_is_not_annotated() -> None:
    before = shop(BASE)
    left = replace(before, fixed=frozenset(before.findings[:1]))
    assert [read(command)[1]["line"] for command in github(left, BASE)] == ["3", "4"]
