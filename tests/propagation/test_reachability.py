"""Which functions turn together: against brute force on random graphs, and in whatever order they are given."""

from __future__ import annotations

import random
from itertools import combinations, pairwise

from hypothesis import given
from hypothesis import strategies as st

from autoawait.propagation.reachability import closure, components, reach

Graph = tuple[dict[int, list[int]], set[int], list[int]]


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """Callers, blocked nodes and seeds of up to seven functions."""
    size = draw(st.integers(1, 7))
    nodes = st.integers(0, size - 1)
    callers = draw(st.dictionaries(nodes, st.lists(nodes, unique=True, max_size=3)))
    return callers, draw(st.sets(nodes, max_size=3)), draw(st.lists(nodes, unique=True, max_size=3))


def is_consistent(chosen: frozenset[int], callers: dict[int, list[int]], blocks: set[int]) -> bool:
    return not chosen & blocks and all(caller in chosen for node in chosen for caller in callers.get(node, ()))


@given(graphs())
def test_it_is_the_largest_consistent_set_that_the_seeds_ask_for(graph: Graph) -> None:
    callers, blocks, seeds = graph
    nodes = sorted({*callers, *blocks, *seeds, *(c for group in callers.values() for c in group)})
    subsets = (frozenset(s) for size in range(len(nodes) + 1) for s in combinations(nodes, size))
    consistent = [s for s in subsets if is_consistent(s, callers, blocks)]
    best = max((len(s & set(seeds)) for s in consistent), default=0)
    # The most seeds, and of such sets the one in which nothing turns that no seed asks for.
    expected = min((s for s in consistent if len(s & set(seeds)) == best), key=len)
    assert reach(seeds, callers, blocks).converted == expected


@given(graphs(), st.integers())
def test_the_order_does_not_matter(graph: Graph, seed: int) -> None:
    callers, blocks, seeds = graph
    chance = random.Random(seed)
    shuffled = {
        node: chance.sample(group, len(group)) for node, group in chance.sample(list(callers.items()), len(callers))
    }
    again = reach(chance.sample(seeds, len(seeds)), shuffled, blocks)
    first = reach(seeds, callers, blocks)
    assert first.converted == again.converted
    assert first.refused.keys() == again.refused.keys()
    assert all(len(first.way(node)) == len(again.way(node)) for node in first.refused)


@given(graphs())
def test_a_refusal_tells_a_way_of_callers_to_what_blocks_and_no_shorter_one_is(graph: Graph) -> None:
    callers, blocks, seeds = graph
    found = reach(seeds, callers, blocks)
    wanted = set(closure(seeds, callers))
    assert set(seeds) <= set(found.refused) | found.converted <= wanted
    assert not set(found.refused) & found.converted
    for node in found.refused:
        way = found.way(node)
        assert way[0] == node
        assert way[-1] in blocks
        assert all(b in callers[a] for a, b in pairwise(way))
        depth, ring = 1, {node}
        while not ring & blocks:
            ring, depth = {c for n in ring for c in callers.get(n, ())}, depth + 1
        assert len(way) == depth


@given(graphs())
def test_a_second_look_at_what_turned_asks_for_nothing_more(graph: Graph) -> None:
    callers, blocks, seeds = graph
    turned = reach(seeds, callers, blocks).converted
    assert reach(turned, callers, blocks).converted == turned


@given(graphs())
def test_connected_sets_share_no_edge(graph: Graph) -> None:
    callers, _, _ = graph
    nodes = sorted({*callers, *(c for group in callers.values() for c in group)})
    parts = components(nodes, callers)
    assert sorted(n for part in parts for n in part) == nodes
    of = {n: number for number, part in enumerate(parts) for n in part}
    assert all(of[n] == of[c] for n, group in callers.items() for c in group)
    for part in parts:
        for one in part:
            both = {n: {c for c in nodes if c in callers.get(n, ()) or n in callers.get(c, ())} for n in nodes}
            assert set(closure([one], both)) == set(part)


def test_recursion_and_a_long_chain_take_linear_time() -> None:
    callers = {n: [n + 1, n] for n in range(200_000)}
    assert len(reach([0], callers, set()).converted) == 200_001
    found = reach([0], callers, {200_000})
    assert found.converted == frozenset()
    assert len(found.way(0)) == 200_001
