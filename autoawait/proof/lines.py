"""What must survive byte for byte: the lines outside of the edited statements."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import groupby

from autoawait.diagnostics import Edit, EditKind
from autoawait.source import SourceFile

_WHOLE_STATEMENT = (EditKind.ASYNC_WITH, EditKind.YIELD_FROM)


def lost_lines(source: SourceFile, edits: Sequence[Edit], body: bytes) -> str | None:
    """Which run of lines outside the edited statements is not in the new body, in order; None if all are."""
    touched = {line for edit in edits for line in _touched_lines(source, edit)}
    count = len(source.line_starts)
    position = 0
    for kept, numbers in groupby(range(1, count + 1), lambda line: line not in touched):
        run = list(numbers)
        if not kept:
            continue
        text = source.body[source.line_starts[run[0] - 1] : _end_of(source, run[-1])]
        found = _found_at(body, text, position, at_start=run[0] == 1, at_end=run[-1] == count)
        if found is None:
            return f"lines {run[0]} to {run[-1]} hold no edit and have changed"
        position = found + len(text)
    return None


def _found_at(body: bytes, text: bytes, position: int, *, at_start: bool, at_end: bool) -> int | None:
    """Where a run of whole lines is in the body, at ``position`` or after."""
    if at_start:
        return 0 if body.startswith(text) and (not at_end or body == text) else None
    if at_end:
        start = len(body) - len(text)
        return start if start >= position and body.endswith(text) and _starts_line(body, start) else None
    start = body.find(text, position)
    while start >= 0 and not _starts_line(body, start):
        start = body.find(text, start + 1)
    return start if start >= 0 else None


def _starts_line(body: bytes, offset: int) -> bool:
    return offset == 0 or body[offset - 1 : offset] in (b"\n", b"\r")


def _end_of(source: SourceFile, line: int) -> int:
    return source.line_starts[line] if line < len(source.line_starts) else len(source.body)


def _touched_lines(source: SourceFile, edit: Edit) -> set[int]:
    """The lines that an edit may change: its statement, but not the statements in the blocks of that."""
    statement = _statement_of(source, edit)
    if statement is None:
        return set()
    lines = set(_lines_of(statement))
    if edit.kind is EditKind.ASYNC_WITH:
        lines.update(_comments_below(source, statement))
    if edit.kind not in _WHOLE_STATEMENT:
        lines.difference_update(*(_lines_of(child) for child in _children(statement)))
    own = range(source.spot(edit.span.start).line, source.spot(edit.span.end).line + 1)
    return lines.union(own)


def _statement_of(source: SourceFile, edit: Edit) -> ast.stmt | None:
    """The innermost statement that holds an edit."""
    found: ast.stmt | None = None
    block = source.tree.body
    while block:
        after = bisect_right(block, edit.span.start, key=lambda statement: _start(source, statement))
        if not after or source.span(block[after - 1]).end < edit.span.end:
            break
        found = block[after - 1]
        block = list(_children(found))
    return found


def _start(source: SourceFile, statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return source.span(decorators[0]).start if decorators else source.span(statement).start


def _lines_of(statement: ast.stmt) -> range:
    assert statement.end_lineno is not None
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return range(decorators[0].lineno if decorators else statement.lineno, statement.end_lineno + 1)


def _comments_below(source: SourceFile, statement: ast.stmt) -> Iterator[int]:
    """The lines after a statement's last one that still belong to its block: comments indented like it."""
    assert statement.end_lineno is not None
    for number in range(statement.end_lineno + 1, len(source.line_starts) + 1):
        line = source.line(number)
        bare = line.lstrip(" \t")
        if bare and not (bare.startswith("#") and len(line) - len(bare) > statement.col_offset):
            return
        yield number


def _children(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements of the blocks directly under a statement, in order."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for part in getattr(statement, name, ()):
            if isinstance(part, ast.stmt):
                yield part
            else:
                yield from part.body
