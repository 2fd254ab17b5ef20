"""What else a call may mean than a function: another function, another object, what was made of it."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import Spot
from autoawait.propagation.rebinding import remade_in
from autoawait.propagation.requirement import CODE, place_of
from autoawait.resolution.argument_sinks import ArgumentSinks
from autoawait.resolution.call_results import CallResults, CallSite
from autoawait.resolution.families import Families
from autoawait.resolution.references import Reference
from autoawait.types.engine import Kind
from autoawait.types.type_expr import kind_of


class OtherCallees:
    """Answers for the calls of one index."""

    def __init__(self, index: Index, families: Families, resolver: CallResults, arguments: ArgumentSinks) -> None:
        self._index = index
        self._families = families
        self._resolver = resolver
        self._arguments = arguments

    def beside(self, reference: Reference) -> tuple[tuple[Function, ...], str] | Barrier:
        """The other functions that a call may reach, as far as they are not async yet, and a doubt in words."""
        rivals: list[Function] = []
        doubt = ""
        for place in reference.others:
            definition = self._index.definition(place)
            found = [definition] if isinstance(definition, Function) else self._arguments.calls_of_object(place)
            if definition is None and not found and self._resolver.holds_async(place):
                continue
            if definition is None and not found and self._is_remade(place):
                doubt = f"what is made of it takes its place ({place.path.name}:{place.line})"
            elif not found or any(f.file.path in self._index.foreign for f in found):
                words = f"another function may be called there as well ({place_of(reference)})"
                return Barrier(CODE, words, "tell the two apart")
            rivals += found
        also = tuple(dict.fromkeys(f for f in rivals if not f.is_async))
        nearby = [f"the same call may reach `{other.qualname}` ({place_of(reference)})" for other in also[:1]]
        return also, "; ".join(filter(None, [doubt, *nearby]))

    def _is_remade(self, place: Spot) -> bool:
        """Whether a name is bound at a place to what a call makes of it."""
        module = self._index.module(place.path)
        return module is not None and place in remade_in(module.file)

    def means_alone(self, function: Function) -> bool:
        """Whether a name of several words means a function and its family, and nothing else that is plain."""
        name = function.node.name
        if function.owner is None or "_" not in name.strip("_"):
            return False
        family = self._families.of(function)
        return all(f.is_async or self._families.of(f) is family for f in self._by_name[name])

    @cached_property
    def _by_name(self) -> Mapping[str, Sequence[Function]]:
        """The functions of the project by their names."""
        found: dict[str, list[Function]] = {}
        for function in (f for module in self._index.own for f in module.functions):
            found.setdefault(function.node.name, []).append(function)
        return found

    def is_of_another(self, unit: Unit, receiver: ast.expr, function: Function) -> bool:
        """Whether a receiver is a coroutine that lacks its ``await``, of something else than the function's class."""
        if not isinstance(receiver, ast.Call):
            return False
        site = CallSite(unit, receiver)
        given = self._resolver.resolve([site])[site]
        owner = function.owner.name if function.owner else ""
        return given.kind is Kind.COROUTINE and kind_of(given.awaited) is Kind.PLAIN and owner not in given.awaited

    def is_of_decorator(self, unit: Unit, call: ast.Call, function: Function) -> bool:
        """Whether a call gives what a decorator makes of the function's own value: a worker that runs it, say."""
        if not function.node.decorator_list:
            return False
        site = CallSite(unit, call)
        nominal = self._resolver.resolve([site])[site].nominal
        returns = ast.unparse(function.node.returns) if function.node.returns else ""
        return bool(nominal) and nominal not in returns and self._resolver.is_of_decorator(function, nominal)
