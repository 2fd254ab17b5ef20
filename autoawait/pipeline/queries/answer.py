"""The values in which a question about a place is answered."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.diagnostics.finding import Finding, Link
from autoawait.project.source import SourceFile, Span
from autoawait.types.engine import Kind


@dataclass(frozen=True, slots=True)
class UseSaid:
    """What happens to a value at a 1-based line and column (in characters), in words."""

    line: int
    column: int
    words: str


@dataclass(frozen=True, slots=True)
class WhyAnswer:
    """All about one call, or about one expression that is iterated over, entered or dropped without a call.

    ``gives`` is what it gives and ``evidence`` how that is known, or why it is not; ``type`` the type checker's
    words for it, empty if it has none; ``definitions`` where the callee is defined; ``name`` the local name that the
    value is bound to; ``conclusion`` says whether it is flagged, and why not. ``findings`` are those about it, and
    ``follows`` is one of another place whose fix changes it too.
    """

    file: SourceFile
    span: Span
    text: str
    gives: Kind
    evidence: str
    type: str
    definitions: tuple[Link, ...]
    name: str
    uses: tuple[UseSaid, ...]
    conclusion: str
    findings: tuple[Finding, ...] = ()
    follows: Finding | None = None
