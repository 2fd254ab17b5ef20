"""A finding that is not finished yet: the edits it takes or the reason why there are none, one for each mistake, and
why it holds, which is the definition or type behind the call, as a chain."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.context_guards import holds_lock
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding, Fix, Link
from autoawait.edits.await_placement import AwaitPlacement, Barrier, placement
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import Span
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


class DraftBuilder:
    """What it takes to await at some places: edits that the oldest supported Python allows, or the reason why not."""

    def __init__(self, resolver: CallResults, target: tuple[int, int]) -> None:
        self._resolver = resolver
        self._target = target

    def opened(self, unit: Unit, places: Iterable[tuple[ast.expr, bool]]) -> AwaitPlacement | Barrier:
        """What it takes to await at all of some places of a unit, each with whether it is a clause's iterable."""
        edits: list[Edit] = []
        notes: list[str] = []
        needs: Function | None = None
        for node, clause in places:
            place = placement(unit, node, self._target, clause=clause)
            if isinstance(place, Barrier):
                return place
            if (lock := holds_lock(unit, node, self._resolver)) is not None:
                reason = f"awaiting while holding the thread lock `{lock}` can block the event loop forever"
                return Barrier("AW401", reason, "use an `asyncio.Lock`")
            edits += place.edits
            notes += [place.note] if place.note else []
            needs = needs or place.needs
        return AwaitPlacement(tuple(edits), "; ".join(dict.fromkeys(notes)), needs)


def callee_of(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def edit_of(unit: Unit, node: ast.expr, kind: EditKind) -> Edit:
    return Edit(unit.file.path, unit.file.span(node), kind)


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
        gives_coroutine = given.kind is Kind.COROUTINE and not definition.is_async
        what = "returns a coroutine" if gives_coroutine else _KIND_WORDS[given.kind]
        parts.append(f"`{definition.qualname}` {what}")
        chain = (Link.at(definition.file, definition.name_start),)
    elif given.kind in _KIND_WORDS:
        parts.append(f"by its type it {_KIND_WORDS[given.kind].replace('is an async function', 'gives a coroutine')}")
    if given.witnessed and given.witnessed != given.because:
        parts.append(given.witnessed)
    return replace(finding, reason="; ".join(parts), chain=(*chain, *finding.chain))


# one finding for each mistake


def deduplicated(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in order of place, those of one ``with`` statement as one, and one for each set of edits; without those
    about a name that holds what another draft awaits."""
    return _without_repetition(_one_with_each(_at_their_source(list(drafts))))


def without_repeated_reports(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts without those that only report what the fix of another one awaits."""
    awaited = {place for draft in drafts for place in draft.finding.awaited}
    return [draft for draft in drafts if draft.finding.fix or draft.finding.place not in awaited]


def _at_their_source(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts about values where they come from: with the call awaited, a name that it is bound to holds its value, and
    what becomes ``await anext(...)`` by the fix of another one is awaited."""
    held = {
        use.node
        for draft in drafts
        if place_of(draft.site) in draft.finding.awaited
        for use in uses_of(draft.site.unit, draft.site.node).uses
        if use.node is not draft.site.node
    }
    made = {(e.path, e.span) for d in drafts if d.finding.fix for e in d.finding.fix.edits if e.kind is EditKind.ANEXT}
    return [draft for draft in drafts if draft.site.node not in held and place_of(draft.site) not in made]


def _without_repetition(drafts: Iterable[Draft]) -> list[Draft]:
    """One draft for one set of edits: a call and the name it is bound to may both lead to the same loop."""
    seen: set[object] = set()
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda d: d.finding.place):
        finding = draft.finding
        edits = frozenset(finding.fix.edits) if finding.fix else frozenset()
        key = edits or (finding.place, finding.code)
        if key not in seen:
            seen.add(key)
            kept.append(draft)
    return kept


def _one_with_each(drafts: Iterable[Draft]) -> list[Draft]:
    """The items of one ``with`` statement become async together: one finding, one edit that names them all."""
    kept: list[Draft] = []
    places: dict[object, int] = {}
    for draft in drafts:
        fix = draft.finding.fix
        edit = fix.edits[-1] if fix and fix.edits else None
        if fix is None or edit is None or edit.kind is not EditKind.ASYNC_WITH:
            kept.append(draft)
            continue
        key = (edit.path, edit.span)
        if key not in places:
            places[key] = len(kept)
            kept.append(draft)
            continue
        first = kept[places[key]]
        assert first.finding.fix is not None
        items = tuple(sorted({*first.finding.fix.edits[-1].items, *edit.items}))
        edits = tuple(dict.fromkeys([*first.finding.fix.edits[:-1], *fix.edits[:-1], replace(edit, items=items)]))
        worst = max((first.finding.applicability, fix.applicability), key=list(Applicability).index)
        kept[places[key]] = replace(first, finding=replace(first.finding, fix=Fix(edits, worst)))
    return kept


def place_of(site: CallSite) -> tuple[Path, Span]:
    """The file of a site and the bytes of its expression."""
    return site.unit.file.path, site.unit.file.span(site.node)
