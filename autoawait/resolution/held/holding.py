"""What holds functions that are called later by a name or a key, one call for all of them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from autoawait.dataflow.uses import ASKING, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import Occurrence, Place
from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import AWAITABLE_KINDS, TypeEngine
from autoawait.types.expressions import definitions_at, definitions_of, fact_of, has_name

_HARMLESS = ASKING | {UseKind.DROPPED}


@dataclass(frozen=True, eq=False)
class HeldCall:
    """A call of what a name holds, and the name there."""

    unit: Unit
    node: Place
    call: ast.Call


@dataclass(frozen=True, eq=False)
class Holding:
    """Functions that are held together: the places of those of the project, and the calls of which each may reach any.

    ``words`` say what holds them.
    """

    places: tuple[Spot, ...]
    calls: tuple[HeldCall, ...]
    words: str


def calls_of(unit: Unit, read: ast.expr, node: Place) -> list[HeldCall] | None:
    """The calls of the function that an expression gives, also through local names; None if more becomes of it.

    ``node`` is the name by which the expression is found.
    """
    found: list[HeldCall] = []
    for use in uses_of(unit, read).uses:
        if use.kind is UseKind.VALUE and isinstance(use.at, ast.Call) and use.at.func is use.node:
            found.append(HeldCall(unit, use.node if isinstance(use.node, ast.Name) else node, use.at))
        elif use.kind not in _HARMLESS:
            return None
    return found


def meaning(engine: TypeEngine, named: Sequence[Occurrence], start: Spot) -> Iterator[Occurrence]:
    """Those of some places that may mean what is bound at ``start``: by their definition, or where none is known."""
    places = definitions_at(engine, (o.spot for o in named if o.spot is not None))
    return (o for o in named if not (o.spot and places[o.spot]) or start in places[o.spot])


def places_of(
    index: Index, engine: TypeEngine, values: Sequence[tuple[SourceFile, ast.expr]]
) -> tuple[Spot, ...] | None:
    """Where the functions of the project are defined that some expressions mean.

    None where anything else may be meant that gives a plain value when it is called.
    """
    leaves = [(file, leaf) for file, value in values for leaf in _leaves(value)]
    if not all(has_name(leaf) for _, leaf in leaves):
        return None
    found: list[Spot] = []
    for (file, leaf), places in zip(leaves, definitions_of(engine, leaves), strict=True):
        definitions = [index.definition(place) for place in places]
        if definitions and all(_is_own(index, definition) for definition in definitions):
            found += places
        elif fact_of(engine, file, leaf).called not in AWAITABLE_KINDS:
            return None
    return tuple(dict.fromkeys(found))


def _is_own(index: Index, definition: Function | ast.ClassDef | None) -> bool:
    return isinstance(definition, Function) and definition.file.path not in index.foreign


def _leaves(value: ast.expr) -> Iterable[ast.expr]:
    """What an expression may give; ``None`` is never called."""
    match value:
        case ast.BoolOp(op=ast.Or(), values=values):
            return [leaf for one in values for leaf in _leaves(one)]
        case ast.IfExp(body=body, orelse=other):
            return [*_leaves(body), *_leaves(other)]
        case ast.Constant(value=None):
            return []
    return [value]
