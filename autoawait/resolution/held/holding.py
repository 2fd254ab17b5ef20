"""What holds functions that are called later by a name or a key, one call for all of them."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from autoawait.dataflow.uses import ASKING, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import Occurrence, Occurrences, Place
from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import AWAITABLE_KINDS, TypeEngine
from autoawait.types.expressions import Expression, definitions_at, definitions_of, fact_of, has_name

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


class HolderSearch:
    """What all searches for holders of functions ask of a project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        self._index = index
        self._engine = engine
        self._names = names

    def _held(
        self, values: Sequence[Expression], words: str, find_calls: Callable[[], list[HeldCall] | None]
    ) -> Holding | None:
        """The holding of some functions; None where it is unknown what they are, or how they are called."""
        places = self._places_of(values)
        calls = find_calls() if places else None
        return Holding(places, tuple(calls), words) if places and calls else None

    def _calls_of(self, occurrence: Occurrence, read: ast.expr) -> list[HeldCall] | None:
        """The calls of the function that an expression at an occurrence gives, also through local names; None if more
        becomes of it."""
        unit = self._names.unit_of(occurrence)
        found: list[HeldCall] = []
        for use in uses_of(unit, read).uses:
            if use.kind is UseKind.VALUE and isinstance(use.at, ast.Call) and use.at.func is use.node:
                found.append(HeldCall(unit, use.node if isinstance(use.node, ast.Name) else occurrence.node, use.at))
            elif use.kind not in _HARMLESS:
                return None
        return found

    def _meaning(self, file: SourceFile, target: ast.Name | ast.Attribute) -> Iterator[Occurrence]:
        """The places that may mean the variable or attribute that ``target`` binds, that one left out: by their
        definition, or because none is known."""
        start = file.spot(file.span(target).start)
        if isinstance(target, ast.Name):
            found = list(self._names.occurrences(self._names.also_called(target.id)))
        else:
            found = [o for o in self._names.occurrences([target.attr]) if isinstance(o.node, ast.Attribute)]
        named = [o for o in found if o.node is not target]
        places = definitions_at(self._engine, (o.spot for o in named if o.spot is not None))
        return (o for o in named if not (o.spot and places[o.spot]) or start in places[o.spot])

    def _places_of(self, values: Sequence[Expression]) -> tuple[Spot, ...] | None:
        """Where the functions of the project are defined that some expressions mean.

        None where anything else may be meant that gives a plain value when it is called.
        """
        leaves = [(file, leaf) for file, value in values for leaf in _leaves(value)]
        if not all(has_name(leaf) for _, leaf in leaves):
            return None
        found: list[Spot] = []
        for (file, leaf), places in zip(leaves, definitions_of(self._engine, leaves), strict=True):
            definitions = [self._index.definition(place) for place in places]
            if definitions and all(map(self._is_own, definitions)):
                found += places
            elif fact_of(self._engine, file, leaf).called not in AWAITABLE_KINDS:
                return None
        return tuple(dict.fromkeys(found))

    def _is_own(self, definition: Function | ast.ClassDef | None) -> bool:
        return isinstance(definition, Function) and definition.file.path not in self._index.foreign


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
