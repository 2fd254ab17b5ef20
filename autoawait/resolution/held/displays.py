"""Functions in displays: in one that a loop goes through, and in dicts that are looked up by key."""

from __future__ import annotations

import ast
from collections.abc import Collection, Mapping

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.project.source import SourceFile
from autoawait.resolution.async_guards import parts
from autoawait.resolution.class_graph.model import self_name
from autoawait.resolution.held.holding import HeldCall, HolderSearch, Holding
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import Expression, types_of

_DISPLAYS = (ast.List, ast.Tuple, ast.Set)
# What only looks at the keys of a dict that it is given (docs.python.org, Built-in Functions).
_OF_KEYS = frozenset({"len", "list", "tuple", "set", "frozenset", "sorted", "iter", "bool", "min", "max"})


class LoopedDisplays(HolderSearch):
    """Functions that a loop takes from a display and calls: ``for step, n in [(begin, 1), (end, 2)]: step(n)``."""

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """The functions beside one in a display that only a loop reads, and the calls of the loop's variable; None
        where the function is no such item, or more becomes of it than calls."""
        node = occurrence.node
        if not isinstance(node, (ast.Name, ast.Attribute)):
            return None
        column = [(occurrence.file, one) for one in _column(node, occurrence.around)]
        return self._held(column, "a loop calls it along with others", lambda: self._calls_of(occurrence, node))


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


class LookupTables(HolderSearch):
    """Functions in a dict of a module that is only looked up: ``COMMANDS = {"show": show}``, ``COMMANDS[word](args)``.

    Each dict is looked at once.
    """

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        super().__init__(index, engine, names)
        self._known: dict[ast.Dict, Holding | None] = {}

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """The functions beside one in a dict of a module, and the calls of what is looked up in it; None where the
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
            file = occurrence.file
            values = [(file, value) for value in table.values]
            words = f"it is stored in `{target.id}`"
            self._known[table] = self._held(values, words, lambda: self._calls(file, target))
        return self._known[table]

    def _calls(self, file: SourceFile, target: ast.Name) -> list[HeldCall] | None:
        """The calls of what is looked up in a dict; None if more becomes of it."""
        found: list[HeldCall] = []
        for one in self._meaning(file, target):
            if _is_harmless(one):
                continue
            read = _read(one)
            calls = self._calls_of(one, read) if read else None
            if calls is None:
                return None
            found += calls
        return found


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


class TestedKeys(HolderSearch):
    """A function in a dict that is called only where a test names its key: ``if key == Key.SLOT: found = call(name)``.

    The others of such a dict may stay as they are: ``CALLS = {Key.SLOT: self.by_slot, Key.ALL: lambda: everything}``,
    ``call = CALLS[key]``.
    """

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """The calls that reach a function in a dict by its key; None where the function is no value of a dict with
        constant keys, where more becomes of the dict, or where a call may reach it by a key that is not known."""
        table = occurrence.around[0]
        target = _bound_to(occurrence)
        file, value = occurrence.file, occurrence.node
        if not isinstance(table, ast.Dict) or target is None or value not in table.values:
            return None
        keys = {ast.unparse(key): key for key in table.keys if isinstance(key, (ast.Constant, ast.Attribute))}
        if len(keys) < len(table.keys) or not isinstance(value, ast.expr):
            return None
        wanted = list(keys)[table.values.index(value)]
        words = f"it is stored in `{ast.unparse(target)}` under `{wanted}`"
        return self._held([(file, value)], words, lambda: self._calls(file, target, keys, wanted))

    def _calls(
        self, file: SourceFile, target: ast.Attribute, keys: Mapping[str, ast.expr], wanted: str
    ) -> list[HeldCall] | None:
        """The calls of what is looked up under a key; None if more becomes of the dict, or of what is looked up."""
        found: list[HeldCall] = []
        for one in self._meaning(file, target):
            item = one.around[0]
            if not (isinstance(item, ast.Subscript) and item.value is one.node and isinstance(item.ctx, ast.Load)):
                return None
            for called in (calls := self._calls_of(one, item)) or ():
                reaches = _reaches(called, ast.unparse(item.slice), keys, wanted)
                if reaches is None and not self._differ((one.file, item.slice), (file, keys[wanted])):
                    return None
                found += [called] if reaches else []
            if calls is None:
                return None
        return found

    def _differ(self, *keys: Expression) -> bool:
        """Whether two keys are of different classes: members of two enumerations, say."""
        classes = [set(places) for places in types_of(self._engine, keys)]
        return all(classes) and not set.intersection(*classes)


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
