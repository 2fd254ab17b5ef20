"""The functions that are wanted async, with everything that refers to them: the facts that reachability is asked of."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autoawait.detection.draft_builder import DraftBuilder, edit_of
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index
from autoawait.project.settings import Settings
from autoawait.project.syntax import TRIES
from autoawait.propagation.async_acceptance import AsyncAcceptance
from autoawait.propagation.async_barriers import AsyncBarriers
from autoawait.propagation.async_def_edits import Shape, shape_of, turning_edits
from autoawait.propagation.attribute_objects import AttributeObjects
from autoawait.propagation.callback_collections import CallbackCollections
from autoawait.propagation.entry_points import Plugins, is_test
from autoawait.propagation.escape_policy import EscapePolicy
from autoawait.propagation.event_loop_library import EventLoopLibrary
from autoawait.propagation.import_edits import top_names
from autoawait.propagation.kwargs_heuristic import KwargsHeuristic
from autoawait.propagation.loop_starters import LoopStarters
from autoawait.propagation.monkeypatches import Monkeypatches
from autoawait.propagation.other_callees import OtherCallees
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.parameter_calls import ParameterCalls
from autoawait.propagation.parameter_values import ParameterValues
from autoawait.propagation.reachability import Reachability, components, reach
from autoawait.propagation.requirement import Requirement
from autoawait.propagation.requirements import Requirements
from autoawait.propagation.sync_entry_points import SyncEntryPoints
from autoawait.resolution.argument_sinks import ArgumentSinks
from autoawait.resolution.call_results import CallResults
from autoawait.resolution.families import Families, OverrideGroup
from autoawait.resolution.references import Reference, References
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import TypeEngine
from autoawait.types.environment import find_environment

# Words of calls that start a loop and wait for it: only files that have one are looked at.
_BRIDGES = re.compile(rb"\b(?:run|run_until_complete|run_sync|async_to_sync|AsyncToSync)\(")


@dataclass(frozen=True, eq=False)
class Conversion:
    """A family that is to become async: the edits of its ``def``s, what each reference to it asks for, and the
    ``barrier`` that forbids it by itself; ``entered`` if something calls it that takes async functions; ``doubt``
    in words where it may do harm; ``calls`` the demands of certain calls that must be awaited, each with the member
    that it names."""

    family: OverrideGroup
    shape: Shape
    edits: tuple[Edit, ...] = ()
    demands: tuple[Requirement, ...] = ()
    barrier: Barrier | None = None
    entered: bool = False
    doubt: str = ""
    calls: tuple[tuple[Function, Requirement], ...] = ()

    @cached_property
    def obstacle(self) -> Barrier | None:
        """Why it cannot turn: its own barrier, or that of the first reference that cannot follow."""
        return self.barrier or next((d.barrier for d in self.demands if d.barrier), None)


@dataclass(frozen=True, eq=False)
class ConversionGraph:
    """All turns that follow from some wishes, by family, and which of their families become async."""

    turns: Mapping[OverrideGroup, Conversion]
    callers: Mapping[OverrideGroup, Sequence[OverrideGroup]]
    reached: Reachability[OverrideGroup]

    @cached_property
    def parts(self) -> Mapping[OverrideGroup, frozenset[OverrideGroup]]:
        """The connected set of each family that turns."""
        found = components([f for f in self.turns if f in self.reached.turned], self.callers)
        return {family: part for part in found for family in part}


class ConversionGraphBuilder:
    """Makes webs; remembers each family's turn, since none of its facts change from round to round."""

    def __init__(
        self,
        families: OverridePartition,
        boundaries: AsyncBarriers,
        demands: Requirements,
        tests: Plugins,
        editable: Collection[Path],
        unread: Mapping[Path, bytes],
        bridged: LoopStarters,
        gates: SyncEntryPoints,
    ) -> None:
        self.families = families
        self._boundaries = boundaries
        self._demands = demands
        self._tests = tests
        self._editable = frozenset(editable)
        self._unread = unread
        self.gates = gates
        self._bridged = bridged
        self._turns: dict[OverrideGroup, Conversion] = {}

    def web(self, wanted: Iterable[Function]) -> ConversionGraph:
        """Everything that follows if some functions become async."""
        wanted = list(wanted)
        self.families.read(wanted)
        seeds = list(dict.fromkeys(map(self.families.of, wanted)))
        turns: dict[OverrideGroup, Conversion] = {}
        callers: dict[OverrideGroup, list[OverrideGroup]] = {}
        fresh = seeds
        while fresh:
            self._learn([family for family in fresh if family not in self._turns])
            turns.update((family, self._turns[family]) for family in fresh)
            self.families.read(f for family in fresh for d in turns[family].demands for f in d.needed)
            for family in fresh:
                calling = [f for d in turns[family].demands for f in d.needed]
                following = (self.families.of(f) for f in [*calling, *self.families.overriding(family)])
                callers[family] = list(dict.fromkeys(following))
            fresh = [c for c in dict.fromkeys(c for f in fresh for c in callers[f]) if c not in turns]
        turns.update(self._poisoned(turns))
        return ConversionGraph(turns, callers, reach(seeds, callers, {f for f, turn in turns.items() if turn.obstacle}))

    def _poisoned(self, turns: Mapping[OverrideGroup, Conversion]) -> dict[OverrideGroup, Conversion]:
        """The turns that cannot be: what they call waits for a loop, which fails where one runs (KNOWLEDGE C.5)."""
        above = self._bridged.above({member for family in turns for member in family.members})
        found: dict[OverrideGroup, Conversion] = {}
        for family, turn in turns.items():
            if turn.obstacle is not None:
                continue
            barred = next((m for m in family.members if m in above.surely), None)
            doubtful = next((m for m in family.members if m in above.perhaps), None)
            if barred is not None:
                origin = above.surely[barred]
                words = f"`{barred.qualname}` calls `{origin.qualname}`, which waits for a loop of its own"
                found[family] = replace(turn, barrier=Barrier("AW402", words, f"make `{origin.node.name}` async first"))
            elif doubtful is not None:
                origin = above.perhaps[doubtful]
                words = f"`{doubtful.qualname}` may call `{origin.qualname}`, which waits for a loop of its own"
                found[family] = replace(turn, doubt=words)
        return found

    def users(self, functions: Iterable[Function]) -> frozenset[Path]:
        """The files in which some functions are referred to."""
        found = self.families.references(list(functions))
        return frozenset(reference.unit.file.path for known in found.values() for reference in known)

    def _learn(self, families: Sequence[OverrideGroup]) -> None:
        """Find out what follows for families; those that cannot turn by themselves are not looked for."""
        self._boundaries.read([member for family in families for member in family.members])
        begun = {family: self._begun(family) for family in families}
        asked = [m for family, turn in begun.items() if not turn.barrier for m in family.members]
        references = self.families.references(asked)
        self._turns.update((family, self._finished(turn, references)) for family, turn in begun.items())

    def _begun(self, family: OverrideGroup) -> Conversion:
        shape = next((s for m in family.members if (s := shape_of(m)) is not Shape.COROUTINE), Shape.COROUTINE)
        edits: list[Edit] = []
        for member in family.members:
            own = self._own_edits(member, family, shape)
            if isinstance(own, Barrier):
                return Conversion(family, shape, barrier=own)
            edits += own
        entered = any(self._is_entered(member) for member in family.members)
        doubts = "; ".join(dict.fromkeys(note for member in family.members for note in self._boundaries.notes(member)))
        return Conversion(family, shape, tuple(dict.fromkeys(edits)), entered=entered, doubt=doubts)

    def _own_edits(self, member: Function, family: OverrideGroup, shape: Shape) -> list[Edit] | Barrier:
        """What changes in a member itself, or why it cannot turn."""
        if member.is_async:
            return []
        if (boundary := self._boundaries.of(member, family)) is not None:
            return Barrier(boundary.code, boundary.reason, boundary.advice)
        fixture = self._boundaries.decorations.fixture(member)
        as_fixture = self._tests.fixture_edits(member, fixture) if fixture is not None else ()
        if (broken := self._mentioned_in(member.node.name)) is not None:
            words = f"{broken.name}, which does not parse, mentions `{member.node.name}`"
            return Barrier("AW402", words, "mend that file first")
        if member.file.path not in self._editable:
            words = f"`{member.qualname}` stands in {member.file.path.name}, which is not among the given paths"
            return Barrier("AW402", words, "give that file too")
        tested = self._tests.edits(member) or ()
        parts = (turning_edits(member, shape), as_fixture, tested, self._unbridged(member))
        barrier = next((part for part in parts if isinstance(part, Barrier)), None)
        return barrier or [edit for part in parts if not isinstance(part, Barrier) for edit in part]

    def _unbridged(self, member: Function) -> tuple[Edit, ...] | Barrier:
        """``asyncio.run(f())`` becomes ``await f()`` where a loop runs already."""
        edits: list[Edit] = []
        for bridge in self._boundaries.bridges(member):
            if not isinstance(bridge.inner, ast.Call) or bridge.call.args != [bridge.inner]:
                words = f"`{member.qualname}` waits for a loop with `{ast.unparse(bridge.call.func)}`"
                return Barrier("AW402", words, "await what it runs instead")
            edits.append(edit_of(member.unit, bridge.call, EditKind.UNWRAP))
            edits.append(edit_of(member.unit, bridge.inner, EditKind.AWAIT))
        return tuple(edits)

    def _mentioned_in(self, name: str) -> Path | None:
        """The first file that takes no part and mentions a name: what it does with it is unknown."""
        word = re.compile(rb"\b" + name.encode("utf-8") + rb"\b")
        return next((path for path, text in self._unread.items() if word.search(text)), None)

    def _is_entered(self, member: Function) -> bool:
        """Whether something that takes async functions calls a member: a framework, the runner of tests."""
        decorations = self._boundaries.decorations
        registered = any(decorations.accepts_async(member.file, d) for d in member.node.decorator_list)
        is_run_by_tests = is_test(member) or decorations.fixture(member) is not None
        return registered or is_run_by_tests or self._boundaries.is_hook(member)

    def _finished(self, turn: Conversion, references: Mapping[Function, Sequence[Reference]]) -> Conversion:
        if turn.barrier:
            return turn
        unique = {(r.unit.file.path, r.node): (r, m) for m in turn.family.members for r in references.get(m, ())}
        asked = {unique[key]: self._demands.of(*unique[key], turn.shape) for key in unique}
        demanded = tuple(self._within(demand) for demand in asked.values())
        waiting = next((demand.reference for demand in demanded if _catches_stop(demand.reference)), None)
        if waiting is not None and (stopping := next(filter(self._boundaries.may_stop, turn.family.members), None)):
            words = f"`{waiting.unit.file.path.name}:{waiting.line}` waits for the `StopIteration` of its `next(...)`"
            barrier = Barrier("AW402", f"`{stopping.qualname}` cannot be async: {words}", "give `next` a default")
            return replace(turn, barrier=barrier)
        entered = turn.entered or any(demand.accepts for demand in demanded)
        calls = tuple((m, d) for (r, m), d in asked.items() if d.edits and r.is_certain_call)
        return replace(turn, demands=demanded, entered=entered, calls=calls)

    def _within(self, demand: Requirement) -> Requirement:
        """A demand, refused where its edits fall outside the given paths."""
        path = next((edit.path for edit in demand.edits if edit.path not in self._editable), None)
        if path is None:
            return demand
        words = f"it is called in {path.name}, which is not among the given paths"
        return Requirement(demand.reference, barrier=Barrier("AW402", words, "give that file too"))


