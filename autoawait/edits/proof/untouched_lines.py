"""What must survive byte for byte: the lines outside of the edited statements."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from itertools import pairwise

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof.async_def_text import IMPORT_LINES, LINES_AFTER, run_of
from autoawait.project.source import SourceFile

_WHOLE_STATEMENT = (EditKind.ASYNC_WITH, EditKind.YIELD_FROM)
_AT_FIRST_LINE = (EditKind.ASYNC_DEF, EditKind.DECORATE)
_LINE_END = re.compile("\r\n|\r|\n")


def lost_lines(source: SourceFile, edits: Sequence[Edit], body: bytes) -> str | None:
    """Which run of lines outside the edited statements is not in the new body, in order; None if all are.

    Where imports come in between two runs, there may be nothing but these and empty lines.
    """
    touched = {line for edit in edits for line in _touched_lines(source, edit)}
    imports = [edit for edit in edits if edit.kind in IMPORT_LINES]
    may_come_in = {"", *(edit.text for edit in imports)}
    runs = _runs(source, touched, {line for edit in imports for line in _seams(source, edit)})
    position, following = 0, 0
    for run in runs:
        text = source.body[_start_of(source, run.start) : _start_of(source, run.stop)]
        at_start, at_end = run is runs[0] and run.start == 1, run is runs[-1] and run.stop > len(source.line_starts)
        found = _found_at(body, text, position, at_start=at_start, at_end=at_end)
        if found is None:
            return f"lines {run.start} to {run.stop - 1} hold no edit and have changed"
        between = _LINE_END.split(body[position:found].decode("utf-8"))
        if run.start == following and not may_come_in.issuperset(between):
            return f"more than imports has come in before line {run.start}"
        position, following = found + len(text), run.stop
    return None


def _runs(source: SourceFile, touched: Collection[int], seams: Collection[int]) -> list[range]:
    """The longest runs of lines that must stay, divided before the lines of ``seams``; empty ones at the ends."""
    end = len(source.line_starts) + 1
    edges = sorted({1, end, *seams, *touched, *(line + 1 for line in touched)})
    runs = [range(first, after) for first, after in pairwise(edges) if first not in touched]
    at_top = [range(1, 1)] if 1 in seams else []
    at_bottom = [range(end, end)] if end in seams else []
    return at_top + runs + at_bottom


def _found_at(body: bytes, text: bytes, position: int, *, at_start: bool, at_end: bool) -> int | None:
    """Where a run of whole lines is in the body, at ``position`` or after."""
    if at_start:
        return 0 if body.startswith(text) and (not at_end or body == text) else None
    if at_end:
        start = len(body) - len(text)
        return start if start >= position and body.endswith(text) and (_starts_line(body, start) or not text) else None
    start = body.find(text, position)
    while start >= 0 and not (_starts_line(body, start) and _ends_line(body, start + len(text))):
        start = body.find(text, start + 1)
    return start if start >= 0 else None


def _starts_line(body: bytes, offset: int) -> bool:
    return offset == 0 or body[offset - 1 : offset] in (b"\n", b"\r")


def _ends_line(body: bytes, offset: int) -> bool:
    """Whether no line goes on at an offset; what was the last line of a file may have had no line end."""
    return _starts_line(body, offset) or offset == len(body) or body[offset : offset + 1] in (b"\n", b"\r")


def _start_of(source: SourceFile, line: int) -> int:
    return source.line_starts[line - 1] if line <= len(source.line_starts) else len(source.body)


def _seams(source: SourceFile, edit: Edit) -> Iterator[int]:
    """The lines before which an import may come in."""
    run = run_of(source, edit)
    if run is None:
        return
    if edit.kind in LINES_AFTER:
        yield _lines_of(run[1]).stop
        yield from (number + 1 for number in _comments_below(source, run[1]) if source.line(number).strip())
        return
    first = _lines_of(run[0]).start
    yield first
    while first > 1 and source.line(first - 1).startswith("#"):
        first -= 1
    yield first


def _touched_lines(source: SourceFile, edit: Edit) -> set[int]:
    """The lines that an edit may change: its statement, but not the statements in the blocks of that."""
    statement = _statement_of(source, edit)
    if statement is None or edit.kind in IMPORT_LINES:
        return set()
    if edit.kind in _AT_FIRST_LINE:
        return {statement.lineno}
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
    return source.span(_first_part(statement)).start


def _lines_of(statement: ast.stmt) -> range:
    assert statement.end_lineno is not None
    return range(_first_part(statement).lineno, statement.end_lineno + 1)


def _first_part(statement: ast.stmt) -> ast.expr | ast.stmt:
    """The first decorator of a statement, or the statement itself."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0] if decorators else statement


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
