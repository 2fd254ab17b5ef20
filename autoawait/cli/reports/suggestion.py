"""What the lines of a file look like after some edits."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.source import SourceFile
from autoawait.project.text_edits import TextEdit, apply_edits, common_ends


@dataclass(frozen=True, slots=True)
class Hunk:
    """Consecutive lines that change, before and after, without line ends; ``line`` is the 1-based number of the first.

    ``old`` is empty where lines only come in, before that line.
    """

    path: Path
    line: int
    old: tuple[str, ...]
    new: tuple[str, ...]


def hunks(source: SourceFile, edits: Iterable[TextEdit]) -> list[Hunk]:
    """The changed lines of a file, edits that touch the same line in one hunk; in order of place."""
    groups: list[tuple[int, int, list[TextEdit]]] = []
    for edit in sorted(edits, key=lambda edit: edit.start):  # stable: insertions at one place keep their order
        first, last = _line(source, edit.start), _line(source, edit.end)
        if groups and first <= groups[-1][1]:
            start, end, members = groups[-1]
            groups[-1] = (start, max(end, last), [*members, edit])
        else:
            groups.append((first, last, [edit]))
    return [_hunk(source, first, last, members) for first, last, members in groups]


def _line(source: SourceFile, offset: int) -> int:
    return bisect_right(source.line_starts, offset)


def _hunk(source: SourceFile, first: int, last: int, edits: Sequence[TextEdit]) -> Hunk:
    start = source.line_starts[first - 1]
    end = source.line_starts[last] if last < len(source.line_starts) else len(source.body)
    new = apply_edits(source.body, edits, start, end)
    return _without_common_lines(Hunk(source.path, first, _texts(source.body[start:end]), _texts(new)))


def _without_common_lines(hunk: Hunk) -> Hunk:
    """The hunk without the lines at its ends that stay as they are."""
    old, new = hunk.old, hunk.new
    head, tail = common_ends(old, new)
    return Hunk(hunk.path, hunk.line + head, old[head : len(old) - tail], new[head : len(new) - tail])


def _texts(lines: bytes) -> tuple[str, ...]:
    # bytes.splitlines splits at the same three line ends as Python's own grammar
    return tuple(line.decode("utf-8") for line in lines.splitlines())
