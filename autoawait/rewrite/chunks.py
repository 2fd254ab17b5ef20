"""The smallest runs of whole lines that must be parsed anew for an edit: a statement, alone on its lines.

What lies outside of them is copied as bytes, so neither its size nor its oddities matter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autoawait.diagnostics import Edit
from autoawait.rewrite.blocks import children, first_line, start_of, statements_around
from autoawait.source import SourceFile

_INDENTED_COMMENT = re.compile(rb"([ \t]*)#")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bytes ``start`` to ``end`` of a file's body, whole lines that hold one statement (or the whole file)."""

    source: SourceFile
    start: int
    end: int

    @property
    def text(self) -> str:
        """The lines of the chunk."""
        return self.source.body[self.start : self.end].decode("utf-8")

    @property
    def opening(self) -> str:
        """What must stand before the text to make it a module: the head of a block where it is indented."""
        return f"if 1:{_newline(self.source)}" if self.text[:1] in (" ", "\t") else ""


class _Lines(NamedTuple):
    first: int
    last: int


def chunk_of(source: SourceFile, edit: Edit) -> Chunk:
    """The smallest chunk that holds the edit's node."""
    lines = _Lines(1, len(source.line_starts))
    for block, position in statements_around(source, edit.span):
        if _is_alone(source, block, position):
            lines = _Lines(first_line(block[position]), _last_line(source, block[position]))
    return Chunk(source, *_bytes_of(source, lines))


def merged(chunks: Mapping[Edit, Chunk]) -> list[tuple[Chunk, list[Edit]]]:
    """The outermost of these chunks in order, each with its edits."""
    result: list[tuple[Chunk, list[Edit]]] = []
    for edit, chunk in sorted(chunks.items(), key=lambda pair: (pair[1].start, -pair[1].end)):
        if result and chunk.end <= result[-1][0].end:
            result[-1][1].append(edit)
        else:
            result.append((chunk, [edit]))
    return result


def _is_alone(source: SourceFile, block: Sequence[ast.stmt], position: int) -> bool:
    """Whether a statement can be parsed by itself: it shares no line with another, nor with the head of its block."""
    statement = block[position]
    first = first_line(statement)
    start = source.line_starts[first - 1]
    before = source.body[start : start_of(source, statement)].strip(b" \t")
    is_continued = first > 1 and source.line(first - 1).endswith("\\")
    is_elif = source.body.startswith(b"elif", source.span(statement).start)
    shares_end = position + 1 < len(block) and first_line(block[position + 1]) == statement.end_lineno
    return before in (b"", b"@") and not (is_continued or is_elif or shares_end)


def _last_line(source: SourceFile, statement: ast.stmt) -> int:
    """The last line of a statement, comments after it that are indented like its body included."""
    assert statement.end_lineno is not None
    last = statement.end_lineno
    if not any(children(statement)):
        return last
    for number in range(last + 1, len(source.line_starts) + 1):
        line = source.body[source.line_starts[number - 1] : _bytes_of(source, _Lines(number, number))[1]]
        comment = _INDENTED_COMMENT.match(line)
        if comment and len(comment[1]) > statement.col_offset:
            last = number
        elif line.strip():
            break
    return last


def _bytes_of(source: SourceFile, lines: _Lines) -> tuple[int, int]:
    end = source.line_starts[lines.last] if lines.last < len(source.line_starts) else len(source.body)
    return source.line_starts[lines.first - 1], end


def _newline(source: SourceFile) -> str:
    first_end = source.body[: source.line_starts[1]] if len(source.line_starts) > 1 else b""
    return "\r\n" if first_end.endswith(b"\r\n") else "\r" if first_end.endswith(b"\r") else "\n"
