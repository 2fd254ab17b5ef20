"""What else the project passes for a parameter: where a call of the parameter is awaited, all of that must be async."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.dataflow.uses import called_name
from autoawait.edits.await_placement import Barrier
from autoawait.project.bindings import assigned_to, defaults, is_property
from autoawait.project.index import Function, Unit, module_unit
from autoawait.project.source import SourceFile
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.parameters.attribute_objects import (
    Holder,
    Local,
    OwnAttribute,
    OwnParameter,
    constructions,
    handed_through,
    holder_named,
    places_of_attribute,
)
from autoawait.resolution.argument_sinks import parameter_node
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference
from autoawait.types.engine import MAYBE_AWAITABLE, TypeFact
from autoawait.types.expressions import callee, definition_of, definitions_of, fact_of, facts_of, type_of
from autoawait.types.type_expr import is_async_callable

# What binds a name other than an assignment, and has it as its own.
_DEFS = (ast.AsyncFunctionDef, ast.FunctionDef)
_BINDING = (*_DEFS, ast.ClassDef, ast.alias, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_ADVICE = "pass only async functions there"


@dataclass(frozen=True, eq=False)
class OtherValues:
    """All that may be called in the place of a function: sync ``functions`` of the project, which must become async
    with it; the ``barrier`` of the first thing that cannot; ``doubt`` in words where there may be more."""

    functions: tuple[Function, ...] = ()
    barrier: Barrier | None = None
    doubt: str = ""


# What one expression may be: a function, another holder, or something that cannot be awaited.
_Meant = Function | OwnParameter | Local | Barrier


@dataclass(frozen=True, eq=False)
class _Values:
    """The expressions that are bound to a holder, each with the code it stands in; ``meant`` is what else it may be."""

    found: tuple[tuple[Unit, ast.expr], ...]
    doubt: str = ""
    meant: tuple[_Meant, ...] = ()


class ParameterValues:
    """What parameters, attributes and local variables may hold."""

    def __init__(self, facts: ProjectFacts) -> None:
        self._facts = facts
        self._callers: dict[OverrideGroup, dict[Function, tuple[Reference, ...]]] = {}
        self._values: dict[Holder, _Values] = {}
        self._meant: dict[ast.expr, tuple[_Meant, ...]] = {}

    def of(self, holders: Iterable[Holder]) -> OtherValues:
        """What any of some parameters and attributes may hold, and those that are passed on to them."""
        functions: dict[Function, None] = {}
        doubts: dict[str, None] = {}
        waiting = list(holders)
        seen: set[Holder] = set()
        while waiting:
            holder = waiting.pop()
            if holder in seen:
                continue
            seen.add(holder)
            if holder not in self._values:
                self._values[holder] = self._bound_to(holder)
            values = self._values[holder]
            doubts[values.doubt] = None
            self._foresee(values.found)
            named = (meant for unit, value in values.found for meant in self._may_mean(unit, value))
            for meant in (*values.meant, *named):
                if isinstance(meant, Barrier):
                    return OtherValues(barrier=meant)
                if isinstance(meant, Function):
                    functions[meant] = None
                else:
                    waiting.append(meant)
        return OtherValues(tuple(functions), doubt=next(filter(None, doubts), ""))

    def _foresee(self, values: Iterable[tuple[Unit, ast.expr]]) -> None:
        """Ask at once about all names among some values."""
        parts = ((unit, part) for unit, value in values for part in (value, *ast.iter_child_nodes(value)))
        named = [(unit.file, part) for unit, part in parts if isinstance(part, ast.Name | ast.Attribute)]
        facts_of(self._facts.engine, named)
        definitions_of(self._facts.engine, named)

    # what is bound to a holder

    def _bound_to(self, holder: Holder) -> _Values:
        if isinstance(holder, OwnAttribute):
            return _Values(tuple(self._assigned(holder)))
        if isinstance(holder, Local):
            return self._stored(holder)
        function, parameter = holder.function, holder.node
        found: list[tuple[Unit, ast.expr]] = []
        doubt = ""
        around = function.outer.unit if function.outer else module_unit(function.file, ())
        found += [(around, default) for node, default in defaults(function.node.args) if node is parameter]
        for reference in self._callers_of(function):
            arguments = list(_arguments_for(function, parameter, reference.call)) if reference.call else []
            if arguments and reference.certainty is Certainty.UNKNOWN:
                place = self._facts.place(reference)
                doubt = f"`{function.node.name}` may be called with something else ({place})"
            else:
                found += [(reference.unit, argument) for argument in arguments]
        if function.node.name == "__init__":
            made = constructions(self._facts, self._facts.classes.heirs(function))
            found += [(unit, argument) for unit, call in made for argument in _arguments_for(function, parameter, call)]
        return _Values(tuple(found), doubt)

    def _callers_of(self, function: Function) -> Iterator[Reference]:
        group = self._facts.classes.overrides(function)
        if group not in self._callers:
            self._callers[group] = self._facts.references.to(group.members)
        return (r for r in self._callers[group].get(function, ()) if r.role is Role.CALL)

    def _assigned(self, holder: OwnAttribute) -> Iterator[tuple[Unit, ast.expr]]:
        """The values that are assigned to an attribute; the attribute itself where it is bound in another way."""
        for one in self._facts.classes.hierarchy(holder.method, holder.name):
            for statement in one.node.body:
                if any(isinstance(target, ast.Name) and target.id == holder.name for target in assigned_to(statement)):
                    value = getattr(statement, "value", None)
                    start = one.file.span(statement).start
                    yield from [(module_unit(one.file, [start]), value)] if value else []
        for unit, node in places_of_attribute(self._facts, holder):
            if isinstance(node.ctx, ast.Store):
                around = unit.parent(node)
                is_assignment = isinstance(around, (ast.Assign, ast.AnnAssign)) and node in assigned_to(around)
                value = getattr(around, "value", None) if is_assignment else node
                yield from [(unit, value)] if value else []

    def _stored(self, holder: Local) -> _Values:
        """The values of a local variable; all that binds it must be such an assignment or a ``def``."""
        function, name = holder.function, holder.name
        found: list[tuple[Unit, ast.expr]] = []
        meant: list[_Meant] = [OwnParameter(function, p) for p in arguments_of(function.node) if p.arg == name]
        for node in function.unit.nodes:
            if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
                around = function.unit.parent(node)
                if node in assigned_to(around) or (isinstance(around, ast.NamedExpr) and around.target is node):
                    value = getattr(around, "value", None)
                    found += [(function.unit, value)] if value else []
                else:
                    meant.append(self._not_async(function.file, node))
            elif isinstance(node, _DEFS) and node.name == name and not node.decorator_list:
                meant += [
                    f for f in self._facts.index.functions_of(function.file.path) if f.node is node and not f.is_async
                ]
            elif isinstance(node, _BINDING) and name in (getattr(node, "name", ""), getattr(node, "asname", "")):
                words = f"`{name}` is bound to something else too ({self._facts.index.place(function.file, node)})"
                meant.append(Barrier("AW402", words, _ADVICE))
        return _Values(tuple(found), meant=tuple(meant))

    # what an expression may be

    def _may_mean(self, unit: Unit, value: ast.expr) -> tuple[_Meant, ...]:
        if value not in self._meant:
            self._meant[value] = ()  # a name that is bound to itself adds nothing
            self._meant[value] = tuple(self._read(unit, value))
        return self._meant[value]

    def _read(self, unit: Unit, value: ast.expr) -> Iterator[_Meant]:
        match value:
            case ast.Constant(value=None):
                return
            case ast.IfExp(body=one, orelse=other):
                branches = [one, other]
            case ast.BoolOp(values=branches):
                pass
            case ast.Call(args=[wanted, _]) if called_name(value) == "cast" and is_async_callable(ast.unparse(wanted)):
                return
            case ast.Call() if (function := handed_through(value)) is not None:
                branches = [function]
            case ast.Lambda(body=ast.Call(func=callee)):  # what it gives is what that gives
                branches = [callee]
            case ast.Name() | ast.Attribute():
                yield from self._named(unit, value)
                return
            case ast.Call(func=ast.Name() | ast.Attribute()):
                objects = self._calls_of(unit.file, value)
                yield from [self._not_async(unit.file, value)] if objects is None else objects
                return
            case _:
                yield self._not_async(unit.file, value)
                return
        for branch in branches:
            yield from self._may_mean(unit, branch)

    def _named(self, unit: Unit, name: ast.Name | ast.Attribute) -> Iterator[_Meant]:
        fact = fact_of(self._facts.engine, unit.file, name)
        definitions = [
            self._facts.index.definition(place) for place in definition_of(self._facts.engine, unit.file, name)
        ]
        functions = [d for d in definitions if isinstance(d, Function) and not is_property(d.node)]
        if functions and len(functions) == len(definitions):
            for function in functions:
                yield from self._function(unit.file, name, function, fact)
            return
        if fact.called in MAYBE_AWAITABLE:
            return
        bound = holder_named(unit, name.id) if isinstance(name, ast.Name) else None
        objects = self._calls_of(unit.file, name) if bound is None else [bound]
        yield from [self._not_async(unit.file, name)] if objects is None else objects

    def _function(self, file: SourceFile, name: ast.expr, function: Function, fact: TypeFact) -> Iterator[_Meant]:
        if self._facts.is_foreign(function):
            if fact.called not in MAYBE_AWAITABLE:
                yield self._not_async(file, name)
        elif function.is_generator:
            yield self._not_async(file, name)  # what it gives is iterated, not awaited
        elif not function.is_async:
            yield function

    def _calls_of(self, file: SourceFile, value: ast.expr) -> list[Function] | None:
        """The sync ``__call__``s that a value has as an object of its class; empty if async, None where it has none."""
        is_made = isinstance(value, ast.Call)
        places = (
            definition_of(self._facts.engine, file, callee(value))
            if is_made
            else type_of(self._facts.engine, file, value)
        )
        calls = self._facts.classes.members(places, "__call__")
        if not calls or len(calls) < len(places) or not all(found.is_sure and found.functions for found in calls):
            return None
        sync = [f for found in calls for f in found.functions if not f.is_async]
        return None if any(self._facts.is_foreign(f) for f in sync) else sync

    def _not_async(self, file: SourceFile, value: ast.expr) -> Barrier:
        text = ast.unparse(value)
        text = text if len(text) <= 40 else f"{text[:37]}..."
        return Barrier("AW402", f"`{text}` is passed there too ({self._facts.index.place(file, value)})", _ADVICE)


def _arguments_for(function: Function, parameter: ast.arg, call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that go to a parameter."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is not None)]
    return (argument for argument in arguments if parameter_node(function, call, argument) is parameter)
