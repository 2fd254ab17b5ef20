"""The functions that lost an await: what is said inside them, and what of that is new."""

from __future__ import annotations

import ast
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.checkers import Diagnostic
from tests.lab.mutate import Removal
from tests.lab.wounds import Mutant

_DIGITS = re.compile(r"\d+")


@dataclass(frozen=True, slots=True)
class Function:
    """A function of a file by its number in order of the tree, which no missing await changes; 0 is the module."""

    path: Path
    number: int


@dataclass(frozen=True, slots=True)
class Robbed:
    """The functions that lost an await, each with its loss, and where they stand in the truth and in the mutant.

    A line belongs to the innermost of them; functions that lost nothing belong to the one around them.
    """

    losses: dict[Function, Removal]
    before: dict[Path, dict[int, range]]
    after: dict[Path, dict[int, range]]

    def news(
        self, truth: Iterable[Diagnostic], mutant: Iterable[Diagnostic]
    ) -> Iterator[tuple[Function | None, Diagnostic]]:
        """What is said of the mutant more often than of the truth, and the robbed function it is in, if any.

        Two sayings are the same if they stand in the same function (or outside of all, in the same file) with the
        same code and, digits aside, the same words.
        """
        known = Counter(_saying(one, _function_at(self.before, one)) for one in truth)
        for one in mutant:
            function = _function_at(self.after, one)
            saying = _saying(one, function)
            if known[saying]:
                known[saying] -= 1
            else:
                yield function, one


def robbed(mutants: Sequence[Mutant[Removal]], root: Path) -> Robbed:
    """The robbed functions of a project's mutants, their paths below its root."""
    losses: dict[Function, Removal] = {}
    before: dict[Path, dict[int, range]] = {}
    after: dict[Path, dict[int, range]] = {}
    for mutant in mutants:
        path = mutant.source.path.relative_to(root)
        scopes = _scopes(mutant.source.tree)
        numbers = {_innermost(dict(enumerate(scopes)), removal.line): removal for removal in mutant.removals}
        losses |= {Function(path, number): removal for number, removal in numbers.items() if number is not None}
        truth = _scopes(mutant.truth.tree)
        after[path] = {number: scopes[number] for number in numbers if number is not None}
        before[path] = {number: truth[number] for number in after[path]}
    return Robbed(losses, before, after)


def _scopes(tree: ast.AST) -> list[range]:
    """The lines of a module and its functions, outer ones before inner ones."""
    functions = (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))
    return [range(sys.maxsize), *(range(node.lineno, (node.end_lineno or node.lineno) + 1) for node in functions)]


def _innermost(scopes: dict[int, range], line: int) -> int | None:
    return max((number for number, lines in scopes.items() if line in lines), default=None)


def _function_at(files: dict[Path, dict[int, range]], said: Diagnostic) -> Function | None:
    number = _innermost(files.get(said.path, {}), said.line)
    return None if number is None else Function(said.path, number)


def _saying(said: Diagnostic, function: Function | None) -> tuple[Function | Path, str, str]:
    return function or said.path, said.code, _DIGITS.sub("0", said.message)
