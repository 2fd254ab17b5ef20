"""The proof of a trial: what must hold before a byte is written (DESIGN 1, third promise).

Each changed file compiles, differs only where planned, and keeps its other bytes; the type checker
has no complaint that it had not before; and a fresh analysis of the result plans nothing more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

from autoawait.diagnostics import Applicability, Edit, Finding
from autoawait.index import Index, index_file
from autoawait.plan import Planner
from autoawait.proof import prove
from autoawait.settings import Settings
from autoawait.source import SourceFile, Spot
from autoawait.survey import survey
from autoawait.trial import Trial, attempt
from autoawait.types.engine import Checked, Complaint, Kind
from autoawait.types.overlaid import Overlaid
from autoawait.types.wording import is_about_suppression

_PARTIAL = ("None", " | ", "Unknown")
_ASYNC = frozenset({Kind.COROUTINE, Kind.AWAITABLE, Kind.ASYNC_ITERATOR, Kind.ASYNC_CONTEXT})


def objections(
    trial: Trial,
    index: Index,
    before: Mapping[Path, Checked],
    engine: Overlaid,
    settings: Settings,
    refused: Collection[Spot],
) -> dict[Finding, str]:
    """The fixes that fail a check, each with the reason. Empty: the trial is proved.

    ``refused`` are the places (before the edits) of fixes that failed already: they stay as they were.
    """
    found = _unproved(trial, index, settings.target_version)
    found.update(_complained(trial, index, before, engine))
    return found or _unfinished(trial, index, engine, settings, refused)


def _unproved(trial: Trial, index: Index, target: tuple[int, int]) -> dict[Finding, str]:
    found: dict[Finding, str] = {}
    for path, after in trial.files.items():
        reason = prove(index.modules[path].file, trial.edits[path], after.data, target)
        if reason is not None:
            found.update(_blame(trial, path, None, reason, index))
    return found


def _complained(trial: Trial, index: Index, before: Mapping[Path, Checked], engine: Overlaid) -> dict[Finding, str]:
    paths = sorted(trial.files)
    found: dict[Finding, str] = {}
    for path, after in zip(paths, engine.check(paths), strict=True):
        for complaint in new_complaints(before[path], after):
            reason = f"the type checker would complain: {complaint.message.splitlines()[0]}"
            found.update(_blame(trial, path, complaint.start, reason, index))
    return found


def new_complaints(before: Checked, after: Checked) -> list[Complaint]:
    """The complaints that are new. Both sides speak of places before the edits.

    A complaint is not new where the checker had the same before, where it complained of the awaitable
    itself at this place (now it sees the value), or where it took the code for unreachable.
    """
    known = Counter((c.code, c.message) for c in before.complaints)
    fresh = [c for c in after.complaints if not (is_about_suppression(c) or _was_about_awaitable(before, c))]
    new: list[Complaint] = []
    for complaint in fresh:
        key = (complaint.code, complaint.message)
        if known[key]:
            known[key] -= 1
        elif not any(start <= complaint.start <= end for start, end in before.unreachable):
            new.append(complaint)
    return new


def _was_about_awaitable(before: Checked, complaint: Complaint) -> bool:
    """Whether a complaint takes the place of one about the awaitable, and shows more than the same mistake again.

    A value that may be None is complained of as the author would see it with the `await` in place; the
    same complaint about another type shows that the missing `await` was not the mistake.
    """
    if complaint.code == "invalid-await":
        return False  # what was no awaitable before is none now
    is_partial = any(sign in complaint.message for sign in _PARTIAL)
    return any(
        old.found in _ASYNC
        and old.start <= complaint.end
        and complaint.start <= old.end
        and (is_partial or old.code != complaint.code)
        for old in before.complaints
    )


def _unfinished(
    trial: Trial, index: Index, engine: Overlaid, settings: Settings, refused: Collection[Spot]
) -> dict[Finding, str]:
    """Analyse the result afresh: it must plan nothing that could be applied."""
    fresh = Index()
    fresh.broken, fresh.foreign = dict(index.broken), set(index.foreign)
    fresh.modules = {**index.modules, **{path: index_file(after) for path, after in trial.files.items()}}
    plan = Planner(fresh, survey(fresh, trial.files), settings).plan(engine.engine)
    again = attempt(fresh, plan.findings, unsafe=settings.unsafe_fixes)
    found: dict[Finding, str] = {}
    for finding in again.made:
        place = engine.shifts[finding.path].back(trial.files[finding.path].spot(finding.span.start))
        if place not in refused:
            reason = f"a second run would go on with line {place.line}: {finding.message}"
            found.update(_blame(trial, finding.path, place, reason, index))
    return found


def _blame(trial: Trial, path: Path, spot: Spot | None, reason: str, index: Index) -> dict[Finding, str]:
    """The fixes that an objection falls on: the nearest above its place in its function, else the likely ones
    of the file, else all of it. If that was not the culprit, the next round objects again."""
    here = [f for f in trial.made if f.fix and any(e.path == path for e in f.fix.edits)]
    if spot is not None:
        source = index.modules[path].file
        around = _function_lines(index, path, spot.line)
        close = [f for f in here if _line(source, f, path) in around]
        above = [_line(source, f, path) for f in close if _line(source, f, path) <= spot.line]
        close = [f for f in close if _line(source, f, path) == max(above, default=0)] or close
        likely = [f for f in here if f.applicability is Applicability.UNSAFE]
        here = close or likely or here
    return dict.fromkeys(here, reason)


def _line(source: SourceFile, finding: Finding, path: Path) -> int:
    edits: Iterable[Edit] = finding.fix.edits if finding.fix else ()
    return source.spot(next(e.span.start for e in edits if e.path == path)).line


def _function_lines(index: Index, path: Path, line: int) -> range:
    """The lines of the innermost function around a line."""
    around = [
        range(f.node.lineno, (f.node.end_lineno or f.node.lineno) + 1)
        for f in index.modules[path].functions
        if f.node.lineno <= line <= (f.node.end_lineno or f.node.lineno)
    ]
    return min(around, key=len, default=range(0))
