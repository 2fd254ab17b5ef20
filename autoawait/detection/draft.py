"""A finding that is not finished yet, and why it holds: the definition or type behind the call, as a chain."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass, replace

from autoawait.diagnostics.finding import Finding, Link
from autoawait.project.index import Function, Index
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.engine import Kind

_KIND_WORDS = {
    Kind.COROUTINE: "is an async function",
    Kind.AWAITABLE: "returns an awaitable",
    Kind.ASYNC_ITERATOR: "gives an async iterator",
    Kind.ASYNC_CONTEXT: "gives an async context manager",
}


@dataclass(frozen=True, slots=True)
class Draft:
    """A finding before its reason is written, with the site it is about.

    ``needs`` is the sync function that must become async before the fix of the finding can be made; an ``optional``
    draft is left out where that cannot be; what is ``implied`` was right before, and is part of a fix without a
    finding of its own.
    """

    finding: Finding
    site: CallSite
    given: CallResult
    needs: Function | None = None
    optional: bool = False
    implied: bool = False


def with_reasons(drafts: Sequence[Draft], resolver: CallResults, index: Index) -> list[Finding]:
    """The findings of drafts, each with how we know; definitions are asked for a unit at a time.

    A draft whose callee is defined in a file that does not parse is left out: what that defines is unknown.
    """
    found: list[Finding] = []
    for draft, places in zip(drafts, resolver.definitions(d.site for d in drafts), strict=True):
        place = draft.given.definition or (places[0] if places else None)
        if place is None or place.path not in index.broken:
            found.append(_with_reason(draft, index.definition(place) if place else None))
    return found


def _with_reason(draft: Draft, definition: Function | ast.ClassDef | None) -> Finding:
    finding, given = draft.finding, draft.given
    parts = [finding.reason] if finding.reason else []
    chain: tuple[Link, ...] = ()
    if given.because:
        parts.append(given.because)
    elif isinstance(definition, Function):
        what = (
            _KIND_WORDS[given.kind]
            if definition.is_async or given.kind is not Kind.COROUTINE
            else ("returns a coroutine")
        )
        parts.append(f"`{definition.qualname}` {what}")
        chain = (Link.at(definition.file, definition.name_start),)
    elif given.kind in _KIND_WORDS:
        parts.append(f"by its type it {_KIND_WORDS[given.kind].replace('is an async function', 'gives a coroutine')}")
    if given.witnessed and given.witnessed != given.because:
        parts.append(given.witnessed)
    return replace(finding, reason="; ".join(parts), chain=(*chain, *finding.chain))
