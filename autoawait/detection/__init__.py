"""Which awaits are missing.

Face: ``survey`` finds the candidates by syntax, ``decide`` says what is wrong with one, in a ``Draft``: a finding
whose fix may still need other functions to become async. It must not know who calls a function, nor whether the
result holds.
"""
