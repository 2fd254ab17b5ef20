"""Positions as a client counts them: 0-based lines, and columns in units of the agreed encoding."""

from __future__ import annotations

from lsprotocol import types

from autoawait.project.source import SourceFile, Span

UTF8, UTF16, UTF32 = (
    types.PositionEncodingKind.Utf8,
    types.PositionEncodingKind.Utf16,
    types.PositionEncodingKind.Utf32,
)


def position_of(source: SourceFile, offset: int, encoding: str) -> types.Position:
    """The position of a byte offset."""
    spot = source.spot(offset)
    return types.Position(spot.line - 1, _units(source.body[offset - spot.column : offset], encoding))


def range_of(source: SourceFile, span: Span, encoding: str) -> types.Range:
    """The range of a span."""
    return types.Range(position_of(source, span.start, encoding), position_of(source, span.end, encoding))


def line_range(source: SourceFile | None, line: int, encoding: str) -> types.Range:
    """The range of the text of a 1-based line, without the white space around it; its start where there is no text."""
    if source is None or line > len(source.line_starts):
        return types.Range(types.Position(max(line - 1, 0), 0), types.Position(max(line - 1, 0), 0))
    text = source.line(line)
    start = source.offset(line, len(text[: len(text) - len(text.lstrip())].encode("utf-8")))
    return range_of(source, Span(start, start + len(text.strip().encode("utf-8"))), encoding)


def offset_of(source: SourceFile, position: types.Position, encoding: str) -> int:
    """The byte offset of a position; past the end of its line, or of the file, it is that end."""
    if position.line >= len(source.line_starts):
        return len(source.body)
    text = source.line(position.line + 1)
    return source.offset(position.line + 1, len(_beginning(text, position.character, encoding)))


def _units(text: bytes, encoding: str) -> int:
    if encoding == UTF8:
        return len(text)
    decoded = text.decode("utf-8", "replace")
    return len(decoded) if encoding == UTF32 else len(decoded.encode("utf-16-le")) // 2


def _beginning(text: str, units: int, encoding: str) -> bytes:
    """The first units of a text, as UTF-8; a character that is cut through is left out."""
    if encoding == UTF32:
        return text[:units].encode("utf-8")
    code, width = ("utf-8", 1) if encoding == UTF8 else ("utf-16-le", 2)
    return text.encode(code)[: units * width].decode(code, "ignore").encode("utf-8")
