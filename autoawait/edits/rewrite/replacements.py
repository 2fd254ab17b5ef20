"""The new form of an expression that is replaced, put into a call, or taken out of one."""

from __future__ import annotations

import libcst as cst

from autoawait.edits.rewrite.shapes import (
    PRIMARIES,
    EditedForm,
    Position,
    UnfitError,
    bare,
    has_comment,
    is_plain,
    line_break,
    split,
    with_one_pair,
)

# What is no operand of its neighbours without parentheses; numbers have none before a dot.
_LITERALS = (cst.SimpleString, cst.FormattedString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis)
# What hardly a place takes without parentheses.
_LOOSEST = (cst.Tuple, cst.NamedExpr, cst.Yield, cst.GeneratorExp)
_COMMENT_LOST = "has a comment that would be lost"


def replaced(node: cst.BaseExpression, place: Position, text: str) -> EditedForm[cst.BaseExpression]:
    """``X`` -> ``text``."""
    owns_pair = isinstance(node, cst.Tuple | cst.GeneratorExp)
    lpar, rpar = (node.lpar[:-1], node.rpar[1:]) if owns_pair else (node.lpar, node.rpar)
    if has_comment(with_one_pair(node) if owns_pair else bare(node)):
        raise UnfitError(_COMMENT_LOST)
    if place.is_annotation and isinstance(node, cst.ConcatenatedString):
        raise UnfitError("is a string in several parts")
    if place.is_annotation and isinstance(node, cst.SimpleString):
        new = _in_quotes_of(node, text)
    else:
        new = _parsed_for(place, text)
    if not lpar and not new.lpar and not _can_stand(new, place):
        new = with_one_pair(new)
    return EditedForm(new.with_changes(lpar=[*lpar, *new.lpar], rpar=[*new.rpar, *rpar]), None)


def wrapped(node: cst.BaseExpression, place: Position, text: str) -> EditedForm[cst.BaseExpression]:
    """``X`` -> ``text(X)``."""
    operand, lpar, rpar = split(node, stays=isinstance(node, _LOOSEST))
    if place.touches_word and not lpar:
        lpar, rpar = (cst.LeftParen(),), (cst.RightParen(),)
    callee = _parsed_for(place, text)
    if not isinstance(callee, PRIMARIES) and not callee.lpar:
        callee = with_one_pair(callee)
    return EditedForm(cst.Call(callee, [cst.Arg(operand)], lpar=lpar, rpar=rpar), operand)


def unwrapped(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    """``f(X)`` -> ``X``, in the call's parentheses where it needs some or where a comment is in them."""
    if not isinstance(node, cst.Call) or len(node.args) != 1 or not is_plain(node.args[0]):
        raise UnfitError("is not a call with one plain argument")
    if has_comment(node.func) or has_comment(node.whitespace_after_func):
        raise UnfitError(_COMMENT_LOST)
    value = node.args[0].value
    before, after = node.whitespace_before_args, _gap_after(node.args[0])
    stands = node.lpar or value.lpar or _can_be_bare(value, place)
    lpar, rpar = node.lpar, node.rpar
    if not stands or has_comment(before) or has_comment(after):
        lpar = [*lpar, cst.LeftParen(line_break(before))]
        rpar = [cst.RightParen(line_break(after)), *rpar]
    result = value.with_changes(lpar=[*lpar, *value.lpar], rpar=[*value.rpar, *rpar])
    return EditedForm(result, result)


def _parsed_for(place: Position, text: str) -> cst.BaseExpression:
    if place.in_string and set(text) & set("'\"\\#\r\n"):  # an f-string takes these since Python 3.12 only
        raise UnfitError("is in an f-string, where its new text cannot stand")
    return _parsed(text)


def _parsed(text: str) -> cst.BaseExpression:
    try:
        return cst.parse_expression(text)
    except (cst.ParserSyntaxError, cst.CSTValidationError, RecursionError) as error:
        raise UnfitError(f"cannot become {text!r}, which is no expression") from error


def _in_quotes_of(node: cst.SimpleString, text: str) -> cst.BaseExpression:
    """The text as a string like the one before, unless it is a string itself."""
    inner = _parsed(text)
    if isinstance(inner, cst.SimpleString):
        return inner
    if "b" in node.prefix or set(text) & set(f"{node.quote[0]}\\\r\n"):
        raise UnfitError("has quotes around it in which its new text cannot stand")
    return cst.SimpleString(f"{node.prefix}{node.quote}{text}{node.quote}")


def _can_stand(new: cst.BaseExpression, place: Position) -> bool:
    """Whether an expression needs no parentheses at a place, whatever stood there."""
    if place.touches_word or (place.after_brace and _starts_with_brace(new)) or not _is_on_its_own(new):
        return False
    if isinstance(new, PRIMARIES):
        return True
    if place.is_object or isinstance(new, _LOOSEST):
        return False
    return place.is_open or isinstance(new, _LITERALS)


def _can_be_bare(value: cst.BaseExpression, place: Position) -> bool:
    """Whether an argument needs no parentheses in the place of its call, be it awaited or not."""
    is_crowded = place.is_object or place.touches_word or (place.after_brace and _starts_with_brace(value))
    return isinstance(value, (*PRIMARIES, cst.Await)) and not is_crowded and _is_on_its_own(value)


def _is_on_its_own(node: cst.BaseExpression) -> bool:
    """Whether an expression ends where its line does, unless its own brackets are open."""
    try:
        cst.parse_module(cst.Module([]).code_for_node(cst.SimpleStatementLine([cst.Expr(node)])))
    except cst.ParserSyntaxError:
        return False
    return True


def _starts_with_brace(node: cst.BaseExpression) -> bool:
    return cst.Module([]).code_for_node(node).startswith("{")


def _gap_after(argument: cst.Arg) -> cst.BaseParenthesizableWhitespace:
    """The line break between an only argument and the end of its call, with its comment."""
    gaps = [argument.whitespace_after_arg]
    if isinstance(argument.comma, cst.Comma):
        gaps = [argument.comma.whitespace_after, argument.comma.whitespace_before, *gaps]
    commented = [gap for gap in gaps if has_comment(gap)]
    if len(commented) > 1:
        raise UnfitError(_COMMENT_LOST)
    breaks = [gap for gap in gaps if isinstance(gap, cst.ParenthesizedWhitespace)]
    return next(iter(commented or breaks), cst.SimpleWhitespace(""))
