"""Plans made again and again until nothing changes, since the edits of one plan let the engine know more.

All facts stay in places of the original; only types come from an overlay with the edits of the plan before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.baseline import Baseline
from autoawait.diagnostics.finding import Finding, Fix
from autoawait.edits.apply import AppliedEdits, attempt
from autoawait.pipeline.culprits import TrialBudget
from autoawait.pipeline.plan import Plan, Planner
from autoawait.pipeline.stage_timer import StageTimer
from autoawait.pipeline.unsettled_calls import unsettled_calls
from autoawait.pipeline.verification import Objection, Objections, Verification
from autoawait.project.index import Index
from autoawait.project.settings import Settings
from autoawait.project.source import Spot
from autoawait.types.engine import Checked, TypeEngine
from autoawait.types.overlaid_engine import OverlaidEngine

_ROUNDS = 30  # each makes more types known or withdraws a fix; stripped packages of the lab needed ten


class TooNarrowError(Exception):
    """Fixes change files that were not planned. ``changed`` are all that they change."""

    def __init__(self, changed: frozenset[Path]) -> None:
        super().__init__(changed)
        self.changed = changed


@dataclass(frozen=True, eq=False)
class SettledPlan:
    """A plan that stays the same when its own edits are seen, its proved trial, the fixes that failed with the reason
    for each, and for others what the checker would say of values: those fixes are unsafe. ``left`` is what a run on
    the result would find beside."""

    plan: Plan
    trial: AppliedEdits
    refused: Mapping[Fix | None, Objection]
    doubts: Mapping[Fix | None, Objection]
    left: tuple[Finding, ...] = ()


class Fixpoint:
    """The rounds for one planner. ``focus`` are the files that it plans; ``baseline`` has what is known, which stays
    as it is, like a fix that failed."""

    def __init__(
        self, planner: Planner, index: Index, settings: Settings, baseline: Baseline, focus: frozenset[Path]
    ) -> None:
        self._planner = planner
        self._index = index
        self._settings = settings
        self._baseline = baseline
        self._focus = focus
        self._refused: dict[Fix | None, Objection] = {}
        self._doubted: dict[Fix | None, Objection] = {}
        self._budget = TrialBudget()
        self._before: dict[Path, Checked] = {}  # what the checker says of files before any edit
        self._last: AppliedEdits | None = None
        self._declined = {self._spot(path, span.start) for path, span in planner.declined if path in index.modules}

    def run(self, engine: TypeEngine, clock: StageTimer) -> SettledPlan:
        """Plan until nothing changes. Raises TooNarrowError where a trial leaves the focus, and EngineError."""
        seen = OverlaidEngine(engine, {})
        plan = self._planner.plan(seen)
        self._before.update(self._planner.checked)
        trial = self._applied(plan)
        shown: AppliedEdits | None = None
        for number in range(_ROUNDS):
            if not trial.files:
                break
            clock.next("proving")
            self._check_before(engine, trial.files.keys() | self._planner.referring_files, shown)
            shown = trial
            seen = trial.engine(engine, self._index, seen.asked)
            plan = self._planner.plan(seen)
            following = self._applied(plan)
            if following.edits == trial.edits:
                objected = self._objections(plan, following, seen)
                if not objected and (self._settings.unsafe_fixes or not objected.doubts):
                    self._doubted.update((f.fix, words) for f, words in objected.doubts.items())
                    told = {finding.place for finding in (*plan.findings, *objected.left)}
                    calls = unsettled_calls(self._planner, following, self._index)
                    left = (*objected.left, *(f for f in calls if f.place not in told | self._planner.declined))
                    return SettledPlan(plan, following, self._refused, self._doubted, left)
                plan = self._revised(plan, following if number > _ROUNDS // 2 else None, objected, seen)
                following = self._applied(plan)
            self._show_original(engine, trial.files.keys() - following.files.keys())
            trial = following
        else:
            self._refused.update((f.fix, Objection("the plan did not settle")) for f in trial.made)
            trial = self._applied(plan)
        return SettledPlan(plan, trial, self._refused, self._doubted)

    def _check_before(self, engine: TypeEngine, paths: Set[Path], shown: AppliedEdits | None) -> None:
        """Let the checker see files as they are before any edit; ``shown`` is what the engine has before it."""
        if fresh := sorted(paths - self._before.keys()):
            self._show_original(engine, shown.files if shown else ())
            self._before.update(zip(fresh, engine.check(fresh), strict=True))

    def _show_original(self, engine: TypeEngine, paths: Iterable[Path]) -> None:
        for path in paths:
            engine.overlay(path, self._index.modules[path].file.text)

    def _applied(self, plan: Plan) -> AppliedEdits:
        not_made = self._not_made(plan)
        made = (f for f in plan.findings if f.fix not in not_made)
        trial = attempt(self._index, made, self._settings.root, unsafe=self._settings.unsafe_fixes, last=self._last)
        self._last = trial
        self._refused.update((f.fix, Objection(reason)) for f, reason in trial.withdrawn.items())
        if not trial.files.keys() <= self._focus:
            raise TooNarrowError(frozenset(trial.files))
        return trial

    def _objections(self, plan: Plan, trial: AppliedEdits, overlaid: OverlaidEngine) -> Objections:
        not_made = self._not_made(plan)
        stays = {*self._declined, *(self._place(f) for f in plan.findings if f.fix in not_made)}
        impossible = {self._place(f) for f in plan.findings if f.fix is None}
        looked_at = {f.path for f in plan.findings} & self._focus  # what is left there may be certain by now
        told = {*self._declined, *map(self._place, plan.findings), *map(self._place, plan.suppressed)}
        places = (looked_at, stays, impossible, told)
        verification = Verification(
            trial, self._planner, self._index, self._before, overlaid, self._settings, *places, self._budget
        )
        return verification.objections()

    def _revised(self, plan: Plan, late: AppliedEdits | None, objected: Objections, overlaid: TypeEngine) -> Plan:
        """The plan with what was lacking in it, or the same one without what failed; without all that changes the same
        files if it is ``late``, so that there is an end."""
        if self._planner.add_lacking(objected.lacking) or self._planner.add_findings(objected.further):
            return self._planner.plan(overlaid)
        self._refused.update((f.fix, reason) for f, reason in objected.failed.items())
        if not self._settings.unsafe_fixes:
            self._doubted.update((f.fix, words) for f, words in objected.doubts.items())
        if late is not None and objected.failed:
            reason = next(iter(objected.failed.values()))
            doubtful = {path for finding in objected.failed for path in _files(finding)}
            self._refused.update((f.fix, reason) for f in late.made if doubtful.intersection(_files(f)))
        return plan

    def _not_made(self, plan: Plan) -> Set[Fix | None]:
        """The fixes that are not made: those that failed or that are in doubt, and those that fix nothing but what the
        baseline knows."""
        sources = {path: module.file for path, module in self._index.modules.items()}
        known = self._baseline.known(plan.findings, sources)
        others = {f.fix for f in plan.findings if f not in known}
        return self._refused.keys() | self._doubted.keys() | ({f.fix for f in known if f.fix} - others)

    def _place(self, finding: Finding) -> Spot:
        return self._spot(finding.path, finding.span.start)

    def _spot(self, path: Path, offset: int) -> Spot:
        return self._index.modules[path].file.spot(offset)


def _files(finding: Finding) -> Set[Path]:
    return {edit.path for edit in finding.fix.edits} if finding.fix else frozenset()
