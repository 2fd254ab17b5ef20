"""The small protocol behind which a type checker stands, and the values it answers with."""

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
    """What a value is, seen from ``await``."""

    COROUTINE = "coroutine"
    ASYNC_ITERATOR = "async iterator"
    ASYNC_CONTEXT = "async context manager"
    AWAITABLE = "awaitable"
    MAYBE = "maybe"
    PLAIN = "plain"
    UNKNOWN = "unknown"


# What `await` takes; with what may be so; and all that is used by a word of async Python.
AWAITABLE_KINDS = frozenset({Kind.COROUTINE, Kind.AWAITABLE})
MAYBE_AWAITABLE = AWAITABLE_KINDS | {Kind.MAYBE}
ASYNC_KINDS = AWAITABLE_KINDS | {Kind.ASYNC_ITERATOR, Kind.ASYNC_CONTEXT}


@dataclass(frozen=True, slots=True)
class TypeFact:
    """What the engine says of the name at a spot.

    ``text``     the type as the engine words it, without documentation; empty if it said nothing
    ``value``    what the expression itself is
    ``called``   what calling it gives (UNKNOWN for an instance: its ``__call__`` is a matter of its definition)
    ``returned`` the return type as text where it is callable, else empty
    ``awaited``  the type that awaiting the called (or, if not callable, the own) value gives, as text;
                 empty where that is not surely awaitable
    ``nominal``  the bare name of a project or library class where the called value (or own value) is an
                 instance of one that is none of the well-known async types, else empty; such a class
                 may still have ``__await__``. Also set for ``Future`` and ``Task``, whose kind is AWAITABLE
                 by name only: concurrent.futures and others have classes of that name
    ``instance`` the thing at the spot is an object of some class, not a function or class
    ``unreachable`` the engine thinks this place is never reached, and so knows nothing of it
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
    """One diagnostic of the checker (errors and warnings, not hints).

    ``found`` is the kind of the type that the message says it *found* (``Expected `int`, found
    `CoroutineType[...]```), UNKNOWN where it names none; ``expected`` the text of the expected type.
    ``suggests_async`` is True where the checker itself points at ``async with``/``async for``/``await``.
    ``is_error``: it is no mere warning.
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
    """All the checker says of one file. ``unreachable`` are (start, end) of code it thinks never runs."""

    complaints: tuple[CheckerDiagnostic, ...] = ()
    unreachable: tuple[tuple[Spot, Spot], ...] = ()


class TypeEngine(Protocol):
    """A type checker that can be asked about places. All calls raise EngineError when it cannot answer."""

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """What the name (its last byte) or bracket at each spot is; one answer a spot, in order.

        A subscript is best asked at its ``[``. For a call that is called again ask its callee: ``returned``.
        """
        ...

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """Where the name at each spot is defined: places of the names in ``def``, ``class`` or assignment."""
        ...

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """Where the class of the value at each spot is defined."""
        ...

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """The checker's diagnostics of each file, overlays included."""
        ...

    def prepare(self, spots: Sequence[Spot]) -> None:
        """Soon there will be questions about the code around these spots: think of it meanwhile. Returns at once."""
        ...

    def overlay(self, path: Path, text: str) -> None:
        """From now on the file has this text, whatever is on disk."""
        ...

    def uncover(self, path: Path) -> None:
        """From now on the file is what is on disk again."""
        ...

    def close(self) -> None:
        """End the engine; safe to call twice."""
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
