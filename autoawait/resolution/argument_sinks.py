"""What happens to a coroutine that is passed to a function: the parameter's own type decides.

Asked in this order: builtins that can only read a value; the type checker's complaint about this very
argument; the parameter's type in the matched signature; what the body of the function does with its
parameter, where the source is there to read.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.dataflow.uses import AWAITING, Use, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of, uses_of_parameter
from autoawait.knowledge.consumers import (
    AWAITABLE_NAMES,
    PROBES,
    STARTS_BY_NAME,
    VALUE_BUILTINS,
    VALUE_FUNCTIONS,
)
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.types.checker_diagnostics import CheckerDiagnostics, is_cut_short
from autoawait.types.engine import AWAITABLE_KINDS, MAYBE_AWAITABLE, Kind, TypeEngine, TypeFact
from autoawait.types.expressions import (
    definition_of,
    definitions_of,
    fact_at,
    fact_of,
    facts_of,
    has_name,
    type_of,
    types_at,
)
from autoawait.types.signature import signature_of, signatures_of
from autoawait.types.type_expr import is_awaitable_text, is_awaitable_type, kind_of, says_nothing

_DEPTH = 3  # of functions that pass their parameter on; deeper is unknown
_HARD = frozenset({UseKind.VALUE, UseKind.ITERATE, UseKind.ENTER})


class Sink(Enum):
    """What happens to an argument."""

    TAKEN = "taken"  # as the coroutine that it is
    VALUE = "value"  # it had to be a plain value, and something raises
    SILENT = "silent"  # it had to be a plain value, and nothing raises
    FUNCTION = "function"  # the function itself is wanted, not what calling it gives
    RETURNED = "returned"  # the call gives it back
    KEPT = "kept"  # in a container whose elements we cannot follow
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class ArgumentSink:
    """What happens to one argument, and the words for it."""

    sink: Sink
    words: str


class ArgumentSinks:
    """What happens to values used as arguments; the engine is asked about all their callees at once."""

    def __init__(self, index: Index, engine: TypeEngine, complaints: CheckerDiagnostics, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes
        self._complaints = complaints
        self._bodies: dict[tuple[Function, ast.arg], Sink] = {}

    def sinks(self, uses: Sequence[tuple[Unit, Use]]) -> dict[Use, ArgumentSink]:
        """What happens to each argument."""
        called = [(unit.file, _call(use).func) for unit, use in uses]
        known = zip(uses, facts_of(self._engine, called), definitions_of(self._engine, called), strict=True)
        return {
            use: self._sink_of(unit, use, fact, places) if has_name(_call(use).func) else _UNKNOWN
            for (unit, use), fact, places in known
        }

    def callees(self, file: SourceFile, call: ast.Call) -> list[Function]:
        """The functions of which one is called, as far as they are defined by ``def``; of a class its ``__init__``, of
        an object the ``__call__`` of its class."""
        target = call.func
        found = self._functions(definition_of(self._engine, file, target))
        return found or self._called(fact_of(self._engine, file, target), lambda: type_of(self._engine, file, target))

    def calls_of_object(self, spot: Spot) -> list[Function]:
        """The ``__call__`` of the classes of which an object may be that a name means at a place."""
        return self._called(fact_at(self._engine, spot), lambda: types_at(self._engine, [spot])[spot])

    def _called(self, fact: TypeFact, classes: Callable[[], tuple[Spot, ...]]) -> list[Function]:
        return self._functions(classes(), "__call__") if fact.instance else []

    def cast_types(self, unit: Unit, call: ast.Call) -> tuple[str, ...]:
        """The type that a call of ``typing.cast`` names, as text in all its forms; empty for other calls."""
        places = definition_of(self._engine, unit.file, call.func) if called_name(call) == "cast" else ()
        return self._wanted(unit, call) if "typing.cast" in map(self._qualname, places) else ()

    def _sink_of(self, unit: Unit, use: Use, fact: TypeFact, places: tuple[Spot, ...]) -> ArgumentSink:
        call = _call(use)
        name = f"`{ast.unparse(call.func)}`"
        known = [self._qualname(place) for place in places]
        raises = next((_VALUE_SINKS[q] for q in known if q in _VALUE_SINKS), None)
        if raises is not None and not use.element:
            return ArgumentSink(Sink.VALUE if raises else Sink.SILENT, f"{name} needs a value, not an awaitable")
        if "typing.cast" in known and not use.element and (cast := self._cast(unit, call, use.node)) is not None:
            return cast
        if (complaint := self._complaints.at_argument(unit.file, use.node, call)) is not None:
            if "->" in complaint.expected or "Callable" in complaint.expected:
                return ArgumentSink(Sink.FUNCTION, f"{name} takes the function itself")
            if is_awaitable_text(complaint.expected):
                return ArgumentSink(Sink.UNKNOWN, f"{name} expects `{complaint.expected}`, another kind of awaitable")
            # A long union is cut short in the message; then the coroutine may be in what is left out.
            if complaint.found in MAYBE_AWAITABLE or is_cut_short(complaint):
                return ArgumentSink(Sink.VALUE, f"{name} expects `{complaint.expected}`")
        forms = signatures_of(fact.text)
        takes_awaitables = any(p.takes_awaitables for s in forms if (p := s.parameter_of(call, use.node)))
        if takes_awaitables and len(forms) > 1:
            return ArgumentSink(Sink.TAKEN, f"{name} takes an awaitable")
        # Where a form takes awaitables, none fits for another reason, or none did before this was a coroutine.
        unfit = any(c.code == "no-matching-overload" for c in self._complaints.at(unit.file, call))
        if unfit and not takes_awaitables and not use.element:
            return ArgumentSink(Sink.SILENT, f"no overload of {name} accepts it")
        if _starts_by_name(call, use, fact):
            return ArgumentSink(Sink.TAKEN, f"{name} starts it, judging by its name")
        signature = next(iter(forms), None)
        parameter = signature.parameter_of(call, use.node) if signature else None
        if signature and parameter:
            if parameter.takes_awaitables if use.element else parameter.is_awaitable:
                # A container takes what was put into it: its parameter's type comes from the argument itself.
                made_of_it = _CONTAINER.match(fact.text) and kind_of(parameter.type) not in AWAITABLE_KINDS
                return ArgumentSink(Sink.KEPT if made_of_it else Sink.TAKEN, f"{name} takes an awaitable")
            if not parameter.is_open(signature.variables) and parameter.takes_functions:
                return ArgumentSink(Sink.FUNCTION, f"{name} takes the function itself")
        if _CONTAINER.match(fact.text) or use.element:
            return ArgumentSink(Sink.KEPT, f"{name} passes it on")
        return self._by_body(unit, places, call, use)

    def _cast(self, unit: Unit, call: ast.Call, given: ast.expr) -> ArgumentSink | None:
        """What a ``cast`` says of what is cast: that it is awaitable, or the value; None where that is left open."""
        text, behind = self._wanted(unit, call)
        inner = self.callees(unit.file, given) if isinstance(given, ast.Call) else []
        # An async function inside a sync one was written to be passed to code that awaits it.
        if says_nothing(text) or any(f.outer is not None and f.outer is unit.function for f in inner):
            return None
        if is_awaitable_text(text) or is_awaitable_text(behind):
            return ArgumentSink(Sink.TAKEN, "`cast` says that it is awaitable")
        return ArgumentSink(Sink.SILENT, f"`cast` says that it is `{text}`")

    def _wanted(self, unit: Unit, call: ast.Call) -> tuple[str, str]:
        """The type that a ``cast`` names, as text, and what it stands for, where it is an alias."""
        wanted = call.args[0] if call.args else call
        text = str(wanted.value) if isinstance(wanted, ast.Constant) else ast.unparse(wanted)
        return text, fact_of(self._engine, unit.file, wanted).text

    def _by_body(self, unit: Unit, places: tuple[Spot, ...], call: ast.Call, use: Use) -> ArgumentSink:
        functions = self._functions(places)
        name = f"`{ast.unparse(call.func)}`"
        sinks = {self._in_body(f, call, use.node, _DEPTH) for f in functions}
        if sinks == {Sink.TAKEN}:
            return ArgumentSink(Sink.TAKEN, f"{name} awaits or schedules it")
        if sinks == {Sink.RETURNED} and uses_of(unit, call).has(*AWAITING):
            return ArgumentSink(Sink.TAKEN, f"the result of {name} is awaited")
        if sinks in ({Sink.VALUE}, {Sink.SILENT}) and not use.element:
            return ArgumentSink(sinks.pop(), f"{name} uses it as a value")
        return ArgumentSink(Sink.UNKNOWN, f"it is unknown what {name} does with it")

    def _in_body(self, function: Function, call: ast.Call, argument: ast.expr, depth: int) -> Sink:
        """What a function does with the parameter that takes an argument."""
        parameter = parameter_node(function, call, argument)
        if parameter is None or depth == 0:
            return Sink.UNKNOWN
        key = (function, parameter)
        if key not in self._bodies:
            self._bodies[key] = Sink.UNKNOWN  # a recursive answer is no answer
            self._bodies[key] = self._read_body(function, parameter, depth)
        return self._bodies[key]

    def _read_body(self, function: Function, parameter: ast.arg, depth: int) -> Sink:
        unit = function.unit
        declared = ast.unparse(parameter.annotation) if parameter.annotation else ""
        if is_awaitable_text(declared) and not is_awaitable_type(declared):
            return Sink.UNKNOWN  # it takes what holds or gives awaitables
        if AWAITABLE_NAMES.search(parameter.arg):
            return Sink.TAKEN
        usage = uses_of_parameter(unit, function.node, parameter)
        kinds = {use.kind for use in usage.uses}
        arguments = usage.of(UseKind.ARGUMENT)
        called = [(unit.file, _call(use).func) for use in arguments]
        facts_of(self._engine, called), definitions_of(self._engine, called)
        passed = [self._passed_on(unit, use, depth) for use in arguments]
        if kinds & AWAITING or Sink.TAKEN in passed:
            return Sink.TAKEN
        if kinds & _HARD:
            # Where it asks what it was given, it may use a value only after it knows that it is none of ours.
            sure = all(use.only for use in usage.of(*_HARD)) and not _asks_what_it_is(unit, parameter.arg)
            return Sink.VALUE if sure else Sink.SILENT
        if passed and set(passed) == {Sink.VALUE} and kinds == {UseKind.ARGUMENT}:
            return Sink.VALUE
        kept = [u.at.attr for u in usage.of(UseKind.STORE) if isinstance(u.at, ast.Attribute)]
        if kept and function.owner is not None:
            return self._kept(function, kept)
        return Sink.RETURNED if kinds == {UseKind.RETURN} else Sink.UNKNOWN

    def _kept(self, function: Function, names: list[str]) -> Sink:
        """What is done with attributes in which a method keeps its parameter."""
        uses = [use for name in names for _, use in self._classes.attribute_uses(function, name)]
        return Sink.TAKEN if any(use.kind in AWAITING for use in uses) else Sink.UNKNOWN

    def _passed_on(self, unit: Unit, use: Use, depth: int) -> Sink:
        call = _call(use)
        places = definition_of(self._engine, unit.file, call.func)
        signature = signature_of(fact_of(self._engine, unit.file, call.func).text)
        parameter = signature.parameter_of(call, use.node) if signature else None
        if parameter and (parameter.takes_awaitables if use.element else parameter.is_awaitable):
            return Sink.TAKEN
        functions = self._functions(places)
        sinks = {self._in_body(f, call, use.node, depth - 1) for f in functions}
        return sinks.pop() if len(sinks) == 1 else Sink.UNKNOWN

    def _functions(self, places: tuple[Spot, ...], method: str = "__init__") -> list[Function]:
        """The functions at places; of a class a method, its own or inherited."""
        return [
            *self._index.functions_at(places),
            *(f for member in self._classes.members(places, method) for f in member.functions),
        ]

    def _qualname(self, place: Spot) -> str:
        module = place.path.parent.name if place.path.stem == "__init__" else place.path.stem
        # A constructor's place is its class; one of its methods names the class too.
        return f"{module}.{self._index.name_at(place)}".removesuffix(".__new__").removesuffix(".__init__")


_CONTAINER = re.compile(r"bound method (?:list|dict|set|deque|defaultdict|Queue|\w*Queue)\[")
_UNKNOWN = ArgumentSink(Sink.UNKNOWN, "it is unknown what takes it")
_VALUE_SINKS = {f"builtins.{name}": raises for name, raises in VALUE_BUILTINS.items()} | VALUE_FUNCTIONS


def _call(use: Use) -> ast.Call:
    assert isinstance(use.at, ast.Call)
    return use.at


def _starts_by_name(call: ast.Call, use: Use, fact: TypeFact) -> bool:
    """Whether a callee without a type, or a function passed before the argument, is named as one that starts it."""
    if fact.called is Kind.UNKNOWN and STARTS_BY_NAME.search(called_name(call)):
        return True
    before = call.args[: call.args.index(use.node)] if use.node in call.args else []
    names = [
        n.attr if isinstance(n, ast.Attribute) else n.id for n in before if isinstance(n, (ast.Attribute, ast.Name))
    ]
    return any(STARTS_BY_NAME.search(name) for name in names)


def _asks_what_it_is(unit: Unit, name: str) -> bool:
    """Whether a body looks at what kind of thing a parameter is before it uses it."""
    return any(
        isinstance(node, ast.Call)
        and called_name(node) in PROBES | {"isinstance", "issubclass"}
        and any(isinstance(n, ast.Name) and n.id == name for a in node.args for n in ast.walk(a))
        for node in unit.nodes
    )


def parameter_node(function: Function, call: ast.Call, argument: ast.expr) -> ast.arg | None:
    """The parameter of a definition that takes an argument; ``self`` and ``cls`` are skipped for methods."""
    a = function.node.args
    positional = [*a.posonlyargs, *a.args]
    static = any(isinstance(d, ast.Name) and d.id == "staticmethod" for d in function.node.decorator_list)
    if function.owner is not None and not static and positional:
        positional = positional[1:]
    keyword = next((k.arg for k in call.keywords if k.value is argument), None)
    if keyword is not None:
        return next((p for p in arguments_of(function.node) if p.arg == keyword), a.kwarg)
    for number, given in enumerate(call.args):
        if given is argument or (isinstance(given, ast.Starred) and given.value is argument):
            return positional[number] if number < len(positional) else a.vararg
    return None
