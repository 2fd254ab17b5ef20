"""Which functions become async together: reachability on a graph of callers, and nothing else.

A node is a function with its override family. ``callers`` has, for each node, the nodes that must become
async if it does, because they call it; ``blocks`` the nodes that cannot, by themselves or because
something that calls or holds them cannot follow. The answer is the largest set that is consistent: it
holds every seed that can become async, all callers of whatever it holds, and nothing that is blocked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Generic, TypeVar

N = TypeVar("N", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Reachability(Generic[N]):
    """``converted`` nodes, and the wanted ones that are refused: each with the caller that leads nearest to what blocks
    it, None for one of ``blocks`` itself."""

    converted: frozenset[N]
    refused: Mapping[N, N | None]

    def way(self, node: N) -> tuple[N, ...]:
        """The shortest way from a refused node over one caller after the other to the node that is blocked."""
        way = [node]
        while (following := self.refused[way[-1]]) is not None:
            way.append(following)
        return tuple(way)


def reach(seeds: Iterable[N], callers: Mapping[N, Collection[N]], blocks: Collection[N]) -> Reachability[N]:
    """Want, block, want again. Linear in the graph; the order of seeds and callers does not matter for the answer."""
    sown = dict.fromkeys(seeds)
    wanted = closure(sown, callers)
    refused = _refused(wanted, callers, [node for node in wanted if node in blocks])
    converted = closure((node for node in sown if node not in refused), callers)
    return Reachability(frozenset(converted), refused)


def closure(starts: Iterable[N], following: Mapping[N, Collection[N]]) -> dict[N, None]:
    """The nodes that can be reached from others, those included, nearest first."""
    return dict.fromkeys(nearest(starts, lambda node: following.get(node, ())))


def nearest(starts: Iterable[N], following: Callable[[N], Iterable[N]]) -> Iterator[N]:
    """Nodes and all that can be reached from them, nearest first, as far as they are asked for."""
    found = dict.fromkeys(starts)
    queue = deque(found)
    while queue:
        node = queue.popleft()
        yield node
        for other in following(node):
            if other not in found:
                found[other] = None
                queue.append(other)


def _refused(wanted: Collection[N], callers: Mapping[N, Collection[N]], blocked: Iterable[N]) -> dict[N, N | None]:
    """The wanted nodes from which a blocked one can be reached, each with the first step of the shortest way there."""
    called: dict[N, list[N]] = {}
    for node in wanted:
        for caller in callers.get(node, ()):
            called.setdefault(caller, []).append(node)
    steps: dict[N, N | None] = dict.fromkeys(blocked)
    queue = deque(steps)
    while queue:
        node = queue.popleft()
        for callee in called.get(node, ()):
            if callee not in steps:
                steps[callee] = node
                queue.append(callee)
    return steps


def components(nodes: Collection[N], neighbours: Mapping[N, Collection[N]]) -> list[frozenset[N]]:
    """The connected sets of some nodes, whichever way their edges point; in the order of their first nodes."""
    both: dict[N, set[N]] = {node: set() for node in nodes}
    for node in nodes:
        for other in neighbours.get(node, ()):
            if other in both:
                both[node].add(other)
                both[other].add(node)
    seen: set[N] = set()
    found = []
    for node in nodes:
        if node not in seen:
            together = frozenset(closure([node], both))
            seen |= together
            found.append(together)
    return found
