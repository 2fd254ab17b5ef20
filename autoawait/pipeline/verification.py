"""The proof of a trial: what must hold before a byte is written.

Each changed file compiles, differs only where planned, and keeps its other bytes; the type checker
has no complaint that it had not before; and a fresh analysis of the result plans nothing more.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autoawait.detection.survey import awaited_in, survey
from autoawait.diagnostics.finding import Applicability, Edit, Finding, Link
from autoawait.edits.apply import AppliedEdits, attempt
from autoawait.edits.proof import prove
from autoawait.pipeline.attribution import function_around, responsible_fixes
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
from autoawait.project.source import Span, Spot, shown, spot_text
from autoawait.types.checker_diagnostics import headline
from autoawait.types.engine import Checked, CheckerDiagnostic
from autoawait.types.overlaid_engine import OverlaidEngine

_OF_OLD_AWAITS = frozenset({INVALID_AWAIT, "invalid-context-manager", "not-iterable"})


@dataclass(frozen=True, slots=True)
class Objections:
    """What speaks against a trial: fixes that fail a check, each with the reason; and edits (in places before the
    edits of the trial) that a function still lacks which became async: to be tried before those fixes are given up.
    ``further`` are findings (in places before the edits too) that were refused or not seen, and can be fixed now: they
    are planned too before what they would fail is given up. Nothing of this: the trial is proved, and ``doubts`` are
    what the checker says of values that it sees only now."""

    failed: Mapping[Finding, str]
    lacking: Mapping[Function, tuple[Edit, ...]]
    further: tuple[Finding, ...] = ()
    doubts: Mapping[Finding, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.failed or self.lacking or self.further)


@dataclass(frozen=True, eq=False)
class Verification:
    """A trial, and what it is held against: the project and what the checker said of it ``before`` any edit.

    What the trial still lacks may lead to any of the ``editable`` files. ``looked_at`` are files that are analysed
    afresh beside those that the trial changes; ``refused`` the places (before the edits) of fixes that failed already:
    they stay as they were; ``becoming_async`` are the functions that the trial makes async, ``referring`` the files
    that refer to those; ``impossible`` the places of findings without a fix.
    """

    trial: AppliedEdits
    index: Index
    before: Mapping[Path, Checked]
    engine: OverlaidEngine
    settings: Settings
    editable: Collection[Path]
    looked_at: Collection[Path]
    refused: Collection[Spot]
    becoming_async: Collection[Function] = ()
    impossible: Collection[Spot] = ()
    referring: Collection[Path] = ()

    def objections(self) -> Objections:
        """What speaks against the trial."""
        if failed := self._unproved():
            return Objections(failed, {})
        unfinished = self._unfinished()
        # What still lacks an `await` the checker complains of as well.
        if unfinished.lacking or unfinished.further:
            return unfinished
        failed, doubts = self._complained()
        return Objections({**unfinished.failed, **failed}, {}, doubts=doubts)

    def _unproved(self) -> dict[Finding, str]:
        found: dict[Finding, str] = {}
        for path, after in self.trial.files.items():
            before, target = self.index.modules[path].file, self.settings.target_version
            if (problem := prove(before, self.trial.edits[path], after.data, target)) is not None:
                reason = f"{shown(path, self.settings.root)}: {problem}"
                found.update(responsible_fixes(self.trial, path, None, reason, self.index))
        return found

    def _complained(self) -> tuple[dict[Finding, str], dict[Finding, str]]:
        """The fixes that the checker objects to, and those of which it only says what it thinks of the values."""
        paths = sorted(self.before.keys() & {*self.trial.files, *self.referring})
        failed: dict[Finding, str] = {}
        doubts: dict[Finding, str] = {}
        for path, after in zip(paths, self.engine.check(paths), strict=True):
            for complaint in new_complaints(self.before[path], after):
                function = self._untouched(path, complaint)
                is_old = still_lacks_await(complaint) or (
                    function is not None and _is_of_old_await(complaint, function)
                )
                if is_old or is_silenced(complaint, self.index.modules[path].file):
                    continue
                spot = spot_text(complaint.start, self.settings.root)
                reason = f"the type checker would report an error at {spot}: {headline(complaint)}"
                accused = responsible_fixes(self.trial, path, complaint.start, reason, self.index)
                is_asked_for = all(finding.applicability is Applicability.UNSAFE for finding in accused)
                is_doubt = is_about_value(complaint) and (is_asked_for or function is not None)
                (doubts if is_doubt else failed).update(accused)
        return failed, doubts

    def _untouched(self, path: Path, complaint: CheckerDiagnostic) -> Function | None:
        """The function around a complaint, if nothing changes in it: it awaits what it did, and sees more of it."""
        function = function_around(self.index, path, complaint.start.line)
        if function is None:
            return None
        span = function.file.span(function.node)
        edits = self.trial.edits.get(path, ())
        return None if any(span.start <= edit.span.start < span.end for edit in edits) else function

    def _unfinished(self) -> Objections:
        """Analyse the result afresh: it must plan nothing that could be applied.

        What a function needs that has just become async is not known before it is; it is asked for in the same fix.
        What stood in the way of a function may be gone: a decorator whose wrapper is async now.
        """
        fresh = Index(root=self.settings.root)
        fresh.broken, fresh.foreign = dict(self.index.broken), set(self.index.foreign)
        fresh.modules = {**self.index.modules, **{path: index_file(after) for path, after in self.trial.files.items()}}
        files = {*self.trial.files, *self.looked_at}
        plan = Planner(fresh, survey(fresh, files), self.settings, self.editable).plan(self.engine.engine)
        again = attempt(fresh, plan.findings, self.settings.root, unsafe=self.settings.unsafe_fixes)
        failed: dict[Finding, str] = {}
        lacking: dict[Function, tuple[Edit, ...]] = {}
        further: list[Finding] = []
        for finding in again.made:
            place = fresh.modules[finding.path].file.spot(finding.span.start)
            if finding.path in self.trial.files:
                place = self.engine.shifts[finding.path].back(place)
            if place in self.refused:
                continue
            if place in self.impossible:
                further.append(self._as_before(finding))
                continue
            reason = f"a second run would change {spot_text(place, self.settings.root)}: {finding.message}"
            failed.update(responsible_fixes(self.trial, finding.path, place, reason, self.index))
            around = function_around(self.index, finding.path, place.line)
            function = next((f for f in (around, self._callee(finding)) if f in self.becoming_async), None)
            if function is not None and finding.fix:
                edits = tuple(self._moved_back(edit) for edit in finding.fix.edits)
                lacking[function] = (*lacking.get(function, ()), *edits)
            else:
                further.append(self._as_before(finding))
        return Objections(failed, lacking, tuple(further))

    def _as_before(self, finding: Finding) -> Finding:
        """A finding about the result, in places of the files before the trial's edits."""
        edits = tuple(self._moved_back(edit) for edit in finding.fix.edits) if finding.fix else ()
        chain = tuple(map(self._link_before, finding.chain))
        fix = replace(finding.fix, edits=edits) if finding.fix else None
        return replace(finding, span=self._span_before(finding.path, finding.span), fix=fix, chain=chain)

    def _link_before(self, link: Link) -> Link:
        if link.path not in self.trial.files:
            return link
        offset = link.offset(self.trial.files[link.path])
        before = self._span_before(link.path, Span(offset, offset)).start
        return link.moved(self.index.modules[link.path].file, before)

    def _callee(self, finding: Finding) -> Function | None:
        """The function that a finding about the result names as its callee, as it was before."""
        if not finding.chain or finding.chain[0].path not in self.trial.files:
            return None
        link = finding.chain[0]
        after = self.trial.files[link.path]
        spot = self.engine.shifts[link.path].back(after.spot(after.offset(link.line, 0)))
        return function_around(self.index, link.path, spot.line)

    def _moved_back(self, edit: Edit) -> Edit:
        """An edit of a file after the trial's edits, in terms of the file before them."""
        return replace(edit, span=self._span_before(edit.path, edit.span))

    def _span_before(self, path: Path, span: Span) -> Span:
        """A span of a file after the trial's edits, in the file before them; of one that has none, itself."""
        if path not in self.trial.files:
            return span
        shift, after, before = self.engine.shifts[path], self.trial.files[path], self.index.modules[path].file
        places = (shift.back(after.spot(offset)) for offset in (span.start, span.end))
        start, end = (before.offset(place.line, place.column) for place in places)
        return Span(start, end)


def _is_of_old_await(complaint: CheckerDiagnostic, function: Function) -> bool:
    """Whether a complaint is about what a call gives that a function awaits, enters or iterates as async, as it did
    before: that was as wrong before, only nobody knew what is called."""
    if complaint.code not in _OF_OLD_AWAITS:
        return False
    file = function.file
    awaited = (node for around in ast.walk(function.node) for node in awaited_in(around))
    starts = {file.spot(file.span(call).start) for call in awaited if isinstance(call, ast.Call)}
    return complaint.start in starts
