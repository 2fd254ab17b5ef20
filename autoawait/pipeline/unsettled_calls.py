"""Calls that may reach a function which a fix makes async, and that stay as they are: somebody has to look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import replace

from autoawait.diagnostics.finding import EditKind, Evidence, Finding, Link
from autoawait.diagnostics.suppression import is_suppressed
from autoawait.edits.apply import AppliedEdits
from autoawait.pipeline.plan import Planner
from autoawait.project.index import Function, Index
from autoawait.propagation.conversion_graph import Requirement
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty

_ADVICE = "await it if it may be this one; else annotate what it is called on"


def unsettled_calls(planner: Planner, trial: AppliedEdits, index: Index) -> tuple[Finding, ...]:
    """A finding for each function that the trial makes async, at the first call of which nobody can tell whether it
    reaches this function; others like it are among its links."""
    graph = planner.conversion_graph()
    awaited = {place for finding in trial.made for place in finding.awaited}
    found: list[Finding] = []
    for group, conversion in graph.conversions.items() if graph else ():
        turned = next((f for f in group.members if f in planner.becoming_async and _is_made_async(f, trial)), None)
        if turned is None:
            continue
        calls = {f.place: f for r in conversion.requirements for f in _findings(r, turned) if f.place not in awaited}
        told = [calls[place] for place in sorted(calls) if _is_told(calls[place], planner, index)]
        links = (Link.at(index.modules[f.path].file, f.span.start, "may call it too: ") for f in told[1:])
        found += [replace(first, chain=(*first.chain, *links)) for first in told[:1]]
    return tuple({finding.place: finding for finding in found}.values())


def _is_told(finding: Finding, planner: Planner, index: Index) -> bool:
    return finding.path in planner.editable and not is_suppressed(index.modules[finding.path].file, finding)


def _is_made_async(function: Function, trial: AppliedEdits) -> bool:
    span = function.file.span(function.node)
    edits = (edit for edit in trial.edits.get(function.file.path, ()) if edit.kind is EditKind.ASYNC_DEF)
    return any(span.start <= edit.span.start <= function.name_start for edit in edits)


def _findings(requirement: Requirement, turned: Function) -> Iterator[Finding]:
    reference, call = requirement.reference, requirement.reference.call
    is_open = requirement.doubt and not requirement.edits and reference.role is Role.CALL
    if not is_open or call is None or reference.certainty is Certainty.CERTAIN:
        return
    file, name = reference.unit.file, ast.unparse(call.func)
    dots = "..." if call.args or call.keywords else ""
    yield Finding(
        "AW304",
        file.path,
        file.span(call),
        f"`{name}({dots})` gives a coroutine or a value: it may call `{turned.qualname}`, which becomes async",
        name,
        Evidence.INFERRED,
        f"the type of `{name.rpartition('.')[0] or name}` is unknown",
        _ADVICE,
        chain=(Link.at(turned.file, turned.name_start, "becomes async: "),),
    )
