"""What else the project passes for a parameter: where a call of it is awaited, all of that must be async."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.arguments import parameter_node
from autoawait.attributes import self_name
from autoawait.bindings import is_property
from autoawait.families import Families
from autoawait.flow import arguments_of, binds
from autoawait.index import Function, Index, Unit, module_unit, name_end
from autoawait.places import Barrier
from autoawait.propagation.holders import Attribute, Holder, Parameter
from autoawait.references import Certainty, Reference, References
from autoawait.roles import Role
from autoawait.source import SourceFile
from autoawait.types.engine import Kind, TypeEngine, TypeFact
from autoawait.uses import called_name

_AWAITABLE = frozenset({Kind.COROUTINE, Kind.AWAITABLE, Kind.MAYBE})
_ADVICE = "pass only async functions there"


@dataclass(frozen=True, eq=False)
class Beside:
    """All that may be called in the place of a function: plain ``functions`` of the project, which must become async
    with it; ``barrier`` for the first thing that cannot; ``doubt`` in words where there may be more."""

    functions: tuple[Function, ...] = ()
    barrier: Barrier | None = None
    doubt: str = ""


@dataclass(frozen=True, eq=False)
class _Values:
    """The expressions that are bound to a holder, each with the code it stands in."""

    found: tuple[tuple[Unit, ast.expr], ...]
    doubt: str = ""


# What one expression may be: a function, another holder, or something that cannot be awaited.
_Meant = Function | Parameter | Barrier


class Rivals:
    """Answers for the holders of one plan."""

    def __init__(self, index: Index, engine: TypeEngine, families: Families, references: References) -> None:
        self._index = index
        self._engine = engine
        self._families = families
        self._references = references
        self._values: dict[Holder, _Values] = {}
        self._meant: dict[ast.expr, tuple[_Meant, ...]] = {}

    def of(self, holders: Iterable[Holder]) -> Beside:
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
            for unit, value in values.found:
                for meant in self._may_mean(unit, value):
                    if isinstance(meant, Barrier):
                        return Beside(barrier=meant)
                    if isinstance(meant, Function):
                        functions[meant] = None
                    else:
                        waiting.append(meant)
        return Beside(tuple(functions), doubt=next(filter(None, doubts), ""))

    # what is bound to a holder

    def _bound_to(self, holder: Holder) -> _Values:
        if isinstance(holder, Attribute):
            return _Values(tuple(self._assigned(holder)))
        function, parameter = holder.function, holder.node
        found: list[tuple[Unit, ast.expr]] = []
        doubt = ""
        if (default := _default(function, parameter)) is not None:
            around = function.outer.unit if function.outer else module_unit(function.file, ())
            found.append((around, default))
        for reference in self._references.to(self._families.of(function).members).get(function, ()):
            if reference.call is None or reference.role is not Role.CALL:
                continue
            given = list(_given(function, parameter, reference.call))
            if given and reference.certainty is Certainty.UNKNOWN:
                doubt = f"`{ast.unparse(reference.call.func)}` may pass it something else ({_place(reference)})"
            else:
                found += [(reference.unit, argument) for argument in given]
        return _Values(tuple(found), doubt)

    def _assigned(self, holder: Attribute) -> Iterator[tuple[Unit, ast.expr]]:
        module = self._index.module(holder.method.file.path)
        for function in module.functions if module else ():
            if function.owner is not holder.owner:
                continue
            for node in function.unit.nodes:
                match node:
                    case ast.Assign(targets=targets, value=value):
                        pass
                    case ast.AnnAssign(target=target, value=ast.expr() as value):
                        targets = [target]
                    case _:
                        continue
                if any(_is_attribute(target, self_name(function), holder.name) for target in targets):
                    yield function.unit, value

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
            case ast.Call(args=[first, *_]) if called_name(value) == "partial":
                branches = [first]
            case ast.Lambda(body=ast.Call(func=callee)):  # what it gives is what that gives
                branches = [callee]
            case ast.Name() | ast.Attribute():
                yield from self._named(unit, value)
                return
            case _:
                yield _plain(unit.file, value)
                return
        for branch in branches:
            yield from self._may_mean(unit, branch)

    def _named(self, unit: Unit, name: ast.Name | ast.Attribute) -> Iterator[_Meant]:
        spot = name_end(unit.file, name)
        assert spot is not None, "a name has an end"
        [fact], [places] = self._engine.facts([spot]), self._engine.definitions([spot])
        definitions = [self._index.definition(place) for place in places]
        functions = [d for d in definitions if isinstance(d, Function) and not is_property(d.node)]
        if functions and len(functions) == len(definitions):
            for function in functions:
                yield from self._function(unit.file, name, function, fact)
            return
        if fact.called in _AWAITABLE:
            return
        bound = self._bound(unit, name) if isinstance(name, ast.Name) else None
        yield from [_plain(unit.file, name)] if bound is None else bound

    def _function(self, file: SourceFile, name: ast.expr, function: Function, fact: TypeFact) -> Iterator[_Meant]:
        if function.file.path in self._index.foreign:
            if fact.called not in _AWAITABLE:
                yield _plain(file, name)
        elif not function.is_async:
            yield function

    def _bound(self, unit: Unit, name: ast.Name) -> list[_Meant] | None:
        """What a name of a function, or of one around it, may hold; None where that cannot be read."""
        function = unit.function
        while function is not None:
            parameter = next((p for p in arguments_of(function.node) if p.arg == name.id), None)
            is_bound = binds(function.node.body, name.id)
            if parameter is not None:
                return None if is_bound else [Parameter(function, parameter)]
            if is_bound:
                return self._local(function, name.id)
            function = function.outer
        return None

    def _local(self, function: Function, name: str) -> list[_Meant] | None:
        """What is assigned to a local name, if all that binds it is such."""
        stores = [n for n in function.unit.nodes if isinstance(n, ast.Name) and n.id == name]
        bindings = [n for n in stores if isinstance(n.ctx, ast.Store)]
        around = [function.unit.parents.get(n) for n in bindings]
        values = [a.value for a in around if isinstance(a, (ast.Assign, ast.AnnAssign)) and a.value is not None]
        if not values or len(values) < len(bindings):
            return None
        return [meant for value in values for meant in self._may_mean(function.unit, value)]


def _given(function: Function, parameter: ast.arg, call: ast.Call) -> Iterator[ast.expr]:
    """The arguments of a call that go to a parameter."""
    arguments = [*call.args, *(keyword.value for keyword in call.keywords if keyword.arg is not None)]
    return (argument for argument in arguments if parameter_node(function, call, argument) is parameter)


def _default(function: Function, parameter: ast.arg) -> ast.expr | None:
    a = function.node.args
    positional = [*a.posonlyargs, *a.args]
    defaults = [None] * (len(positional) - len(a.defaults)) + list(a.defaults)
    pairs = zip([*positional, *a.kwonlyargs], [*defaults, *a.kw_defaults], strict=True)
    return next((default for node, default in pairs if node is parameter), None)


def _is_attribute(target: ast.expr, receiver: str, name: str) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id=base), attr=attr):
            return base == receiver and attr == name
    return False


def _plain(file: SourceFile, value: ast.expr) -> Barrier:
    text = ast.unparse(value)
    text = text if len(text) <= 40 else f"{text[:37]}..."
    words = f"`{text}` is passed there as well ({file.path.name}:{value.lineno})"
    return Barrier("AW402", words, _ADVICE)


def _place(reference: Reference) -> str:
    return f"{reference.unit.file.path.name}:{reference.line}"
