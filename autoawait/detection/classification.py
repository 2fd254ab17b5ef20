"""All uses of one coroutine, in groups by what they mean for it. Which group counts first is told by the table of
``detectors``: the legitimate ones do, and alarm is raised only on the remainder (as typescript-eslint's
no-floating-promises does).
"""

from __future__ import annotations

import ast

from autoawait.dataflow.uses import Use, UseKind
from autoawait.detection.case import Case
from autoawait.resolution.argument_sinks import Sink

_CODES = {
    UseKind.VALUE: "AW102",
    UseKind.ITERATE: "AW102",
    UseKind.ENTER: "AW102",
    UseKind.ASYNC_ITERATE: "AW203",
    UseKind.ASYNC_ENTER: "AW203",
    UseKind.CONDITION: "AW103",
    UseKind.IDENTITY: "AW103",
    UseKind.FORMAT: "AW104",
    UseKind.DROPPED: "AW101",
}
_RAISING = (UseKind.VALUE, UseKind.ITERATE, UseKind.ENTER, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER)
_TESTING = (UseKind.CONDITION, UseKind.IDENTITY)
_SINK_CODES = {Sink.VALUE: "AW105", Sink.SILENT: "AW104", Sink.FUNCTION: "AW403", Sink.UNKNOWN: "AW302"}


def awaited(case: Case) -> list[Use]:
    """Awaited, scheduled or set aside on purpose: then a coroutine is wanted."""
    return case.usage.of(UseKind.AWAITED, UseKind.CONSUMED, UseKind.INTENDED) + case.passed_to(Sink.TAKEN)


def ambiguous(case: Case) -> list[Use]:
    """What raises though the coroutine is awaited elsewhere; the code tells apart where a name may hold something
    else."""
    return [use for use in raising(case) if use.only] if awaited(case) and case.usage.name else []


def driven(case: Case) -> list[Use]:
    """Closed or driven by hand; a ``close`` among other attributes is the value's own."""
    return case.usage.of(UseKind.METHOD) if all(map(_is_sent_to, raising(case))) else []


def called(case: Case) -> list[Use]:
    """Passed where the function itself is wanted."""
    return [] if raising(case) else case.passed_to(Sink.FUNCTION)


def raising(case: Case) -> list[Use]:
    """What raises if it gets a coroutine."""
    return case.usage.of(*_RAISING) + case.passed_to(Sink.VALUE)


def tested(case: Case) -> list[Use]:
    """Conditions and comparisons, at which nothing raises and the result is wrong.

    A name may hold None or a coroutine, and be tested for that before it goes on; what always holds a coroutine is
    tested for nothing.
    """
    sure = [use for use in case.usage.of(*_TESTING) if use.only]
    return sure if sure or _open(case) else case.usage.of(UseKind.CONDITION)


def mistaken(case: Case) -> list[Use]:
    """All that is wrong. A coroutine that goes on elsewhere may be logged on its way."""
    shown = [] if _open(case) else case.usage.of(UseKind.FORMAT) + case.passed_to(Sink.SILENT)
    return raising(case) + tested(case) + shown + case.usage.of(UseKind.DROPPED)


def stored(case: Case) -> list[Use]:
    """Put where it cannot be followed."""
    return case.usage.of(UseKind.STORE, UseKind.YIELD) + case.passed_to(Sink.KEPT)


def returned(case: Case) -> list[Use]:
    """Given back to the callers."""
    return case.usage.of(UseKind.RETURN)


def passed_on(case: Case) -> list[Use]:
    """Given to something of which nothing is known."""
    return case.passed_to(Sink.UNKNOWN)


def going_on(case: Case) -> list[Use]:
    """What may lead to an ``await`` somewhere else."""
    return stored(case) + returned(case) + passed_on(case)


def _open(case: Case) -> list[Use]:
    return going_on(case) + case.usage.of(UseKind.LAMBDA)


def is_fine(case: Case) -> bool:
    """Whether a coroutine is right as it stands."""
    is_wanted = awaited(case) or driven(case) or not (called(case) or mistaken(case) or going_on(case))
    return bool(is_wanted) and not ambiguous(case)


def is_certain(case: Case, use: Use) -> bool:
    """Whether a use is a mistake whatever happens at the others.

    If awaiting may give None, a test for None is meant for the value. What a run has shown to be never awaited wanted
    its value where it is only tested or printed.
    """
    match use.kind:
        case UseKind.IDENTITY:
            is_optional = "None" in case.result.awaited.split(" | ")
            return is_optional or all(other.kind is UseKind.RETURN for other in _open(case))
        case UseKind.CONDITION:
            return use.only or bool(case.result.witnessed)
        case UseKind.DROPPED:
            return not _open(case)
    return bool(case.result.witnessed) if use in case.passed_to(Sink.SILENT) else not _is_sent_to(use)


def code_of(case: Case, use: Use) -> str:
    """The rule that a use breaks."""
    if (sink := case.facts.sinks.get(use)) is not None:
        return _SINK_CODES[sink.sink]
    return "AW109" if use.element and use.kind in (*_RAISING, *_TESTING) else _CODES[use.kind]


def _is_sent_to(use: Use) -> bool:
    """Whether something is sent that may be None after all: then a coroutine is driven by hand."""
    return isinstance(use.at, ast.Attribute) and use.at.attr == "send"
