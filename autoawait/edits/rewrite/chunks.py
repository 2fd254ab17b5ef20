"""The smallest runs of whole lines that must be parsed anew for an edit: a statement, or only the head of a function.

What lies outside of them is copied as bytes, so neither its size nor its oddities matter.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from autoawait.diagnostics.finding import Edit
from autoawait.edits.rewrite.blocks import (
    end_of,
    first_line,
    last_line,
    newline_of,
    start_of,
    statements_around,
    with_neighbours,
)
from autoawait.project.source import SourceFile, Span
from autoawait.project.text_edits import TextEdit, apply_edits


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bytes ``start`` to ``end`` of a file's body, whole lines; ``closing`` stands for the block of a head.

    ``insertions``, in order, are made in its text already.
    """

    source: SourceFile
    start: int
    end: int
    closing: str = ""
    insertions: tuple[TextEdit, ...] = ()

    @property
    def text(self) -> str:
        """The lines of the chunk."""
        return apply_edits(self.source.body, self.insertions, self.start, self.end).decode("utf-8")

    @property
    def opening(self) -> str:
        """What must stand before the text to make it a module: the head of a block where it is indented."""
        is_indented = self.source.body[self.start : self.start + 1] in (b" ", b"\t")
        return f"if 1:{newline_of(self.source)}" if is_indented else ""


class _Lines(NamedTuple):
    first: int
    last: int


def chunk_of(source: SourceFile, edit: Edit) -> Chunk:
    """The smallest chunk that holds the edit's node."""
    lines, closing = _Lines(1, len(source.line_starts)), ""
    for block, position in statements_around(source, edit.span):
        first, last = with_neighbours(block, position)
        if _starts_lines(source, block[first]):
            lines, closing = _Lines(first_line(block[first]), last_line(source, block[last])), ""
        head = _head(source, block[position], edit.span) if first == position else None
        if head:
            lines, closing = head
    return Chunk(source, *_bytes_of(source, lines), closing)


def merged(chunks: Mapping[Edit, Chunk]) -> list[tuple[Chunk, list[Edit]]]:
    """The outermost of these chunks in order, each with its edits."""
    result: list[tuple[Chunk, list[Edit]]] = []
    for edit, chunk in sorted(chunks.items(), key=lambda pair: (pair[1].start, -pair[1].end)):
        if result and chunk.end <= result[-1][0].end:
            result[-1][1].append(edit)
        else:
            result.append((chunk, [edit]))
    return result


def _starts_lines(source: SourceFile, statement: ast.stmt) -> bool:
    """Whether a statement can be parsed from its first line on: what stands before it there is no code."""
    first = first_line(statement)
    start = source.line_starts[first - 1]
    before = source.body[start : start_of(source, statement)].strip(b" \t")
    is_continued = first > 1 and source.line(first - 1).endswith("\\")
    is_elif = source.body.startswith(b"elif", source.span(statement).start)
    return before in (b"", b"@") and not (is_continued or is_elif)


def _head(source: SourceFile, statement: ast.stmt, span: Span) -> tuple[_Lines, str] | None:
    """The lines above the block of a function or class that hold a span, and a block to stand for it."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    inner = statement.body[0]
    first, following = first_line(statement), first_line(inner)
    is_above = span.end <= source.line_starts[following - 1]
    if not (is_above and _starts_lines(source, statement) and _starts_lines(source, inner)):
        return None
    indentation = source.line(following)[: inner.col_offset]
    return _Lines(first, following - 1), f"{indentation}pass{newline_of(source)}"


def _bytes_of(source: SourceFile, lines: _Lines) -> tuple[int, int]:
    return source.line_starts[lines.first - 1], end_of(source, lines.last)
