"""Functions in a display that a loop goes through and calls: ``for step, n in [(begin, 1), (end, 2)]: step(n)``."""

from __future__ import annotations

import ast

from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.resolution.held.holding import Holding, calls_of, places_of
from autoawait.types.engine import TypeEngine

_DISPLAYS = (ast.List, ast.Tuple, ast.Set)


class LoopedDisplays:
    """The functions in such displays of one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        self._index = index
        self._engine = engine
        self._names = names

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """What stands beside a function in a display that only a loop reads, and the calls of the loop's variable; None
        where the function is no such item, or more becomes of it than calls."""
        if not isinstance(occurrence.node, (ast.Name, ast.Attribute)):
            return None
        column = _column(occurrence.node, occurrence.around)
        places = places_of(self._index, self._engine, [(occurrence.file, one) for one in column]) if column else None
        calls = calls_of(self._names.unit_of(occurrence), occurrence.node, occurrence.node) if places else None
        return Holding(places, tuple(calls), "a loop calls it along with others") if places and calls else None


def _column(node: ast.expr, around: tuple[ast.AST, ...]) -> list[ast.expr]:
    """The items of a display at the place of one of them, in each of its rows; empty where no loop goes through it."""
    display, *outer = around
    if not isinstance(display, _DISPLAYS):
        return []
    if _is_looped(display, outer[0]):
        return list(display.elts)
    table = outer[0]
    if not isinstance(table, _DISPLAYS) or not _is_looped(table, outer[1]):
        return []
    number = display.elts.index(node)
    rows = [row.elts for row in table.elts if isinstance(row, _DISPLAYS) and len(row.elts) == len(display.elts)]
    return [row[number] for row in rows] if len(rows) == len(table.elts) else []


def _is_looped(display: ast.expr, around: ast.AST) -> bool:
    return isinstance(around, (ast.For, ast.comprehension)) and around.iter is display
