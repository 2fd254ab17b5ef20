"""What a call (or another expression) gives: a coroutine, an async iterator, something plain, or unknown.

The type engine is asked first: its answer holds the matched overload, generics and stubs. Where it
knows no type, the definition decides, read from source: ``async def``, decorators, sync functions
that return what another call gives. What neither knows is UNKNOWN, or INFERRED from how the rest of
the project treats the same call.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import reduce

from autoawait.diagnostics.finding import Evidence
from autoawait.knowledge.decorators import Effect
from autoawait.project.bindings import is_property
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.callees import Callees, CalleeSet, given_by_all, is_async_generator, is_stub
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.instances import Instances
from autoawait.resolution.decorators.reader import KIND_OF_EFFECT, DecoratorReader
from autoawait.resolution.function_bodies import is_open, is_value, returned_by
from autoawait.resolution.partials import Partials
from autoawait.resolution.rebound_functions import is_rebound
from autoawait.resolution.receiver_origins import ReceiverOrigins, is_unresolved_import
from autoawait.resolution.unknown_reasons import why_unknown
from autoawait.types.engine import ASYNC_KINDS, AWAITABLE_KINDS, MAYBE_AWAITABLE, Kind, TypeEngine, TypeFact
from autoawait.types.expressions import (
    Expression,
    callee,
    callees_of,
    definition_of,
    fact_at,
    fact_of,
    facts_of,
    has_name,
)
from autoawait.types.type_expr import kind_of, nominal_of

# Kinds by type of which the source may know more, or better.
_LEFT_TO_SOURCE = frozenset({Kind.UNKNOWN, *ASYNC_KINDS})
_DEPTH = 4  # of sync functions that return each other's coroutines; deeper is unknown


@dataclass(frozen=True, slots=True)
class CallResult:
    """What an expression gives, how we know, and what awaiting it gives (a type as text).

    ``definition`` is the place of the callee where it is known; ``nominal`` the class of a plain value;
    ``because`` the words for an inference, or for why it is unknown; ``witnessed`` those for a log of a run, in which
    a coroutine that was made here was never awaited.
    """

    kind: Kind = Kind.UNKNOWN
    evidence: Evidence = Evidence.PROVED
    awaited: str = ""
    nominal: str = ""
    definition: Spot | None = None
    because: str = ""
    unreachable: bool = False
    witnessed: str = ""


UNKNOWN = CallResult()


@dataclass(frozen=True, slots=True)
class CallSite:
    """An expression whose value may have to be awaited, and the unit it stands in."""

    unit: Unit
    node: ast.expr


class CallResults:
    """Answers for the sites of one project, through one engine; remembers what functions give."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph | None = None) -> None:
        self._index = index
        self._engine = engine
        self._functions: dict[Function, CallResult] = {}
        self.classes = classes or ClassGraph(index, engine)
        self.instances = Instances(index, engine, self.classes)
        self.decorators = DecoratorReader(index, engine, self.classes)
        self.partials = Partials(index, engine, self.classes)
        self.origins = ReceiverOrigins(index, engine, self.classes)
        self._callees = Callees(index, engine, self.classes)

    def resolve(self, sites: Sequence[CallSite]) -> dict[CallSite, CallResult]:
        """What each site gives; UNKNOWN where neither type nor definition says."""
        calls = [(s.unit.file, s.node.value if isinstance(s.node, ast.Await) else s.node) for s in sites]
        found = zip(sites, self._calls(calls, _DEPTH), strict=True)
        return {s: _after_await(given) if isinstance(s.node, ast.Await) else given for s, given in found}

    def definition(self, file: SourceFile, node: ast.expr) -> tuple[Spot, ...]:
        """Where what an expression names, or a call calls, is defined; empty for expressions without a name."""
        return definition_of(self._engine, file, callee(node))

    def definitions(self, sites: Iterable[CallSite]) -> list[tuple[Spot, ...]]:
        """Where what each site calls or names is defined, by one question."""
        return callees_of(self._engine, ((site.unit.file, site.node) for site in sites))

    # calls and names

    def _calls(self, calls: Sequence[tuple[SourceFile, ast.expr]], depth: int) -> list[CallResult]:
        facts = facts_of(self._engine, [(file, callee(node)) for file, node in calls])
        by_type = {
            call: (_from_fact(fact, called=isinstance(call[1], ast.Call)), fact)
            for call, fact in zip(calls, facts, strict=True)
        }
        undecided = [call for call, (given, _) in by_type.items() if given.kind in _LEFT_TO_SOURCE]
        places = dict(zip(undecided, callees_of(self._engine, undecided), strict=True))
        self._foresee(places.values())
        given = [self._by_source(call, *by_type[call], places.get(call, ()), depth) for call in calls]
        asynchronous = [call for call, one in zip(calls, given, strict=True) if one.kind in ASYNC_KINDS]
        sets = self._callees.overridden([(file, node, places.get((file, node), ())) for file, node in asynchronous])
        return [
            self._by_all(one, sets[node]) if node in sets else one for (_, node), one in zip(calls, given, strict=True)
        ]

    def _by_all(self, declared: CallResult, callees: CalleeSet) -> CallResult:
        """What a call gives by all functions that it may run, beside what the declared one gives."""
        found = [(function, self._own_result(function).kind) for function in callees.members]
        likely = ((function, self._own_result(function).kind) for function in callees.likely)
        found += [(function, kind) for function, kind in likely if kind in ASYNC_KINDS]
        given = given_by_all(declared.kind, found)
        if given.kind is declared.kind and given.is_certain:
            return replace(declared, evidence=Evidence.INFERRED, because=callees.doubt) if callees.doubt else declared
        evidence, awaited = Evidence.INFERRED, declared.awaited if given.kind is declared.kind else ""
        return replace(declared, kind=given.kind, evidence=evidence, awaited=awaited, because=given.because)

    def _own_result(self, function: Function) -> CallResult:
        """What a function gives by its source; of one that is annotated, by its type."""
        by_source = self._bare(function, _DEPTH) if is_property(function.node) else self.function(function)
        if by_source.kind is not Kind.UNKNOWN or function.is_async:
            return by_source
        return replace(by_source, kind=fact_at(self._engine, function.spot).called)

    def _by_source(
        self, call: Expression, given: CallResult, fact: TypeFact, places: tuple[Spot, ...], depth: int
    ) -> CallResult:
        """What an expression gives of which a type says something, by its definitions, where those have a say."""
        file, node = call
        if isinstance(node, ast.Call) and has_name(node.func):
            if given.kind is Kind.AWAITABLE:
                confirmed = self._confirmed(given, places)
                given = replace(confirmed, definition=None) if confirmed.kind is Kind.AWAITABLE else confirmed
            elif given.kind is Kind.COROUTINE:
                given = self._confirmed(given, places)
            elif given.kind is Kind.UNKNOWN:
                given = self._from_definitions(places, fact, depth)
                if given.kind is Kind.UNKNOWN and depth > 0 and not fact.unreachable:
                    given = self._through_partial(file, node.func, places, depth) or given
        if given.kind is not Kind.UNKNOWN or given.because:
            return given
        return replace(given, because=why_unknown(self._index, callee(node), fact, places))

    def _foresee(self, found: Iterable[tuple[Spot, ...]]) -> None:
        """Ask at once about the decorators of all functions at some places, and about the calls that they return."""
        defined = dict.fromkeys(f for places in found for f in self._index.functions_at(places))
        functions = [function for function in defined if function not in self._functions]
        returned = [(f.file, call) for f in functions if is_open(f) for call in returned_by(f)]
        facts_of(self._engine, ((file, callee(call)) for file, call in returned))
        decorators = ((f.file, decorator) for f in functions for decorator in f.node.decorator_list)
        callees_of(self._engine, [*decorators, *returned])

    def _confirmed(self, given: CallResult, spots: tuple[Spot, ...]) -> CallResult:
        """A type's word that a call gives a coroutine, held against the source of the project's own decorators."""
        given = replace(given, definition=spots[0]) if spots else given
        functions = self._index.functions_at(spots)
        # What one of several definitions leaves open, the others may be.
        if functions and (
            any(is_unresolved_import(self._index, spot) for spot in spots) or all(map(is_rebound, functions))
        ):
            return replace(given, evidence=Evidence.INFERRED, because="by its type; its name has other bindings")
        if len(functions) != 1:
            return given
        function = self.decorators.source_of(functions[0])
        by_source = self.function(function)
        if by_source.kind in (Kind.ASYNC_ITERATOR, Kind.ASYNC_CONTEXT):
            return replace(by_source, evidence=Evidence.INFERRED, because="by its body; its annotation says otherwise")
        if not function.node.decorator_list:
            is_denied = by_source.kind is Kind.PLAIN and not (function.is_async or is_stub(function))
            return replace(UNKNOWN, definition=given.definition) if is_denied else given
        return self._by_decorators(given, function)

    def _by_decorators(self, given: CallResult, function: Function) -> CallResult:
        """What the type of a decorated function says, held against what its decorators make of it."""
        bare = self._bare_kind(function, self._bare(function, _DEPTH))
        is_plain, effect = bare not in MAYBE_AWAITABLE and not function.is_async, self.decorators.effect(function, bare)
        if effect in {Effect.PLAIN, Effect.MAYBE} or (is_plain and effect is Effect.KEEPS):
            return replace(UNKNOWN, definition=given.definition)  # a type may show one of two wrappers
        has_own = effect is Effect.UNKNOWN and self._has_own_decorator(function)
        if has_own or (is_plain and effect is Effect.UNKNOWN):
            which = "a decorator of the project" if has_own else "a decorator"
            because = f"its type says so, but for {which} that we cannot read"
            return replace(given, evidence=Evidence.INFERRED, because=because)
        return given

    def _has_own_decorator(self, function: Function) -> bool:
        named = [(function.file, decorator) for decorator in function.node.decorator_list]
        places = [place for found in callees_of(self._engine, named) for place in found]
        return any(f.file.path not in self._index.foreign for f in self._index.functions_at(places))

    def _from_definitions(self, spots: tuple[Spot, ...], fact: TypeFact, depth: int) -> CallResult:
        found = self._index.functions_at(spots)
        if fact.instance:
            calls = [f for f in found if f.node.name == "__call__"]
            # An object that a decorator made of a function: that function's decorators say what its calls give.
            found = [f for f in found if f.node.decorator_list and f not in calls] or calls
        return reduce(_either, (self.function(f, depth) for f in found)) if found else UNKNOWN

    def _through_partial(
        self, file: SourceFile, callee: ast.expr, places: tuple[Spot, ...], depth: int
    ) -> CallResult | None:
        """What the call of a partial object gives, by what it calls; None if nothing is known of it. It is inferred:
        something else may be bound to the name besides."""
        inner = self.partials.behind(file, callee, places)
        given = self._given_by(inner, depth) if inner else UNKNOWN
        if given.kind is Kind.UNKNOWN:
            return None
        because = f"it is a partial object of `{ast.unparse(inner[0][1])}`"
        return replace(given, evidence=Evidence.INFERRED, because=because)

    def _given_by(self, functions: Sequence[tuple[SourceFile, ast.expr]], depth: int) -> CallResult:
        """What calls of some functions give, each named by an expression."""
        calls = [(file, ast.copy_location(ast.Call(node, [], []), node)) for file, node in functions]
        return reduce(_either, self._calls(calls, depth - 1))

    def function(self, function: Function, depth: int = _DEPTH) -> CallResult:
        """What calling a function gives, by its definition."""
        if function not in self._functions:
            self._functions[function] = UNKNOWN  # a recursive answer is no answer
            bare = replace(self._bare(function, depth), definition=function.spot)
            self._functions[function] = self._decorated(function, bare)
        return self._functions[function]

    def _bare(self, function: Function, depth: int) -> CallResult:
        if function.is_async:
            return CallResult(Kind.ASYNC_ITERATOR if is_async_generator(function) else Kind.COROUTINE)
        if function.is_generator:
            return CallResult(Kind.PLAIN)
        if not is_open(function) or depth == 0:
            return UNKNOWN
        given = self._returned(function, depth)
        return given if given.kind is not Kind.UNKNOWN else UNKNOWN  # why what it calls is unknown says nothing of it

    def _returned(self, function: Function, depth: int) -> CallResult:
        """What the ``return`` statements of a sync function give."""
        if function.is_async or function.is_generator:
            return self.function(function, depth)
        values = returned_by(function)
        if all(map(is_value, values)):
            return CallResult(Kind.PLAIN)
        if not all(isinstance(value, ast.Call) for value in values):
            return UNKNOWN
        return reduce(_either, self._calls([(function.file, v) for v in values], depth - 1))

    # decorators, innermost first

    def _decorated(self, function: Function, bare: CallResult) -> CallResult:
        if not function.node.decorator_list:
            return bare
        self._foresee([(function.spot,)])
        effect = self.decorators.effect(function, self._bare_kind(function, bare))
        if effect is Effect.KEEPS:
            return bare
        given = UNKNOWN if effect in {Effect.UNKNOWN, Effect.AWAITABLE} else bare
        nominal = "Task" if effect is Effect.AWAITABLE else ""
        return replace(given, kind=KIND_OF_EFFECT[effect], nominal=nominal, definition=bare.definition)

    def _bare_kind(self, function: Function, bare: CallResult) -> Kind:
        """What calling a function gave without its decorators: of a sync one its annotation says it."""
        returns = function.node.returns
        if bare.kind is not Kind.UNKNOWN or function.is_async or returns is None:
            return bare.kind
        if isinstance(returns, ast.Constant) and isinstance(returns.value, str):
            return kind_of(returns.value)
        return fact_of(self._engine, function.file, returns).value

    def names_of(self, file: SourceFile, node: ast.expr) -> frozenset[str]:
        """What an expression names, each as ``module.qualified_name`` of its definition (the module's last part)."""
        places = definition_of(self._engine, file, node)
        return frozenset(f"{place.path.stem}.{self._index.name_at(place)}" for place in places)

    # the definition behind a call

    def is_from(self, file: SourceFile, call: ast.expr, package: str) -> bool:
        """Whether what is called is defined in a folder of that name."""
        return any(package in place.path.parts for place in definition_of(self._engine, file, callee(call)))

    def source_of(self, file: SourceFile, call: ast.expr) -> CallResult | None:
        """What a ``def`` gives by its body, whatever its annotation says; None where no single ``def`` is called."""
        found = self._index.functions_at(definition_of(self._engine, file, callee(call)))
        return self._returned(found[0], _DEPTH) if len(found) == 1 else None

    def declares_awaitable(self, function: Function) -> bool:
        """Whether a function's annotation says, aliases looked through, that what it gives may be awaited."""
        if function.node.returns is None:
            return False
        return fact_at(self._engine, function.spot).called in ASYNC_KINDS | {Kind.MAYBE}

    def holds_async(self, place: Spot) -> bool:
        """Whether a name holds something, from where it is bound at a place, whose calls surely give an awaitable."""
        return fact_at(self._engine, place).called in AWAITABLE_KINDS

    def is_of_decorator(self, function: Function, nominal: str) -> bool:
        """Whether the type of one of a function's decorators names a class, which calls of what it makes give."""
        facts = facts_of(self._engine, [(function.file, callee(d)) for d in function.node.decorator_list])
        return any(re.search(rf"\b{re.escape(nominal)}\b", fact.text) for fact in facts)

    def is_defined_by_def(self, file: SourceFile, node: ast.expr) -> bool:
        """Whether a name or attribute is a function's (so a property, where it is not called)."""
        return bool(self._index.functions_at(definition_of(self._engine, file, node)))

    def is_foreign_def(self, file: SourceFile, call: ast.expr) -> bool:
        """Whether what is called is a function defined outside the project."""
        places = definition_of(self._engine, file, callee(call))
        return any(p.path in self._index.foreign and self._index.definition(p) is not None for p in places)


def _from_fact(fact: TypeFact, *, called: bool) -> CallResult:
    kind = fact.called if called else fact.value
    if fact.unreachable:
        return replace(UNKNOWN, unreachable=True)
    return CallResult(kind, Evidence.PROVED, fact.awaited, fact.nominal)


def _after_await(given: CallResult) -> CallResult:
    """What ``await`` gives of something; of what would have to be awaited again nothing is known."""
    kind = kind_of(given.awaited) if given.kind in AWAITABLE_KINDS else Kind.UNKNOWN
    if kind not in (Kind.ASYNC_ITERATOR, Kind.ASYNC_CONTEXT, Kind.PLAIN):
        return UNKNOWN
    return replace(given, kind=kind, nominal=nominal_of(given.awaited), awaited="", because="")


def _either(a: CallResult, b: CallResult) -> CallResult:
    """What one of two callees gives."""
    if a.kind is b.kind:
        return a
    kinds = {a.kind, b.kind}
    if kinds == AWAITABLE_KINDS:
        return replace(a, kind=Kind.AWAITABLE)
    if Kind.UNKNOWN in kinds:
        return UNKNOWN
    return replace(a, kind=Kind.MAYBE)
