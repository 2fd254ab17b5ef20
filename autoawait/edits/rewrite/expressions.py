"""The new form of an edited expression.

The parentheses around an expression move to what takes its place, so that the text between them keeps
its layout and libcst never sees ``return`` and ``await`` without a space between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.errors import UnfitError
from autoawait.edits.rewrite.positions import Position
from autoawait.edits.rewrite.shapes import (
    PRIMARIES,
    bare,
    can_be_parsed,
    code_of,
    gap_after,
    has_comment,
    is_plain,
    line_break,
    split,
    with_one_pair,
)

# What an expression becomes, and the part in it that is the same as before, if there is one.
EditedExpression = tuple[cst.BaseExpression, cst.CSTNode | None]

# What ``for x in …`` of a comprehension does not take without parentheses.
_LOOSER_THAN_OR = (cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Yield, cst.Tuple, cst.GeneratorExp)
# What hardly a place takes without parentheses.
_LOOSEST = (cst.Tuple, cst.NamedExpr, cst.Yield, cst.GeneratorExp)
# What is no operand of its neighbours without parentheses; numbers have none before a dot.
_LITERALS = (cst.SimpleString, cst.FormattedString, cst.Integer, cst.Float, cst.Imaginary, cst.Ellipsis)
_COMMENT_LOST = "has a comment that would be lost"


def kept_part(kind: EditKind, node: cst.BaseExpression) -> cst.CSTNode | None:
    """The part of a node, of the kind's shape, that an edit of this kind leaves as it is."""
    if kind is EditKind.REPLACE:
        return None
    if kind in (EditKind.AWAIT, EditKind.COLLECT, EditKind.WRAP):
        return node
    if isinstance(node, cst.Await):
        return node.expression
    if isinstance(node, cst.GeneratorExp):
        return node.for_in
    assert isinstance(node, cst.Call)
    return node.args[0].value


def new_form(edit: Edit, node: cst.BaseExpression, place: Position) -> EditedExpression:
    """What an expression becomes by an edit. Raises UnfitError where it is not of the kind's shape."""
    with_text = _FORMS_WITH_TEXT.get(edit.kind)
    return with_text(node, place, edit.text) if with_text else _FORMS[edit.kind](node, place)


def _awaited(node: cst.BaseExpression, place: Position) -> EditedExpression:
    operand, outer, closing = split(node, stays=not isinstance(node, PRIMARIES))
    if (place.is_object or place.touches_word) and not outer:
        outer, closing = (cst.LeftParen(),), (cst.RightParen(),)
    return cst.Await(operand, lpar=outer, rpar=closing), operand


def _unawaited(node: cst.BaseExpression, place: Position) -> EditedExpression:
    if not isinstance(node, cst.Await):
        raise UnfitError("is not an await")
    operand = node.expression
    gap = node.whitespace_after_await
    needs_own = isinstance(operand, cst.Await) or place.is_broken or place.touches_word
    if node.lpar and not operand.lpar and (needs_own or not place.is_object or _has_gap(node)):
        operand = operand.with_changes(lpar=node.lpar, rpar=node.rpar)
    elif isinstance(gap, cst.ParenthesizedWhitespace) and not operand.lpar:
        operand = operand.with_changes(lpar=[cst.LeftParen(whitespace_after=gap)], rpar=[cst.RightParen()])
    return operand, operand


def _list_of_generator(node: cst.BaseExpression, _: Position) -> EditedExpression:
    if not isinstance(node, cst.GeneratorExp):
        raise UnfitError("is not a generator expression")
    opening = cst.LeftSquareBracket(node.lpar[-1].whitespace_after) if node.lpar else cst.LeftSquareBracket()
    closing = cst.RightSquareBracket(node.rpar[0].whitespace_before) if node.rpar else cst.RightSquareBracket()
    lpar, rpar = node.lpar[:-1], node.rpar[1:]
    return cst.ListComp(node.elt, node.for_in, opening, closing, lpar=lpar, rpar=rpar), node.for_in


def _collected(node: cst.BaseExpression, _: Position, variable: str) -> EditedExpression:
    iterable, lpar, rpar = split(node, stays=isinstance(node, _LOOSER_THAN_OR))
    element, each = _element_of(iterable, variable)
    return cst.ListComp(element, each, lpar=lpar, rpar=rpar), iterable


def _collected_list(node: cst.BaseExpression, _: Position, variable: str) -> EditedExpression:
    iterable, before, after = _only_iterable(node, "list")
    opening, closing = cst.LeftSquareBracket(before), cst.RightSquareBracket(after)
    element, each = _element_of(iterable, variable)
    return cst.ListComp(element, each, opening, closing, lpar=node.lpar, rpar=node.rpar), iterable


def _collected_set(node: cst.BaseExpression, place: Position, variable: str) -> EditedExpression:
    iterable, before, after = _only_iterable(node, "set")
    opening, closing = cst.LeftCurlyBrace(before), cst.RightCurlyBrace(after)
    element, each = _element_of(iterable, variable)
    result = cst.SetComp(element, each, opening, closing, lpar=node.lpar, rpar=node.rpar)
    return with_one_pair(result) if place.after_brace else result, iterable


def _anext(node: cst.BaseExpression, place: Position) -> EditedExpression:
    call = _call_of(node, "next")
    if not 1 <= len(call.args) <= 2:
        raise UnfitError("does not call next() with one or two arguments")
    new_name = cst.Name("anext")
    func = call.func.with_changes(attr=new_name) if isinstance(call.func, cst.Attribute) else new_name
    return _awaited(call.with_changes(func=func), place)[0], call.args[0].value


