"""What the source alone says of a project: its candidates and habits. Made once, used in every round."""

from __future__ import annotations

import ast
import re
from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from autoawait.dataflow.uses import called_name
from autoawait.detection.await_statistics import AwaitStatistics
from autoawait.detection.awaitable_names import annotated_awaitables, with_forwarders
from autoawait.detection.candidates import Candidate, async_properties, candidates, promises_value
from autoawait.knowledge.async_barriers import BRIDGES
from autoawait.project.bindings import parameters
from autoawait.project.index import Function, Index, Module, Unit, module_unit, partial_unit
from autoawait.project.memoize import memoize
from autoawait.project.occurrences import held_names
from autoawait.resolution.call_results import CallSite
from autoawait.types.engine import ASYNC_KINDS, Checked
from autoawait.types.expressions import Expression

# ty's rule for a coroutine that is dropped; it names no type that it found.
UNAWAITED = frozenset({"unused-awaitable"})
_CALLED = re.compile(rb"(?<!def )\b(\w+)\s*\(")
_LOOPS = frozenset(name.partition(".")[0] for name in BRIDGES)
_CALLED_OF_LOOPS = re.compile(rf"\b(?:{'|'.join(sorted(_LOOPS))})\.(\w+)\s*\(".encode())


@dataclass(frozen=True, eq=False)
class Survey:
    """``candidates`` in order of file and place; ``units`` of all async functions that were read, by function;
    ``sync_functions`` those of the editable files, ``properties`` the names of awaitable properties;
    ``awaited_in_sync`` what sync functions await, or iterate or enter asynchronously, which is a SyntaxError."""

    candidates: tuple[Candidate, ...]
    units: tuple[Unit, ...]
    statistics: AwaitStatistics
    sync_functions: tuple[Function, ...] = ()
    properties: frozenset[str] = frozenset()
    awaited_in_sync: tuple[CallSite, ...] = ()


def survey(index: Index, editable: Iterable[Path]) -> Survey:
    """The candidates of the editable files, on what all indexed files define."""
    modules = index.own
    functions = [f for m in modules for f in m.functions]
    by_name: dict[str, list[Function]] = {}
    for function in functions:
        by_name.setdefault(function.node.name, []).append(function)
    defined = (name for name, group in by_name.items() if any(f.is_async for f in group))
    asynchronous = with_forwarders(modules, frozenset(defined) | annotated_awaitables(modules) | _of_loops(modules))
    values = held_names(modules)
    wanted = asynchronous | (values - by_name.keys())  # of a function's name only what a variable holds is meant
    properties = async_properties(functions)
    units = tuple(f.unit for f in functions if f.is_async)
    chosen = frozenset(editable)
    found = [c for unit in units if unit.file.path in chosen for c in candidates(unit, properties)]
    texts = {name.encode(): name in asynchronous for name in asynchronous | values}
    for module in modules:
        if module.file.path in chosen:
            for unit in _plain_units(module, texts):
                found += candidates(unit, properties, partial(_may_be_async, unit, wanted, values))
    sync_functions = tuple(f for f in functions if not f.is_async and f.file.path in chosen)
    awaited_in_sync = tuple(site for f in sync_functions if _mentions_async(f) for site in _awaited_in_sync(f.unit))
    return Survey(in_order(found), units, AwaitStatistics(units, by_name), sync_functions, properties, awaited_in_sync)


def _mentions_async(function: Function) -> bool:
    span = function.file.span(function.node)
    return any(function.file.body.find(word, span.start, span.end) >= 0 for word in (b"await", b"async "))


def _awaited_in_sync(unit: Unit) -> Iterator[CallSite]:
    """What stands below ``await``, ``async for`` or ``async with`` in a sync function's own code.

    A generator expression may await anywhere: it becomes an async generator (PEP 530).
    """
    for node in unit.nodes:
        below = next(iter(awaited_in(node)), None)
        inside = (ast.GeneratorExp, ast.Lambda, ast.ClassDef)
        if below is not None and not any(isinstance(a, inside) for a in unit.ancestors(node)):
            yield CallSite(unit, below)


def awaited_in(node: ast.AST) -> Sequence[ast.expr]:
    """What ``await``, ``async for`` or ``async with`` is given; nothing for any other node."""
    match node:
        case ast.Await(value=value) | ast.AsyncFor(iter=value) | ast.comprehension(iter=value, is_async=1):
            return [value]
        case ast.AsyncWith(items=items):
            return [item.context_expr for item in items]
    return []


