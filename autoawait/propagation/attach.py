"""Drafts that need a sync function to become async: completed by all that follows, or refused with the reason."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, Fix, Link
from autoawait.edits.await_placement import not_async
from autoawait.project.index import Function
from autoawait.propagation.collateral_overrides import collateral_overrides
from autoawait.propagation.conversion_graph import Conversion, ConversionGraph
from autoawait.propagation.graph_builder import ConversionGraphBuilder
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.reachability import closure
from autoawait.propagation.refusal import refusal
from autoawait.resolution.class_graph.override_groups import OverrideGroup


@dataclass(frozen=True, eq=False)
class Attached:
    """The drafts with their whole fixes; ``converted`` are the functions that become async by those that may be
    applied, ``followed`` the calls of these that the fixes await."""

    drafts: tuple[Draft, ...]
    converted: frozenset[Function] = frozenset()
    followed: frozenset[ast.Call] = frozenset()


def unpropagated(drafts: Iterable[Draft]) -> Attached:
    """The drafts where no function may become async: a refusal for each that needs one."""
    refusals = ((draft, not_async(draft.needs) if draft.needs else None) for draft in drafts)
    return Attached(tuple(_refused(draft, b.reason, b.advice) if b else draft for draft, b in refusals))


Lacking = Mapping[Function, tuple[Edit, ...]]


def attach(drafts: Sequence[Draft], builder: ConversionGraphBuilder, lacking: Lacking, *, unsafe: bool) -> Attached:
    """Join each draft that needs a function with the connected set of that function.

    ``lacking`` are edits that functions need besides, once they are async.

    Drafts that are safe, and of which only what is certain follows, are joined with each other alone, so that they do
    not wait for likely ones.
    """
    likely = _joined(drafts, builder, lacking)
    certain = _joined(list(_certain(drafts, builder)), builder, lacking)
    joined = tuple(certain.get(d) or likely.get(d) or d for d in drafts)
    joined = tuple(
        likely[d] if d in likely and j.finding.applicability is Applicability.UNSAFE else j
        for d, j in zip(drafts, joined, strict=True)
    )
    made = [
        d for d in joined if d.needs and d.finding.fix and (unsafe or d.finding.applicability is Applicability.SAFE)
    ]
    graph = builder.graph(dict.fromkeys(d.needs for d in made if d.needs))
    converted = graph.reachability.converted
    followed = (r.reference.call for group in converted for r in graph.conversions[group].requirements if r.edits)
    return Attached(
        tuple(draft for draft in joined if _is_reported(draft)),
        frozenset(member for group in converted for member in group.members),
        frozenset(call for call in followed if call),
    )


def _certain(drafts: Iterable[Draft], builder: ConversionGraphBuilder) -> Iterator[Draft]:
    """The safe drafts with nothing doubtful among all that must become async because of each."""
    safe = [d for d in drafts if d.finding.applicability is Applicability.SAFE]
    graph = builder.graph(dict.fromkeys(d.needs for d in safe if d.needs))
    known: dict[Function, bool] = {}
    for draft in safe:
        if draft.needs and draft.needs not in known:
            groups = closure([builder.partition.of(draft.needs)], graph.callers)
            conversions = [graph.conversions[group] for group in groups]
            known[draft.needs] = not any(_doubts_of(conversions, [draft.needs], builder.partition))
        if draft.needs is None or known[draft.needs]:
            yield draft


def _is_reported(draft: Draft) -> bool:
    return not draft.implied and (draft.finding.fix is not None or not draft.optional)


def _joined(drafts: Sequence[Draft], builder: ConversionGraphBuilder, lacking: Lacking) -> dict[Draft, Draft]:
    needy = [d for d in drafts if d.needs and d.finding.fix]
    graph = builder.graph(dict.fromkeys(d.needs for d in needy if d.needs))
    groups = {d: builder.partition.of(d.needs) for d in needy if d.needs}
    own: dict[frozenset[OverrideGroup], list[Draft]] = {}
    for draft, group in groups.items():
        if group in graph.parts:
            own.setdefault(graph.parts[group], []).append(draft)
    joined: dict[Draft, Draft] = {}
    for part, members in own.items():
        conversions = [conversion for group, conversion in graph.conversions.items() if group in part]
        more = [edit for c in conversions for member in c.group.members for edit in lacking.get(member, ())]
        edits = tuple(dict.fromkeys([*_edits(members, conversions), *more]))
        wanted = [draft.needs for draft in members if draft.needs]
        doubts = _doubts_of(conversions, wanted, builder.partition)
        seeds = (groups[draft] for draft in members)
        chain = tuple(_tree(seeds, {c.group: c for c in conversions}, builder.partition))
        worst = _worst(
            [Applicability.UNSAFE if doubts else Applicability.SAFE, *(d.finding.applicability for d in members)]
        )
        for draft in members:
            reason = "; ".join(filter(None, [draft.finding.reason, *doubts[:2]]))
            finding = replace(draft.finding, fix=Fix(edits, worst), reason=reason, chain=(*draft.finding.chain, *chain))
            joined[draft] = replace(draft, finding=finding)
    listed: set[OverrideGroup] = set()
    for draft, group in groups.items():
        if group not in graph.parts:
            refused = _refused(draft, *refusal(group, graph))
            waiting = tuple(_waiting(group, graph, listed))
            joined[draft] = replace(refused, finding=replace(refused.finding, chain=(*draft.finding.chain, *waiting)))
    return joined


def _waiting(group: OverrideGroup, graph: ConversionGraph, listed: set[OverrideGroup]) -> Iterator[Link]:
    """What would have become async with a function that cannot, as far as no finding before lists it."""
    for other in closure([group], graph.callers):
        if other is not group and other not in listed and graph.conversions[other].obstacle is None:
            listed.add(other)
            for member in other.members:
                yield Link.at(member.file, member.name_start, "would become async: ")


def _edits(drafts: Iterable[Draft], conversions: Iterable[Conversion]) -> tuple[Edit, ...]:
    own = [edit for draft in drafts if draft.finding.fix for edit in draft.finding.fix.edits]
    conversions = list(conversions)
    def_edits = [edit for conversion in conversions for edit in conversion.edits]
    required = [edit for c in conversions for requirement in c.requirements for edit in requirement.edits]
    return tuple(dict.fromkeys([*own, *def_edits, *required]))


def _worst(found: Collection[Applicability]) -> Applicability:
    return max(found, key=list(Applicability).index)


def _doubts_of(
    conversions: Sequence[Conversion], wanted: Collection[Function], partition: OverridePartition
) -> list[str]:
    """Why a set of conversions that is to make some functions async is not certain."""
    left_sync = partition.left_sync([conversion.group for conversion in conversions])
    return [*_doubts(conversions), *left_sync, *collateral_overrides(conversions, wanted, partition)]


def _doubts(conversions: Sequence[Conversion]) -> list[str]:
    """Why single conversions are not certain: calls that may be meant, functions that nothing is seen to call."""
    found = [doubt for c in conversions for doubt in (c.group.doubt, c.doubt) if doubt]
    found += [requirement.doubt for c in conversions for requirement in c.requirements if requirement.doubt]
    for c in conversions:
        if not c.has_async_caller and not any(r.reference.is_certain_call for r in c.requirements):
            name = c.group.members[0].node.name
            found.append(f"nothing in the project calls `{name}`, but code outside of it may")
    return list(dict.fromkeys(found))


def _tree(
    seeds: Iterable[OverrideGroup], conversions: Mapping[OverrideGroup, Conversion], partition: OverridePartition
) -> Iterator[Link]:
    """What a set does, as a tree: each function that becomes async, below it the places that change with it, and below
    each of these the function that must become async because of it. A function stands where it is first reached."""
    shown: set[OverrideGroup] = set()

    def below(group: OverrideGroup, depth: int) -> Iterator[Link]:
        if group in shown or group not in conversions:
            return
        shown.add(group)
        for member in group.members:
            yield Link.at(member.file, member.name_start, f"{'  ' * depth}becomes async: ")
        for requirement in conversions[group].requirements:
            if requirement.edits:
                file, node = requirement.reference.unit.file, requirement.reference.node
                yield Link.at(file, file.name_start(node), f"{'  ' * (depth + 1)}also changes: ")
            for function in requirement.needed:
                yield from below(partition.of(function), depth + 2)

    for seed in dict.fromkeys(seeds):
        yield from below(seed, 0)


def _refused(draft: Draft, reason: str, advice: str) -> Draft:
    finding = replace(draft.finding, code="AW402", fix=None, reason=reason, advice=advice)
    return replace(draft, finding=finding, needs=None)
