"""The new form of an edited statement or comprehension clause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

import libcst as cst

from autoawait.edits.rewrite.errors import UnfitError
from autoawait.edits.rewrite.shapes import can_be_parsed, code_of


def async_for(node: cst.For) -> cst.For:
    """``for`` -> ``async for``."""
    return node.with_changes(asynchronous=_asynchronous(node))


def async_clause(node: cst.CompFor) -> cst.CompFor:
    """``for x in X`` of a comprehension -> ``async for x in X``."""
    gap = cst.SimpleWhitespace(" ") if node.whitespace_before.empty else node.whitespace_before
    return node.with_changes(asynchronous=_asynchronous(node), whitespace_before=gap)


def async_with(node: cst.With, chosen: Collection[int], unit: str) -> cst.With:
    """``with`` -> ``async with`` for the chosen 0-based items, all if none is chosen.

    A mixed statement becomes nested ones, neighbours of one sort together; ``unit`` is the indentation
    of the new blocks.
    """
    if not set(chosen) <= set(range(len(node.items))):
        raise UnfitError("does not have that many items")
    asynchronous = _asynchronous(node)
    turns = [not chosen or number in chosen for number in range(len(node.items))]
    if all(turns):
        return node.with_changes(asynchronous=asynchronous)
    groups = groupby(zip(turns, node.items, strict=True), key=lambda pair: pair[0])
    parts = [_with_items(node, [item for _, item in group], asynchronous if turn else None) for turn, group in groups]
    result = parts.pop()
    for part in reversed(parts):
        inner = cst.IndentedBlock([result.with_changes(leading_lines=[])], indent=unit)
        result = part.with_changes(body=inner)
    return result


def loop_over_yield_from(
    statement: cst.SimpleStatementLine | cst.SimpleStatementSuite, name: str, unit: str, is_broken: bool
) -> tuple[cst.For, cst.BaseExpression]:
    """``yield from X`` -> ``async for name in X: yield name``, and the X in it.

    ``is_broken``: the statement goes over several lines, so its parentheses must stay with X.
    """
    expression = statement.body[0]
    if len(statement.body) > 1 or not isinstance(expression, cst.Expr):
        raise UnfitError("shares its line with another statement")
    value = expression.value
    if not isinstance(value, cst.Yield) or not isinstance(value.value, cst.From):
        raise UnfitError("is not a yield from")
    iterable = value.value.item
    if is_broken and not iterable.lpar:
        iterable = iterable.with_changes(lpar=value.lpar[-1:], rpar=value.rpar[:1])
    one_yield = cst.SimpleStatementLine([cst.Expr(cst.Yield(cst.Name(name)))])
    loop = cst.For(
        target=cst.Name(name),
        iter=iterable,
        body=cst.IndentedBlock([one_yield], indent=unit, header=statement.trailing_whitespace),
        asynchronous=cst.Asynchronous(),
        leading_lines=statement.leading_lines if isinstance(statement, cst.SimpleStatementLine) else [],
    )
    return loop, iterable


def _asynchronous(node: cst.For | cst.With | cst.CompFor) -> cst.Asynchronous:
    if node.asynchronous is not None:
        raise UnfitError("is asynchronous already")
    return cst.Asynchronous()


def _with_items(node: cst.With, items: Sequence[cst.WithItem], asynchronous: cst.Asynchronous | None) -> cst.With:
    """The statement with some of its items, in its parentheses only where line breaks or comments need them."""
    is_first, is_last = items[0] is node.items[0], items[-1] is node.items[-1]
    bare = [*items[:-1], items[-1].with_changes(comma=cst.MaybeSentinel.DEFAULT)]
    gap = cst.SimpleWhitespace(" ") if node.whitespace_after_with.empty else node.whitespace_after_with
    plain = node.with_changes(
        items=bare,
        asynchronous=asynchronous,
        lpar=cst.MaybeSentinel.DEFAULT,
        rpar=cst.MaybeSentinel.DEFAULT,
        whitespace_after_with=gap,
    )
    if not isinstance(node.lpar, cst.LeftParen) or not isinstance(node.rpar, cst.RightParen):
        return plain
    dropped = [items[-1].comma, *([node.lpar] if is_first else []), *([node.rpar] if is_last else [])]
    alone = plain.with_changes(body=cst.SimpleStatementSuite([cst.Pass()]), leading_lines=[])
    if not any("#" in code_of(part) for part in dropped if isinstance(part, cst.CSTNode)) and can_be_parsed(alone):
        return plain
    opening = node.lpar if is_first else cst.LeftParen(_without_comment(node.lpar.whitespace_after))
    return plain.with_changes(
        items=list(items) if is_last else [*items[:-1], _ending(items[-1])],
        lpar=opening,
        rpar=node.rpar if is_last else cst.RightParen(),
    )


def _ending(item: cst.WithItem) -> cst.WithItem:
    """The item as the last before a closing parenthesis at the start of a line."""
    assert isinstance(item.comma, cst.Comma)
    gap = item.comma.whitespace_after
    if isinstance(gap, cst.ParenthesizedWhitespace):
        at_line_start = gap.with_changes(last_line=cst.SimpleWhitespace(""))
        return item.with_changes(comma=item.comma.with_changes(whitespace_after=at_line_start))
    return item.with_changes(comma=cst.MaybeSentinel.DEFAULT)


def _without_comment(gap: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    if isinstance(gap, cst.ParenthesizedWhitespace):
        return gap.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
    return gap
