"""The whole story on one screen."""

from __future__ import annotations

import gc
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Set
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.baseline import NO_BASELINE, Baseline
from autoawait.diagnostics import Change, Finding, Fix, Link, Outcome
from autoawait.discovery import Discovered, discover
from autoawait.evidence.answers import Witness, witnessed
from autoawait.evidence.log import Log
from autoawait.index import Index
from autoawait.plan import Plan, Planner
from autoawait.settings import Settings
from autoawait.source import BrokenFile, Span, Spot
from autoawait.survey import Survey, foreseen, survey
from autoawait.trial import Trial, attempt, withdrawn
from autoawait.types.engine import Checked, TypeEngine
from autoawait.types.environment import Environment, find_environment
from autoawait.types.timed import Timed
from autoawait.types.ty import TyEngine
from autoawait.verify import objections

_DEPTH = 8000  # frames; Python stops trees deeper than this at parsing
_ROUNDS = 12  # each makes more types known or withdraws a fix; real code needed three at most


@dataclass(frozen=True, slots=True)
class Buffer:
    """A file as an editor has it, not yet saved. ``path`` may not exist on disk."""

    path: Path
    data: bytes


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: which paths may be edited, by which settings, with which unsaved buffer and logs of runs; and which
    findings are known, and so neither told nor fixed."""

    paths: tuple[Path, ...]
    settings: Settings
    buffer: Buffer | None = None
    baseline: Baseline = NO_BASELINE
    logs: tuple[Log, ...] = ()


@dataclass(frozen=True, eq=False)
class Project:
    """A project that is read and surveyed, with the engine that answers about it as long as it is open."""

    request: Request
    files: Discovered
    index: Index
    survey: Survey
    witness: Witness
    environment: Environment
    engine: Timed
    clock: Clock

    @property
    def settings(self) -> Settings:
        return self.request.settings

    def as_it_was(self, trial: Trial) -> TypeEngine:
        """The engine, seeing the files again as they are without the edits of a trial."""
        for path in trial.files:
            self.engine.overlay(path, self.index.modules[path].file.text)
        return self.engine


@dataclass(frozen=True, eq=False)
class Analysis:
    """The plan that stands, its trial (which the engine still sees), and what is told of both."""

    planner: Planner
    plan: Plan
    trial: Trial
    outcome: Outcome


def run(request: Request, progress: Callable[[str], None] = lambda _: None) -> Outcome:
    """Analyse, plan, rewrite in memory and prove. ``progress`` is told the name of each stage.

    The changes are those of all fixes that the settings allow. Raises EngineError, SettingsError and
    DiscoveryError; never writes.
    """
    with opened(request, progress) as project:
        return analyse(project).outcome


@contextmanager
def opened(request: Request, progress: Callable[[str], None] = lambda _: None) -> Iterator[Project]:
    """Read and survey the project of a request. Raises as ``run`` does."""
    settings = request.settings
    environment = find_environment(settings.root, settings.python)
    with TyEngine(settings.root, environment) as ty, _room_for_trees():
        engine = Timed(ty)
        clock = Clock(progress, engine)
        clock.next("reading")
        files = discover(request.paths, settings, request.buffer.path if request.buffer else None)
        index = _read(files, request.buffer, engine)
        clock.next("surveying")
        witness = witnessed(request.logs, index, (settings.root, Path.cwd()), files.editable)
        surveyed = survey(index, files.editable)
        yield Project(request, files, index, surveyed, witness, environment, engine, clock)


def analyse(project: Project, declined: Collection[tuple[Path, Span]] = ()) -> Analysis:
    """Plan, rewrite in memory and prove. What stands at the ``declined`` places is left as it is, and not spoken of."""
    request, files, index, witness = project.request, project.files, project.index, project.witness
    project.clock.next("resolving")
    planner = Planner(index, project.survey, request.settings, files.editable, witness.confirmed, declined)
    plan, trial, refused, doubts = _settled(planner, index, request, project.engine, project.clock)
    project.clock.next("done")
    broken = [_unread(b) for b in index.broken.values() if b.path in files.editable]
    planned = [withdrawn(f, refused[f.fix]) if f.fix in refused else _doubted(f, doubts) for f in plan.findings]
    sources = {path: module.file for path, module in index.modules.items()}
    found = [*broken, *planned, *witness.findings]
    known = request.baseline.known(found, sources)
    outcome = Outcome(
        findings=tuple(sorted((f for f in found if f not in known), key=lambda f: (f.path, f.span))),
        fixed=frozenset(trial.made),
        changes=tuple(Change(p, index.modules[p].file.data, f.data) for p, f in sorted(trial.files.items())),
        texts=trial.texts,
        sources=sources,
        files=len(files.editable),
        notes=(
            *(f"{folder}: cannot be listed" for folder in files.unreadable),
            f"types from {project.environment.python} ({project.environment.origin})",
            *project.clock.notes,
        ),
        weighed=tuple(planner.weighed(plan)),
        known=tuple(sorted(known, key=lambda f: (f.path, f.span))),
        gone=request.baseline.gone(known, sources, request.paths),
        answers=witness.answers(found, plan.spoken_of) if request.logs else None,
    )
    return Analysis(planner, plan, trial, outcome)


def _settled(
    planner: Planner, index: Index, request: Request, engine: TypeEngine, clock: Clock
) -> tuple[Plan, Trial, Mapping[Fix | None, str], Mapping[Fix | None, str]]:
    """A plan that stays the same when its own edits are seen, its proved trial, the fixes that failed, and what the
    checker would say of others. What is known stays as it is, like a fix that failed."""
    settings = request.settings
    refused: dict[Fix | None, str] = {}
    before: dict[Path, Checked] = {}
    declined = {index.modules[p].file.spot(span.start) for p, span in planner.declined if p in index.modules}

    def tried(plan: Plan) -> Trial:
        left = refused.keys() | _kept(plan, index, request.baseline)
        trial = attempt(index, (f for f in plan.findings if f.fix not in left), unsafe=settings.unsafe_fixes)
        refused.update((f.fix, reason) for f, reason in trial.withdrawn.items())
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
            left = refused.keys() | _kept(plan, index, request.baseline)
            stays = {*declined, *(_spot(index, f) for f in plan.findings if f.fix in left)}
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


def _kept(plan: Plan, index: Index, baseline: Baseline) -> Set[Fix | None]:
    """The fixes that mend nothing but what the baseline knows."""
    known = baseline.known(plan.findings, {path: module.file for path, module in index.modules.items()})
    return {f.fix for f in known if f.fix} - {f.fix for f in plan.findings if f not in known}


def _doubted(finding: Finding, doubts: Mapping[Fix | None, str]) -> Finding:
    words = doubts.get(finding.fix) if finding.fix else None
    return replace(finding, reason="; ".join(filter(None, [finding.reason, words]))) if words else finding


def _read(files: Discovered, buffer: Buffer | None, engine: TypeEngine) -> Index:
    index = Index()
    for path in files.readable:
        unsaved = buffer is not None and buffer.path == path
        module = index.add(path, buffer.data if buffer and unsaved else None)
        # The engine reads UTF-8 from disk; any other file is shown to it.
        if module and (unsaved or module.file.encoding not in {"utf-8", "utf-8-sig"}):
            engine.overlay(path, module.file.text)
        if module and path in files.editable:
            engine.prepare(foreseen(module))  # it has nothing else to do while we read
    return index


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


class Clock:
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
