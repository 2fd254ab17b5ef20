"""What the source alone says of a project: its candidates and habits. Made once, used in every round."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autoawait.habits import Habits
from autoawait.index import Function, Index, Module, Unit, function_unit, module_unit, names_defined
from autoawait.sites import Candidate, async_properties, candidates

_CALLED = re.compile(rb"(\w+)\s*\(")


@dataclass(frozen=True, eq=False)
class Survey:
    """``candidates`` in order of file and place; ``units`` of all async functions that were read, by function."""

    candidates: tuple[Candidate, ...]
    units: tuple[Unit, ...]
    habits: Habits


def survey(index: Index, editable: Iterable[Path]) -> Survey:
    """The candidates of the editable files, on what all indexed files define."""
    modules = list(index.modules.values())
    functions = [f for m in modules for f in m.functions]
    asynchronous, plain = names_defined(m.file.data for m in modules)
    properties = async_properties(functions)
    units = tuple(function_unit(f) for f in functions if f.is_async)
    chosen = frozenset(editable)
    found = [
        candidate
        for unit in [*units, *(u for m in modules if m.file.path in chosen for u in _plain_units(m, asynchronous))]
        if unit.file.path in chosen
        for candidate in candidates(unit, asynchronous, properties)
    ]
    found.sort(key=lambda c: (c.site.unit.file.path, c.site.node.lineno, c.site.node.col_offset))
    return Survey(tuple(found), units, Habits(units, asynchronous, plain))


def _plain_units(module: Module, async_names: frozenset[str]) -> Iterable[Unit]:
    """The units in which no ``await`` can stand, if they call something that may be async."""
    if _calls_any(module.file.body, async_names):
        yield module_unit(module.file)
        for function in module.functions:
            if not function.is_async and _calls_any(_text(function), async_names):
                yield function_unit(function)


def _calls_any(text: bytes, names: frozenset[str]) -> bool:
    return any(name.decode("utf-8", "replace") in names for name in set(_CALLED.findall(text)))


def _text(function: Function) -> bytes:
    span = function.file.span(function.node)
    return function.file.body[span.start : span.end]


def chain_top(unit: Unit, node: ast.expr) -> ast.expr:
    """The whole of an attribute, subscript and call chain that begins with an expression: of ``f`` in ``f().x[0]``."""
    while True:
        parent = unit.parents.get(node)
        if isinstance(parent, (ast.Attribute, ast.Subscript)) and parent.value is node:
            node = parent
        elif isinstance(parent, ast.Call) and parent.func is node:
            node = parent
        else:
            return node
