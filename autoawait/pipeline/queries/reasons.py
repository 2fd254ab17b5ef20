"""Why a call is flagged or left alone, in one sentence: the same order of reasons in which the plan decides."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.detection.classification import Classification, Verdict, verdict_on
from autoawait.detection.context_guards import expects_failure
from autoawait.diagnostics.finding import Finding
from autoawait.project.index import Unit
from autoawait.resolution.argument_sinks import ArgumentSink, Sink
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.engine import Kind

_RIGHT = frozenset({UseKind.AWAITED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER})
_WANTED = _RIGHT | {UseKind.CONSUMED, UseKind.METHOD, UseKind.INTENDED}
_LEFT = {
    Verdict.STORED: "it is kept, and whoever takes it out may await it",
    Verdict.RETURNED: "it is handed back, and the callers may await it",
    Verdict.OPEN: "it is handed on, and whoever takes it may await it",
}


@dataclass(frozen=True, slots=True)
class PlannedOutcome:
    """What the plan says of a call: its ``findings``, the one that a comment ``suppressed``, the one that is
    ``known`` to the baseline, the ``excuse`` in words, the finding of another place whose fix ``follows`` up to here,
    the words for why what it calls was ``refused`` to become async, and whether it was looked at at all."""

    findings: tuple[Finding, ...]
    suppressed: Finding | None
    known: Finding | None
    excuse: str
    follows: Finding | None
    refused: str
    is_candidate: bool


def conclusion(
    site: CallSite, given: CallResult, usage: Usage, fates: Mapping[Use, ArgumentSink], circumstances: PlannedOutcome
) -> str:
    """Whether a call is flagged, and else why not."""
    if circumstances.findings:
        return "flagged: " + ", ".join(dict.fromkeys(f.code for f in circumstances.findings))
    if (suppressed := circumstances.suppressed) is not None:
        return f"not flagged: a comment here answers {suppressed.code} ({suppressed.message})"
    if (known := circumstances.known) is not None:
        return f"not flagged: the baseline knows {known.code} here ({known.message})"
    if circumstances.excuse:
        return f"not flagged: {circumstances.excuse}"
    if (follows := circumstances.follows) is not None:
        return f"not flagged itself: it changes together with {follows.code} of `{follows.callee}`, shown below"
    if circumstances.refused:
        return f"not flagged itself: what it calls would be async, but for this: {circumstances.refused}"
    return f"not flagged: {_reason(site, given, usage, fates, circumstances)}"


def _reason(
    site: CallSite, given: CallResult, usage: Usage, fates: Mapping[Use, ArgumentSink], circumstances: PlannedOutcome
) -> str:
    kinds = {use.kind for use in usage.uses}
    if _is_dead(site):
        return "this place is never reached"
    if given.kind is Kind.PLAIN:
        return "what it gives needs no `await`"
    if given.kind is Kind.UNKNOWN:
        return "what is unknown is left alone"
    if given.kind is Kind.MAYBE:
        return "it may give something plain as well, and what is not certain is left alone"
    if kinds and kinds <= _RIGHT:
        return "it is right as it stands"
    verdict = verdict_on(usage, fates, optional="None" in given.awaited.split(" | "))
    if verdict.ruling is Verdict.FINE:
        return _fine(usage, fates)
    if verdict.ruling in _LEFT:
        return _LEFT[verdict.ruling]
    return _spared(site.unit, given, verdict, circumstances)


def _fine(usage: Usage, fates: Mapping[Use, ArgumentSink]) -> str:
    if usage.has(*_WANTED) or any(use in fates and fates[use].sink is Sink.TAKEN for use in usage.uses):
        return "it is right as it stands"
    if usage.has(UseKind.LAMBDA):
        return "whoever calls the lambda may await it"
    return "nothing that is done with it is certainly wrong"


def _spared(unit: Unit, given: CallResult, verdict: Classification, circumstances: PlannedOutcome) -> str:
    """Why what looks like a mistake is none, or is not told."""
    if verdict.use is not None and expects_failure(unit, verdict.use.node):
        return "the code around it expects that it fails"
    if given.kind is Kind.AWAITABLE:
        return "it is no coroutine but runs by itself, and need not be awaited"
    if not circumstances.is_candidate:
        return (
            "no `await` can stand here, and such code is looked at only where the name that is called is async "
            "somewhere in the project, or the type checker complains"
        )
    return "nothing that is done with it is certainly wrong"


def _is_dead(site: CallSite) -> bool:
    unit = site.unit
    if unit.function is not None and unit.function.is_dead:
        return True
    return any(around in unit.dead for around in unit.ancestors(site.node))
