"""What the names in a decorator's source may stand for while it is read.

A value is one of the classes below, or an ``Effect``: what a call gave of which no more is known than its kind,
``KEEPS`` being what the decorated function itself gave.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from autoawait.knowledge.decorators import Effect
from autoawait.project.index import own_nodes
from autoawait.project.source import SourceFile
from autoawait.project.syntax import FunctionNode
from autoawait.resolution.class_graph.model import Class
from autoawait.types.engine import Kind


@dataclass(frozen=True, slots=True)
class Decorated:
    """The function below the decorators: how it is defined, and what calling it gives."""

    is_async: bool
    is_generator: bool = False
    gives: Kind = Kind.UNKNOWN

    @property
    def is_coroutine_function(self) -> bool:
        return self.is_async and not self.is_generator


@dataclass(frozen=True, slots=True)
class Constant:
    """``None``, a number, a text."""

    value: bool | int | float | str | bytes | None


@dataclass(frozen=True, slots=True)
class LibraryFunction:
    """A function without readable source, by the top package and its own name: ``asyncio.run``."""

    name: str


@dataclass(frozen=True, slots=True)
class Maker:
    """What gives a decorator of the table when it is called: ``wraps`` of ``@wraps(function)``, ``lru_cache(...)``."""

    name: str


@dataclass(frozen=True, slots=True)
class Gives:
    """A function object of the library, whose calls give something of that kind."""

    effect: Effect


@dataclass(eq=False, slots=True)
class Scope:
    """The names of one run of a function, or of a module (of which the engine knows them), as they are by now.

    Of a method ``owner`` is the class and ``first`` its first argument.
    """

    file: SourceFile
    names: dict[str, Values]
    outer: Scope | None = None
    owner: Class | None = None
    first: Values = frozenset()

    def find(self, name: str) -> Values | None:
        """What a name of this scope or of one around it stands for; None where none of them binds it."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def of_method(self) -> Scope | None:
        """This scope or the one around it that is of a method."""
        scope: Scope | None = self
        while scope is not None and scope.owner is None:
            scope = scope.outer
        return scope


@dataclass(frozen=True, slots=True)
class Closure:
    """A ``def`` or lambda with the scope around it; of a method ``owner`` is the class."""

    node: FunctionNode | ast.Lambda
    scope: Scope
    owner: Class | None = None

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @property
    def is_generator(self) -> bool:
        if isinstance(self.node, ast.Lambda):
            return False
        return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(self.node.body))


@dataclass(frozen=True, slots=True)
class ClassObject:
    """A class, with the scope of its statement."""

    one: Class
    scope: Scope


@dataclass(eq=False, slots=True)
class Instance:
    """An object of a class; ``fields`` is what the source that was read stores in its attributes."""

    of: ClassObject
    fields: dict[str, Values] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SuperObject:
    """``super()`` in a method of a class."""

    instance: Value
    after: Class | None


@dataclass(frozen=True, slots=True)
class PartialObject:
    """``functools.partial(function, ...)``."""

    function: Values
    arguments: Arguments


@dataclass(frozen=True, slots=True)
class Passing:
    """An object whose calls are passed to a function, but which is no function itself: what ``lru_cache`` gives."""

    function: Values


@dataclass(frozen=True, slots=True)
class Items:
    """A tuple or list; ``is_open`` if it may have more items at its end."""

    items: tuple[Values, ...]
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Keywords:
    """A dict by its keys; ``is_open`` if it may have more."""

    items: tuple[tuple[str, Values], ...]
    is_open: bool = False


Value = (
    Effect
    | Decorated
    | Constant
    | LibraryFunction
    | Maker
    | Gives
    | Closure
    | ClassObject
    | Instance
    | SuperObject
    | PartialObject
    | Passing
    | Items
    | Keywords
)
Values = frozenset[Value]

UNKNOWN: Values = frozenset({Effect.UNKNOWN})
PLAIN: Values = frozenset({Effect.PLAIN})


@dataclass(frozen=True, slots=True)
class Arguments:
    """The arguments of a call; ``is_open`` if there may be more than these."""

    positional: tuple[Values, ...] = ()
    keywords: tuple[tuple[str, Values], ...] = ()
    is_open: bool = False

    def after(self, first: Arguments) -> Arguments:
        """These behind those that a partial object already has."""
        keywords = {**dict(first.keywords), **dict(self.keywords)}
        is_open = self.is_open or first.is_open
        return Arguments((*first.positional, *self.positional), tuple(keywords.items()), is_open)

    def all(self) -> Iterator[Values]:
        yield from self.positional
        yield from (values for _, values in self.keywords)


ANY_ARGUMENTS = Arguments(is_open=True)


def constant(value: bool | int | float | str | bytes | None) -> Values:
    return frozenset({Constant(value)})


def joined(many: Sequence[Values] | Iterator[Values]) -> Values:
    return frozenset().union(*many)


def merged(one: Mapping[str, Values], other: Mapping[str, Values]) -> dict[str, Values]:
    """The names after one of two branches was taken; a name that one of them does not bind is what the other says."""
    return {**one, **{name: values | one.get(name, values) for name, values in other.items()}}
