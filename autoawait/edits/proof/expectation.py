"""What a file's tree must be after the edits, worked out on ``ast`` alone."""

from __future__ import annotations

import ast
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby, pairwise
from typing import TypeVar

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof.async_def_text import (
    IMPORT_LINES,
    ExpectationError,
    turned_expression,
    turned_statement,
    with_imports,
)
from autoawait.edits.proof.legality import SYNTAX_ERRORS, annotations_of, parsed
from autoawait.project.source import SourceFile, Span

_MARK = "\0"
_N = TypeVar("_N", bound=ast.AST)
_BUILTINS = {
    EditKind.COLLECT_LIST: "list",
    EditKind.COLLECT_SET: "set",
    EditKind.ANEXT: "next",
    EditKind.ANEXT_METHOD: "next",
}


class NewName(ast.Name):
    """A name that the rewriter may choose, the same all over one ``loop``, as long as it is none of ``taken``."""

    taken: frozenset[str] = frozenset()
    loop: int = 0


class EditedString(ast.JoinedStr):
    """An f-string with an edit in it: the text that ``{x=}`` shows of its expression is left out."""


def expected_tree(source: SourceFile, edits: Iterable[Edit]) -> ast.Module:
    """The tree of the source with the edits made. Nodes keep their old positions.

    Raises ExpectationError where an edit does not fit exactly one node.
    """
    wanted = tuple(dict.fromkeys(edits))
    expectation = _Expectation(source, wanted)
    tree = expectation.visit(parsed(source.text, sys.version_info[:2]))
    made = Counter(expectation.made)
    for edit in wanted:
        if made[edit] != 1:
            line = source.spot(edit.span.start).line
            raise ExpectationError(f"line {line}: {made[edit]} nodes for the edit {edit.kind.value!r}")
    assert isinstance(tree, ast.Module)
    return tree


def without_debug_text(values: Sequence[ast.expr]) -> list[ast.expr]:
    """The values of an f-string with a mark in place of the text that ``{x=}`` shows of its expression.

    ``ast`` gives that text as part of the constant before the expression.
    """
    result = list(values)
    for position, (constant, shown) in enumerate(pairwise(values)):
        text = constant.value if isinstance(constant, ast.Constant) else None
        if isinstance(text, str) and isinstance(shown, ast.FormattedValue):
            result[position] = ast.copy_location(ast.Constant(_marked(text, shown.value)), constant)
    return result


