"""From a request to an outcome: plan, apply, prove, again until nothing changes.

Face: ``analysis.run`` is the whole of it; ``analysis.opened`` and ``analysis.analyse`` are its halves for those
who ask in between; ``analysis.Request`` and ``session.Session`` are what it is given. It must not print, and it
must not write files.
"""
