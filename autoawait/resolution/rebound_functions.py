"""Whether the name of a function means something else besides."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable

from autoawait.project.index import Function


def is_rebound(function: Function) -> bool:
    """Whether the name of a function is bound to something else too: beside it, or by code that says ``global``."""
    name = function.node.name
    around = function.outer.node if function.outer else function.file.tree
    scope = function.owner or around
    others = [n for s in scope.body for n in _bindings(s, name) if n is not function.node]
    if any(not isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef)) for n in others):
        return True
    if any(isinstance(n, ast.FunctionDef) for n in others) and not any(map(_is_declaration, (*others, function.node))):
        return True
    if function.owner is not None or function.outer is not None:
        return False
    return re.search(rf"^\s*global\b.*\b{name}\b", function.file.text, re.MULTILINE) is not None


def _bindings(node: ast.AST, name: str) -> Iterable[ast.AST]:
    """What binds a name in a statement of a scope: definitions, imports, assignments; inner scopes left out."""
    if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        if node.name == name:
            yield node
    elif isinstance(node, ast.alias):
        if (node.asname or node.name) == name:
            yield node
    elif isinstance(node, ast.Name):
        if node.id == name and isinstance(node.ctx, ast.Store):
            yield node
    elif isinstance(node, (ast.stmt, ast.excepthandler, ast.Tuple, ast.List)):
        for child in ast.iter_child_nodes(node):
            yield from _bindings(child, name)


def _is_declaration(node: ast.AST) -> bool:
    """Whether a ``def`` only declares: an overload, or a setter of a property."""
    decorators = getattr(node, "decorator_list", [])
    return any("overload" in ast.unparse(d) or ast.unparse(d).endswith((".setter", ".deleter")) for d in decorators)
