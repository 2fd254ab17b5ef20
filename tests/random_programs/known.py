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

KNOWN: tuple[frozenset[str], ...] = (
    # What is async in a base, or in a stub that is there to be overridden, is taken to be what runs.
    *(frozenset({f"{above.value} above {gives.value}"}) for above in _ASYNC for gives in Gives if above is not gives),
    # A decorator with a wrapper for async functions and one for all others is taken to give a coroutine.
    *(frozenset({f"decorator:{name}"}) for name in _BRANCHING),
    # A decorator that waits for the coroutine, but says that it gives the function itself, is believed.
    frozenset({"decorator:blocking", "decorator types:by a variable"}),
    # A stub file that says ``async def`` of an async generator is believed.
    frozenset({"stub file:copied", "stub file of an async generator"}),
    frozenset({"stub file:less", "stub file of an async generator"}),
    # So is one that leaves out a decorator which waits,
    frozenset({"decorator:blocking", "stub file of what is decorated"}),
    # and one that says it of what is sync.
    frozenset({"stub file:otherwise"}),
)
