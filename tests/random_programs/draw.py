"""Choices by lot, with a record of them, and names."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from random import Random
from typing import TypeVar

_T = TypeVar("_T")


class Gives(Enum):
    """What a call gives when it runs. Each holds numbers in the end."""

    VALUE = "value"
    COROUTINE = "coroutine"
    TASK = "task"
    ASYNC_ITERATOR = "async iterator"
    ASYNC_CONTEXT = "async context manager"
    CONTEXT = "context manager"
    ITERATOR = "iterator"
    COROUTINE_OF_ITERATOR = "coroutine of an async iterator"


class Draw:
    """Draws for one story. ``features`` are all that was drawn, as ``label:name``."""

    def __init__(self, seed: str, names: Names) -> None:
        self._random = Random(seed)
        self.names = names
        self.features: set[str] = set()

    def one(self, label: str, options: Mapping[str, _T]) -> _T:
        """One of the named options, which becomes a feature of the story."""
        name = self._random.choice(sorted(options))
        self.features.add(f"{label}:{name}")
        return options[name]

    def name_of(self, label: str, *options: str) -> str:
        """As ``one``, for options that are their own names."""
        return self.one(label, {option: option for option in options})

    def yes(self, feature: str, chance: float = 0.5) -> bool:
        """Whether something is so; it is a feature only then."""
        answer = self._random.random() < chance
        if answer:
            self.features.add(feature)
        return answer

    def number(self) -> int:
        """A number that decides nothing."""
        return self._random.randint(1, 9)


class Names:
    """New names for one program. Where ``is_shared``, methods of different classes, and whatever stands in different
    programs, may have the same ones; else no name stands twice in a project."""

    _METHODS = ("load", "send", "rows", "open", "save", "fetch")

    def __init__(self, program: int, is_shared: bool, random: Random) -> None:
        self._random, self._program, self._is_shared = random, program, is_shared
        self._count = 0
        self._words = random.sample(self._METHODS, 2) if is_shared else self._METHODS

    def new(self, word: str) -> str:
        """A name that no other thing of the program has."""
        self._count += 1
        return f"{word}_{self._count}" if self._is_shared else f"{word}_{self._program}_{self._count}"

    def new_class(self, word: str) -> str:
        """As ``new``, for a class."""
        return self.new(word).replace("_", "") if self._is_shared else self.new(word)

    def method(self, start: str = "") -> str:
        """The name of a method."""
        word = start + self._random.choice(self._words)
        return word if self._is_shared else self.new(word)
