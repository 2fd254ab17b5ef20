"""Async functions made plain: the wound that only propagation can heal."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from autoawait.project.source import SourceFile, load
from tests.lab.mutate import Site, removal, sites
from tests.lab.trees import Difference, stripped
from tests.lab.wounds import Choice, Loss, Mutant, is_in_place, largest, proved

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


@dataclass(frozen=True, slots=True)
class LostAsync(Loss):
    """A function that is no longer async: its dotted name, and the lines of the mutant (1-based) that are its own,
    decorators included, functions inside it not."""

    name: str
    lines: frozenset[int]


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """An async function that can be made plain, and all the awaits that go with it."""

    source: SourceFile
    node: ast.AsyncFunctionDef
    name: str
    sites: tuple[Site, ...]


def strip_functions(paths: Iterable[Path], choice: Choice) -> tuple[Mutant[Loss], ...]:
    """Take ``async`` and all awaits from the chosen of the candidates of the files, counted in sorted order.

    What a mutant lost is a LostAsync for each function, a Removal for each await. A function stays as it is
    where the rest would not compile or not be the same program. Nothing is written.
    """
    sources = (load(path) for path in sorted(paths))
    found = (one for source in sources if isinstance(source, SourceFile) for one in candidates(source))
    chosen = (one for one, is_drawn in zip(found, choice.draws(), strict=False) if is_drawn)
    groups = groupby(chosen, key=lambda one: one.source)
    mutants = (largest(list(group), partial(_mutant, source)) for source, group in groups)
    return tuple(mutant for mutant in mutants if mutant)


def candidates(source: SourceFile) -> Iterator[Candidate]:
    """The async functions of a file, in order, whose async-ness is nothing but awaits of plain calls."""
    known = {site.node: site for site in sites(source)}
    for node, name in _functions(source.tree):
        if isinstance(node, ast.AsyncFunctionDef) and is_in_place(source, node):
            own = list(own_nodes(node))
            awaits = [one for one in own if isinstance(one, ast.Await)]
            if awaits and all(_is_plain(one, known) for one in awaits) and not any(map(_needs_async, own)):
                yield Candidate(source, node, name, tuple(known[one] for one in awaits))


def own_nodes(function: _Function) -> Iterator[ast.AST]:
    """What is evaluated in a function's own frame: its body, of functions inside it what surrounds theirs."""
    yield from _evaluated(function.body)


def _evaluated(roots: Iterable[ast.AST]) -> Iterator[ast.AST]:
    stack = list(roots)
    while stack:
        node = stack.pop()
        yield node
        stack.extend(_outside(node) if isinstance(node, _Function | ast.Lambda) else ast.iter_child_nodes(node))


def _outside(function: _Function | ast.Lambda) -> list[ast.AST]:
    """Decorators, defaults and annotations: whose frame is the one around."""
    body = function.body if isinstance(function.body, list) else [function.body]
    return [child for child in ast.iter_child_nodes(function) if child not in body]


def _is_plain(node: ast.Await, known: Mapping[ast.Await, Site]) -> bool:
    return isinstance(node.value, ast.Call) and node in known


def _needs_async(node: ast.AST) -> bool:
    """Whether a node would not stand in a plain function, or would mean something else than its stripped form."""
    if isinstance(node, _Comprehension) and any(clause.is_async for clause in node.generators):
        return True
    # The await of a generator expression makes it an async generator, which its reader iterates as one. Its first
    # iterable is evaluated outside.
    if isinstance(node, ast.GeneratorExp):
        inside = set(_evaluated([node])) - set(_evaluated([node.generators[0].iter]))
        return any(isinstance(one, ast.Await) for one in inside)
    return isinstance(node, ast.AsyncFor | ast.AsyncWith | ast.Yield | ast.YieldFrom)


def _functions(tree: ast.Module) -> Iterator[tuple[_Function, str]]:
    """Every function with its dotted name, in order of the source."""
    stack: list[tuple[ast.AST, str]] = [(tree, "")]
    while stack:
        node, prefix = stack.pop()
        if isinstance(node, _Function | ast.ClassDef):
            name = f"{prefix}{node.name}"
            prefix = f"{name}."
            if not isinstance(node, ast.ClassDef):
                yield node, name
        stack.extend((child, prefix) for child in reversed(list(ast.iter_child_nodes(node))))


def _mutant(source: SourceFile, functions: Sequence[Candidate]) -> Mutant[Loss] | None:
    """The file with these functions plain; None unless it compiles and is the same program but for that."""
    awaits = [site for one in functions for site in one.sites]
    if not (proof := proved(source, [*(one.node for one in functions), *(site.node for site in awaits)])):
        return None
    mutant, lost = proof
    by_operand = {stripped(site.node)[0]: site for site in awaits}
    names: dict[ast.AST, str] = {one.node: one.name for one in functions}
    losses = (
        _lost_async(mutant, change, names[change.right])
        if change.right in names
        else removal(mutant, change, by_operand[change.right])
        for change in lost
    )
    return Mutant(source, mutant, tuple(losses))


def _lost_async(mutant: SourceFile, change: Difference, name: str) -> LostAsync:
    node = change.left
    assert isinstance(node, ast.FunctionDef), "an async function is plain in the mutant"
    span, text = mutant.span(node), mutant.line(node.lineno).strip()
    return LostAsync(mutant.path, change.where, change.after, span, node.lineno, text, name, own_lines(node))


def own_lines(function: _Function) -> frozenset[int]:
    """The 1-based lines of a function, without those of functions inside it."""
    inside = (node for node in ast.walk(function) if isinstance(node, _Function) and node is not function)
    return frozenset(_lines(function)).difference(*map(_lines, inside))


def _lines(function: _Function) -> range:
    assert function.end_lineno is not None
    first = min(node.lineno for node in (function, *function.decorator_list))
    return range(first, function.end_lineno + 1)
