"""One warning of a log, as values."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class WarningForm(Enum):
    """How a warning came into the log, which decides what to run for a better one."""

    PLAIN = "plain"
    LOGGING = "logging"  # by logging.captureWarnings
    PYTEST = "pytest"
    RAISED = "raised"  # -W error: an exception that nobody catches, and that has no place
    EXIT = "exit"  # while Python ended: the place is `sys:1`


@dataclass(frozen=True, slots=True)
class Frame:
    """A place in a file as the log names it. ``line`` is 1-based; ``function`` and ``text``, that of the line without
    its indentation, are empty where the log does not say."""

    path: str
    line: int
    function: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class LoggedWarning:
    """A coroutine of which Python says that it was never awaited.

    ``name`` is the qualified name of its function, ``method`` that of the method of an async generator which gave it
    (Python 3.13). ``reported`` is where the object was collected, which need not be where it was made; ``created``
    the frames in force when it was made, innermost last, empty if the log does not have them. ``line`` is the 1-based
    line of the log, ``times`` how often the same warning stands there.
    """

    name: str
    method: str
    reported: Frame | None
    created: tuple[Frame, ...]
    form: WarningForm
    log: str
    line: int
    times: int = 1

    @property
    def shown(self) -> str:
        """The coroutine as the warning names it: ``Service.save``, or ``asend of stream``."""
        return f"{self.method} of {self.name}" if self.method else self.name

    @property
    def last_name(self) -> str:
        """The name by which its function is called: ``save`` for ``Service.save``."""
        return self.name.rpartition(".")[2]

    @property
    def called_names(self) -> frozenset[str]:
        """The names by which a call may have made it."""
        if self.method == "asend":  # what `anext(g)` and `g.__anext__()` give
            return frozenset({"asend", "__anext__", "anext"})
        return frozenset({self.method or self.last_name})
