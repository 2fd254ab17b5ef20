"""What is said of a function that cannot become async. In a reason "it" is the function."""

from __future__ import annotations

from autoawait.edits.await_placement import Barrier

CODE = "AW402"
MUST_STAY_SYNC = "it must stay sync: "


def stays_sync(why: str, advice: str) -> Barrier:
    """The barrier that forbids a function by itself; all others stand where something refers to it."""
    return Barrier(CODE, f"{MUST_STAY_SYNC}{why}", advice)
