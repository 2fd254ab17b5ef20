"""Async functions that were given to code which calls them like sync ones: to be fixed where they are given."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from autoawait.dataflow.uses import called_name
from autoawait.detection.runtime_log.log_paths import is_foreign
from autoawait.detection.runtime_log.matching import Match
from autoawait.detection.runtime_log.warning import Frame
from autoawait.diagnostics.finding import Finding, Link, LogStanding
from autoawait.diagnostics.suppression import is_suppressed
from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class _Caller:
    """A file of the standard library or a package that calls what it is given: the end of its path, the functions that
    it is given by, and what its users do instead."""

    end: str
    takers: frozenset[str]
    advice: str


_CALLERS = (
    _Caller("/unittest/case.py", frozenset(), "derive the test case from `unittest.IsolatedAsyncioTestCase`"),
    _Caller("/_pytest/python.py", frozenset(), "have the test run by a plugin such as pytest-asyncio, and mark it"),
    _Caller(
        "/threading.py",
        frozenset({"Thread", "Timer"}),
        "give the thread a sync function that calls `asyncio.run(...)`",
    ),
    _Caller(
        "/concurrent/futures/thread.py",
        frozenset({"submit", "map", "run_in_executor", "to_thread"}),
        "await it in the loop instead, or give the pool a sync function that calls `asyncio.run(...)`",
    ),
    _Caller(
        "/asyncio/events.py",
        frozenset(
            {"call_soon", "call_soon_threadsafe", "call_later", "call_at", "add_done_callback"}
            | {"add_reader", "add_writer", "add_signal_handler"}
        ),
        "give the loop a sync function that calls `asyncio.create_task(...)`",
    ),
)
_ELSE = _Caller(
    "", frozenset(), "give it a sync function that starts the coroutine, or use the asynchronous form of that API"
)


@dataclass(frozen=True, slots=True)
class SyncCaller:
    """An async function that code outside of the project called without awaiting what it gave.

    ``places`` are those at which the project may have given it away: its own line if a decorator does so.
    ``is_certain``: a traceback says so, or nothing else can be; only then there is a finding.
    """

    places: tuple[Link, ...]
    finding: Finding | None
    is_certain: bool


def handed_over(match: Match, index: Index, editable: Collection[Path]) -> SyncCaller | None:
    """What a match says of a function that was called outside of the project; None where nothing does.

    A traceback tells who called. Without one it is only likely, except for a test method: nothing but its test case
    calls that.
    """
    if not match.called:
        return None
    frame = _calling_frame(match)
    caller = _known(frame)
    if match.sites:  # a lambda or sync function of ours, which gives the coroutine back
        site = match.sites[0]
        file, span = site.unit.file, site.unit.file.span(site.node)
        return SyncCaller((Link.at(file, span.start),), _finding(match, file, span, frame, editable), is_certain=True)
    functions = [f for m in index.own for f in m.functions if f.is_async and f.qualname == match.called]
    given = [place for f in functions for place in _given_away(f, index, caller.takers)]
    is_test = caller.end == "/unittest/case.py" and match.warned.last_name.startswith("test")
    if not functions or not (given or is_test or match.standing is LogStanding.HANDED):
        return None
    places = given or [(f.file, _name(f)) for f in functions]
    links = tuple(Link.at(file, span.start) for file, span in places)
    if match.standing is not LogStanding.HANDED and not is_test:
        return SyncCaller(links, None, is_certain=False)
    file, span = given[0] if len(given) == 1 else (functions[0].file, _name(functions[0]))
    return SyncCaller(links, _finding(match, file, span, frame, editable), is_certain=True)


def _known(frame: Frame | None) -> _Caller:
    path = frame.path.replace("\\", "/") if frame else ""
    return next((caller for caller in _CALLERS if path.endswith(caller.end)), _ELSE)


def _calling_frame(match: Match) -> Frame | None:
    """The frame outside of the project that called the function."""
    foreign = (frame for frame in reversed(match.warned.created) if is_foreign(frame.path))
    return next(foreign, match.warned.reported)


def _finding(
    match: Match, file: SourceFile, span: Span, frame: Frame | None, editable: Collection[Path]
) -> Finding | None:
    name = match.called.rpartition(".")[2]
    parts = frame.path.replace("\\", "/").split("/")[-2:] if frame else []
    where = f"{'/'.join(parts)}:{frame.line}" if frame else "code outside of the project"
    message = f"{where} calls {'it' if name == '<lambda>' else f'`{name}`'} like a sync function, which awaits nothing"
    reason = f"Python says that it was never awaited ({match.warned.log}:{match.warned.line})"
    finding = Finding("AW405", file.path, span, message, match.called, reason=reason, advice=_known(frame).advice)
    return None if file.path not in editable or is_suppressed(file, finding) else finding


def findings_of(handed: Iterable[SyncCaller]) -> list[Finding]:
    """The findings, one for each place."""
    found = {(h.finding.path, h.finding.span): h.finding for h in handed if h.finding}
    return list(found.values())


def _given_away(function: Function, index: Index, takers: Collection[str]) -> list[tuple[SourceFile, Span]]:
    """Where a function's name stands as an argument; its own, if a decorator takes it. Of several places those that
    give it to one of ``takers``, if there are any."""
    name = function.node.name
    found: list[tuple[str, tuple[SourceFile, Span]]] = []
    if function.node.decorator_list:
        found.append(("", (function.file, _name(function))))
    for module in index.own:
        if name.encode("utf-8") not in module.file.body:
            continue
        for call in (node for node in ast.walk(module.file.tree) if isinstance(node, ast.Call)):
            for value in (*call.args, *(keyword.value for keyword in call.keywords)):
                if name in (getattr(value, "id", ""), getattr(value, "attr", "")):
                    found.append((called_name(call), (module.file, module.file.span(value))))
    return [place for taker, place in found if taker in takers] or [place for _, place in found]


def _name(function: Function) -> Span:
    return Span(function.name_start, function.name_start + len(function.node.name.encode("utf-8")))
