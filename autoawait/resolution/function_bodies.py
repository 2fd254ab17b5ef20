"""What the body of a function says of what calls of it give."""

from __future__ import annotations

import ast

from autoawait.project.index import Function, own_nodes
from autoawait.types.type_expr import says_nothing

# Expressions that never give a coroutine, whatever is in them.
_VALUES = (
    *(ast.Constant, ast.JoinedStr, ast.Compare, ast.List, ast.Tuple, ast.Set, ast.Dict),
    *(ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp),
)


def is_value(node: ast.expr) -> bool:
    """Whether an expression gives a value that needs no ``await``, by its form alone."""
    return isinstance(node, _VALUES)


def is_open(function: Function) -> bool:
    """Whether the body of a sync function says what calls of it give: the engine has read annotations and stubs."""
    is_plain = not function.is_async and not function.is_generator
    return is_plain and function.file.path.suffix != ".pyi" and not is_annotated(function)


def returned_by(function: Function) -> list[ast.expr]:
    """What a function's own ``return`` statements give."""
    return [n.value for n in own_nodes(function.node.body) if isinstance(n, ast.Return) and n.value]


def is_annotated(function: Function) -> bool:
    """Whether a function has a return annotation that says something."""
    returns = function.node.returns
    return returns is not None and not says_nothing(ast.unparse(returns))
