"""Findings as diagnostics."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from lsprotocol import types

from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES
from autoawait.server.positions import line_range, range_of

_SOURCE = "autoawait"
_MOST_LINKS = 20
UriOf = Callable[[Path], str]
# Files that cannot be read; where a fix is refused the mistake is as real as any other.
_ERRORS = frozenset({"AW901", "AW902", "AW903"})


def diagnostics_in(outcome: Outcome, path: Path, encoding: str, uri: UriOf) -> list[types.Diagnostic]:
    """The diagnostics of one file, in order of position. ``uri`` names the files of related locations."""
    return [diagnostic_of(finding, outcome, encoding, uri) for finding in outcome.findings if finding.path == path]


def range_of_finding(finding: Finding, outcome: Outcome, encoding: str) -> types.Range:
    """Where a finding is shown; its line, where the file could not be read."""
    source = outcome.sources.get(finding.path)
    if source is None:
        return line_range(None, location_of(finding, outcome).line, encoding)
    return range_of(source, finding.span, encoding)


def text_of(finding: Finding) -> str:
    """The message, the reason and the advice, a line each."""
    advice = f"help: {finding.advice}" if finding.advice else ""
    return "\n".join(filter(None, [finding.message, finding.reason, advice]))


def diagnostic_of(finding: Finding, outcome: Outcome, encoding: str, uri: UriOf) -> types.Diagnostic:
    """The diagnostic of one finding."""
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(uri(link.path), line_range(outcome.sources.get(link.path), link.line, encoding)),
            link.text.strip(),
        )
        for link in finding.chain[:_MOST_LINKS]
    ]
    return types.Diagnostic(
        range=range_of_finding(finding, outcome, encoding),
        message=text_of(finding),
        severity=types.DiagnosticSeverity.Error if finding.code in _ERRORS else types.DiagnosticSeverity.Warning,
        code=finding.code,
        source=_SOURCE,
        related_information=related or None,
        data={
            "name": RULES[finding.code].name,
            "callee": finding.callee,
            "evidence": finding.evidence.value,
            "applicability": finding.applicability.value,
        },
    )