def _anext_method(node: cst.BaseExpression, place: Position) -> EditedExpression:
    iterator, before, after = _only_iterable(node, "next")
    if place.is_broken or not (iterator.lpar or isinstance(iterator, PRIMARIES)):
        iterator = bare(iterator).with_changes(lpar=[cst.LeftParen(before)], rpar=[cst.RightParen(after)])
    method = cst.Attribute(iterator, cst.Name("__anext__"))
    return _awaited(cst.Call(method, lpar=node.lpar, rpar=node.rpar), place)[0], iterator


def _unwrapped(node: cst.BaseExpression, place: Position) -> EditedExpression:
    """``f(X)`` -> ``X``, in the call's parentheses where it needs some or where a comment is in them."""
    if not isinstance(node, cst.Call) or len(node.args) != 1 or not is_plain(node.args[0]):
        raise UnfitError("is not a call with one plain argument")
    if has_comment(node.func) or has_comment(node.whitespace_after_func):
        raise UnfitError(_COMMENT_LOST)
    value = node.args[0].value
    before, after = node.whitespace_before_args, gap_after(node.args[0])
    stands = node.lpar or value.lpar or _can_be_bare(value, place)
    lpar, rpar = node.lpar, node.rpar
    if not stands or has_comment(before) or has_comment(after):
        lpar = [*lpar, cst.LeftParen(line_break(before))]
        rpar = [cst.RightParen(line_break(after)), *rpar]
    result = value.with_changes(lpar=[*lpar, *value.lpar], rpar=[*value.rpar, *rpar])
    return result, result


def _replaced(node: cst.BaseExpression, place: Position, text: str) -> EditedExpression:
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
    return new.with_changes(lpar=[*lpar, *new.lpar], rpar=[*new.rpar, *rpar]), None


def _wrapped(node: cst.BaseExpression, place: Position, text: str) -> EditedExpression:
    """``X`` -> ``text(X)``."""
    operand, lpar, rpar = split(node, stays=isinstance(node, _LOOSEST))
    if place.touches_word and not lpar:
        lpar, rpar = (cst.LeftParen(),), (cst.RightParen(),)
    callee = _parsed_for(place, text)
    if not isinstance(callee, PRIMARIES) and not callee.lpar:
        callee = with_one_pair(callee)
    return cst.Call(callee, [cst.Arg(operand)], lpar=lpar, rpar=rpar), operand


_FORMS: Mapping[EditKind, Callable[[cst.BaseExpression, Position], EditedExpression]] = {
    EditKind.AWAIT: _awaited,
    EditKind.UNAWAIT: _unawaited,
    EditKind.LIST_OF_GENEXP: _list_of_generator,
    EditKind.ANEXT: _anext,
    EditKind.ANEXT_METHOD: _anext_method,
    EditKind.UNWRAP: _unwrapped,
}
_FORMS_WITH_TEXT: Mapping[EditKind, Callable[[cst.BaseExpression, Position, str], EditedExpression]] = {
    EditKind.COLLECT: _collected,
    EditKind.COLLECT_LIST: _collected_list,
    EditKind.COLLECT_SET: _collected_set,
    EditKind.REPLACE: _replaced,
    EditKind.WRAP: _wrapped,
}

EXPRESSION_KINDS = (*_FORMS, *_FORMS_WITH_TEXT)


def _has_gap(node: cst.Await) -> bool:
    """Whether parentheses around an await hold more than it, or are more than one pair."""
    return len(node.lpar) > 1 or not (node.lpar[0].whitespace_after.empty and node.rpar[0].whitespace_before.empty)


def _element_of(iterable: cst.BaseExpression, variable: str) -> tuple[cst.Name, cst.CompFor]:
    """What a comprehension gives of each value of an iterable, and the clause that takes them."""
    name = variable or "x"
    return cst.Name(name), cst.CompFor(cst.Name(name), iterable, asynchronous=cst.Asynchronous())


def _call_of(node: cst.BaseExpression, name: str) -> cst.Call:
    if isinstance(node, cst.Call):
        func = node.func.attr if isinstance(node.func, cst.Attribute) else node.func
        if isinstance(func, cst.Name) and func.value == name and all(is_plain(argument) for argument in node.args):
            return node
    raise UnfitError(f"is not a call of {name}() with plain arguments")


def _only_iterable(
    node: cst.BaseExpression, name: str
) -> tuple[cst.BaseExpression, cst.BaseParenthesizableWhitespace, cst.BaseParenthesizableWhitespace]:
    """The one argument of a call, and the line breaks before and after it."""
    call = _call_of(node, name)
    if len(call.args) != 1:
        raise UnfitError(f"does not call {name}() with one argument")
    value = call.args[0].value
    if isinstance(value, _LOOSER_THAN_OR) and not value.lpar:
        value = with_one_pair(value)
    return value, line_break(call.whitespace_before_args), gap_after(call.args[0])


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
    if _is_crowded(new, place) or not _is_on_its_own(new):
        return False
    if isinstance(new, PRIMARIES):
        return True
    if place.is_object or isinstance(new, _LOOSEST):
        return False
    return place.is_open or isinstance(new, _LITERALS)


def _can_be_bare(value: cst.BaseExpression, place: Position) -> bool:
    """Whether an argument needs no parentheses in the place of its call, be it awaited or not."""
    is_free = not place.is_object and not _is_crowded(value, place)
    return isinstance(value, (*PRIMARIES, cst.Await)) and is_free and _is_on_its_own(value)


def _is_crowded(node: cst.BaseExpression, place: Position) -> bool:
    """Whether an expression would join with the character before or after it."""
    return place.touches_word or (place.after_brace and code_of(node).startswith("{"))


def _is_on_its_own(node: cst.BaseExpression) -> bool:
    """Whether an expression ends where its line does, unless its own brackets are open."""
    return can_be_parsed(cst.SimpleStatementLine([cst.Expr(node)]))
