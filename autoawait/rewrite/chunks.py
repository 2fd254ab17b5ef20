"""The smallest runs of whole lines that must be parsed anew for an edit: a statement, alone on its lines.

What lies outside of them is copied as bytes, so neither its size nor its oddities matter.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from autoawait.diagnostics import Edit
from autoawait.source import SourceFile

_INDENTED_COMMENT = re.compile(rb"([ \t]*)#")


@dataclass(frozen=True, slots=True)
class Chunk:
    """The bytes ``start`` to ``end`` of a file's body, whole lines that hold one statement (or the whole file).

    ``unit`` is one step of indentation in this file.
    """

    source: SourceFile
    start: int
    end: int
    unit: str

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


def chunk_of(source: SourceFile, edit: Edit, unit: str) -> Chunk:
    """The smallest chunk that holds the edit's node; ``unit`` as ``indent_unit`` gives it."""
    lines = _Lines(1, len(source.line_starts))
    block: Sequence[ast.stmt] = source.tree.body
    while block:
        inner: list[ast.stmt] = []
        for position, statement in enumerate(block):
            if _holds(source, statement, edit):
                following = block[position + 1] if position + 1 < len(block) else None
                if _is_alone(source, statement, following):
                    lines = _Lines(_first_line(statement), _last_line(source, statement))
                inner = next((b for b in _blocks(statement) if any(_holds(source, s, edit) for s in b)), [])
                break
        block = inner
    return Chunk(source, *_bytes_of(source, lines), unit)


def merged(chunks: Mapping[Edit, Chunk]) -> list[tuple[Chunk, list[Edit]]]:
    """The outermost of these chunks in order, each with its edits."""
    result: list[tuple[Chunk, list[Edit]]] = []
    for edit, chunk in sorted(chunks.items(), key=lambda pair: (pair[1].start, -pair[1].end)):
        if result and chunk.end <= result[-1][0].end:
            result[-1][1].append(edit)
        else:
            result.append((chunk, [edit]))
    return result


def indent_unit(source: SourceFile) -> str:
    """The first step of indentation that the file takes, four spaces if it takes none."""
    for node in ast.walk(source.tree):
        block = next(_blocks(node), []) if isinstance(node, ast.stmt) else []
        if block and isinstance(node, ast.stmt) and block[0].lineno > node.lineno:
            outer = _indentation(source, node.lineno)
            inner = _indentation(source, _first_line(block[0]))
            if inner.startswith(outer) and len(inner) > len(outer):
                return inner[len(outer) :]
    return "    "


def _holds(source: SourceFile, statement: ast.stmt, edit: Edit) -> bool:
    span = source.span(statement)
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    start = min([span.start, *(source.span(decorator).start for decorator in decorators)])
    return start <= edit.span.start and edit.span.end <= span.end


def _is_alone(source: SourceFile, statement: ast.stmt, following: ast.stmt | None) -> bool:
    first = _first_line(statement)
    start = source.line_starts[first - 1]
    span = source.span(statement)
    before = source.body[start : span.start] if first == statement.lineno else b""
    continued = source.body[:start].rstrip(b"\r\n").endswith(b"\\")
    is_elif = source.body.startswith(b"elif", span.start)
    shares_end = following is not None and _first_line(following) == statement.end_lineno
    return not (before.strip(b" \t") or continued or is_elif or shares_end)


def _first_line(statement: ast.stmt) -> int:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    return min([statement.lineno, *(decorator.lineno for decorator in decorators)])


def _last_line(source: SourceFile, statement: ast.stmt) -> int:
    """The last line of a statement, comments after it that are indented like its body included."""
    assert statement.end_lineno is not None
    last = statement.end_lineno
    if not any(_blocks(statement)):
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


def _blocks(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks directly under a statement, those of handlers and cases too."""
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for part in (*getattr(statement, "handlers", ()), *getattr(statement, "cases", ())):
        yield part.body


def _indentation(source: SourceFile, line: int) -> str:
    text = source.line(line)
    return text[: len(text) - len(text.lstrip(" \t"))]


def _newline(source: SourceFile) -> str:
    first_end = source.body[: source.line_starts[1]] if len(source.line_starts) > 1 else b""
    return "\r\n" if first_end.endswith(b"\r\n") else "\r" if first_end.endswith(b"\r") else "\n"
