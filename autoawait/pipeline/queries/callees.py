"""What is asynchronous in a function: down through the project's functions to those of libraries."""

from __future__ import annotations

import ast
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.diagnostics.finding import Finding
from autoawait.pipeline.queries.call_graph import Node, State, Step
from autoawait.pipeline.queries.function_lookup import qualified
from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import Span, Spot
from autoawait.propagation.conversion_graph import ConversionGraph
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.engine import ASYNC_KINDS


@dataclass(frozen=True, slots=True)
class _Asynchronous:
    """An expression that gives something async, with the words for what is done with it."""

    node: ast.expr
    words: str
    binds: bool


@dataclass(frozen=True, eq=False)
class CalleeGraph:
    """Answers for the functions of one plan. ``web`` is what follows from the plan's mistakes."""

    index: Index
    resolver: CallResults
    graph: ConversionGraph
    findings: Mapping[tuple[Path, Span], Finding]

    def steps(self, root: Function) -> list[Step]:
        """All steps from a function downwards, each function's once, nearest first."""
        found: list[Step] = []
        seen = {root}
        waiting = deque(seen)
        while waiting:
            function = waiting.popleft()
            steps = (*self._asynchronous_steps(function), *self._turning_steps(function))
            for step, callee in sorted(steps, key=lambda pair: pair[0].line):
                found.append(step)
                if callee is not None and callee not in seen:
                    seen.add(callee)
                    waiting.append(callee)
        return list(dict.fromkeys(found))

    def node(self, function: Function) -> Node:
        """A function of the project as it is seen from above."""
        return Node(qualified(function), function.file.path, function.node.lineno, self._state(function))

    def _state(self, function: Function) -> State:
        if function.is_async:
            return State.ASYNC
        group = next((f for f in self.graph.conversions if function in f.members), None)
        if group is None:
            return State.PLAIN
        return State.BARRED if group in self.graph.reachability.refused else State.TURNS

    def _asynchronous_steps(self, function: Function) -> Iterator[tuple[Step, Function | None]]:
        """The steps to what gives something async already."""
        unit = function.unit
        forms = {expression: words for node in unit.nodes for expression, words in _async_forms(node)}
        calls = [n for n in unit.nodes if isinstance(n, ast.Call)]
        asked = list(dict.fromkeys([*forms, *calls]))
        given = self.resolver.resolve([CallSite(unit, node) for node in asked])
        found = [
            _Asynchronous(node, *self._words(unit, node, forms))
            for node in asked
            if node in forms or given[CallSite(unit, node)].kind in ASYNC_KINDS
        ]
        targets = [one.node.func if isinstance(one.node, ast.Call) else one.node for one in found]
        places = self.resolver.definitions(unit.file, targets)
        for one, spots in zip(found, places, strict=True):
            callee, own = self._callee(one.node, spots[0] if spots else None, given[CallSite(unit, one.node)])
            yield Step(self.node(function), callee, one.node.lineno, one.words, one.binds), own

    def _callee(self, node: ast.expr, place: Spot | None, given: CallResult) -> tuple[Node, Function | None]:
        """The node of what is called, and the function where it is one of the project."""
        definition = self.index.definition(place) if place else None
        if isinstance(definition, Function):
            if definition.file.path not in self.index.foreign:
                return self.node(definition), definition
            name = f"{dotted_name(definition.file)}.{definition.qualname}"
            return Node(name, definition.file.path, definition.node.lineno, State.OUTSIDE), None
        text = ast.unparse(node.func if isinstance(node, ast.Call) else node)
        note = given.because if given.kind not in ASYNC_KINDS else ""
        is_own = place is not None and place.path in self.index.modules and place.path not in self.index.foreign
        is_outside = place is not None and not is_own
        return Node(text, None, 0, State.OUTSIDE if is_outside else State.VALUE, note), None

    def _words(self, unit: Unit, node: ast.expr, forms: Mapping[ast.expr, str]) -> tuple[str, bool]:
        if node in forms:
            return forms[node], True
        finding = self.findings.get((unit.file.path, unit.file.span(node)))
        if finding is not None:
            return f"not awaited ({finding.code})", True
        uses = [u for u in uses_of(unit, node).uses if u.kind is not UseKind.NEUTRAL]
        first = uses[0] if uses else None
        if first is not None and isinstance(first.at, ast.Call) and first.kind is UseKind.ARGUMENT:
            return f"passed to `{ast.unparse(first.at.func)}`", False
        return (first.how.removeprefix("it is ") if first and first.how else "handed on"), False

    def _turning_steps(self, function: Function) -> Iterator[tuple[Step, Function | None]]:
        """The steps to sync functions that would become async, because of mistakes further down."""
        for line, callee in self._turning_calls.get(function, ()):
            yield Step(self.node(function), self.node(callee), line, "calls it"), callee

    @cached_property
    def _turning_calls(self) -> Mapping[Function, list[tuple[int, Function]]]:
        """By caller the lines at which it calls functions of the web, with these."""
        found: dict[Function, list[tuple[int, Function]]] = {}
        for group, conversion in self.graph.conversions.items():
            callee = next((m for m in group.members if not m.is_async), group.members[0])
            for requirement in conversion.requirements:
                caller = requirement.reference.unit.function
                if caller is not None and (requirement.edits or requirement.barrier):
                    found.setdefault(caller, []).append((requirement.reference.line, callee))
        return found


def _async_forms(node: ast.AST) -> Iterator[tuple[ast.expr, str]]:
    """The expressions that a node awaits, or iterates over or enters asynchronously."""
    match node:
        case ast.Await():
            yield node.value, "awaited"
        case ast.AsyncFor() | ast.comprehension(is_async=1):
            yield node.iter, "iterated over by `async for`"
        case ast.AsyncWith():
            yield from ((item.context_expr, "entered by `async with`") for item in node.items)
