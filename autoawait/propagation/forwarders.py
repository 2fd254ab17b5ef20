"""Plain functions that only hand a coroutine on, whose callers take it for a value.

``def load(key): return fetch(key)`` is right as it is where its callers await what it gives. Where none of
them does, and one is about to be given its ``await``, it becomes async with them.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding, Fix
from autoawait.project.index import Function, Index, own_nodes
from autoawait.propagation.conversion_graph import ConversionGraphBuilder
from autoawait.resolution.call_results import CallResult, CallResults, CallSite, is_annotated
from autoawait.resolution.reference_roles import Role
from autoawait.types.engine import Kind


def companions(
    drafts: Sequence[Draft], index: Index, resolver: CallResults, weaver: ConversionGraphBuilder
) -> list[Draft]:
    """A draft for each coroutine that such a function returns. They are likely at best: to await where such a function
    is called mends the mistake as well."""
    seen: set[Function] = set()
    spoken_of = {draft.site for draft in drafts}
    found: list[Draft] = []
    waiting = list(drafts)
    while waiting:
        draft = waiting.pop()
        function = _handing_on(draft, index)
        if function is None or function in seen or _is_awaited(function, weaver):
            continue
        seen.add(function)
        sites = [site for site in _returned(function) if site not in spoken_of]
        given = resolver.resolve(sites)
        fresh = [_companion(given[s], s, function) for s in sites if given[s].kind is Kind.COROUTINE]
        found += fresh
        waiting += fresh
    return found


def _handing_on(draft: Draft, index: Index) -> Function | None:
    """The plain function of the project that gave the coroutine of a draft."""
    place = draft.given.definition
    function = index.definition(place) if place and place.path not in index.foreign else None
    if not isinstance(function, Function) or function.is_async or function.is_generator or not draft.finding.fix:
        return None
    return None if is_annotated(function) else function  # an annotation has told what is meant


def _is_awaited(function: Function, weaver: ConversionGraphBuilder) -> bool:
    """Whether a caller awaits what the function gives already, or something else than a call holds it."""
    family = weaver.families.of(function)
    demands = weaver.web([function]).turns[family].demands
    return any(d.reference.role is Role.CALL and not d.edits and not d.barrier and not d.doubt for d in demands)


def _returned(function: Function) -> Iterable[CallSite]:
    returns = (node for node in own_nodes(function.node.body) if isinstance(node, ast.Return))
    return [CallSite(function.unit, node.value) for node in returns if isinstance(node.value, ast.Call)]


def _companion(given: CallResult, site: CallSite, function: Function) -> Draft:
    file, callee = site.unit.file, site.node.func if isinstance(site.node, ast.Call) else site.node
    edit = Edit(file.path, file.span(site.node), EditKind.AWAIT)
    words = f"`{function.node.name}` returns it, and its callers take it for a value"
    message = f"`{ast.unparse(callee)}(...)` is not awaited: {words}"
    fix = Fix((edit,), Applicability.UNSAFE)
    finding = Finding("AW106", file.path, file.span(site.node), message, ast.unparse(callee), fix=fix)
    return Draft(finding, site, given, needs=function, optional=True)
