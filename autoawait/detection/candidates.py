"""Which expressions are worth asking about: those whose use is not right whatever they give.

Many calls are decided by syntax: an awaited call, ``_ = f()``. Only the rest is asked of the type engine, which
is where the time goes; whether an argument may be a coroutine (``asyncio.gather(f())``) is a question to it,
too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from autoawait.dataflow.uses import AWAITING, Usage, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.knowledge.annotations import AWAITABLES, RUNNING
from autoawait.project.index import Function, Unit
from autoawait.project.memoize import memoize
from autoawait.resolution.call_results import CallSite

_AWAITABLE = re.compile("|".join((*AWAITABLES, *RUNNING)))
_OPEN_ANNOTATION = re.compile(rf"{_AWAITABLE.pattern}|\bAny\b|\bobject\b")
_FINE = AWAITING | {UseKind.METHOD, UseKind.INTENDED, UseKind.NEUTRAL, UseKind.LAMBDA, UseKind.YIELD}
_HANDED_ON = frozenset({UseKind.STORE, UseKind.RETURN, UseKind.ASYNC_ITERATE, UseKind.ASYNC_ENTER})
# In code that cannot await, only what may be wrong is worth a word.
_WRONG = frozenset(UseKind) - _FINE - _HANDED_ON


@dataclass(frozen=True, slots=True)
class Candidate:
    """A site and how its value is used."""

    site: CallSite
    usage: Usage


def candidates(
    unit: Unit,
    async_properties: frozenset[str],
    wanted: Callable[[ast.expr], bool] | None = None,
    *,
    has_complaint: bool = False,
) -> Iterator[Candidate]:
    """The expressions of a unit that may lack an ``await`` or ``async``.

    ``wanted`` chooses among the calls of a unit that no ``await`` can stand in (module level, a plain
    function): there only what is certainly wrong is worth a word.
    """
    if unit.function is not None and unit.function.is_dead:
        return
    for node in _values(unit, async_properties):
        if wanted is not None and not (isinstance(node, ast.Call) and wanted(node)):
            continue
        parent = unit.parents.get(node)
        if isinstance(parent, ast.Await) and not is_read_at_once(unit, parent):
            continue
        usage = uses_of(unit, parent if isinstance(parent, ast.Await) else node)
        kinds = {use.kind for use in usage.uses}
        is_wrong = wanted is None or has_complaint or _is_wrong(unit, usage)
        if kinds <= _FINE or not is_wrong or is_unreachable(unit, node):
            continue
        yield Candidate(CallSite(unit, node), usage)


def is_read_at_once(unit: Unit, awaited: ast.Await) -> bool:
    """Whether a sync ``for`` or ``with`` takes what an ``await`` gives: that may be asynchronous in turn."""
    match unit.parents.get(awaited):
        case ast.For(iter=taken) | ast.comprehension(iter=taken, is_async=0):
            return taken is awaited
        case ast.withitem() as item:
            return isinstance(unit.parents.get(item), ast.With)
    return False


def _is_wrong(unit: Unit, usage: Usage) -> bool:
    """Whether some use may be wrong for a coroutine, wherever it stands: all but to hand it on and to keep it."""
    return usage.annotation is not None or any(
        (use.kind in _WRONG and not isinstance(use.at, ast.YieldFrom))
        or (use.kind is UseKind.RETURN and not use.element and promises_value(unit.function))
        for use in usage.uses
    )


def promises_value(function: Function | None) -> bool:
    """Whether a sync function is annotated to return something that a coroutine is not."""
    returns = function.node.returns if function else None
    return returns is not None and not _OPEN_ANNOTATION.search(ast.unparse(returns))


def is_unreachable(unit: Unit, node: ast.AST) -> bool:
    """Whether a place is never reached: below ``if TYPE_CHECKING`` or ``if False``, or after a ``return``."""
    if unit.function is not None and unit.function.is_dead:
        return True
    return bool(unit.dead) and any(around in unit.dead for around in unit.ancestors(node))


def _values(unit: Unit, async_properties: frozenset[str]) -> Iterable[ast.expr]:
    """Calls, what loops and ``with`` take, and reads of attributes that may be awaitable properties."""
    for node in unit.nodes:
        match node:
            case ast.Call():
                yield node
            case ast.For() | ast.AsyncFor() | ast.comprehension():
                if isinstance(node.iter, (ast.Name, ast.Attribute)):
                    yield node.iter
            case ast.Expr(value=ast.Name() | ast.Attribute() as alone):
                yield alone  # a statement without effect, unless an `await` is missing
            case ast.withitem():
                if isinstance(node.context_expr, (ast.Name, ast.Attribute)):
                    yield node.context_expr
            case ast.Attribute(attr=name, ctx=ast.Load()) if name in async_properties:
                if not _is_callee(node, unit):
                    yield node


def _is_callee(node: ast.Attribute, unit: Unit) -> bool:
    parent = unit.parents.get(node)
    return isinstance(parent, ast.Call) and parent.func is node


def async_properties(functions: Iterable[Function]) -> frozenset[str]:
    """The names of properties that may give an awaitable: async ones, and those annotated with one."""
    return frozenset(f.node.name for f in functions if f.owner and f.node.decorator_list and _is_async_property(f))


@memoize
def _is_async_property(function: Function) -> bool:
    node = function.node
    if not any("property" in ast.unparse(decorator) for decorator in node.decorator_list):
        return False
    return function.is_async or (node.returns is not None and bool(_AWAITABLE.search(ast.unparse(node.returns))))
