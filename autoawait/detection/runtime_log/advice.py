"""What to run so that the next log says where a coroutine was made."""

from __future__ import annotations

from autoawait.detection.runtime_log.warning import LoggedWarning, WarningForm

_RUN = "run it as `python -X dev -X tracemalloc=25 -W always::RuntimeWarning ...`"
_PYTEST = (
    "run `pytest --asyncio-debug` (pytest-asyncio), or put "
    "`import sys; sys.set_coroutine_origin_tracking_depth(25)` into conftest.py"
)
MORE_FRAMES = "have more frames logged: `python -X tracemalloc=50 ...`"
AGAIN = "run the program again for a new log"
HERE = "run the program from this directory, so that the log has the paths of its files"


def advice_for(warned: LoggedWarning) -> str:
    """A command or a line of code for the way in which a warning came into the log, without the place at which the
    coroutine was made."""
    match warned.form:
        case WarningForm.PYTEST:
            return f"{'leave out `-W error`, and ' if warned.reported is None else ''}{_PYTEST}"
        case WarningForm.RAISED:
            return f"leave out `-W error`, and {_RUN}"
        case WarningForm.LOGGING:
            return "set PYTHONASYNCIODEBUG=1: warnings that `logging` captures have no other traceback"
    return f"{_RUN}, which logs where it was made"
