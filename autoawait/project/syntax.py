"""Node classes of ``ast`` that are of one kind, by one name."""

from __future__ import annotations

import ast

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

# except* has a node class of its own since 3.11, of the same shape.
TRIES: tuple[type[ast.Try], ...] = (ast.Try, *([ast.TryStar] if hasattr(ast, "TryStar") else []))


def scope_children(node: ast.AST) -> list[ast.AST]:
    """The children of a node that are evaluated in the same scope: all, but of a def only what is outside its body.

    Contexts and operators are left out: they are one shared object each, and most of all children.
    """
    found: list[ast.AST] = []
    for name in _DEF_FIELDS if isinstance(node, _DEFS) else node._fields:
        if name in _SHARED:
            continue
        value = getattr(node, name, None)
        if isinstance(value, ast.AST):
            found.append(value)
        elif isinstance(value, list):
            found.extend(item for item in value if isinstance(item, ast.AST))
    return found


_DEFS = (ast.FunctionDef, ast.AsyncFunctionDef)
_DEF_FIELDS = ("decorator_list", "args", "returns")
_SHARED = frozenset({"ctx", "op", "ops"})
