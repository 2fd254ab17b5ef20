"""The options of ``fix`` and ``check``, each once: its name and what its help says."""

from __future__ import annotations

from collections.abc import Iterator
from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from autoawait.cli.terminal import ColorChoice
from autoawait.diagnostics.rules import RULES


class Format(str, Enum):
    """How findings are printed."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"


class AnswerChoice(str, Enum):
    """How an answer about a place is printed."""

    FULL = "full"
    JSON = "json"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATHS...", help="What may be edited, by default the working directory; - is stdin."),
]
Interactive = Annotated[
    bool,
    typer.Option(
        "--interactive",
        "-i",
        help="Show each change and ask whether to make it, those that are likely rather than certain too.",
    ),
]
UnsafeFixes = Annotated[
    bool | None,
    typer.Option("--unsafe-fixes/--no-unsafe-fixes", help="Also apply fixes that are likely rather than certain."),
]
Propagate = Annotated[
    bool | None,
    typer.Option(
        "--propagate/--no-propagate",
        help="Whether plain functions may become async, along with their callers.",
    ),
]
Bridge = Annotated[
    bool | None,
    typer.Option(
        "--bridge/--no-bridge",
        help="Whether commands of Click and Typer, and console scripts, which stay plain, may start a loop: "
        "`asyncio.run(...)` around what they call.",
    ),
]
Python = Annotated[
    Path | None,
    typer.Option("--python", metavar="PATH", help="Interpreter or virtual environment whose packages the code uses."),
]
Target = Annotated[
    str | None,
    typer.Option("--target-version", metavar="VERSION", help="Oldest Python the code must run on, such as 3.11."),
]
Exclude = Annotated[
    list[str] | None,
    typer.Option("--exclude", metavar="GLOB", help="Leave out what matches, as in .gitignore. May be repeated."),
]
OutputFormat = Annotated[
    Format,
    typer.Option(
        "--output-format",
        metavar="FORMAT",
        help="How findings are printed: full or concise for people, json for programs, github for annotations of "
        "GitHub Actions, gitlab for GitLab's Code Quality, sarif for code scanning, junit for CI servers.",
    ),
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Take [tool.autoawait] from this file, not from pyproject.toml."),
]
BaselineFile = Annotated[
    Path | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        help="Neither report nor fix what this file names; `check --update-baseline` makes it.",
    ),
]
NoBaseline = Annotated[
    bool, typer.Option("--no-baseline", help="Report and fix also what the baseline of the settings names.")
]
UpdateBaseline = Annotated[
    bool,
    typer.Option("--update-baseline", help="Write all that is found to the baseline, in place of reporting it."),
]
Statistics = Annotated[
    bool, typer.Option("--statistics", help="Print how many findings there are of each code, in place of the findings.")
]
ExitZero = Annotated[bool, typer.Option("--exit-zero", help="Exit with 0 although findings remain.")]
StdinFilename = Annotated[
    Path | None,
    typer.Option("--stdin-filename", metavar="PATH", help="With -, the file that the code belongs to."),
]
Color = Annotated[
    ColorChoice,
    typer.Option(
        "--color",
        metavar="auto|always|never",
        help="When the report is coloured: auto is on a terminal, unless NO_COLOR is set.",
    ),
]
AnswerFormat = Annotated[
    AnswerChoice, typer.Option("--output-format", metavar="full|json", help="How the answer is printed.")
]
FromLog = Annotated[
    list[Path] | None,
    typer.Option(
        "--from-log",
        metavar="FILE",
        help='Take Python\'s warnings "coroutine ... was never awaited" in this log as proof: say which call each is '
        "about, and what to do. May be repeated; - is stdin.",
    ),
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print findings only: no summary, no progress.")]
Verbose = Annotated[
    int,
    typer.Option(
        "--verbose",
        "-v",
        count=True,
        show_default=False,
        help="Say what async calls were left alone, and why; -vv says so of every call.",
    ),
]


def completed_code(incomplete: str) -> Iterator[tuple[str, str]]:
    """The codes that begin like what is typed, each with its name, for the shell to offer."""
    return ((code, rule.name) for code, rule in RULES.items() if code.startswith(incomplete))
