"""Callbacks that an object keeps in a collection, and whose results it tests for being awaitable.

``self._callbacks.append(WeakMethod(callback))`` or ``self._callbacks[name] = callback`` at one place, and at another
``task = callback(self)`` with ``if isawaitable(task): await task``: such a class is written for both kinds.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.consumers import ASKS_FOR_ASYNC, ASKS_TO_AWAIT
from autoawait.project.bindings import assigned_to
from autoawait.project.index import Function, Unit
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.argument_sinks import parameter_node
from autoawait.resolution.class_graph.model import self_name
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference

# Methods of collections that put something in or take it out again (docs.python.org, Built-in Types; collections).
_KEEPING = frozenset({"append", "appendleft", "add", "insert", "remove", "discard"})


def callback_keeper(facts: ProjectFacts, reference: Reference) -> Function | None:
    """The method of the project that puts the function passed to it into such a collection; None where one that may be
    called does something else. On an object without a type any method of that name may be called, and one is enough."""
    call, node = reference.into, reference.node
    if reference.role is Role.STORED and isinstance(node, ast.expr):
        return _keyed(facts, reference.unit, node)
    if reference.role is not Role.PASSED or call is None or not isinstance(node, ast.expr):
        return None
    callees = facts.argument_sinks.callees(reference.unit.file, call)
    methods = [f for f in facts.index.by_name.get(called_name(call), ()) if f.owner is not None]
    kept = [callee for callee in callees or methods if _keeps(facts, callee, call, node)]
    return kept[0] if kept and (not callees or len(kept) == len(callees)) else None


def _keyed(facts: ProjectFacts, unit: Unit, node: ast.expr) -> Function | None:
    """The method that keeps a function under a key of a dict of ``self``."""
    method, target = unit.function, _keyed_in(unit, node)
    if method is None or target is None or ast.unparse(target.value) != self_name(method):
        return None
    return method if _asks(facts, method, {target.attr}) else None


def _keeps(facts: ProjectFacts, callee: Function, call: ast.Call, node: ast.expr) -> bool:
    parameter = parameter_node(callee, call, node)
    return parameter is not None and _asks(facts, callee, set(_collections(callee, parameter.arg)))


def _asks(facts: ProjectFacts, method: Function, collections: set[str]) -> bool:
    """Whether a method that shares one of some collections reads it and tests the results of calls."""
    return any(_probes(unit) for name in collections for unit, _ in facts.classes.attribute_uses(method, name))


def _collections(method: Function, parameter: str) -> Iterator[str]:
    """The attributes of ``self`` that a method puts a parameter in or takes it out of, as it is or in a weak reference;
    nothing where it does more than that with it."""
    unit, receiver = method.unit, self_name(method)
    wrapped = {n.func for n in unit.nodes if isinstance(n, ast.Call) and _wraps_weakly(n)}
    names = {parameter, *_bound_to(method, wrapped)}
    found: list[str] = []
    for node in unit.nodes:
        if not (isinstance(node, ast.Name) and node.id in names and isinstance(node.ctx, ast.Load)):
            continue
        around = unit.parent(node)
        if isinstance(around, ast.Call) and around.func in wrapped:
            around = unit.parent(around)
        match around:
            case ast.Call(func=ast.Attribute(value=ast.Attribute(value=ast.Name(id=name), attr=attribute), attr=done)):
                if name != receiver or done not in _KEEPING:
                    return
                found.append(attribute)
            case ast.Compare() | ast.Assign():
                pass
            case _:
                return
    yield from found


def _keyed_in(unit: Unit, node: ast.expr) -> ast.Attribute | None:
    """The attribute with a dict in which an expression is put under a key: ``self.d[k] = f``, ``self.d = {k: f}``."""
    around = unit.parent(node)
    if isinstance(around, ast.Dict):
        around = unit.parent(around)
    for target in assigned_to(around) if around is not None else ():
        match target:
            case ast.Subscript(value=ast.Attribute() as attribute) | (ast.Attribute() as attribute):
                return attribute
    return None


def _wraps_weakly(call: ast.Call) -> bool:
    return called_name(call) in {"WeakMethod", "ref"} and len(call.args) == 1


def _bound_to(method: Function, callees: set[ast.expr]) -> Iterator[str]:
    """The local names that are bound to the results of certain calls."""
    for node in method.unit.nodes:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=ast.Call(func=func)) if func in callees:
                yield name


def _probes(unit: Unit) -> bool:
    names = (called_name(node) for node in unit.nodes if isinstance(node, ast.Call))
    return any(name in ASKS_TO_AWAIT or ASKS_FOR_ASYNC.search(name) for name in names)
