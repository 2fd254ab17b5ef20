"""Functions in a dict of a module that is only looked up: ``COMMANDS = {"show": show}``, ``COMMANDS[word](args)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.project.source import Spot
from autoawait.resolution.held.holding import HeldCall, Holding, calls_of, meaning, places_of
from autoawait.types.engine import TypeEngine

# What only looks at the keys of a dict that it is given (docs.python.org, Built-in Functions).
_OF_KEYS = frozenset({"len", "list", "tuple", "set", "frozenset", "sorted", "iter", "bool", "min", "max"})


class LookupTables:
    """The functions in such dicts of one project; each dict is looked at once."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        self._index = index
        self._engine = engine
        self._names = names
        self._known: dict[ast.Dict, Holding | None] = {}

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """What stands beside a function in a dict of a module, and the calls of what is looked up in it; None where the
        function is no value of such a dict, or more becomes of the dict."""
        table, binding = occurrence.around[:2]
        if not isinstance(table, ast.Dict) or occurrence.node not in table.values or None in table.keys:
            return None
        match binding:
            case ast.Assign(targets=[ast.Name() as target]) | ast.AnnAssign(target=ast.Name() as target):
                is_of_module = isinstance(occurrence.around[-1], ast.Module) and occurrence.function is None
            case _:
                return None
        if not is_of_module or any(isinstance(node, ast.ClassDef) for node in occurrence.around):
            return None
        if table not in self._known:
            self._known[table] = self._looked_up(occurrence, table, target)
        return self._known[table]

    def _looked_up(self, occurrence: Occurrence, table: ast.Dict, target: ast.Name) -> Holding | None:
        file = occurrence.file
        places = places_of(self._index, self._engine, [(file, value) for value in table.values])
        start = file.spot(file.span(target).start)
        calls = self._calls(target, start) if places else None
        return Holding(places, tuple(calls), f"it is stored in `{target.id}`") if places and calls else None

    def _calls(self, target: ast.Name, start: Spot) -> list[HeldCall] | None:
        """The calls of what is looked up in a dict; None if more becomes of it."""
        found: list[HeldCall] = []
        for one in self._meaning(target, start):
            if _is_harmless(one):
                continue
            read = _read(one)
            calls = calls_of(self._names.unit_of(one), read, one.node) if read else None
            if calls is None:
                return None
            found += calls
        return found

    def _meaning(self, target: ast.Name, start: Spot) -> Iterator[Occurrence]:
        """The places that may mean a variable of a module, but for the one that binds it."""
        named = [o for o in self._names.occurrences(self._names.also_called(target.id)) if o.node is not target]
        return meaning(self._engine, named, start)


def _read(occurrence: Occurrence) -> ast.expr | None:
    """The expression that gives a value of the dict that is named."""
    match occurrence.around[:2]:
        case ast.Subscript(value=value, ctx=ast.Load()) as item, _ if value is occurrence.node:
            return item
        case ast.Attribute(attr="get"), ast.Call() as call if call.func is occurrence.around[0] and len(call.args) == 1:
            return call
    return None


def _is_harmless(occurrence: Occurrence) -> bool:
    """Whether a dict is imported there, or only its keys are looked at."""
    node, around = occurrence.node, occurrence.around
    match around[0]:
        case ast.ImportFrom() | ast.If() | ast.While() | ast.Assert():
            return True
        case ast.Compare(left=left):
            return left is not node
        case ast.For(iter=iterated) | ast.comprehension(iter=iterated):
            return iterated is node
        case ast.Call(args=[first]) as call:
            return first is node and called_name(call) in _OF_KEYS
        case ast.Attribute(attr="keys"):
            return isinstance(around[1], ast.Call)
    return False
