"""What becomes of annotations when a function becomes async (checked with mypy --strict 2.4.1)."""

from __future__ import annotations

from collections.abc import Mapping

# The return annotation of a generator → that of the async generator; names of typing and collections.abc
# (library/typing.html, library/collections.abc.html: both modules have all six).
ASYNC_TWINS: Mapping[str, str] = {
    "Iterator": "AsyncIterator",
    "Iterable": "AsyncIterable",
    "Generator": "AsyncGenerator",
}

# The return annotation of a sync function that returns an awaitable → which of its arguments
# the async function is annotated with (typing: Awaitable[T], Coroutine[Y, S, R]; types: CoroutineType[Y, S, R]).
AWAITED_ARGUMENT: Mapping[str, int] = {"Awaitable": 0, "Coroutine": 2, "CoroutineType": 2}

# Decorators that make a context manager of a generator → those that make one of an async generator
# (library/contextlib.html).
CONTEXT_TWINS: Mapping[str, str] = {"contextmanager": "asynccontextmanager"}
