"""What one reference to a function asks of its place, once the function is async."""

from __future__ import annotations

import ast
from dataclasses import replace

from autoawait.dataflow.uses import Use, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.draft_builder import DraftBuilder, edit_of
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.async_iteration import entering_edits, looping_edits
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Unit
from autoawait.propagation.async_acceptance import AsyncAcceptance, is_right
from autoawait.propagation.async_def_edits import Shape
from autoawait.propagation.entry_points import started
from autoawait.propagation.escape_policy import EscapePolicy
from autoawait.propagation.event_loop_library import EventLoopLibrary
from autoawait.propagation.other_callees import OtherCallees
from autoawait.propagation.parameter_calls import ParameterCalls
from autoawait.propagation.parameter_values import OtherValues, ParameterValues
from autoawait.propagation.requirement import CODE, HARMLESS, Requirement, place_of
from autoawait.propagation.sync_entry_points import SyncEntryPoints
from autoawait.resolution.argument_sinks import ArgumentSinks, Sink
from autoawait.resolution.call_results import CallResults
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.type_expr import is_awaitable_type

# Where a function is given to a name by which it is called.
_HANDED = frozenset({Role.PASSED, Role.PARTIAL, Role.STORED})
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
# What is set on a mock for its calls (docs.python.org, unittest.mock); on an AsyncMock it is awaited.
_OF_MOCKS = frozenset({"return_value", "side_effect"})


