"""What else the project passes for a parameter: where a call of it is awaited, all of that must be async."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.dataflow.uses import called_name
from autoawait.edits.await_placement import Barrier
from autoawait.project.bindings import is_property
from autoawait.project.index import Function, Index, Unit, module_unit
from autoawait.project.source import SourceFile, Spot
from autoawait.propagation.attribute_objects import (
    AttributeObjects,
    Holder,
    Local,
    OwnAttribute,
    OwnParameter,
    defaults,
    handed_through,
    holder_named,
    targets,
)
from autoawait.propagation.requirement import place_of
from autoawait.resolution.argument_sinks import parameter_node
from autoawait.resolution.families import Families, OverrideGroup
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference, References
from autoawait.types.engine import MAYBE_AWAITABLE, TypeEngine, TypeFact
from autoawait.types.expressions import callee, definition_of, definitions_of, fact_of, facts_of, type_of
from autoawait.types.type_expr import is_async_callable

# What binds a name other than an assignment, and has it as its own.
_DEFS = (ast.AsyncFunctionDef, ast.FunctionDef)
_BINDING = (*_DEFS, ast.ClassDef, ast.alias, ast.ExceptHandler, ast.MatchAs, ast.MatchStar)
_ADVICE = "pass only async functions there"


@dataclass(frozen=True, eq=False)
class OtherValues:
    """All that may be called in the place of a function: plain ``functions`` of the project, which must become async
    with it; ``barrier`` for the first thing that cannot; ``doubt`` in words where there may be more."""

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
    """Answers for the holders of one plan."""

    def __init__(
        self, index: Index, engine: TypeEngine, families: Families, references: References, mentions: AttributeObjects
    ) -> None:
        self._mentions = mentions
        self._index = index
        self._engine = engine
        self._families = families
        self._references = references
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
        named = [(unit.file, value) for unit, value in values if isinstance(value, ast.Name | ast.Attribute)]
        facts_of(self._engine, named)
        definitions_of(self._engine, named)

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
            given = list(_given(function, parameter, reference.call)) if reference.call else []
            if given and reference.certainty is Certainty.UNKNOWN:
                doubt = f"`{function.node.name}` may be called there with something else ({place_of(reference)})"
            else:
                found += [(reference.unit, argument) for argument in given]
        if function.node.name == "__init__":
            made = self._mentions.constructions(self._families.heirs(function))
            found += [(unit, argument) for unit, call in made for argument in _given(function, parameter, call)]
        return _Values(tuple(found), doubt)

    def _callers_of(self, function: Function) -> Iterator[Reference]:
        family = self._families.of(function)
        if family not in self._callers:
            self._callers[family] = self._references.to(family.members)
        return (r for r in self._callers[family].get(function, ()) if r.role is Role.CALL)

    def _assigned(self, holder: OwnAttribute) -> Iterator[tuple[Unit, ast.expr]]:
        """The values that anything binds to an attribute; the attribute itself where that is no plain assignment."""
        file = holder.method.file
        for statement in holder.owner.body:
            if any(isinstance(target, ast.Name) and target.id == holder.name for target in targets(statement)):
                value = getattr(statement, "value", None)
                yield from [(module_unit(file, [file.span(statement).start]), value)] if value else []
        for unit, node in self._mentions.of(holder):
            if isinstance(node.ctx, ast.Store):
                around = unit.parent(node)
                is_plain = isinstance(around, (ast.Assign, ast.AnnAssign)) and node in targets(around)
                value = getattr(around, "value", None) if is_plain else node
                yield from [(unit, value)] if value else []

    def _stored(self, holder: Local) -> _Values:
        """The values of a local variable; all that binds it must be such an assignment or a ``def``."""
        function, name = holder.function, holder.name
        found: list[tuple[Unit, ast.expr]] = []
        meant: list[_Meant] = [OwnParameter(function, p) for p in arguments_of(function.node) if p.arg == name]
        for node in function.unit.nodes:
            if isinstance(node, ast.Name) and node.id == name and not isinstance(node.ctx, ast.Load):
                around = function.unit.parent(node)
                if node in targets(around) or (isinstance(around, ast.NamedExpr) and around.target is node):
                    value = getattr(around, "value", None)
                    found += [(function.unit, value)] if value else []
                else:
                    meant.append(_plain(function.file, node))
            elif isinstance(node, _DEFS) and node.name == name and not node.decorator_list:
                meant += [f for f in self._functions_of(function.spot) if f.node is node and not f.is_async]
            elif isinstance(node, _BINDING) and name in (getattr(node, "name", ""), getattr(node, "asname", "")):
                words = f"`{name}` is bound there as well ({_line(function.file, node)})"
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
            case ast.Call() if (given := handed_through(value)) is not None:
                branches = [given]
            case ast.Lambda(body=ast.Call(func=callee)):  # what it gives is what that gives
                branches = [callee]
            case ast.Name() | ast.Attribute():
                yield from self._named(unit, value)
                return
            case ast.Call(func=ast.Name() | ast.Attribute()):
                objects = self._calls_of(unit.file, value)
                yield from [_plain(unit.file, value)] if objects is None else objects
                return
            case _:
                yield _plain(unit.file, value)
                return
        for branch in branches:
            yield from self._may_mean(unit, branch)

    def _named(self, unit: Unit, name: ast.Name | ast.Attribute) -> Iterator[_Meant]:
        fact = fact_of(self._engine, unit.file, name)
        definitions = [self._index.definition(place) for place in definition_of(self._engine, unit.file, name)]
        functions = [d for d in definitions if isinstance(d, Function) and not is_property(d.node)]
        if functions and len(functions) == len(definitions):
            for function in functions:
                yield from self._function(unit.file, name, function, fact)
            return
        if fact.called in MAYBE_AWAITABLE:
            return
        bound = holder_named(unit, name.id) if isinstance(name, ast.Name) else None
        objects = self._calls_of(unit.file, name) if bound is None else [bound]
        yield from [_plain(unit.file, name)] if objects is None else objects

    def _function(self, file: SourceFile, name: ast.expr, function: Function, fact: TypeFact) -> Iterator[_Meant]:
        if function.file.path in self._index.foreign:
            if fact.called not in MAYBE_AWAITABLE:
                yield _plain(file, name)
        elif function.is_generator:
            yield _plain(file, name)  # what it gives is iterated, not awaited
        elif not function.is_async:
            yield function

    def _calls_of(self, file: SourceFile, value: ast.expr) -> list[Function] | None:
        """The plain `__call__` of the class that a value is an object of, if there is one; None where it is none."""
        is_made = isinstance(value, ast.Call)
        places = definition_of(self._engine, file, callee(value)) if is_made else type_of(self._engine, file, value)
        classes = [
            (place, found) for place in places if isinstance(found := self._index.definition(place), ast.ClassDef)
        ]
        calls = [f for place, node in classes for f in self._functions_of(place) if f.owner is node]
        methods = [f for f in calls if f.node.name == "__call__"]
        if not places or len(methods) < len(places):
            return None
        plain = [f for f in methods if not f.is_async]
        return None if any(f.file.path in self._index.foreign for f in plain) else plain

    def _functions_of(self, place: Spot) -> Iterable[Function]:
        module = self._index.module(place.path)
        return module.functions if module else ()


def _given(function: Function, parameter: ast.arg, call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that go to a parameter."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is not None)]
    return (argument for argument in arguments if parameter_node(function, call, argument) is parameter)


def _plain(file: SourceFile, value: ast.expr) -> Barrier:
    text = ast.unparse(value)
    text = text if len(text) <= 40 else f"{text[:37]}..."
    return Barrier("AW402", f"`{text}` is passed there as well ({_line(file, value)})", _ADVICE)


def _line(file: SourceFile, node: ast.expr | ast.stmt | ast.alias | ast.excepthandler | ast.pattern) -> str:
    return f"{file.path.name}:{node.lineno}"
