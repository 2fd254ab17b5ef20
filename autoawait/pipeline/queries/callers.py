"""Who would have to follow a function that is async: the propagation's own web, as a graph."""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.diagnostics.finding import EditKind
from autoawait.pipeline.queries.call_graph import Node, State, Step
from autoawait.pipeline.queries.function_lookup import qualified
from autoawait.project.index import Function
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import Span
from autoawait.propagation.conversion_graph import HARMLESS, Conversion, ConversionGraph, Requirement
from autoawait.propagation.override_partition import OverridePartition
from autoawait.propagation.reachability import closure
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.references import Certainty

_FORMS = {
    EditKind.ASYNC_FOR: "would iterate over it by `async for`",
    EditKind.ASYNC_CLAUSE: "would iterate over it by `async for`",
    EditKind.ASYNC_WITH: "would enter it by `async with`",
}
_ASYNC_USES = {
    UseKind.AWAITED: "awaits it",
    UseKind.ASYNC_ITERATE: "iterates over it by `async for`",
    UseKind.ASYNC_ENTER: "enters it by `async with`",
}


@dataclass(frozen=True, eq=False)
class CallerGraph:
    """Answers for one web; ``root`` is the function that it was made for, which stands for its family.

    The web says what follows if what the root gives must be awaited everywhere. Where it is a coroutine already, that
    holds of the calls that are ``mistakes`` (files and byte spans of the plan's findings); the others stay as they are.
    """

    graph: ConversionGraph
    partition: OverridePartition
    root: Function
    mistakes: Container[tuple[Path, Span]]

    def steps(self) -> list[Step]:
        """A step from each place that names a function of the web."""
        return list(
            dict.fromkeys(step for conversion in self.graph.conversions.values() for step in self._steps(conversion))
        )

    def node(self, group: OverrideGroup) -> Node:
        """A family of the web, by one of its functions: what would become of it, and why not or where that ends."""
        member = self.root if self.root in group.members else group.members[0]
        conversion = self.graph.conversions[group]
        if member.is_async:
            state, note = State.ASYNC, ""
        elif group not in self._changing:
            state, note = State.PLAIN, ""
        elif group in self.graph.reachability.refused:
            state, note = State.BARRED, conversion.barrier.reason if conversion.barrier else ""
        else:
            state, note = State.TURNS, _note(conversion, member)
        return Node(qualified(member), member.file.path, member.node.lineno, state, note)

    @cached_property
    def _changing(self) -> Collection[OverrideGroup]:
        """The families that have to become async, rather than hand a coroutine on as they do."""
        requirements = (
            requirement for conversion in self.graph.conversions.values() for requirement in conversion.requirements
        )
        mistaken = [self.partition.of(d.caller) for d in requirements if d.caller and self._is_mistake(d)]
        own = [] if self.root.is_async else [self.partition.of(self.root)]
        return closure([*own, *mistaken], self.graph.callers)

    def _is_mistake(self, requirement: Requirement) -> bool:
        call, file = requirement.reference.call, requirement.reference.unit.file
        return call is not None and (file.path, file.span(call)) in self.mistakes

    def _steps(self, conversion: Conversion) -> Iterator[Step]:
        callee = self.node(conversion.group)
        for requirement in conversion.requirements:
            if requirement.reference.role not in HARMLESS and _is_meant(requirement):
                follows = conversion.group in self._changing or self._is_mistake(requirement)
                words, binds = _following(requirement) if follows else _standing(requirement)
                yield Step(self._caller(requirement, follows=follows), callee, requirement.reference.line, words, binds)
                for function in requirement.indirect_callers if follows else ():
                    caller = self.node(self.partition.of(function))
                    yield Step(caller, callee, function.node.lineno, "would await it by another name")

    def _caller(self, requirement: Requirement, *, follows: bool) -> Node:
        function, file = requirement.reference.unit.function, requirement.reference.unit.file
        if requirement.caller is not None:
            return self.node(self.partition.of(requirement.caller))
        state = State.PLAIN
        if follows:
            state = State.BARRED if requirement.barrier else State.START if requirement.edits else State.PLAIN
        if function is None:
            return Node(f"{dotted_name(file)}, module level", file.path, requirement.reference.line, state)
        state = State.ASYNC if function.is_async else state
        return Node(qualified(function), function.file.path, function.node.lineno, state)


def _is_meant(requirement: Requirement) -> bool:
    """Whether a place may mean the function at all: what has its name alone may be found to be another one's."""
    has_effect = requirement.edits or requirement.barrier or requirement.doubt or requirement.accepts
    return requirement.reference.certainty is Certainty.CERTAIN or bool(has_effect)


def _note(conversion: Conversion, member: Function) -> str:
    """What else there is to say of a group that becomes async: who follows with it, who calls it, and its risks."""
    others = ", ".join(f"`{other.qualname}`" for other in conversion.group.members if other is not member)
    together = f"together with {others}" if others else ""
    has_async_caller = "what calls it takes async functions" if conversion.has_async_caller else ""
    return "; ".join(filter(None, [together, has_async_caller, conversion.group.doubt, conversion.doubt]))


def _following(requirement: Requirement) -> tuple[str, bool]:
    """What would happen at the place of a requirement, or what stands in the way there; and whether that needs an async
    caller."""
    function = requirement.reference.unit.function
    if requirement.barrier is not None:
        return requirement.barrier.reason, False
    if requirement.accepts:
        return (
            f"hands it to what {'would await it' if requirement.indirect_callers else 'takes async functions'}",
            False,
        )
    if requirement.doubt:
        return requirement.doubt, False
    if requirement.caller is not None or (requirement.edits and function is not None and function.is_async):
        kinds = {edit.kind for edit in requirement.edits}
        return next((words for kind, words in _FORMS.items() if kind in kinds), "would await it"), True
    return ("would start a loop for it", False) if requirement.edits else _standing(requirement)


def _standing(requirement: Requirement) -> tuple[str, bool]:
    """What happens at a place that is right as it is; and whether that needs an async caller."""
    call, unit = requirement.reference.call, requirement.reference.unit
    if call is None:
        return requirement.reference.words, False
    use = next(iter(uses_of(unit, call).uses), None)
    if isinstance(unit.parents.get(call), ast.Await):
        return "awaits it", True
    if use is not None and use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call):
        return f"passes what it gives to `{ast.unparse(use.at.func)}`", False
    if use is not None and use.kind is UseKind.RETURN:
        return "returns what it gives", False
    if use is not None and use.kind in _ASYNC_USES:
        return _ASYNC_USES[use.kind], True
    return "hands on what it gives" if requirement.reference.certainty is Certainty.CERTAIN else "may call it", False
