"""From the functions that must become async to the graph of all that follows, reference by reference."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from autoawait.detection.draft import DraftBuilder
from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index
from autoawait.project.settings import Settings
from autoawait.project.syntax import TRIES
from autoawait.propagation.acceptance.async_acceptance import AsyncAcceptance
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.barriers.loop_starters import LoopStarters
from autoawait.propagation.barriers.package_loop_starters import LoopWay, PackageLoopStarters
from autoawait.propagation.conversion_graph import Conversion, ConversionGraph
from autoawait.propagation.def_edits.async_def import Shape, shape_of
from autoawait.propagation.def_edits.imports import top_names
from autoawait.propagation.def_edits.own_edits import DefEdits
from autoawait.propagation.entry_points.pytest_plugins import Plugins
from autoawait.propagation.entry_points.sync_entry_points import SyncEntryPoints
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.reachability import reach
from autoawait.propagation.requirements.requirements import Requirements
from autoawait.resolution.argument_sinks import ArgumentSinks
from autoawait.resolution.call_results import CallResults
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.references import Reference, References
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import TypeEngine
from autoawait.types.environment import find_environment


class ConversionGraphBuilder:
    """Builds the graphs of a project; only files of ``editable`` may change.

    Remembers the conversion of each group, since none of its facts changes from round to round.
    """

    def __init__(
        self,
        index: Index,
        engine: TypeEngine,
        call_results: CallResults,
        draft_builder: DraftBuilder,
        argument_sinks: ArgumentSinks,
        checker_diagnostics: CheckerDiagnostics,
        settings: Settings,
        editable: Collection[Path],
    ) -> None:
        classes = call_results.classes
        references = References(index, engine, classes)
        facts = ProjectFacts(index, engine, classes, call_results, argument_sinks, checker_diagnostics, references)
        own = top_names(settings.root, (module.file.path for module in index.own))
        tests = Plugins(settings.root, find_environment(settings.root, settings.python).python, own)
        self._facts = facts
        self._barriers = ConversionBarriers(index, engine, classes)
        self._def_edits = DefEdits(index, self._barriers, tests, editable)
        acceptance = AsyncAcceptance(facts, self._barriers)
        self.partition = OverridePartition(facts, acceptance)
        self._package_loop_starters = PackageLoopStarters(facts, self._barriers)
        self.sync_entry_points = SyncEntryPoints(
            facts, self._barriers, self._package_loop_starters, own, wanted=settings.bridge
        )
        self._requirements = Requirements(facts, draft_builder, acceptance, self.sync_entry_points)
        self._loop_starters = LoopStarters(facts, self._barriers)
        self._conversions: dict[OverrideGroup, Conversion] = {}

    def graph(self, wanted: Iterable[Function]) -> ConversionGraph:
        """Everything that follows if some functions become async."""
        wanted = list(wanted)
        self.partition.read(wanted)
        seeds = list(dict.fromkeys(map(self.partition.of, wanted)))
        conversions: dict[OverrideGroup, Conversion] = {}
        callers: dict[OverrideGroup, list[OverrideGroup]] = {}
        fresh = seeds
        while fresh:
            self._convert([group for group in fresh if group not in self._conversions])
            conversions.update((group, self._conversions[group]) for group in fresh)
            needed = {group: [f for r in conversions[group].requirements for f in r.needed] for group in fresh}
            self.partition.read(function for functions in needed.values() for function in functions)
            for group, functions in needed.items():
                following = map(self.partition.of, [*functions, *self.partition.overriding(group)])
                callers[group] = list(dict.fromkeys(following))
            fresh = [c for c in dict.fromkeys(c for group in fresh for c in callers[group]) if c not in conversions]
        conversions.update(self._calling_loop_starters(conversions))
        blocked = {group for group, conversion in conversions.items() if conversion.obstacle}
        return ConversionGraph(conversions, callers, reach(seeds, callers, blocked))

    def users(self, functions: Iterable[Function]) -> frozenset[Path]:
        """The files in which some functions are referred to."""
        found = self.partition.references(list(functions))
        return frozenset(reference.unit.file.path for known in found.values() for reference in known)

    def _convert(self, groups: Sequence[OverrideGroup]) -> None:
        """Find out what follows for groups; the references to those that a barrier forbids are not looked for."""
        self._barriers.read([member for group in groups for member in group.members])
        own = [self._own_conversion(group) for group in groups]
        open_ones = [conversion for conversion in own if not conversion.barrier]
        references = self.partition.references([m for conversion in open_ones for m in conversion.group.members])
        self._requirements.prepare(reference for known in references.values() for reference in known)
        self._conversions.update((conversion.group, conversion) for conversion in own)
        self._conversions.update((c.group, self._with_requirements(c, references)) for c in open_ones)

    def _own_conversion(self, group: OverrideGroup) -> Conversion:
        """The edits of a group's own functions, or the barrier that forbids one of them."""
        shape = next((s for m in group.members if (s := shape_of(m)) is not Shape.COROUTINE), Shape.COROUTINE)
        edits: list[Edit] = []
        for member in group.members:
            own = self._def_edits.of(member, group, shape)
            if isinstance(own, Barrier):
                return Conversion(group, shape, barrier=own)
            edits += own
        has_async_caller = any(map(self._def_edits.has_async_caller, group.members))
        doubts = "; ".join(dict.fromkeys(note for member in group.members for note in self._barriers.notes(member)))
        return Conversion(group, shape, tuple(dict.fromkeys(edits)), has_async_caller=has_async_caller, doubt=doubts)

    def _with_requirements(
        self, conversion: Conversion, references: Mapping[Function, Sequence[Reference]]
    ) -> Conversion:
        """A conversion with what each reference to its functions requires."""
        unique = {(r.unit.file.path, r.node): (r, m) for m in conversion.group.members for r in references.get(m, ())}
        asked = {unique[key]: self._requirements.of(*unique[key], conversion.shape) for key in unique}
        requirements = tuple(map(self._def_edits.within_editable, asked.values()))
        catching = next((r.reference for r in requirements if _catches_stop_iteration(r.reference)), None)
        if catching and (raising := next(filter(self._barriers.may_stop, conversion.group.members), None)):
            place = self._facts.place(catching)
            words = f"`{raising.qualname}` may raise `StopIteration`, which no coroutine can, and {place} catches it"
            return replace(conversion, barrier=Barrier("AW402", words, "give `next` a default"))
        has_async_caller = conversion.has_async_caller or any(r.accepts for r in requirements)
        calls = tuple((m, r) for (reference, m), r in asked.items() if r.edits and reference.is_certain_call)
        return replace(conversion, requirements=requirements, has_async_caller=has_async_caller, calls=calls)

    def _calling_loop_starters(
        self, conversions: Mapping[OverrideGroup, Conversion]
    ) -> dict[OverrideGroup, Conversion]:
        """The conversions of what calls a function that starts an event loop: that fails where one is running."""
        certain, possible = self._loop_starters.callers({member for group in conversions for member in group.members})
        open_ones = [group for group, conversion in conversions.items() if conversion.obstacle is None]
        ways = self._package_loop_starters.ways([m for group in open_ones for m in group.members if not m.is_async])
        found: dict[OverrideGroup, Conversion] = {}
        for group in open_ones:
            conversion = conversions[group]
            if (member := next(filter(certain.__contains__, group.members), None)) is not None:
                starter = certain[member]
                words = f"`{member.qualname}` calls `{starter.qualname}`, which runs an event loop of its own"
                barrier = Barrier("AW402", words, f"make `{starter.node.name}` async first")
                found[group] = replace(conversion, barrier=barrier)
            elif (member := next(filter(ways.__contains__, group.members), None)) is not None:
                found[group] = _starting_elsewhere(conversion, member, ways[member])
            elif (member := next(filter(possible.__contains__, group.members), None)) is not None:
                words = (
                    f"`{member.qualname}` may call `{possible[member].qualname}`, which runs an event loop of its own"
                )
                found[group] = replace(conversion, doubt=words)
        return found


def _starting_elsewhere(conversion: Conversion, member: Function, way: LoopWay) -> Conversion:
    """A conversion of a function that reaches a start of a loop in a package."""
    if way.is_sure:
        return replace(conversion, barrier=Barrier("AW402", way.words(member), way.advice(member)))
    return replace(conversion, doubt=way.words(member))


def _catches_stop_iteration(reference: Reference) -> bool:
    """Whether a call stands where a ``StopIteration`` is caught."""
    around = reference.unit.ancestors(reference.node)
    handlers = (handler for node in around if isinstance(node, TRIES) for handler in node.handlers)
    return any(handler.type is not None and "StopIteration" in ast.unparse(handler.type) for handler in handlers)
