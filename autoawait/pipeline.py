"""The whole story on one screen."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Container, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.diagnostics import Change, Finding, Fix, Link, Outcome
from autoawait.discovery import Discovered, discover
from autoawait.index import Index, Module
from autoawait.plan import Plan, Planner
from autoawait.session import Buffer, Session
from autoawait.settings import Settings
from autoawait.source import BrokenFile, Span, Spot
from autoawait.survey import foreseen, survey
from autoawait.trial import Trial, attempt, withdrawn
from autoawait.types.engine import Checked, TypeEngine
from autoawait.types.timed import Timed
from autoawait.verify import objections

_Settled = tuple[Plan, Trial, Mapping[Fix | None, str], Mapping[Fix | None, str]]

_DEPTH = 8000  # frames; Python stops trees deeper than this at parsing
_ROUNDS = 12  # each makes more types known or withdraws a fix; real code needed three at most


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: which paths may be edited, by which settings, with which unsaved buffers.

    ``focus`` are the files about which findings are wanted, all that may be edited if it is None.
    """

    paths: tuple[Path, ...]
    settings: Settings
    buffers: tuple[Buffer, ...] = ()
    focus: frozenset[Path] | None = None


def run(
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
    session: Session | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Outcome:
    """Analyse, plan, rewrite in memory and prove. ``progress`` is told the name of each stage.

    The changes are those of all fixes that the settings allow. ``session`` is one of these settings that is kept for
    more runs. ``checkpoint`` is called before each question to the engine; what it raises ends the run.
    Raises EngineError, SettingsError and DiscoveryError; never writes.
    """
    if session is None:
        with Session(request.settings) as own:
            return run(request, progress, own, checkpoint)
    with _room_for_trees():
        engine = Timed(session.engine, checkpoint)
        clock = _Clock(progress, engine)
        clock.next("reading")
        files = discover(request.paths, request.settings, (buffer.path for buffer in request.buffers))
        focus = files.editable if request.focus is None else files.editable & request.focus
        index = session.read(files.readable, request.buffers, lambda module: _foresee(module, focus, engine))
        planner, settled = _focused(request, files, focus, index, session, engine, clock)
        clock.next("done")
    plan, trial, refused, doubts = settled
    broken = [_unread(b) for b in index.broken.values() if b.path in focus]
    found = [withdrawn(f, refused[f.fix]) if f.fix in refused else _doubted(f, doubts) for f in plan.findings]
    wanted = [f for f in found if f.path in focus or request.focus is None]
    return Outcome(
        findings=tuple(sorted([*broken, *wanted], key=lambda f: (f.path, f.span))),
        fixed=frozenset(trial.made),
        changes=tuple(Change(p, index.modules[p].file.data, f.data) for p, f in sorted(trial.files.items())),
        texts=trial.texts,
        sources={path: module.file for path, module in index.modules.items()},
        files=len(focus),
        notes=(
            *(f"{folder}: cannot be listed" for folder in files.unreadable),
            f"types from {session.environment.python} ({session.environment.origin})",
            *clock.notes,
        ),
        weighed=tuple(planner.weighed(plan)),
    )


def _focused(
    request: Request,
    files: Discovered,
    focus: frozenset[Path],
    index: Index,
    session: Session,
    engine: TypeEngine,
    clock: _Clock,
) -> tuple[Planner, _Settled]:
    """The settled plan for some files. Where its fixes change others, those are planned as well: a proof looks at
    all that a changed file holds."""
    while True:
        clock.next("surveying")
        planner = Planner(index, survey(index, focus), request.settings, files.editable)
        clock.next("resolving")
        try:
            return planner, _settled(planner, index, request.settings, focus, engine, clock)
        except _TooNarrowError as narrow:
            focus |= narrow.changed
            session.show(index, {buffer.path for buffer in request.buffers})


class _TooNarrowError(Exception):
    """Fixes change files that were not planned. ``changed`` are all that they change."""

    def __init__(self, changed: frozenset[Path]) -> None:
        super().__init__(changed)
        self.changed = changed


def _settled(
    planner: Planner, index: Index, settings: Settings, focus: frozenset[Path], engine: TypeEngine, clock: _Clock
) -> _Settled:
    """A plan that stays the same when its own edits are seen, its proved trial, the fixes that failed, and what the
    checker would say of others. Raises _TooNarrowError where the trial leaves the focus."""
    refused: dict[Fix | None, str] = {}
    before: dict[Path, Checked] = {}

    def tried(plan: Plan) -> Trial:
        trial = attempt(index, (f for f in plan.findings if f.fix not in refused), unsafe=settings.unsafe_fixes)
        refused.update((f.fix, reason) for f, reason in trial.withdrawn.items())
        if not trial.files.keys() <= focus:
            raise _TooNarrowError(frozenset(trial.files))
        return trial

    plan = planner.plan(engine)
    before.update(planner.checked)
    trial = tried(plan)
    for _ in range(_ROUNDS):
        if not trial.files:
            break
        clock.next("proving")
        fresh = sorted(trial.files.keys() - before.keys())
        before.update(zip(fresh, engine.check(fresh), strict=True))
        overlaid = trial.engine(engine, index)
        plan = planner.plan(overlaid)
        following = tried(plan)
        if following.edits == trial.edits:
            stays = {_spot(index, f) for f in plan.findings if f.fix in refused}
            hopeless = {_spot(index, f) for f in plan.findings if f.fix is None}
            objected = objections(following, index, before, overlaid, settings, stays, planner.turned, hopeless)
            if not objected:
                return plan, following, refused, {f.fix: words for f, words in objected.doubts.items()}
            if planner.complete(objected.lacking) or planner.add(objected.further):
                plan = planner.plan(overlaid)
            else:
                refused.update((f.fix, reason) for f, reason in objected.failed.items())
            following = tried(plan)
        for path in trial.files.keys() - following.files.keys():
            engine.overlay(path, index.modules[path].file.text)
        trial = following
    else:
        refused.update((f.fix, "the plan did not settle") for f in trial.made)
        trial = tried(plan)
    return plan, trial, refused, {}


def _doubted(finding: Finding, doubts: Mapping[Fix | None, str]) -> Finding:
    words = doubts.get(finding.fix) if finding.fix else None
    return replace(finding, reason="; ".join(filter(None, [finding.reason, words]))) if words else finding


def _foresee(module: Module, focus: Container[Path], engine: TypeEngine) -> None:
    if module.file.path in focus:
        engine.prepare(foreseen(module))  # it has nothing else to do while we read


def _spot(index: Index, finding: Finding) -> Spot:
    return index.modules[finding.path].file.spot(finding.span.start)


def _unread(broken: BrokenFile) -> Finding:
    chain = (Link(broken.path, broken.line, "the parser stops here"),) if broken.code == "AW901" else ()
    return Finding(broken.code, broken.path, Span(0, 0), broken.message, chain=chain)


@contextmanager
def _room_for_trees() -> Iterator[None]:
    """Trees of a whole project live to the end: looking for garbage among them takes longer than parsing.
    And they may be deep: generated code has chains of a thousand ``elif``."""
    was_enabled, limit = gc.isenabled(), sys.getrecursionlimit()
    gc.disable()
    sys.setrecursionlimit(max(limit, _DEPTH))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
        if was_enabled:
            gc.enable()


class _Clock:
    """Tells the progress line what goes on, and ``--verbose`` how long it took, without the waiting for the engine."""

    def __init__(self, progress: Callable[[str], None], engine: Timed) -> None:
        self._progress = progress
        self._engine = engine
        self._stage = ""
        self._since = self._own_time()
        self._seconds: dict[str, float] = {}

    def next(self, stage: str) -> None:
        now = self._own_time()
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0) + now - self._since
        self._stage, self._since = stage, now
        self._progress(stage)

    @property
    def notes(self) -> Iterable[str]:
        stages = {**self._seconds, "engine": self._engine.seconds}
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in self._engine.questions.most_common())
        return [
            *(f"{stage}: {seconds:.2f} s" for stage, seconds in stages.items()),
            f"the engine was asked {self._engine.questions.total():,} questions ({kinds or 'none'})",
        ]

    def _own_time(self) -> float:
        return time.perf_counter() - self._engine.seconds
