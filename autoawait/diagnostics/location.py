"""Where a finding is, as people and editors count."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.project.source import SourceFile, Span


@dataclass(frozen=True, slots=True)
class Location:
    """1-based lines, 1-based columns in characters; the end is the place after the last character."""

    line: int
    column: int
    end_line: int
    end_column: int


def location_of(finding: Finding, outcome: Outcome) -> Location:
    """The place of a finding's span. In a file that takes no part, where spans mean nothing, that of its
    chain's first link in that file, else the first line."""
    source = outcome.sources.get(finding.path)
    if source is None:
        line, column = next(((link.line, link.column) for link in finding.chain if link.path == finding.path), (1, 1))
        return Location(line, column, line, column)
    return span_place(source, finding.span)


def span_place(source: SourceFile, span: Span) -> Location:
    """The place of a span."""
    return Location(*source.line_and_column(span.start), *source.line_and_column(span.end))
