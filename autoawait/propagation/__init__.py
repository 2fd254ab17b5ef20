"""Which functions must become async so that an ``await`` can stand, with all that follows from that, or why they
cannot.

Face: ``conversion_graph.ConversionGraph`` has the facts, ``attach.attach`` completes or refuses the drafts that
need it. It must not decide whether an ``await`` is missing.
"""
