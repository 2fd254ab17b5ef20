"""The calls that a line of a log may mean, and the scope in which each of them stands."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterator

from autoawait.dataflow.uses import AWAITING, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.candidates import promises_value
from autoawait.project.index import Index, Module, module_unit, own_nodes
from autoawait.resolution.call_results import CallSite

_LEAVING = frozenset({UseKind.RETURN, UseKind.LAMBDA, UseKind.YIELD})


def calls_at(module: Module, line: int) -> list[ast.Call]:
    """The calls that stand at a 1-based line, in source order.

    Python names the line at which a call starts, or that of the method's name in a chain (from 3.10 on). Where no
    call does so, those are meant that go over the line.
    """
    calls = list(_calls_around(module.file.tree, line))
    exact = [c for c in calls if line in (c.lineno, c.func.end_lineno)]
    return sorted(exact or calls, key=lambda c: (c.lineno, c.col_offset))


def _calls_around(tree: ast.AST, line: int) -> Iterator[ast.Call]:
    for node in ast.iter_child_nodes(tree):
        first, last = getattr(node, "lineno", line), getattr(node, "end_lineno", line)
        decorators = getattr(node, "decorator_list", None)
        if decorators:
            first = decorators[0].lineno
        if first <= line <= last:
            if isinstance(node, ast.Call):
                yield node
            yield from _calls_around(node, line)


def named(calls: list[ast.Call], names: Container[str]) -> list[ast.Call]:
    """Those of some calls whose callee's last name is one of ``names``."""
    return [call for call in calls if called_name(call) in names]


def site_of(module: Module, node: ast.expr) -> CallSite:
    """The site of an expression: with the unit of the function around it, or the module's own code."""
    span = module.file.span(node)
    around = [f for f in module.functions if f.node.lineno <= node.lineno and span.end <= module.file.span(f.node).end]
    for function in reversed(around):
        if node in function.unit.parents:
            return CallSite(function.unit, node)
    return CallSite(module_unit(module.file, [span.start]), node)


def is_awaited(site: CallSite) -> bool:
    """Whether an expression stands directly below ``await``."""
    return isinstance(site.unit.parents.get(site.node), ast.Await)


def is_awaited_later(site: CallSite) -> bool:
    """Whether a value is awaited by way of a name, or goes to what awaits it: ``create_task(f())``."""
    return uses_of(site.unit, site.node).has(*AWAITING)


def leaves(site: CallSite) -> bool:
    """Whether the value goes out of the code around it, so that it cannot have been collected there."""
    kinds = {use.kind for use in uses_of(site.unit, site.node).uses}
    return bool(kinds) and kinds <= _LEAVING


def is_passed_on(site: CallSite) -> bool:
    """Whether the value goes to whoever called the code around it, so that the `await` is missing there.

    An async function that returns a coroutine, and a sync one that is annotated to return something else, lack it
    themselves.
    """
    uses = uses_of(site.unit, site.node).uses
    kinds = {use.kind for use in uses}
    function = site.unit.function
    if any(use.element for use in uses):
        return False  # what is given back is a collection
    if kinds == {UseKind.LAMBDA}:
        return True
    return kinds == {UseKind.RETURN} and function is not None and not function.is_async and not promises_value(function)


def passing_name(site: CallSite) -> str:
    """The name of the function around an expression, as frames have it."""
    if any(isinstance(node, ast.Lambda) for node in site.unit.ancestors(site.node)):
        return "<lambda>"
    return site.unit.function.node.name if site.unit.function else "<module>"


def called_on_the_spot(site: CallSite) -> CallSite:
    """The call of a lambda that is called where it stands, for what its body gives; else the site itself."""
    around = next((node for node in site.unit.ancestors(site.node) if isinstance(node, ast.Lambda)), None)
    call = site.unit.parents.get(around) if around else None
    return CallSite(site.unit, call) if isinstance(call, ast.Call) and call.func is around else site


def giving_back(index: Index, names: Container[str]) -> frozenset[str]:
    """The names of the sync functions of the project that return what a call of one of ``names`` gives."""
    found = (f for module in index.own for f in module.functions if not f.is_async)
    return frozenset(f.node.name for f in found if any(_returns(node, names) for node in own_nodes(f.node.body)))


def _returns(node: ast.AST, names: Container[str]) -> bool:
    return isinstance(node, ast.Return) and isinstance(node.value, ast.Call) and called_name(node.value) in names
