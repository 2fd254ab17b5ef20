"""What is to be said of a candidate: one ordered table, for findings and for the reasons of ``autoawait why``.

The first row that applies and has something to say decides: a finding, or the reason why nothing is flagged.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import ASYNCHRONOUS, Use, UseKind
from autoawait.detection import awaitable_detectors as awaitables
from autoawait.detection import classification as used
from autoawait.detection import coroutine_detectors as coroutines
from autoawait.detection.candidates import is_unreachable
from autoawait.detection.case import Case
from autoawait.detection.context_guards import expects_failure
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Evidence
from autoawait.resolution.async_guards import is_bound_either_way
from autoawait.types.engine import Kind


@dataclass(frozen=True, eq=False)
class Detector:
    """A row of the table: which cases it is about, and what it finds wrong with them.

    It applies to what gives one of its ``kinds`` and is used in one of its ways, ``when`` a question is answered with
    yes; the first of the ``uses`` decides. Where it finds nothing, ``reason`` says why the case is left alone; without
    one, the rows below decide. A row with ``seen_as`` finds nothing itself: the rows below see the case so.
    """

    name: str
    kinds: Collection[Kind] = frozenset(Kind)
    uses: Callable[[Case], Sequence[Use]] | None = None
    when: Callable[[Case], bool] = lambda _: True
    drafts: Callable[[Case], list[Draft]] = lambda _: []
    reason: str | Callable[[Case], str] = ""
    seen_as: Callable[[Case], Case] | None = None

    def view(self, case: Case) -> Case | None:
        """The case as this row sees it; None where it does not apply."""
        if case.result.kind not in self.kinds or (seen := self.with_use(case)) is None or not self.when(seen):
            return None
        return self.seen_as(seen) if self.seen_as else seen

    def with_use(self, case: Case) -> Case | None:
        """The case with the use that decides; None where nothing is used in one of the ways."""
        if self.uses is None:
            return case
        uses = self.uses(case)
        return replace(case, use=uses[0]) if uses else None

    def reason_for(self, case: Case) -> str:
        """Why nothing is said of a case that it has seen."""
        return self.reason if isinstance(self.reason, str) else self.reason(case)


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """What is said of a case; where that is nothing, ``reason`` says why."""

    drafts: tuple[Draft, ...]
    reason: str


def decide(case: Case) -> Decision:
    """What is to be said of a case; where the code says nothing, what a log says of it."""
    decision = _first(case)
    return decision if decision.drafts else replace(decision, drafts=tuple(coroutines.never_awaited_in_a_run(case)))


def _first(case: Case) -> Decision:
    for detector in DETECTORS:
        if (seen := detector.view(case)) is None:
            continue
        if detector.seen_as is not None:
            case = seen
        elif (drafts := detector.drafts(seen)) or detector.reason:
            return Decision(tuple(drafts), "" if drafts else detector.reason_for(seen))
    raise AssertionError("the last row decides whatever the others leave")


# reasons

_RIGHT = "it is right as it stands"
_SYNC = "what it gives needs no `await`"
_MAYBE = "it may also give a value that cannot be awaited, and what is not certain is left alone"
_INFERRED = "its result is only inferred, which is not enough evidence to report it"
NOTHING_WRONG = "no use of it is definitely wrong"


def _as_of_coroutine(case: Case) -> str:
    """Why nothing is said of something asynchronous: what the rows about uses say of a coroutine that is used so."""
    told = (row for row in DETECTORS if row.uses is not None and row.reason)
    return next((row.reason_for(seen) for row in told if (seen := row.with_use(case)) is not None), _unused(case))


def _tolerated(case: Case) -> str:
    """Why nothing is said though a coroutine so used would be a mistake."""
    if {use.kind for use in case.usage.uses} <= ASYNCHRONOUS - {UseKind.CONSUMED}:
        return _RIGHT
    if case.use is not None and expects_failure(case.unit, case.use.node):
        return "the code around it expects it to fail"
    return "it runs by itself and need not be awaited" if case.result.kind is Kind.AWAITABLE else NOTHING_WRONG


def _undecided(case: Case) -> str:
    """Why nothing is said where a person would have to decide."""
    return _INFERRED if case.result.kind is Kind.COROUTINE else _tolerated(case)


def _unused(case: Case) -> str:
    """Why nothing is said of what is neither used wrongly nor leads on."""
    return "whoever calls the lambda may await it" if case.usage.has(UseKind.LAMBDA) else NOTHING_WRONG


def _made_elsewhere(case: Case) -> str:
    """Why nothing is said of a name or attribute."""
    if isinstance(case.node, ast.Name):
        return "its value is checked where it is created"
    return "reading it may start a task, which runs on its own"


# questions with more than one condition


def _is_only_returned(case: Case) -> bool:
    return {use.kind for use in case.usage.uses} == {UseKind.RETURN}


def _is_assigned_awaitable(case: Case) -> bool:
    is_dropped_alone = case.is_dropped and not (case.is_call and case.result.nominal)
    return bool(case.usage.uses) and not is_dropped_alone and not _is_only_returned(case)


def _is_no_coroutine(case: Case) -> bool:
    return bool(case.result.nominal) or case.usage.has_awaited_rival or awaitables.may_be_more(case)


def _as_coroutine(case: Case) -> Case:
    """What is typed as Awaitable and nothing more: most often an async function gave it."""
    likely = replace(case.result, kind=Kind.COROUTINE, evidence=Evidence.INFERRED, because=awaitables.BY_TYPE)
    return replace(case, result=likely)


def _is_returned_against_type(case: Case) -> bool:
    return any(coroutines.is_returned_against_type(case, use) for use in case.usage.of(UseKind.RETURN))


def _has_awaited_rival(case: Case) -> bool:
    return case.usage.has_awaited_rival and not (case.use is not None and case.use.element)


# the table

_PLAIN, _COROUTINE, _AWAITABLE = {Kind.PLAIN}, {Kind.COROUTINE}, {Kind.AWAITABLE}

DETECTORS: tuple[Detector, ...] = (
    Detector("unreachable", when=lambda c: is_unreachable(c.unit, c.node), reason="this place is never reached"),
    Detector("unknown", {Kind.UNKNOWN}, reason="what is unknown is left alone"),
    Detector(
        "value of an await",
        when=lambda c: isinstance(c.unit.parents.get(c.node), ast.Await),
        drafts=coroutines.read_synchronously,
        reason=_RIGHT,
    ),
    Detector(
        "overridden differently",
        {Kind.MAYBE},
        uses=used.mistaken,
        when=lambda c: c.result.is_mixed and not used.awaited(c),
        drafts=coroutines.overridden_differently,
    ),
    Detector("maybe awaitable", {Kind.MAYBE}, reason=_MAYBE),
    Detector(
        "async iterator", {Kind.ASYNC_ITERATOR}, drafts=awaitables.iterated_synchronously, reason=_as_of_coroutine
    ),
    Detector(
        "async context manager", {Kind.ASYNC_CONTEXT}, drafts=awaitables.entered_synchronously, reason=_as_of_coroutine
    ),
    # objects with a class
    Detector(
        "dropped coroutine object",
        _PLAIN,
        when=lambda c: bool(c.result.nominal) and c.is_dropped,
        drafts=awaitables.dropped_coroutine_object,
        reason=_SYNC,
    ),
    Detector(
        "object instead of its value",
        _PLAIN | _AWAITABLE,
        when=lambda c: not awaitables.is_namesake(c),
        drafts=awaitables.misused_object,
    ),
    Detector("value", _PLAIN, reason=_SYNC),
    # names and attributes
    Detector(
        "coroutine as a statement",
        _COROUTINE,
        when=lambda c: c.is_dropped and not c.is_call,
        drafts=coroutines.standing_alone,
        reason=_made_elsewhere,
    ),
    Detector("name of a coroutine", _COROUTINE, when=lambda c: isinstance(c.node, ast.Name), reason=_made_elsewhere),
    # awaitables other than coroutines
    Detector(
        "awaitable as a statement",
        _AWAITABLE,
        when=lambda c: c.is_dropped and not c.is_call,
        drafts=coroutines.standing_alone,
    ),
    Detector(
        "dropped wait",
        _AWAITABLE,
        when=lambda c: c.is_dropped and c.is_call and awaitables.only_waits(c),
        drafts=awaitables.dropped_wait,
    ),
    Detector(
        "dropped awaitable",
        _AWAITABLE,
        when=lambda c: c.is_dropped and c.is_call and not c.result.nominal,
        drafts=awaitables.dropped_awaitable,
    ),
    Detector("returned awaitable", _AWAITABLE, when=_is_only_returned, drafts=coroutines.returned),
    Detector("assigned awaitable", _AWAITABLE, when=_is_assigned_awaitable, drafts=coroutines.assigned_against_type),
    Detector("no coroutine", _AWAITABLE, when=_is_no_coroutine, reason=_as_of_coroutine),
    Detector("likely a coroutine", _AWAITABLE, seen_as=_as_coroutine),
    # coroutines: what is right comes first
    Detector("used in two ways", uses=used.ambiguous, drafts=coroutines.used_in_two_ways, reason=_undecided),
    Detector("awaited", uses=used.awaited, reason=_RIGHT),
    Detector("driven by hand", uses=used.driven, reason=_RIGHT),
    Detector("given for its function", uses=used.called, drafts=coroutines.given_for_function, reason=_undecided),
    Detector(
        "against a declaration",
        when=lambda c: bool(used.mistaken(c) or used.going_on(c)),
        drafts=coroutines.assigned_against_type,
    ),
    Detector("used as its value", uses=used.raising, drafts=coroutines.used_as_value, reason=_tolerated),
    Detector(
        "tested and returned",
        uses=used.tested,
        when=_is_returned_against_type,
        drafts=coroutines.tested_and_returned,
        reason=_tolerated,
    ),
    Detector("used for nothing", uses=used.mistaken, drafts=coroutines.used_as_value, reason=_tolerated),
    Detector("awaited elsewhere", uses=used.going_on, when=_has_awaited_rival, drafts=coroutines.other_branch_awaits),
    Detector(
        "value elsewhere",
        uses=used.going_on,
        when=lambda c: is_bound_either_way(c.site),
        drafts=coroutines.other_branch_has_value,
    ),
    Detector(
        "stored",
        uses=used.stored,
        drafts=coroutines.stored,
        reason="it is stored, and whoever takes it out may await it",
    ),
    Detector(
        "returned",
        uses=used.returned,
        drafts=coroutines.returned_or_passed,
        reason="it is returned, and the callers may await it",
    ),
    Detector(
        "passed on",
        uses=used.passed_on,
        drafts=coroutines.passed_on,
        reason="it is passed on, and whoever takes it may await it",
    ),
    Detector("nothing wrong", reason=_unused),
)
