"""The judgement: which awaits came back, and which edits were not asked for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.source import BrokenFile, SourceFile, Span
from tests.lab.mutate import Removal
from tests.lab.trees import Difference, Flag, differences


@dataclass(frozen=True, slots=True)
class Extra:
    """An edit that is no restoration. ``span`` and ``line`` (1-based) are the mutant's, ``text`` the result's line."""

    path: Path
    span: Span
    line: int
    text: str
    what: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of the removals, and what else happened. A ``broken`` result restores nothing."""

    restored: tuple[Removal, ...]
    missed: tuple[Removal, ...]
    extra: tuple[Extra, ...]
    broken: tuple[Path, ...] = ()

    def __add__(self, other: Verdict) -> Verdict:
        return Verdict(
            self.restored + other.restored,
            self.missed + other.missed,
            self.extra + other.extra,
            self.broken + other.broken,
        )


NOTHING = Verdict((), (), ())


def judge(removals: Sequence[Removal], mutant: SourceFile, result: SourceFile | BrokenFile) -> Verdict:
    """Compare a file's result with the mutant it came from, node by node.

    A removal is restored if its node has exactly its one await again; each other difference from the
    mutant is an extra, and so is a node where the result is no longer the same program, async-ness aside.
    """
    if isinstance(result, BrokenFile):
        return Verdict((), tuple(removals), (), (result.path,))
    changes = list(differences(mutant.tree, result.tree))
    wanted = {removal.where for removal in removals}
    healed = {change.where for change in changes if change.where in wanted and _is_one_await(change)}
    return Verdict(
        tuple(removal for removal in removals if removal.where in healed),
        tuple(removal for removal in removals if removal.where not in healed),
        tuple(_extra(mutant, result, change) for change in changes if change.where not in healed),
    )


def _is_one_await(change: Difference) -> bool:
    return not change.reshaped and change.after == Flag(change.before.awaits + 1, change.before.is_async)


def _extra(mutant: SourceFile, result: SourceFile, change: Difference) -> Extra:
    what = "different skeleton" if change.reshaped else f"{change.before} -> {change.after}"
    span = _span(mutant, change.left)
    after = result.spot(_span(result, change.right).start).line
    return Extra(mutant.path, span, mutant.spot(span.start).line, result.line(after).strip(), what)


def _span(source: SourceFile, node: ast.AST) -> Span:
    """Of a node or, where it has no place itself (a comprehension's clause), of its first child that has."""
    for place in ast.walk(node):
        if isinstance(place, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias):
            return source.span(place)
    return Span(0, 0)
