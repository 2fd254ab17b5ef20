"""Node classes of ``ast`` that are of one kind, by one name."""

from __future__ import annotations

import ast

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef

# except* has a node class of its own since 3.11, of the same shape.
TRIES: tuple[type[ast.Try], ...] = (ast.Try, *([ast.TryStar] if hasattr(ast, "TryStar") else []))
