"""Lines of text with a style for each part, so that a terminal may colour what a pipe gets plain."""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from autoawait.project.source import shown as shown  # part of what a line is made of


class Style(Enum):
    """What a part of a line is; the command line knows the colours."""

    PLAIN = "plain"
    PLACE = "place"
    CODE = "code"
    FRAME = "frame"
    CARET = "caret"
    REMOVED = "removed"
    ADDED = "added"


Line = tuple[tuple[str, Style], ...]


def line(text: str, style: Style = Style.PLAIN) -> Line:
    """A line in one style."""
    return ((text, style),)


def plain(parts: Line) -> str:
    """A line without its styles."""
    return "".join(text for text, _ in parts)


def shown_outside(path: Path, base: Path) -> str:
    """A path as ``shown`` gives it, for files that may belong to a library: absolute where it would lead upwards with
    ``..``, and relative to ty's own typeshed where it lies in that."""
    if "typeshed" in path.parts and "vendored" in path.parts:
        inside = path.parts[path.parts.index("typeshed") + 1 :]
        return "/".join(["typeshed", *inside[1:]])  # the first names the revision
    name = shown(path, base)
    return path.as_posix() if name.startswith("../") else name
