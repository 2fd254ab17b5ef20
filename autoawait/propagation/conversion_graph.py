"""What follows if some functions become async: one conversion for each override group, and the groups that call it.

``refusal`` says in one sentence why one of them cannot: over its callers to what forbids it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function
from autoawait.propagation.barriers.reasons import MUST_STAY_SYNC
from autoawait.propagation.def_edits.async_def import Shape
from autoawait.propagation.reachability import Reachability, components
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference

# What is imported is called elsewhere, what is compared is not called at all; of an async function `patch` makes an
# AsyncMock (docs.python.org, unittest.mock).
HARMLESS = frozenset({Role.IMPORT, Role.MOCKED, Role.ASKED})


@dataclass(frozen=True, eq=False)
class Requirement:
    """What follows at one reference: ``edits`` there, the ``caller`` that must become async as well, or the ``barrier``
    that forbids it; ``doubt`` says in words why this may not be all. ``accepts``: the place takes async functions, and
    calls and awaits them. ``other_callees`` are functions that the same call may reach, ``indirect_callers`` those that
    call the function by the name of a parameter: all of them must become async as well."""

    reference: Reference
    edits: tuple[Edit, ...] = ()
    caller: Function | None = None
    barrier: Barrier | None = None
    doubt: str = ""
    accepts: bool = False
    other_callees: tuple[Function, ...] = ()
    indirect_callers: tuple[Function, ...] = ()

    @property
    def needed(self) -> tuple[Function, ...]:
        """All functions that must become async because of it."""
        return (*([self.caller] if self.caller else []), *self.indirect_callers, *self.other_callees)


@dataclass(frozen=True, eq=False)
class Conversion:
    """An override group that is to become async: the ``edits`` of its ``def``s, what each reference to it requires, and
    the ``barrier`` that forbids it by itself. ``has_async_caller``: something that takes async functions calls it.
    ``doubt`` says in words why it may do harm. ``calls`` are the requirements of certain calls that must be awaited,
    each with the member that it names."""

    group: OverrideGroup
    shape: Shape
    edits: tuple[Edit, ...] = ()
    requirements: tuple[Requirement, ...] = ()
    barrier: Barrier | None = None
    has_async_caller: bool = False
    doubt: str = ""
    calls: tuple[tuple[Function, Requirement], ...] = ()

    @cached_property
    def obstacle(self) -> Barrier | None:
        """Why it cannot become async: its own barrier, or that of the first reference that cannot follow."""
        return self.barrier or next((r.barrier for r in self.requirements if r.barrier), None)


@dataclass(frozen=True, eq=False)
class ConversionGraph:
    """Everything that follows if some functions become async, by override group, and which of the groups do."""

    conversions: Mapping[OverrideGroup, Conversion]
    callers: Mapping[OverrideGroup, Sequence[OverrideGroup]]
    reachability: Reachability[OverrideGroup]

    @cached_property
    def parts(self) -> Mapping[OverrideGroup, frozenset[OverrideGroup]]:
        """The connected set of each group that becomes async."""
        found = components([group for group in self.conversions if group in self.reachability.converted], self.callers)
        return {group: part for part in found for group in part}


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
