"""Replacements in the text of a file: made, and where the places of the text before them are in the text after.

Offsets are bytes of the UTF-8 body (see ``source``).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from operator import eq
from pathlib import Path
from typing import TypeVar

from autoawait.project.source import SourceFile, Spot, line_starts

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class TextEdit:
    """Replace the bytes ``start`` to ``end`` of a file's body by ``text``."""

    path: Path
    start: int
    end: int
    text: str

    @property
    def data(self) -> bytes:
        """The bytes of the new text."""
        return self.text.encode("utf-8")


def insertion(path: Path, offset: int, text: str) -> TextEdit:
    """The edit that inserts a text at an offset."""
    return TextEdit(path, offset, offset, text)


def apply_edits(body: bytes, edits: Iterable[TextEdit], start: int = 0, end: int | None = None) -> bytes:
    """A body, or its bytes from ``start`` to ``end``, with edits made that are given in order of their places."""
    parts, position = [], start
    for edit in edits:
        parts += [body[position : edit.start], edit.data]
        position = max(position, edit.end)
    return b"".join([*parts, body[position:end]])


def common_ends(old: Sequence[_T], new: Sequence[_T]) -> tuple[int, int]:
    """How many items two sequences have in common at their starts, and how many of the others at their ends."""
    head = len(list(takewhile(bool, map(eq, old, new))))
    tail = len(list(takewhile(bool, map(eq, reversed(old[head:]), reversed(new[head:])))))
    return head, tail


class PositionMap:
    """Where the offsets of one text are after some edits, and the other way round."""

    def __init__(self, edits: Iterable[TextEdit]) -> None:
        self._edits = sorted(edits, key=lambda edit: (edit.start, edit.end))
        self._starts = [edit.start for edit in self._edits]
        self._lengths = [len(edit.data) for edit in self._edits]
        self._moved = [0]  # how far everything has moved that is behind as many edits
        for edit, length in zip(self._edits, self._lengths, strict=True):
            self._moved.append(self._moved[-1] + length - (edit.end - edit.start))

    def is_replaced(self, offset: int) -> bool:
        """Whether what stands at an offset before the edits is replaced by one of them."""
        number = bisect_right(self._starts, offset)
        return number > 0 and offset < self._edits[number - 1].end

    def forward(self, offset: int, *, is_end: bool = False) -> int:
        """Where what begins at an offset begins after the edits: behind what they insert there; in a replaced range,
        at the start of the new text. With ``is_end``, where what ends there ends: before what they insert."""
        number = bisect_left(self._starts, offset) if is_end else bisect_right(self._starts, offset)
        if number and offset < self._edits[number - 1].end:
            return self._starts[number - 1] + self._moved[number - 1]
        return offset + self._moved[number]

    def back(self, offset: int) -> int:
        """Where an offset was before the edits; one in a new text is where that was inserted."""
        moved = 0
        for edit, length, following in zip(self._edits, self._lengths, self._moved[1:], strict=True):
            start = edit.start + moved
            if offset < start:
                break
            if offset < start + length:
                return edit.start
            moved = following
        return offset - moved


class SpotMap:
    """The spots of one file before and after some edits."""

    def __init__(self, before: SourceFile, after: bytes, edits: Iterable[TextEdit]) -> None:
        self._before = before
        self._starts_after = line_starts(after)
        self._offsets = PositionMap(edits)

    def forward(self, spot: Spot) -> Spot | None:
        """The same place after the edits; None inside a replaced range."""
        offset = self._before.offset(spot.line, spot.column)
        if self._offsets.is_replaced(offset):
            return None
        offset = self._offsets.forward(offset)
        line = bisect_right(self._starts_after, offset)
        return Spot(spot.path, line, offset - self._starts_after[line - 1])

    def back(self, spot: Spot) -> Spot:
        """The place before the edits; for inserted text the place where it was inserted."""
        offset = self._starts_after[min(spot.line, len(self._starts_after)) - 1] + spot.column
        return self._before.spot(min(max(self._offsets.back(offset), 0), len(self._before.body)))
