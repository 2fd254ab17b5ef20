"""What the tree must be after the edits of a function that becomes async, and of what follows it."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.project.source import SourceFile

LINES_AFTER = (EditKind.IMPORT_AFTER, EditKind.GROUP_AFTER)
LINES_BEFORE = (EditKind.GROUP_BEFORE, EditKind.IMPORT_BEFORE)
IMPORT_LINES = (*LINES_AFTER, *LINES_BEFORE)  # in their order between two statements


class ExpectationError(Exception):
    """An edit does not fit: there is no such node, or its text is not what its kind needs. The message says which."""


def turned_statement(edit: Edit, node: ast.stmt) -> ast.stmt | None:
    """A statement after an edit of it; None if the edit is not for such a statement."""
    if edit.kind is EditKind.ASYNC_DEF and isinstance(node, ast.FunctionDef):
        return ast.AsyncFunctionDef(**dict(ast.iter_fields(node)))
    if edit.kind is EditKind.DECORATE and isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
        node.decorator_list.append(_expression(edit))
        return node
    if edit.kind is EditKind.IMPORT_NAME and isinstance(node, ast.ImportFrom) and node.names[0].name != "*":
        wanted = _imported_name(edit)
        names = [(alias.name, alias.asname) for alias in node.names]
        if (wanted.name, wanted.asname) not in names:
            node.names.append(wanted)
        return node
    return None


def turned_expression(edit: Edit, node: ast.expr, *, is_annotation: bool) -> ast.expr | None:
    """An expression after an edit of it; None if the edit is not for such an expression."""
    if edit.kind is EditKind.REPLACE:
        new = _expression(edit)
        if is_annotation and _is_string(node) and not _is_string(new):
            assert isinstance(node, ast.Constant)
            return ast.Constant(edit.text, node.kind)
        return new
    if edit.kind is EditKind.WRAP:
        return ast.Call(_expression(edit), [node], [])
    if edit.kind is EditKind.UNWRAP and isinstance(node, ast.Call) and len(node.args) == 1 and not node.keywords:
        return None if isinstance(node.args[0], ast.Starred) else node.args[0]
    return None


def with_imports(
    source: SourceFile, before: Sequence[ast.stmt], after: Sequence[ast.stmt], edits: Iterable[Edit]
) -> tuple[list[ast.stmt], list[Edit]]:
    """The statements of a module with the imports that edits put between them, and those of the edits that fit.

    ``before`` are the statements with their places, ``after`` what they become.
    """
    spans = [source.span(statement) for statement in before]
    added: list[list[Edit]] = [[] for _ in range(len(before) + 1)]
    for edit in edits:
        if edit.span in spans:
            number = spans.index(edit.span)
            if edit.kind in LINES_AFTER:
                added[_end_of_run(before, number)].append(edit)
            elif number or not _is_docstring(before[0]):
                added[_start_of_run(before, number)].append(edit)
    body: list[ast.stmt] = []
    for number, group in enumerate(added):
        imports = {edit: _import(edit) for edit in group}
        group.sort(key=lambda e: (IMPORT_LINES.index(e.kind), isinstance(imports[e], ast.ImportFrom), e.text))
        body += [imports[edit] for edit in group]
        body += after[number : number + 1]
    return body, [edit for group in added for edit in group]


def run_of(source: SourceFile, edit: Edit) -> tuple[ast.stmt, ast.stmt] | None:
    """The first and the last of the statements that share lines with the statement of a module that an edit is for."""
    body = source.tree.body
    for number, statement in enumerate(body):
        if source.span(statement) == edit.span:
            return body[_start_of_run(body, number)], body[_end_of_run(body, number) - 1]
    return None


def _start_of_run(body: Sequence[ast.stmt], number: int) -> int:
    """The position of the first statement on the line of another."""
    while number and body[number - 1].end_lineno == body[number].lineno:
        number -= 1
    return number


def _end_of_run(body: Sequence[ast.stmt], number: int) -> int:
    """The position after the last statement on the line of another."""
    while number + 1 < len(body) and body[number + 1].lineno == body[number].end_lineno:
        number += 1
    return number + 1


def _is_docstring(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.Expr) and _is_string(statement.value)


def _is_string(node: ast.expr) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _expression(edit: Edit) -> ast.expr:
    try:
        return ast.parse(edit.text, mode="eval").body
    except (SyntaxError, ValueError) as error:
        raise ExpectationError(f"the text of the edit {edit.kind.value!r} is no expression: {edit.text!r}") from error


def _import(edit: Edit) -> ast.stmt:
    statement = next(_statements(edit.text), None)
    if not isinstance(statement, ast.Import | ast.ImportFrom):
        raise ExpectationError(f"the text of the edit {edit.kind.value!r} is no import: {edit.text!r}")
    return statement


def _imported_name(edit: Edit) -> ast.alias:
    statement = next(_statements(f"from m import {edit.text}"), None)
    if not isinstance(statement, ast.ImportFrom) or len(statement.names) != 1:
        raise ExpectationError(f"the text of the edit {edit.kind.value!r} is no name to import: {edit.text!r}")
    return statement.names[0]


def _statements(text: str) -> Iterator[ast.stmt]:
    """The statement that a text is; none if it is not exactly one."""
    try:
        found = ast.parse(text).body
    except (SyntaxError, ValueError):
        return
    if len(found) == 1:
        yield found[0]
