"""What confirmed warnings mean for the analysis: their sites give coroutines that nobody awaited."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.dataflow.uses import Usage, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.candidates import Candidate, candidates
from autoawait.detection.runtime_log.matching import Match
from autoawait.diagnostics.finding import Evidence, LogStanding
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.engine import Kind

_NOWHERE = frozenset({UseKind.NEUTRAL, UseKind.YIELD, UseKind.LAMBDA})


@dataclass(frozen=True, slots=True)
class _Proof:
    """What a log says of one site: in words, and whether the coroutine surely came from the call."""

    site: CallSite
    words: str
    certain: bool


def says_nothing(usage: Usage) -> bool:
    """Whether a value is put where it cannot be followed: what is said of such a coroutine only a log can say."""
    return {use.kind for use in usage.uses} <= _NOWHERE


class ConfirmedWarnings:
    """The call sites that logs speak of, as far as they stand in files that may be edited.

    ``plain`` are the names of the sync functions of the project: what is called by one of them may be plain.
    """

    def __init__(
        self, matches: Iterable[Match] = (), editable: Collection[Path] = (), plain: Collection[str] = frozenset()
    ) -> None:
        self._proofs: dict[ast.expr, _Proof] = {}
        self._plain = plain
        for match in matches:
            if match.standing is LogStanding.CONFIRMED:
                for site in match.sites:
                    self._add(match, site, editable)

    def _add(self, match: Match, site: CallSite, editable: Collection[Path]) -> None:
        known = self._proofs.get(site.node)
        if site.unit.file.path in editable and (known is None or (match.certain and not known.certain)):
            words = f"Python says that it was never awaited ({match.warned.log}:{match.warned.line})"
            self._proofs[site.node] = _Proof(site, words, match.certain)

    def __contains__(self, node: ast.expr) -> bool:
        return node in self._proofs

    def candidates(self, properties: frozenset[str]) -> Iterator[Candidate]:
        """The sites that a survey passes over: in sync functions, where no name tells that they are asynchronous, and
        those whose value goes where nothing can be said of it."""
        sites = [proof.site for proof in self._proofs.values()]
        for unit in dict.fromkeys(site.unit for site in sites):
            if unit.function is None or not unit.function.is_async:
                yield from candidates(unit, properties, self.__contains__, has_complaint=True)
        usages = ((site, uses_of(site.unit, site.node)) for site in sites)
        yield from (Candidate(site, usage) for site, usage in usages if says_nothing(usage))

    def given(self, site: CallSite, given: CallResult) -> CallResult:
        """What a site gives, by what is known without the log.

        It did give a coroutine, and nobody awaited that. So what is unknown is a coroutine, and what is inferred is
        proved, unless it is not certain that it came from this call, or a sync function has the same name. What may be
        plain by its type stays so: the run has shown one case only, and to await the others would fail.
        """
        proof = self._proofs[site.node]
        given = replace(given, witnessed=proof.words)
        name = called_name(site.node) if isinstance(site.node, ast.Call) else ""
        evidence = Evidence.PROVED if proof.certain and name not in self._plain else Evidence.INFERRED
        if given.kind is Kind.UNKNOWN:
            return replace(given, kind=Kind.COROUTINE, evidence=evidence, because=proof.words, unreachable=False)
        if given.kind is Kind.AWAITABLE and not given.nominal:  # no Task, so nothing runs it
            return replace(given, kind=Kind.COROUTINE)
        if given.evidence is Evidence.INFERRED and evidence is Evidence.PROVED:
            return replace(given, evidence=evidence, because="")
        return given
