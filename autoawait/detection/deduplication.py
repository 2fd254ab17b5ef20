"""Drafts that speak of the same edits: one finding for each mistake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, EditKind, Fix


def deduplicated(drafts: Iterable[Draft]) -> list[Draft]:
    """Drafts in order of place, those of one ``with`` statement as one, and one for each set of edits; without those
    about a name that holds what another draft awaits."""
    return _without_repetition(_one_with_each(_at_their_source(list(drafts))))


def without_repeated_reports(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts without those that only report what the fix of another one awaits."""
    awaited = {
        (e.path, e.span) for d in drafts if d.finding.fix for e in d.finding.fix.edits if e.kind is EditKind.AWAIT
    }
    return [d for d in drafts if d.finding.fix or (d.finding.path, d.finding.span) not in awaited]


def _at_their_source(drafts: Sequence[Draft]) -> list[Draft]:
    """Drafts about values where they come from: with the call awaited, a name that it is bound to holds its value."""
    held = {
        use.node
        for draft in drafts
        if _awaits_its_site(draft)
        for use in uses_of(draft.site.unit, draft.site.node).uses
        if use.node is not draft.site.node
    }
    return [draft for draft in drafts if draft.site.node not in held]


def _awaits_its_site(draft: Draft) -> bool:
    span = draft.site.unit.file.span(draft.site.node)
    return draft.finding.fix is not None and any(
        edit.kind is EditKind.AWAIT and (edit.path, edit.span) == (draft.finding.path, span)
        for edit in draft.finding.fix.edits
    )


def _without_repetition(drafts: Iterable[Draft]) -> list[Draft]:
    """One draft for one set of edits: a call and the name it is bound to may both lead to the same loop."""
    seen: set[object] = set()
    kept: list[Draft] = []
    for draft in sorted(drafts, key=lambda d: (d.finding.path, d.finding.span)):
        finding = draft.finding
        edits = frozenset(finding.fix.edits) if finding.fix else frozenset()
        key = edits or (finding.path, finding.span, finding.code)
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
