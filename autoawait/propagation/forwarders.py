"""Sync functions that only pass a coroutine on, and whose callers take it for a value.

``def load(key): return fetch(key)`` is right as it is where its callers await what it gives. Where none of
them does, and one of them is to get its ``await``, it becomes async with them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding, Fix
from autoawait.project.index import Function, Index
from autoawait.propagation.graph_builder import ConversionGraphBuilder
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.resolution.function_bodies import is_annotated, returned_by
from autoawait.resolution.reference_roles import Role
from autoawait.types.engine import Kind


def forwarder_drafts(
    drafts: Sequence[Draft], index: Index, call_results: CallResults, builder: ConversionGraphBuilder
) -> list[Draft]:
    """A draft for each coroutine that such a function returns. They are likely at best: an ``await`` at the calls of
    the function fixes the mistake too."""
    seen: set[Function] = set()
    reported = {draft.site for draft in drafts}
    found: list[Draft] = []
    waiting = list(drafts)
    while waiting:
        draft = waiting.pop()
        function = _forwarder(draft, index)
        if function is None or function in seen or _is_awaited(function, builder):
            continue
        seen.add(function)
        sites = [site for site in _returned(function) if site not in reported]
        results = call_results.resolve(sites)
        fresh = [_forwarder_draft(results[s], s, function) for s in sites if results[s].kind is Kind.COROUTINE]
        found += fresh
        waiting += fresh
    return found


def _forwarder(draft: Draft, index: Index) -> Function | None:
    """The sync function of the project that returned the coroutine of a draft."""
    place = draft.given.definition
    function = index.definition(place) if place and place.path not in index.foreign else None
    if not isinstance(function, Function) or function.is_async or function.is_generator or not draft.finding.fix:
        return None
    return None if is_annotated(function) else function  # an annotation says what is meant


def _is_awaited(function: Function, builder: ConversionGraphBuilder) -> bool:
    """Whether a caller awaits what the function returns already, or something else than a call holds it."""
    group = builder.partition.of(function)
    requirements = builder.graph([function]).conversions[group].requirements
    return any(d.reference.role is Role.CALL and not d.edits and not d.barrier and not d.doubt for d in requirements)


def _returned(function: Function) -> Iterable[CallSite]:
    return [CallSite(function.unit, value) for value in returned_by(function) if isinstance(value, ast.Call)]


def _forwarder_draft(result: CallResult, site: CallSite, function: Function) -> Draft:
    file, callee = site.unit.file, site.node.func if isinstance(site.node, ast.Call) else site.node
    edit = Edit(file.path, file.span(site.node), EditKind.AWAIT)
    name = f"`{function.node.name}`"
    message = (
        f"`{ast.unparse(callee)}(...)` is returned by {name} without `await`, and callers of {name} use it as a value"
    )
    fix = Fix((edit,), Applicability.UNSAFE)
    finding = Finding("AW106", file.path, file.span(site.node), message, ast.unparse(callee), fix=fix)
    return Draft(finding, site, result, needs=function, optional=True)
