"""What the new forms of expressions are made of: the place around one, the parentheses about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

import libcst as cst

_E = TypeVar("_E", bound=cst.BaseExpression)
_N = TypeVar("_N", bound=cst.CSTNode)

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


class UnfitError(Exception):
    """The node does not have the shape that its edit needs. The message says which."""


@dataclass(frozen=True, slots=True)
class Position:
    """What surrounds an expression: ``is_object`` of an attribute, subscript, call or await; ``is_open``,
    no operator next to it; ``is_annotation``, the whole of one; ``touches_word`` before or after it
    (``x=1if f()else 2``); ``in_string``, an f-string; ``after_brace`` of it; ``is_broken`` over several lines.
    """

    is_object: bool
    is_open: bool
    is_annotation: bool
    touches_word: bool
    in_string: bool
    after_brace: bool
    is_broken: bool


@dataclass(frozen=True, slots=True)
class EditedForm(Generic[_N]):
    """A node before or after its edit, and the part in it that is the same in both, if there is one."""

    node: _N
    kept: cst.CSTNode | None


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


def has_comment(node: cst.CSTNode) -> bool:
    """Whether there is a comment anywhere in a node."""
    return isinstance(node, cst.Comment) or any(map(has_comment, node.children))
