"""What a terminal can show: colours by the usual conventions, lines no wider than it is.

A report is text with styles (``reports.text``). Typer's own styling colours it: Rich's console would do the same and
takes 30 ms to load. Rich measures characters (``reports.width``).
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Mapping
from enum import Enum
from typing import Any, TextIO

import typer

from autoawait.cli.reports.text import Line, Style
from autoawait.project.options import COMMANDS, option


class ColorChoice(str, Enum):
    """When reports are coloured."""

    AUTO = "auto"
    ALWAYS = "always"
    NEVER = "never"


def color_option() -> Any:  # noqa: ANN401 - as ``option``
    """The option that all commands have which print a report."""
    return option(
        "When to colour the output: auto means on a terminal, unless NO_COLOR is set.",
        ColorChoice.AUTO,
        metavar="auto|always|never",
        commands=COMMANDS,
    )


_COLOURS: dict[Style, Callable[[str], str]] = {
    Style.PLAIN: str,
    Style.PLACE: lambda text: typer.style(text, bold=True),
    Style.CODE: lambda text: typer.style(text, fg=typer.colors.YELLOW),
    Style.FRAME: lambda text: typer.style(text, fg=typer.colors.BLUE),
    Style.CARET: lambda text: typer.style(text, fg=typer.colors.RED, bold=True),
    Style.REMOVED: lambda text: typer.style(text, fg=typer.colors.RED),
    Style.ADDED: lambda text: typer.style(text, fg=typer.colors.GREEN),
}


def has_colours(choice: ColorChoice, environment: Mapping[str, str]) -> bool | None:
    """Whether to colour; None where each stream decides for itself: a terminal is coloured, nothing else.

    The option decides first, then NO_COLOR (no-color.org), then FORCE_COLOR (force-color.org) and CLICOLOR_FORCE, then
    CLICOLOR (bixense.com/clicolors) and TERM. An empty variable counts as unset.
    """
    if choice is not ColorChoice.AUTO:
        return choice is ColorChoice.ALWAYS
    if environment.get("NO_COLOR"):
        return False
    if any(environment.get(name, "0") not in ("", "0") for name in ("FORCE_COLOR", "CLICOLOR_FORCE")):
        return True
    if environment.get("CLICOLOR") == "0" or environment.get("TERM") == "dumb":
        return False
    return None


def echo_line(parts: Line, choice: ColorChoice, *, to_stderr: bool = False) -> None:
    """Print a line of a report."""
    text = "".join(_COLOURS[style](text) for text, style in parts)
    typer.echo(text, err=to_stderr, color=has_colours(choice, os.environ))


def columns_of(stream: TextIO) -> int | None:
    """How wide a terminal is; None for anything else, where lines are not cut."""
    return shutil.get_terminal_size().columns if stream.isatty() else None
