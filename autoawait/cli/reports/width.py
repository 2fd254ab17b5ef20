"""Text by the columns that it takes on a terminal: wide characters take two, combining ones none."""

from __future__ import annotations

from rich.cells import cell_len

DOTS = "..."  # that every terminal can show


def width(text: str) -> int:
    """Columns on a terminal; a tab counts as none, since that depends on where it stands."""
    return cell_len(text)


def head(text: str, columns: int) -> str:
    """The longest beginning of a text that is not wider; marks stay with the character that they stand on."""
    end = len(text)
    while end and width(text[:end]) > columns:
        end -= 1
    while 0 < end < len(text) and width(text[: end + 1]) == width(text[:end]) <= columns:
        end += 1
    return text[:end]


def tail(text: str, columns: int) -> str:
    """The longest end of a text that is not wider, and begins with no mark that belongs to what is left out."""
    start = 0
    while start < len(text) and (width(text[start:]) > columns or (start and not width(text[start]))):
        start += 1
    return text[start:]
