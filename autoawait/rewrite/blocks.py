"""Statements and the blocks that they hold."""

from __future__ import annotations

import ast
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from autoawait.source import SourceFile, Span


def statements_around(source: SourceFile, span: Span) -> Iterator[tuple[Sequence[ast.stmt], int]]:
    """The statements that hold a span, from the outside in, each as a block and the position in it."""
    block: Sequence[ast.stmt] = source.tree.body
    while (position := _position_of(source, span, block)) is not None:
        yield block, position
        block = list(children(block[position]))


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


def _position_of(source: SourceFile, span: Span, block: Sequence[ast.stmt]) -> int | None:
    after = bisect_right(block, span.start, key=lambda statement: start_of(source, statement))
    return after - 1 if after and span.end <= source.span(block[after - 1]).end else None
