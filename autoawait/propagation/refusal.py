"""Why a function cannot become async, in one sentence: over its callers to what forbids it."""

from __future__ import annotations

from itertools import pairwise

from autoawait.propagation.barriers.reasons import MUST_STAY_SYNC
from autoawait.propagation.conversion_graph import Conversion, ConversionGraph
from autoawait.resolution.class_graph.override_groups import OverrideGroup


def refusal(group: OverrideGroup, graph: ConversionGraph) -> tuple[str, str]:
    """The sentence for a group that cannot become async, and what to do by hand."""
    way = graph.reachability.way(group)
    first, *others = map(_name, way)
    obstacle = graph.conversions[way[-1]].obstacle
    assert obstacle is not None, "a way ends at what blocks it"
    if not others:
        return f"cannot make {first} async: {obstacle.reason.removeprefix(MUST_STAY_SYNC)}", obstacle.advice
    steps = [
        _step(graph.conversions[one], following, _name(following), "that" if number else "it")
        for number, (one, following) in enumerate(pairwise(way))
    ]
    reason = obstacle.reason
    reason = f"{others[-1]}{reason.removeprefix('it')}" if reason.startswith("it ") else reason
    return f"cannot make {first} async: {', '.join(steps)}, and {reason}", obstacle.advice


def _name(group: OverrideGroup) -> str:
    return f"`{group.members[0].qualname.replace('<locals>.', '')}`"


def _step(conversion: Conversion, following: OverrideGroup, name: str, former: str) -> str:
    """How one group leads to the next on a way; ``former`` stands for the one."""
    others = {function for requirement in conversion.requirements for function in requirement.other_callees}
    if others.intersection(following.members):
        return f"a call that reaches {former} may also reach {name}"
    callers = {
        f for requirement in conversion.requirements for f in (requirement.caller, *requirement.indirect_callers)
    }
    return f"{name} {'calls' if callers.intersection(following.members) else 'overrides'} {former}"
