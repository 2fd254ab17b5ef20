"""Features that no story has together as long as the tool fails on them. To be emptied by whoever mends the tool."""

from __future__ import annotations

from tests.random_programs.draw import Gives

KNOWN: tuple[frozenset[str], ...] = (
    # What is async in a base, or in a stub that is there to be overridden, is taken to be what runs.
    *(frozenset({f"coroutine above {gives.value}"}) for gives in Gives if gives is not Gives.COROUTINE),
    # A stub file that says ``async def`` of an async generator is believed.
    frozenset({"stub file:copied", "gives:async iterator"}),
    frozenset({"stub file:less", "gives:async iterator"}),
    # So is one that says it of what is sync.
    frozenset({"stub file:otherwise"}),
)
