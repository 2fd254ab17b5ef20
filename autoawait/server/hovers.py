"""Why the call under the cursor is flagged, or why it is not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from lsprotocol import types

from autoawait.diagnostics.finding import Applicability, Finding, Link, Outcome, Unflagged, told
from autoawait.diagnostics.rules import RULES
from autoawait.project.source import Span, shown
from autoawait.server.client_settings import Hover
from autoawait.server.diagnostics import UriOf, range_of_finding
from autoawait.server.positions import offset_of, range_of
from autoawait.types.engine import Kind

_FIXES = {
    Applicability.SAFE: "There is a safe fix.",
    Applicability.UNSAFE: "There is an unsafe fix: likely what you want, but not certain.",
    Applicability.NONE: "There is no fix.",
}
_UNDECIDED = frozenset({Kind.UNKNOWN.value, Kind.MAYBE.value})


def hover_at(
    outcome: Outcome,
    path: Path,
    position: types.Position,
    encoding: str,
    wanted: Hover,
    root: Path,
    uri: UriOf,
    *,
    markdown: bool,
) -> types.Hover | None:
    """The text about the narrowest finding around a position; else about the narrowest expression there that was left
    alone, if such are ``wanted``. None where there is neither. Paths are relative to ``root``."""
    source = outcome.sources.get(path)
    if source is None:
        return None
    offset = offset_of(source, position, encoding)
    findings = [f for f in outcome.findings if f.path == path and _holds(f.span, offset)]
    if findings:
        finding = min(findings, key=lambda f: f.span.end - f.span.start)
        text = "\n\n".join(_of_finding(finding, root, uri, markdown=markdown))
        return _hover(text, range_of_finding(finding, outcome, encoding), markdown=markdown)
    unflagged = [w for w in outcome.unflagged if w.path == path and _holds(w.span, offset) and _is_wanted(w, wanted)]
    if not unflagged:
        return None
    nearest = min(unflagged, key=lambda w: w.span.end - w.span.start)
    return _hover(f"autoawait: {told(nearest)}", range_of(source, nearest.span, encoding), markdown=markdown)


def _of_finding(finding: Finding, root: Path, uri: UriOf, *, markdown: bool) -> Iterator[str]:
    rule = RULES[finding.code]
    head = f"autoawait {finding.code} {rule.name}"
    yield f"**{head}**" if markdown else head
    yield finding.message
    if finding.reason:
        yield finding.reason
    links = [_link(link, root, uri, markdown=markdown) for link in finding.chain]
    if links:
        yield "\n".join(links)
    if finding.advice:
        yield f"help: {finding.advice}"
    yield f"{_FIXES[finding.applicability]} {rule.summary}"


def _link(link: Link, root: Path, uri: UriOf, *, markdown: bool) -> str:
    place, text = f"{shown(link.path, root)}:{link.line}:{link.column}", link.text.strip()
    return f"- [{place}]({uri(link.path)}#L{link.line},{link.column}) `{text}`" if markdown else f"- {place}: {text}"


def _holds(span: Span, offset: int) -> bool:
    return span.start <= offset <= span.end


def _is_wanted(unflagged: Unflagged, wanted: Hover) -> bool:
    if wanted is Hover.ALL:
        return True
    return wanted is Hover.ASYNC and (unflagged.is_async or unflagged.gives in _UNDECIDED)


def _hover(text: str, where: types.Range, *, markdown: bool) -> types.Hover:
    kind = types.MarkupKind.Markdown if markdown else types.MarkupKind.PlainText
    return types.Hover(types.MarkupContent(kind, text), where)
