"""One line about an expression that was left alone.

/home/me/orders.py:12:13: `self.db.save` gives unknown (nothing is known of `db`), left alone: nothing is done with it
"""

from __future__ import annotations

from autoawait.diagnostics.finding import Unflagged


def note_of(unflagged: Unflagged) -> str:
    """Its place, and why it was left alone."""
    return f"{unflagged.path}:{unflagged.line}:{unflagged.column}: {told(unflagged)}"


def told(unflagged: Unflagged) -> str:
    """What it gives, by which evidence, and how its value is used."""
    because = f" ({unflagged.because})" if unflagged.because else ""
    return f"`{unflagged.text}` gives {unflagged.gives}{because}, left alone: {', '.join(unflagged.uses)}"
