"""The options that ``fix`` and ``check`` share, each once: its name and what its help says."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer


class Format(str, Enum):
    """How findings are printed."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"


Paths = Annotated[
    list[Path] | None,
    typer.Argument(metavar="PATHS...", help="What may be edited, by default the working directory; - is stdin."),
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
    Format, typer.Option("--output-format", metavar="full|concise|json", help="How findings are printed.")
]
Config = Annotated[
    Path | None,
    typer.Option("--config", metavar="FILE", help="Take [tool.autoawait] from this file, not from pyproject.toml."),
]
StdinFilename = Annotated[
    Path | None,
    typer.Option("--stdin-filename", metavar="PATH", help="With -, the file that the code belongs to."),
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
