"""All uses of one coroutine together: is it right as it stands, a mistake, or not for us to say.

The legitimate uses come first; alarm is raised only on the remainder (typescript-eslint's
no-floating-promises reads the same way).
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.resolution.argument_sinks import ArgumentSink, Sink

Sinks = Mapping[Use, ArgumentSink]


class Verdict(Enum):
    """What is to be said of a coroutine that nobody awaits directly."""

    FINE = "fine"
    MISTAKE = "mistake"
    AMBIGUOUS = "ambiguous"
    FUNCTION_WANTED = "function wanted"
    RETURNED = "returned"
    STORED = "stored"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class Classification:
    """The verdict, the use that decided it, the words for it, and whether the mistake is certain."""

    verdict: Verdict
    use: Use | None = None
    code: str = ""
    words: str = ""
    certain: bool = True


FINE = Classification(Verdict.FINE)
_OPEN_KINDS = (UseKind.STORE, UseKind.RETURN, UseKind.YIELD, UseKind.LAMBDA)
_RAISING = {
    UseKind.VALUE: "AW102",
    UseKind.ITERATE: "AW102",
    UseKind.ENTER: "AW102",
    UseKind.ASYNC_ITERATE: "AW203",
    UseKind.ASYNC_ENTER: "AW203",
}


def classify(usage: Usage, sinks: Sinks, *, optional: bool = False, witnessed: bool = False) -> Classification:
    """What the uses of a coroutine mean; ``sinks`` says what becomes of each use as an argument.

    ``optional``: awaiting it may give None, so that a test for None is meant for its value. ``witnessed``: a run has
    shown that it is never awaited, so that what only tests or prints it wanted its value.
    """
    by_sink = {sink: [u for u in usage.uses if u in sinks and sinks[u].sink is sink] for sink in Sink}
    raising = usage.of(*_RAISING) + by_sink[Sink.VALUE]
    if usage.has(UseKind.AWAITED, UseKind.CONSUMED, UseKind.INTENDED) or by_sink[Sink.TAKEN]:
        return _ambiguous(usage, raising, sinks)
    if raising and not (usage.has(UseKind.METHOD) and all(map(_is_sent_to, raising))):
        return _raising(raising[0], sinks)
    if usage.has(UseKind.METHOD):
        return FINE  # closed or driven by hand; a `close` among other attributes is the value's own
    if by_sink[Sink.FUNCTION]:
        use = by_sink[Sink.FUNCTION][0]
        return Classification(Verdict.FUNCTION_WANTED, use, "AW403", sinks[use].words)
    open_uses = usage.of(*_OPEN_KINDS) + by_sink[Sink.KEPT] + by_sink[Sink.UNKNOWN]
    if (silent := _silent(usage, by_sink[Sink.SILENT], open_uses, sinks, witnessed)) is not None:
        if silent.use and silent.use.kind is UseKind.IDENTITY:
            return replace(silent, certain=optional or not [u for u in open_uses if u.kind is not UseKind.RETURN])
        return silent
    if usage.of(UseKind.DROPPED):
        dropped = usage.of(UseKind.DROPPED)[0]
        return Classification(Verdict.MISTAKE, dropped, "AW101", dropped.how, certain=not open_uses)
    if stored := usage.of(UseKind.STORE, UseKind.YIELD) + by_sink[Sink.KEPT]:
        return Classification(Verdict.STORED, stored[0])
    if usage.of(UseKind.RETURN):
        return Classification(Verdict.RETURNED, usage.of(UseKind.RETURN)[0])
    if by_sink[Sink.UNKNOWN]:
        use = by_sink[Sink.UNKNOWN][0]
        return Classification(Verdict.OPEN, use, "AW302", sinks[use].words)
    return FINE


def _ambiguous(usage: Usage, raising: list[Use], sinks: Sinks) -> Classification:
    """Awaited, scheduled or closed at one place: then a coroutine is wanted, and only what raises is odd."""
    raising = [use for use in raising if use.only]
    if not raising or not usage.name:
        return FINE  # where another binding may be in force, the code tells them apart
    words = f"it is awaited or scheduled in one place, and in another {_words(raising[0], sinks)}"
    return Classification(Verdict.AMBIGUOUS, raising[0], "AW301", words)


def _raising(use: Use, sinks: Sinks) -> Classification:
    code = "AW105" if use.kind is UseKind.ARGUMENT else "AW109" if use.element else _RAISING[use.kind]
    return Classification(Verdict.MISTAKE, use, code, _words(use, sinks), certain=not _is_sent_to(use))


def _is_sent_to(use: Use) -> bool:
    """Whether something is sent that may be None after all: then a coroutine is driven by hand."""
    return isinstance(use.at, ast.Attribute) and use.at.attr == "send"


def _silent(
    usage: Usage, silent_arguments: list[Use], open_uses: list[Use], sinks: Sinks, witnessed: bool
) -> Classification | None:
    """Uses at which nothing raises and the result is wrong: a condition, a comparison, a string."""
    # A name may hold None or a coroutine, and be tested for that before it goes on; what always holds
    # a coroutine is tested for nothing.
    tested = [u for u in usage.of(UseKind.CONDITION, UseKind.IDENTITY) if u.only]
    if not tested and not open_uses:
        tested = usage.of(UseKind.CONDITION)
    if tested:
        use = tested[0]
        code = "AW109" if use.element else "AW103"
        return Classification(Verdict.MISTAKE, use, code, use.how, certain=use.only or witnessed)
    if open_uses:
        return None  # a coroutine that goes on elsewhere may be logged on its way
    if formatted := usage.of(UseKind.FORMAT):
        return Classification(Verdict.MISTAKE, formatted[0], "AW104", formatted[0].how)
    if silent_arguments:
        use = silent_arguments[0]
        return Classification(Verdict.MISTAKE, use, "AW104", sinks[use].words, certain=witnessed)
    return None


def _words(use: Use, sinks: Sinks) -> str:
    return sinks[use].words if use in sinks else use.how
