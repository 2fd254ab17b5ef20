"""Which awaits are missing.

Face: ``survey.survey`` finds the candidates by syntax, ``detectors.decide`` walks the table of detectors for
one of them: a ``Draft`` of a finding, whose fix may still need other functions to become async, or the reason
why nothing is wrong. It must not know who calls a function, nor whether the result holds.
"""
