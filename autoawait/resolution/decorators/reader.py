"""What do a function's decorators make of it: what does calling it give, once it is decorated?

The decorators are run on abstract values, innermost first, and what comes out of them is called. Names of the project
and of installed packages are read from their source, those of the standard library by ``knowledge.decorators``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from autoawait.knowledge.decorators import Effect
from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import Class
from autoawait.resolution.decorators.definitions import Definitions
from autoawait.resolution.decorators.interpreter import Interpreter
from autoawait.resolution.decorators.objects import opaque
from autoawait.resolution.decorators.values import (
    ANY_ARGUMENTS,
    UNKNOWN,
    Arguments,
    ClassObject,
    Decorated,
    Instance,
    Scope,
    Values,
)
from autoawait.types.engine import AWAITABLE_KINDS, Kind, TypeEngine

KIND_OF_EFFECT = {
    Effect.COROUTINE: Kind.COROUTINE,
    Effect.AWAITABLE: Kind.AWAITABLE,
    Effect.ASYNC_ITERATOR: Kind.ASYNC_ITERATOR,
    Effect.ASYNC_CONTEXT: Kind.ASYNC_CONTEXT,
    Effect.PLAIN: Kind.PLAIN,
    Effect.MAYBE: Kind.MAYBE,
    Effect.UNKNOWN: Kind.UNKNOWN,
}


class DecoratorReader:
    """Reads the decorators of one project; remembers what each makes of a function."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._definitions = Definitions(index, engine, classes)
        self._classes = classes
        self._effects: dict[tuple[Function, Kind], Effect] = {}
        self._made: dict[tuple[SourceFile, str, Decorated, Values], Values] = {}

    def source_of(self, function: Function) -> Function:
        """The ``def`` with a body behind one of a stub or of an overload; that itself where there is none."""
        return self._definitions.source_of(function) or function

    def effect(self, function: Function, gives: Kind) -> Effect:
        """What calling a function gives, of which the bare one gives something of a kind."""
        if (function, gives) not in self._effects:
            self._effects[function, gives] = self._read(function, gives)
        return self._effects[function, gives]

    def _read(self, function: Function, gives: Kind) -> Effect:
        below = Decorated(function.is_async, function.is_generator, gives)
        values: Values = frozenset({below})
        for decorator in reversed(function.node.decorator_list):
            values = self._decorate(function.file, decorator, below, values)
        owner = self._classes.around(function) if function.owner else None
        return self._called(values, below, ClassObject(owner, Scope(owner.file, {})) if owner else None)

    def _decorate(self, file: SourceFile, decorator: ast.expr, below: Decorated, values: Values) -> Values:
        key = (file, ast.unparse(decorator), below, values)
        if key not in self._made:
            interpreter = Interpreter(self._definitions, below)
            made = interpreter.call(interpreter.evaluate(decorator, Scope(file, {})), Arguments((values,)))
            self._made[key] = made or UNKNOWN
        return self._made[key]

    def _called(self, values: Values, below: Decorated, owner: ClassObject | None) -> Effect:
        interpreter = Interpreter(self._definitions, below)
        if owner is not None:
            values = frozenset().union(*(self._as_method(interpreter, one, owner) for one in values))
        given: Iterable[Effect] = ()
        for _ in range(2):  # what the first call keeps in a cache, the second may find there
            given = _effects_of(interpreter.call(values, ANY_ARGUMENTS))
        return _together(frozenset(given), below)

    def _as_method(self, interpreter: Interpreter, value: object, owner: ClassObject) -> Values:
        """What an object of a class finds under the name that a value has in the class."""
        one: Values = frozenset({value})  # type: ignore[arg-type]
        if isinstance(value, Instance) and any("__get__" in c.bound for c in value.of.one.above):
            arguments = Arguments((frozenset({opaque(owner)}), frozenset({owner})))
            return interpreter.call(interpreter.attribute(value, "__get__"), arguments)
        return one


def _together(effects: frozenset[Effect], below: Decorated) -> Effect:
    """What a call gives that may give any of these."""
    if len(effects) <= 1:
        return next(iter(effects), Effect.UNKNOWN)
    if Effect.UNKNOWN in effects:
        return Effect.UNKNOWN
    is_awaitable = below.is_coroutine_function or below.gives in AWAITABLE_KINDS
    if is_awaitable and effects <= {Effect.KEEPS, Effect.COROUTINE}:
        return Effect.COROUTINE
    if is_awaitable and effects <= {Effect.KEEPS, Effect.COROUTINE, Effect.AWAITABLE}:
        return Effect.AWAITABLE
    if below.gives is Kind.PLAIN and effects == {Effect.KEEPS, Effect.PLAIN}:
        return Effect.PLAIN
    return Effect.UNKNOWN if not below.is_async and below.gives is Kind.UNKNOWN else Effect.MAYBE


def _effects_of(values: Values) -> Iterator[Effect]:
    """What a call gave, of any of these values, seen from ``await``."""
    for value in values:
        if isinstance(value, Effect):
            yield value
        elif isinstance(value, Instance):
            yield _effect_of_object(value.of.one)
        else:
            yield Effect.PLAIN


def _effect_of_object(one: Class) -> Effect:
    bound = {name for c in one.above for name in c.bound}
    known = {"__await__": Effect.UNKNOWN, "__aenter__": Effect.ASYNC_CONTEXT, "__aiter__": Effect.ASYNC_ITERATOR}
    found = next((effect for name, effect in known.items() if name in bound), None)
    return found or (Effect.UNKNOWN if any(c.unresolved for c in one.above) else Effect.PLAIN)
