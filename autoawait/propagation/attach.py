"""Drafts that need a plain function to become async, joined with all that follows, or refused with the way to why."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, Fix, Link
from autoawait.edits.await_placement import not_async
from autoawait.project.index import Function
from autoawait.project.source import SourceFile
from autoawait.propagation.collateral_overrides import dragged
from autoawait.propagation.conversion_graph import Conversion, ConversionGraph, ConversionGraphBuilder
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.reachability import closure
from autoawait.resolution.class_graph.override_groups import OverrideGroup


@dataclass(frozen=True, eq=False)
class Attached:
    """The drafts with their whole fixes, the functions that become async by those that may be applied, and the calls
    of these, which are taken care of."""

    drafts: tuple[Draft, ...]
    turned: frozenset[Function] = frozenset()
    followed: frozenset[ast.Call] = frozenset()


def unpropagated(drafts: Iterable[Draft]) -> Attached:
    """What is left where no function may become async: a refusal for each draft that needs one."""
    return Attached(tuple(_refused(draft, *_plain_refusal(draft.needs)) if draft.needs else draft for draft in drafts))


Lacking = Mapping[Function, tuple[Edit, ...]]


def settle(drafts: Sequence[Draft], weaver: ConversionGraphBuilder, lacking: Lacking, *, unsafe: bool) -> Attached:
    """Join each draft that needs a function with the connected set of that function.

    ``lacking`` are edits that functions need besides, once they are async.

    Drafts that are safe, and of which only what is certain follows, are joined with each other alone, so that they do
    not wait for likely ones.
    """
    likely = _joined(drafts, weaver, lacking)
    certain = _joined(list(_certain(drafts, weaver)), weaver, lacking)
    settled = tuple(certain.get(d) or likely.get(d) or d for d in drafts)
    settled = tuple(
        likely[d] if d in likely and s.finding.applicability is Applicability.UNSAFE else s
        for d, s in zip(drafts, settled, strict=True)
    )
    made = [
        d for d in settled if d.needs and d.finding.fix and (unsafe or d.finding.applicability is Applicability.SAFE)
    ]
    web = weaver.web(dict.fromkeys(d.needs for d in made if d.needs))
    turned = frozenset(m for family in web.reached.turned for m in family.members)
    demands = (demand for family in web.reached.turned for demand in web.turns[family].demands)
    followed = frozenset(d.reference.call for d in demands if d.reference.call and d.edits)
    return Attached(tuple(d for d in settled if _is_spoken_of(d)), turned, followed)


def _certain(drafts: Iterable[Draft], weaver: ConversionGraphBuilder) -> Iterator[Draft]:
    """The safe drafts with nothing doubtful among all that must become async because of each."""
    safe = [d for d in drafts if d.finding.applicability is Applicability.SAFE]
    web = weaver.web(dict.fromkeys(d.needs for d in safe if d.needs))
    known: dict[Function, bool] = {}
    for draft in safe:
        if draft.needs and draft.needs not in known:
            turns = [web.turns[family] for family in closure([weaver.families.of(draft.needs)], web.callers)]
            known[draft.needs] = not any(_doubts_of(turns, [draft.needs], weaver.families))
        if draft.needs is None or known[draft.needs]:
            yield draft


def _is_spoken_of(draft: Draft) -> bool:
    return not draft.implied and (draft.finding.fix is not None or not draft.optional)


def _joined(drafts: Sequence[Draft], weaver: ConversionGraphBuilder, lacking: Lacking) -> dict[Draft, Draft]:
    needy = [d for d in drafts if d.needs and d.finding.fix]
    web = weaver.web(dict.fromkeys(d.needs for d in needy if d.needs))
    families = {d: weaver.families.of(d.needs) for d in needy if d.needs}
    own: dict[frozenset[OverrideGroup], list[Draft]] = {}
    for draft, family in families.items():
        if family in web.parts:
            own.setdefault(web.parts[family], []).append(draft)
    joined: dict[Draft, Draft] = {}
    for part, members in own.items():
        turns = [turn for family, turn in web.turns.items() if family in part]
        more = [edit for turn in turns for member in turn.family.members for edit in lacking.get(member, ())]
        edits = tuple(dict.fromkeys([*_edits(members, turns), *more]))
        wanted = [draft.needs for draft in members if draft.needs]
        doubts = _doubts_of(turns, wanted, weaver.families)
        seeds = (families[draft] for draft in members)
        chain = tuple(_tree(seeds, {turn.family: turn for turn in turns}, weaver.families))
        worst = _worst(
            [Applicability.UNSAFE if doubts else Applicability.SAFE, *(d.finding.applicability for d in members)]
        )
        for draft in members:
            reason = "; ".join(filter(None, [draft.finding.reason, *doubts[:2]]))
            finding = replace(draft.finding, fix=Fix(edits, worst), reason=reason, chain=(*draft.finding.chain, *chain))
            joined[draft] = replace(draft, finding=finding)
    told: set[OverrideGroup] = set()
    for draft, family in families.items():
        if family not in web.parts:
            refused = _refused(draft, *refusal(family, web))
            waiting = tuple(_waiting(family, web, told))
            joined[draft] = replace(refused, finding=replace(refused.finding, chain=(*draft.finding.chain, *waiting)))
    return joined


def _waiting(family: OverrideGroup, web: ConversionGraph, told: set[OverrideGroup]) -> Iterator[Link]:
    """What would have followed a function that cannot turn, as far as no finding before tells of it."""
    for other in closure([family], web.callers):
        if other is not family and other not in told and web.turns[other].obstacle is None:
            told.add(other)
            for member in other.members:
                yield _link(member.file, member.node.lineno, 0, "would become async")


def _edits(drafts: Iterable[Draft], turns: Iterable[Conversion]) -> tuple[Edit, ...]:
    own = [edit for draft in drafts if draft.finding.fix for edit in draft.finding.fix.edits]
    turning = [edit for turn in turns for edit in turn.edits]
    demanded = [edit for turn in turns for demand in turn.demands for edit in demand.edits]
    return tuple(dict.fromkeys([*own, *turning, *demanded]))


def _worst(found: Collection[Applicability]) -> Applicability:
    return max(found, key=list(Applicability).index)


def _doubts_of(turns: Sequence[Conversion], wanted: Collection[Function], families: OverridePartition) -> list[str]:
    """Why a set is not certain that is to make some functions async."""
    left = families.left([turn.family for turn in turns])
    return [*_doubts(turns), *left, *dragged(turns, wanted, families)]


def _doubts(turns: Sequence[Conversion]) -> list[str]:
    """Why a set is not certain: calls that may be meant, functions that nobody calls here."""
    found = [doubt for turn in turns for doubt in (turn.family.doubt, turn.doubt) if doubt]
    found += [demand.doubt for turn in turns for demand in turn.demands if demand.doubt]
    for turn in turns:
        if not turn.entered and not any(demand.reference.is_certain_call for demand in turn.demands):
            found.append(f"nothing here calls `{turn.family.members[0].node.name}`, but others may")
    return list(dict.fromkeys(found))


def _tree(
    seeds: Iterable[OverrideGroup], turns: Mapping[OverrideGroup, Conversion], families: OverridePartition
) -> Iterator[Link]:
    """What a set does, as a tree: each function that turns, below it the places that follow, and below each of these
    the function that must turn because of it. A function stands where it is first reached."""
    shown: set[OverrideGroup] = set()

    def below(family: OverrideGroup, depth: int) -> Iterator[Link]:
        if family in shown or family not in turns:
            return
        shown.add(family)
        for member in family.members:
            yield _link(member.file, member.node.lineno, depth, "becomes async")
        for demand in turns[family].demands:
            if demand.edits:
                yield _link(demand.reference.unit.file, demand.reference.line, depth + 1, "and so")
            for function in demand.needed:
                yield from below(families.of(function), depth + 2)

    for seed in dict.fromkeys(seeds):
        yield from below(seed, 0)


def _link(file: SourceFile, line: int, depth: int, words: str) -> Link:
    return Link(file.path, line, f"{'  ' * depth}{words}: {file.line(line).strip()}")


def refusal(family: OverrideGroup, web: ConversionGraph) -> tuple[str, str]:
    """The way from a function over its callers to what blocks them, and what to do."""
    way = web.reached.way(family)
    names = [f"`{f.members[0].qualname}`" for f in way]
    obstacle = web.turns[way[-1]].obstacle
    assert obstacle is not None, "a way ends at what blocks it"
    steps = "".join(
        f", {_step(web.turns[f], after)} {name}" for f, after, name in zip(way, way[1:], names[1:], strict=False)
    )
    return f"{names[0]} cannot become async{steps}: {obstacle.reason}", obstacle.advice


def _step(turn: Conversion, following: OverrideGroup) -> str:
    """How one function leads to the next on a way."""
    beside = {function for demand in turn.demands for function in demand.also}
    if beside.intersection(following.members):
        return "whose calls may reach"
    calling = {f for demand in turn.demands for f in (demand.caller, *demand.through)}
    return "which is called by" if calling.intersection(following.members) else "which is overridden by"


def _plain_refusal(function: Function | None) -> tuple[str, str]:
    assert function is not None
    barrier = not_async(function)
    return barrier.reason, barrier.advice


def _refused(draft: Draft, reason: str, advice: str) -> Draft:
    finding = replace(draft.finding, code="AW402", fix=None, reason=reason, advice=advice)
    return replace(draft, finding=finding, needs=None)
