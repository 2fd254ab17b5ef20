"""The chain that makes a function async, as values: what is asynchronous in it, and who would have to follow it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from pathlib import Path

Key = tuple[str, Path | None, int]


class State(Enum):
    """What a node of the graph is, or would be."""

    ASYNC = "async"
    TURNS = "would become async"
    PLAIN = "sync"
    BARRED = "cannot become async"
    START = "starts it"
    OUTSIDE = "outside the project"
    VALUE = "not defined by a `def` in the project"


@dataclass(frozen=True, slots=True)
class Node:
    """A function, a module's own code, or something of a library. ``line`` is 1-based, 0 where no place is known;
    ``note`` says why it is what it is."""

    name: str
    path: Path | None
    line: int
    state: State
    note: str = ""

    @property
    def key(self) -> Key:
        """What tells it from the others, however it is looked at."""
        return self.name, self.path, self.line


@dataclass(frozen=True, slots=True)
class Step:
    """A caller and a callee: the 1-based line of the caller's file at which it is named, and ``words`` for what
    happens there. ``binds``: it makes the caller async."""

    caller: Node
    callee: Node
    line: int
    words: str
    binds: bool = True


@dataclass(frozen=True, eq=False)
class Graph:
    """``below`` the root is what it calls, ``above`` it what would follow it; ``conclusion`` is a sentence about it."""

    root: Node
    below: tuple[Step, ...]
    above: tuple[Step, ...]
    conclusion: str

    @cached_property
    def callees(self) -> Mapping[Key, list[Step]]:
        """The steps below the root by their callers."""
        return _grouped((step.caller.key, step) for step in self.below)

    @cached_property
    def callers(self) -> Mapping[Key, list[Step]]:
        """The steps above the root by their callees."""
        return _grouped((step.callee.key, step) for step in self.above)

    def nodes(self) -> Iterator[Node]:
        """Each node once, the root first; above it as it would be."""
        found = {self.root.key: self.root}
        for step in (*self.above, *self.below):
            found.setdefault(step.caller.key, step.caller)
            found.setdefault(step.callee.key, step.callee)
        yield from found.values()


def _grouped(pairs: Iterable[tuple[Key, Step]]) -> dict[Key, list[Step]]:
    found: dict[Key, list[Step]] = {}
    for key, step in pairs:
        found.setdefault(key, []).append(step)
    return found
