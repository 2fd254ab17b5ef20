"""What one call of ``fix`` or ``check`` was asked for."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from autoawait.cli.reports.summary import Mode
from autoawait.cli.terminal import ColorChoice, color_option
from autoawait.project.options import Options, option


class Format(str, Enum):
    """How findings are printed."""

    FULL = "full"
    CONCISE = "concise"
    JSON = "json"
    GITHUB = "github"
    GITLAB = "gitlab"
    SARIF = "sarif"
    JUNIT = "junit"


@dataclass(frozen=True, slots=True)
class Job:
    """A call of ``fix`` or ``check``: its options, in the order of ``--help``, and its mode."""

    paths: tuple[Path, ...] = option(
        "Files and directories to work on, by default the working directory; - is standard input.",
        (Path(),),
        metavar="PATHS...",
        is_argument=True,
    )
    diff: bool = option("Print the changes as a patch instead of writing them.", False, commands=("fix",))
    interactive: bool = option(
        "Show each change, unsafe ones included, and ask whether to make it.", False, commands=("fix",), short="-i"
    )
    options: Options = field(default_factory=Options)
    update_baseline: bool = option(
        "Write all findings to the baseline instead of reporting them.", False, commands=("check",)
    )
    output_format: Format = option(
        "How findings are printed: full or concise for people, json for programs, github for annotations of "
        "GitHub Actions, gitlab for GitLab's Code Quality, sarif for code scanning, junit for CI servers.",
        Format.FULL,
        metavar="FORMAT",
    )
    statistics: bool = option("Print the number of findings of each code instead of the findings.", False)
    exit_zero: bool = option("Exit with 0 even if findings remain.", False)
    stdin_filename: Path | None = option("With -, the file that the code belongs to.", None, metavar="PATH")
    color: ColorChoice = color_option()
    from_log: tuple[Path, ...] = option(
        'Take Python\'s "coroutine ... was never awaited" warnings in this log as proof: say which call each of them '
        "is about, and what to do. May be repeated; - is standard input.",
        (),
        metavar="FILE",
    )
    quiet: bool = option("Print findings only: no summary, no progress.", False, short="-q")
    verbose: int = option("Say which async calls were left alone, and why; -vv does so for every call.", 0, short="-v")
    mode: Mode = Mode.FIX

    @property
    def from_stdin(self) -> bool:
        return Path("-") in self.paths

    @property
    def is_for_people(self) -> bool:
        """Whether findings are printed to be read, not in the form that some server wants."""
        return self.output_format in (Format.FULL, Format.CONCISE)
