"""From a request to an outcome: plan, apply, prove, again until nothing changes.

Face: ``run`` is the whole of it; ``opened`` and ``analyse`` are its halves for those who ask in between; ``Request``
and ``Session`` are what it is given. It must not print, and it must not write files.
"""
