"""Methods that become async for the sake of their family alone, though no call is seen that needs it.

The plain and the async form of a class may share a base: where only the async form lacks an `await`, its base and its
plain sister are right as they are, and somebody else may call them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from autoawait.project.index import Function
from autoawait.propagation.async_def_edits import is_declaration
from autoawait.propagation.conversion_graph import Conversion
from autoawait.propagation.override_partition import OverridePartition
from autoawait.resolution.class_graph.override_groups import OverrideGroup


def dragged(turns: Iterable[Conversion], wanted: Collection[Function], families: OverridePartition) -> Iterator[str]:
    """A sentence for each family of which a method with a body is not needed, if those that are wanted become async."""
    by_family = {turn.family: turn for turn in turns}
    needed = _needed(by_family, wanted, families)
    for family in by_family:
        plain = (m for m in family.members if not (m.is_async or m in needed or is_declaration(m)))
        if (member := next(plain, None)) is not None:
            yield f"`{member.qualname}` becomes async only because others of its family do"


def _needed(
    turns: dict[OverrideGroup, Conversion], wanted: Collection[Function], families: OverridePartition
) -> set[Function]:
    """The wanted functions, all that a call may reach which may reach one of them, and the callers of these."""
    needed = set(wanted)
    waiting = list(dict.fromkeys(map(families.of, wanted)))
    while waiting:
        turn = turns.get(waiting.pop())
        for member, demand in turn.calls if turn else ():
            reached = families.reached(member, demand.reference, turn.family.members) if turn else []
            fresh = {*reached, *demand.needed} - needed if needed.intersection(reached) else set[Function]()
            needed |= fresh
            waiting += dict.fromkeys(map(families.of, fresh))
    return needed
