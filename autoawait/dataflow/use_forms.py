"""What one syntactic form does with the value below it: the rows of the usage table that need no following."""

from __future__ import annotations

import ast

from autoawait.dataflow.uses import UNUSED, UseKind, called_name
from autoawait.knowledge.annotations import AWAITABLES, GENERATORS, RUNNING
from autoawait.project.index import Unit

# What is never a coroutine; a name, an attribute or what a call gives may be.
_LITERALS = (ast.Constant, ast.JoinedStr, ast.Dict, ast.List, ast.Set, ast.Tuple)


def comparison(node: ast.expr, parent: ast.Compare) -> tuple[UseKind, str]:
    operands = [parent.left, *parent.comparators]
    place = operands.index(node)
    sides = [parent.ops[i] for i in (place - 1, place) if 0 <= i < len(parent.ops)]
    if all(isinstance(op, (ast.Is, ast.IsNot)) for op in sides):
        # Two objects may be told apart whatever they are; only a test for a constant expects a value.
        constants = sum(isinstance(o, ast.Constant) for o in operands)
        expects_value = constants or isinstance(node, ast.Call)
        return (UseKind.IDENTITY if expects_value else UseKind.STORE), "it is compared by identity"
    if any(isinstance(op, (ast.Lt, ast.LtE, ast.Gt, ast.GtE)) for op in sides):
        return UseKind.VALUE, "it is compared"
    if place and isinstance(parent.ops[place - 1], (ast.In, ast.NotIn)):
        return UseKind.VALUE, "it is searched with `in`"
    # Coroutines are equal to themselves alone: of a name that may be meant, of a new one and beside a literal never.
    is_equality = all(isinstance(op, (ast.Eq, ast.NotEq)) for op in sides)
    beside = [operands[i] for i in (place - 1, place + 1) if 0 <= i < len(operands)]
    is_vain = isinstance(node, ast.Call) or (is_equality and any(isinstance(o, _LITERALS) for o in beside))
    return (UseKind.CONDITION if is_vain else UseKind.STORE), "it is compared"


# The forms of which each does the same with whatever stands directly below it.
FORMS: dict[type[ast.AST], tuple[UseKind, str]] = {
    ast.Await: (UseKind.AWAITED, ""),
    ast.Expr: (UseKind.DROPPED, UNUSED),
    ast.Starred: (UseKind.VALUE, "it is unpacked"),
    ast.FormattedValue: (UseKind.FORMAT, "it is formatted into a string"),
    ast.Slice: (UseKind.VALUE, "it is used as a slice bound"),
    ast.Yield: (UseKind.YIELD, "it is yielded"),
    ast.YieldFrom: (UseKind.ITERATE, "it is iterated by `yield from`"),
    ast.Lambda: (UseKind.LAMBDA, "a lambda returns it"),
    ast.DictComp: (UseKind.STORE, "it is stored in a dict"),
    ast.Return: (UseKind.RETURN, "it is returned"),
    ast.If: (UseKind.CONDITION, "it is used as the condition of `if`"),
    ast.While: (UseKind.CONDITION, "it is used as the condition of `while`"),
    ast.match_case: (UseKind.CONDITION, "it is used as the guard of a `case`"),
    ast.For: (UseKind.ITERATE, "it is iterated"),
    ast.AsyncFor: (UseKind.ASYNC_ITERATE, "it is iterated by `async for`"),
    ast.Match: (UseKind.VALUE, "it is matched"),
    ast.Raise: (UseKind.VALUE, "it is raised"),
    ast.ExceptHandler: (UseKind.VALUE, "it is used as an exception type"),
    ast.Delete: (UseKind.NEUTRAL, ""),
}


def in_part(node: ast.expr, parent: ast.AST, unit: Unit) -> tuple[UseKind, str]:
    """What a form does for which it matters as which of its parts the value stands there; else it is stored."""
    match parent:
        case ast.Assert():
            if parent.test is node:
                return UseKind.CONDITION, "it is asserted"
            return UseKind.FORMAT, "it is used as the message of `assert`"
        case ast.comprehension():
            if parent.iter is not node:
                return UseKind.CONDITION, "it is used as the condition of a comprehension"
            return FORMS[ast.AsyncFor if parent.is_async else ast.For]
        case ast.withitem():
            if isinstance(unit.parent(parent), ast.AsyncWith):
                return UseKind.ASYNC_ENTER, "it is entered by `async with`"
            return UseKind.ENTER, "it is entered by `with`"
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
            if node in parent.decorator_list:
                return UseKind.VALUE, "it is called as a decorator"
            return UseKind.STORE, "it is part of a definition"
    return UseKind.STORE, "it is stored"


def appended_to(call: ast.Call, unit: Unit) -> ast.Name | None:
    """The local list to which a call like ``tasks.append(x)`` adds its argument."""
    match call.func:
        case ast.Attribute(value=ast.Name() as holder, attr="append" | "add" | "insert" | "appendleft" | "extend"):
            return holder if isinstance(unit.parent(call), ast.Expr) else None
    return None


def appending_call(name: ast.Name, unit: Unit) -> ast.Call | None:
    """The appending call whose receiver a name is."""
    call = unit.parent(unit.parent(name))
    return call if isinstance(call, ast.Call) and appended_to(call, unit) is name else None


def asks_for_awaitable(call: ast.Call) -> bool:
    """``isinstance(x, Awaitable)`` and the like: the code knows that it may hold a coroutine.

    A generator that is named among lists and tuples is one more thing to iterate, and none to wait for.
    """
    if called_name(call) != "isinstance" or len(call.args) != 2:
        return False
    asked = call.args[1].elts if isinstance(call.args[1], ast.Tuple) else [call.args[1]]
    names = [ast.unparse(one) for one in asked]
    if any(word in name for name in names for word in (*AWAITABLES, *RUNNING)):
        return True
    return bool(names) and all(any(word in name for word in GENERATORS) for name in names)


def is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)))
