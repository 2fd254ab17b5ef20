"""What happens to a value: at one place (``Use``), and at all of them (``Usage``)."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum
from types import AsyncGeneratorType


class UseKind(Enum):
    """What happens to the value at one place."""

    AWAITED = "awaited"
    CONSUMED = "consumed"
    METHOD = "method"
    INTENDED = "intended"
    DROPPED = "dropped"
    VALUE = "value"
    CONDITION = "condition"
    IDENTITY = "identity"
    FORMAT = "format"
    RETURN = "return"
    LAMBDA = "lambda"
    YIELD = "yield"
    ARGUMENT = "argument"
    STORE = "store"
    ITERATE = "iterate"
    ENTER = "enter"
    ASYNC_ITERATE = "async iterate"
    ASYNC_ENTER = "async enter"
    NEUTRAL = "neutral"


UNUSED = "nothing is done with it"  # how something is used that stands alone as a statement

# The value is awaited, or given to something that takes awaitables.
AWAITING = frozenset({UseKind.AWAITED, UseKind.CONSUMED})
# It is used as something asynchronous.
ASYNCHRONOUS = AWAITING | {UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER}
# What is done with a function, or asked of it, that is the same if it is async.
ASKING = frozenset({UseKind.CONSUMED, UseKind.CONDITION, UseKind.IDENTITY, UseKind.NEUTRAL})

# What an async iterator and an async context manager have themselves (Language Reference, 3.4.3 and 3.4.4; PEP 525).
_DRIVEN_BY_HAND = frozenset(name for name in dir(AsyncGeneratorType) if name.startswith(("a", "__a"))) | {
    "__aenter__",
    "__aexit__",
}


@dataclass(frozen=True, slots=True)
class Use:
    """One use. ``node`` is the expression that stands there (the value itself or a name that holds it),
    ``at`` the node that uses it, ``how`` says it in words, ``element`` that the value comes out of a container.
    ``only``: no other binding of the name can be in force there.
    """

    kind: UseKind
    node: ast.expr
    at: ast.AST
    how: str = ""
    element: bool = False
    only: bool = True


@dataclass(frozen=True, slots=True)
class Usage:
    """All uses of a value. ``name`` is the local name it was bound to first, if any; ``annotation`` the
    annotation of that binding; ``has_awaited_rival``: where the name is read, it may instead hold what another
    branch awaited."""

    uses: tuple[Use, ...]
    name: str = ""
    annotation: ast.expr | None = None
    has_awaited_rival: bool = False

    def has(self, *kinds: UseKind) -> bool:
        return any(use.kind in kinds for use in self.uses)

    def of(self, *kinds: UseKind) -> list[Use]:
        return [use for use in self.uses if use.kind in kinds]


def speaks_against_await(usage: Usage) -> bool:
    """Whether something is done with a value that is done with a coroutine or an async iterator itself, so that what
    only seems to lack an ``await`` is most likely right: it is closed, sent to, asked whether it can be awaited, taken
    by ``async for`` or ``async with``, or driven by hand."""
    if usage.has(UseKind.METHOD, UseKind.CONSUMED, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER):
        return True
    return any(isinstance(use.at, ast.Attribute) and use.at.attr in _DRIVEN_BY_HAND for use in usage.uses)


def called_name(call: ast.Call) -> str:
    """The last part of what is called: ``g`` for ``f.g()``, empty if it has no name."""
    match call.func:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""


def is_intention(name: str) -> bool:
    """Whether a name says that its value is not wanted (basedpyright's reading of ``_ = f()``)."""
    return not name.strip("_") or "unused" in name or "ignore" in name
