"""What a type checker says of a place.

Face: ``TypeEngine`` is the protocol, ``TypeFact`` and ``CheckerDiagnostic`` are its answers; ``types.ty`` stands
behind it and is the only code that reads ty's words. It must not know what an answer is used for.
"""
