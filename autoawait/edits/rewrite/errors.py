"""Why a file cannot be rewritten."""

from __future__ import annotations

from pathlib import Path

from autoawait.diagnostics.finding import Edit
from autoawait.project.source import SourceFile, place_text


class RewriteError(Exception):
    """The file cannot be rewritten as planned: at a byte offset of its body, and for a reason.

    ``edit`` is the one that cannot be made, None where it is not the fault of a single edit.
    """

    def __init__(self, reason: str, source: SourceFile, offset: int, edit: Edit | None = None) -> None:
        super().__init__(f"{source.path}:{source.spot(offset).line}: {reason}")
        self.edit = edit
        self._reason, self._source, self._offset = reason, source, offset

    def message(self, root: Path) -> str:
        """What is said to the user of a project at ``root``."""
        return f"{place_text(self._source, self._offset, root)}: {self._reason}"


class UnfitError(Exception):
    """The node does not have the shape that its edit needs. The message says which."""


class LossError(Exception):
    """libcst does not give a node back as it is."""


def no_node(source: SourceFile, edit: Edit) -> RewriteError:
    """The error where an edit finds no node at its span."""
    return RewriteError(f"there is no node for the edit {edit.kind.value!r}", source, edit.span.start, edit)


def unfit(source: SourceFile, edit: Edit, why: str) -> RewriteError:
    """The error where the node of an edit does not fit it."""
    return RewriteError(f"the node for the edit {edit.kind.value!r} {why}", source, edit.span.start, edit)
