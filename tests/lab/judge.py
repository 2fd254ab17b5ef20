"""The judgement: what came back, and which edits were not asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic

from autoawait.project.source import BrokenFile, SourceFile, Span, load
from tests.lab.trees import Difference, differences
from tests.lab.wounds import Lost, Mutant, compiles


@dataclass(frozen=True, slots=True)
class Extra:
    """An edit that is no restoration. ``span`` and ``line`` (1-based) are the mutant's, ``text`` the result's line.

    ``is_of_function``: of a ``def`` itself, not of something in it.
    """

    path: Path
    span: Span
    line: int
    text: str
    what: str
    is_of_function: bool


@dataclass(frozen=True, slots=True)
class Verdict(Generic[Lost]):
    """What became of the losses, and what else happened. A ``broken`` result restores nothing."""

    restored: tuple[Lost, ...]
    missed: tuple[Lost, ...]
    extra: tuple[Extra, ...]
    broken: tuple[Path, ...] = ()


def verdict_on(mutants: Sequence[Mutant[Lost]], results: Mapping[Path, bytes]) -> Verdict[Lost]:
    """On every file that was mutated, changed (``results`` has its new bytes) or both."""
    verdicts = list(_verdicts(mutants, results))
    return Verdict(
        tuple(loss for verdict in verdicts for loss in verdict.restored),
        tuple(loss for verdict in verdicts for loss in verdict.missed),
        tuple(extra for verdict in verdicts for extra in verdict.extra),
        tuple(path for verdict in verdicts for path in verdict.broken),
    )


def _verdicts(mutants: Sequence[Mutant[Lost]], results: Mapping[Path, bytes]) -> Iterator[Verdict[Lost]]:
    for mutant in mutants:
        path = mutant.source.path
        yield judge(mutant.removals, mutant.source, load(path, results.get(path, mutant.source.data)))
    mutated = {mutant.source.path for mutant in mutants}
    for path, data in results.items():
        if path not in mutated:
            source = load(path)
            assert isinstance(source, SourceFile), "a file that does not parse takes no part"
            yield judge((), source, load(path, data))


def judge(losses: Sequence[Lost], mutant: SourceFile, result: SourceFile | BrokenFile) -> Verdict[Lost]:
    """Compare a file's result with the mutant it came from, node by node.

    A loss is restored if its node is exactly what it was in truth; each other difference from the
    mutant is an extra, and so is a node where the result is no longer the same program, async-ness aside.
    """
    if isinstance(result, BrokenFile) or not compiles(result.tree):
        return Verdict((), tuple(losses), (), (result.path,))
    changes = list(differences(mutant.tree, result.tree))
    flags = {loss.where: loss.flag for loss in losses}
    healed = {change.where for change in changes if not change.reshaped and flags.get(change.where) == change.after}
    return Verdict(
        tuple(loss for loss in losses if loss.where in healed),
        tuple(loss for loss in losses if loss.where not in healed),
        tuple(_extra(mutant, result, change) for change in changes if change.where not in healed),
    )


def _extra(mutant: SourceFile, result: SourceFile, change: Difference) -> Extra:
    what = "different skeleton" if change.reshaped else f"{change.before} -> {change.after}"
    span = _span(mutant, change.left)
    after = result.spot(_span(result, change.right).start).line
    is_of_function = isinstance(change.left, ast.FunctionDef | ast.AsyncFunctionDef)
    return Extra(mutant.path, span, mutant.spot(span.start).line, result.line(after).strip(), what, is_of_function)


def _span(source: SourceFile, node: ast.AST) -> Span:
    """Of a node or, where it has no place itself (a comprehension's clause), of its first child that has."""
    for place in ast.walk(node):
        if isinstance(place, ast.expr | ast.stmt | ast.excepthandler | ast.arg | ast.keyword | ast.alias):
            return source.span(place)
    return Span(0, 0)
