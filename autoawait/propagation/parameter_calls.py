"""Parameters, and attributes that keep them, by whose names a function of the project calls what it is given.

A function passed as an argument is called by the name of the parameter. Where such a call does not await yet, it is a
call of the function like any other: it needs its ``await``, and what stands around it must become async.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.dataflow.attribute_uses import attribute_uses_in_units, self_name
from autoawait.dataflow.uses import Use, UseKind
from autoawait.dataflow.value_uses import uses_of, uses_of_parameter
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index, Unit
from autoawait.propagation.async_acceptance import AsyncAcceptance, is_right
from autoawait.propagation.attribute_objects import (
    AttributeObjects,
    Holder,
    Local,
    OwnAttribute,
    OwnParameter,
    defaults,
    handed_through,
    holder_named,
)
from autoawait.resolution.argument_sinks import ArgumentSinks, parameter_node
from autoawait.resolution.families import Families
from autoawait.types.engine import Kind, TypeEngine
from autoawait.types.expressions import fact_at

_ADVICE = "pass something that awaits it"


@dataclass(frozen=True, eq=False)
class FollowedFunction:
    """What becomes of a function: the ``calls`` of it that do not await yet, each with the code it stands in, and the
    ``holders`` that it is passed on to; ``barrier`` where that cannot be followed."""

    calls: tuple[tuple[Unit, ast.Call], ...] = ()
    holders: tuple[Holder, ...] = ()
    barrier: Barrier | None = None


class ParameterCalls:
    """Answers for functions that are passed on; remembers what becomes of each parameter."""

    def __init__(
        self,
        index: Index,
        engine: TypeEngine,
        families: Families,
        acceptance: AsyncAcceptance,
        arguments: ArgumentSinks,
        mentions: AttributeObjects,
    ) -> None:
        self._mentions = mentions
        self._index = index
        self._engine = engine
        self._families = families
        self._acceptance = acceptance
        self._arguments = arguments
        self._inside: dict[Holder, FollowedFunction] = {}

    def of(self, unit: Unit, node: ast.expr) -> FollowedFunction | None:
        """What becomes of an expression for a function, as far as its own unit tells; None where that cannot be
        followed, or ends there."""
        if (parameter := self._default_of(unit, node)) is not None:
            return FollowedFunction(holders=(parameter,))
        found = self._joined((unit, use) for use in uses_of(unit, node).uses)
        return found if found and (found.calls or found.holders) else None

    def inside(self, holder: Holder) -> FollowedFunction:
        """What becomes of that which a parameter or attribute holds."""
        if holder not in self._inside:
            match holder:
                case OwnParameter():
                    self._inside[holder] = self._in_parameter(holder)
                case OwnAttribute():
                    self._inside[holder] = self._in_attribute(holder)
                case Local():
                    self._inside[holder] = self._in_local(holder)
        return self._inside[holder]

    def leading(self, first: FollowedFunction) -> dict[Holder, FollowedFunction]:
        """All parameters and attributes that it is passed on to, by whatever way, and that lead to a call of it."""
        reached: dict[Holder, FollowedFunction] = {}
        waiting = list(first.holders)
        while waiting:
            holder = waiting.pop(0)
            if holder not in reached:
                reached[holder] = self.inside(holder)
                waiting += reached[holder].holders
        leading = {holder for holder, held in reached.items() if held.calls or held.barrier}
        while more := {h for h, held in reached.items() if leading.intersection(held.holders)} - leading:
            leading |= more
        return {holder: held for holder, held in reached.items() if holder in leading}

    def _in_parameter(self, holder: OwnParameter) -> FollowedFunction:
        function, name = holder.function, f"`{holder.node.arg}` of `{holder.function.qualname}`"
        if function.file.path in self._index.foreign:
            return FollowedFunction(barrier=Barrier("AW402", f"{name} is of another project", _ADVICE))
        place = f"{function.file.path.name}:{holder.node.lineno}"
        fact = fact_at(self._engine, function.file.spot(function.file.span(holder.node).start))
        if fact.called is Kind.PLAIN:
            return FollowedFunction(
                barrier=Barrier("AW402", f"{name} is declared to give `{fact.returned}` ({place})", _ADVICE)
            )
        uses = uses_of_parameter(function.unit, function.node, holder.node).uses
        return self._joined((function.unit, use) for use in uses) or _lost(name, place)

    def _in_attribute(self, holder: OwnAttribute) -> FollowedFunction:
        file, method, name = holder.method.file, holder.method, holder.name
        read = [(unit, node) for unit, node in self._mentions.of(holder) if isinstance(node.ctx, ast.Load)]
        uses = [(unit, use) for unit, node in read for use in uses_of(unit, node).uses]
        known = dict.fromkeys([*attribute_uses_in_units(self._index, method, name), *uses])
        found = self._joined(known) if known else None  # what is never read here, others read
        return found or _lost(f"`{holder.owner.name}.{name}`", f"{file.path.name}:{method.node.lineno}")

    def _in_local(self, holder: Local) -> FollowedFunction:
        function, name = holder.function, holder.name
        place = f"{function.file.path.name}:{function.node.lineno}"
        read: list[tuple[Unit, Use]] = []
        for node in ast.walk(function.node):
            if isinstance(node, (ast.Global, ast.Nonlocal)) and name in node.names:
                return _lost(f"`{name}` of `{function.qualname}`", place)
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                unit = self._innermost(function.unit, node)
                if holder_named(unit, name) == holder:
                    read += [(unit, use) for use in uses_of(unit, node).uses]
        return self._joined(read) or _lost(f"`{name}` of `{function.qualname}`", place)

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
        if any(map(is_right, uses)):  # who asks what a call gave, or awaits it, takes either
            return FollowedFunction()
        around = unit.parent(call)
        if isinstance(around, ast.Lambda):  # the lambda stands for it
            return self.of(unit, around)
        return None if any(use.kind is UseKind.LAMBDA for use in uses) else FollowedFunction(calls=((unit, call),))

    def _of_argument(self, unit: Unit, call: ast.Call, node: ast.expr) -> FollowedFunction | None:
        if handed_through(call) is node:
            return self.of(unit, call)
        callees = self._arguments.callees(unit.file, call)
        members = dict.fromkeys(member for callee in callees for member in self._answering(callee))
        if not members or any(member.file.path in self._index.foreign for member in members):
            return None
        found = [(member, parameter_node(member, call, node)) for member in members]
        holders = [OwnParameter(member, parameter) for member, parameter in found if parameter is not None]
        return FollowedFunction(holders=tuple(holders)) if len(holders) == len(found) else None

    def _answering(self, callee: Function) -> Iterator[Function]:
        """All that a call of a function may reach."""
        yield callee
        if callee.node.name != "__init__":
            yield from self._families.of(callee).members

    def _kept(self, unit: Unit, target: ast.Attribute) -> FollowedFunction | None:
        method = unit.function
        match target.value:
            case ast.Name(id=name) if method is not None and method.owner is not None and name == self_name(method):
                is_known = self._families.knows_all_above(method.owner)  # of another base nobody knows what it calls
                return (
                    FollowedFunction(holders=(OwnAttribute(method.owner, target.attr, method),)) if is_known else None
                )
        return None

    def _default_of(self, unit: Unit, node: ast.expr) -> OwnParameter | None:
        """The parameter whose default an expression is."""
        around = unit.parent(node)
        if not isinstance(around, ast.arguments):
            return None
        module = self._index.module(unit.file.path)
        functions = (f for f in (module.functions if module else ()) if f.node.args is around)
        return next(
            (OwnParameter(f, p) for f in functions for p, default in defaults(f.node.args) if default is node), None
        )

    def _innermost(self, unit: Unit, node: ast.AST) -> Unit:
        """The unit of the function, inside the one of a unit, in whose body a node stands."""
        child, around = node, unit.parent(node)
        while around is not unit.file.tree:
            if isinstance(around, (ast.FunctionDef, ast.AsyncFunctionDef)) and child in around.body:
                module = self._index.module(unit.file.path)
                return next((f.unit for f in (module.functions if module else ()) if f.node is around), unit)
            child, around = around, unit.parent(around)
        return unit


def _lost(name: str, place: str) -> FollowedFunction:
    return FollowedFunction(barrier=Barrier("AW402", f"what becomes of {name} is not known ({place})", _ADVICE))
