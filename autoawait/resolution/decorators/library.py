"""What calls of library functions that decorators are written with give, by the tables of ``knowledge``."""

from __future__ import annotations

from collections.abc import Callable

from autoawait.knowledge.decorators import (
    ASKS_ASYNC_GENERATOR_FUNCTION,
    ASKS_COROUTINE_FUNCTION,
    ASKS_GENERATOR_FUNCTION,
    CALLED_FIRST,
    DECORATORS,
    GIVES,
    OF_THEIR_OWN,
    RETURNS_ARGUMENT,
    Effect,
)
from autoawait.resolution.decorators.questions import (
    is_awaitable,
    is_callable,
    is_function_of,
    is_of_class,
    is_true,
    of_all,
)
from autoawait.resolution.decorators.values import (
    PLAIN,
    UNKNOWN,
    Arguments,
    ClassObject,
    Constant,
    Decorated,
    Gives,
    Instance,
    Items,
    Keywords,
    LibraryFunction,
    Maker,
    PartialObject,
    Passing,
    Values,
    constant,
    joined,
)


def call_library(name: str, arguments: Arguments, below: Decorated) -> Values:
    """What a call of a library function gives; UNKNOWN where no table says."""
    first = arguments.positional[0] if arguments.positional else None
    if name in RETURNS_ARGUMENT:
        number = RETURNS_ARGUMENT[name]
        return arguments.positional[number] if number < len(arguments.positional) else UNKNOWN
    if name in GIVES:
        return frozenset({GIVES[name]})
    if name in DECORATORS:
        takes_function = first is not None and name not in CALLED_FIRST and of_all(first, is_callable)
        return decorate(name, first) if first and takes_function else frozenset({Maker(name)})
    if first is not None and name in {"functools.partial", "functools.partialmethod"}:
        rest = Arguments(arguments.positional[1:], arguments.keywords, arguments.is_open)
        return frozenset({PartialObject(first, rest)})
    if first is not None and name == "builtins.__new__":
        return frozenset(Instance(one) if isinstance(one, ClassObject) else Effect.UNKNOWN for one in first)
    if first is not None:
        answer = _answer(name.rpartition(".")[2], first, arguments, below)
        return answer if answer is not None else UNKNOWN
    return UNKNOWN


def decorate(name: str, function: Values) -> Values:
    """What a decorator of the table makes of a function."""
    effect = DECORATORS[name]
    if name in OF_THEIR_OWN:
        return frozenset({Passing(function)})
    return function if effect is Effect.KEEPS else frozenset({Gives(effect)})


def _answer(name: str, first: Values, arguments: Arguments, below: Decorated) -> Values | None:
    """The answer of a function that asks something of its first argument, None if it is no such function."""
    asked = _FUNCTION_QUESTIONS.get(name)
    if asked is not None:
        is_async, is_generator = asked
        return _truth(of_all(first, lambda v: is_function_of(v, is_async=is_async, is_generator=is_generator)))
    if name in {"isawaitable", "iscoroutine"}:
        return _truth(of_all(first, lambda v: is_awaitable(v, below)))
    if name == "isclass":
        return _truth(of_all(first, lambda v: is_of_class(v, LibraryFunction("builtins.type"), below)))
    if name in {"isfunction", "isroutine"}:
        return _truth(of_all(first, lambda v: is_of_class(v, LibraryFunction("types.FunctionType"), below)))
    if name in _VALUE_QUESTIONS:
        return _truth(of_all(first, _VALUE_QUESTIONS[name]))
    if name == "isinstance" and len(arguments.positional) == 2:
        known = arguments.positional[1]
        return _truth(of_all(known, lambda k: of_all(first, lambda v: is_of_class(v, k, below))))
    if name == "len":
        lengths = {len(v.items) if isinstance(v, Items) and not v.is_open else None for v in first}
        return constant(next(iter(lengths))) if len(lengths) == 1 and None not in lengths else PLAIN
    if name in {"get", "pop", "setdefault"}:
        return _from_keywords(first, arguments)
    return None


_FUNCTION_QUESTIONS: dict[str, tuple[bool, bool]] = {
    ASKS_COROUTINE_FUNCTION: (True, False),
    ASKS_GENERATOR_FUNCTION: (False, True),
    ASKS_ASYNC_GENERATOR_FUNCTION: (True, True),
}
_VALUE_QUESTIONS: dict[str, Callable[..., bool | None]] = {"callable": is_callable, "bool": is_true}


def _truth(answer: bool | None) -> Values:
    return PLAIN if answer is None else constant(answer)


def _from_keywords(mapping: Values, arguments: Arguments) -> Values | None:
    """What ``mapping.get(key, default)`` and the like give."""
    if len(arguments.positional) < 2 or not all(isinstance(one, Keywords) for one in mapping):
        return None
    keys, default = arguments.positional[1], [*arguments.positional[2:3], constant(None)][0]
    found = [
        dict(one.items).get(str(key.value), UNKNOWN if one.is_open else default)
        for one in mapping
        for key in keys
        if isinstance(one, Keywords) and isinstance(key, Constant)
    ]
    return joined(found) if found else None
