"""Names that are rebound to the result of a call on their own value: ``app = wrap(app)``."""

from __future__ import annotations

import ast
from collections.abc import Mapping

from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile, Spot


def is_rebound(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether a node is part of an assignment that rebinds it to the result of a call on it."""
    child, around = node, parents.get(node)
    while isinstance(around, ast.Call | ast.keyword | ast.Starred):
        child, around = around, parents.get(around)
    if not isinstance(around, ast.Assign) or not isinstance(node, ast.expr):
        return False
    return (child is around.value or child in around.targets) and _rebinds(around, node)


@memoize
def rebound_in(file: SourceFile) -> Mapping[Spot, ast.expr]:
    """The targets of such assignments in a file, by their places."""
    assigned = (node for node in ast.walk(file.tree) if isinstance(node, ast.Assign))
    found = (target for statement in assigned for target in statement.targets if _rebinds(statement, target))
    return {file.spot(file.span(target).start): target for target in found}


def _rebinds(statement: ast.Assign, target: ast.expr) -> bool:
    """Whether a statement assigns to a target the result of a call on its own value."""
    name, value = ast.unparse(target), statement.value
    arguments = [*value.args, *(k.value for k in value.keywords)] if isinstance(value, ast.Call) else []
    return [ast.unparse(t) for t in statement.targets] == [name] and name in map(ast.unparse, arguments)
