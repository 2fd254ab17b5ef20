"""The new form of an edited expression.

The parentheses around an expression move to what takes its place, so that the text between them keeps
its layout and libcst never sees ``return`` and ``await`` without a space between.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import libcst as cst

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.replacements import replaced, unwrapped, wrapped
from autoawait.edits.rewrite.shapes import (
    PRIMARIES,
    EditedForm,
    Position,
    UnfitError,
    bare,
    is_plain,
    line_break,
    split,
    with_one_pair,
)

# What ``for x in …`` of a comprehension does not take without parentheses.
_LOOSER_THAN_OR = (cst.IfExp, cst.Lambda, cst.NamedExpr, cst.Yield, cst.Tuple, cst.GeneratorExp)


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


def new_form(edit: Edit, node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    """What an expression becomes by an edit. Raises UnfitError where it is not of the kind's shape."""
    with_text = _FORMS_WITH_TEXT.get(edit.kind)
    return with_text(node, place, edit.text) if with_text else _FORMS[edit.kind](node, place)


def _awaited(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    operand, outer, closing = split(node, stays=not isinstance(node, PRIMARIES))
    if (place.is_object or place.touches_word) and not outer:
        outer, closing = (cst.LeftParen(),), (cst.RightParen(),)
    return EditedForm(cst.Await(operand, lpar=outer, rpar=closing), operand)


def _unawaited(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    if not isinstance(node, cst.Await):
        raise UnfitError("is not an await")
    operand = node.expression
    gap = node.whitespace_after_await
    needs_own = isinstance(operand, cst.Await) or place.is_broken or place.touches_word
    if node.lpar and not operand.lpar and (needs_own or not place.is_object or _has_gap(node)):
        operand = operand.with_changes(lpar=node.lpar, rpar=node.rpar)
    elif isinstance(gap, cst.ParenthesizedWhitespace) and not operand.lpar:
        operand = operand.with_changes(lpar=[cst.LeftParen(whitespace_after=gap)], rpar=[cst.RightParen()])
    return EditedForm(operand, operand)


def _list_of_generator(node: cst.BaseExpression, _: Position) -> EditedForm[cst.BaseExpression]:
    if not isinstance(node, cst.GeneratorExp):
        raise UnfitError("is not a generator expression")
    opening = cst.LeftSquareBracket(node.lpar[-1].whitespace_after) if node.lpar else cst.LeftSquareBracket()
    closing = cst.RightSquareBracket(node.rpar[0].whitespace_before) if node.rpar else cst.RightSquareBracket()
    lpar, rpar = node.lpar[:-1], node.rpar[1:]
    return EditedForm(cst.ListComp(node.elt, node.for_in, opening, closing, lpar=lpar, rpar=rpar), node.for_in)


def _collected(node: cst.BaseExpression, _: Position) -> EditedForm[cst.BaseExpression]:
    iterable, lpar, rpar = split(node, stays=isinstance(node, _LOOSER_THAN_OR))
    return EditedForm(cst.ListComp(cst.Name("x"), _each_of(iterable), lpar=lpar, rpar=rpar), iterable)


def _collected_list(node: cst.BaseExpression, _: Position) -> EditedForm[cst.BaseExpression]:
    iterable, before, after = _only_iterable(node, "list")
    opening, closing = cst.LeftSquareBracket(before), cst.RightSquareBracket(after)
    loop = _each_of(iterable)
    return EditedForm(cst.ListComp(cst.Name("x"), loop, opening, closing, lpar=node.lpar, rpar=node.rpar), iterable)


def _collected_set(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    iterable, before, after = _only_iterable(node, "set")
    opening, closing = cst.LeftCurlyBrace(before), cst.RightCurlyBrace(after)
    result = cst.SetComp(cst.Name("x"), _each_of(iterable), opening, closing, lpar=node.lpar, rpar=node.rpar)
    return EditedForm(with_one_pair(result) if place.after_brace else result, iterable)


def _anext(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    call = _call_of(node, "next")
    if not 1 <= len(call.args) <= 2:
        raise UnfitError("does not call next() with one or two arguments")
    new_name = cst.Name("anext")
    func = call.func.with_changes(attr=new_name) if isinstance(call.func, cst.Attribute) else new_name
    result = _awaited(call.with_changes(func=func), place)
    return EditedForm(result.node, call.args[0].value)


def _anext_method(node: cst.BaseExpression, place: Position) -> EditedForm[cst.BaseExpression]:
    iterator, before, after = _only_iterable(node, "next")
    if place.is_broken or not (iterator.lpar or isinstance(iterator, PRIMARIES)):
        iterator = bare(iterator).with_changes(lpar=[cst.LeftParen(before)], rpar=[cst.RightParen(after)])
    method = cst.Attribute(iterator, cst.Name("__anext__"))
    result = _awaited(cst.Call(method, lpar=node.lpar, rpar=node.rpar), place)
    return EditedForm(result.node, iterator)


_FORMS: Mapping[EditKind, Callable[[cst.BaseExpression, Position], EditedForm[cst.BaseExpression]]] = {
    EditKind.AWAIT: _awaited,
    EditKind.UNAWAIT: _unawaited,
    EditKind.LIST_OF_GENEXP: _list_of_generator,
    EditKind.COLLECT: _collected,
    EditKind.COLLECT_LIST: _collected_list,
    EditKind.COLLECT_SET: _collected_set,
    EditKind.ANEXT: _anext,
    EditKind.ANEXT_METHOD: _anext_method,
    EditKind.UNWRAP: unwrapped,
}
_FORMS_WITH_TEXT: Mapping[EditKind, Callable[[cst.BaseExpression, Position, str], EditedForm[cst.BaseExpression]]] = {
    EditKind.REPLACE: replaced,
    EditKind.WRAP: wrapped,
}

EXPRESSION_KINDS = (*_FORMS, *_FORMS_WITH_TEXT)


def _has_gap(node: cst.Await) -> bool:
    """Whether parentheses around an await hold more than it, or are more than one pair."""
    return len(node.lpar) > 1 or not (node.lpar[0].whitespace_after.empty and node.rpar[0].whitespace_before.empty)


def _each_of(iterable: cst.BaseExpression) -> cst.CompFor:
    return cst.CompFor(cst.Name("x"), iterable, asynchronous=cst.Asynchronous())


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
    argument = call.args[0]
    value = argument.value
    if isinstance(value, _LOOSER_THAN_OR) and not value.lpar:
        value = with_one_pair(value)
    gaps = [argument.whitespace_after_arg]
    if isinstance(argument.comma, cst.Comma):
        gaps = [argument.comma.whitespace_after, argument.comma.whitespace_before, *gaps]
    breaks = [gap for gap in gaps if isinstance(gap, cst.ParenthesizedWhitespace)]
    return value, line_break(call.whitespace_before_args), breaks[0] if breaks else cst.SimpleWhitespace("")
