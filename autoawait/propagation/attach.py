"""Drafts that need a sync function to become async: completed by all that follows, or refused with the reason."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, Fix, Link
from autoawait.edits.await_placement import not_async
from autoawait.project.index import Function
from autoawait.propagation.conversion_graph import Conversion, ConversionGraph, refusal
from autoawait.propagation.def_edits.async_def import is_declaration
from autoawait.propagation.graph_builder import ConversionGraphBuilder
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.reachability import closure
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
    safe = {d: whole for d, whole in certain.items() if whole.finding.applicability is not Applicability.UNSAFE}
    joined = [safe.get(d) or likely.get(d) or d for d in drafts]
    graph = builder.graph(_wanted(d for d in joined if unsafe or d.finding.applicability is Applicability.SAFE))
    converted = graph.reachability.converted
    followed = (r.reference.call for group in converted for r in graph.conversions[group].requirements if r.edits)
    return Attached(
        tuple(d for d in joined if not d.implied and (d.finding.fix or not d.optional)),
        frozenset(member for group in converted for member in group.members),
        frozenset(call for call in followed if call),
    )


def _certain(drafts: Iterable[Draft], builder: ConversionGraphBuilder) -> Iterator[Draft]:
    """The safe drafts with nothing doubtful among all that must become async because of each."""
    safe = [d for d in drafts if d.finding.applicability is Applicability.SAFE]
    graph = builder.graph({draft.needs: None for draft in safe if draft.needs})
    known: dict[Function, bool] = {}
    for draft in safe:
        if draft.needs and draft.needs not in known:
            groups = closure([builder.partition.of(draft.needs)], graph.callers)
            conversions = {group: graph.conversions[group] for group in groups}
            known[draft.needs] = not any(_doubts_of(conversions, [draft.needs], builder.partition))
        if draft.needs is None or known[draft.needs]:
            yield draft


def _joined(drafts: Sequence[Draft], builder: ConversionGraphBuilder, lacking: Lacking) -> dict[Draft, Draft]:
    graph = builder.graph(_wanted(drafts))
    groups = {d: builder.partition.of(d.needs) for d in drafts if d.needs and d.finding.fix}
    own: dict[frozenset[OverrideGroup], list[Draft]] = {}
    for draft, group in groups.items():
        if group in graph.parts:
            own.setdefault(graph.parts[group], []).append(draft)
    joined: dict[Draft, Draft] = {}
    for part, members in own.items():
        conversions = {group: conversion for group, conversion in graph.conversions.items() if group in part}
        edits = _edits(members, conversions.values(), lacking)
        doubts = _doubts_of(conversions, _wanted(members), builder.partition)
        chain = tuple(_tree((groups[draft] for draft in members), conversions, builder.partition))
        found = [Applicability.UNSAFE if doubts else Applicability.SAFE, *(d.finding.applicability for d in members)]
        worst = max(found, key=list(Applicability).index)
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


def _wanted(drafts: Iterable[Draft]) -> tuple[Function, ...]:
    """The functions that must become async for the fixes of some drafts."""
    return tuple(dict.fromkeys(draft.needs for draft in drafts if draft.needs and draft.finding.fix))


def _edits(drafts: Iterable[Draft], conversions: Collection[Conversion], lacking: Lacking) -> tuple[Edit, ...]:
    edits = [edit for draft in drafts if draft.finding.fix for edit in draft.finding.fix.edits]
    edits += [edit for c in conversions for edit in c.edits]
    edits += [edit for c in conversions for requirement in c.requirements for edit in requirement.edits]
    edits += [edit for c in conversions for member in c.group.members for edit in lacking.get(member, ())]
    return tuple(dict.fromkeys(edits))


def _doubts_of(
    conversions: Mapping[OverrideGroup, Conversion], wanted: Collection[Function], partition: OverridePartition
) -> list[str]:
    """Why a set of conversions that is to make some functions async is not certain."""
    collateral = _collateral_overrides(conversions, wanted, partition)
    return [*_doubts(conversions.values()), *partition.left_sync(conversions), *collateral]


def _doubts(conversions: Collection[Conversion]) -> list[str]:
    """Why single conversions are not certain: calls that may be meant, functions that nothing is seen to call."""
    found = [doubt for c in conversions for doubt in (c.group.doubt, c.doubt) if doubt]
    found += [requirement.doubt for c in conversions for requirement in c.requirements if requirement.doubt]
    for c in conversions:
        if not c.has_async_caller and not any(r.reference.is_certain_call for r in c.requirements):
            name = c.group.members[0].node.name
            found.append(f"nothing in the project calls `{name}`, but code outside of it may")
    return list(dict.fromkeys(found))


def _collateral_overrides(
    conversions: Mapping[OverrideGroup, Conversion], wanted: Collection[Function], partition: OverridePartition
) -> Iterator[str]:
    """A sentence for each group with a method that has a body, and that the wanted functions do not need async.

    The sync and the async form of a class may share a base: where only the async form lacks an ``await``, the base and
    the sync form are right as they are, and other code may call them.
    """
    needed = _needed(conversions, wanted, partition)
    for group in conversions:
        sync = (m for m in group.members if not (m.is_async or m in needed or is_declaration(m)))
        if (member := next(sync, None)) is not None:
            yield f"`{member.qualname}` becomes async only because others in its override group do"


def _needed(
    conversions: Mapping[OverrideGroup, Conversion], wanted: Collection[Function], partition: OverridePartition
) -> set[Function]:
    """The wanted functions, all that a call may reach which may reach one of them, and the callers of these."""
    needed = set(wanted)
    waiting = list(dict.fromkeys(map(partition.of, wanted)))
    while waiting:
        conversion = conversions.get(waiting.pop())
        for member, requirement in conversion.calls if conversion else ():
            reached = partition.reached(member, requirement.reference, conversion.group.members) if conversion else []
            fresh = {*reached, *requirement.needed} - needed if needed.intersection(reached) else set[Function]()
            needed |= fresh
            waiting += dict.fromkeys(map(partition.of, fresh))
    return needed


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
