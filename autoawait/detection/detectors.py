"""What is to be said of a candidate: one ordered table, for findings and for the reasons of ``autoawait why``.

The first row that applies and has something to say decides: a finding, or the reason why nothing is flagged.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import UseKind
from autoawait.detection import awaitable_detectors as awaitables
from autoawait.detection import coroutine_detectors as coroutines
from autoawait.detection.candidates import is_unreachable
from autoawait.detection.case import Case
from autoawait.detection.classification import Verdict
from autoawait.detection.context_guards import expects_failure
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Evidence
from autoawait.resolution.argument_sinks import Sink
from autoawait.resolution.async_guards import is_bound_either_way
from autoawait.types.engine import Kind

_RIGHT = frozenset({UseKind.AWAITED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER})
_WANTED = _RIGHT | {UseKind.CONSUMED, UseKind.METHOD, UseKind.INTENDED}
_WAYS_ON = {
    Verdict.STORED: "it is stored, and whoever takes it out may await it",
    Verdict.RETURNED: "it is returned, and the callers may await it",
    Verdict.OPEN: "it is passed on, and whoever takes it may await it",
}
NOTHING_WRONG = "no use of it is definitely wrong"


@dataclass(frozen=True, eq=False)
class Detector:
    """A row of the table: which cases it is about, and what it finds wrong with them.

    It applies to what gives one of its ``kinds`` (and is classified as one of its ``verdicts``) ``when`` a question is
    answered with yes. Where it finds nothing, ``reason`` says why the case is left alone; without one, the rows below
    decide. A row with ``seen_as`` finds nothing itself: the rows below see the case so.
    """

    name: str
    kinds: Collection[Kind] = frozenset(Kind)
    verdicts: Collection[Verdict] = frozenset(Verdict)
    when: Callable[[Case], bool] = lambda _: True
    drafts: Callable[[Case], list[Draft]] = lambda _: []
    reason: str | Callable[[Case], str] = ""
    seen_as: Callable[[Case], Case] | None = None

    def applies(self, case: Case) -> bool:
        if case.result.kind not in self.kinds:
            return False
        is_any = len(self.verdicts) == len(Verdict)
        return (is_any or case.classification.verdict in self.verdicts) and self.when(case)


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """What is said of a case, the row that decided it, and the case as that row saw it."""

    case: Case
    detector: Detector
    drafts: tuple[Draft, ...]

    @property
    def reason(self) -> str:
        """Why nothing is said."""
        reason = self.detector.reason
        return reason if isinstance(reason, str) else reason(self.case)


def decide(case: Case) -> Decision:
    """What is to be said of a case; where the code says nothing, what a log says of it."""
    decision = _first(case)
    if not decision.drafts and (drafts := coroutines.never_awaited_in_a_run(case)):
        return replace(decision, drafts=tuple(drafts))
    return decision


def _first(case: Case) -> Decision:
    for detector in DETECTORS:
        if not detector.applies(case):
            continue
        if detector.seen_as is not None:
            case = detector.seen_as(case)
        elif (drafts := detector.drafts(case)) or detector.reason:
            return Decision(case, detector, tuple(drafts))
    raise AssertionError("the last row decides whatever the others leave")


# reasons


def _left(case: Case) -> str:
    """Why nothing is said of something asynchronous that is used like this."""
    usage, found, sinks = case.usage, case.classification, case.facts.sinks
    is_taken = any(use in sinks and sinks[use].sink is Sink.TAKEN for use in usage.uses)
    if found.verdict in _WAYS_ON:
        return _WAYS_ON[found.verdict]
    if found.verdict is Verdict.FINE or all(use.kind in _RIGHT for use in usage.uses):
        if usage.has(*_WANTED) or is_taken:
            return "it is right as it stands"
        return "whoever calls the lambda may await it" if usage.has(UseKind.LAMBDA) else NOTHING_WRONG
    if found.use is not None and expects_failure(case.unit, found.use.node):
        return "the code around it expects it to fail"
    return "it runs by itself and need not be awaited" if case.result.kind is Kind.AWAITABLE else NOTHING_WRONG


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


def _is_tested_and_returned(case: Case) -> bool:
    use = case.classification.use
    is_tested = use is not None and use.kind in (UseKind.IDENTITY, UseKind.CONDITION)
    return is_tested and any(coroutines.is_returned_against_type(case, u) for u in case.usage.of(UseKind.RETURN))


def _has_awaited_rival(case: Case) -> bool:
    use = case.classification.use
    return case.usage.has_awaited_rival and not (use is not None and use.element)


# the table

_SYNC = "what it gives needs no `await`"
_MAYBE = "it may also give a value that cannot be awaited, and what is not certain is left alone"
_INFERRED = "its result is only inferred, which is not enough evidence to report it"
_PLAIN, _COROUTINE, _AWAITABLE = {Kind.PLAIN}, {Kind.COROUTINE}, {Kind.AWAITABLE}
_GOES_ON = frozenset(_WAYS_ON)

DETECTORS: tuple[Detector, ...] = (
    Detector("unreachable", when=lambda c: is_unreachable(c.unit, c.node), reason="this place is never reached"),
    Detector("unknown", {Kind.UNKNOWN}, reason="what is unknown is left alone"),
    Detector(
        "overridden differently",
        {Kind.MAYBE},
        {Verdict.MISTAKE},
        when=lambda c: c.result.is_mixed,
        drafts=coroutines.overridden_differently,
    ),
    Detector("maybe awaitable", {Kind.MAYBE}, reason=_MAYBE),
    Detector("async iterator", {Kind.ASYNC_ITERATOR}, drafts=awaitables.iterated_synchronously, reason=_left),
    Detector("async context manager", {Kind.ASYNC_CONTEXT}, drafts=awaitables.entered_synchronously, reason=_left),
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
    Detector("no coroutine", _AWAITABLE, when=_is_no_coroutine, reason=_left),
    Detector("likely a coroutine", _AWAITABLE, seen_as=_as_coroutine),
    # coroutines
    Detector("against a declaration", verdicts=_GOES_ON | {Verdict.MISTAKE}, drafts=coroutines.assigned_against_type),
    Detector("fine", verdicts={Verdict.FINE}, reason=_left),
    Detector("tested and returned", when=_is_tested_and_returned, drafts=coroutines.tested_and_returned, reason=_left),
    Detector("used as its value", verdicts={Verdict.MISTAKE}, drafts=coroutines.used_as_value, reason=_left),
    Detector("awaited elsewhere", verdicts=_GOES_ON, when=_has_awaited_rival, drafts=coroutines.other_branch_awaits),
    Detector(
        "value elsewhere",
        verdicts=_GOES_ON,
        when=lambda c: is_bound_either_way(c.site),
        drafts=coroutines.other_branch_has_value,
    ),
    Detector("returned", verdicts={Verdict.RETURNED}, drafts=coroutines.returned_or_passed, reason=_left),
    Detector("stored", verdicts={Verdict.STORED}, drafts=coroutines.stored, reason=_left),
    Detector("passed on", verdicts={Verdict.OPEN}, drafts=coroutines.passed_on, reason=_left),
    Detector("for a person", drafts=coroutines.for_a_person, reason=_INFERRED),
)
