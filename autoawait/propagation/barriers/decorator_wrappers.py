"""Does a decorator hand the call straight on? What its wrapper returns, by the form of its statements alone.

What a call *gives* through a decorator is asked of ``resolution.decorators``. Here more is asked: a wrapper that keeps
the result in a variable first, as one that measures time does, is UNKNOWN, as a coroutine would not have run by then.
"""

from __future__ import annotations

import ast

from autoawait.knowledge.decorators import Effect
from autoawait.project.bindings import positional
from autoawait.project.index import own_nodes
from autoawait.project.syntax import FunctionNode

_RUNNERS = frozenset({"run", "run_until_complete", "run_coroutine_threadsafe", "run_sync"})


def effect_of(decorator: FunctionNode, *, called: bool) -> Effect:
    """The effect of ``@decorator`` (or, if ``called``, of ``@decorator(...)``)."""
    if isinstance(decorator, ast.AsyncFunctionDef):
        return Effect.UNKNOWN
    returned = _returned_functions(decorator)
    if not returned:
        return Effect.KEEPS if _returns_parameter(decorator) else Effect.UNKNOWN
    if called and len(returned) == 1:
        inner = effect_of(returned[0], called=False)
        # ``@decorator(f)`` and ``@decorator`` may share one function: then its own wrapper is the answer.
        return inner if inner is not Effect.UNKNOWN else _wrapper_effect(decorator, returned[0])
    effects = {_wrapper_effect(decorator, wrapper) for wrapper in returned}
    return effects.pop() if len(effects) == 1 else Effect.UNKNOWN


def _wrapper_effect(decorator: FunctionNode, wrapper: FunctionNode) -> Effect:
    if any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(wrapper.body)):
        return Effect.UNKNOWN
    if isinstance(wrapper, ast.AsyncFunctionDef):
        return Effect.COROUTINE
    parameters = {a.arg for a in positional(decorator)}
    gives = {_return_effect(n.value, parameters) for n in own_nodes(wrapper.body) if isinstance(n, ast.Return)}
    if not gives:
        return Effect.PLAIN  # it returns nothing, whatever becomes of the call
    return gives.pop() if len(gives) == 1 else Effect.UNKNOWN


def _return_effect(value: ast.expr | None, parameters: set[str]) -> Effect:
    """What a sync wrapper gives by one of its ``return`` statements."""
    if not isinstance(value, ast.Call):
        return Effect.UNKNOWN
    if isinstance(value.func, ast.Name) and value.func.id in parameters:
        return Effect.KEEPS
    if isinstance(value.func, ast.Attribute) and value.func.attr in _RUNNERS:
        return Effect.PLAIN
    return Effect.UNKNOWN


def _returned_functions(function: FunctionNode) -> list[FunctionNode]:
    """The inner functions that a function returns, if all its returns that give a name name one of these."""
    inner = {n.name: n for n in own_nodes(function.body) if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))}
    returned = {name for name in _names_returned(function) if name}
    return [inner[name] for name in sorted(returned)] if returned <= inner.keys() else []


def _returns_parameter(function: FunctionNode) -> bool:
    parameters = {a.arg for a in positional(function)}
    names = _names_returned(function)
    return bool(names) and all(name in parameters for name in names)


def _names_returned(function: FunctionNode) -> list[str]:
    """The name that each ``return`` of a function gives, empty where it gives none; casts are looked through, and a
    name that is only bound to a cast: ``f = cast(T, wrapper); return f``."""
    casts = {
        target.id: _name_of(node.value)
        for node in own_nodes(function.body)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call)
        for target in node.targets
        if isinstance(target, ast.Name) and _name_of(node.value)
    }
    names = (_name_of(n.value) for n in own_nodes(function.body) if isinstance(n, ast.Return))
    return [casts.get(name, name) for name in names]


def _name_of(value: ast.expr | None) -> str:
    match value:
        case ast.Name(id=name):
            return name
        case ast.Call(func=ast.Name(id="cast") | ast.Attribute(attr="cast"), args=[_, ast.Name(id=name)]):
            return name
    return ""
