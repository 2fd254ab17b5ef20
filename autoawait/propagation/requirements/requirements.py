"""What one reference to a function requires at its place, once the function is async."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from autoawait.dataflow.uses import AWAITING, Use, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.draft import DraftBuilder, edit_of
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.async_iteration import entering_edits, looping_edits
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Unit
from autoawait.propagation.acceptance.async_acceptance import AsyncAcceptance
from autoawait.propagation.conversion_graph import HARMLESS, Requirement
from autoawait.propagation.def_edits.async_def import Shape
from autoawait.propagation.entry_points.sync_entry_points import SyncEntryPoints
from autoawait.propagation.escapes.escape_policy import EscapePolicy
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.parameters.parameter_calls import ParameterCalls
from autoawait.propagation.parameters.parameter_values import OtherValues, ParameterValues
from autoawait.propagation.requirements.other_callees import (
    foresee_receivers,
    is_of_another,
    is_of_decorator,
    is_only_meaning,
    other_callees,
)
from autoawait.resolution.argument_sinks import Sink
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference
from autoawait.types.type_expr import is_awaitable_type

# Where a function gets another name by which it may be called.
_RENAMING = frozenset({Role.PASSED, Role.PARTIAL, Role.STORED})
_DISPLAYS = (ast.List, ast.Tuple, ast.Set, ast.Dict)
# What is set on a mock for its calls (docs.python.org, unittest.mock); on an AsyncMock it is awaited.
_OF_MOCKS = frozenset({"return_value", "side_effect"})


class Requirements:
    """What the references of one plan require."""

    def __init__(
        self,
        facts: ProjectFacts,
        draft_builder: DraftBuilder,
        acceptance: AsyncAcceptance,
        sync_entry_points: SyncEntryPoints,
    ) -> None:
        self._facts = facts
        self._draft_builder = draft_builder
        self._acceptance = acceptance
        self._sync_entry_points = sync_entry_points
        self._escape_policy = EscapePolicy(facts)
        self._parameter_calls = ParameterCalls(facts, acceptance)
        self._parameter_values = ParameterValues(facts)

    def prepare(self, references: Iterable[Reference]) -> None:
        """Hand over references that will be asked about."""
        foresee_receivers(self._facts, (r for r in references if r.certainty is Certainty.UNKNOWN))

    def of(self, reference: Reference, function: Function, shape: Shape) -> Requirement:
        """What a reference to a function requires, if calling it gives a shape from now on."""
        if reference.role in HARMLESS:
            return Requirement(reference)
        if reference.certainty is Certainty.UNKNOWN:
            return self._of_unknown(reference, function, shape)
        if reference.role is Role.ALIAS:
            return Requirement(reference, accepts=self._acceptance.takes_async(reference), doubt=reference.doubt)
        if reference.role is Role.EXPORTED:
            return Requirement(
                reference, doubt=f"`{function.node.name}` is exported, so code outside of the project may call it"
            )
        if reference.role is Role.CALL and reference.call is not None:
            return self._called(reference, reference.call, function, shape)
        if self._acceptance.takes_async(reference):
            return Requirement(reference, accepts=True)
        if reference.role is Role.RETURNED and self._acceptance.stands_for_async(function):
            return Requirement(reference, accepts=True)
        known = (
            self._escape_policy.kept_in_collection(reference)
            or self._passed(reference, function, shape)
            or self._escape_policy.requirement(reference)
        )
        return known or self._refused(reference, reference.words, "pass something that awaits it")

    def _refused(self, reference: Reference, words: str, advice: str) -> Requirement:
        return Requirement(reference, barrier=Barrier("AW402", self._at(reference, words), advice))

    def _doubted(self, reference: Reference, words: str) -> Requirement:
        return Requirement(reference, doubt=self._at(reference, words))

    def _at(self, reference: Reference, words: str) -> str:
        return f"{words} ({self._facts.place(reference)})"

    def _passed(self, reference: Reference, function: Function, shape: Shape) -> Requirement | None:
        """What follows where a function of the project is passed the function, and calls it by another name; None where
        that cannot be followed."""
        unit, node, into = reference.unit, reference.node, reference.into
        if reference.role not in _RENAMING or not isinstance(node, ast.expr):
            return None
        if isinstance(unit.parent(node), _DISPLAYS):
            return None  # what else stands there may be called in its place
        if reference.role is not Role.PARTIAL or into is None:
            return self._followed(reference, node, function, shape)
        is_called = self._facts.call_results.partials.called_by(unit.file, into) is node
        return self._followed(reference, into, function, shape) if is_called else None

    def _followed(self, reference: Reference, node: ast.expr, function: Function, shape: Shape) -> Requirement | None:
        """What all calls require that use the other names of an expression for a function; None where these names
        cannot be followed."""
        held = self._parameter_calls.of(reference.unit, node) if shape is Shape.COROUTINE else None
        if held is None:
            return None
        leading = self._parameter_calls.leading(held)
        calls = dict.fromkeys([*held.calls, *(call for inner in leading.values() for call in inner.calls)])
        barrier = next((inner.barrier for inner in leading.values() if inner.barrier), None)
        if barrier is None and not calls:
            return replace(self._doubted(reference, "it is passed where sync functions are accepted too"), accepts=True)
        values = OtherValues() if barrier else self._parameter_values.of(leading)
        asked = [] if barrier else [self._by_other_name(unit, call, function, shape) for unit, call in calls]
        barrier = barrier or values.barrier or next((r.barrier for r in asked if r.barrier), None)
        if barrier is not None:
            words = f"{self._at(reference, reference.words)}: {barrier.reason}"
            return Requirement(reference, barrier=replace(barrier, reason=words))
        unseen = self._at(reference, "code outside of the project may pass sync functions there")
        return Requirement(
            reference,
            tuple(dict.fromkeys(edit for requirement in asked for edit in requirement.edits)),
            doubt=next(filter(None, [values.doubt, *(requirement.doubt for requirement in asked)]), unseen),
            accepts=True,
            other_callees=tuple(other for other in values.functions if other is not function),
            indirect_callers=tuple(dict.fromkeys(requirement.caller for requirement in asked if requirement.caller)),
        )

    def _by_other_name(self, unit: Unit, call: ast.Call, function: Function, shape: Shape) -> Requirement:
        """What the call of a parameter or attribute requires that holds a function."""
        assert isinstance(call.func, (ast.Name, ast.Attribute)), "what is followed has a name"
        reference = Reference(unit, call.func, Role.CALL, Certainty.CERTAIN, "it is called", call)
        return self._called(reference, call, function, shape)

    def _of_unknown(self, reference: Reference, function: Function, shape: Shape) -> Requirement:
        """What a name requires that may mean the function or not: one that is awaited already means another one."""
        call = reference.call
        if call is not None and isinstance(reference.unit.parents.get(call), ast.Await):
            return Requirement(reference)
        if isinstance(reference.node, ast.Attribute) and is_of_another(
            self._facts, reference.unit, reference.node.value, function
        ):
            return Requirement(reference)
        text = ast.unparse(reference.node) if isinstance(reference.node, ast.expr) else reference.words
        if call is not None and reference.role is Role.CALL and is_only_meaning(self._facts, function):
            # To leave it would be as much of a guess, and leave the chain undone.
            likely = self._called(reference, call, function, shape)
            words = (
                f"`{text}` is assumed to be this function, since every `{function.node.name}` in the project "
                "would then be async"
            )
            return replace(likely, doubt="; ".join(filter(None, [likely.doubt, self._at(reference, words)])))
        above = reference.unit.parents.get(reference.node)
        if isinstance(above, ast.Attribute) and above.attr in _OF_MOCKS:
            return self._doubted(reference, f"`{text}` is a mock whose result cannot be awaited")
        return self._doubted(reference, f"`{text}` may refer to it too")

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
            return self._doubted(reference, f"`{ast.unparse(unsure.func)}` starts it, judging by its name alone")
        is_right = any(use.kind in AWAITING or _is_driven(use) or taking.get(use) for use in uses)
        is_right = is_right or any(self._is_taken(unit, use, at) for use, at in arguments.items())
        if is_right or self._acceptance.takes_either(unit, call):
            return Requirement(reference)
        if self._acceptance.takes_coroutine_of(unit, call):
            return Requirement(reference, accepts=True)
        if shape is Shape.COROUTINE and is_of_decorator(self._facts, unit, call, function):
            return Requirement(reference)
        others = other_callees(self._facts, reference)
        if isinstance(others, Barrier):
            return Requirement(reference, barrier=others)
        functions, doubt = others
        around = unit.parent(call)
        handed = self._followed(reference, around, function, shape) if isinstance(around, ast.Lambda) else None
        requirement = handed or self._awaited(reference, call, function, shape)
        return replace(
            requirement,
            other_callees=(*functions, *requirement.other_callees),
            doubt="; ".join(filter(None, [requirement.doubt, doubt])),
        )

    def _awaited(self, reference: Reference, call: ast.Call, function: Function, shape: Shape) -> Requirement:
        unit = reference.unit
        if unit.function is None and shape is Shape.COROUTINE:
            begun = self._sync_entry_points.start_of_program(unit, call, function)
            if isinstance(begun, Barrier):
                return self._refused(reference, begun.reason, begun.advice)
            return Requirement(reference, begun)
        if shape is Shape.COROUTINE and self._sync_entry_points.is_sync_entry_point(unit.function):
            begun = self._sync_entry_points.start(unit, call, function)
            if isinstance(begun, Barrier):
                return Requirement(reference, barrier=begun)
            return Requirement(reference, begun, doubt=self._sync_entry_points.doubt(unit, call))
        if shape is not Shape.COROUTINE:
            return self._consumed(reference, call, shape)
        return self._opened(reference, call, [edit_of(unit, call, EditKind.AWAIT)])

    def _is_taken(self, unit: Unit, use: Use, into: ast.Call) -> bool:
        """Whether an argument may be a coroutine though no parameter's type says so: the checker misses one there, or
        the body of what is called awaits it."""
        diagnostic = self._facts.checker_diagnostics.at_argument(unit.file, use.node, into)
        if diagnostic is not None and is_awaitable_type(diagnostic.expected):
            return True
        # The bodies of other packages tell too little: they may only look at what they are passed.
        is_foreign = self._facts.call_results.is_foreign_def(unit.file, into)
        return not is_foreign and self._facts.argument_sinks.sinks([(unit, use)])[use].sink is Sink.TAKEN

    def _opened(self, reference: Reference, node: ast.expr, edits: list[Edit], *, clause: bool = False) -> Requirement:
        opened = self._draft_builder.opened(reference.unit, [(node, clause)])
        if isinstance(opened, Barrier):
            reason = self._at(reference, f"it is called where it cannot be awaited: {opened.reason}")
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
                words = f"{use.how or 'it is used'}, and an {shape.value} does not support that"
                return self._refused(reference, words, "collect it in an async function")
            edits += found
        is_clause = any(isinstance(use.at, ast.comprehension) for use in uses)
        return self._opened(reference, uses[0].node if uses else call, edits, clause=is_clause)


def _is_driven(use: Use) -> bool:
    """``f().__await__()``: the other methods of a coroutine, plain values may have too."""
    return isinstance(use.at, ast.Attribute) and use.at.attr == "__await__"
