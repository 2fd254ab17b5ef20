"""What decorators of the standard library make of an async function (Python docs, each module's page)."""

from __future__ import annotations

from enum import Enum


class Effect(Enum):
    """What calling the decorated function gives, given what the bare function gives."""

    KEEPS = "keeps"
    COROUTINE = "coroutine"
    ASYNC_CONTEXT = "async context manager"
    PLAIN = "plain"
    UNKNOWN = "unknown"


# By "module.qualname"; tests/knowledge/test_tables.py asks the running Python whether each still exists.
DECORATORS: dict[str, Effect] = {
    "abc.abstractmethod": Effect.KEEPS,
    "builtins.classmethod": Effect.KEEPS,
    "builtins.staticmethod": Effect.KEEPS,
    "contextlib.asynccontextmanager": Effect.ASYNC_CONTEXT,
    "functools.cache": Effect.KEEPS,
    "functools.lru_cache": Effect.KEEPS,
    "functools.wraps": Effect.KEEPS,
    "types.coroutine": Effect.KEEPS,
    "typing.final": Effect.KEEPS,
    "typing.no_type_check": Effect.KEEPS,
    "typing.overload": Effect.KEEPS,
    "typing.override": Effect.KEEPS,
    "typing_extensions.override": Effect.KEEPS,
}
