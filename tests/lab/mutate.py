"""Awaits taken out of a project: the wound whose healing is measured."""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from autoawait.source import SourceFile, Span, load
from tests.lab.trees import Difference, differences, stripped

# Line ends as well: they can only stand here inside brackets, where they mean nothing.
_AWAIT = re.compile(rb"await(?:[ \t\f\r\n]|\\\r?\n)*")

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)

_CONTEXTS: Mapping[tuple[type[ast.AST], str], str] = {
    (ast.Expr, "value"): "statement",
    (ast.Assign, "value"): "assigned",
    (ast.AnnAssign, "value"): "assigned",
    (ast.NamedExpr, "value"): "assigned",
    (ast.AugAssign, "value"): "operand",
    (ast.Return, "value"): "returned",
    (ast.Yield, "value"): "yielded",
    (ast.Call, "args"): "argument",
    (ast.Call, "func"): "called",
    (ast.keyword, "value"): "argument",
    (ast.Starred, "value"): "unpacked",
    (ast.If, "test"): "condition",
    (ast.While, "test"): "condition",
    (ast.IfExp, "test"): "condition",
    (ast.IfExp, "body"): "alternative",
    (ast.IfExp, "orelse"): "alternative",
    (ast.Assert, "test"): "condition",
    (ast.comprehension, "ifs"): "condition",
    (ast.BoolOp, "values"): "condition",
    (ast.UnaryOp, "operand"): "condition",
    (ast.BinOp, "left"): "operand",
    (ast.BinOp, "right"): "operand",
    (ast.Compare, "left"): "compared",
    (ast.Compare, "comparators"): "compared",
    (ast.Attribute, "value"): "attribute",
    (ast.Subscript, "value"): "subscript",
    (ast.For, "iter"): "iterated",
    (ast.AsyncFor, "iter"): "iterated",
    (ast.comprehension, "iter"): "iterated",
    (ast.withitem, "context_expr"): "with item",
    (ast.List, "elts"): "element",
    (ast.Tuple, "elts"): "element",
    (ast.Set, "elts"): "element",
    (ast.Dict, "values"): "element",
    (ast.ListComp, "elt"): "element",
    (ast.SetComp, "elt"): "element",
    (ast.GeneratorExp, "elt"): "element",
    (ast.DictComp, "value"): "element",
    (ast.FormattedValue, "value"): "f-string",
}


@dataclass(frozen=True, slots=True)
class Choice:
    """Which awaits go: every ``every``-th, from number ``offset``; with a ``seed`` as many, but drawn by lot."""

    every: int = 10
    offset: int = 0
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class Removal:
    """An await that is gone. ``span`` is what it awaited, in bytes of the mutant, without parentheses.

    ``where`` is the node's path as in ``trees``; ``line`` (1-based) and ``text`` are the mutant's.
    """

    path: Path
    where: str
    span: Span
    line: int
    text: str
    callee: str
    context: str


@dataclass(frozen=True, slots=True)
class Mutant:
    """A file before and after the loss, and what it lost, in order of the source."""

    truth: SourceFile
    source: SourceFile
    removals: tuple[Removal, ...]


@dataclass(frozen=True, slots=True, eq=False)
class _Site:
    source: SourceFile
    node: ast.Await
    function: ast.AST
    context: str


def mutate(paths: Iterable[Path], choice: Choice) -> tuple[Mutant, ...]:
    """Take the chosen awaits, at most one a function, out of the files, counted over all of them in sorted order.

    An await is passed over where the rest would not be the same program without it. Nothing is written.
    """
    sources = (load(path) for path in sorted(paths))
    sites = [site for source in sources if isinstance(source, SourceFile) for site in _sites(source)]
    groups = groupby(_chosen(sites, choice), key=lambda site: site.source)
    mutants = (_largest_mutant(source, list(group)) for source, group in groups)
    return tuple(mutant for mutant in mutants if mutant)


def remove_awaits(path: Path, text: str, choice: Choice) -> Mutant | None:
    """The same for the text of one file; None if no await goes or the text does not parse."""
    source = load(path, text.encode("utf-8"))
    return _largest_mutant(source, _chosen(list(_sites(source)), choice)) if isinstance(source, SourceFile) else None


def _sites(source: SourceFile) -> Iterator[_Site]:
    """The awaits of a file, in order of the source, that a removal by bytes can touch."""
    if source.data != source.body:  # a byte order mark or another encoding: bytes are not the body's
        return
    stack: list[tuple[ast.AST, ast.AST]] = [(source.tree, source.tree)]
    while stack:
        node, function = stack.pop()
        children = []
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Await) and _is_in_place(source, child):
                    yield _Site(source, child, function, _context(node, name))
                if isinstance(child, ast.AST):
                    children.append((child, child if isinstance(child, _FUNCTIONS) else function))
        stack.extend(reversed(children))


def _is_in_place(source: SourceFile, node: ast.Await) -> bool:
    """False in f-strings before Python 3.12, whose nodes have made-up places."""
    return source.body.startswith(b"await", source.span(node).start)


def _context(parent: ast.AST, field: str) -> str:
    if isinstance(parent, ast.Assign) and any(isinstance(target, ast.Tuple | ast.List) for target in parent.targets):
        return "unpacked"
    return _CONTEXTS.get((type(parent), field), "other")


def _chosen(sites: Sequence[_Site], choice: Choice) -> list[_Site]:
    lot = random.Random(choice.seed)
    taken: set[ast.AST] = set()
    chosen = []
    for number, site in enumerate(sites):
        if choice.seed is None:
            is_drawn = number % choice.every == choice.offset % choice.every
        else:
            is_drawn = lot.randrange(choice.every) == 0
        if is_drawn and site.function not in taken:
            taken.add(site.function)
            chosen.append(site)
    return chosen


def _largest_mutant(source: SourceFile, sites: list[_Site]) -> Mutant | None:
    """All the sites at once if that is proved right, else one after the other as long as it is."""
    if not sites or (mutant := _mutant(source, sites)):
        return mutant if sites else None
    kept: list[_Site] = []
    for site in sites:
        if _mutant(source, [*kept, site]):
            kept.append(site)
    return _mutant(source, kept) if kept else None


def _mutant(source: SourceFile, sites: list[_Site]) -> Mutant | None:
    """The file without these awaits; None unless it is the same program but for exactly them."""
    mutant = load(source.path, _without(source, sites))
    if not isinstance(mutant, SourceFile):
        return None
    by_operand = {stripped(site.node)[0]: site for site in sites}
    lost = list(differences(mutant.tree, source.tree))
    if len(lost) != len(sites) or not all(_is_one_await(change) and change.right in by_operand for change in lost):
        return None
    removals = (_removal(mutant, change, by_operand[change.right].context) for change in lost)
    return Mutant(source, mutant, tuple(removals))


def _without(source: SourceFile, sites: list[_Site]) -> bytes:
    body = source.body
    for start in sorted((source.span(site.node).start for site in sites), reverse=True):
        token = _AWAIT.match(body, start)
        assert token, "an await site starts with its token"
        body = body[:start] + body[token.end() :]
    return body


def _is_one_await(change: Difference) -> bool:
    return not change.reshaped and change.after.awaits == change.before.awaits + 1


def _removal(mutant: SourceFile, change: Difference, context: str) -> Removal:
    node = change.left
    assert isinstance(node, ast.expr), "only an expression is awaited"
    callee = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    line = node.lineno
    return Removal(mutant.path, change.where, mutant.span(node), line, mutant.line(line).strip(), callee, context)
