"""The names to which a function or a statement binds a value."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence

from autoawait.project.syntax import FunctionNode


def positional(function: FunctionNode) -> list[ast.arg]:
    """The parameters that take positional arguments, in order."""
    return [*function.args.posonlyargs, *function.args.args]


def parameters(function: FunctionNode) -> list[str]:
    """The names of a function's parameters, those that collect the rest left out."""
    return [a.arg for a in (*positional(function), *function.args.kwonlyargs)]


def defaults(parameters: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    """The parameters that have a default, each with that."""
    before = [*parameters.posonlyargs, *parameters.args]
    yield from zip(before[len(before) - len(parameters.defaults) :], parameters.defaults, strict=True)
    keywords = zip(parameters.kwonlyargs, parameters.kw_defaults, strict=True)
    yield from ((parameter, default) for parameter, default in keywords if default is not None)


def is_property(function: FunctionNode) -> bool:
    """Whether a decorator says by its name that what a function gives is read like an attribute."""
    names = (d.id if isinstance(d, ast.Name) else getattr(d, "attr", "") for d in function.decorator_list)
    return any(name.endswith("property") for name in names)


def assigned_to(node: ast.AST) -> Sequence[ast.expr]:
    """The targets of an assignment; empty for any other node."""
    if isinstance(node, ast.Assign):
        return node.targets
    return [node.target] if isinstance(node, ast.AnnAssign) else []


def names_bound_by(statement: ast.stmt) -> Iterator[str]:
    """The names of variables and attributes to which a statement itself, not one inside it, binds a value."""
    for target in _targets(statement):
        yield from _names_in(target)


def _targets(node: ast.stmt) -> Sequence[ast.expr]:
    """What a statement itself binds a value to."""
    match node:
        case ast.Assign():
            return node.targets
        case ast.AnnAssign() | ast.For() | ast.AsyncFor():
            return [node.target]
        case ast.With() | ast.AsyncWith():
            return [item.optional_vars for item in node.items if item.optional_vars]
    return ()


def _names_in(target: ast.expr) -> Iterator[str]:
    match target:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            yield name
        case ast.Tuple() | ast.List():
            for item in target.elts:
                yield from _names_in(item)
        case ast.Starred():
            yield from _names_in(target.value)
