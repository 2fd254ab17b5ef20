"""One Python file as bytes, text and tree, and positions in it.

All offsets in autoawait are *byte* offsets into the file's text encoded as UTF-8, without a byte order mark. Columns of
``ast`` and libcst's ``ByteSpanPositionProvider`` count the same way, whatever the encoding of the file on disk.
"""

from __future__ import annotations

import ast
import io
import os
import re
import tokenize
import warnings
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from pathlib import Path

# Python ends lines at these three only; str.splitlines() also splits at form feeds and others.
_LINE_END = re.compile(rb"\r\n|\r|\n")
_BOM = "\ufeff"

# The nodes that have a position.
Located = ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias | ast.pattern


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of UTF-8 byte offsets, ``start`` included, ``end`` not."""

    start: int
    end: int


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """A position in a file: 1-based line, 0-based column in UTF-8 bytes (as ``ast`` counts)."""

    path: Path
    line: int
    column: int


@dataclass(frozen=True, eq=False)
class SourceFile:
    """A file that can be decoded and parsed. Compared by identity."""

    path: Path
    data: bytes
    text: str
    encoding: str
    tree: ast.Module
    body: bytes = field(repr=False)
    line_starts: tuple[int, ...] = field(repr=False)

    def offset(self, line: int, column: int) -> int:
        """The byte offset of a 1-based line and 0-based byte column."""
        return self.line_starts[line - 1] + column

    def span(self, node: Located) -> Span:
        """The byte span of a node of this file's tree, without parentheses around it."""
        assert node.end_lineno is not None and node.end_col_offset is not None
        return Span(
            self.line_starts[node.lineno - 1] + node.col_offset,
            self.line_starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def name_start(self, node: Located) -> int:
        """The byte offset of the name that a node is, or ends with: of ``a.b`` that of ``b``."""
        span = self.span(node)
        return span.end - len(node.attr.encode("utf-8")) if isinstance(node, ast.Attribute) else span.start

    def spot(self, offset: int) -> Spot:
        """The position of a byte offset."""
        line = bisect_right(self.line_starts, offset)
        return Spot(self.path, line, offset - self.line_starts[line - 1])

    def line_and_column(self, offset: int) -> tuple[int, int]:
        """The position of a byte offset for people: 1-based line, 1-based column in characters."""
        spot = self.spot(offset)
        before = self.body[offset - spot.column : offset]
        return spot.line, len(before.decode("utf-8", errors="replace")) + 1

    def line(self, number: int) -> str:
        """The text of a 1-based line, without its line end."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.body)
        return self.body[start:end].decode("utf-8").rstrip("\r\n")

    def segment(self, span: Span) -> str:
        """The text of a span."""
        return self.body[span.start : span.end].decode("utf-8")


@dataclass(frozen=True, slots=True)
class BrokenFile:
    """A file that is left out because it cannot be read, decoded or parsed.

    ``line`` is 1-based, ``column`` 1-based in characters; both are 1 if the position is unknown.
    """

    path: Path
    code: str
    message: str
    line: int = 1
    column: int = 1


def load(path: Path, data: bytes | None = None) -> SourceFile | BrokenFile:
    """Read and parse a file; ``data`` replaces its bytes on disk, for unsaved text in an editor.

    Never raises, whatever the file contains.
    """
    try:
        str(path).encode("utf-8")
    except UnicodeEncodeError:  # allowed by some operating systems, but not in a URI, so no type engine can be asked
        return BrokenFile(path, "AW902", "has a name that is not UTF-8")
    if data is None:
        try:
            data = path.read_bytes()
        except OSError as error:
            return BrokenFile(path, "AW903", f"cannot be read: {error.strerror or error}")
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
        text = data.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        return BrokenFile(path, "AW902", f"cannot be decoded: {error}")
    text = text.removeprefix(_BOM)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # invalid escapes and the like are not for us to report
            tree = ast.parse(text, str(path))
    except SyntaxError as error:
        line, column = max(1, error.lineno or 1), max(1, error.offset or 1)
        return BrokenFile(path, "AW901", f"does not parse: {error.msg}", line, column)
    except (ValueError, RecursionError, MemoryError) as error:  # null bytes, nesting too deep
        return BrokenFile(path, "AW901", f"does not parse: {error}")
    body = text.encode("utf-8")
    return SourceFile(path, data, text, encoding, tree, body, line_starts(body))


def line_starts(body: bytes) -> tuple[int, ...]:
    """The byte offset at which each line of a body starts."""
    if b"\r" in body:
        return (0, *(match.end() for match in _LINE_END.finditer(body)))
    return (0, *accumulate(len(line) + 1 for line in body.split(b"\n")[:-1]))


def place_text(source: SourceFile, offset: int, base: Path) -> str:
    """The place of a byte offset as people and editors read it: ``pkg/f.py:3:5``, the column in characters."""
    line, column = source.line_and_column(offset)
    return f"{shown(source.path, base)}:{line}:{column}"


def shown(path: Path, base: Path) -> str:
    """A path as people read it: with slashes, and relative to ``base`` unless it is on another drive."""
    try:
        return Path(os.path.relpath(path, base)).as_posix()
    except ValueError:  # another drive
        return path.as_posix()