def _catches_stop(reference: Reference) -> bool:
    """Whether a call stands where a ``StopIteration`` is caught."""
    around = reference.unit.ancestors(reference.node)
    handlers = (handler for node in around if isinstance(node, TRIES) for handler in node.handlers)
    return any(handler.type is not None and "StopIteration" in ast.unparse(handler.type) for handler in handlers)


def weaver(
    index: Index,
    engine: TypeEngine,
    resolver: CallResults,
    drafter: DraftBuilder,
    arguments: ArgumentSinks,
    complaints: CheckerDiagnostics,
    settings: Settings,
    editable: Collection[Path],
) -> ConversionGraphBuilder:
    """A weaver for the functions of a project; only files of ``editable`` may change."""
    families = Families(index, engine)
    boundaries = AsyncBarriers(index, engine, families)
    own = top_names(settings.root, (module.file.path for module in index.own))
    tests = Plugins(settings.root, find_environment(settings.root, settings.python).python, own)
    references = References(index, engine, families)
    runners = EventLoopLibrary(index, own)
    gates = SyncEntryPoints(index, boundaries, references, runners, wanted=settings.bridge)
    acceptance = AsyncAcceptance(index, engine, boundaries, complaints, arguments)
    mentions = AttributeObjects(index, engine, references.names)
    holders = ParameterCalls(index, engine, families, acceptance, arguments, mentions)
    rivals = ParameterValues(index, engine, families, references, mentions)
    demands = Requirements(
        resolver,
        drafter,
        acceptance,
        arguments,
        complaints,
        runners,
        gates,
        EscapePolicy(
            references,
            Monkeypatches(index, engine),
            KwargsHeuristic(index, engine),
            CallbackCollections(index, arguments),
        ),
        holders,
        rivals,
        OtherCallees(index, families, resolver, arguments),
    )
    unread = {path: _text(path) for path in index.broken.keys() - index.foreign}  # others cannot name what is ours
    bridging = [f for module in index.own if _BRIDGES.search(module.file.body) for f in module.functions]
    bridged = LoopStarters(bridging, boundaries, references)
    apart = OverridePartition(families, references, acceptance, complaints.torn())  # of the files before any edit
    return ConversionGraphBuilder(apart, boundaries, demands, tests, editable, unread, bridged, gates)


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
