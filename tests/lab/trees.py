"""Two trees of the same program, compared in nothing but their async-ness."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

_SYNC_TWIN: dict[type[ast.AST], type[ast.AST]] = {
    ast.AsyncFunctionDef: ast.FunctionDef,
    ast.AsyncFor: ast.For,
    ast.AsyncWith: ast.With,
}


@dataclass(frozen=True, slots=True)
class Flag:
    """What is async about a node: how many ``await`` stand before it, whether it is an ``async`` form itself."""

    awaits: int = 0
    is_async: bool = False

    def __str__(self) -> str:
        return " ".join([*["await"] * self.awaits, *["async"] * self.is_async]) or "plain"


@dataclass(frozen=True, slots=True, eq=False)
class Difference:
    """A node whose flag differs between two trees, or (``reshaped``) where they stop being the same program.

    ``where`` is the path of fields from the module, awaits not counted: the same for all trees of one skeleton.
    """

    where: str
    left: ast.AST
    right: ast.AST
    before: Flag
    after: Flag
    reshaped: bool = False


def differences(left: ast.AST, right: ast.AST) -> Iterator[Difference]:
    """Every difference in async-ness, in order of the source; a reshaped node is not descended into."""
    stack: list[tuple[str, ast.AST, ast.AST]] = [("", left, right)]
    while stack:
        where, left, right = stack.pop()
        left, before = stripped(left)
        right, after = stripped(right)
        pairs = _children(where, left, right)
        if pairs is None:
            yield Difference(where, left, right, before, after, reshaped=True)
            continue
        if before != after:
            yield Difference(where, left, right, before, after)
        stack.extend(reversed(pairs))


def stripped(node: ast.AST) -> tuple[ast.AST, Flag]:
    """The node below its awaits, and its flag."""
    awaits = 0
    while isinstance(node, ast.Await):
        awaits += 1
        node = node.value
    return node, Flag(awaits, type(node) in _SYNC_TWIN or bool(getattr(node, "is_async", 0)))


def _children(where: str, left: ast.AST, right: ast.AST) -> list[tuple[str, ast.AST, ast.AST]] | None:
    """The pairs of child nodes; None where the two are different programs, async-ness aside."""
    if _SYNC_TWIN.get(type(left), type(left)) is not _SYNC_TWIN.get(type(right), type(right)):
        return None
    pairs: list[tuple[str, ast.AST, ast.AST]] = []
    for name in left._fields:
        if name == "is_async":
            continue
        ours, theirs = _listed(getattr(left, name, None)), _listed(getattr(right, name, None))
        if len(ours) != len(theirs):
            return None
        for number, (one, other) in enumerate(zip(ours, theirs, strict=True)):
            if isinstance(one, ast.AST) and isinstance(other, ast.AST):
                pairs.append((f"{where}.{name}[{number}]", one, other))
            elif type(one) is not type(other) or repr(one) != repr(other):
                return None
    return pairs


def _listed(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]
