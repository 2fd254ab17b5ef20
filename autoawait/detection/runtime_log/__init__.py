"""What a log of a run proves: which call sites Python's "was never awaited" warnings are about."""
