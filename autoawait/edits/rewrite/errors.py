"""The one error of rewriting."""

from __future__ import annotations

from autoawait.diagnostics.finding import Edit


class RewriteError(Exception):
    """The file cannot be rewritten as planned. The message is for the user.

    ``edit`` is the one that cannot be made, None where it is not the fault of a single edit.
    """

    def __init__(self, message: str, edit: Edit | None = None) -> None:
        super().__init__(message)
        self.edit = edit
