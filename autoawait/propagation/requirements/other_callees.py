"""What else a call may reach than a function: another function, another object, what the name was rebound to."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Unit
from autoawait.project.source import Spot
from autoawait.propagation.escapes.replacements import rebound_in
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.call_results import CallSite
from autoawait.resolution.references import Reference
from autoawait.types.engine import Kind
from autoawait.types.type_expr import kind_of


def foresee_receivers(facts: ProjectFacts, references: Iterable[Reference]) -> None:
    """Hand over references that will be asked about: what the calls give on whose results a name is called."""
    receivers = ((r.unit, r.node.value) for r in references if isinstance(r.node, ast.Attribute))
    facts.call_results.resolve([CallSite(unit, node) for unit, node in receivers if isinstance(node, ast.Call)])


def other_callees(facts: ProjectFacts, reference: Reference) -> tuple[tuple[Function, ...], str] | Barrier:
    """The other functions that a call may reach and that are not async yet, and a doubt in words."""
    place = facts.place(reference)
    functions: list[Function] = []
    doubt = ""
    for spot in reference.others:
        definition = facts.index.definition(spot)
        found = [definition] if isinstance(definition, Function) else facts.argument_sinks.calls_of_object(spot)
        if definition is None and not found and facts.call_results.holds_async(spot):
            continue
        if definition is None and not found and (rebinding := _rebinding(facts, spot)):
            doubt = f"the name is rebound to the result of a call on it ({rebinding})"
        elif not found or any(facts.is_foreign(f) for f in found):
            return Barrier("AW402", f"another function may be called there too ({place})", "separate the two calls")
        functions += found
    sync = tuple(dict.fromkeys(function for function in functions if not function.is_async))
    first = [f"the same call may also reach `{other.qualname}` ({place})" for other in sync[:1]]
    return sync, "; ".join(filter(None, [doubt, *first]))


def _rebinding(facts: ProjectFacts, spot: Spot) -> str:
    """The place at which a name is rebound to the result of a call on it, if that is what stands there."""
    module = facts.index.module(spot.path)
    target = rebound_in(module.file).get(spot) if module else None
    return facts.index.place(module.file, target) if module and target else ""


def is_only_meaning(facts: ProjectFacts, function: Function) -> bool:
    """Whether a name of several words means a method and its override group, and nothing else that is sync."""
    name = function.node.name
    if function.owner is None or "_" not in name.strip("_"):
        return False
    group = facts.classes.overrides(function)
    return all(f.is_async or facts.classes.overrides(f) is group for f in facts.index.by_name[name])


def is_of_another(facts: ProjectFacts, unit: Unit, receiver: ast.expr, function: Function) -> bool:
    """Whether a receiver is a coroutine that lacks its ``await``, and gives another class than the function's."""
    if not isinstance(receiver, ast.Call):
        return False
    site = CallSite(unit, receiver)
    result = facts.call_results.resolve([site])[site]
    owner = function.owner.name if function.owner else ""
    return result.kind is Kind.COROUTINE and kind_of(result.awaited) is Kind.PLAIN and owner not in result.awaited


def is_of_decorator(facts: ProjectFacts, unit: Unit, call: ast.Call, function: Function) -> bool:
    """Whether a call gives what a decorator makes of the function's result: a worker that runs it, say."""
    if not function.node.decorator_list:
        return False
    site = CallSite(unit, call)
    nominal = facts.call_results.resolve([site])[site].nominal
    returns = ast.unparse(function.node.returns) if function.node.returns else ""
    return bool(nominal) and nominal not in returns and facts.call_results.is_of_decorator(function, nominal)
