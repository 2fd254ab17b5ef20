"""The picture of a terminal in the README is what our program shows on one: ``docs/session.svg`` is made anew.

``--update-fixtures`` writes it.
"""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from rich.console import Console
from rich.text import Text

from tests.cli.terminals import on_terminal, without_progress
from tests.paths import DOCS
from tests.projects import START, write_project

PICTURE = DOCS / "session.svg"
WIDTH = 110
SESSION = (("check",), ("fix",))
# Fonts that every browser has, so that the picture asks no other server for one.
_FONTS = re.compile(r"@font-face \{.*?\}\s*", re.DOTALL)


def picture(folder: Path) -> str:
    """The session as SVG."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    for arguments in SESSION:
        _, shown = on_terminal(folder, *arguments, columns=WIDTH)
        console.print(Text.assemble(("$ ", "bold green"), (" ".join(["autoawait", *arguments]), "bold")))
        console.print(Text.from_ansi(without_progress(shown).rstrip("\n")))
        console.print()
    svg = console.export_svg(title="autoawait", unique_id="session")
    return _FONTS.sub("", svg).replace("Fira Code, monospace", "ui-monospace, Menlo, Consolas, monospace")


def test_the_picture_in_the_readme_is_a_session(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    now = picture(write_project(tmp_path, START))
    if request.config.getoption("--update-fixtures"):
        PICTURE.write_text(now, encoding="utf-8")
    assert PICTURE.read_text(encoding="utf-8") == now
    assert "(docs/session.svg)" in (PICTURE.parent.parent / "README.md").read_text(encoding="utf-8")
