"""Which argument of a call becomes which parameter."""

from __future__ import annotations

import ast
from collections.abc import Callable

from autoawait.project.bindings import defaults
from autoawait.project.syntax import FunctionNode
from autoawait.resolution.decorators.values import UNKNOWN, Arguments, Items, Keywords, Values


def arguments_of(call: ast.Call, evaluate: Callable[[ast.expr], Values]) -> Arguments:
    """The arguments of a call as values; what is unpacked is looked into where it is known."""
    found: list[Values] = []
    named: list[tuple[str, Values]] = []
    is_open = False
    for argument in call.args:
        values = evaluate(argument.value if isinstance(argument, ast.Starred) else argument)
        if not isinstance(argument, ast.Starred):
            found.append(values)
        else:
            one = _only(values)
            found.extend(one.items if isinstance(one, Items) else ())
            is_open = is_open or not isinstance(one, Items) or one.is_open
    for keyword in call.keywords:
        values = evaluate(keyword.value)
        one = _only(values)
        if keyword.arg is not None:
            named.append((keyword.arg, values))
        else:
            named.extend(one.items if isinstance(one, Keywords) else ())
            is_open = is_open or not isinstance(one, Keywords) or one.is_open
    return Arguments(tuple(found), tuple(dict(named).items()), is_open)


def bound_parameters(
    function: FunctionNode | ast.Lambda, given: Arguments, evaluate: Callable[[ast.expr], Values]
) -> dict[str, Values]:
    """What each parameter stands for in a call; ``evaluate`` says it of a default."""
    taking = [*function.args.posonlyargs, *function.args.args]
    bound: dict[str, Values] = {
        parameter.arg: values for parameter, values in zip(taking, given.positional, strict=False)
    }
    names = {parameter.arg for parameter in (*taking, *function.args.kwonlyargs)}
    bound.update((name, values) for name, values in given.keywords if name in names)
    for parameter, default in defaults(function.args):
        if parameter.arg not in bound:
            bound[parameter.arg] = evaluate(default) | (UNKNOWN if given.is_open else frozenset())
    bound.update((name, UNKNOWN) for name in names if name not in bound)
    if function.args.vararg:
        bound[function.args.vararg.arg] = frozenset({Items(given.positional[len(taking) :], given.is_open)})
    if function.args.kwarg:
        rest = tuple((name, values) for name, values in given.keywords if name not in names)
        bound[function.args.kwarg.arg] = frozenset({Keywords(rest, given.is_open)})
    return bound


def first_parameter(function: FunctionNode | ast.Lambda) -> str:
    """The name of the first positional parameter, empty if there is none."""
    parameters = [*function.args.posonlyargs, *function.args.args]
    return parameters[0].arg if parameters else ""


def _only(values: Values) -> object:
    return next(iter(values)) if len(values) == 1 else None
