"""Features that no story has together as long as the tool fails on them. To be emptied by whoever mends the tool."""

from __future__ import annotations

KNOWN: tuple[frozenset[str], ...] = ()
