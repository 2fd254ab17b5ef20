"""Calls that may reach a function which a fix makes async, and that stay as they are: somebody has to look at them."""

from __future__ import annotations

import ast
from collections.abc import Iterator

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
    """A finding for each call of which nobody can tell whether it reaches what the trial makes async."""
    graph = planner.conversion_graph()
    found: dict[tuple[object, ...], Finding] = {}
    for group, conversion in graph.conversions.items() if graph else ():
        turned = next((f for f in group.members if f in planner.becoming_async and _is_made_async(f, trial)), None)
        for requirement in conversion.requirements if turned else ():
            for finding in _findings(requirement, turned) if turned else ():
                if finding.path in planner.editable and not is_suppressed(index.modules[finding.path].file, finding):
                    found.setdefault(finding.place, finding)
    return tuple(found.values())


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
