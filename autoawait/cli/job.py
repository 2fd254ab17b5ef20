"""What one call of the program was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from autoawait.cli.options import Format
from autoawait.cli.reports.summary import Mode
from autoawait.cli.terminal import ColorChoice
from autoawait.project.settings import Overrides


@dataclass(frozen=True, slots=True)
class Job:
    """A call of ``fix`` or ``check``."""

    mode: Mode
    paths: tuple[Path, ...]
    overrides: Overrides
    config: Path | None
    stdin_filename: Path | None
    output_format: Format
    quiet: bool
    verbose: int
    color: ColorChoice = ColorChoice.AUTO
    interactive: bool = False
    from_log: tuple[Path, ...] = ()
    statistics: bool = False
    exit_zero: bool = False
    update_baseline: bool = False

    @property
    def from_stdin(self) -> bool:
        return Path("-") in self.paths

    @property
    def is_for_people(self) -> bool:
        """Whether findings are printed to be read, not in the form that some server wants."""
        return self.output_format in (Format.FULL, Format.CONCISE)
