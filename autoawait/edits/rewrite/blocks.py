"""Statements, the blocks that they hold, and how new lines among them are written."""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import count

from autoawait.project.source import SourceFile, Span

_WORD = re.compile(r"[^\W\d]\w*")


def statements_around(source: SourceFile, span: Span) -> Iterator[tuple[Sequence[ast.stmt], int]]:
    """The statements that hold a span, from the outside in, each as a block and the position in it."""
    block: Sequence[ast.stmt] = source.tree.body
    while (position := _position_of(source, span, block)) is not None:
        yield block, position
        block = list(children(block[position]))


def statement_at(source: SourceFile, span: Span) -> tuple[Sequence[ast.stmt], int] | None:
    """The statement with exactly this span, as the block that it is in and the position there."""
    for block, position in statements_around(source, span):
        if source.span(block[position]) == span:
            return block, position
    return None


def children(statement: ast.stmt) -> Iterator[ast.stmt]:
    """The statements of the blocks directly under a statement, in order."""
    for name in ("body", "handlers", "cases", "orelse", "finalbody"):
        for part in getattr(statement, name, ()):
            if isinstance(part, ast.stmt):
                yield part
            else:
                yield from part.body


def start_of(source: SourceFile, statement: ast.stmt) -> int:
    """The offset of a statement, or of the expression of its first decorator."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return source.span(decorators[0]).start if decorators else source.span(statement).start


def first_line(statement: ast.stmt) -> int:
    """The 1-based line on which a statement starts with its decorators."""
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return decorators[0].lineno if decorators else statement.lineno


def with_neighbours(block: Sequence[ast.stmt], position: int) -> tuple[int, int]:
    """The positions of the first and the last statement of a run that shares lines (``a; b``)."""
    first = last = position
    while first and block[first - 1].end_lineno == first_line(block[first]):
        first -= 1
    while last + 1 < len(block) and first_line(block[last + 1]) == block[last].end_lineno:
        last += 1
    return first, last


def last_line(source: SourceFile, statement: ast.stmt) -> int:
    """The last line of a statement, comments after it that are indented like its body included."""
    assert statement.end_lineno is not None
    last = statement.end_lineno
    if not any(children(statement)):
        return last
    for number in range(last + 1, len(source.line_starts) + 1):
        line, indentation = source.line(number), indentation_of(source, number)
        if line.startswith("#", len(indentation)) and len(indentation) > statement.col_offset:
            last = number
        elif line.strip():
            break
    return last


def end_of(source: SourceFile, line: int) -> int:
    """The offset after a 1-based line and its line end."""
    return source.line_starts[line] if line < len(source.line_starts) else len(source.body)


def indentation_of(source: SourceFile, line: int) -> str:
    """The blanks and tabs at the start of a 1-based line."""
    text = source.line(line)
    return text[: len(text) - len(text.lstrip(" \t"))]


def indentation_step(source: SourceFile, span: Span) -> str:
    """What the block of a statement is indented more than itself: around a span, else in the file."""
    around = [block[position] for block, position in statements_around(source, span)]
    for statement in (*reversed(around), *source.tree.body):
        outer = indentation_of(source, statement.lineno)
        inside = (indentation_of(source, first_line(child)) for child in children(statement))
        inner = next((indentation for indentation in inside if indentation.startswith(outer)), outer)
        if inner != outer:
            return inner[len(outer) :]
    return "    "


def fresh_name(source: SourceFile, span: Span) -> str:
    """A name for the variable of a loop that the function around a span does not use."""
    around = [block[position] for block, position in statements_around(source, span)]
    scopes = [node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    text = source.segment(source.span(scopes[-1])) if scopes else source.text
    used = set(_WORD.findall(text))  # those in strings and comments too: a name to grep for stays one name
    candidates = ("item" if number == 1 else f"item{number}" for number in count(1))
    return next(name for name in candidates if name not in used)


def newline_of(source: SourceFile, line: int = 1) -> str:
    """How a line ends; the last one, which has no end, as the first does."""
    for number in (line, 1):
        text = source.body[source.line_starts[number - 1] : end_of(source, number)]
        for newline in ("\r\n", "\n", "\r"):
            if text.endswith(newline.encode()):
                return newline
    return "\n"


def _position_of(source: SourceFile, span: Span, block: Sequence[ast.stmt]) -> int | None:
    after = bisect_right(block, span.start, key=lambda statement: start_of(source, statement))
    return after - 1 if after and span.end <= source.span(block[after - 1]).end else None