class Requirements:
    """Answers for the references of one plan."""

    def __init__(
        self,
        resolver: CallResults,
        drafter: DraftBuilder,
        acceptance: AsyncAcceptance,
        arguments: ArgumentSinks,
        complaints: CheckerDiagnostics,
        runners: EventLoopLibrary,
        gates: SyncEntryPoints,
        keeping: EscapePolicy,
        holders: ParameterCalls,
        rivals: ParameterValues,
        others: OtherCallees,
    ) -> None:
        self._resolver = resolver
        self._drafter = drafter
        self._acceptance = acceptance
        self._arguments = arguments
        self._complaints = complaints
        self._runners = runners
        self._gates = gates
        self._keeping = keeping
        self._holders = holders
        self._rivals = rivals
        self._others = others

    def of(self, reference: Reference, function: Function, shape: Shape) -> Requirement:
        """What a reference to a function asks for that turns into a shape."""
        if reference.role in HARMLESS:
            return Requirement(reference)
        if reference.certainty is Certainty.UNKNOWN:
            return self._perhaps(reference, function, shape)
        if reference.role is Role.ALIAS:
            return Requirement(reference, accepts=self._acceptance.takes_async(reference), doubt=reference.doubt)
        if reference.role is Role.EXPORTED:
            return Requirement(reference, doubt=f"`{function.node.name}` is exported, so that others may call it")
        if reference.role is Role.CALL and reference.call is not None:
            return self._called(reference, reference.call, function, shape)
        if self._acceptance.takes_async(reference):
            return Requirement(reference, accepts=True)
        if reference.role is Role.RETURNED and self._acceptance.stands_for_async(function):
            return Requirement(reference, accepts=True)
        if (probed := self._keeping.probed(reference)) is not None:
            return probed
        if (passed := self._passed(reference, function, shape)) is not None:
            return passed
        if (kept := self._keeping.demand(reference)) is not None:
            return kept
        words = f"{reference.words} ({place_of(reference)})"
        return Requirement(reference, barrier=Barrier(CODE, words, "pass something that awaits it"))

    def _passed(self, reference: Reference, function: Function, shape: Shape) -> Requirement | None:
        """What follows where a function of the project is given the function, and calls it by another name; None
        where that cannot be followed."""
        unit, node, into = reference.unit, reference.node, reference.into
        if reference.role not in _HANDED or not isinstance(node, ast.expr):
            return None
        if isinstance(unit.parent(node), _DISPLAYS):
            return None  # what else stands there may be called in its place
        if reference.role is not Role.PARTIAL or into is None:
            return self._followed(reference, node, function, shape)
        is_called = self._resolver.partials.called_by(unit.file, into) is node
        return self._followed(reference, into, function, shape) if is_called else None

    def _followed(self, reference: Reference, node: ast.expr, function: Function, shape: Shape) -> Requirement | None:
        """What all calls ask for that are made by the names to which an expression for a function is passed on; None
        where these cannot be followed."""
        held = self._holders.of(reference.unit, node) if shape is Shape.COROUTINE else None
        if held is None:
            return None
        leading = self._holders.leading(held)
        calls = dict.fromkeys([*held.calls, *(call for inner in leading.values() for call in inner.calls)])
        barrier = next((inner.barrier for inner in leading.values() if inner.barrier), None)
        if barrier is None and not calls:
            words = f"it is passed where plain functions are right as well ({place_of(reference)})"
            return Requirement(reference, doubt=words, accepts=True)
        beside = OtherValues() if barrier else self._rivals.of(leading)
        asked = [] if barrier else [self._by_other_name(unit, call, function, shape) for unit, call in calls]
        barrier = barrier or beside.barrier or next((d.barrier for d in asked if d.barrier), None)
        if barrier is not None:
            words = f"{reference.words} ({place_of(reference)}): {barrier.reason}"
            return Requirement(reference, barrier=replace(barrier, reason=words))
        others = f"others may pass plain functions there ({place_of(reference)})"
        doubt = next(filter(None, [beside.doubt, *(demand.doubt for demand in asked)]), others)
        edits = tuple(dict.fromkeys(edit for demand in asked for edit in demand.edits))
        callers = tuple(dict.fromkeys(demand.caller for demand in asked if demand.caller))
        also = tuple(other for other in beside.functions if other is not function)
        return Requirement(reference, edits, doubt=doubt, accepts=True, also=also, through=callers)

    def _by_other_name(self, unit: Unit, call: ast.Call, function: Function, shape: Shape) -> Requirement:
        """What the call of a parameter or attribute asks for that holds a function."""
        assert isinstance(call.func, (ast.Name, ast.Attribute)), "what is followed has a name"
        reference = Reference(unit, call.func, Role.CALL, Certainty.CERTAIN, "it is called", call)
        return self._called(reference, call, function, shape)

    def _perhaps(self, reference: Reference, function: Function, shape: Shape) -> Requirement:
        """A name on something of which nothing is known: what is awaited there already is another one."""
        call = reference.call
        if call is not None and isinstance(reference.unit.parents.get(call), ast.Await):
            return Requirement(reference)
        if isinstance(reference.node, ast.Attribute) and self._others.is_of_another(
            reference.unit, reference.node.value, function
        ):
            return Requirement(reference)
        text = ast.unparse(reference.node) if isinstance(reference.node, ast.expr) else reference.words
        if call is not None and reference.role is Role.CALL and self._others.means_alone(function):
            # To leave it would be as much of a guess, and leave the chain undone.
            likely = self._called(reference, call, function, shape)
            words = f"every `{function.node.name}` of the project is async then, so that `{text}` is taken for it"
            return replace(likely, doubt="; ".join(filter(None, [likely.doubt, f"{words} ({place_of(reference)})"])))
        above = reference.unit.parents.get(reference.node)
        if isinstance(above, ast.Attribute) and above.attr in _OF_MOCKS:
            words = f"`{text}` is a mock, and what it gives could not be awaited ({place_of(reference)})"
            return Requirement(reference, doubt=words)
        return Requirement(reference, doubt=f"`{text}` may mean it too ({place_of(reference)})")

    def _called(self, reference: Reference, call: ast.Call, function: Function, shape: Shape) -> Requirement:
        unit = reference.unit
        if isinstance(unit.parents.get(call), ast.Await):
            return Requirement(reference)
        uses = uses_of(unit, call).uses
        arguments = {use: use.at for use in uses if use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call)}
        taking = {
            use: self._acceptance.takes_awaitable(unit, at, use.node, element=use.element)
            for use, at in arguments.items()
        }
        if (unsure := next((at for use, at in arguments.items() if taking[use] is None), None)) is not None:
            words = f"`{ast.unparse(unsure.func)}` starts it, by its name alone ({place_of(reference)})"
            return Requirement(reference, doubt=words)
        if any(is_right(use) or _is_driven(use) or taking.get(use) for use in uses):
            return Requirement(reference)
        if any(self._is_taken(unit, use, at) for use, at in arguments.items()):
            return Requirement(reference)
        if self._acceptance.takes_either(unit, call):
            return Requirement(reference)
        if self._acceptance.takes_coroutine_of(unit, call):
            return Requirement(reference, accepts=True)
        if shape is Shape.COROUTINE and self._others.is_of_decorator(unit, call, function):
            return Requirement(reference)
        beside = self._others.beside(reference)
        if isinstance(beside, Barrier):
            return Requirement(reference, barrier=beside)
        also, doubt = beside
        around = unit.parent(call)
        handed = self._followed(reference, around, function, shape) if isinstance(around, ast.Lambda) else None
        demand = handed or self._awaited(reference, call, function, shape)
        return replace(demand, also=(*also, *demand.also), doubt="; ".join(filter(None, [demand.doubt, doubt])))

    def _awaited(self, reference: Reference, call: ast.Call, function: Function, shape: Shape) -> Requirement:
        unit = reference.unit
        if unit.function is None and shape is Shape.COROUTINE:
            begun = started(unit, call, function, self._runners)
            if isinstance(begun, Barrier):
                return Requirement(reference, barrier=replace(begun, reason=f"{begun.reason} ({place_of(reference)})"))
            return Requirement(reference, begun)
        if shape is Shape.COROUTINE and self._gates.is_gate(unit.function):
            begun = self._gates.start(unit, call, function)
            if isinstance(begun, Barrier):
                return Requirement(reference, barrier=begun)
            return Requirement(reference, begun, doubt=self._gates.doubt(unit, call))
        if shape is not Shape.COROUTINE:
            return self._consumed(reference, call, shape)
        return self._opened(reference, call, [edit_of(unit, call, EditKind.AWAIT)])

    def _is_taken(self, unit: Unit, use: Use, into: ast.Call) -> bool:
        """Whether an argument is taken as a coroutine, though no type says so: the checker may complain that it is none
        yet, or the body of what is called awaits it."""
        complaint = self._complaints.at_argument(unit.file, use.node, into)
        if complaint is not None and is_awaitable_type(complaint.expected):
            return True
        # Of other packages' bodies too little is known: they may only look at what they are given.
        is_foreign = self._resolver.is_foreign_def(unit.file, into)
        return not is_foreign and self._arguments.fates([(unit, use)])[use].fate is Sink.TAKEN

    def _opened(self, reference: Reference, node: ast.expr, edits: list[Edit], *, clause: bool = False) -> Requirement:
        opened = self._drafter.opened(reference.unit, [(node, clause)])
        if isinstance(opened, Barrier):
            reason = f"it is called where {opened.reason} ({place_of(reference)})"
            return Requirement(reference, barrier=Barrier(opened.code, reason, opened.advice))
        together = tuple(dict.fromkeys([*opened.edits, *edits]))
        return Requirement(reference, together, opened.needs, doubt=opened.note)

    def _consumed(self, reference: Reference, call: ast.Call, shape: Shape) -> Requirement:
        """The reader of a generator, or the ``with`` of a context manager."""
        unit, edits = reference.unit, list[Edit]()
        wanted = UseKind.ITERATE if shape is Shape.ITERATOR else UseKind.ENTER
        uses = uses_of(unit, call).uses
        for use in uses:
            found: list[Edit] = []
            if use.kind is wanted:
                found = looping_edits(unit, use) if shape is Shape.ITERATOR else entering_edits(unit, use)
            if not found:
                words = f"{use.how or 'it is used'}, which an {shape.value} cannot be ({place_of(reference)})"
                return Requirement(reference, barrier=Barrier(CODE, words, "collect it in an async function"))
            edits += found
        is_clause = any(isinstance(use.at, ast.comprehension) for use in uses)
        return self._opened(reference, uses[0].node if uses else call, edits, clause=is_clause)


def _is_driven(use: Use) -> bool:
    """``f().__await__()``: of the other methods of a coroutine, plain values have the same."""
    return isinstance(use.at, ast.Attribute) and use.at.attr == "__await__"
