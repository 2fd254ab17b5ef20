"""What the type checker complained of, found by place; and what a complaint says, whatever the words of the checker."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from pathlib import Path

from autoawait.project.source import SourceFile, Span, Spot
from autoawait.types.engine import ASYNC_KINDS, Checked, CheckerDiagnostic
from autoawait.types.ty.wording import (
    headline,
    is_about_override,
    is_about_suppression,
    is_cut_short,
    is_on_none,
    is_seen_in_part,
    names_async,
    says_bases_differ,
    subject,
    without_attribute,
)

__all__ = [
    "CheckerDiagnostics",
    "headline",
    "is_about_override",
    "is_about_suppression",
    "is_cut_short",
    "is_on_none",
    "is_seen_in_part",
    "names_async",
    "subject",
    "without_attribute",
]


class CheckerDiagnostics:
    """The complaints about some files. Several rounds of checking may be added up."""

    def __init__(self) -> None:
        self._by_start: dict[Spot, list[CheckerDiagnostic]] = {}

    def add(self, checked: Mapping[Path, Checked]) -> None:
        """Take in what the checker says of files."""
        for report in checked.values():
            for complaint in report.complaints:
                known = self._by_start.setdefault(complaint.start, [])
                if complaint not in known:
                    known.append(complaint)

    def at(self, file: SourceFile, node: ast.expr) -> list[CheckerDiagnostic]:
        """The complaints about exactly this expression."""
        return self._between(file, file.span(node))

    def at_argument(self, file: SourceFile, argument: ast.expr, call: ast.Call) -> CheckerDiagnostic | None:
        """The complaint about an argument of a call; of ``k=f()`` it may start at the keyword."""
        found = self.at(file, argument)
        for keyword in call.keywords:
            if keyword.value is argument:
                found = found + self._between(file, file.span(keyword))
        return next((c for c in found if c.found in ASYNC_KINDS or c.expected), None)

    def torn(self) -> frozenset[tuple[Path, int]]:
        """The file and line of each class of which the checker says that its bases do not go together."""
        found = (c.start for known in self._by_start.values() for c in known if says_bases_differ(c))
        return frozenset((place.path, place.line) for place in found)

    def _between(self, file: SourceFile, span: Span) -> list[CheckerDiagnostic]:
        end = file.spot(span.end)
        return [c for c in self._by_start.get(file.spot(span.start), ()) if c.end == end]
