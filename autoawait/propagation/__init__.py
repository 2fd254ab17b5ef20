"""Functions that must become async, with everything that follows: callers, families, entry points (DESIGN 6)."""
