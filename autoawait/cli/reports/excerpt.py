"""One line of source with carets under the code in question, cut around them where a terminal is too narrow.

   |
12 |     total = fetch_order(number).total
   |             ^^^^^^^^^^^^^^^^^^^
"""

from __future__ import annotations

from collections.abc import Iterator

from autoawait.cli.reports.text import Line, Style, line
from autoawait.cli.reports.width import DOTS, head, tail, width
from autoawait.diagnostics.location import Location
from autoawait.project.source import SourceFile

_TAB = " " * 4
_LEAST = 20  # columns; on a narrower terminal long lines wrap


def excerpt(source: SourceFile, place: Location, margin: str, columns: int | None = None) -> Iterator[Line]:
    """The first line of a place. ``margin`` is as wide as the widest line number around it, ``columns`` the width of
    the terminal, None where nothing is to be cut."""
    text = source.line(place.line)
    end = place.end_column - 1 if place.end_line == place.line else len(text.rstrip())
    parts = text[: place.column - 1], text[place.column - 1 : end], text[end:]
    frame = f"{place.line:>{len(margin)}} | "
    if columns is not None and columns - len(frame) >= _LEAST:
        parts = _cut(*parts, columns - len(frame))
    before, marked, after = parts
    yield line(f"{margin} |", Style.FRAME)
    yield ((frame, Style.FRAME), (f"{before}{marked}{after}", Style.PLAIN))
    yield ((f"{margin} | ", Style.FRAME), (_blank(before) + "^" * max(1, width(marked)), Style.CARET))


def _blank(text: str) -> str:
    """White space as wide as a text, with its tabs, so that what follows stands below what followed there."""
    return "\t".join(" " * width(part) for part in text.split("\t"))


def _cut(before: str, marked: str, after: str, columns: int) -> tuple[str, str, str]:
    """The parts of a line as far as they fit into some columns: what is marked first, then what is around it."""
    before, marked, after = (part.replace("\t", _TAB) for part in (before, marked, after))
    if width(before + marked + after) <= columns:
        return before, marked, after
    is_front_cut = width(before) > columns // 2 and width(before + marked) > columns - len(DOTS)
    room = columns - len(DOTS) - (len(DOTS) if is_front_cut else width(before))
    shown = head(marked, room)
    spare = room - width(shown)
    if not is_front_cut:
        return before, shown, f"{head(after, spare) if shown == marked else ''}{DOTS}"
    behind = head(after, spare // 2) if shown == marked else ""
    is_end_cut = shown != marked or behind != after
    kept = tail(before, spare - width(behind) + (0 if is_end_cut else len(DOTS)))
    return f"{DOTS}{kept}", shown, f"{behind}{DOTS if is_end_cut else ''}"
