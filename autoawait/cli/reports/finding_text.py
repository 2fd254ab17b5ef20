"""A finding in a few lines of plain text, for formats that show no source and no suggestion."""

from __future__ import annotations

from autoawait.diagnostics.finding import Applicability, Finding

_HELP = {
    Applicability.SAFE: "help: `autoawait fix` fixes it",
    Applicability.UNSAFE: "help: `autoawait fix --unsafe-fixes` applies a fix that is likely what you want",
}


def plain_text(finding: Finding) -> str:
    """The message, the reason, and what helps: lines without a newline after the last."""
    advice = f"help: {finding.advice}" if finding.advice else ""
    return "\n".join(filter(None, [finding.message, finding.reason, advice, _HELP.get(finding.applicability)]))
