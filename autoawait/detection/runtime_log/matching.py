"""Which call sites of the project a warning is about, and which warnings have none.

A place counts only if it is where the coroutine was made (the last frame of its traceback), or if the line that
Python reports holds a call of its function: for that line is where the object was *collected*, which may be anywhere.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass

from autoawait.detection.runtime_log.calls import (
    called_on_the_spot,
    calls_at,
    is_awaited,
    is_awaited_later,
    is_passed_on,
    leaves,
    named,
    passing_name,
    site_of,
)
from autoawait.detection.runtime_log.log_paths import Absence, LogPaths, MissingPath
from autoawait.detection.runtime_log.warning import Frame, LoggedWarning, WarningForm
from autoawait.diagnostics.finding import LogStanding
from autoawait.project.index import Module
from autoawait.resolution.call_results import CallSite

# What to run so that the next log says where a coroutine was made.
_RUN = "run it as `python -X dev -X tracemalloc=25 -W always::RuntimeWarning ...`"
_PYTEST = (
    "run `pytest --asyncio-debug` (pytest-asyncio), or put "
    "`import sys; sys.set_coroutine_origin_tracking_depth(25)` into conftest.py"
)
_MORE_FRAMES = "have more frames logged: `python -X tracemalloc=50 ...`"
_AGAIN = "run the program again for a new log"
_HERE = "run the program from this directory, so that the log has the paths of its files"


@dataclass(frozen=True, slots=True)
class Match:
    """What became of one warning.

    ``sites`` are the call sites that lack the `await`; ``certain`` says that each is called by the name that the log
    has, so that the coroutine surely came from there. ``reason`` says why there is no site, ``advice`` what to run to
    get one. ``called`` is the function that code outside of the project called, or may have called.
    """

    warned: LoggedWarning
    standing: LogStanding
    sites: tuple[CallSite, ...] = ()
    certain: bool = True
    reason: str = ""
    advice: str = ""
    called: str = ""


def matched(warned: LoggedWarning, located: LogPaths) -> Match:
    """The match of one warning."""
    if warned.created:
        return _by_frames(warned, located)
    if warned.reported is None:
        return _unknown(warned, "it was raised as an error, which has no place")
    if warned.form is WarningForm.EXIT:
        return _unknown(warned, "it was collected when Python exited, which is not a place in the code")
    return _by_line(warned, warned.reported, located)


def _unknown(warned: LoggedWarning, reason: str, advice: str | None = None) -> Match:
    advice = _better_log(warned) if advice is None else advice
    return Match(warned, LogStanding.UNKNOWN, reason=reason, advice=advice)


def _absent(warned: LoggedWarning, missing: MissingPath) -> Match:
    if missing.absence is Absence.OUTDATED:
        return Match(warned, LogStanding.OUTDATED, reason=missing.words, advice=_AGAIN)
    return _unknown(warned, missing.words, _HERE)


# by the line at which the object was collected


def _by_line(warned: LoggedWarning, reported: Frame, located: LogPaths) -> Match:
    module = located.module(reported)
    if isinstance(module, MissingPath):
        if module.absence is not Absence.FOREIGN:
            return _absent(warned, module)
        reason = f"it was collected in {reported.path}:{reported.line}, which is not where it was made"
        return Match(warned, LogStanding.UNKNOWN, reason=reason, advice=_better_log(warned), called=warned.name)
    sites = _sites(module, named(calls_at(module, reported.line), warned.called_names))
    likely = tuple(s for s in sites if not (is_awaited(s) or is_awaited_later(s) or leaves(s)))
    if likely:
        return Match(warned, LogStanding.CONFIRMED, likely)
    what = f"{_place(reported)} is where it was collected, and "
    if not sites:
        return _unknown(warned, f"{what}no call of `{warned.last_name}` stands there")
    return _unknown(warned, f"{what}the call of `{warned.last_name}` that stands there is used as it should be")


def _sites(module: Module, calls: Sequence[ast.Call]) -> list[CallSite]:
    return [called_on_the_spot(site_of(module, call)) for call in calls]


def _place(frame: Frame) -> str:
    return f"{frame.path}:{frame.line}"


# by the frames in which it was made


def _by_frames(warned: LoggedWarning, located: LogPaths) -> Match:
    names = warned.called_names
    passed: list[CallSite] = []  # the calls whose value their functions give back, innermost first
    certain = True
    for number in reversed(range(len(warned.created))):
        frame = warned.created[number]
        module = located.module(frame)
        if isinstance(module, MissingPath):
            return _outside(warned, number, module, passed, located)
        calls = calls_at(module, frame.line)
        chosen = named(calls, names)
        if not chosen:
            certain = False
            chosen = _only(module, calls, names)
        if not chosen:
            reason = f"it was made at {_place(frame)}, by something that calls what it is given"
            return _unknown(warned, reason, f"look there for `{warned.last_name}` without a call, as in `map`")
        sites = _sites(module, chosen)
        if kept := tuple(site for site in sites if not is_passed_on(site)):
            return _confirmed(warned, kept, certain)
        passed.append(sites[0])
        names = warned.called_names | {passing_name(sites[0])}
    through = " and ".join(f"`{passing_name(site)}`" for site in passed)
    return _unknown(warned, f"{through} returns it, and the log does not show which call received it", _MORE_FRAMES)


def _confirmed(warned: LoggedWarning, sites: tuple[CallSite, ...], certain: bool) -> Match:
    lacking = tuple(site for site in sites if not is_awaited(site))
    if not lacking:
        reason = "the call is awaited in the code as it is now"
        return Match(warned, LogStanding.OUTDATED, sites, reason=reason, advice=_AGAIN)
    return Match(warned, LogStanding.CONFIRMED, lacking, certain)


def _only(module: Module, calls: Sequence[ast.Call], names: frozenset[str]) -> list[ast.Call]:
    """The only call of a line that is not awaited, unless the function's name stands in it otherwise: then it is given
    the function, or made from what a property of that name gave."""
    found = [call for call in calls if not is_awaited(site_of(module, call))]
    if len(found) != 1:
        return []
    below = [node for child in ast.iter_child_nodes(found[0]) for node in ast.walk(child)]
    mentions = {getattr(node, "attr", getattr(node, "id", "")) for node in below}
    return [] if mentions & names else found


def _outside(
    warned: LoggedWarning, number: int, missing: MissingPath, passed: Sequence[CallSite], located: LogPaths
) -> Match:
    """A frame on the way that is none of the project's."""
    if missing.absence is not Absence.FOREIGN:
        return _absent(warned, missing)
    frame = warned.created[number]
    if not passed and not located.defines(warned.name):
        return _by_caller(warned, number, located)
    called = passing_name(passed[-1]) if passed else warned.name
    reason = f"{_place(frame)}, which is not part of this project, calls `{called}` and does not await the result"
    return Match(warned, LogStanding.HANDED, tuple(passed[-1:]), reason=reason, called=called)


def _by_caller(warned: LoggedWarning, number: int, located: LogPaths) -> Match:
    """A package made a coroutine of its own: the nearest call of ours, if it calls the function of the frame above."""
    for inner, frame in zip(reversed(warned.created[: number + 1]), reversed(warned.created[:number]), strict=False):
        module = located.module(frame)
        if isinstance(module, MissingPath) or not inner.function:
            continue
        sites = _sites(module, named(calls_at(module, frame.line), frozenset({inner.function})))
        likely = tuple(site for site in sites if not (is_awaited(site) or is_awaited_later(site)))
        if likely:
            return Match(warned, LogStanding.CONFIRMED, likely, certain=False)
        break
    return _unknown(warned, f"it was made in {_place(warned.created[number])}, which is not part of this project", "")


def _better_log(warned: LoggedWarning) -> str:
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
