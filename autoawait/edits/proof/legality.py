"""Whether a text compiles, on an older Python too, and fails in no way that only shows at run time."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef

# SyntaxError aside: null bytes; nesting too deep.
SYNTAX_ERRORS = (SyntaxError, ValueError, RecursionError, MemoryError)


def compile_errors(text: str, path: Path, target: tuple[int, int]) -> str | None:
    """Why a text does not compile on the running Python or on the ``target`` version; None if it does.

    Nothing of it is executed. The edits of this project add neither quotes nor backslashes to an f-string,
    so one that was good before Python 3.12 stays so.
    """
    try:
        tree = parsed(text, target)
    except SYNTAX_ERRORS as error:
        return f"the result does not parse: {error}"
    return code_error(text, path) or version_error(tree, target)


def parsed(text: str, target: tuple[int, int]) -> ast.Module:
    """The tree of a text, as far as possible in the grammar of a version. Raises SYNTAX_ERRORS."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes and the like were there before
        return ast.parse(text, feature_version=min(target, sys.version_info[:2]))


def code_error(text: str, path: Path) -> str | None:
    """Why a text does not compile on the running Python; None if it does."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compile(text, str(path), "exec", dont_inherit=True)
    except SyntaxError as error:
        return f"line {error.lineno}: the result does not compile: {error.msg}"
    except SYNTAX_ERRORS as error:
        return f"the result does not compile: {error}"
    return None


def version_error(tree: ast.Module, target: tuple[int, int]) -> str | None:
    """What in a tree the target version does not take although ``ast.parse`` for it does; None if there is nothing."""
    for node in ast.walk(tree):
        for annotation in annotations_of(node):
            if _awaits(annotation):
                return f"line {annotation.lineno}: await in an annotation"
        for decorator in getattr(node, "decorator_list", ()) if target < (3, 9) else ():
            if _awaits(decorator) and not isinstance(decorator, ast.Call | ast.Name | ast.Attribute):
                return f"line {decorator.lineno}: await in a decorator needs Python 3.9"
    for inner in _async_in_sync(tree) if target < (3, 11) else ():
        return f"line {inner.lineno}: an asynchronous comprehension in a synchronous one needs Python 3.11"
    return None


def new_async_generators(before_tree: ast.Module, after_tree: ast.Module) -> list[ast.GeneratorExp]:
    """The generator expressions that are asynchronous after the edits and were not before.

    Both trees have the positions of the text before. A sync ``for`` over such an expression fails at run time, and
    nothing says so at compile time.
    """
    old = {_place(node) for node in ast.walk(before_tree) if isinstance(node, ast.GeneratorExp) and is_async(node)}
    new = [node for node in ast.walk(after_tree) if isinstance(node, ast.GeneratorExp) and is_async(node)]
    return [node for node in new if _place(node) not in old]


def is_async(node: _Comprehension, *, nested: bool = True) -> bool:
    """Whether a comprehension or generator expression is asynchronous: ``async for`` or ``await`` in its own scope.

    With ``nested``, as since Python 3.11, an asynchronous comprehension inside makes it so too.
    """
    own = any(clause.is_async for clause in node.generators)
    return own or any(_awaits(part, nested=nested) for part in _own_parts(node))


def _awaits(node: ast.AST, *, nested: bool = True) -> bool:
    """Whether evaluating a node awaits in the scope that it stands in."""
    if isinstance(node, ast.Await):
        return True
    if isinstance(node, ast.Lambda):
        return _awaits(node.args, nested=nested)
    if isinstance(node, _Comprehension):
        through = nested and not isinstance(node, ast.GeneratorExp) and is_async(node)
        return through or _awaits(node.generators[0].iter, nested=nested)
    return any(_awaits(child, nested=nested) for child in ast.iter_child_nodes(node))


def _own_parts(node: _Comprehension) -> Iterator[ast.AST]:
    """What is evaluated in the scope of a comprehension: all but the first iterable."""
    if isinstance(node, ast.DictComp):
        yield from (node.key, node.value)
    else:
        yield node.elt
    for number, clause in enumerate(node.generators):
        yield clause.target
        yield from clause.ifs
        if number:
            yield clause.iter


def _place(node: ast.expr) -> tuple[int, int, int | None, int | None]:
    return node.lineno, node.col_offset, node.end_lineno, node.end_col_offset


def annotations_of(node: ast.AST) -> Iterator[ast.expr]:
    """The annotations directly at a node."""
    for name in ("annotation", "returns"):
        annotation = getattr(node, name, None)
        if isinstance(annotation, ast.expr):
            yield annotation


def _async_in_sync(tree: ast.AST) -> Iterator[_Comprehension]:
    """Asynchronous comprehensions whose surrounding comprehension does not itself await (its parts aside)."""
    stack: list[tuple[ast.AST, bool]] = [(tree, False)]
    while stack:
        node, in_sync = stack.pop()
        if not isinstance(node, _Comprehension):
            below = in_sync and not isinstance(node, _Scope)
            stack.extend((child, below) for child in ast.iter_child_nodes(node))
            continue
        if in_sync and not isinstance(node, ast.GeneratorExp) and is_async(node, nested=False):
            yield node
        stack.append((node.generators[0].iter, in_sync))
        stack.extend((part, not is_async(node, nested=False)) for part in _own_parts(node))
