"""What is to be said of one candidate, by what it gives and how it is used: which of the findings' words apply."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.detection.await_statistics import AwaitStatistics
from autoawait.detection.awaitable_findings import ObjectFindings
from autoawait.detection.candidates import Candidate
from autoawait.detection.classification import Classification, Verdict, verdict_on
from autoawait.detection.coroutine_findings import BY_TYPE, CoroutineFindings
from autoawait.detection.draft import Draft
from autoawait.detection.runtime_log.confirmed import says_nothing
from autoawait.detection.survey import chain_top
from autoawait.diagnostics.finding import Evidence
from autoawait.resolution.argument_sinks import ArgumentSink
from autoawait.resolution.async_guards import is_bound_either_way
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.engine import Kind

UNDECIDED = (Kind.UNKNOWN, Kind.MAYBE)
_AGAINST_DECLARATION = (Verdict.MISTAKE, Verdict.STORED, Verdict.OPEN, Verdict.RETURNED)


@dataclass(frozen=True, eq=False)
class RoundFacts:
    """What one round knows: what each site gives, and what becomes of each argument."""

    given: Mapping[CallSite, CallResult]
    fates: Mapping[Use, ArgumentSink]


@dataclass(frozen=True, eq=False)
class Judge:
    """Judges the candidates of one round, by its facts and the habits of the project."""

    facts: RoundFacts
    habits: AwaitStatistics
    writer: CoroutineFindings
    objects: ObjectFindings

    def drafts(self, candidate: Candidate) -> list[Draft]:
        """What there is to say of a candidate; nothing where it is right, or where that is not known."""
        site, usage = candidate.site, candidate.usage
        given = self.facts.given[site]
        return self._drafts(site, given, usage) or self._witnessed(site, given, usage)

    def needs_definitions(self, candidate: Candidate) -> bool:
        """Whether what is to be said of a candidate depends on where what it calls is defined, most likely."""
        given = self.facts.given[candidate.site]
        is_suspect = given.kind is Kind.PLAIN and self.objects.is_suspect(candidate.site, given, candidate.usage)
        return is_suspect or given.kind is Kind.AWAITABLE

    def _drafts(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        if given.kind in UNDECIDED:
            return []
        if given.kind is Kind.ASYNC_ITERATOR:
            return self.objects.iterated(site, given, usage, self.facts.fates)
        if given.kind is Kind.ASYNC_CONTEXT:
            return self.objects.entered(site, given, usage)
        if given.kind is Kind.PLAIN or given.kind is Kind.AWAITABLE:
            found = self.objects.objects(site, given, usage, self.facts.fates) or self._awaitable(site, given, usage)
            return found or self._by_type(site, given, usage)
        if usage.has(UseKind.DROPPED) and not isinstance(site.node, ast.Call):
            return self.writer.alone(site, given, usage.uses[0])
        if isinstance(site.node, ast.Name):
            return []  # the call that it is bound to is a site of its own
        return self._coroutine(site, given, usage)

    def _awaitable(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        if given.kind is not Kind.AWAITABLE or not usage.uses:
            return []
        use = usage.uses[0]
        if usage.has(UseKind.DROPPED) and not isinstance(site.node, ast.Call):
            return self.writer.alone(site, given, use)
        if usage.has(UseKind.DROPPED) and self.writer.only_waits(site):
            return self.writer.unwaited(site, given, use)
        if usage.has(UseKind.DROPPED) and not given.nominal:
            habit = self.habits.of(site)
            return self.writer.dropped(site, given, use, habit) if habit else self.writer.forgotten(site, given, use)
        if {u.kind for u in usage.uses} == {UseKind.RETURN}:
            return self.writer.returned(site, given, use)
        return self.writer.declared(site, given)

    def _by_type(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        """What is typed as Awaitable and nothing more: most often an async function gave it."""
        if (
            given.kind is not Kind.AWAITABLE
            or given.nominal
            or usage.has_awaited_rival
            or self.writer.may_be_more(site)
        ):
            return []
        likely = replace(given, kind=Kind.COROUTINE, evidence=Evidence.INFERRED, because=BY_TYPE)
        return self._coroutine(site, likely, usage)

    def _coroutine(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        verdict = self._verdict(given, usage)
        use = verdict.use
        if verdict.ruling in _AGAINST_DECLARATION and (declared := self.writer.declared(site, given)):
            return declared
        if use is None:
            return []
        if use.kind in (UseKind.IDENTITY, UseKind.CONDITION):
            for returned in usage.of(UseKind.RETURN):
                if self.writer.is_returned_plain(site.unit, returned):
                    return self.writer.returned(site, given, returned)
        match verdict.ruling:
            case Verdict.MISTAKE:
                top = chain_top(site.unit, site.node)
                above = self.facts.given.get(CallSite(site.unit, top))
                return self.writer.mistake(
                    site, given, verdict, (top, above) if above and top is not site.node else None
                )
            case Verdict.RETURNED | Verdict.STORED | Verdict.OPEN if usage.has_awaited_rival and not use.element:
                return self.writer.rival(site, given, usage.name, "an awaited value in another branch")
            case Verdict.RETURNED | Verdict.STORED | Verdict.OPEN if is_bound_either_way(site):
                return self.writer.rival(site, given, usage.name, "a value in the other branch")
            case Verdict.RETURNED:
                return self.writer.returned(site, given, use) or self.writer.against_type(site, given, usage)
            case Verdict.STORED:
                known = self.writer.kept(site, given, use) or self.writer.against_type(site, given, usage)
                return known or self._unusual(site, given, verdict)
            case Verdict.OPEN:
                # Plain code cannot await: to hand a coroutine on is what it is left with.
                is_plain = site.unit.function is not None and not site.unit.function.is_async
                found = self.writer.against_type(site, given, usage)
                return found or ([] if is_plain else self.writer.report(site, given, verdict))
        return self.writer.report(site, given, verdict)

    def _unusual(self, site: CallSite, given: CallResult, verdict: Classification) -> list[Draft]:
        use = verdict.use
        if use is None or use.element or not _is_target(use):
            return []  # to pass it on or put it among other things is the author's choice
        habit = self.habits.of(site)
        return self.writer.unusual(site, given, verdict, habit) if habit else []

    def _witnessed(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        """What is left to say of a site of which a log says that its coroutine was never awaited."""
        if not given.witnessed:
            return []
        is_fine = given.kind is Kind.COROUTINE and self._verdict(given, usage).ruling is Verdict.FINE
        return [] if is_fine and not says_nothing(usage) else self.writer.unplaced(site, given, usage)

    def _verdict(self, given: CallResult, usage: Usage) -> Classification:
        optional = "None" in given.awaited.split(" | ")
        return verdict_on(usage, self.facts.fates, optional=optional, witnessed=bool(given.witnessed))


def _is_target(use: Use) -> bool:
    """Whether a value is stored by an assignment to an attribute or item."""
    return isinstance(use.at, (ast.Attribute, ast.Subscript)) and isinstance(use.at.ctx, ast.Store)
