"""A function in a dict that is called only where a test names its key: ``if key == Key.SLOT: found = call(name)``.

The others of such a dict may stay as they are: ``CALLS = {Key.SLOT: self.by_slot, Key.ALL: lambda: everything}``,
``call = CALLS[key]``.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator, Mapping

from autoawait.project.index import Index, name_end
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.async_guards import parts
from autoawait.resolution.class_graph.model import self_name
from autoawait.resolution.held.holding import HeldCall, Holding, calls_of, meaning, places_of
from autoawait.types.engine import TypeEngine


class TestedKeys:
    """The functions in such dicts of one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        self._index = index
        self._engine = engine
        self._names = names

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """The calls that reach a function in a dict by its key; None where the function is no value of a dict with
        constant keys, where more becomes of the dict, or where a call may reach it by a key that is not known."""
        table = occurrence.around[0]
        target = _bound_to(occurrence)
        if not isinstance(table, ast.Dict) or target is None or occurrence.node not in table.values:
            return None
        keys = {ast.unparse(key): key for key in table.keys if isinstance(key, (ast.Constant, ast.Attribute))}
        if len(keys) < len(table.keys):
            return None
        wanted = list(keys)[table.values.index(occurrence.node)]
        file, value = occurrence.file, occurrence.node
        places = places_of(self._index, self._engine, [(file, value)]) if isinstance(value, ast.expr) else None
        calls = self._calls(file, target, keys, wanted)
        words = f"it is stored in `{ast.unparse(target)}` under `{wanted}`"
        return Holding(places, tuple(calls), words) if places and calls else None

    def _calls(
        self, file: SourceFile, target: ast.Attribute, keys: Mapping[str, ast.expr], wanted: str
    ) -> list[HeldCall] | None:
        """The calls of what is looked up under a key; None if more becomes of the dict, or of what is looked up."""
        found: list[HeldCall] = []
        for one in self._meaning(target, file.spot(file.span(target).start)):
            item = one.around[0]
            if not (isinstance(item, ast.Subscript) and item.value is one.node and isinstance(item.ctx, ast.Load)):
                return None
            for called in (calls := calls_of(self._names.unit_of(one), item, one.node)) or ():
                reaches = _reaches(called, ast.unparse(item.slice), keys, wanted)
                if reaches is None and not self._differ((one.file, item.slice), (file, keys[wanted])):
                    return None
                found += [called] if reaches else []
            if calls is None:
                return None
        return found

    def _meaning(self, target: ast.Attribute, start: Spot) -> Iterator[Occurrence]:
        """The places that may mean an attribute of an object, but for the one that binds it."""
        named = (o for o in self._names.occurrences([target.attr]) if isinstance(o.node, ast.Attribute))
        return meaning(self._engine, [o for o in named if o.node is not target], start)

    def _differ(self, *keys: tuple[SourceFile, ast.expr]) -> bool:
        """Whether two keys are of different classes: members of two enumerations, say."""
        spots = [spot for file, key in keys if (spot := name_end(file, key)) is not None]
        classes = [set(places) for places in self._engine.type_definitions(spots)]
        return len(classes) == len(keys) and all(classes) and not set.intersection(*classes)


def _bound_to(occurrence: Occurrence) -> ast.Attribute | None:
    """The attribute of ``self`` that a dict around a name is bound to."""
    match occurrence.around[1:2]:
        case [ast.Assign(targets=[ast.Attribute() as target]) | ast.AnnAssign(target=ast.Attribute() as target)]:
            function = occurrence.function
            is_own = function is not None and ast.unparse(target.value) == self_name(function)
            return target if is_own else None
    return None


def _reaches(called: HeldCall, key: str, keys: Collection[str], wanted: str) -> bool | None:
    """Whether a call of what stands under a key reaches the wanted one, by the tests around it; None if they do not
    tell."""
    if key in keys:
        return key == wanted
    below: ast.AST = called.call
    for around in called.unit.ancestors(called.call):
        if isinstance(around, ast.If):
            named = [other for test in parts(around.test) for other in _equal_to(test, key)]
            if below in around.body and (known := set(named).intersection(keys)):
                return wanted in known
            if below in around.orelse and named == [wanted] and isinstance(around.test, ast.Compare):
                return False
        below = around
    return None


def _equal_to(test: ast.expr, key: str) -> list[str]:
    """What a test says a key is: the other side of ``==``."""
    match test:
        case ast.Compare(left=left, ops=[ast.Eq() | ast.Is()], comparators=[right]):
            sides = [ast.unparse(left), ast.unparse(right)]
            return [side for side in sides if side != key] if key in sides else []
    return []
