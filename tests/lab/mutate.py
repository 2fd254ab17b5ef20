"""Awaits taken out of a project: the wound whose healing is measured."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path

from autoawait.project.source import SourceFile, load
from tests.lab.trees import Difference, stripped
from tests.lab.wounds import Choice, Loss, Mutant, is_in_place, largest, proved

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
class Removal(Loss):
    """An await that is gone; the node is what it awaited."""

    callee: str
    context: str


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """An await of a file, the innermost function around it, how its value is used."""

    source: SourceFile
    node: ast.Await
    function: ast.AST
    context: str


def mutate(paths: Iterable[Path], choice: Choice) -> tuple[Mutant[Removal], ...]:
    """Take the chosen awaits, at most one a function, out of the files, counted over all of them in sorted order.

    An await is passed over where the rest would not be the same program without it. Nothing is written.
    """
    sources = (load(path) for path in sorted(paths))
    found = [site for source in sources if isinstance(source, SourceFile) for site in sites(source)]
    groups = groupby(_chosen(found, choice), key=lambda site: site.source)
    mutants = (largest(list(group), partial(_mutant, source)) for source, group in groups)
    return tuple(mutant for mutant in mutants if mutant)


def remove_awaits(path: Path, text: str, choice: Choice) -> Mutant[Removal] | None:
    """The same for the text of one file; None if no await goes or the text does not parse."""
    source = load(path, text.encode("utf-8"))
    if not isinstance(source, SourceFile):
        return None
    return largest(_chosen(list(sites(source)), choice), partial(_mutant, source))


def sites(source: SourceFile) -> Iterator[Site]:
    """The awaits of a file, in order of the source, that a removal by bytes can touch."""
    stack: list[tuple[ast.AST, ast.AST]] = [(source.tree, source.tree)]
    while stack:
        node, function = stack.pop()
        children = []
        for name, value in ast.iter_fields(node):
            for child in value if isinstance(value, list) else [value]:
                if isinstance(child, ast.Await) and is_in_place(source, child):
                    yield Site(source, child, function, _context(node, name))
                if isinstance(child, ast.AST):
                    children.append((child, child if isinstance(child, _FUNCTIONS) else function))
        stack.extend(reversed(children))


def _context(parent: ast.AST, field: str) -> str:
    if isinstance(parent, ast.Assign) and any(isinstance(target, ast.Tuple | ast.List) for target in parent.targets):
        return "unpacked"
    return _CONTEXTS.get((type(parent), field), "other")


def _chosen(sites: Sequence[Site], choice: Choice) -> list[Site]:
    taken: set[ast.AST] = set()
    chosen = []
    for site, is_drawn in zip(sites, choice.draws(), strict=False):
        if is_drawn and site.function not in taken:
            taken.add(site.function)
            chosen.append(site)
    return chosen


def _mutant(source: SourceFile, sites: Sequence[Site]) -> Mutant[Removal] | None:
    """The file without these awaits; None unless it is the same program but for exactly them."""
    if not (proof := proved(source, [site.node for site in sites])):
        return None
    mutant, lost = proof
    by_operand = {stripped(site.node)[0]: site for site in sites}
    return Mutant(source, mutant, tuple(removal(mutant, change, by_operand[change.right]) for change in lost))


def removal(mutant: SourceFile, change: Difference, site: Site) -> Removal:
    """What a mutant lost with the await of a site of the truth, by the difference it makes."""
    node = change.left
    assert isinstance(node, ast.expr), "only an expression is awaited"
    callee = ast.unparse(node.func if isinstance(node, ast.Call) else node)
    span, text = mutant.span(node), mutant.line(node.lineno).strip()
    return Removal(mutant.path, change.where, change.after, span, node.lineno, text, callee, site.context)