def in_order(found: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Candidates by file and place, each once."""
    unique = {(c.site.unit.file.path, c.site.node): c for c in found}
    return tuple(sorted(unique.values(), key=_place))


def _place(candidate: Candidate) -> tuple[Path, int, int]:
    return candidate.site.unit.file.path, candidate.site.node.lineno, candidate.site.node.col_offset


def _may_be_async(unit: Unit, names: Container[str], values: Container[str], node: ast.expr) -> bool:
    """Whether an expression calls something of one of ``names``, or what a variable of its unit holds."""
    if not isinstance(node, ast.Call):
        return False
    name = called_name(node)
    return name in names or (name in values and isinstance(node.func, ast.Name) and _binds(unit, name))


def _binds(unit: Unit, name: str) -> bool:
    """Whether a name is that of a parameter or variable of a unit."""
    if unit.function is not None and name in parameters(unit.function.node):
        return True
    return any(
        isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node.id == name
        for node in unit.mentions.get(name, ())
    )


def _of_loops(modules: Iterable[Module]) -> frozenset[str]:
    """The names of what the project calls of the libraries that run loops: ``asyncio.gather``, ``anyio.sleep``."""
    return frozenset[str]().union(*map(_of_loops_in, modules))


@memoize
def _of_loops_in(module: Module) -> frozenset[str]:
    found = {match[1].decode() for match in _CALLED_OF_LOOPS.finditer(module.file.body)}
    for statement in module.file.tree.body:
        if isinstance(statement, ast.ImportFrom) and (statement.module or "").partition(".")[0] in _LOOPS:
            found.update(alias.asname or alias.name for alias in statement.names)
    return frozenset(found)


def near_complaints(surveyed: Survey, complaints: Mapping[Path, Checked]) -> list[Candidate]:
    """Candidates in sync functions, at places where the type checker complains of something async.

    It knows what no name tells: that ``self.session.get(url)`` of another package is a coroutine.
    """
    lines = {path: _complained_lines(checked) for path, checked in complaints.items()}
    found: list[Candidate] = []
    for function in surveyed.sync_functions:
        around = lines.get(function.file.path, frozenset())
        inside = around & {*range(function.node.lineno, (function.node.end_lineno or function.node.lineno) + 1)}
        if inside:
            unit = function.unit
            names = {n.id for n in unit.nodes if isinstance(n, ast.Name) and n.lineno in inside}
            wanted = {n for n in unit.nodes if isinstance(n, ast.Call) and _is_near(n, unit, inside, names)}
            found += candidates(unit, surveyed.properties, wanted.__contains__, has_complaint=True)
    return found


def _complained_lines(checked: Checked) -> frozenset[int]:
    """The lines with complaints about async things."""
    about = (c for c in checked.complaints if c.found in ASYNC_KINDS or c.suggests_async or c.code in UNAWAITED)
    return frozenset(line for c in about for line in range(c.start.line, c.end.line + 1))


def _is_near(call: ast.Call, unit: Unit, lines: Container[int], names: Container[str]) -> bool:
    """Whether a call stands on one of some lines, or gives a local name that is read there."""
    if any(line in lines for line in range(call.lineno, (call.end_lineno or call.lineno) + 1)):
        return True
    parent = unit.parents.get(call)
    targets = parent.targets if isinstance(parent, ast.Assign) else []
    return any(isinstance(t, ast.Name) and t.id in names for t in targets)


def expressions_to_prepare(module: Module) -> list[Expression]:
    """What to prepare an engine with for what it will be asked: in each async function the first callee not awaited."""
    calls = (_first_call(f.unit) for f in module.functions if f.is_async and not f.is_dead)
    return [(module.file, call.func) for call in calls if call]


def _first_call(unit: Unit) -> ast.Call | None:
    calls = (node for node in unit.nodes if isinstance(node, ast.Call))
    return next((call for call in calls if not isinstance(unit.parents.get(call), ast.Await)), None)


def _plain_units(module: Module, names: Mapping[bytes, bool]) -> Iterable[Unit]:
    """The units in which no ``await`` can stand, as far as they call something that may be async.

    ``names`` are all that may be, each with whether it counts at module level too.
    """
    matches = [match for match in _CALLED.finditer(module.file.body) if match[1] in names]
    called = [match.start() for match in matches]
    outside = dict.fromkeys(match.start() for match in matches if names[match[1]])
    for function in module.functions:
        # Decorators and defaults are evaluated outside: the body alone counts.
        start, end = module.file.span(function.node.body[0]).start, module.file.span(function.node).end
        inside = called[bisect_left(called, start) : bisect_left(called, end)]
        for place in inside:
            outside.pop(place, None)
        if not inside or function.is_async:
            continue
        if promises_value(function) or not _only_returns(partial_unit(function, inside), names):
            yield function.unit
    if outside:
        yield module_unit(module.file, list(outside))


def _only_returns(unit: Unit, names: Container[bytes]) -> bool:
    """Whether all calls of certain names are returned as they are, as twins of async code do."""
    calls = [n for n in unit.nodes if isinstance(n, ast.Call) and called_name(n).encode() in names]
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
