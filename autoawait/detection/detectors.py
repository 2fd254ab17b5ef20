"""What is to be said of a candidate: one ordered table, for findings and for the reasons of ``autoawait why``.

The first row that applies and has something to say decides: a finding, or the reason why nothing is flagged.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import UseKind
from autoawait.detection.awaitable_detectors import (
    BY_TYPE,
    dropped_awaitable,
    dropped_coroutine_object,
    dropped_wait,
    entered_synchronously,
    is_namesake,
    iterated_synchronously,
    may_be_more,
    misused_object,
    only_waits,
)
from autoawait.detection.candidates import is_unreachable
from autoawait.detection.case import Case
from autoawait.detection.classification import Verdict
from autoawait.detection.context_guards import expects_failure
from autoawait.detection.coroutine_detectors import (
    assigned_against_type,
    for_a_person,
    is_returned_against_type,
    never_awaited_in_a_run,
    other_branch_awaits,
    other_branch_has_value,
    passed_on,
    returned,
    returned_or_passed_against_type,
    standing_alone,
    stored,
    tested_and_returned,
    used_as_value,
)
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Evidence
from autoawait.resolution.argument_sinks import Sink
from autoawait.resolution.async_guards import is_bound_either_way
from autoawait.types.engine import Kind

_RIGHT = frozenset({UseKind.AWAITED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER})
_WANTED = _RIGHT | {UseKind.CONSUMED, UseKind.METHOD, UseKind.INTENDED}
_AGAINST_DECLARATION = frozenset({Verdict.MISTAKE, Verdict.STORED, Verdict.OPEN, Verdict.RETURNED})
_GOES_ON = frozenset({Verdict.STORED, Verdict.OPEN, Verdict.RETURNED})
_LEFT = {
    Verdict.STORED: "it is stored, and whoever takes it out may await it",
    Verdict.RETURNED: "it is returned, and the callers may await it",
    Verdict.OPEN: "it is passed on, and whoever takes it may await it",
}
_IS_RIGHT = "it is right as it stands"
NOTHING_WRONG = "nothing that is done with it is certainly wrong"


def _nothing(_: Case) -> list[Draft]:
    return []


@dataclass(frozen=True, eq=False, slots=True)
class Detector:
    """A row of the table: its question, and what it finds wrong.

    Where it finds nothing, ``reason`` says why the case is left alone; without one, the rows below decide. A row with
    ``seen_as`` finds nothing itself: the rows below see the case so.
    """

    name: str
    applies: Callable[[Case], bool]
    drafts: Callable[[Case], list[Draft]] = _nothing
    reason: Callable[[Case], str] | None = None
    seen_as: Callable[[Case], Case] | None = None


@dataclass(frozen=True, eq=False, slots=True)
class Decision:
    """What is said of a case, the row that decided it, and the case as that row saw it."""

    case: Case
    detector: Detector
    drafts: tuple[Draft, ...]

    @property
    def reason(self) -> str:
        """Why nothing is said."""
        return self.detector.reason(self.case) if self.detector.reason else NOTHING_WRONG


def decide(case: Case) -> Decision:
    """What is to be said of a case; where the code says nothing, what a log says of it."""
    decision = _first(case)
    if not decision.drafts and (drafts := never_awaited_in_a_run(case)):
        return Decision(case, decision.detector, tuple(drafts))
    return decision


def _first(case: Case) -> Decision:
    for detector in DETECTORS:
        if not detector.applies(case):
            continue
        if detector.seen_as is not None:
            case = detector.seen_as(case)
        elif (drafts := detector.drafts(case)) or detector.reason is not None:
            return Decision(case, detector, tuple(drafts))
    raise AssertionError("the last row decides whatever the others leave")


# the questions


def _is_unreachable(case: Case) -> bool:
    return is_unreachable(case.unit, case.node)


def _gives(*kinds: Kind) -> Callable[[Case], bool]:
    return lambda case: case.result.kind in kinds


def _is_classified(*verdicts: Verdict) -> Callable[[Case], bool]:
    return lambda case: case.classification.verdict in verdicts


def _is_dropped_object(case: Case) -> bool:
    return case.result.kind is Kind.PLAIN and bool(case.result.nominal) and case.is_dropped


def _is_object(case: Case) -> bool:
    return case.result.kind in (Kind.PLAIN, Kind.AWAITABLE) and not is_namesake(case)


def _stands_alone(*kinds: Kind) -> Callable[[Case], bool]:
    return lambda case: case.result.kind in kinds and case.is_dropped and not isinstance(case.node, ast.Call)


def _is_bound_name(case: Case) -> bool:
    return case.result.kind is Kind.COROUTINE and isinstance(case.node, ast.Name)


def _is_dropped_awaitable_call(case: Case) -> bool:
    return case.result.kind is Kind.AWAITABLE and case.is_dropped and isinstance(case.node, ast.Call)


def _is_dropped_wait(case: Case) -> bool:
    return _is_dropped_awaitable_call(case) and only_waits(case)


def _is_dropped_without_class(case: Case) -> bool:
    return _is_dropped_awaitable_call(case) and not case.result.nominal


def _is_returned_awaitable(case: Case) -> bool:
    return case.result.kind is Kind.AWAITABLE and {use.kind for use in case.usage.uses} == {UseKind.RETURN}


def _is_other_awaitable(case: Case) -> bool:
    is_decided = case.is_dropped and (not isinstance(case.node, ast.Call) or not case.result.nominal)
    is_returned = _is_returned_awaitable(case)
    return case.result.kind is Kind.AWAITABLE and bool(case.usage.uses) and not (is_decided or is_returned)


def _is_no_coroutine(case: Case) -> bool:
    if case.result.kind is not Kind.AWAITABLE:
        return False
    return bool(case.result.nominal) or case.usage.has_awaited_rival or may_be_more(case)


def _contradicts_declaration(case: Case) -> bool:
    return case.classification.verdict in _AGAINST_DECLARATION


def _is_tested_and_returned(case: Case) -> bool:
    use = case.classification.use
    is_tested = use is not None and use.kind in (UseKind.IDENTITY, UseKind.CONDITION)
    return is_tested and any(is_returned_against_type(case, u) for u in case.usage.of(UseKind.RETURN))


def _has_awaited_rival(case: Case) -> bool:
    found = case.classification
    is_element = found.use is not None and found.use.element
    return found.verdict in _GOES_ON and case.usage.has_awaited_rival and not is_element


def _has_rival(case: Case) -> bool:
    return case.classification.verdict in _GOES_ON and is_bound_either_way(case.site)


# the reasons


def _because(words: str) -> Callable[[Case], str]:
    return lambda _: words


def _left_alone(case: Case) -> str:
    """Why nothing is said of something asynchronous that is used like this."""
    usage, found, sinks = case.usage, case.classification, case.facts.sinks
    is_taken = any(use in sinks and sinks[use].fate is Sink.TAKEN for use in usage.uses)
    if found.verdict in _LEFT:
        return _LEFT[found.verdict]
    if found.verdict is Verdict.FINE or all(use.kind in _RIGHT for use in usage.uses):
        if usage.has(*_WANTED) or is_taken:
            return _IS_RIGHT
        return "whoever calls the lambda may await it" if usage.has(UseKind.LAMBDA) else NOTHING_WRONG
    if found.use is not None and expects_failure(case.unit, found.use.node):
        return "the code around it expects it to fail"
    return "it runs by itself and need not be awaited" if case.result.kind is Kind.AWAITABLE else NOTHING_WRONG


# the table


def _as_coroutine(case: Case) -> Case:
    """What is typed as Awaitable and nothing more: most often an async function gave it."""
    likely = replace(case.result, kind=Kind.COROUTINE, evidence=Evidence.INFERRED, because=BY_TYPE)
    return replace(case, result=likely)


_SYNC_VALUE = _because("what it gives needs no `await`")
_MAYBE = _because("it may also give a value that cannot be awaited, and what is not certain is left alone")
_INFERRED = _because("what it gives is only inferred, which is too little for what a person has to decide")


def _source(case: Case) -> str:
    if isinstance(case.node, ast.Name):
        return "what it holds is looked at where it is made"
    return "to read it may start a task, which runs by itself"


DETECTORS: tuple[Detector, ...] = (
    Detector("unreachable", _is_unreachable, reason=_because("this place is never reached")),
    Detector("unknown", _gives(Kind.UNKNOWN), reason=_because("what is unknown is left alone")),
    Detector("maybe awaitable", _gives(Kind.MAYBE), reason=_MAYBE),
    Detector("async iterator", _gives(Kind.ASYNC_ITERATOR), iterated_synchronously, _left_alone),
    Detector("async context manager", _gives(Kind.ASYNC_CONTEXT), entered_synchronously, _left_alone),
    Detector("dropped coroutine object", _is_dropped_object, dropped_coroutine_object, _SYNC_VALUE),
    Detector("object instead of its value", _is_object, misused_object),
    Detector("value", _gives(Kind.PLAIN), reason=_SYNC_VALUE),
    Detector("coroutine as a statement", _stands_alone(Kind.COROUTINE), standing_alone, _source),
    Detector("name of a coroutine", _is_bound_name, reason=_source),
    Detector("awaitable as a statement", _stands_alone(Kind.AWAITABLE), standing_alone),
    Detector("dropped wait", _is_dropped_wait, dropped_wait),
    Detector("dropped awaitable", _is_dropped_without_class, dropped_awaitable),
    Detector("returned awaitable", _is_returned_awaitable, returned),
    Detector("awaitable against the declaration", _is_other_awaitable, assigned_against_type),
    Detector("awaitable that is no coroutine", _is_no_coroutine, reason=_left_alone),
    Detector("awaitable that is likely a coroutine", _gives(Kind.AWAITABLE), seen_as=_as_coroutine),
    Detector("against the declaration", _contradicts_declaration, assigned_against_type),
    Detector("fine", _is_classified(Verdict.FINE), reason=_left_alone),
    Detector("tested and returned", _is_tested_and_returned, tested_and_returned, _left_alone),
    Detector("used as its value", _is_classified(Verdict.MISTAKE), used_as_value, _left_alone),
    Detector("awaited in another branch", _has_awaited_rival, other_branch_awaits),
    Detector("a value in the other branch", _has_rival, other_branch_has_value),
    Detector("returned", _is_classified(Verdict.RETURNED), returned_or_passed_against_type, _left_alone),
    Detector("stored", _is_classified(Verdict.STORED), stored, _left_alone),
    Detector("passed on", _is_classified(Verdict.OPEN), passed_on, _left_alone),
    Detector("for a person", lambda _: True, for_a_person, _INFERRED),
)
