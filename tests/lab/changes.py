"""What a change of the tool added and removed: two results of the same measurement, compared case by case."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tests.lab.apps import Examined
from tests.lab.clean import Cleanliness, Remark
from tests.lab.restore import Trial
from tests.lab.strip import Stripped
from tests.lab.tables import Table, say

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Noted:
    """Something that a result lists: a miss, an extra, a finding. ``text`` and ``told``, the line and what was said
    there, are to be read and not compared."""

    kind: str
    subject: str
    path: str
    line: int
    text: str
    what: str
    told: tuple[str, ...] = ()

    def key(self) -> tuple[str, str, str, int, str]:
        return self.kind, self.subject, self.path, self.line, self.what


@dataclass(frozen=True, slots=True)
class Comparable(Generic[T]):
    """How results of a measurement are compared: what they list, what they add up to, and what it is called when a
    thing that is listed is new, or gone."""

    name: str
    noted: Callable[[T], Iterator[Noted]]
    totals: Callable[[T], Mapping[str, int]]
    new: Mapping[str, str]
    gone: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that the change made different: ``newly restored``, ``newly missed``, …"""

    what: str
    noted: Noted


@dataclass(frozen=True, slots=True)
class Comparison:
    """Of one measurement: by group and number the totals before and after, and each change."""

    name: str
    totals: tuple[tuple[str, int, int], ...]
    changes: tuple[Change, ...]


def changes(how: Comparable[T], before: Sequence[T], after: Sequence[T]) -> Comparison:
    """Compare the results of two tools on the same packages and, where awaits were taken away, the same mutants."""
    old, new = _summed(how, before), _summed(how, after)
    totals = tuple((name, old[name], new[name]) for name in dict.fromkeys([*old, *new]))
    ours, theirs = (list(_noted(how, results)) for results in (after, before))
    found = [
        *(Change(how.gone[noted.kind], noted) for noted in _beyond(theirs, ours)),
        *(Change(how.new[noted.kind], noted) for noted in _beyond(ours, theirs)),
    ]
    order = list(dict.fromkeys([*how.gone.values(), *how.new.values()]))
    found.sort(key=lambda one: (order.index(one.what), one.noted.key()))
    return Comparison(how.name, totals, tuple(found))


def _summed(how: Comparable[T], results: Iterable[T]) -> Counter[str]:
    # Not a sum of Counters, which drops what is zero.
    summed: Counter[str] = Counter()
    for result in results:
        summed.update(how.totals(result))
    return summed


def _noted(how: Comparable[T], results: Iterable[T]) -> Iterator[Noted]:
    return (noted for result in results for noted in how.noted(result))


def _beyond(many: Iterable[Noted], few: Iterable[Noted]) -> Iterator[Noted]:
    """What is in the first beyond the second, as often as it is."""
    left = Counter(noted.key() for noted in few)
    for noted in many:
        if left[noted.key()]:
            left[noted.key()] -= 1
        else:
            yield noted


# --- the measurements -------------------------------------------------------------------------------------------------


def _cases_noted(result: Trial | Stripped) -> Iterator[Noted]:
    # Of several trials of one package each has its own mutant: they are told apart by their choice.
    lot = f"offset {result.choice.offset}" if result.choice.seed is None else f"seed {result.choice.seed}"
    subject = f"{result.package} ({result.mode}, {lot})"
    for case in result.cases:
        yield Noted(case.kind, subject, case.path.as_posix(), case.line, case.text, case.what, case.said)


def _trial_totals(trial: Trial) -> Mapping[str, int]:
    numbers = {"restored": trial.restored, "missed": trial.missed, "extra": trial.extra, "broken": trial.broken}
    return {f"{trial.mode} {name}": number for name, number in numbers.items()}


def _stripped_totals(result: Stripped) -> Mapping[str, int]:
    """Of functions, and of the awaits in them and around their calls."""
    flags = {"async def": result.functions, "await": result.awaits}
    numbers = {
        f"{flag} {name}": number
        for flag, score in flags.items()
        for name, number in (("restored", score.restored), ("missed", score.missed), ("extra", score.extra))
    }
    whole = {"explained": result.explained, "broken": result.broken}
    return {f"{result.mode} {name}": number for name, number in {**numbers, **whole}.items()}


def _cleanliness_noted(result: Cleanliness) -> Iterator[Noted]:
    return _remarks_noted(result.package, result.remarks)


def _edits_noted(result: Examined) -> Iterator[Noted]:
    return _remarks_noted(result.package, result.edits)


def _remarks_noted(package: str, remarks: Iterable[Remark]) -> Iterator[Noted]:
    for one in remarks:
        what = f"{one.code} ({one.applicability}, {one.evidence})"
        told = one.message if not one.reason or one.reason in one.message else f"{one.message} | {one.reason}"
        yield Noted("finding", package, one.path, one.line, one.text, what, (told,))


def _cleanliness_totals(result: Cleanliness) -> Mapping[str, int]:
    kinds = Counter(remark.applicability for remark in result.remarks)
    return {
        **{f"{kind} findings": kinds[kind] for kind in ("safe", "unsafe", "none")},
        "changed files": result.changed,
    }


def _edits_totals(result: Examined) -> Mapping[str, int]:
    kinds = Counter(remark.applicability for remark in result.edits)
    return {**{f"{kind} edits": kinds[kind] for kind in ("safe", "unsafe")}, "findings": result.remarks}


_NEW = {"missed": "newly missed", "extra": "newly extra"}
_GONE = {"missed": "newly restored", "extra": "no longer extra"}

TRIALS: Comparable[Trial] = Comparable("restore", _cases_noted, _trial_totals, _NEW, _GONE)
# A case of these is a function: what became of its awaits is in the totals.
STRIPPED: Comparable[Stripped] = Comparable("strip", _cases_noted, _stripped_totals, _NEW, _GONE)
CLEANLINESS = Comparable(
    "clean", _cleanliness_noted, _cleanliness_totals, new={"finding": "new finding"}, gone={"finding": "finding gone"}
)
EXAMINED = Comparable("apps", _edits_noted, _edits_totals, new={"finding": "new edit"}, gone={"finding": "edit gone"})


# --- what is shown ----------------------------------------------------------------------------------------------------


def table(comparisons: Iterable[Comparison]) -> Table:
    """The totals before and after, and by how much they differ."""
    rows = [
        (one.name, name, before, after, f"{after - before:+,}" if after != before else "")
        for one in comparisons
        for name, before, after in one.totals
    ]
    return Table("Before and after", ("measurement", "what", "before", "after", "change"), rows)


def list_changes(comparisons: Iterable[Comparison]) -> None:
    """Print each change with its line and what was said there (of what is gone, before; of what is new, after)."""
    for comparison in comparisons:
        if not comparison.changes:
            say(f"{comparison.name}: nothing changed")
        for one in comparison.changes:
            noted = one.noted
            say(f"{one.what}: {noted.subject} {noted.path}:{noted.line}: {noted.text}")
            say(f"    {noted.what}")
            for saying in noted.told:
                say(f"    {saying}")
