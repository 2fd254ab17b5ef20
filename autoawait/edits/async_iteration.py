"""The edits that make a loop, a ``with`` or a collecting call asynchronous."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from itertools import chain, count

from autoawait.dataflow.uses import Use
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.project.bindings import parameters
from autoawait.project.index import Unit

_ANEXT = (3, 10)  # the builtin came with Python 3.10 (What's New in Python 3.10)
# Builtins that read an iterable to its end, so that a list made before is the same to them.
_READERS = frozenset({"tuple", "frozenset", "dict", "sum", "min", "max", "sorted"})
_OTHER_READERS = frozenset({"list", "set", "next", "reversed"})
# Those that need not read it all: a list made before changes how much is read.
_LAZY_READERS = frozenset({"any", "all", "enumerate", "zip", "map", "filter", "iter"})
_FIRST_ONLY = frozenset({"min", "max"})  # with more arguments than one, these are compared


@dataclass(frozen=True, slots=True)
class Collected:
    """The edits for a call that reads an iterable; ``lazy`` if it might not have read it to the end."""

    call: ast.Call
    edits: tuple[Edit, ...]
    lazy: bool = False


def looping_edits(unit: Unit, use: Use) -> list[Edit]:
    """``for`` -> ``async for`` for the loop, comprehension clause or ``yield from`` that iterates a value."""
    path, file = unit.file.path, unit.file
    match use.at:
        case ast.For():
            return [Edit(path, file.span(use.at), EditKind.ASYNC_FOR)]
        case ast.comprehension():
            return [Edit(path, file.span(use.at.iter), EditKind.ASYNC_CLAUSE)]
        case ast.YieldFrom():
            statement = unit.parent(use.at)
            return [Edit(path, file.span(statement), EditKind.YIELD_FROM)] if isinstance(statement, ast.Expr) else []
    return []


def entering_edits(unit: Unit, use: Use) -> list[Edit]:
    """``with`` -> ``async with`` for the item that a value is."""
    statement = unit.parent(use.at)
    assert isinstance(use.at, ast.withitem) and isinstance(statement, ast.With)
    items = (statement.items.index(use.at),) if len(statement.items) > 1 else ()
    return [Edit(unit.file.path, unit.file.span(statement), EditKind.ASYNC_WITH, items)]


def is_read_by_call(use: Use) -> bool:
    """Whether a value is the argument of a call that iterates it."""
    call = use.at
    if not isinstance(call, ast.Call) or use.node not in call.args or use.element:
        return False
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == "join"
    return isinstance(call.func, ast.Name) and call.func.id in _READERS | _LAZY_READERS | _OTHER_READERS


def collecting_edits(unit: Unit, use: Use, target: tuple[int, int]) -> Collected | None:
    """``list(X)`` -> ``[x async for x in X]`` and its kin; None for calls we know no such form of."""
    call = use.at
    if not isinstance(call, ast.Call) or call.args[:1] != [use.node]:
        return None
    path, file = unit.file.path, unit.file
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    alone = len(call.args) == 1 and not call.keywords
    if name in {"list", "set"} and alone:
        kind = EditKind.COLLECT_LIST if name == "list" else EditKind.COLLECT_SET
        return Collected(call, (Edit(path, file.span(call), kind, text=_variable(unit)),))
    if name == "next":
        if target < _ANEXT and not alone:
            return None
        kind = EditKind.ANEXT if target >= _ANEXT else EditKind.ANEXT_METHOD
        return Collected(call, (Edit(path, file.span(call), kind),))
    if name in _FIRST_ONLY and len(call.args) > 1:
        return None
    if name in _READERS | _LAZY_READERS or (isinstance(call.func, ast.Attribute) and call.func.attr == "join"):
        return Collected(call, (collected_value(unit, use.node),), name in _LAZY_READERS)
    return None


def collected_value(unit: Unit, node: ast.expr) -> Edit:
    """``X`` -> ``[x async for x in X]``."""
    return Edit(unit.file.path, unit.file.span(node), EditKind.COLLECT, text=_variable(unit))


def _variable(unit: Unit) -> str:
    """A name for what a comprehension takes, which the code around it uses for nothing else; empty for ``x``."""
    numbered = (f"item{number}" for number in count(2))
    used = unit.mentions.keys() | (parameters(unit.function.node) if unit.function else ())
    return next(name for name in chain(("x", "item"), numbered) if name not in used).removeprefix("x")
