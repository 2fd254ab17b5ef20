"""What reads an async iterator, or enters an async context manager, as if it were a sync one, and the edits for that.

The object may be at hand, or be what awaiting gives: ``for row in await rows()`` is as wrong as ``for row in rows()``.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from autoawait.dataflow.uses import Usage, Use, UseKind, called_name
from autoawait.detection.case import Case
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.async_iteration import (
    Collected,
    collecting_edits,
    entering_edits,
    is_read_by_call,
    looping_edits,
)
from autoawait.project.source import SourceFile
from autoawait.resolution.argument_sinks import Sink
from autoawait.types.engine import Kind
from autoawait.types.type_expr import kind_of, nominal_of, parse

# What iterates a value where no ``async for`` can stand.
_NO_FORM = frozenset({"it is unpacked", "it is searched with `in`"})


@dataclass(frozen=True, slots=True)
class AsyncReadings:
    """The ``uses`` that become asynchronous with the ``edits`` for them; ``lazy`` if one of them may not have read all.
    ``impossible`` is a use for which there is no asynchronous form."""

    edits: tuple[Edit, ...] = ()
    uses: tuple[Use, ...] = ()
    lazy: bool = False
    impossible: Use | None = None


def readings_of_awaited(case: Case) -> AsyncReadings:
    """What must become asynchronous where a coroutine is awaited, by what awaiting gives."""
    found = AsyncReadings()
    instances = case.sources.resolver.instances
    gives_iterator = _awaited_is(case, Kind.ASYNC_ITERATOR, instances.is_async_iterable)
    gives_manager = _awaited_is(case, Kind.ASYNC_CONTEXT, instances.is_async_manager)
    for use in case.usage.uses:
        if use.kind is UseKind.ENTER and gives_manager:
            found = _with(found, use, entering_edits(case.unit, use))
        elif use.kind is UseKind.ITERATE and gives_iterator:
            found = _with(found, use, looping_edits(case.unit, use))
        elif use.kind is UseKind.VALUE and use.how in _NO_FORM and gives_iterator:
            found = _with(found, use, ())
        elif use.kind is UseKind.ARGUMENT and is_read_by_call(use) and gives_iterator:
            collected = _collected(case, use)
            found = _with(found, use, collected.edits if collected else ())
            found = replace(found, lazy=found.lazy or (collected is not None and collected.lazy))
    # The edit of a ``with`` comes last, so that those of one statement can become one.
    return replace(found, edits=tuple(sorted(found.edits, key=lambda edit: edit.kind is EditKind.ASYNC_WITH)))


def _with(found: AsyncReadings, use: Use, edits: Sequence[Edit]) -> AsyncReadings:
    if not edits or not use.only:  # a name that may hold something else cannot be iterated by `async for`
        return replace(found, impossible=found.impossible or use)
    return replace(found, edits=(*found.edits, *edits), uses=(*found.uses, use))


def _collected(case: Case, use: Use) -> Collected | None:
    assert isinstance(use.at, ast.Call)
    if called_name(use.at) == "next" and not _awaited_has_next(case):
        return None
    return collecting_edits(case.unit, use, case.sources.target)


def _awaited_has_next(case: Case) -> bool:
    """Whether what awaiting gives is an iterator itself, not only something that makes one."""
    awaited, instances = case.result.awaited, case.sources.resolver.instances
    if nominal := nominal_of(awaited):
        return instances.has_member(case.file, case.node, nominal, "__anext__")
    return parse(awaited).last_name != "AsyncIterable"


def _awaited_is(case: Case, kind: Kind, is_of_class: Callable[[SourceFile, ast.expr, str], bool]) -> bool:
    """Whether awaiting gives something of an asynchronous kind: by its type, or by its class."""
    nominal = nominal_of(case.result.awaited)
    return kind_of(case.result.awaited) is kind or (bool(nominal) and is_of_class(case.file, case.node, nominal))


# what is at hand


def is_object_at_hand(case: Case) -> bool:
    """Whether an instance of a class is read here that no candidate calls for: what ``await`` or ``with`` gave."""
    return bool(case.result.nominal) and not isinstance(case.node, ast.Call)


def as_asynchronous(case: Case) -> Case:
    """An object at hand as what its class makes it: an async context manager or iterator, for the uses as such."""
    instances, nominal = case.sources.resolver.instances, case.result.nominal
    entered = tuple(case.usage.of(UseKind.ENTER))
    if entered and instances.is_async_manager(case.file, case.node, nominal):
        return replace(case, result=replace(case.result, kind=Kind.ASYNC_CONTEXT), usage=Usage(entered))
    read = tuple(u for u in case.usage.uses if u.kind is UseKind.ITERATE or is_read_by_call(u) or u.how in _NO_FORM)
    if read and instances.is_async_iterable(case.file, case.node, nominal):
        return replace(case, result=replace(case.result, kind=Kind.ASYNC_ITERATOR), usage=Usage(read))
    return case


def collected_reading(case: Case, use: Use) -> Collected | None:
    """The call that reads an async iterator as if it were a sync one, if the use is such a call."""
    sinks = case.facts.sinks
    is_wrong = use in sinks and sinks[use].sink in (Sink.VALUE, Sink.SILENT)
    is_joined = isinstance(use.at, ast.Call) and called_name(use.at) == "join"
    if use.kind is not UseKind.ARGUMENT or use.element or not (is_wrong or is_joined):
        return None
    return collecting_edits(case.unit, use, case.sources.target)
