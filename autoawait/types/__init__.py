"""What a type checker says about a place.

Face: ``engine.TypeEngine`` is the protocol, ``engine.TypeFact`` and ``engine.CheckerDiagnostic`` are its
answers; ``types.ty`` stands behind it and is the only code that reads ty's words. It must not know what an
answer is used for.
"""
