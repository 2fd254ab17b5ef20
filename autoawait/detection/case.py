"""One candidate with all that decides what is to be said of it: the detectors' only argument."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import UNUSED, Usage, Use, UseKind
from autoawait.detection.await_statistics import AwaitStatistics
from autoawait.detection.draft import Draft, DraftBuilder, callee_of, edit_of
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Evidence, Finding, Fix
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile
from autoawait.resolution.argument_sinks import ArgumentSink, ArgumentSinks, Sink
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import CheckerDiagnostic, Kind


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
    statistics: AwaitStatistics
    builder: DraftBuilder
    target: tuple[int, int]
    becoming_async: frozenset[Function] = frozenset()


@dataclass(frozen=True, eq=False)
class Case:
    """A candidate: what it gives (``result``), how that is used, and the one ``use`` that a detector is about, if it
    is about one."""

    sources: Sources
    facts: RoundFacts
    site: CallSite
    result: CallResult
    usage: Usage
    use: Use | None = None

    @property
    def node(self) -> ast.expr:
        return self.site.node

    @property
    def unit(self) -> Unit:
        return self.site.unit

    @property
    def file(self) -> SourceFile:
        return self.site.unit.file

    def passed_to(self, sink: Sink) -> list[Use]:
        """The uses as an argument of which this becomes."""
        return [use for use in self.usage.uses if use in self.facts.sinks and self.facts.sinks[use].sink is sink]

    def words(self, use: Use) -> str:
        """How it is used at one place."""
        return self.facts.sinks[use].words if use in self.facts.sinks else use.how

    @property
    def is_dropped(self) -> bool:
        return self.usage.has(UseKind.DROPPED)

    @property
    def is_call(self) -> bool:
        return isinstance(self.site.node, ast.Call)

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
        at: Sequence[Use] = (),
    ) -> list[Draft]:
        """The draft that puts an ``await`` before the candidate, and makes some more edits with it, at some uses."""
        edits = [edit_of(self.unit, self.node, EditKind.AWAIT), *more]
        return self.draft(code, words, edits, result=result, doubtful=doubtful, at=at)

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
        """The draft with a fix if its edits can be made where they stand, else with the reason why not."""
        site, result = self.site, result or self.result
        span, callee = self.file.span(self.node), callee_of(self.node)
        message = f"`{_shown(self.node)}` {_predicate(result.kind, code, words)}"
        finding = Finding(code, self.file.path, span, message, callee, result.evidence, advice=advice)
        if not edits:
            return [Draft(finding, site, result)]
        places = [(use.node, isinstance(use.at, ast.comprehension)) for use in at]
        if not at or edits[0].kind is EditKind.AWAIT:
            places.append((self.node, False))
        opened = self.sources.builder.opened(self.unit, places)
        if isinstance(opened, Barrier):
            refused = replace(finding, code=opened.code, reason=opened.reason, advice=opened.advice)
            return [Draft(refused, site, result)]
        is_safe = result.evidence is Evidence.PROVED and not doubtful and not opened.note
        applicability = Applicability.SAFE if is_safe else Applicability.UNSAFE
        fix = Fix(tuple(dict.fromkeys([*opened.edits, *edits])), applicability)
        return [Draft(replace(finding, fix=fix, reason=opened.note), site, result, opened.needs)]


def _predicate(kind: Kind, code: str, words: str) -> str:
    """What a message says of an expression; ``words`` is a clause about it."""
    if code == "AW304":
        return "gives a coroutine or a value, depending on the class of the object"
    if kind is Kind.ASYNC_ITERATOR:
        return f"is an async iterator: {words}"
    if kind is Kind.ASYNC_CONTEXT:
        return f"is an async context manager: {words}"
    if code == "AW101" and words == UNUSED:
        return "is never awaited: the call has no effect" if kind is Kind.COROUTINE else "is never awaited"
    if code == "AW101":
        return f"is never awaited: {words}"
    if code == "AW301":
        return words.removeprefix("it ")
    if words.startswith("it is ") and ", " not in words:
        return f"{words.removeprefix('it ')} without `await`"
    return f"is not awaited: {words}"


def _shown(node: ast.expr) -> str:
    """An expression as the message shows it: the callee, and dots for arguments."""
    if not isinstance(node, ast.Call):
        return ast.unparse(node)
    return f"{ast.unparse(node.func)}({'...' if node.args or node.keywords else ''})"
