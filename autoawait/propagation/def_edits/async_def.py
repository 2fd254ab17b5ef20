"""What changes at a ``def`` that becomes async: the keyword, its return annotation, its decorators, and imports."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.knowledge.annotations import ASYNC_TWINS, AWAITED_ARGUMENT, CONTEXT_TWINS
from autoawait.project.index import Function
from autoawait.propagation.def_edits.imports import imported_name, named
from autoawait.types.type_expr import says_nothing

_TYPING = ("typing", "collections.abc", "typing_extensions")
_CODE = "AW402"


class Shape(Enum):
    """What calling a function gives once it is async."""

    COROUTINE = "coroutine"
    ITERATOR = "async iterator"
    CONTEXT = "async context manager"


def shape_of(function: Function) -> Shape:
    """What calling a sync function will give once it is async."""
    if any(_twin_of(function, d) for d in function.node.decorator_list):
        return Shape.CONTEXT
    return Shape.ITERATOR if function.is_generator else Shape.COROUTINE


def async_def_edits(function: Function, shape: Shape) -> tuple[Edit, ...] | Barrier:
    """The edits of the ``def`` itself for the shape of its override group, or why they cannot be made."""
    if function.is_async:
        return ()
    path, file, node = function.file.path, function.file, function.node
    converted = Edit(path, file.span(node), EditKind.ASYNC_DEF)
    if shape is Shape.COROUTINE:
        return (converted, *_awaited_annotation(function))
    if (barrier := _generator_barrier(function)) is not None:
        return barrier
    edits = list(_twin_edits(function))
    if node.returns is not None and not edits and not says_nothing(ast.unparse(node.returns)):
        return Barrier(_CODE, f"its annotation `{ast.unparse(node.returns)}` has no async counterpart", "change it")
    if shape is Shape.CONTEXT:
        edits += [e for d in node.decorator_list for e in _context_edits(function, d)]
    # What only declares an async generator, as in a protocol, stays a `def` (mypy docs, more_types: async iterators).
    return tuple(edits) if is_declaration(function) else (converted, *edits)


def is_declaration(function: Function) -> bool:
    """Whether a function has no body to speak of: ``...``, ``pass``, a docstring, ``raise NotImplementedError``."""
    return all(
        isinstance(s, (ast.Pass, ast.Raise)) or (isinstance(s, ast.Expr) and isinstance(s.value, ast.Constant))
        for s in function.node.body
    )


def _generator_barrier(function: Function) -> Barrier | None:
    """Why a function cannot be an async generator; what it returns or is sent, its own barriers forbid."""
    if function.is_generator:
        delegates = any(isinstance(node, ast.YieldFrom) for node in function.unit.nodes)
        return Barrier(_CODE, "it delegates with `yield from`", "write it as a loop") if delegates else None
    words = "it returns an iterator, and others in its override group are generators"
    return None if is_declaration(function) else Barrier(_CODE, words, "make it a generator")


# annotations


def _awaited_annotation(function: Function) -> Iterator[Edit]:
    """``Awaitable[T]`` and the like become ``T``."""
    returns = _annotation(function)
    if isinstance(returns, ast.Subscript) and (number := AWAITED_ARGUMENT.get(_last(returns.value))) is not None:
        arguments = returns.slice.elts if isinstance(returns.slice, ast.Tuple) else [returns.slice]
        if number < len(arguments):
            yield _replaced(function, ast.unparse(arguments[number]))


def _twin_edits(function: Function) -> Iterator[Edit]:
    """``Iterator[T]`` and the like become their async counterparts, imported from where the file imports them."""
    returns = _annotation(function)
    if returns is None:
        return
    generic = returns.value if isinstance(returns, ast.Subscript) else returns
    twin = ASYNC_TWINS.get(_last(generic))
    if twin is None:
        return
    if isinstance(generic, ast.Attribute):
        text = f"{ast.unparse(generic.value)}.{twin}"
    else:
        home = next((m for m in _TYPING if imported_name(function.file, m, _last(generic))), "collections.abc")
        text, imports = named(function.file, home, twin)
        yield from imports
    yield _replaced(function, f"{text}[{_arguments(returns, twin)}]" if isinstance(returns, ast.Subscript) else text)


def _arguments(returns: ast.Subscript, twin: str) -> str:
    """The arguments of an annotation; an AsyncGenerator has no return type (typing)."""
    if twin == "AsyncGenerator" and isinstance(returns.slice, ast.Tuple):
        return ", ".join(ast.unparse(argument) for argument in returns.slice.elts[:2])
    return ast.unparse(returns.slice)


def _annotation(function: Function) -> ast.expr | None:
    """The return annotation as an expression, out of its quotes where it has some."""
    returns = function.node.returns
    if isinstance(returns, ast.Constant) and isinstance(returns.value, str):
        try:
            return ast.parse(returns.value.strip(), mode="eval").body
        except SyntaxError:
            return None
    return returns


def _replaced(function: Function, text: str) -> Edit:
    returns = function.node.returns
    assert returns is not None
    return Edit(function.file.path, function.file.span(returns), EditKind.REPLACE, text=text)


# decorators


def _context_edits(function: Function, decorator: ast.expr) -> Iterator[Edit]:
    twin = _twin_of(function, decorator)
    if not twin:
        return
    file = function.file
    if isinstance(decorator, ast.Attribute):
        text = f"{ast.unparse(decorator.value)}.{twin}"
    else:
        text, imports = named(file, "contextlib", twin)
        yield from imports
    yield Edit(file.path, file.span(decorator), EditKind.REPLACE, text=text)


def _twin_of(function: Function, decorator: ast.expr) -> str:
    """The async twin of a decorator that makes a context manager; empty for one of its own that is called the same."""
    name = _last(decorator)
    is_from_there = imported_name(function.file, "contextlib", name) == ast.unparse(decorator)
    is_right = is_from_there or function.is_generator or is_declaration(function)
    return CONTEXT_TWINS.get(name, "") if is_right else ""


def _last(node: ast.expr) -> str:
    """The last part of a dotted name."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
    return ""
