"""Methods that become async only because of their override group, though no call is seen that needs it.

The sync and the async form of a class may share a base: where only the async form lacks an ``await``, the base and the
sync form are right as they are, and other code may call them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from autoawait.project.index import Function
from autoawait.propagation.conversion_graph import Conversion
from autoawait.propagation.def_edits.async_def import is_declaration
from autoawait.propagation.override_partition import OverridePartition
from autoawait.resolution.class_graph.override_groups import OverrideGroup


def collateral_overrides(
    conversions: Iterable[Conversion], wanted: Collection[Function], partition: OverridePartition
) -> Iterator[str]:
    """A sentence for each group with a method that has a body, and that the wanted functions do not need async."""
    by_group = {conversion.group: conversion for conversion in conversions}
    needed = _needed(by_group, wanted, partition)
    for group in by_group:
        sync = (m for m in group.members if not (m.is_async or m in needed or is_declaration(m)))
        if (member := next(sync, None)) is not None:
            yield f"`{member.qualname}` becomes async only because others in its override group do"


def _needed(
    conversions: dict[OverrideGroup, Conversion], wanted: Collection[Function], partition: OverridePartition
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
