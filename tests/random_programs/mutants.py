"""Programs that lack one ``await``, or the ``async`` of one loop or ``with``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from random import Random

Files = Mapping[str, str]


def mutants_of(files: Files) -> list[Files]:
    """Every program that lacks one of them."""
    return [
        {**files, name: text[:start] + text[end:]}
        for name, text in files.items()
        if name.endswith(".py")
        for start, end in sorted(_removable(text))
    ]


def mutant_of(files: Files, seed: str) -> Files | None:
    """One of them by lot; None where the program awaits nothing."""
    mutants = mutants_of(files)
    return Random(seed).choice(mutants) if mutants else None


def _removable(text: str) -> Iterator[tuple[int, int]]:
    """Where the words stand, the space behind them included; the text is ASCII."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))
    for node in ast.walk(ast.parse(text)):
        match node:
            case ast.Await():
                start = starts[node.lineno - 1] + node.col_offset
                yield start, start + len("await ")
            case ast.AsyncFor() | ast.AsyncWith():
                start = starts[node.lineno - 1] + node.col_offset
                yield start, start + len("async ")
            case ast.comprehension(is_async=1, target=target):
                start = starts[target.lineno - 1] + target.col_offset - len("async for ")
                yield start, start + len("async ")
