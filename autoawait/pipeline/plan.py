"""Findings and fixes for the whole project, on facts that do not change while it is made.

``plan`` is a function of the survey (what the source says) and the engine's answers. It may be asked
again with an engine that already sees the edits of a former plan: then more is known, and the plan
only grows.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fnmatch import fnmatchcase
from pathlib import Path

from autoawait.dataflow.uses import Usage, Use, UseKind, speaks_against_await
from autoawait.detection.awaitable_detectors import depends_on_definition
from autoawait.detection.candidates import Candidate, candidates
from autoawait.detection.case import Case, RoundFacts, Sources
from autoawait.detection.context_guards import is_replaced
from autoawait.detection.coroutine_detectors import awaited_in_sync_function
from autoawait.detection.detectors import Decision, decide
from autoawait.detection.draft import Draft, DraftBuilder, deduplicated, with_reasons, without_repeated_reports
from autoawait.detection.runtime_log.confirmed import ConfirmedWarnings
from autoawait.detection.survey import UNAWAITED, Survey, chain_top, in_order, near_complaints
from autoawait.diagnostics.finding import Edit, Evidence, Finding, Unflagged
from autoawait.diagnostics.suppression import is_suppressed
from autoawait.project.index import Function, Index
from autoawait.project.settings import Settings
from autoawait.project.source import Span
from autoawait.propagation.attach import Attached, attach, unpropagated
from autoawait.propagation.conversion_graph import ConversionGraph
from autoawait.propagation.forwarders import forwarder_drafts
from autoawait.propagation.graph_builder import ConversionGraphBuilder
from autoawait.resolution.argument_sinks import ArgumentSink, ArgumentSinks, Sink
from autoawait.resolution.async_guards import async_guard, is_denied
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import ASYNC_KINDS, Checked, Kind, TypeEngine

# Uses at which something that is no coroutine may still be wrong, if the checker complains.
_SUSPICIOUS = (UseKind.VALUE, UseKind.ITERATE, UseKind.ENTER)
_UNDECIDED = (Kind.UNKNOWN, Kind.MAYBE)


@dataclass(frozen=True, eq=False)
class Plan:
    """The findings in order of place, the facts they rest on, and the sites that they (or what suppresses them)
    are about. ``decisions`` are those on all candidates; ``excused`` the sites of which the code or a setting says that
    they are meant, each with the words for it; ``suppressed`` the findings that a comment suppresses."""

    findings: tuple[Finding, ...]
    facts: RoundFacts
    spoken_of: frozenset[CallSite]
    candidates: tuple[Candidate, ...]
    decisions: Mapping[CallSite, Decision]
    excused: Mapping[CallSite, str] = field(default_factory=dict)
    suppressed: tuple[Finding, ...] = ()


class Planner:
    """Makes plans for one survey; complaints of earlier rounds are kept, since edits make them vanish."""

    def __init__(
        self,
        index: Index,
        survey: Survey,
        settings: Settings,
        editable: Collection[Path],
        confirmed: ConfirmedWarnings | None = None,
        declined: Collection[tuple[Path, Span]] = (),
    ) -> None:
        self._index = index
        self._survey = survey
        self._settings = settings
        self.editable = editable
        self._confirmed = confirmed or ConfirmedWarnings()
        self.declined = frozenset(declined)  # places that stay as they are, and of which nothing is said
        self._near_complaints: list[Candidate] | None = None
        self.wanted: dict[Function, None] = {}  # sync functions that mistakes in them ask to be async
        self.checked: dict[Path, Checked] = {}  # what the checker said of files before any edit
        self._becoming_async: frozenset[Function] = frozenset()
        self._followed: frozenset[ast.expr] = frozenset()
        self._seeds: set[ast.expr] = set()
        self._lacking: dict[Function, tuple[Edit, ...]] = {}
        self._further: dict[tuple[Path, Span], Finding] = {}
        self._builder: ConversionGraphBuilder | None = None
        self._classes: ClassGraph | None = None
        self.complaints = CheckerDiagnostics()
        self._given: dict[CallSite, CallResult] = {}
        self._sinks: dict[Use, ArgumentSink] = {}

    def plan(self, engine: TypeEngine) -> Plan:
        """One plan with what the engine knows now, and with the functions that became async by the plan before."""
        sources = self.sources(engine)
        resolver = sources.resolver
        candidates = self._candidates(engine)
        facts = self._facts(candidates, engine, sources)
        cases = [Case(sources, facts, c.site, facts.results[c.site], c.usage) for c in candidates]
        resolver.instances.prepare((c.file, c.node, c.result.nominal) for c in cases if depends_on_definition(c))
        decisions = {case.site: decide(case) for case in cases}
        drafts = [draft for decision in decisions.values() for draft in decision.drafts]
        drafts += [draft for site in self._survey.awaited_in_sync for draft in awaited_in_sync_function(site)]
        spoken_of = frozenset(draft.site for draft in drafts)
        excused = {d.site: words for d in drafts if (words := self._excuse(d.site, resolver))}
        drafts = [d for d in drafts if d.site not in excused]
        # A call that only misses its `await` because its callee became async is followed already; others are seeds.
        drafts = [d for d in drafts if d.site.node not in self._followed or d.site.node in self._seeds]
        drafts = [replace(d, implied=False) if d.site.node in self._seeds else d for d in drafts]
        self._seeds |= {d.site.node for d in drafts if not d.implied}
        drafts = [d for d in deduplicated(drafts) if d.finding.place not in self.declined]
        self.wanted.update((d.needs, None) for d in drafts if d.needs)
        settled = self._settled(drafts, engine, sources)
        self._becoming_async, self._followed = settled.converted, settled.followed
        found = with_reasons(without_repeated_reports(settled.drafts), resolver, self._index)
        found = [*(f for f in found if f.place not in self._further), *self._further.values()]
        silenced = tuple(f for f in found if is_suppressed(self._index.modules[f.path].file, f))
        findings = sorted((f for f in found if f not in silenced), key=lambda f: f.place)
        return Plan(tuple(findings), facts, spoken_of, candidates, decisions, excused, silenced)

    def sources(self, engine: TypeEngine) -> Sources:
        """Where detectors look things up, as an engine sees the project."""
        index, target = self._index, self._settings.target_version
        self._classes = self._classes.through(engine) if self._classes else ClassGraph(index, engine)
        resolver = CallResults(index, engine, self._classes)
        arguments = ArgumentSinks(index, engine, self.complaints, self._classes)
        builder, statistics = DraftBuilder(resolver, target), self._survey.statistics
        becoming = self._becoming_async
        return Sources(index, resolver, arguments, self.complaints, statistics, builder, target, becoming)

    def graph_builder(self, engine: TypeEngine, sources: Sources) -> ConversionGraphBuilder:
        """A builder of what follows where functions become async."""
        parts = (sources.resolver, sources.builder, sources.arguments, self.complaints)
        return ConversionGraphBuilder(self._index, engine, *parts, self._settings, self.editable)

    @property
    def becoming_async(self) -> frozenset[Function]:
        """The functions that become async by the last plan, as far as its fixes may be applied."""
        return self._becoming_async

    @property
    def referring_files(self) -> frozenset[Path]:
        """The files that refer to functions which become async."""
        return self._builder.users(self._becoming_async) if self._builder else frozenset()

    def conversion_graph(self) -> ConversionGraph | None:
        """All that follows of the mistakes in sync functions; None where no function may become async."""
        return self._builder.graph(self.wanted) if self._builder else None

    def add_lacking(self, lacking: Mapping[Function, tuple[Edit, ...]]) -> bool:
        """Add what functions still lack that become async to the fixes that make them so; False if all is known."""
        before = sum(map(len, self._lacking.values()))
        for function, edits in lacking.items():
            self._lacking[function] = tuple(dict.fromkeys([*self._lacking.get(function, ()), *edits]))
        return sum(map(len, self._lacking.values())) > before

    def add_findings(self, further: Iterable[Finding]) -> bool:
        """Take findings in place of those that had no fix and stand at the same places; False if all are known."""
        fresh = {f.place: f for f in further if f.place not in self._further}
        self._further.update(fresh)
        return bool(fresh)

    def unflagged(self, plan: Plan) -> Iterable[Unflagged]:
        """The candidates of which a plan of ours does not speak."""
        for candidate in plan.candidates:
            if candidate.site not in plan.spoken_of:
                yield _unflagged(candidate, plan.facts.results[candidate.site])

    def _candidates(self, engine: TypeEngine) -> tuple[Candidate, ...]:
        """Those of the survey, of what the checker notices in sync functions, and of functions that become async."""
        if self._near_complaints is None:
            paths = sorted({f.file.path for f in self._survey.sync_functions}) if self._settings.propagate else []
            self.checked = dict(zip(paths, engine.check(paths), strict=True))
            self.complaints.add(self.checked)
            self._near_complaints = near_complaints(self._survey, self.checked)
        units = {f.unit for f in self._becoming_async}
        known = (*self._survey.candidates, *self._near_complaints, *self._confirmed.candidates(self._survey.properties))
        own = [c for c in known if c.site.unit not in units]
        converted = [c for unit in units for c in candidates(unit, self._survey.properties)]
        return in_order([*own, *converted])

    def _settled(self, drafts: Sequence[Draft], engine: TypeEngine, sources: Sources) -> Attached:
        """The drafts with all that follows from them where functions may become async."""
        if not self._settings.propagate:
            return unpropagated(drafts)
        if self._builder is None:
            self._builder = self.graph_builder(engine, sources)
        drafts = [self._builder.sync_entry_points.bridged(draft) for draft in drafts]
        if self._settings.unsafe_fixes:
            drafts = [*drafts, *forwarder_drafts(drafts, self._index, sources.resolver, self._builder)]
        return attach(drafts, self._builder, self._lacking, unsafe=self._settings.unsafe_fixes)

    def _facts(self, candidates: Sequence[Candidate], engine: TypeEngine, sources: Sources) -> RoundFacts:
        """What is known now. What earlier rounds knew stands; only what was unknown is asked again."""
        sites = [c.site for c in candidates]
        tops = [CallSite(s.unit, top) for s in sites if (top := chain_top(s.unit, s.node)) is not s.node]
        asked = [s for s in dict.fromkeys([*sites, *tops]) if s not in self._given]
        resolved = {s: CallResult() if is_denied(s) else g for s, g in sources.resolver.resolve(asked).items()}
        self._given.update((s, g) for s, g in resolved.items() if g.kind not in _UNDECIDED)
        usages = {c.site: c.usage for c in candidates}
        open_sites = {s: g for s, g in resolved.items() if g.kind in _UNDECIDED}
        given = self._given | {s: self._inferred(s, g, usages.get(s), sources.resolver) for s, g in open_sites.items()}
        given.update((s, self._confirmed.given(s, given[s])) for s in sites if s.node in self._confirmed)
        suspects = [c for c in candidates if _needs_check(given[c.site], c)]
        paths = sorted({c.site.unit.file.path for c in suspects})
        self.complaints.add(dict(zip(paths, engine.check(paths), strict=True)))
        passed = [
            (c.site.unit, use)
            for c in suspects
            if given[c.site].kind in ASYNC_KINDS or not isinstance(c.site.node, ast.Call)
            for use in c.usage.of(UseKind.ARGUMENT)
            if use not in self._sinks
        ]
        sinks = sources.arguments.sinks(passed)
        self._sinks.update((u, p) for u, p in sinks.items() if p.sink is not Sink.UNKNOWN)
        return RoundFacts(given, {**sinks, **self._sinks})

    def _inferred(self, site: CallSite, given: CallResult, usage: Usage | None, resolver: CallResults) -> CallResult:
        if (given.kind is Kind.MAYBE and given.definition) or isinstance(site.node, ast.Await):
            return given  # the methods that may run differ
        if any(c.code in UNAWAITED for c in self.complaints.at(site.unit.file, site.node)):
            return CallResult(Kind.COROUTINE)  # what is called has no name, but the checker sees its coroutine dropped
        if (probe := async_guard(site)) is not None and not given.unreachable:
            return CallResult(Kind.COROUTINE, Evidence.INFERRED, because=f"`{ast.unparse(probe)}` holds here")
        if (
            given.unreachable
            or given.definition
            or is_denied(site)
            or (usage is not None and speaks_against_await(usage))
        ):
            return given
        words = self._survey.statistics.infer(site)
        if not words or (
            isinstance(site.node, ast.Call) and resolver.origins.is_from_unresolved_import(site.unit, site.node.func)
        ):
            return given
        return CallResult(Kind.COROUTINE, Evidence.INFERRED, because=words)

    def _excuse(self, site: CallSite, resolver: CallResults) -> str:
        """Why a site is not reported, whatever it does; empty if it is."""
        if _is_replaced(site):
            return "what it calls is replaced by a mock around this place"
        return "`ignore-calls` in the settings names it" if self._is_meant(site, resolver) else ""

    def _is_meant(self, site: CallSite, resolver: CallResults) -> bool:
        """Whether the settings say that calls of this callee are meant not to be awaited."""
        if not self._settings.ignore_calls or not isinstance(site.node, ast.Call):
            return False
        places = resolver.definition(site.unit.file, site.node)
        names = [ast.unparse(site.node.func), *map(self._index.qualified_name, places)]
        # A qualified name is known from the file system's root on; the pattern begins at the package.
        return any(
            fnmatchcase(name, pattern) or fnmatchcase(name, f"*.{pattern}")
            for name in names
            for pattern in self._settings.ignore_calls
        )


def _unflagged(candidate: Candidate, given: CallResult) -> Unflagged:
    site = candidate.site
    callee = site.node.func if isinstance(site.node, ast.Call) else site.node
    return Unflagged(
        site.unit.file.path,
        site.node.lineno,
        site.node.col_offset + 1,
        ast.unparse(callee),
        given.kind.value,
        given.because,
        tuple(dict.fromkeys(use.how or use.kind.value for use in candidate.usage.uses)),
        given.kind in ASYNC_KINDS,
        site.unit.file.span(callee),
    )


def _needs_check(given: CallResult, candidate: Candidate) -> bool:
    """Whether the checker's complaints about the file can change what is said of a site."""
    if given.kind in (Kind.COROUTINE, Kind.ASYNC_ITERATOR):
        return True
    usage = candidate.usage
    if given.kind is Kind.AWAITABLE:
        return usage.has(UseKind.VALUE, UseKind.CONDITION, UseKind.ARGUMENT, UseKind.RETURN, UseKind.STORE)
    is_passed = usage.has(UseKind.ARGUMENT) and not isinstance(candidate.site.node, ast.Call)
    return given.kind is Kind.PLAIN and bool(given.nominal) and (usage.has(*_SUSPICIOUS) or is_passed)


def _is_replaced(site: CallSite) -> bool:
    return isinstance(site.node, ast.Call) and is_replaced(site.unit, site.node.func)
