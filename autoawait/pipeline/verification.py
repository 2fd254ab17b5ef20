"""The proof of a trial: what must hold before a byte is written.

Each changed file compiles, differs only where planned, and keeps its other bytes; the type checker has no new
complaint that an edit can have caused; and a second analysis, of the result, plans nothing more.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from autoawait.detection.survey import awaited_in, survey
from autoawait.diagnostics.finding import Edit, Finding, Link
from autoawait.edits.apply import AppliedEdits, attempt
from autoawait.edits.proof import prove
from autoawait.pipeline.attribution import responsible_fixes
from autoawait.pipeline.culprits import Culprits, TrialBudget
from autoawait.pipeline.new_diagnostics import (
    INVALID_AWAIT,
    is_about_value,
    is_silenced,
    new_complaints,
    still_lacks_await,
)
from autoawait.pipeline.plan import Planner
from autoawait.project.index import Function, Index, index_file
from autoawait.project.settings import Settings
from autoawait.project.source import Span, Spot, place_text, shown
from autoawait.types.checker_diagnostics import headline
from autoawait.types.engine import Checked, CheckerDiagnostic
from autoawait.types.overlaid_engine import OverlaidEngine

_OF_OLD_AWAITS = frozenset({INVALID_AWAIT, "invalid-context-manager", "not-iterable"})


@dataclass(frozen=True, slots=True)
class Objection:
    """What is said against a fix, and the line that it is about, where it is about one."""

    words: str
    place: Link | None = None


@dataclass(frozen=True, slots=True)
class Objections:
    """What speaks against a trial; if nothing does, it is proved.

    ``failed`` are the fixes that fail a check, each with the reason. They are given up only if there is nothing else to
    try: ``lacking``, edits that functions still need which became async, and ``further``, findings that had no fix or
    were not seen, and can be fixed now; both are in places before the edits of the trial. ``doubts`` are no objections:
    what the checker says of the values that it sees only now, for the fixes that let it see them. ``left`` is what
    a run on the result would report and the plan does not, in places before the edits.
    """

    failed: Mapping[Finding, Objection]
    lacking: Mapping[Function, tuple[Edit, ...]] = field(default_factory=dict)
    further: tuple[Finding, ...] = ()
    doubts: Mapping[Finding, Objection] = field(default_factory=dict)
    left: tuple[Finding, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.failed or self.lacking or self.further)


@dataclass(frozen=True, eq=False)
class Verification:
    """A trial, and what it is held against: the project, and what the checker said ``before`` any edit.

    ``planner`` is the one that made the plan. ``looked_at`` are files that are analysed again beside those that the
    trial changes. ``refused`` are the places, before the edits, of fixes that failed already: what is found there
    again is no objection. ``impossible`` are the places of findings without a fix, ``told`` those of all that the plan
    speaks of. ``budget`` limits how often it is tried which fix is to blame.
    """

    trial: AppliedEdits
    planner: Planner
    index: Index
    before: Mapping[Path, Checked]
    engine: OverlaidEngine
    settings: Settings
    looked_at: Collection[Path]
    refused: Collection[Spot]
    impossible: Collection[Spot]
    told: Collection[Spot]
    budget: TrialBudget

    def objections(self) -> Objections:
        """What speaks against the trial."""
        if failed := self._unproved():
            return Objections(failed)
        unfinished = self._unfinished()
        # The checker would complain of what still lacks an `await` as well.
        if unfinished.lacking or unfinished.further:
            return unfinished
        failed, doubts = self._complained()
        return replace(unfinished, failed={**unfinished.failed, **failed}, doubts=doubts)

    def _unproved(self) -> dict[Finding, Objection]:
        found: dict[Finding, Objection] = {}
        for path, after in self.trial.files.items():
            before, target = self.index.modules[path].file, self.settings.target_version
            if (problem := prove(before, self.trial.edits[path], after.data, target)) is not None:
                reason = f"{shown(path, self.settings.root)}: {problem}"
                found.update(dict.fromkeys(responsible_fixes(self.trial, path, None, self.index), Objection(reason)))
        return found

    def _complained(self) -> tuple[dict[Finding, Objection], dict[Finding, Objection]]:
        """The fixes that new complaints of the checker fall on: those that fail, and those that are only in doubt."""
        root, below = self.settings.root, self.engine.engine
        culprits = Culprits(self.trial, self.index, self.before, below, root, self.budget)
        paths = sorted(self.before.keys() & {*self.trial.files, *self.planner.referring_files})
        failed: dict[Finding, Objection] = {}
        doubts: dict[Finding, Objection] = {}
        for path, after in zip(paths, self.engine.check(paths), strict=True):
            for complaint in new_complaints(self.before[path], after, partial(self.index.function_around, path)):
                function = self._untouched(path, complaint)
                is_old = still_lacks_await(complaint) or _is_of_old_await(complaint, function)
                if is_old or is_silenced(complaint, self.index.modules[path].file):
                    continue
                objection = self._complaint(path, complaint)
                found = doubts if is_about_value(complaint) else failed
                for finding in culprits.of(path, complaint):
                    found.setdefault(finding, objection)
        return failed, doubts

    def _complaint(self, path: Path, complaint: CheckerDiagnostic) -> Objection:
        """A complaint in words, with the line that it is about."""
        file, offset = self.index.modules[path].file, self._offset(path, complaint.start)
        place = place_text(file, offset, self.settings.root)
        words = f"the type checker would report an error at {place}: {headline(complaint)}"
        return Objection(words, Link.at(file, offset, "the type checker would complain of: "))

    def _untouched(self, path: Path, complaint: CheckerDiagnostic) -> Function | None:
        """The function around a complaint, if no edit is in it: the checker only sees more of it."""
        function = self.index.function_around(path, complaint.start.line)
        if function is None:
            return None
        span = function.file.span(function.node)
        edits = self.trial.edits.get(path, ())
        return None if any(span.start <= edit.span.start < span.end for edit in edits) else function

    def _unfinished(self) -> Objections:
        """Analyse the result again: there must be nothing left that could be fixed.

        What a function lacks that has just become async could not be known before; it is added to the same fix. And a
        barrier may be gone, such as a decorator whose wrapper is async now.
        """
        fresh = Index(root=self.settings.root)
        fresh.broken, fresh.foreign = dict(self.index.broken), set(self.index.foreign)
        fresh.modules = {**self.index.modules, **{path: index_file(after) for path, after in self.trial.files.items()}}
        files = {*self.trial.files, *self.looked_at}
        plan = Planner(fresh, survey(fresh, files), self.settings, self.planner.editable).plan(self.engine.engine)
        again = attempt(fresh, plan.findings, self.settings.root, unsafe=self.settings.unsafe_fixes)
        failed: dict[Finding, Objection] = {}
        lacking: dict[Function, tuple[Edit, ...]] = {}
        further: list[Finding] = []
        for finding in map(self._as_before, again.made):
            place = self._start(finding)
            if place in self.refused:
                continue
            function = None
            if place not in self.impossible:
                reason = f"a second run would change {self._shown(finding.path, place)}: {finding.message}"
                blamed = responsible_fixes(self.trial, finding.path, place, self.index)
                failed.update(dict.fromkeys(blamed, Objection(reason)))
                around = (self.index.function_around(finding.path, place.line), self._callee(finding))
                function = next((f for f in around if f in self.planner.becoming_async), None)
            if function is not None and finding.fix:
                lacking[function] = (*lacking.get(function, ()), *finding.fix.edits)
            else:
                further.append(finding)
        left = [f for f in map(self._as_before, plan.findings) if self._start(f) not in self.told]
        return Objections(failed, lacking, tuple(further), left=tuple(left))

    def _start(self, finding: Finding) -> Spot:
        return self.index.modules[finding.path].file.spot(finding.span.start)

    def _shown(self, path: Path, spot: Spot) -> str:
        """A spot of a file before the edits, for messages."""
        return place_text(self.index.modules[path].file, self._offset(path, spot), self.settings.root)

    def _offset(self, path: Path, spot: Spot) -> int:
        before = self.index.modules[path].file
        return before.offset(min(spot.line, len(before.line_starts)), spot.column)  # it may have seen a longer file

    def _callee(self, finding: Finding) -> Function | None:
        """The function in a changed file that a finding names as its callee."""
        for link in finding.chain[:1]:
            if link.path in self.trial.files:
                return self.index.function_around(link.path, link.line)
        return None

    def _as_before(self, finding: Finding) -> Finding:
        """A finding about the result, in places of the files before the trial's edits."""
        fix = finding.fix
        if fix is not None:
            fix = replace(fix, edits=tuple(replace(e, span=self._span_before(e.path, e.span)) for e in fix.edits))
        chain = tuple(map(self._link_before, finding.chain))
        return replace(finding, span=self._span_before(finding.path, finding.span), fix=fix, chain=chain)

    def _link_before(self, link: Link) -> Link:
        if link.path not in self.trial.files:
            return link
        offset = link.offset(self.trial.files[link.path])
        before = self._span_before(link.path, Span(offset, offset)).start
        return link.moved(self.index.modules[link.path].file, before)

    def _span_before(self, path: Path, span: Span) -> Span:
        """A span of a file after the trial's edits, in the file before them; of one that has none, itself."""
        if path not in self.trial.files:
            return span
        shift, after, before = self.engine.shifts[path], self.trial.files[path], self.index.modules[path].file
        places = (shift.back(after.spot(offset)) for offset in (span.start, span.end))
        return Span(*(before.offset(place.line, place.column) for place in places))


def _is_of_old_await(complaint: CheckerDiagnostic, function: Function | None) -> bool:
    """Whether a complaint is about the result of a call that an unchanged function awaits, or enters or iterates over
    as async: this was as wrong before, only the checker did not know what is called."""
    if function is None or complaint.code not in _OF_OLD_AWAITS:
        return False
    file = function.file
    awaited = (node for around in ast.walk(function.node) for node in awaited_in(around))
    starts = {file.spot(file.span(call).start) for call in awaited if isinstance(call, ast.Call)}
    return complaint.start in starts
