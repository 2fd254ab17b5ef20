"""What the source alone says of a project: its candidates and habits. Made once, used in every round."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from autoawait.habits import Habits
from autoawait.index import Index, Module, Unit, module_unit
from autoawait.sites import Candidate, async_properties, candidates
from autoawait.source import Span

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
    asynchronous = frozenset(f.node.name for f in functions if f.is_async)
    others = frozenset(f.node.name for f in functions if not f.is_async or f.is_generator)
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
    return Survey(tuple(found), units, Habits(units, asynchronous - others))


def _plain_units(module: Module, async_names: frozenset[str]) -> Iterable[Unit]:
    """The units in which no ``await`` can stand, if they call something that may be async."""
    names = frozenset(name.encode("utf-8") for name in async_names)
    called = [match.start() for match in _CALLED.finditer(module.file.body) if match[1] in names]
    # Decorators and defaults are evaluated outside: the body alone counts.
    spans = [(f, Span(module.file.span(f.node.body[0]).start, module.file.span(f.node).end)) for f in module.functions]
    if any(not any(span.start <= place < span.end for _, span in spans) for place in called):
        yield module_unit(module.file)
    for function, span in spans:
        if not function.is_async and bisect_left(called, span.start) < bisect_left(called, span.end):
            yield function.unit


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
