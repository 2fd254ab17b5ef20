"""What is known of a value that code asks about: is it true, is it None, is it an async function, of which class is it?

True, False, or None where that is not known; of several values what holds for all of them.
"""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping

from autoawait.knowledge.decorators import NOT_OF_FUNCTIONS, OF_FUNCTIONS, Effect
from autoawait.resolution.decorators.values import (
    ClassObject,
    Closure,
    Constant,
    Decorated,
    Gives,
    Instance,
    Items,
    Keywords,
    LibraryFunction,
    PartialObject,
    Passing,
    Value,
    Values,
)
from autoawait.types.engine import AWAITABLE_KINDS, Kind

_AWAITABLE = frozenset({Effect.COROUTINE, Effect.AWAITABLE})
_OBJECTS = _AWAITABLE | {Effect.ASYNC_ITERATOR, Effect.ASYNC_CONTEXT}
_AWAITABLE_CLASSES = frozenset({"Awaitable", "Coroutine", "CoroutineType"})
_ORDERS: Mapping[type[ast.cmpop], Callable[..., bool]] = {
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
}


def of_all(values: Values, question: Callable[[Value], bool | None]) -> bool | None:
    """The one answer that holds for all values."""
    answers = {question(value) for value in values}
    return answers.pop() if len(answers) == 1 else None


def is_true(value: Value) -> bool | None:
    match value:
        case Constant(value=constant):
            return bool(constant)
        case Effect():
            return True if value in _OBJECTS else None
        case Items(items=items, is_open=is_open) | Keywords(items=items, is_open=is_open):
            return True if items else (None if is_open else False)
    return True


def is_switch(value: Value) -> bool:
    """Whether a value is one that programs set anew: ``_enabled = False``, ``_current = None``."""
    return isinstance(value, Constant) and (value.value is None or isinstance(value.value, bool))


def is_callable(value: Value) -> bool | None:
    match value:
        case Effect():
            return False if value in _OBJECTS else None
        case Constant() | Items() | Keywords():
            return False
        case Instance(of=ClassObject(one=one)):
            return True if any("__call__" in c.bound for c in one.above) else (None if _is_vague(value) else False)
    return True


def is_function_of(value: Value, *, is_async: bool, is_generator: bool) -> bool | None:
    """Whether a value is a function that is defined in that way: ``iscoroutinefunction`` and the like."""
    match value:
        case Decorated() | Closure():
            return (value.is_async, value.is_generator) == (is_async, is_generator)
        case PartialObject(function=function):
            return of_all(function, lambda one: is_function_of(one, is_async=is_async, is_generator=is_generator))
        case Instance(fields=fields):
            return None if any("is_coroutine" in name for name in fields) else False
        case Effect() | Gives():
            return None
    return False


def is_awaitable(value: Value, below: Decorated) -> bool | None:
    match value:
        case Effect.KEEPS if below.gives in AWAITABLE_KINDS:
            return True
        case Effect.KEEPS:
            return None if below.gives in {Kind.UNKNOWN, Kind.MAYBE} else False
        case Effect():
            return None if value in {Effect.UNKNOWN, Effect.MAYBE, Effect.PLAIN} else value in _AWAITABLE
        case Instance():
            return None
    return False


def is_of_class(value: Value, known: Value, below: Decorated) -> bool | None:
    """``isinstance(value, known)``."""
    if isinstance(known, Items):
        answers = {of_all(one, lambda k: is_of_class(value, k, below)) for one in known.items}
        return True if True in answers else (None if None in answers or known.is_open else False)
    name = known.name.rpartition(".")[2] if isinstance(known, LibraryFunction) else ""
    if name in _AWAITABLE_CLASSES:
        return is_awaitable(value, below)
    if name == "Callable":
        return is_callable(value)
    match value:
        case Decorated() | Closure():
            return False if name in NOT_OF_FUNCTIONS or isinstance(known, ClassObject) else name in OF_FUNCTIONS or None
        case Constant(value=constant) if name:
            return name in {c.__name__ for c in type(constant).__mro__}
        case PartialObject() if name in NOT_OF_FUNCTIONS:
            return name == "partial"
        case Instance(of=ClassObject(one=one)) if isinstance(known, ClassObject):
            return True if known.one in one.above else (None if _is_vague(value) else False)
    return None


def is_same(one: Value, other: Value, operation: ast.cmpop) -> bool | None:
    """``one is other``, ``one == other``, and comparisons of constants."""
    if isinstance(operation, (ast.IsNot, ast.NotEq)):
        same = is_same(one, other, ast.Is())
        return None if same is None else not same
    if isinstance(one, Constant) and isinstance(other, Constant):
        return _compared(one.value, other.value, operation)
    if not isinstance(operation, (ast.Is, ast.Eq)) or isinstance(one, Effect) or isinstance(other, Effect):
        if one in _OBJECTS and isinstance(other, Constant):
            return False
        return None
    if isinstance(one, Instance) and isinstance(other, Instance):
        return True if one is other else None
    functions = (Decorated, Closure, PartialObject, Passing)
    if isinstance(one, functions) or isinstance(other, functions):
        return None if isinstance(one, type(other)) else False
    return None if type(one) is type(other) else False


def _compared(one: object, other: object, operation: ast.cmpop) -> bool | None:
    if isinstance(operation, (ast.Is, ast.Eq)):
        return one == other
    try:
        return _ORDERS[type(operation)](one, other)
    except (KeyError, TypeError):
        return None


def _is_vague(value: Instance) -> bool:
    return any(c.unresolved for c in value.of.one.above)
