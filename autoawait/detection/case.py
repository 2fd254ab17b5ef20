"""One candidate with all that decides what is to be said of it: the detectors' only argument."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autoawait.dataflow.uses import Usage, Use, UseKind
from autoawait.detection.await_statistics import AwaitStatistics
from autoawait.detection.classification import Classification, classify
from autoawait.detection.draft import Draft
from autoawait.detection.draft_builder import DraftBuilder, edit_of
from autoawait.detection.result_expectations import ResultExpectations
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile
from autoawait.resolution.argument_sinks import ArgumentSink, ArgumentSinks
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import CheckerDiagnostic


@dataclass(frozen=True, eq=False)
class RoundFacts:
    """What one round knows: what each call gives, and what becomes of each argument."""

    results: Mapping[CallSite, CallResult]
    sinks: Mapping[Use, ArgumentSink]


@dataclass(frozen=True, eq=False)
class Sources:
    """Where the detectors of one round look things up; ``becoming_async`` are functions that the last plan makes
    async."""

    index: Index
    resolver: CallResults
    arguments: ArgumentSinks
    complaints: CheckerDiagnostics
    expectations: ResultExpectations
    statistics: AwaitStatistics
    builder: DraftBuilder
    target: tuple[int, int]
    becoming_async: frozenset[Function] = frozenset()


@dataclass(frozen=True, eq=False)
class Case:
    """A candidate: what it gives (``result``) and how that is used."""

    sources: Sources
    facts: RoundFacts
    site: CallSite
    result: CallResult
    usage: Usage

    @property
    def node(self) -> ast.expr:
        return self.site.node

    @property
    def unit(self) -> Unit:
        return self.site.unit

    @property
    def file(self) -> SourceFile:
        return self.site.unit.file

    @cached_property
    def classification(self) -> Classification:
        """What its uses mean if it gives a coroutine."""
        optional = "None" in self.result.awaited.split(" | ")
        return classify(self.usage, self.facts.sinks, optional=optional, witnessed=bool(self.result.witnessed))

    @property
    def is_dropped(self) -> bool:
        return self.usage.has(UseKind.DROPPED)

    def complaints_at(self, *nodes: ast.AST | None) -> list[CheckerDiagnostic]:
        """What the checker says of some expressions."""
        exact = [node for node in nodes if isinstance(node, ast.expr)]
        return [complaint for node in exact for complaint in self.sources.complaints.at(self.file, node)]

    def awaiting(
        self,
        code: str,
        words: str,
        *more: Edit,
        result: CallResult | None = None,
        doubtful: bool = False,
    ) -> list[Draft]:
        """The draft that puts an ``await`` before the candidate, and makes some more edits with it."""
        edits = [edit_of(self.unit, self.node, EditKind.AWAIT), *more]
        return self.draft(code, words, edits, result=result, doubtful=doubtful)

    def draft(
        self,
        code: str,
        words: str,
        edits: Sequence[Edit] = (),
        *,
        result: CallResult | None = None,
        doubtful: bool = False,
        advice: str = "",
        at: Sequence[Use] = (),
    ) -> list[Draft]:
        """The draft of a finding about the candidate; see DraftBuilder."""
        build = self.sources.builder.draft
        return [build(self.site, result or self.result, code, words, edits, doubtful=doubtful, advice=advice, at=at)]
