"""One line about an expression that was left alone.

/home/me/orders.py:12:13: `self.db.save` gives unknown (nothing is known of `db`), left alone: nothing is done with it
"""

from __future__ import annotations

from autoawait.diagnostics.finding import Unflagged


def note_of(weighed: Unflagged) -> str:
    """Its place, and why it was left alone."""
    return f"{weighed.path}:{weighed.line}:{weighed.column}: {told(weighed)}"


def told(weighed: Unflagged) -> str:
    """What it gives, by which evidence, and how its value is used."""
    because = f" ({weighed.because})" if weighed.because else ""
    return f"`{weighed.text}` gives {weighed.gives}{because}, left alone: {', '.join(weighed.uses)}"
