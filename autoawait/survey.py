"""What the source alone says of a project: its candidates and habits. Made once, used in every round."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autoawait.habits import Habits
from autoawait.index import Function, Index, Module, Unit, module_unit, name_end, partial_unit
from autoawait.sites import Candidate, async_properties, candidates
from autoawait.source import Spot
from autoawait.uses import called_name

_CALLED = re.compile(rb"(?<!def )\b(\w+)\s*\(")


@dataclass(frozen=True, eq=False)
class Survey:
    """``candidates`` in order of file and place; ``units`` of all async functions that were read, by function."""

    candidates: tuple[Candidate, ...]
    units: tuple[Unit, ...]
    habits: Habits


def survey(index: Index, editable: Iterable[Path]) -> Survey:
    """The candidates of the editable files, on what all indexed files define."""
    modules = index.own
    functions = [f for m in modules for f in m.functions]
    by_name: dict[str, list[Function]] = {}
    for function in functions:
        by_name.setdefault(function.node.name, []).append(function)
    asynchronous = frozenset(name for name, group in by_name.items() if any(f.is_async for f in group))
    properties = async_properties(functions)
    units = tuple(f.unit for f in functions if f.is_async)
    chosen = frozenset(editable)
    found = [
        candidate
        for unit in [*units, *(u for m in modules if m.file.path in chosen for u in _plain_units(m, asynchronous))]
        if unit.file.path in chosen
        for candidate in candidates(unit, asynchronous, properties)
    ]
    found.sort(key=lambda c: (c.site.unit.file.path, c.site.node.lineno, c.site.node.col_offset))
    return Survey(tuple(found), units, Habits(units, by_name))


def foreseen(module: Module) -> list[Spot]:
    """Places to prepare an engine with for what it will be asked: in each async function the first call not awaited."""
    calls = (_first_call(f.unit) for f in module.functions if f.is_async and not f.is_dead)
    spots = (name_end(module.file, call.func) for call in calls if call)
    return [spot for spot in spots if spot]


def _first_call(unit: Unit) -> ast.Call | None:
    calls = (node for node in unit.nodes if isinstance(node, ast.Call))
    return next((call for call in calls if not isinstance(unit.parents.get(call), ast.Await)), None)


def _plain_units(module: Module, async_names: frozenset[str]) -> Iterable[Unit]:
    """The units in which no ``await`` can stand, as far as they call something that may be async."""
    names = {name.encode("utf-8") for name in async_names}
    called = [match.start() for match in _CALLED.finditer(module.file.body) if match[1] in names]
    if not called:
        return
    outside = dict.fromkeys(called)
    for function in module.functions:
        # Decorators and defaults are evaluated outside: the body alone counts.
        start, end = module.file.span(function.node.body[0]).start, module.file.span(function.node).end
        inside = called[bisect_left(called, start) : bisect_left(called, end)]
        for place in inside:
            outside.pop(place, None)
        if inside and not function.is_async and not _only_returns(partial_unit(function, inside), async_names):
            yield function.unit
    if outside:
        yield module_unit(module.file, list(outside))


def _only_returns(unit: Unit, names: frozenset[str]) -> bool:
    """Whether all calls of certain names are returned as they are, as twins of async code do."""
    calls = [n for n in unit.nodes if isinstance(n, ast.Call) and called_name(n) in names]
    return all(isinstance(unit.parents.get(call), ast.Return) for call in calls)


def chain_top(unit: Unit, node: ast.expr) -> ast.expr:
    """The whole of an attribute, subscript and call chain that begins with an expression: of ``f`` in ``f().x[0]``."""
    while True:
        parent = unit.parents.get(node)
        if (isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node) or (
            isinstance(parent, ast.Call) and parent.func is node
        ):
            node = parent
        else:
            return node
