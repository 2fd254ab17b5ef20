"""The calls of a function by other names: those of parameters that it is passed to, and of attributes that keep them.

A function passed as an argument is called by the name of the parameter. Such a call is one of the function like any
other: it needs its ``await``, and the function around it must become async.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.dataflow.uses import AWAITING, Use, UseKind
from autoawait.dataflow.value_uses import uses_of, uses_of_parameter
from autoawait.edits.await_placement import Barrier
from autoawait.project.bindings import defaults
from autoawait.project.index import Function, Unit
from autoawait.propagation.acceptance.async_acceptance import AsyncAcceptance
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.parameters.attribute_objects import (
    Holder,
    Local,
    OwnAttribute,
    OwnParameter,
    handed_through,
    holder_named,
    places_of_attribute,
)
from autoawait.propagation.reachability import nearest
from autoawait.resolution.argument_sinks import parameter_node
from autoawait.resolution.class_graph.model import self_name
from autoawait.types.engine import Kind
from autoawait.types.expressions import fact_at


@dataclass(frozen=True, eq=False)
class FollowedFunction:
    """What happens to a function: the ``calls`` of it that do not await yet, each with the code it stands in, and the
    ``holders`` that it is passed on to; ``barrier`` where that cannot be followed."""

    calls: tuple[tuple[Unit, ast.Call], ...] = ()
    holders: tuple[Holder, ...] = ()
    barrier: Barrier | None = None


class ParameterCalls:
    """What happens to functions that are passed on; each parameter, attribute and local variable is looked at once."""

    def __init__(self, facts: ProjectFacts, acceptance: AsyncAcceptance) -> None:
        self._facts = facts
        self._acceptance = acceptance
        self._known: dict[Holder, FollowedFunction] = {}

    def of(self, unit: Unit, node: ast.expr) -> FollowedFunction | None:
        """What happens to an expression for a function, as far as its own unit tells; None where that cannot be
        followed, or ends there."""
        if (parameter := self._default_of(unit, node)) is not None:
            return FollowedFunction(holders=(parameter,))
        found = self._joined((unit, use) for use in uses_of(unit, node).uses)
        return found if found and (found.calls or found.holders) else None

    def leading(self, first: FollowedFunction) -> dict[Holder, FollowedFunction]:
        """All parameters and attributes that it is passed on to, directly or not, and that lead to a call of it."""
        reached = {h: self._inside(h) for h in nearest(first.holders, lambda h: self._inside(h).holders)}
        leading = {holder for holder, held in reached.items() if held.calls or held.barrier}
        while more := {h for h, held in reached.items() if leading.intersection(held.holders)} - leading:
            leading |= more
        return {holder: held for holder, held in reached.items() if holder in leading}

    def _inside(self, holder: Holder) -> FollowedFunction:
        """What happens to the function that a parameter, attribute or variable holds."""
        if holder not in self._known:
            match holder:
                case OwnParameter():
                    self._known[holder] = self._in_parameter(holder)
                case OwnAttribute():
                    self._known[holder] = self._in_attribute(holder)
                case Local():
                    self._known[holder] = self._in_local(holder)
        return self._known[holder]

    def _in_parameter(self, holder: OwnParameter) -> FollowedFunction:
        function, name = holder.function, f"`{holder.node.arg}` of `{holder.function.qualname}`"
        if self._facts.is_foreign(function):
            return _refused(f"{name} is defined outside of the project")
        place = self._facts.index.place(function.file, holder.node)
        fact = fact_at(self._facts.engine, function.file.spot(function.file.span(holder.node).start))
        if fact.called is Kind.PLAIN:
            return _refused(f"{name} is declared to return `{fact.returned}` ({place})")
        uses = uses_of_parameter(function.unit, function.node, holder.node).uses
        return self._joined((function.unit, use) for use in uses) or _lost(name, place)

    def _in_attribute(self, holder: OwnAttribute) -> FollowedFunction:
        method, name = holder.method, holder.name
        read = [
            (unit, node) for unit, node in places_of_attribute(self._facts, holder) if isinstance(node.ctx, ast.Load)
        ]
        uses = [(unit, use) for unit, node in read for use in uses_of(unit, node).uses]
        known = dict.fromkeys([*self._facts.classes.attribute_uses(method, name), *uses])
        found = self._joined(known) if known else None  # what is never read here, others read
        return found or _lost(f"`{holder.owner.name}.{name}`", self._facts.index.place(method.file, method.node))

    def _in_local(self, holder: Local) -> FollowedFunction:
        function, name = holder.function, holder.name
        lost = _lost(f"`{name}` of `{function.qualname}`", self._facts.index.place(function.file, function.node))
        read: list[tuple[Unit, Use]] = []
        for node in ast.walk(function.node):
            if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
                return lost
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                unit = self._innermost(function.unit, node)
                if holder_named(unit, name) == holder:
                    read += [(unit, use) for use in uses_of(unit, node).uses]
        return self._joined(read) or lost

    def _joined(self, uses: Iterable[tuple[Unit, Use]]) -> FollowedFunction | None:
        found = [self._of_use(self._innermost(unit, use.at), use) for unit, use in uses]
        parts = [held for held in found if held is not None]
        if len(parts) < len(found):
            return None
        calls = dict.fromkeys(call for held in parts for call in held.calls)
        return FollowedFunction(tuple(calls), tuple(dict.fromkeys(holder for held in parts for holder in held.holders)))

    def _of_use(self, unit: Unit, use: Use) -> FollowedFunction | None:
        if self._acceptance.accepts(unit, use):
            return FollowedFunction()
        if isinstance(use.node, ast.Name) and (not use.only or use.at is use.node):
            shared = holder_named(unit, use.node.id)  # another value may be bound to it as well
            return FollowedFunction(holders=(shared,)) if shared else None
        if isinstance(use.at, ast.Call) and not use.element:
            is_named = isinstance(use.node, (ast.Name, ast.Attribute))  # of several, any may be called
            if use.kind is UseKind.VALUE and use.at.func is use.node and is_named:
                return self._of_call(unit, use.at)
            if use.kind is UseKind.ARGUMENT:
                return self._of_argument(unit, use.at, use.node)
        if use.kind is UseKind.STORE and isinstance(use.at, ast.Attribute):
            return self._kept(unit, use.at)
        return None

    def _of_call(self, unit: Unit, call: ast.Call) -> FollowedFunction | None:
        uses = uses_of(unit, call).uses
        if any(use.kind in AWAITING for use in uses):  # who asks what a call gave, or awaits it, takes either
            return FollowedFunction()
        around = unit.parent(call)
        if isinstance(around, ast.Lambda):  # the lambda stands for it
            return self.of(unit, around)
        return None if any(use.kind is UseKind.LAMBDA for use in uses) else FollowedFunction(calls=((unit, call),))

    def _of_argument(self, unit: Unit, call: ast.Call, node: ast.expr) -> FollowedFunction | None:
        if handed_through(call) is node:
            return self.of(unit, call)
        callees = self._facts.argument_sinks.callees(unit.file, call)
        members = dict.fromkeys(member for callee in callees for member in self._answering(callee))
        if not members or any(self._facts.is_foreign(member) for member in members):
            return None
        found = [(member, parameter_node(member, call, node)) for member in members]
        holders = [OwnParameter(member, parameter) for member, parameter in found if parameter is not None]
        return FollowedFunction(holders=tuple(holders)) if len(holders) == len(found) else None

    def _answering(self, callee: Function) -> Iterator[Function]:
        """All that a call of a function may reach."""
        yield callee
        if callee.node.name != "__init__":
            yield from self._facts.classes.overrides(callee).members

    def _kept(self, unit: Unit, target: ast.Attribute) -> FollowedFunction | None:
        method = unit.function
        match target.value:
            case ast.Name(id=name) if method is not None and method.owner is not None and name == self_name(method):
                if self._facts.classes.knows_all_above(method.owner):  # an unknown base may call it
                    return FollowedFunction(holders=(OwnAttribute(method.owner, target.attr, method),))
        return None

    def _default_of(self, unit: Unit, node: ast.expr) -> OwnParameter | None:
        """The parameter whose default an expression is."""
        around = unit.parent(node)
        if not isinstance(around, ast.arguments):
            return None
        functions = (f for f in self._facts.index.functions_of(unit.file.path) if f.node.args is around)
        found = (OwnParameter(f, p) for f in functions for p, default in defaults(f.node.args) if default is node)
        return next(found, None)

    def _innermost(self, unit: Unit, node: ast.AST) -> Unit:
        """The unit of the function, inside the one of a unit, in whose body a node stands."""
        child, around = node, unit.parent(node)
        while around is not unit.file.tree:
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) and child in around.body:
                return next((f.unit for f in self._facts.index.functions_of(unit.file.path) if f.node is around), unit)
            child, around = around, unit.parent(around)
        return unit


def _lost(name: str, place: str) -> FollowedFunction:
    return _refused(f"it is unknown what happens to {name} ({place})")


def _refused(words: str) -> FollowedFunction:
    return FollowedFunction(barrier=Barrier("AW402", words, "pass something that awaits it"))
