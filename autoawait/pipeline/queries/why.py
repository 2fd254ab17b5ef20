"""Why the calls on a line are flagged, or are not: what each gives, by which evidence, and how its value is used."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.case import Case, RoundFacts, Sources
from autoawait.detection.detectors import decide
from autoawait.diagnostics.finding import Evidence, Finding, Link
from autoawait.pipeline.analysis import Analysis, Project
from autoawait.pipeline.queries.answer import UseSaid, WhyAnswer
from autoawait.pipeline.queries.location_lookup import QueryError, QueryLocation, functions_around
from autoawait.pipeline.queries.reasons import PlannedOutcome, conclusion
from autoawait.project.index import Function, Index, Module, Unit, module_unit
from autoawait.project.source import Located, SourceFile, Span, Spot
from autoawait.propagation.conversion_graph import refusal
from autoawait.resolution.argument_sinks import ArgumentSink
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.engine import Kind, TypeEngine, TypeFact
from autoawait.types.expressions import callee, fact_of

_MOST_DEFINITIONS = 3
_LONGEST = 60  # characters of a call
_WORDS = {
    UseKind.AWAITED: "it is awaited",
    UseKind.CONSUMED: "it is given to something that takes awaitables",
    UseKind.METHOD: "a method that coroutines have is called on it",
    UseKind.INTENDED: "it is assigned to a name that says it is not wanted",
    UseKind.NEUTRAL: "it is only looked at",
    UseKind.LAMBDA: "a lambda returns it",
    UseKind.YIELD: "it is yielded",
    UseKind.RETURN: "it is returned",
    UseKind.ASYNC_ITERATE: "`async for` iterates over it",
    UseKind.ASYNC_ENTER: "`async with` enters it",
}


def sites_at(project: Project, module: Module, place: QueryLocation) -> list[CallSite]:
    """What a line asks about, in order of place: calls, and what is iterated over, entered or dropped without one.

    With a column it is the innermost call there alone. Raises QueryError where there is none.
    """
    file = module.file
    known = {c.site.node: c.site for c in project.survey.candidates if c.site.unit.file is file}
    functions = functions_around(module, place.line)
    units = [module_unit(file, range(len(file.body))), *(f.unit for f in functions)]
    found = {n: CallSite(u, n) for u in units for n in u.nodes if isinstance(n, ast.expr) and _is_asked_of(n, known)}
    sites = [known.get(node, site) for node, site in found.items()]
    if place.column is not None:
        return [_innermost(sites, file, place, place.column)]
    here = [site for site in sites if place.line in _lines_of_name(site.node)]
    if not here:  # a line between the first and the last of a call
        around = [s for s in sites if s.node.lineno <= place.line <= (s.node.end_lineno or 0)]
        here = sorted(around, key=lambda s: _length(file, s.node))[:1]
    if not here:
        raise QueryError(
            f"{place.path}:{place.line} has no call: {file.line(place.line).strip() or 'the line is empty'}"
        )
    return sorted(here, key=lambda s: file.span(s.node))


def why(project: Project, analysis: Analysis, sites: Iterable[CallSite]) -> list[WhyAnswer]:
    """The answer about each site. Raises EngineError."""
    engine = project.as_it_was(analysis.trial)
    asked = _Asked(project.index, engine, analysis.planner.sources(engine), analysis)
    return [asked.about(site) for site in sites]


# which calls are meant


def _is_asked_of(node: ast.expr, known: Mapping[ast.expr, CallSite]) -> bool:
    return isinstance(node, ast.Call) or node in known


def _lines_of_name(node: ast.expr) -> tuple[int, int]:
    """The lines on which an expression begins and on which the name of what it calls ends."""
    named = node.func if isinstance(node, ast.Call) else node
    return node.lineno, named.end_lineno or node.lineno


def _innermost(sites: Iterable[CallSite], file: SourceFile, place: QueryLocation, column: int) -> CallSite:
    text = file.line(place.line)
    if not 1 <= column <= max(1, len(text)):
        raise QueryError(
            f"line {place.line} of {place.path} has {len(text)} characters, so there is no column {column}"
        )
    offset = file.offset(place.line, len(text[: column - 1].encode("utf-8")))
    here = [s for s in sites if (span := file.span(s.node)).start <= offset < span.end]
    if not here:
        starts = (file.line_and_column(file.span(s.node).start) for s in sites)
        others = sorted({start for line, start in starts if line == place.line})
        hint = f"; calls begin at {', '.join(map(str, others))}" if others else ""
        raise QueryError(f"{place.path}:{place.line} has no call at column {column}{hint}")
    return min(here, key=lambda s: _length(file, s.node))


def _length(file: SourceFile, node: ast.expr) -> int:
    span = file.span(node)
    return span.end - span.start


# what is said of them


@dataclass(frozen=True, eq=False)
class _Asked:
    """Questions to one engine after an analysis."""

    index: Index
    engine: TypeEngine
    sources: Sources
    analysis: Analysis

    def about(self, site: CallSite) -> WhyAnswer:
        file, node = site.unit.file, site.node
        fact = fact_of(self.engine, file, callee(node))
        alone = self.sources.resolver.resolve([site])[site]
        plan = self.analysis.plan
        given = next((g for s, g in plan.facts.results.items() if s.node is node), alone)
        usage = uses_of(site.unit, node)
        sinks = self._sinks(site.unit, usage)
        span = file.span(node)
        places = [*filter(None, self.sources.resolver.definition(file, node) or (given.definition,))]
        planned = self._planned(site, span, places)
        facts = RoundFacts({**plan.facts.results, site: given}, sinks)
        decided = next((d for s, d in plan.decisions.items() if s.node is node), None)
        decision = decided or decide(Case(self.sources, facts, site, given, usage))
        return WhyAnswer(
            file,
            span,
            _short(node),
            given.kind,
            _evidence(given, alone, fact, is_call=isinstance(node, ast.Call)),
            _type(given, fact),
            tuple(self._links(places)),
            usage.name,
            tuple(_said(file, use, sinks) for use in usage.uses),
            conclusion(decision, planned),
            planned.findings,
            planned.follows,
        )

    def _sinks(self, unit: Unit, usage: Usage) -> Mapping[Use, ArgumentSink]:
        known = self.analysis.plan.facts.sinks
        passed = [use for use in usage.of(UseKind.ARGUMENT) if use not in known]
        return {**known, **self.sources.arguments.sinks([(unit, use) for use in passed])}

    def _planned(self, site: CallSite, span: Span, places: Sequence[Spot]) -> PlannedOutcome:
        plan, here = self.analysis.plan, (site.unit.file.path, span)
        told = self.analysis.outcome.findings
        findings = tuple(f for f in told if f.place == here)
        suppressed = next((f for f in plan.suppressed if f.place == here), None)
        known = next((f for f in self.analysis.outcome.known if f.place == here), None)
        follows = next((f for f in told if f not in findings and here in _edited(f)), None)
        excuse = next((words for other, words in plan.excused.items() if other.node is site.node), "")
        is_candidate = any(c.site.node is site.node for c in plan.candidates)
        return PlannedOutcome(findings, suppressed, known, excuse, follows, self._refusal(places), is_candidate)

    def _refusal(self, places: Iterable[Spot]) -> str:
        """Why a function at one of some places cannot become async, though a mistake asks for it; else empty."""
        graph = self.analysis.planner.conversion_graph()
        for definition in map(self.index.definition, places):
            if graph is not None and isinstance(definition, Function):
                group = next((f for f in graph.reachability.refused if definition in f.members), None)
                if group is not None:
                    return refusal(group, graph)[0]
        return ""

    def _links(self, places: Iterable[Spot]) -> Iterator[Link]:
        for place in [*dict.fromkeys(places)][:_MOST_DEFINITIONS]:
            module = self.index.module(place.path) if place.path.suffix in {".py", ".pyi"} else None
            if module:
                yield Link.at(module.file, module.file.offset(place.line, place.column))
            else:
                yield Link(place.path, place.line, "", place.column + 1)


def _edited(finding: Finding) -> set[tuple[Path, Span]]:
    """What the fix of a finding changes."""
    return {(edit.path, edit.span) for edit in finding.fix.edits} if finding.fix else set()


def _evidence(given: CallResult, alone: CallResult, fact: TypeFact, *, is_call: bool) -> str:
    """How it is known what an expression gives. ``alone`` is what is known of it without any edit."""
    if given.kind is Kind.UNKNOWN:
        return given.because or "nothing is known of it"
    if given.evidence is Evidence.INFERRED:
        return f"inferred: {given.because}"
    if given.kind is not alone.kind and alone.kind is Kind.UNKNOWN:
        return "known once the fixes before it are made"
    by_type = (fact.called if is_call else fact.value) is given.kind
    by_definition = given.definition is not None
    sources = [word for word, holds in (("type", by_type), ("definition", by_definition)) if holds]
    return f"proved by its {' and its '.join(sources)}" if sources else "proved by what the type checker says of it"


def _type(given: CallResult, fact: TypeFact) -> str:
    text = fact.returned or given.nominal or fact.text
    return "" if text == "Unknown" else text


def _short(node: ast.expr) -> str:
    """An expression, its arguments as dots where they are long."""
    text = ast.unparse(node)
    return f"{ast.unparse(node.func)}(...)" if isinstance(node, ast.Call) and len(text) > _LONGEST else text


def _said(file: SourceFile, use: Use, sinks: Mapping[Use, ArgumentSink]) -> UseSaid:
    at = use.at if isinstance(use.at, Located) else use.node
    words = use.how or _WORDS.get(use.kind, use.kind.value)
    if use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call):
        words = f"it is passed to `{ast.unparse(use.at.func)}`: {sinks[use].words}"
    return UseSaid(*file.line_and_column(file.span(at).start), words)
