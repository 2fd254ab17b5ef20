"""The one error of rewriting."""

from __future__ import annotations

from pathlib import Path

from autoawait.diagnostics.finding import Edit
from autoawait.project.source import Spot, spot_text


class RewriteError(Exception):
    """The file cannot be rewritten as planned: at a spot, if it is known, and for a reason.

    ``edit`` is the one that cannot be made, None where it is not the fault of a single edit.
    """

    def __init__(self, reason: str, edit: Edit | None = None, spot: Spot | None = None) -> None:
        super().__init__(f"{spot.path}:{spot.line}: {reason}" if spot else reason)
        self.reason = reason
        self.edit = edit
        self.spot = spot

    def message(self, root: Path) -> str:
        """What is said to the user of a project at ``root``."""
        return f"{spot_text(self.spot, root)}: {self.reason}" if self.spot else self.reason
