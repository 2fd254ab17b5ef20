"""The protocol through which a type checker is asked, and the values it answers with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import Protocol, TypeVar

from autoawait.project.source import Spot

_Answer = TypeVar("_Answer")


class EngineError(Exception):
    """The type engine cannot start, died twice, or does not answer. The message is for the user."""


class Kind(Enum):
    """What a value is as far as ``await`` is concerned."""

    COROUTINE = "coroutine"
    ASYNC_ITERATOR = "async iterator"
    ASYNC_CONTEXT = "async context manager"
    AWAITABLE = "awaitable"
    MAYBE = "maybe"
    PLAIN = "plain"
    UNKNOWN = "unknown"


# What `await` takes; the same with what may be awaitable; and everything that needs `await` or another async statement.
AWAITABLE_KINDS = frozenset({Kind.COROUTINE, Kind.AWAITABLE})
MAYBE_AWAITABLE = AWAITABLE_KINDS | {Kind.MAYBE}
ASYNC_KINDS = AWAITABLE_KINDS | {Kind.ASYNC_ITERATOR, Kind.ASYNC_CONTEXT}


@dataclass(frozen=True, slots=True)
class TypeFact:
    """What the engine knows about the name at a spot. Its *result* is what it returns if callable, else its value.

    ``text``     the type as the engine words it, without documentation; empty if it said nothing
    ``value``    the kind of the value itself
    ``called``   the kind of what calling it returns; UNKNOWN for an instance, whose ``__call__`` has to be looked up
    ``returned`` the return type as text; empty if it is not callable
    ``awaited``  the type that awaiting the result gives, as text; empty unless that is certainly awaitable
    ``nominal``  the bare name of the result's class; empty for well-known types. Such a class may still have
                 ``__await__``. Also set for ``Future`` and ``Task``, which are AWAITABLE by name only:
                 concurrent.futures and others have classes of that name
    ``instance`` it is an instance of some class, not a function or class
    ``unreachable`` the engine considers this code unreachable, so it knows nothing about it
    """

    text: str = ""
    value: Kind = Kind.UNKNOWN
    called: Kind = Kind.UNKNOWN
    returned: str = ""
    awaited: str = ""
    nominal: str = ""
    instance: bool = False
    unreachable: bool = False


@dataclass(frozen=True, slots=True)
class CheckerDiagnostic:
    """An error or warning of the checker.

    ``found`` is the kind of the type that the message says it *found* (``Expected `int`, found
    `CoroutineType[...]```), UNKNOWN if it names none; ``expected`` is the expected type as text.
    ``suggests_async``: the checker itself suggests ``async with``, ``async for`` or ``await``.
    """

    path: Path
    start: Spot
    end: Spot
    code: str
    message: str
    found: Kind = Kind.UNKNOWN
    expected: str = ""
    suggests_async: bool = False
    is_error: bool = True


@dataclass(frozen=True, slots=True)
class Checked:
    """All the checker says about one file. ``unreachable`` has start and end of code it considers unreachable."""

    complaints: tuple[CheckerDiagnostic, ...] = ()
    unreachable: tuple[tuple[Spot, Spot], ...] = ()


class TypeEngine(Protocol):
    """A type checker that can be asked about spots. All methods raise EngineError if it cannot answer."""

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """What is at each spot, the last byte of a name or a bracket; one answer per spot, in order.

        Ask about a subscript at its ``[``, and about a call at its callee.
        """
        ...

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """Where the name at each spot is defined: the spots of the names in a ``def``, ``class`` or assignment."""
        ...

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """Where the class of the value at each spot is defined."""
        ...

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """The checker's diagnostics for each file, with overlays in effect."""
        ...

    def prepare(self, spots: Sequence[Spot]) -> None:
        """Start to infer the code around these spots, which will be asked about soon. Returns at once."""
        ...

    def overlay(self, path: Path, text: str) -> None:
        """Use this text for the file from now on, whatever is on disk."""
        ...

    def uncover(self, path: Path) -> None:
        """Use the file's text on disk again."""
        ...

    def close(self) -> None:
        """Shut the engine down; safe to call twice."""
        ...


class EngineAround:
    """A TypeEngine that passes everything on to another one; a subclass says how questions about spots are answered."""

    def __init__(self, engine: TypeEngine) -> None:
        self.engine = engine

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        return self._ask("facts", self.engine.facts, spots)

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._ask("definitions", self.engine.definitions, spots)

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._ask("type definitions", self.engine.type_definitions, spots)

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return self.engine.check(paths)

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self.engine.prepare(spots)

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        self.engine.overlay(path, text)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        self.engine.uncover(path)

    def close(self) -> None:
        """See TypeEngine."""
        self.engine.close()

    def _ask(
        self, kind: str, question: Callable[[Sequence[Spot]], list[_Answer]], spots: Sequence[Spot]
    ) -> list[_Answer]:
        """The answer for each spot; ``question`` is the method of the engine below for this kind of question."""
        raise NotImplementedError
