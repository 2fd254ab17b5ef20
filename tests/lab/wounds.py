"""A wound: ``async`` and ``await`` taken out of a file, with the proof that nothing else is gone."""

from __future__ import annotations

import ast
import random
import re
import warnings
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import Generic, TypeVar

from autoawait.project.source import SourceFile, Span, load
from tests.lab.trees import Difference, Flag, differences, stripped

# Line ends as well: they can only stand here inside brackets, where they mean nothing.
_TOKEN = re.compile(rb"(?:await|async)(?:[ \t\f\r\n]|\\\r?\n)*")

# A node that starts with the token it can lose.
Carrier = ast.Await | ast.AsyncFunctionDef

_Part = TypeVar("_Part")
_Whole = TypeVar("_Whole")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which of many go: every ``every``-th, from number ``offset``; with a ``seed`` as many, but drawn by lot."""

    every: int = 10
    offset: int = 0
    seed: int | None = None

    def draws(self) -> Iterator[bool]:
        """Whether the first goes, whether the second, and so on without end."""
        lot = random.Random(self.seed)
        for number in count():
            is_its_turn = number % self.every == self.offset % self.every
            yield is_its_turn if self.seed is None else lot.randrange(self.every) == 0


@dataclass(frozen=True, slots=True)
class Loss:
    """A node that lost a token. ``where`` is its path and ``flag`` what it was in truth, both as in ``trees``.

    ``span`` (in bytes, without parentheses), ``line`` (1-based) and ``text`` are the mutant's.
    """

    path: Path
    where: str
    flag: Flag
    span: Span
    line: int
    text: str


Lost = TypeVar("Lost", bound=Loss, covariant=True)


@dataclass(frozen=True, slots=True)
class Mutant(Generic[Lost]):
    """A file before and after the loss, and what it lost, in order of the source."""

    truth: SourceFile
    source: SourceFile
    removals: tuple[Lost, ...]


def is_in_place(source: SourceFile, node: Carrier) -> bool:
    """Whether a removal by bytes can touch the node's token.

    Not where bytes of the file are not the body's (a byte order mark, another encoding), nor in f-strings
    before Python 3.12, whose nodes have made-up places.
    """
    word = b"await" if isinstance(node, ast.Await) else b"async"
    return source.data == source.body and source.body.startswith(word, source.span(node).start)


def proved(source: SourceFile, carriers: Collection[Carrier]) -> tuple[SourceFile, list[Difference]] | None:
    """The file without the tokens of these nodes, and how it differs (``right`` is the given file's node).

    None unless it compiles and is the same program but for exactly them.
    """
    mutant = load(source.path, _without(source, carriers))
    if not isinstance(mutant, SourceFile) or not compiles(mutant.tree):
        return None
    losers = {stripped(node)[0] for node in carriers}
    lost = list(differences(mutant.tree, source.tree))
    if len(lost) != len(carriers) or not all(_is_one_token(change) and change.right in losers for change in lost):
        return None
    return mutant, lost


def compiles(tree: ast.Module) -> bool:
    """Whether a tree is a program: ``await`` outside of an ``async def`` parses well enough."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            compile(tree, "<lab>", "exec", dont_inherit=True)
        except (SyntaxError, ValueError, RecursionError):
            return False
    return True


def largest(parts: Sequence[_Part], attempt: Callable[[Sequence[_Part]], _Whole | None]) -> _Whole | None:
    """What ``attempt`` makes of all the parts if it makes something, else of one after the other as long as it does."""
    if not parts or (whole := attempt(parts)):
        return whole if parts else None
    kept: list[_Part] = []
    for part in parts:
        if attempt([*kept, part]):
            kept.append(part)
    return attempt(kept) if kept else None


def _without(source: SourceFile, carriers: Collection[Carrier]) -> bytes:
    body = source.body
    for start in sorted((source.span(node).start for node in carriers), reverse=True):
        token = _TOKEN.match(body, start)
        assert token, "a carrier in its place starts with its token"
        body = body[:start] + body[token.end() :]
    return body


def _is_one_token(change: Difference) -> bool:
    before, after = change.before, change.after
    gained = (after.awaits - before.awaits, after.is_async - before.is_async)
    return not change.reshaped and gained in ((1, 0), (0, 1))
