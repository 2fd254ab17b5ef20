"""Why a call is flagged or left alone, in one sentence: what became of it in the plan, else what the detectors say."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.detection.detectors import Decision
from autoawait.diagnostics.finding import Finding

_NOT_LOOKED_AT = (
    "no `await` can stand here, and such code is looked at only where the name that is called is async somewhere in "
    "the project, or the type checker complains"
)


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


def conclusion(decision: Decision, planned: PlannedOutcome) -> str:
    """Whether a call is flagged, and else why not."""
    if planned.findings:
        return "flagged: " + ", ".join(dict.fromkeys(f.code for f in planned.findings))
    if (suppressed := planned.suppressed) is not None:
        return f"not flagged: a comment here suppresses {suppressed.code} ({suppressed.message})"
    if (known := planned.known) is not None:
        return f"not flagged: the baseline has {known.code} here ({known.message})"
    if planned.excuse:
        return f"not flagged: {planned.excuse}"
    if (follows := planned.follows) is not None:
        return f"not flagged itself: it changes together with {follows.code} of `{follows.callee}`, shown below"
    if planned.refused:
        return f"not flagged itself: {planned.refused}"
    if not decision.drafts:
        return f"not flagged: {decision.reason}"
    return f"not flagged: {'the finding of another place covers it' if planned.is_candidate else _NOT_LOOKED_AT}"
