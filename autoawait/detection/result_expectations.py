"""What the callers of an async function do with what ``await`` gives them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from enum import Enum

from autoawait.dataflow.uses import UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function, Index, Unit
from autoawait.resolution.argument_sinks import ArgumentSinks, Sink
from autoawait.resolution.call_results import CallResults

_AS_COROUTINE = (UseKind.AWAITED, UseKind.CONSUMED, UseKind.METHOD)
_AS_VALUE = (UseKind.VALUE, UseKind.ITERATE)


class Expectation(Enum):
    """What callers take the awaited result of a function for."""

    COROUTINE = "coroutine"
    VALUE = "value"
    ELSEWHERE = "elsewhere"
    UNKNOWN = "unknown"


class ResultExpectations:
    """Finds callers by name in all functions of the project, and confirms them by definition."""

    def __init__(self, index: Index, resolver: CallResults, arguments: ArgumentSinks) -> None:
        self._index = index
        self._resolver = resolver
        self._arguments = arguments

    def of(self, function: Function) -> Expectation:
        """COROUTINE if any caller may await the result again, ELSEWHERE if one hands the call on to something
        that awaits it, VALUE if a caller surely reads it, else UNKNOWN."""
        found = {self._at(unit, call, function) for unit, call in self._calls(function.node.name)}
        strongest = (Expectation.COROUTINE, Expectation.ELSEWHERE, Expectation.VALUE)
        return next((e for e in strongest if e in found), Expectation.UNKNOWN)

    def _at(self, unit: Unit, call: ast.Call, function: Function) -> Expectation:
        awaited = unit.parents.get(call)
        if not isinstance(awaited, ast.Await):
            is_passed = uses_of(unit, call).has(UseKind.ARGUMENT) and self._calls_it(unit, call, function)
            return Expectation.ELSEWHERE if is_passed else Expectation.UNKNOWN
        usage = uses_of(unit, awaited)
        passed = self._arguments.sinks([(unit, use) for use in usage.of(UseKind.ARGUMENT)])
        if usage.has(*_AS_COROUTINE) or any(p.sink is Sink.TAKEN for p in passed.values()):
            return Expectation.COROUTINE
        if not usage.has(*_AS_VALUE):
            return Expectation.UNKNOWN
        return Expectation.VALUE if self._calls_it(unit, call, function) else Expectation.UNKNOWN

    def _calls_it(self, unit: Unit, call: ast.Call, function: Function) -> bool:
        places = self._resolver.definitions(unit.file, [call.func])[0]
        return any(self._index.definition(p) is function for p in places)

    def _calls(self, name: str) -> Iterator[tuple[Unit, ast.Call]]:
        """The calls of a name in all functions of the project; only where the text has it is the tree walked."""
        text = name.encode("utf-8")
        for module in self._index.own:
            if text not in module.file.body:
                continue
            for function in module.functions:
                span = module.file.span(function.node)
                if module.file.body.find(text, span.start, span.end) >= 0:
                    calls = (n for n in function.unit.nodes if isinstance(n, ast.Call) and called_name(n) == name)
                    yield from ((function.unit, call) for call in calls)