class _Expectation(ast.NodeTransformer):
    """Makes the edits from the inside out; ``made`` lists them."""

    def __init__(self, source: SourceFile, edits: Sequence[Edit]) -> None:
        self.made: list[Edit] = []
        self._source = source
        self._edits = edits
        self._by_span: dict[Span, list[Edit]] = {}
        self._taken: list[frozenset[str]] = [frozenset()]
        self._annotations: set[ast.AST] = set()
        self._pieces: set[ast.AST] = set()  # of f-strings; before Python 3.12 they have the span of the whole string
        for edit in sorted(edits, key=lambda edit: (edit.kind is EditKind.COLLECT, edit.text)):
            self._by_span.setdefault(edit.span, []).append(edit)

    def visit(self, node: ast.AST) -> ast.AST:
        if isinstance(node, ast.Module):
            return self._module(node)
        if isinstance(node, ast.comprehension):
            return self._clause(node)
        self._annotations.update(annotations_of(node))
        changed = self._inside(node)
        if isinstance(node, ast.expr | ast.stmt) and node not in self._pieces:
            for edit in self._by_span.get(self._source.span(node), ()):
                changed = self._edited(edit, changed, is_annotation=node in self._annotations)
        return changed

    def _inside(self, node: ast.AST) -> ast.AST:
        """The node after the edits below it."""
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            return self._scope(node)
        if isinstance(node, ast.JoinedStr):
            return self._string(node)
        if isinstance(node, ast.FormattedValue):
            self._pieces.update([node, *([node.format_spec] if node.format_spec else [])])
        return self.generic_visit(node)

    def _module(self, node: ast.Module) -> ast.AST:
        lines = [edit for edit in self._edits if edit.kind in IMPORT_LINES]
        before = list(node.body)
        changed = self._scope(node)
        assert isinstance(changed, ast.Module)
        changed.body, made = with_imports(self._source, before, changed.body, lines)
        self.made += made
        return changed

    def _scope(self, node: ast.Module | ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        self._taken.append(_names_in(node) if self._edits_in(node, EditKind.YIELD_FROM) else frozenset())
        changed: ast.AST = self.generic_visit(node)
        self._taken.pop()
        return changed

    def _string(self, node: ast.JoinedStr) -> ast.AST:
        if not self._edits_in(node, *EditKind):
            return self.generic_visit(node)
        values = without_debug_text(node.values)
        self._pieces.update(value for value in values if isinstance(value, ast.Constant))
        return self.generic_visit(_placed(EditedString(values=values), node))

    def _edits_in(self, node: ast.Module | ast.stmt | ast.expr, *kinds: EditKind) -> bool:
        span = Span(0, len(self._source.body)) if isinstance(node, ast.Module) else self._source.span(node)
        return any(e.kind in kinds and span.start <= e.span.start and e.span.end <= span.end for e in self._edits)

    def _clause(self, node: ast.comprehension) -> ast.AST:
        span = self._source.span(node.iter)
        changed = self.generic_visit(node)
        assert isinstance(changed, ast.comprehension)
        for edit in self._by_span.get(span, ()):
            if edit.kind is EditKind.ASYNC_CLAUSE and not changed.is_async:
                changed.is_async = 1
                self.made.append(edit)
        return changed

    def _edited(self, edit: Edit, node: ast.AST, *, is_annotation: bool) -> ast.AST:
        """The node after an edit of its span; the same if the edit is for another node."""
        result: ast.AST | None = None
        if edit.kind is EditKind.YIELD_FROM:
            result = self._loop(node) if isinstance(node, ast.Expr) else None
        elif edit.kind is EditKind.ASYNC_FOR:
            result = ast.AsyncFor(**dict(ast.iter_fields(node))) if isinstance(node, ast.For) else None
        elif edit.kind is EditKind.ASYNC_WITH:
            result = _async_with(node, edit.items) if isinstance(node, ast.With) else None
        elif isinstance(node, ast.stmt):
            result = turned_statement(edit, node)
        elif isinstance(node, ast.expr):
            result = turned_expression(edit, node, is_annotation=is_annotation) or _expression(edit, node)
        if result is None:
            return node
        self.made.append(edit)
        return _placed(result, node)

    def _loop(self, node: ast.Expr) -> ast.AST | None:
        if not isinstance(node.value, ast.YieldFrom):
            return None
        target, value = NewName("", ast.Store()), NewName("", ast.Load())
        target.taken = value.taken = self._taken[-1]
        target.loop = value.loop = self._source.span(node).start
        return ast.AsyncFor(target, node.value.value, [ast.Expr(ast.Yield(value))], [])


def _expression(edit: Edit, node: ast.expr) -> ast.expr | None:
    """The new expression, None if the node is not of the kind's shape."""
    kind = edit.kind
    if kind is EditKind.AWAIT:
        return ast.Await(node)
    if kind is EditKind.COLLECT:
        return _collected(node, edit.text or "x")
    if kind is EditKind.UNAWAIT:
        return node.value if isinstance(node, ast.Await) else None
    if kind is EditKind.LIST_OF_GENEXP:
        return ast.ListComp(node.elt, node.generators) if isinstance(node, ast.GeneratorExp) else None
    return _call(edit, node) if isinstance(node, ast.Call) and _is_call_for(kind, node) else None


def _is_call_for(kind: EditKind, node: ast.Call) -> bool:
    """Whether a call is of the builtin that a kind is about, with arguments that it can take over."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
    most = 2 if kind is EditKind.ANEXT else 1
    is_plain = not node.keywords and not any(isinstance(argument, ast.Starred) for argument in node.args)
    return name == _BUILTINS.get(kind) and is_plain and 1 <= len(node.args) <= most


def _call(edit: Edit, node: ast.Call) -> ast.expr:
    kind, first, variable = edit.kind, node.args[0], edit.text or "x"
    if kind is EditKind.ANEXT:
        return ast.Await(_placed(ast.Call(_anext(node.func), node.args, []), node))
    if kind is EditKind.ANEXT_METHOD:
        method = _placed(ast.Attribute(first, "__anext__", ast.Load()), node)
        return ast.Await(_placed(ast.Call(method, [], []), node))
    if kind is EditKind.COLLECT_SET:
        return ast.SetComp(ast.Name(variable, ast.Load()), _each_of(first, variable))
    return _collected(first, variable)


def _collected(iterable: ast.expr, variable: str) -> ast.ListComp:
    return ast.ListComp(ast.Name(variable, ast.Load()), _each_of(iterable, variable))


def _each_of(iterable: ast.expr, variable: str) -> list[ast.comprehension]:
    return [ast.comprehension(ast.Name(variable, ast.Store()), iterable, [], 1)]


def _anext(func: ast.expr) -> ast.expr:
    if isinstance(func, ast.Attribute):
        return ast.Attribute(func.value, "anext", ast.Load())
    return ast.Name("anext", ast.Load())


def _async_with(node: ast.With, chosen: tuple[int, ...]) -> ast.stmt:
    """Nested statements, neighbours of one sort together."""
    numbers = range(len(node.items))
    groups = [(turns, list(group)) for turns, group in groupby(numbers, lambda n: not chosen or n in chosen)]
    body = node.body
    for turns, group in reversed(groups):
        sort = ast.AsyncWith if turns else ast.With
        body = [_placed(sort(items=[node.items[n] for n in group], body=body, type_comment=None), node)]
    return body[0]


def _placed(new: _N, old: ast.AST) -> _N:
    return ast.fix_missing_locations(ast.copy_location(new, old))


def _names_in(scope: ast.AST) -> frozenset[str]:
    """Every identifier in a scope, whatever it is the name of."""
    names: set[str] = set()
    for node in ast.walk(scope):
        if not isinstance(node, ast.Constant):
            for _, value in ast.iter_fields(node):
                names.update(part for part in (value if isinstance(value, list) else [value]) if isinstance(part, str))
    return frozenset(names)


def _marked(text: str, expression: ast.expr) -> str:
    """The text with a mark in place of the expression that stands before its last ``=``."""
    head, equals, rest = text.rpartition("=")
    if not equals or rest.strip():
        return text
    wanted = ast.dump(ast.Module([ast.Expr(expression)], []))
    shortest = max(0, len(head) - 3 * len(ast.unparse(expression)) - 40)  # whatever its layout, it is hardly longer
    for start in range(len(head) - 1, shortest - 1, -1):
        if not head[start].isspace() and _dump(head[start:].strip()) == wanted:
            return head[:start] + _MARK + equals + rest
    return text


def _dump(text: str) -> str | None:
    try:
        return ast.dump(parsed(text, sys.version_info[:2]))
    except SYNTAX_ERRORS:
        return None
