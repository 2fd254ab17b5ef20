"""Features that no story has together as long as the tool fails on them. To be emptied by whoever mends the tool."""

from __future__ import annotations

from tests.random_programs.draw import Gives

_ASYNC = (Gives.COROUTINE, Gives.COROUTINE_OF_ITERATOR, Gives.TASK, Gives.ASYNC_ITERATOR, Gives.ASYNC_CONTEXT)
_BRANCHING = (
    "branching",
    "branching early",
    "branching factory",
    "branching partial of itself",
    "branching partial of itself, bare",
)

KNOWN: tuple[frozenset[str], ...] = ()
