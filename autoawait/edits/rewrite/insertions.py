"""Edits that only insert: a word before a ``def``, a name in an import, whole lines. They need no libcst.

So the body of a function that becomes async is not parsed for it, whatever its size and its oddities.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import TypeVar

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.blocks import (
    end_of,
    first_line,
    indentation_of,
    last_line,
    newline_of,
    statement_at,
    with_neighbours,
)
from autoawait.edits.rewrite.errors import no_node, unfit
from autoawait.project.source import SourceFile
from autoawait.project.text_edits import TextEdit, insertion

INSERTING_KINDS = (
    EditKind.ASYNC_DEF,
    EditKind.DECORATE,
    EditKind.IMPORT_NAME,
    EditKind.IMPORT_AFTER,
    EditKind.IMPORT_BEFORE,
    EditKind.GROUP_AFTER,
    EditKind.GROUP_BEFORE,
)
_S = TypeVar("_S", bound=ast.stmt)
_LINE_END = re.compile(r"[\r\n]")
_COMMENT = re.compile(rb"#[^\r\n]*")
_COOKIE_LINES = 2  # a comment on one of them may say the encoding


def insertions(source: SourceFile, edits: Iterable[Edit]) -> dict[Edit, TextEdit]:
    """What each edit inserts, in the order in which it stands in the result.

    An edit is left out where there is nothing to do. Raises RewriteError where an edit does not fit.
    """
    found = [(edit, inserted) for edit in edits if (inserted := _insertion(source, edit)) is not None]
    found.sort(key=lambda pair: (pair[1].start, pair[0].turn, pair[0].text, pair[0].span))
    result: dict[Edit, TextEdit] = {}
    for (_, kind), group in groupby(found, key=lambda pair: (pair[1].start, pair[0].kind)):
        result.update(_with_blank_lines(source, kind, list(group)))
    return result


def _insertion(source: SourceFile, edit: Edit) -> TextEdit | None:
    place = statement_at(source, edit.span)
    if place is None:
        raise no_node(source, edit)
    block, position = place
    statement = block[position]
    if edit.kind in (EditKind.ASYNC_DEF, EditKind.DECORATE):
        return _before_def(source, edit, statement)
    if edit.kind is EditKind.IMPORT_NAME:
        return _name(source, edit, statement)
    if block is not source.tree.body:
        raise unfit(source, edit, "is not a statement of the module itself")
    _one_statement(source, edit, edit.text, (ast.Import, ast.ImportFrom), "import statement")
    first, last = with_neighbours(block, position)
    if edit.kind in (EditKind.IMPORT_BEFORE, EditKind.GROUP_BEFORE):
        return _before(source, edit, block[first], block[first - 1] if first else None)
    return _after(source, edit, block[last])


def _before_def(source: SourceFile, edit: Edit, statement: ast.stmt) -> TextEdit:
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
        raise unfit(source, edit, "is not a function")
    if edit.kind is EditKind.ASYNC_DEF:
        if isinstance(statement, ast.AsyncFunctionDef):
            raise unfit(source, edit, "is asynchronous already")
        return insertion(source.path, edit.span.start, "async ")
    _one_statement(source, edit, edit.text, ast.Expr, "expression")
    _check_not_continued(source, edit, statement.lineno - 1)
    indentation = source.line(statement.lineno)[: statement.col_offset].rpartition("\f")[2]
    return insertion(source.path, edit.span.start, f"@{edit.text}{newline_of(source, statement.lineno)}{indentation}")


def _name(source: SourceFile, edit: Edit, statement: ast.stmt) -> TextEdit | None:
    if not isinstance(statement, ast.ImportFrom) or statement.names[0].name == "*":
        raise unfit(source, edit, "does not import names from a module")
    wanted = _one_statement(source, edit, f"from m import {edit.text}", ast.ImportFrom, "name to import")
    if edit.text not in map(ast.unparse, wanted.names):  # several, or in parentheses
        raise unfit(source, edit, f"cannot take {edit.text!r}, which is no name to import")
    if any((alias.name, alias.asname) == (wanted.names[0].name, wanted.names[0].asname) for alias in statement.names):
        return None
    last = statement.names[-1]
    assert last.end_lineno is not None
    end = source.span(last).end
    rest = _COMMENT.sub(lambda comment: b" " * len(comment[0]), source.body[end : edit.span.end])
    line_end = end_of(source, last.end_lineno) - end  # counted from the name, as the others are
    comma, closing = rest.find(b","), rest.find(b")")
    indentation = indentation_of(source, last.lineno)
    if closing >= line_end and len(indentation) == last.col_offset:  # each name on a line of its own
        newline = newline_of(source, last.end_lineno)
        if 0 <= comma < line_end:
            return insertion(source.path, end + line_end, f"{indentation}{edit.text},{newline}")
        if comma < 0 and b"#" not in source.body[end : end + line_end]:
            return insertion(source.path, end, f",{newline}{indentation}{edit.text}")
    return insertion(source.path, end, f", {edit.text}")


def _before(source: SourceFile, edit: Edit, statement: ast.stmt, previous: ast.stmt | None) -> TextEdit:
    if previous is None and _is_string(statement):
        raise unfit(source, edit, "is the docstring of the module")
    line = first_line(statement)
    _check_not_continued(source, edit, line - 1)
    above, lowest = line, last_line(source, previous) + 1 if previous else 1
    while above > lowest and source.line(above - 1).startswith("#"):
        above -= 1
    if above > _COOKIE_LINES:  # else it is about the file
        line = above
    newline = newline_of(source, line)
    return insertion(source.path, source.line_starts[line - 1], f"{edit.text}{newline}")


def _after(source: SourceFile, edit: Edit, statement: ast.stmt) -> TextEdit:
    assert statement.end_lineno is not None
    rest = _COMMENT.sub(b"", source.body[source.span(statement).end : end_of(source, statement.end_lineno)])
    if b"\\" in rest:
        raise unfit(source, edit, "is continued on the next line")
    line = last_line(source, statement)
    # At the end of the line, before its line end: a last line may have none.
    end = source.line_starts[line - 1] + len(source.line(line).encode("utf-8"))
    return insertion(source.path, end, f"{newline_of(source, line)}{edit.text}")


def _with_blank_lines(
    source: SourceFile, kind: EditKind, group: Sequence[tuple[Edit, TextEdit]]
) -> list[tuple[Edit, TextEdit]]:
    """The insertions of one kind at one place: empty lines before the first or after the last of them."""
    result = list(group)
    if kind is EditKind.GROUP_BEFORE:
        edit, last = group[-1]
        place = statement_at(source, edit.span)
        assert place is not None
        statement = place[0][with_neighbours(*place)[0]]
        is_block = isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        newline = newline_of(source, source.spot(last.start).line)
        result[-1] = (edit, insertion(source.path, last.start, last.text + newline * (2 if is_block else 1)))
    elif kind is EditKind.GROUP_AFTER:
        edit, first = group[0]
        newline = newline_of(source, source.spot(first.start).line)
        result[0] = (edit, insertion(source.path, first.start, newline + first.text))
    return result


def _is_string(statement: ast.stmt) -> bool:
    value = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def _one_statement(source: SourceFile, edit: Edit, code: str, sort: type[_S] | tuple[type[_S], ...], words: str) -> _S:
    """The statement of some sort that a code is, with nothing about it and on one line."""
    refusal = unfit(source, edit, f"cannot take {edit.text!r}, which is no {words}")
    try:
        statements = ast.parse(code).body
    except (SyntaxError, ValueError) as error:
        raise refusal from error
    statement = statements[0] if len(statements) == 1 else None
    if not isinstance(statement, sort) or statement.end_col_offset != len(code.encode()) or _LINE_END.search(code):
        raise refusal
    return statement


def _check_not_continued(source: SourceFile, edit: Edit, line_above: int) -> None:
    if line_above and source.line(line_above).endswith("\\"):
        raise unfit(source, edit, "continues the line above")
