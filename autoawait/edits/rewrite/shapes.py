"""What the new forms of nodes are made of: parentheses, gaps, arguments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import libcst as cst

from autoawait.edits.rewrite.errors import UnfitError

_E = TypeVar("_E", bound=cst.BaseExpression)

PRIMARIES = (
    cst.Name,
    cst.Attribute,
    cst.Subscript,
    cst.Call,
    cst.List,
    cst.Set,
    cst.Dict,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
)


def split(
    node: cst.BaseExpression, *, stays: bool
) -> tuple[cst.BaseExpression, Sequence[cst.LeftParen], Sequence[cst.RightParen]]:
    """The expression and the parentheses around it; one pair ``stays`` with it or is added."""
    if stays:
        return with_one_pair(node), node.lpar[:-1], node.rpar[1:]
    return bare(node), node.lpar, node.rpar


def bare(node: _E) -> _E:
    """The node without the parentheses around it."""
    return node.with_changes(lpar=[], rpar=[])


def with_one_pair(node: _E) -> _E:
    """The node in its innermost parentheses, or in new ones."""
    return node.with_changes(
        lpar=node.lpar[-1:] or [cst.LeftParen()],
        rpar=node.rpar[:1] or [cst.RightParen()],
    )


def is_plain(argument: cst.Arg) -> bool:
    """Whether an argument is given by position and by itself."""
    return not argument.star and argument.keyword is None


def line_break(gap: cst.BaseParenthesizableWhitespace) -> cst.BaseParenthesizableWhitespace:
    """A gap if it goes over lines, else none."""
    return gap if isinstance(gap, cst.ParenthesizedWhitespace) else cst.SimpleWhitespace("")


def gap_after(argument: cst.Arg) -> cst.BaseParenthesizableWhitespace:
    """The line break between an only argument and the end of its call, with its comment."""
    gaps = [argument.whitespace_after_arg]
    if isinstance(argument.comma, cst.Comma):
        gaps = [argument.comma.whitespace_after, argument.comma.whitespace_before, *gaps]
    commented = [gap for gap in gaps if has_comment(gap)]
    if len(commented) > 1:
        raise UnfitError("has a comment that would be lost")
    breaks = [gap for gap in gaps if isinstance(gap, cst.ParenthesizedWhitespace)]
    return next(iter(commented or breaks), cst.SimpleWhitespace(""))


def has_comment(node: cst.CSTNode) -> bool:
    """Whether there is a comment anywhere in a node."""
    return isinstance(node, cst.Comment) or any(map(has_comment, node.children))


def code_of(node: cst.CSTNode) -> str:
    """A node as text."""
    return cst.Module([]).code_for_node(node)


def can_be_parsed(statement: cst.BaseStatement) -> bool:
    """Whether a statement is one as it is laid out."""
    try:
        cst.parse_module(code_of(statement))
    except cst.ParserSyntaxError:
        return False
    return True
