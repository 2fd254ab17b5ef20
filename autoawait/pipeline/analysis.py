"""A run: read and survey the project, plan until nothing changes, prove, and report.

``run`` is ``opened`` and ``analyse``: all of a run in the order in which it happens.
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Callable, Collection, Container, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.detection.runtime_log.log import Log
from autoawait.detection.runtime_log.outcomes import Witness, witnessed
from autoawait.detection.survey import Survey, expressions_to_prepare, survey
from autoawait.diagnostics.baseline import NO_BASELINE, Baseline
from autoawait.diagnostics.finding import Applicability, Change, Finding, Link, Outcome
from autoawait.edits.apply import AppliedEdits
from autoawait.pipeline.fixpoint import Fixpoint, SettledPlan, TooNarrowError
from autoawait.pipeline.plan import Plan, Planner
from autoawait.pipeline.session import Buffer, Session
from autoawait.pipeline.stage_timer import StageTimer
from autoawait.pipeline.verification import Objection
from autoawait.project.discovery import Discovered, discover
from autoawait.project.index import Index, Module
from autoawait.project.settings import Settings
from autoawait.project.source import BrokenFile, Span
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import prepare_for
from autoawait.types.remembering_engine import RememberingEngine
from autoawait.types.timed_engine import TimedEngine

_WITHDRAWN = "AW904"
_DEPTH = 8000  # frames; Python stops trees deeper than this at parsing


@dataclass(frozen=True, slots=True)
class Request:
    """What to do: which paths may be edited, by which settings, with which unsaved buffers and logs of runs; and which
    findings are known, and so neither reported nor fixed.

    ``focus`` are the files about which findings are wanted, all that may be edited if it is None.
    """

    paths: tuple[Path, ...]
    settings: Settings
    buffers: tuple[Buffer, ...] = ()
    focus: frozenset[Path] | None = None
    baseline: Baseline = NO_BASELINE
    logs: tuple[Log, ...] = ()


@dataclass(frozen=True, eq=False)
class Project:
    """A project that is read and surveyed, with the engine that answers about it as long as it is open."""

    request: Request
    files: Discovered
    focus: frozenset[Path]
    index: Index
    survey: Survey
    witness: Witness
    session: Session
    engine: RememberingEngine
    clock: StageTimer

    @property
    def settings(self) -> Settings:
        return self.request.settings

    def as_it_was(self, trial: AppliedEdits) -> TypeEngine:
        """The engine, seeing the files again as they were read, without the edits of a trial."""
        for path in trial.files:
            self.engine.overlay(path, self.index.modules[path].file.text)
        return self.engine


@dataclass(frozen=True, eq=False)
class Analysis:
    """The plan that stands, its trial (which the engine still sees), and what is told of both."""

    planner: Planner
    plan: Plan
    trial: AppliedEdits
    outcome: Outcome


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
    with opened(request, progress, session, checkpoint) as project:
        return analyse(project).outcome


@contextmanager
def opened(
    request: Request,
    progress: Callable[[str], None] = lambda _: None,
    session: Session | None = None,
    checkpoint: Callable[[], None] = lambda: None,
) -> Iterator[Project]:
    """Read and survey the project of a request. Takes and raises what ``run`` does."""
    if session is None:
        with Session(request.settings) as own, opened(request, progress, own, checkpoint) as project:
            yield project
        return
    with _limits_for_large_trees():
        timed = TimedEngine(session.engine, checkpoint)
        engine, clock = RememberingEngine(timed), StageTimer(progress, timed)
        clock.next("reading")
        files = discover(request.paths, request.settings, (buffer.path for buffer in request.buffers))
        focus = files.editable if request.focus is None else files.editable & request.focus
        index = session.read(files.readable, request.buffers, lambda module: _prepare(module, focus, engine))
        clock.next("surveying")
        bases = (request.settings.root, Path.cwd()) if request.logs else ()
        witness = witnessed(request.logs, index, bases, files.editable)
        yield Project(request, files, focus, index, survey(index, focus), witness, session, engine, clock)


def analyse(project: Project, declined: Collection[tuple[Path, Span]] = ()) -> Analysis:
    """Plan, rewrite in memory and prove. What is at the ``declined`` places is left as it is, and not reported."""
    planner, settled = _settled(project, declined)
    project.clock.next("done")
    return Analysis(planner, settled.plan, settled.trial, _outcome(project, planner, settled))


def _outcome(project: Project, planner: Planner, settled: SettledPlan) -> Outcome:
    """What is reported of a settled plan, and the changes of its trial."""
    request, index, witness, trial = project.request, project.index, project.witness, settled.trial
    sources = {path: module.file for path, module in index.modules.items()}
    broken = [_broken_file(b) for b in index.broken.values() if b.path in project.focus]
    planned = [*(_proved(finding, settled) for finding in settled.plan.findings), *settled.left]
    found = [*broken, *planned, *witness.findings]
    known = request.baseline.known(found, sources)
    reported = [f for f in found if f not in known and (f.path in project.focus or request.focus is None)]
    return Outcome(
        findings=tuple(sorted(reported, key=lambda f: f.place)),
        fixed=frozenset(_proved(finding, settled) for finding in trial.made),
        changes=tuple(Change(p, index.modules[p].file.data, f.data) for p, f in sorted(trial.files.items())),
        texts=trial.texts,
        sources=sources,
        files=len(project.focus),
        notes=_notes(project),
        unflagged=tuple(planner.unflagged(settled.plan)),
        known=tuple(sorted(known, key=lambda f: f.place)),
        gone=request.baseline.gone(known, sources, request.paths if request.focus is None else [*request.focus]),
        answers=witness.answers(found, settled.plan.spoken_of) if request.logs else None,
    )


def _notes(project: Project) -> tuple[str, ...]:
    """What ``--verbose`` says of a run."""
    environment = project.session.environment
    return (
        *(f"{folder}: cannot be listed" for folder in project.files.unreadable),
        f"types from {environment.python} ({environment.origin})",
        *project.clock.notes,
    )


def _settled(project: Project, declined: Collection[tuple[Path, Span]]) -> tuple[Planner, SettledPlan]:
    """The settled plan for the files in focus. Where its fixes change others, those are planned as well: a proof looks
    at all that a changed file holds."""
    request, index = project.request, project.index
    focus, surveyed = project.focus, project.survey
    while True:
        project.clock.next("resolving")
        confirmed, editable = project.witness.confirmed, project.files.editable
        planner = Planner(index, surveyed, request.settings, editable, confirmed, declined)
        fixpoint = Fixpoint(planner, index, request.settings, request.baseline, focus)
        try:
            return planner, fixpoint.run(project.engine, project.clock)
        except TooNarrowError as narrow:
            project.session.show(index, {buffer.path for buffer in request.buffers})
            project.engine.forget()
            project.clock.next("surveying")
            focus |= narrow.changed
            surveyed = survey(index, focus)


def _prepare(module: Module, focus: Container[Path], engine: TypeEngine) -> None:
    if module.file.path in focus:
        prepare_for(engine, expressions_to_prepare(module))  # it has nothing else to do while we read


def _proved(finding: Finding, settled: SettledPlan) -> Finding:
    """A finding with what its proof has shown."""
    if finding.fix in settled.refused:
        withdrawn = settled.refused[finding.fix]
        reason = f"the fix was withdrawn: {withdrawn.words}"
        return replace(finding, code=_WITHDRAWN, fix=None, reason=reason, chain=_with_place(finding, withdrawn))
    objection = settled.doubts.get(finding.fix)
    if finding.fix is None or objection is None:
        return finding
    fix = replace(finding.fix, applicability=Applicability.UNSAFE)
    reason = "; ".join(filter(None, [finding.reason, objection.words]))
    return replace(finding, fix=fix, reason=reason, chain=_with_place(finding, objection))


def _with_place(finding: Finding, objection: Objection) -> tuple[Link, ...]:
    return (*finding.chain, *([objection.place] if objection.place else []))


def _broken_file(broken: BrokenFile) -> Finding:
    stop = Link(broken.path, broken.line, "the parser stops here", broken.column)
    chain = (stop,) if broken.code == "AW901" else ()
    return Finding(broken.code, broken.path, Span(0, 0), broken.message, chain=chain)


@contextmanager
def _limits_for_large_trees() -> Iterator[None]:
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
