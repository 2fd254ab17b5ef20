"""What decorators of the standard library make of a function, and what the functions do that decorators are made with.

Decorators whose source can be read need no row: ``resolution.decorators`` reads them. Python's own are known by stubs.
"""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    """What calling the decorated function gives, as a function of what the bare function gives."""

    KEEPS = "keeps"
    COROUTINE = "coroutine"
    AWAITABLE = "task or future"
    ASYNC_ITERATOR = "async iterator"
    ASYNC_CONTEXT = "async context manager"
    PLAIN = "plain"
    MAYBE = "sometimes an awaitable"
    UNKNOWN = "unknown"


# Decorators, by "module.name"; tests/knowledge/test_tables.py asks the running Python whether each still exists.
DECORATORS: dict[str, Effect] = {
    "abc.abstractmethod": Effect.KEEPS,
    "atexit.register": Effect.KEEPS,
    "builtins.classmethod": Effect.KEEPS,
    "builtins.staticmethod": Effect.KEEPS,
    "contextlib.asynccontextmanager": Effect.ASYNC_CONTEXT,
    "contextlib.contextmanager": Effect.PLAIN,
    "functools.cache": Effect.KEEPS,
    "functools.lru_cache": Effect.KEEPS,
    "functools.singledispatch": Effect.KEEPS,
    "functools.wraps": Effect.KEEPS,
    "types.coroutine": Effect.KEEPS,
    "typing.final": Effect.KEEPS,
    "typing.no_type_check": Effect.KEEPS,
    "typing.overload": Effect.KEEPS,
    "typing.override": Effect.KEEPS,
    "typing_extensions.deprecated": Effect.KEEPS,
    "typing_extensions.override": Effect.KEEPS,
    "warnings.deprecated": Effect.KEEPS,
}

# Those that are called before they decorate; `lru_cache` may be.
CALLED_FIRST = frozenset({"functools.wraps", "typing_extensions.deprecated", "warnings.deprecated"})
# Those that make an object of their own, of which `iscoroutinefunction` is false whatever is below (functools.py).
OF_THEIR_OWN = frozenset({"functools.cache", "functools.lru_cache", "functools.singledispatch"})

# Which of its arguments a function hands back (docs.python.org, of each module).
RETURNS_ARGUMENT: dict[str, int] = {
    "copy.copy": 0,
    "functools.update_wrapper": 0,
    "inspect.markcoroutinefunction": 0,
    "inspect.unwrap": 0,
    "types.MethodType": 0,
    "typing.cast": 1,
    "typing_extensions.cast": 1,
}

# What a call gives where its type is that of whatever it was given (docs.python.org, asyncio; anyio; asgiref).
GIVES: dict[str, Effect] = {
    "anyio.run": Effect.PLAIN,
    "asyncio.create_task": Effect.AWAITABLE,
    "asyncio.ensure_future": Effect.AWAITABLE,
    "asyncio.gather": Effect.AWAITABLE,
    "asyncio.run": Effect.PLAIN,
    "asyncio.run_coroutine_threadsafe": Effect.PLAIN,
    "asyncio.run_in_executor": Effect.AWAITABLE,
    "asyncio.run_until_complete": Effect.PLAIN,
    "asyncio.shield": Effect.AWAITABLE,
    "asyncio.to_thread": Effect.COROUTINE,
    "asyncio.wait_for": Effect.COROUTINE,
    "asyncio.wrap_future": Effect.AWAITABLE,
    "concurrent.result": Effect.PLAIN,
    "trio.run": Effect.PLAIN,
}

# Functions that ask what a function is (docs.python.org, inspect and asyncio).
ASKS_COROUTINE_FUNCTION = "iscoroutinefunction"
ASKS_GENERATOR_FUNCTION = "isgeneratorfunction"
ASKS_ASYNC_GENERATOR_FUNCTION = "isasyncgenfunction"
# What a function is never an instance of.
NOT_OF_FUNCTIONS = frozenset(
    {"MethodType", "bool", "bytes", "classmethod", "dict", "float", "int", "list", "partial", "property", "set"}
    | {"staticmethod", "str", "tuple", "type"}
)
OF_FUNCTIONS = frozenset({"Callable", "FunctionType"})

# What these names mean where the module that they come from is not found: nothing else is called like that.
SPELLINGS: dict[str, str] = {
    name.rpartition(".")[2]: name
    for name in (
        *("asyncio.ensure_future", "asyncio.run_coroutine_threadsafe", "asyncio.run_until_complete"),
        *("functools.partial", "functools.update_wrapper", "functools.wraps", "typing.cast"),
        *(f"inspect.{asks}" for asks in ("iscoroutinefunction", "isasyncgenfunction", "isgeneratorfunction")),
        *("inspect.isawaitable", "inspect.iscoroutine"),
    )
}
