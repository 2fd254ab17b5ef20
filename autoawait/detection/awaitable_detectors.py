"""What is no coroutine and still wrong as it stands: async iterators, async context managers, other awaitables."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import replace

from autoawait.dataflow.uses import ASYNCHRONOUS, Usage, Use, UseKind, called_name
from autoawait.detection.async_readings import collected_reading
from autoawait.detection.case import Case
from autoawait.detection.context_guards import expects_failure, survives_failure
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Edit
from autoawait.edits.async_iteration import collected_value, entering_edits, looping_edits
from autoawait.knowledge.consumers import WAITING
from autoawait.resolution.argument_sinks import Sink
from autoawait.resolution.call_results import CallResult
from autoawait.types.engine import Kind
from autoawait.types.expressions import callee
from autoawait.types.type_expr import nominal_of, union_parts

BY_TYPE = "its type is an awaitable and nothing else"
# What a Future does not stand, though it has an __iter__ for `yield from` (asyncio/futures.py).
_NO_FUTURE = frozenset({"it is unpacked", "it is iterated", "it is subscripted"})
_CODES = {UseKind.ARGUMENT: "AW105", UseKind.RETURN: "AW106"}  # what is not read itself, but handed on


def depends_on_definition(case: Case) -> bool:
    """Whether the definition of what is called decides, most likely: of an awaitable object, and of another one that is
    dropped or of which the checker complains."""
    if case.result.kind is not Kind.PLAIN:
        return case.result.kind is Kind.AWAITABLE
    is_dropped = bool(case.result.nominal) and case.usage.has(UseKind.DROPPED)
    return is_dropped or any(_complains_of(case, use) for use in case.usage.uses)


# async iterators and context managers


def iterated_synchronously(case: Case) -> list[Draft]:
    """An async iterator read by something synchronous; all its readers change together."""
    edits: list[Edit] = []
    readers: list[Use] = []
    lazy = False
    words = ""
    for use in case.usage.uses:
        collected = None
        if use.kind is UseKind.ITERATE:
            found: Sequence[Edit] = looping_edits(case.unit, use)
            how = use.how
        elif use.kind is UseKind.VALUE and use.how == "it is unpacked":
            found, how = [collected_value(case.unit, use.node)], use.how
        else:
            collected = collected_reading(case, use)
            found = collected.edits if collected else ()
            how = f"`{called_name(collected.call)}` cannot read it" if collected else ""
        if found and not expects_failure(case.unit, use.node):
            readers.append(use)
            edits += found
            words = words or how
            lazy = lazy or (collected is not None and collected.lazy)
    doubtful = lazy or any(survives_failure(case.unit, use.node) for use in readers)
    return case.draft("AW201", words, edits, doubtful=doubtful, at=readers) if readers else []


def entered_synchronously(case: Case) -> list[Draft]:
    """An async context manager entered by a sync ``with``."""
    uses = [use for use in case.usage.of(UseKind.ENTER) if not expects_failure(case.unit, use.node)]
    return [draft for use in uses for draft in _entered(case, use)]


def _entered(case: Case, use: Use) -> list[Draft]:
    doubtful = survives_failure(case.unit, use.node)
    return case.draft("AW202", use.how, entering_edits(case.unit, use), doubtful=doubtful, at=[use])


def _used_synchronously(case: Case) -> list[Draft]:
    """An instance that has only the asynchronous methods of a ``for`` or ``with`` of which the checker complains."""
    drafts: list[Draft] = []
    for use in case.usage.of(UseKind.ENTER):
        if any(c.suggests_async for c in case.complaints_at(use.node)) or _enter_only_raises(case):
            drafts += entered_synchronously(_as(case, Kind.ASYNC_CONTEXT, use))
    for use in case.usage.of(UseKind.ITERATE):
        if _complains_of(case, use) and _has_member(case, "__aiter__"):
            drafts += iterated_synchronously(_as(case, Kind.ASYNC_ITERATOR, use))
    return drafts


def _enter_only_raises(case: Case) -> bool:
    nominal, instances = case.result.nominal, case.sources.resolver.instances
    return bool(nominal) and instances.is_async_manager(case.file, case.node, nominal)


def _as(case: Case, kind: Kind, use: Use) -> Case:
    return replace(case, result=replace(case.result, kind=kind), usage=Usage((use,)))


# instances of classes, Futures and other awaitables: only what the checker complains of is wrong


def is_namesake(case: Case) -> bool:
    """Whether something that is called like the Future or Task of asyncio is the Future of threads, or the class
    of a library of jobs."""
    if case.result.kind is not Kind.AWAITABLE or not case.result.nominal:
        return False
    if case.sources.resolver.is_from(case.file, case.node, "concurrent"):
        return True
    return case.sources.resolver.instances.is_class(case.file, case.node) and not _has_member(case, "__await__")


def dropped_coroutine_object(case: Case) -> list[Draft]:
    """A dropped instance of a class that is a coroutine."""
    instances = case.sources.resolver.instances
    if len(case.usage.uses) > 1 or not instances.is_coroutine_class(case.file, case.node, case.result.nominal):
        return []
    return case.awaiting("AW101", case.usage.uses[0].how, result=_awaitable(case))


def misused_object(case: Case) -> list[Draft]:
    """An object that a sync ``for`` or ``with`` cannot use, or that is to be awaited before its use."""
    drafts = _used_synchronously(case)
    is_right = case.usage.has(*ASYNCHRONOUS)
    return drafts if drafts or is_right else _unawaited_object(case)


def _unawaited_object(case: Case) -> list[Draft]:
    """An awaitable object that is used where only what it gives when awaited would do."""
    result, sinks, instances = case.result, case.facts.sinks, case.sources.resolver.instances
    annotation = case.usage.annotation
    is_meant = annotation is not None and bool(result.nominal) and result.nominal in ast.unparse(annotation)
    if is_meant or isinstance(case.node, ast.Await):
        return []  # the author names the class of the object, or awaits it
    read = [u for u in case.usage.of(UseKind.VALUE, UseKind.ITERATE) if not _is_written(u)]
    wrong = [u for u in read if _complains_of(case, u)]
    if result.kind is Kind.PLAIN:
        wrong += [u for u in case.usage.of(*_CODES) if _is_unwanted(case, u)]
    if result.kind is Kind.AWAITABLE:
        # Future has an __iter__ for `yield from` alone; it raises elsewhere (asyncio/futures.py).
        wrong += [u for u in read if u.how in _NO_FUTURE and u not in wrong]
        if len(wrong) < len(read) or case.usage.has(UseKind.STORE):
            return []  # some use is right for the object itself
        wrong += case.passed_to(Sink.VALUE)
    elif not wrong or not _has_member(case, "__await__"):
        return []
    if not wrong or expects_failure(case.unit, wrong[0].node):
        return []
    at = wrong[0].at
    is_foreign = result.kind is Kind.AWAITABLE and not result.nominal
    if is_foreign and isinstance(at, ast.Attribute) and instances.is_fluent(case.file, case.node, at.attr):
        return []
    code = _CODES.get(wrong[0].kind, "AW102")
    words = case.words(wrong[0]) if wrong[0] in sinks else _words(case, wrong[0])
    return case.awaiting(code, words, result=_awaitable(case), doubtful=_is_doubtful(case, wrong[0]))


def _is_doubtful(case: Case, wrong: Use) -> bool:
    """Whether the object may be meant at a use that the checker complains of."""
    result, is_attribute = case.result, isinstance(wrong.at, ast.Attribute)
    # An attribute that a Future has not may have been set on it; to unpack or subscript one raises.
    if survives_failure(case.unit, wrong.node) or (bool(result.nominal) and is_attribute):
        return True
    if result.kind is Kind.PLAIN:
        # What the proof would find amiss with the value there, it found amiss with the object before.
        return wrong.kind in _CODES
    # An annotation of another package may promise too much: redis's Pipeline returns itself.
    return not result.nominal and case.sources.resolver.is_foreign_def(case.file, case.node)


def _is_unwanted(case: Case, use: Use) -> bool:
    """Whether the checker complains of an object that is handed on, and wants none of its class there, nor of one
    above it."""
    found = case.complaints_at(use.node, use.at)
    wanted = {nominal_of(part) for complaint in found for part in union_parts(complaint.expected)}
    lineage = case.sources.resolver.instances.lineage
    return bool(found) and wanted.isdisjoint(lineage(case.file, case.node, case.result.nominal))


def _words(case: Case, use: Use) -> str:
    """What is done with a value that the checker complains of."""
    expected = next((c.expected for c in case.complaints_at(use.node, use.at) if c.expected), "")
    return f"`{expected}` is expected there" if use.kind in _CODES and expected else use.how


def _complains_of(case: Case, use: Use) -> bool:
    """Whether the checker complains of what is done with the value here."""
    return bool(case.complaints_at(use.node, use.at))


def _has_member(case: Case, name: str) -> bool:
    return case.sources.resolver.instances.has_member(case.file, case.node, case.result.nominal, name)


def _awaitable(case: Case) -> CallResult:
    return replace(case.result, kind=Kind.AWAITABLE)


def _is_written(use: Use) -> bool:
    """Whether an attribute is set on the object or deleted from it, which is no use of its value."""
    return isinstance(use.at, ast.Attribute) and not isinstance(use.at.ctx, ast.Load)


# what is typed as an awaitable, and dropped


def only_waits(case: Case) -> bool:
    """Whether what is called is there to wait for what it is given, and to do nothing else."""
    resolver = case.sources.resolver
    is_waiting = not WAITING.isdisjoint(resolver.names_of(case.file, callee(case.node)))
    return is_waiting and resolver.is_from(case.file, case.node, "asyncio")


def dropped_wait(case: Case) -> list[Draft]:
    """A wait that is not awaited: what it is given may have been meant to run alone, but then it is not needed."""
    because = "its only purpose is to wait for what it is given"
    return case.awaiting("AW101", case.usage.uses[0].how, result=replace(case.result, because=because), doubtful=True)


def dropped_awaitable(case: Case) -> list[Draft]:
    """An object typed as Awaitable and nothing more, dropped: nothing else was to be had of it.

    What is annotated so may have started a task all the same. In the published packages of the lab none is
    dropped (``python -m tests.lab clean`` would tell).
    """
    how = case.usage.uses[0].how
    is_own = not case.sources.resolver.is_foreign_def(case.file, case.node)
    if habit := case.sources.statistics.of(case.site, by_name=is_own):  # the project awaits all others like it
        by_source = case.sources.resolver.source_of(case.file, case.node)
        doubtful = not is_own or (by_source is not None and by_source.kind is not Kind.COROUTINE)
        habitual = replace(case.result, because=habit)
        return [] if _is_running(by_source) else case.awaiting("AW101", how, result=habitual, doubtful=doubtful)
    if may_be_more(case):
        return []
    return case.awaiting("AW101", how, result=replace(case.result, because=BY_TYPE), doubtful=True)


def may_be_more(case: Case) -> bool:
    """Whether what is called may give more than the Awaitable of its type: a ``def`` of another package, whose
    annotation may promise too much (redis's Pipeline returns itself), or one that returns a Task or Future."""
    resolver = case.sources.resolver
    return resolver.is_foreign_def(case.file, case.node) or _is_running(resolver.source_of(case.file, case.node))


def _is_running(by_source: CallResult | None) -> bool:
    """Whether the source of what is called returns a Task or Future, which runs without us."""
    return by_source is not None and bool(by_source.nominal)
