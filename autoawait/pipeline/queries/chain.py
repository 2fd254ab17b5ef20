"""The chain that makes a function async, put together from the plan's facts and the propagation's web."""

from __future__ import annotations

from collections.abc import Sequence

from autoawait.pipeline.analysis import Project
from autoawait.pipeline.plan import Planner
from autoawait.pipeline.queries.call_graph import Graph, Step
from autoawait.pipeline.queries.callees import CalleeGraph
from autoawait.pipeline.queries.callers import CallerGraph
from autoawait.pipeline.queries.function_lookup import node_key
from autoawait.project.index import Function
from autoawait.propagation.conversion_graph import ConversionGraph, refusal
from autoawait.resolution.class_graph.override_groups import OverrideGroup

_MOST = 8  # names in one sentence


def chain_of(project: Project, function: Function) -> Graph:
    """What is asynchronous in a function, and who would have to follow it. Raises EngineError."""
    index, engine = project.index, project.engine
    planner = Planner(index, project.survey, project.settings, project.files.editable)
    project.clock.next("resolving")
    plan = planner.plan(engine)
    sources = planner.sources(engine)
    builder = planner.graph_builder(engine, sources)
    project.clock.next("following")
    wanted = builder.graph(planner.wanted)
    findings = {f.place: f for f in (*plan.findings, *plan.suppressed)}
    below = CalleeGraph(index, sources.resolver, wanted, findings).steps(function)
    graph = builder.graph([function])
    above = CallerGraph(graph, builder.partition, function, findings)
    group = builder.partition.of(function)
    return Graph(above.node(group), tuple(below), tuple(above.steps()), _conclusion(function, group, graph, below))


def _conclusion(function: Function, group: OverrideGroup, graph: ConversionGraph, below: Sequence[Step]) -> str:
    """Whether a function is async or would become so, with whom, or what is in the way."""
    name = f"`{function.qualname}`"
    is_bound = any(step.binds for step in below if step.caller.key == node_key(function))
    if function.is_async:
        return f"{name} is async" if is_bound else f"{name} is async, though nothing in it is awaited"
    cause = "" if is_bound else f"nothing in {name} makes it async; if something did: "
    if group not in graph.reachability.converted:
        reason, advice = refusal(group, graph)
        return f"{cause}{reason} (help: {advice})" if advice else f"{cause}{reason}"
    converted = (group for group in graph.conversions if group in graph.reachability.converted)
    others = [m for group in converted for m in group.members if not m.is_async and m is not function]
    return f"{cause}{name} would become async{_together(others)}"


def _together(others: Sequence[Function]) -> str:
    if not others:
        return ", and no other function with it"
    names = ", ".join(f"`{other.qualname}`" for other in others[:_MOST])
    more = f" and {len(others) - _MOST} more" if len(others) > _MOST else ""
    return f", together with {names}{more}"
