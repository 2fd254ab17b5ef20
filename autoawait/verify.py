"""The proof of a trial: what must hold before a byte is written (DESIGN 1, third promise).

Each changed file compiles, differs only where planned, and keeps its other bytes; the type checker
has no complaint that it had not before; and a fresh analysis of the result plans nothing more.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from autoawait.blame import blamed, function_around
from autoawait.diagnostics import Applicability, Edit, Finding
from autoawait.index import Function, Index, index_file
from autoawait.plan import Planner
from autoawait.proof import prove
from autoawait.settings import Settings
from autoawait.source import SourceFile, Span, Spot
from autoawait.suppression import silenced
from autoawait.survey import UNAWAITED, awaited_in, survey
from autoawait.trial import Trial, attempt
from autoawait.types.engine import ASYNC_KINDS, AWAITABLE_KINDS, Checked, Complaint, Kind
from autoawait.types.overlaid import Overlaid
from autoawait.types.wording import is_about_suppression, kind_of, union_parts

# Of a value that is seen only in part: it may be None, one of several types, or a type variable that nobody bound.
_PARTIAL = ("None", " | ", "Unknown", "@")
_OF_ASYNC = re.compile(r"Coroutine|Awaitable|Async|\basync\b")
_OVERRIDE = "-override"
_NO_ATTRIBUTE = re.compile(r"Object of type `([^`]+)` has no attribute")
_ON_NONE = re.compile(r"is not defined on `None` in union|^Cannot subscript object of type `None`")
_INVALID_AWAIT = "invalid-await"
_OF_OLD_AWAITS = frozenset({_INVALID_AWAIT, "invalid-context-manager", "not-iterable"})


@dataclass(frozen=True, slots=True)
class Objections:
    """What speaks against a trial: fixes that fail a check, each with the reason; and edits (in places before the
    edits of the trial) that a function still lacks which became async: to be tried before those fixes are given up.
    ``further`` are findings (in places before the edits too) that were refused or not seen, and can be mended now: they
    are planned too before what they would fail is given up. Nothing of this: the trial is proved, and ``doubts`` are
    what the checker says of values that it sees only now."""

    failed: Mapping[Finding, str]
    lacking: Mapping[Function, tuple[Edit, ...]]
    further: tuple[Finding, ...] = ()
    doubts: Mapping[Finding, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.failed or self.lacking or self.further)


def objections(
    trial: Trial,
    index: Index,
    before: Mapping[Path, Checked],
    engine: Overlaid,
    settings: Settings,
    editable: Collection[Path],
    looked_at: Collection[Path],
    refused: Collection[Spot],
    turned: Collection[Function] = (),
    impossible: Collection[Spot] = (),
) -> Objections:
    """What speaks against a trial; what it still lacks may lead to any of the ``editable`` files.

    ``looked_at`` are files that are analysed afresh beside those that the trial changes; ``refused`` the places (before
    the edits) of fixes that failed already: they stay as they were; ``turned`` are the functions that the trial makes
    async; ``impossible`` the places of findings without a fix.
    """
    if failed := _unproved(trial, index, settings.target_version):
        return Objections(failed, {})
    unfinished = _unfinished(trial, index, engine, settings, editable, looked_at, refused, turned, impossible)
    # What still lacks an `await` the checker complains of as well.
    if unfinished.lacking or unfinished.further:
        return unfinished
    failed, doubts = _complained(trial, index, before, engine)
    return Objections({**unfinished.failed, **failed}, {}, doubts=doubts)


def _unproved(trial: Trial, index: Index, target: tuple[int, int]) -> dict[Finding, str]:
    found: dict[Finding, str] = {}
    for path, after in trial.files.items():
        reason = prove(index.modules[path].file, trial.edits[path], after.data, target)
        if reason is not None:
            found.update(blamed(trial, path, None, reason, index))
    return found


def _complained(
    trial: Trial, index: Index, before: Mapping[Path, Checked], engine: Overlaid
) -> tuple[dict[Finding, str], dict[Finding, str]]:
    """The fixes that the checker objects to, and the unsafe ones of which it only says what it thinks of the values."""
    paths = sorted(trial.files)
    failed: dict[Finding, str] = {}
    doubts: dict[Finding, str] = {}
    for path, after in zip(paths, engine.check(paths), strict=True):
        for complaint in new_complaints(before[path], after):
            is_old = _is_of_old_await(complaint, path, index, trial.edits[path]) or still_lacks_await(complaint)
            if is_old or _is_silenced(complaint, index.modules[path].file):
                continue
            reason = f"the type checker would complain: {_headline(complaint)}"
            accused = blamed(trial, path, complaint.start, reason, index)
            is_asked_for = any(finding.applicability is Applicability.UNSAFE for finding in accused)
            is_told = _is_about_values(complaint) or _is_about_none(complaint) or _sort(complaint) == _OVERRIDE
            (doubts if is_asked_for and is_told else failed).update(accused)
    return failed, doubts


def _is_about_values(complaint: Complaint) -> bool:
    """Whether a complaint holds one plain type against another: the value was as wrong before, only nobody saw it.

    Where a class no longer fits because a method of it is async now, the explanation says so.
    """
    if _OF_ASYNC.search(complaint.message):
        return False
    is_plain = complaint.found not in (*ASYNC_KINDS, Kind.MAYBE)
    return is_plain and bool(complaint.expected) and kind_of(complaint.expected) is Kind.PLAIN


def _is_of_old_await(complaint: Complaint, path: Path, index: Index, edits: Collection[Edit]) -> bool:
    """Whether a complaint is about what a call gives that was awaited, entered or iterated as async before, in a
    function in which nothing changes: that was as wrong before, only nobody knew what is called."""
    function = function_around(index, path, complaint.start.line) if complaint.code in _OF_OLD_AWAITS else None
    if function is None:
        return False
    file, span = function.file, function.file.span(function.node)
    awaited = (node for around in ast.walk(function.node) for node in awaited_in(around))
    starts = {file.spot(file.span(call).start) for call in awaited if isinstance(call, ast.Call)}
    return complaint.start in starts and not any(span.start <= edit.span.start < span.end for edit in edits)


def still_lacks_await(complaint: Complaint) -> bool:
    """Whether a complaint is that something typed as awaitable has no such attribute: what an edit makes is a
    coroutine; this was there before, and still lacks its own ``await``."""
    match = _NO_ATTRIBUTE.match(complaint.message)
    return match is not None and kind_of(match[1]) is Kind.AWAITABLE


def _is_silenced(complaint: Complaint, source: SourceFile) -> bool:
    """Whether the author has told another checker to be silent of this line, and no coroutine is what is wrong there.

    ty heeds only comments without a code or with one of its own.
    """
    is_async = complaint.found in ASYNC_KINDS or _OF_ASYNC.search(complaint.message) is not None
    return not is_async and complaint.start.line in silenced(source)


def _is_about_none(complaint: Complaint) -> bool:
    """Whether a complaint is that a value may be None: to await it gives no other, and what the code does with that was
    as right or wrong before."""
    return bool(_ON_NONE.search(complaint.message)) and not _OF_ASYNC.search(complaint.message)


def new_complaints(before: Checked, after: Checked) -> list[Complaint]:
    """The complaints that are new. Both sides speak of places before the edits.

    A complaint is not new where the checker had the same before, where it complained of the awaitable
    itself at this place (now it sees the value), or where it took the code for unreachable. A warning that is about
    the value that is now seen, such as its truth, is the author's.
    """
    # What follows the first line explains, and names types that may be seen more exactly now.
    known = Counter((c.code, _headline(c)) for c in before.complaints)
    grave = (c for c in after.complaints if c.is_error or _is_about_async(c))
    fresh = [
        c for c in grave if not (is_about_suppression(c) or _was_about_awaitable(before, c) or _was_there(before, c))
    ]
    new: list[Complaint] = []
    for complaint in fresh:
        key = (complaint.code, _headline(complaint))
        if known[key]:
            known[key] -= 1
        elif not any(start <= complaint.start <= end for start, end in before.unreachable):
            new.append(complaint)
    return new


def _was_there(before: Checked, complaint: Complaint) -> bool:
    """Whether the checker complained of the same thing at the same place, and only says more exactly now what is amiss:
    of a manager that has one of its two methods, say, which of them is missing. What did not fit a type that is
    expected there, and was no awaitable itself, does not fit it still; of what could not be awaited, a part now can."""
    return any(
        (_sort(old), old.start, old.end) == (_sort(complaint), complaint.start, complaint.end)
        and _headline(old) != _headline(complaint)
        and _is_no_worse(old, complaint)
        for old in before.complaints
    )


def _is_no_worse(old: Complaint, complaint: Complaint) -> bool:
    """Whether of two complaints of one sort at one place the second is about no more than the first."""
    if complaint.code == _INVALID_AWAIT:
        return _not_awaitable(complaint) <= _not_awaitable(old)
    return _is_as_unfit(old, complaint) if complaint.expected else _is_as_amiss(old, complaint)


def _not_awaitable(complaint: Complaint) -> set[str]:
    """The types of what cannot be awaited, of a union those that are the reason for it."""
    return {part for part in union_parts(_subject(complaint)) if kind_of(part) not in AWAITABLE_KINDS}


def _sort(complaint: Complaint) -> str:
    """What a complaint is about in general: ty has several codes for an override that does not fit."""
    return _OVERRIDE if complaint.code.endswith(_OVERRIDE) else complaint.code


def _is_as_unfit(old: Complaint, complaint: Complaint) -> bool:
    return old.expected == complaint.expected and not {old.found, complaint.found} & ASYNC_KINDS


def _is_as_amiss(old: Complaint, complaint: Complaint) -> bool:
    if old.expected or not _is_known_better(_subject(old), _subject(complaint)):
        return False
    return _sort(complaint) == _OVERRIDE or old.found is complaint.found is not Kind.COROUTINE


def _is_known_better(before: str, after: str) -> bool:
    """Whether a type is the one it was before, or what was unknown in it is known now."""
    return re.fullmatch(".+".join(map(re.escape, before.split("Unknown"))), after) is not None


def _subject(complaint: Complaint) -> str:
    """The type that a complaint is about: what it quotes first."""
    return complaint.message.partition("`")[2].partition("`")[0]


def _is_about_async(complaint: Complaint) -> bool:
    return complaint.found in ASYNC_KINDS or complaint.suggests_async or complaint.code in UNAWAITED


def _headline(complaint: Complaint) -> str:
    return complaint.message.partition("\n")[0]


def _was_about_awaitable(before: Checked, complaint: Complaint) -> bool:
    """Whether a complaint takes the place of one about the awaitable, and shows more than the same mistake again.

    A value that may be None is complained of as the author would see it with the `await` in place; the
    same complaint about another type shows that the missing `await` was not the mistake.
    """
    if complaint.code == _INVALID_AWAIT:
        return False  # what was no awaitable before is none now
    is_partial = any(sign in complaint.message for sign in _PARTIAL)
    return any(
        old.found in ASYNC_KINDS
        and old.start <= complaint.end
        and complaint.start <= old.end
        and (is_partial or old.code != complaint.code)
        for old in before.complaints
    )


def _unfinished(
    trial: Trial,
    index: Index,
    engine: Overlaid,
    settings: Settings,
    editable: Collection[Path],
    looked_at: Collection[Path],
    refused: Collection[Spot],
    turned: Collection[Function],
    impossible: Collection[Spot],
) -> Objections:
    """Analyse the result afresh: it must plan nothing that could be applied.

    What a function needs that has just become async is not known before it is; it is asked for in the same fix. What
    stood in the way of a function may be gone: a decorator whose wrapper is async now.
    """
    fresh = Index()
    fresh.broken, fresh.foreign = dict(index.broken), set(index.foreign)
    fresh.modules = {**index.modules, **{path: index_file(after) for path, after in trial.files.items()}}
    files = {*trial.files, *looked_at}
    plan = Planner(fresh, survey(fresh, files), settings, editable).plan(engine.engine)
    again = attempt(fresh, plan.findings, unsafe=settings.unsafe_fixes)
    failed: dict[Finding, str] = {}
    lacking: dict[Function, tuple[Edit, ...]] = {}
    further: list[Finding] = []
    for finding in again.made:
        place = fresh.modules[finding.path].file.spot(finding.span.start)
        if finding.path in trial.files:
            place = engine.shifts[finding.path].back(place)
        if place in refused:
            continue
        if place in impossible:
            further.append(_as_before(finding, trial, index, engine))
            continue
        reason = f"a second run would go on with line {place.line}: {finding.message}"
        failed.update(blamed(trial, finding.path, place, reason, index))
        around = function_around(index, finding.path, place.line)
        function = next((f for f in (around, _callee(finding, trial, index, engine)) if f in turned), None)
        if function is not None and finding.fix:
            edits = tuple(_moved_back(edit, trial, index, engine) for edit in finding.fix.edits)
            lacking[function] = (*lacking.get(function, ()), *edits)
        else:
            further.append(_as_before(finding, trial, index, engine))
    return Objections(failed, lacking, tuple(further))


def _as_before(finding: Finding, trial: Trial, index: Index, engine: Overlaid) -> Finding:
    """A finding about the result, in places of the files before the trial's edits."""
    edits = tuple(_moved_back(edit, trial, index, engine) for edit in finding.fix.edits) if finding.fix else ()
    chain = tuple(
        replace(link, line=engine.shifts[link.path].back(after.spot(after.offset(link.line, 0))).line)
        if (after := trial.files.get(link.path))
        else link
        for link in finding.chain
    )
    fix = replace(finding.fix, edits=edits) if finding.fix else None
    return replace(finding, span=_span_before(finding.path, finding.span, trial, index, engine), fix=fix, chain=chain)


def _callee(finding: Finding, trial: Trial, index: Index, engine: Overlaid) -> Function | None:
    """The function that a finding about the result names as its callee, as it was before."""
    if not finding.chain or finding.chain[0].path not in trial.files:
        return None
    link = finding.chain[0]
    after = trial.files[link.path]
    before = engine.shifts[link.path].back(after.spot(after.offset(link.line, 0)))
    return function_around(index, link.path, before.line)


def _moved_back(edit: Edit, trial: Trial, index: Index, engine: Overlaid) -> Edit:
    """An edit of a file after the trial's edits, in terms of the file before them."""
    return replace(edit, span=_span_before(edit.path, edit.span, trial, index, engine))


def _span_before(path: Path, span: Span, trial: Trial, index: Index, engine: Overlaid) -> Span:
    """A span of a file after the trial's edits, in the file before them; of one that has none, itself."""
    if path not in trial.files:
        return span
    shift, after, before = engine.shifts[path], trial.files[path], index.modules[path].file
    places = (shift.back(after.spot(offset)) for offset in (span.start, span.end))
    start, end = (before.offset(place.line, place.column) for place in places)
    return Span(start, end)
