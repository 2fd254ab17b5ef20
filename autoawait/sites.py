"""Which expressions are worth asking about: those whose use is not right whatever they give.

Most calls are decided by how they stand: an awaited call, the argument of ``await asyncio.gather``,
``_ = f()``. Only the rest is asked of the type engine, which is where the time goes.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from autoawait.index import Function, Unit
from autoawait.resolve import Site
from autoawait.usage import Usage, UseKind, called_name, uses_of

_FINE = frozenset(
    {
        UseKind.AWAITED,
        UseKind.CONSUMED,
        UseKind.METHOD,
        UseKind.INTENDED,
        UseKind.NEUTRAL,
        UseKind.LAMBDA,
        UseKind.YIELD,
    }
)
# In code that cannot await, only what is certainly wrong is worth a word.
_WRONG = frozenset({UseKind.DROPPED, UseKind.VALUE, UseKind.CONDITION, UseKind.FORMAT})


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site and how its value is used."""

    site: Site
    usage: Usage


def candidates(unit: Unit, async_names: frozenset[str], async_properties: frozenset[str]) -> Iterator[Candidate]:
    """The expressions of a unit that may lack an ``await`` or ``async``.

    ``async_names`` limits the search where no ``await`` can stand (module level, plain functions).
    """
    allowed = unit.function is not None and unit.function.is_async
    for node in _values(unit, async_properties):
        if not allowed and not (isinstance(node, ast.Call) and called_name(node) in async_names):
            continue
        if isinstance(unit.parents.get(node), ast.Await):
            continue
        usage = uses_of(unit, node)
        kinds = {use.kind for use in usage.uses}
        if kinds <= _FINE or (not allowed and not kinds <= _WRONG):
            continue
        yield Candidate(Site(unit, node), usage)


def _values(unit: Unit, async_properties: frozenset[str]) -> Iterable[ast.expr]:
    """Calls, what loops and ``with`` take, and reads of attributes that may be awaitable properties."""
    for node in unit.nodes:
        match node:
            case ast.Call():
                yield node
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                if isinstance(node.iter, (ast.Name, ast.Attribute)):
                    yield node.iter
            case ast.withitem():
                if isinstance(node.context_expr, (ast.Name, ast.Attribute)):
                    yield node.context_expr
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in async_properties:
                if not _is_callee(node, unit):
                    yield node


def _is_callee(node: ast.Attribute, unit: Unit) -> bool:
    parent = unit.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def async_properties(functions: Iterable[Function]) -> frozenset[str]:
    """The names of async methods below a decorator that is spelled like a property."""
    return frozenset(
        f.node.name
        for f in functions
        if f.is_async and f.owner and any("property" in ast.unparse(d) for d in f.node.decorator_list)
    )
