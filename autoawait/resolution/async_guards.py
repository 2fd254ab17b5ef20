"""Tests of a callee for being async, made before it is called: ``if iscoroutinefunction(f): value = f()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.consumers import ASKS_FOR_ASYNC
from autoawait.resolution.call_results import CallSite
from autoawait.types.expressions import callee


def async_guard(site: CallSite) -> ast.expr | None:
    """The test around a call that holds there and says that the callee is an async function."""
    return next((test for _, test in _guards(site)), None)


def is_denied(site: CallSite) -> bool:
    """Whether a call stands where a test around it has found that the callee is no async function."""
    return any(True for _ in _denials(site))


def is_bound_either_way(site: CallSite) -> bool:
    """Whether the name that a call is bound to is bound as well where the test around it does not hold: then the code
    below wants the same of both."""
    statement = site.unit.parent(site.node)
    if not isinstance(statement, ast.Assign):
        return False
    names = {target.id for target in statement.targets if isinstance(target, ast.Name)}
    other = (inner for branch, _ in _guards(site) for below in branch.orelse for inner in ast.walk(below))
    return any(isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store) and n.id in names for n in other)


def _guards(site: CallSite) -> Iterator[tuple[ast.If, ast.expr]]:
    """The ``if`` statements in whose first branch a call stands, and that ask of its callee whether it is async."""
    for around, below in _ancestors(site):
        if isinstance(around, ast.If) and below in around.body:
            yield from ((around, test) for test in parts(around.test) if _asks_of(test, site))


def _denials(site: CallSite) -> Iterator[ast.expr]:
    """The tests around a call that ask of its callee whether it is async, and were answered with no."""
    for around, below in _ancestors(site):
        if isinstance(around, (ast.If, ast.IfExp)):
            test, otherwise = around.test, around.orelse
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                test, otherwise = test.operand, around.body
            is_there = below in otherwise if isinstance(otherwise, list) else below is otherwise
            if is_there and _asks_of(test, site):
                yield test


def _ancestors(site: CallSite) -> Iterator[tuple[ast.AST, ast.AST]]:
    """The nodes around a call, innermost first, each with the one below it that the call stands in."""
    below: ast.AST = site.node
    for around in site.unit.ancestors(site.node) if isinstance(site.node, ast.Call) else ():
        yield around, below
        below = around


def parts(test: ast.expr) -> list[ast.expr]:
    """The tests that all hold where a test does."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _asks_of(test: ast.expr, site: CallSite) -> bool:
    """Whether a test asks of what a site calls whether it is async."""
    if not isinstance(test, ast.Call) or ASKS_FOR_ASYNC.search(called_name(test)) is None:
        return False
    is_about_call = len(test.args) == 1 and isinstance(site.node, ast.Call)
    return is_about_call and ast.unparse(test.args[0]) == ast.unparse(callee(site.node))
