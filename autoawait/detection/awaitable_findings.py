"""What is no coroutine and still wrong as it stands: async iterators, async context managers, other awaitables."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from dataclasses import replace

from autoawait.dataflow.uses import Usage, Use, UseKind, called_name
from autoawait.detection.context_guards import expects_failure, survives_failure
from autoawait.detection.draft import Draft
from autoawait.detection.draft_builder import DraftBuilder, edit_of
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.async_iteration import Collected, collecting_edits, entering_edits, looping_edits
from autoawait.project.index import Unit
from autoawait.resolution.argument_sinks import ArgumentSink, Sink
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import CheckerDiagnostic, Kind
from autoawait.types.type_expr import nominal_of, union_parts

# What a Future does not stand, though it has an __iter__ for `yield from` (asyncio/futures.py).
_NO_FUTURE = frozenset({"it is unpacked", "it is iterated", "it is subscripted"})

_CODES = {UseKind.ARGUMENT: "AW105", UseKind.RETURN: "AW106"}  # what is not read itself, but handed on


class ObjectFindings:
    """Writes the findings about other async objects of one plan."""

    def __init__(
        self, resolver: CallResults, complaints: CheckerDiagnostics, drafter: DraftBuilder, target: tuple[int, int]
    ) -> None:
        self._resolver = resolver
        self._classes = resolver.classes
        self._complaints = complaints
        self._drafter = drafter
        self._target = target

    def iterated(
        self, site: CallSite, given: CallResult, usage: Usage, fates: Mapping[Use, ArgumentSink]
    ) -> list[Draft]:
        """An async iterator read by something synchronous; all its readers change together."""
        edits: list[Edit] = []
        readers: list[Use] = []
        lazy = False
        words = ""
        for use in usage.uses:
            collected = None
            if use.kind is UseKind.ITERATE:
                found: Sequence[Edit] = looping_edits(site.unit, use)
                how = use.how
            elif use.kind is UseKind.VALUE and use.how == "it is unpacked":
                found, how = [edit_of(site.unit, use.node, EditKind.COLLECT)], use.how
            else:
                collected = self._collected(site.unit, use, fates)
                found = collected.edits if collected else ()
                how = f"`{called_name(collected.call)}` cannot read it" if collected else ""
            if found and not expects_failure(site.unit, use.node):
                readers.append(use)
                edits += found
                words = words or how
                lazy = lazy or (collected is not None and collected.lazy)
        if not readers:
            return []
        return [self._drafter.draft(site, given, "AW201", words, edits, doubtful=lazy, at=readers)]

    def _collected(self, unit: Unit, use: Use, fates: Mapping[Use, ArgumentSink]) -> Collected | None:
        """The call that reads an async iterator as if it were a plain one, if the use is such a call."""
        wrong = use in fates and fates[use].fate in (Sink.VALUE, Sink.SILENT)
        joined = isinstance(use.at, ast.Call) and called_name(use.at) == "join"
        if use.kind is not UseKind.ARGUMENT or use.element or not (wrong or joined):
            return None
        return collecting_edits(unit, use, self._target)

    def entered(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        """An async context manager entered by a plain ``with``."""
        return [
            self._drafter.draft(site, given, "AW202", use.how, entering_edits(site.unit, use), at=[use])
            for use in usage.of(UseKind.ENTER)
            if not expects_failure(site.unit, use.node)
        ]

    def objects(
        self, site: CallSite, given: CallResult, usage: Usage, fates: Mapping[Use, ArgumentSink]
    ) -> list[Draft]:
        """Instances of classes, Futures and other awaitables: only what the checker complains of is wrong."""
        drafts: list[Draft] = []
        for use in usage.of(UseKind.ENTER):
            if any(c.suggests_async for c in self._complaints.at(site.unit.file, use.node)):
                entered = replace(given, kind=Kind.ASYNC_CONTEXT)
                drafts += self.entered(site, entered, Usage((use,)))
        for use in usage.of(UseKind.ITERATE):
            if self._complains_of(site.unit, use) and self._classes.has_member(
                site.unit.file, site.node, given.nominal, "__aiter__"
            ):
                drafts += self.iterated(site, replace(given, kind=Kind.ASYNC_ITERATOR), Usage((use,)), fates)
        if usage.has(UseKind.DROPPED) and given.nominal and given.kind is Kind.PLAIN:
            return self._dropped_object(site, given, usage)
        if given.kind is Kind.AWAITABLE and given.nominal and self._has_its_name(site, given.nominal):
            return []
        if drafts or usage.has(UseKind.AWAITED, UseKind.CONSUMED, UseKind.ASYNC_ENTER, UseKind.ASYNC_ITERATE):
            return drafts
        return self._unawaited_object(site, given, usage, fates)

    def is_suspect(self, site: CallSite, given: CallResult, usage: Usage) -> bool:
        """Whether the class of an object has to be looked at: it is dropped, or the checker complains of a use."""
        is_dropped = bool(given.nominal) and usage.has(UseKind.DROPPED)
        return is_dropped or any(self._complains_of(site.unit, use) for use in usage.uses)

    def _has_its_name(self, site: CallSite, nominal: str) -> bool:
        """Whether something that is called like the Future or Task of asyncio is the Future of threads, or the class
        of a library of jobs."""
        file, node = site.unit.file, site.node
        if self._resolver.is_from(file, node, "concurrent"):
            return True
        return self._classes.is_class(file, node) and not self._classes.has_member(file, node, nominal, "__await__")

    def _dropped_object(self, site: CallSite, given: CallResult, usage: Usage) -> list[Draft]:
        if len(usage.uses) > 1 or not self._classes.is_coroutine_class(site.unit.file, site.node, given.nominal):
            return []
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        return [self._drafter.draft(site, replace(given, kind=Kind.AWAITABLE), "AW101", usage.uses[0].how, edits)]

    def _unawaited_object(
        self, site: CallSite, given: CallResult, usage: Usage, fates: Mapping[Use, ArgumentSink]
    ) -> list[Draft]:
        read = [u for u in usage.of(UseKind.VALUE, UseKind.ITERATE) if not _is_written(u)]
        wrong = [u for u in read if self._complains_of(site.unit, u)]
        if given.kind is Kind.PLAIN:
            wrong += [u for u in usage.of(*_CODES) if self._is_unwanted(site, given.nominal, u)]
        if given.kind is Kind.AWAITABLE:
            # Future has an __iter__ for `yield from` alone; it raises elsewhere (asyncio/futures.py).
            wrong += [u for u in read if u.how in _NO_FUTURE and u not in wrong]
            if len(wrong) < len(read) or usage.has(UseKind.STORE):
                return []  # some use is right for the object itself
            wrong += [u for u in usage.of(UseKind.ARGUMENT) if u in fates and fates[u].fate is Sink.VALUE]
        elif not wrong or not self._classes.has_member(site.unit.file, site.node, given.nominal, "__await__"):
            return []
        if not wrong or expects_failure(site.unit, wrong[0].node):
            return []
        foreign = given.kind is Kind.AWAITABLE and not given.nominal
        at = wrong[0].at
        if foreign and isinstance(at, ast.Attribute) and self._classes.is_fluent(site.unit.file, site.node, at.attr):
            return []
        code = _CODES.get(wrong[0].kind, "AW102")
        words = fates[wrong[0]].words if wrong[0] in fates else self._words(site.unit, wrong[0])
        # An attribute that a Future has not may have been set on it; to unpack or subscript one raises.
        doubtful = survives_failure(site.unit, wrong[0].node) or (bool(given.nominal) and isinstance(at, ast.Attribute))
        # What the proof would find amiss with the value there, it found amiss with the object before.
        doubtful = doubtful or (given.kind is Kind.PLAIN and wrong[0].kind in _CODES)
        if given.kind is Kind.AWAITABLE and not given.nominal:
            # An annotation of another package may promise too much: redis's Pipeline returns itself.
            doubtful = doubtful or self._resolver.is_foreign_def(site.unit.file, site.node)
        edits = [edit_of(site.unit, site.node, EditKind.AWAIT)]
        return [self._drafter.draft(site, replace(given, kind=Kind.AWAITABLE), code, words, edits, doubtful=doubtful)]

    def _is_unwanted(self, site: CallSite, nominal: str, use: Use) -> bool:
        """Whether the checker complains of an object that is handed on, and wants none of its class there, nor of one
        above it."""
        found = self._complained(site.unit, use)
        wanted = {nominal_of(part) for complaint in found for part in union_parts(complaint.expected)}
        return bool(found) and wanted.isdisjoint(self._classes.lineage(site.unit.file, site.node, nominal))

    def _words(self, unit: Unit, use: Use) -> str:
        """What is done with a value that the checker complains of."""
        expected = next((c.expected for c in self._complained(unit, use) if c.expected), "")
        return f"`{expected}` is expected there" if use.kind in _CODES and expected else use.how

    def _complains_of(self, unit: Unit, use: Use) -> bool:
        """Whether the checker complains of what is done with the value here."""
        return bool(self._complained(unit, use))

    def _complained(self, unit: Unit, use: Use) -> list[CheckerDiagnostic]:
        nodes = [n for n in (use.node, use.at) if isinstance(n, ast.expr)]
        return [complaint for node in nodes for complaint in self._complaints.at(unit.file, node)]


def _is_written(use: Use) -> bool:
    """Whether an attribute is set on the object or deleted from it, which is no use of its value."""
    return isinstance(use.at, ast.Attribute) and not isinstance(use.at.ctx, ast.Load)
