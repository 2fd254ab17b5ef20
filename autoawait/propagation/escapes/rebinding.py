"""Names that take what a call makes of their own value: ``app = wrap(app)``."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile, Spot


def is_remade(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether a node is a part of an assignment by which a name takes what a call makes of it."""
    child, around = node, parents.get(node)
    while isinstance(around, ast.Call | ast.keyword | ast.Starred):
        child, around = around, parents.get(around)
    if not isinstance(around, ast.Assign) or not isinstance(node, ast.expr):
        return False
    return (child is around.value or child in around.targets) and _is_made_of(around, node)


@memoize
def remade_in(file: SourceFile) -> frozenset[Spot]:
    """The places in a file where a name is bound so."""
    assigned = (node for node in ast.walk(file.tree) if isinstance(node, ast.Assign))
    found = (target for statement in assigned for target in statement.targets if _is_made_of(statement, target))
    return frozenset(file.spot(file.span(target).start) for target in found)


def _is_made_of(statement: ast.Assign, target: ast.expr) -> bool:
    """Whether a statement assigns to a target what a call makes of its own value."""
    name, value = ast.unparse(target), statement.value
    given = [*value.args, *(k.value for k in value.keywords)] if isinstance(value, ast.Call) else []
    return [ast.unparse(t) for t in statement.targets] == [name] and name in map(ast.unparse, given)
