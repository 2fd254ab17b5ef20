"""Tests of a callee for being async, made before it is called: ``if iscoroutinefunction(f): value = f()``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.consumers import ASKS_FOR_ASYNC
from autoawait.resolution.call_results import CallSite


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
    if not isinstance(site.node, ast.Call):
        return
    callee = ast.unparse(site.node.func)
    below: ast.AST = site.node
    for around in site.unit.ancestors(site.node):
        if isinstance(around, ast.If) and below in around.body:
            yield from ((around, test) for test in parts(around.test) if _asks_of(test, callee))
        below = around


def _denials(site: CallSite) -> Iterator[ast.expr]:
    """The tests around a call that ask of its callee whether it is async, and were answered with no."""
    if not isinstance(site.node, ast.Call):
        return
    callee = ast.unparse(site.node.func)
    below: ast.AST = site.node
    for around in site.unit.ancestors(site.node):
        if isinstance(around, (ast.If, ast.IfExp)):
            otherwise = around.orelse if isinstance(around.orelse, list) else [around.orelse]
            test, body = around.test, around.body if isinstance(around.body, list) else [around.body]
            if isinstance(test, ast.UnaryOp) and isinstance(test.op, ast.Not):
                test, otherwise = test.operand, body
            if below in otherwise and _asks_of(test, callee):
                yield test
        below = around


def parts(test: ast.expr) -> list[ast.expr]:
    """The tests that all hold where a test does."""
    return test.values if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And) else [test]


def _asks_of(test: ast.expr, callee: str) -> bool:
    if not isinstance(test, ast.Call) or ASKS_FOR_ASYNC.search(called_name(test)) is None:
        return False
    return len(test.args) == 1 and ast.unparse(test.args[0]) == callee
