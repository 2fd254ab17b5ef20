"""What follows if some functions become async: one conversion for each override group, and the groups that call it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function
from autoawait.propagation.def_edits.async_def import Shape
from autoawait.propagation.reachability import Reachability, components
from autoawait.propagation.requirements.requirement import Requirement
from autoawait.resolution.class_graph.override_groups import OverrideGroup


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
