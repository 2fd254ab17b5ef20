"""The smallest runs of whole lines that must be parsed anew for an edit: a statement, or only the head of a function.

What lies outside of them is copied as bytes, so neither its size nor its oddities matter.
"""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass

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


def chunk_of(source: SourceFile, edit: Edit) -> Chunk:
    """The smallest chunk that holds the edit's node."""
    chunk = Chunk(source, 0, len(source.body))
    for block, position in statements_around(source, edit.span):
        first, last = with_neighbours(block, position)
        if _starts_lines(source, block[first]):
            chunk = Chunk(source, _line_start(source, block[first]), end_of(source, last_line(source, block[last])))
        if first == position:
            chunk = _head(source, block[position], edit.span) or chunk
    return chunk


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
    before = source.body[_line_start(source, statement) : start_of(source, statement)].strip(b" \t")
    above = first_line(statement) - 1
    is_continued = above > 0 and source.line(above).endswith("\\")
    is_elif = source.body.startswith(b"elif", source.span(statement).start)
    return before in (b"", b"@") and not (is_continued or is_elif)


def _head(source: SourceFile, statement: ast.stmt, span: Span) -> Chunk | None:
    """The lines above the block of a function or class, if they hold a span, with a block to stand for it."""
    if not isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return None
    inner = statement.body[0]
    end = _line_start(source, inner)
    if span.end > end or not (_starts_lines(source, statement) and _starts_lines(source, inner)):
        return None
    indentation = source.line(first_line(inner))[: inner.col_offset]
    return Chunk(source, _line_start(source, statement), end, f"{indentation}pass{newline_of(source)}")


def _line_start(source: SourceFile, statement: ast.stmt) -> int:
    return source.line_starts[first_line(statement) - 1]
