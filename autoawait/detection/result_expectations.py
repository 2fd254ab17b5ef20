"""What the callers of an async function do with what ``await`` gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from autoawait.dataflow.uses import UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.case import Sources
from autoawait.project.index import Function, Index, Unit
from autoawait.resolution.argument_sinks import Sink

_AS_COROUTINE = (UseKind.AWAITED, UseKind.CONSUMED, UseKind.METHOD)
_AS_VALUE = (UseKind.VALUE, UseKind.ITERATE)


class Expectation(Enum):
    """What callers take the awaited result of a function for."""

    COROUTINE = "coroutine"
    VALUE = "value"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


def expectation(function: Function, sources: Sources) -> Expectation:
    """COROUTINE if any caller may await the result again, ELSEWHERE if one hands the call on to something that awaits
    it, VALUE if a caller surely reads it, else UNKNOWN. Callers are found by name in all functions of the project, and
    confirmed by definition."""
    found = {_at(unit, call, function, sources) for unit, call in _calls(function.node.name, sources.index)}
    strongest = (Expectation.COROUTINE, Expectation.ELSEWHERE, Expectation.VALUE)
    return next((e for e in strongest if e in found), Expectation.UNKNOWN)


def _at(unit: Unit, call: ast.Call, function: Function, sources: Sources) -> Expectation:
    awaited = unit.parents.get(call)
    if not isinstance(awaited, ast.Await):
        is_passed = uses_of(unit, call).has(UseKind.ARGUMENT) and _calls_it(unit, call, function, sources)
        return Expectation.ELSEWHERE if is_passed else Expectation.UNKNOWN
    usage = uses_of(unit, awaited)
    passed = sources.arguments.sinks([(unit, use) for use in usage.of(UseKind.ARGUMENT)])
    if usage.has(*_AS_COROUTINE) or any(p.sink is Sink.TAKEN for p in passed.values()):
        return Expectation.COROUTINE
    is_read = usage.has(*_AS_VALUE) and _calls_it(unit, call, function, sources)
    return Expectation.VALUE if is_read else Expectation.UNKNOWN


def _calls_it(unit: Unit, call: ast.Call, function: Function, sources: Sources) -> bool:
    places = sources.resolver.definition(unit.file, call)
    return any(sources.index.definition(p) is function for p in places)


def _calls(name: str, index: Index) -> Iterator[tuple[Unit, ast.Call]]:
    """The calls of a name in all functions of the project; only where the text has it is the tree walked."""
    text = name.encode("utf-8")
    for function in (f for module in index.own if text in module.file.body for f in module.functions):
        span = function.file.span(function.node)
        if function.file.body.find(text, span.start, span.end) >= 0:
            calls = (n for n in function.unit.nodes if isinstance(n, ast.Call) and called_name(n) == name)
            yield from ((function.unit, call) for call in calls)
