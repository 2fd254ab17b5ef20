"""Whether a place that takes a function takes an async one: a framework by its name, anything else by its type."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator, Sequence

from autoawait.dataflow.uses import ASKING, AWAITING, Use, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of, uses_of_parameter
from autoawait.knowledge.consumers import ASKS_FOR_ASYNC, AWAITABLE_NAMES, STARTS_BY_NAME
from autoawait.project.index import Function, Unit, own_nodes
from autoawait.project.source import Spot
from autoawait.propagation.acceptance.declared_types import holds_async, is_async_by_type, is_beside_async
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.argument_sinks import parameter_node
from autoawait.resolution.class_graph.model import Class
from autoawait.resolution.reference_roles import OF_FUNCTIONS, Role
from autoawait.resolution.references import Reference
from autoawait.types.engine import Kind
from autoawait.types.expressions import definition_of, definitions_of, fact_at, fact_of, facts_at, facts_of, types_at
from autoawait.types.signature import Parameter, Signature, signatures_of
from autoawait.types.type_expr import is_async_callable, is_awaitable_type

_HANDED_ON = frozenset({Role.PASSED, Role.RETURNED, Role.STORED, Role.ALIAS})


class AsyncAcceptance:
    """Which references that pass a function on may pass an async one."""

    def __init__(self, facts: ProjectFacts, barriers: ConversionBarriers) -> None:
        self._facts = facts
        self._barriers = barriers
        self._accepted_by_body: dict[tuple[Function, ast.arg], bool] = {}

    def foresee(self, references: Sequence[Reference]) -> None:
        """Hand over references that will be asked about: the calls that may get what is named there, and the functions
        that return it."""
        around = [(r.unit.file, node.func) for r in references for node in _calls_around(r)]
        callers = dict.fromkeys(f for r in references if r.call and (f := r.unit.function) and f.node.returns)
        facts_at(self._facts.engine, (f.spot for f in callers if not f.is_async))
        facts_of(self._facts.engine, around)
        definitions_of(self._facts.engine, around)
        self._barriers.decorator_barriers.read(around)

    def takes_async(self, reference: Reference) -> bool:
        """Whether an async function is right where a function is passed, returned or stored."""
        node, unit, into = reference.node, reference.unit, reference.into
        if not isinstance(node, ast.expr):
            return False
        if into is not None:
            is_got = reference.role is Role.STRING and called_name(into) == "getattr"
            if is_got or reference.role is Role.PARTIAL:
                return self._goes_well(unit, into)
            if self._barriers.decorator_barriers.accepts_async(unit.file, into):
                return True
        return reference.role in _HANDED_ON and self._goes_well(unit, node)

    def stands_for_async(self, function: Function) -> bool:
        """Whether a function is the wrapper of one that is async by its type: ``@wraps(func) def wrapper(...)``."""
        decorators = (d for d in function.node.decorator_list if isinstance(d, ast.Call) and d.args)
        wrapped = [d.args[0] for d in decorators if called_name(d) == "wraps"]
        return any(is_async_by_type(self._facts.engine, function.file, node) for node in wrapped)

    def takes_coroutine_of(self, unit: Unit, call: ast.Call) -> bool:
        """Whether a call may give its coroutine where it stands: an event loop is started for it, or it is the body of
        a lambda, and all that takes the lambda awaits it."""
        if unit.function is not None and any(b.inner is call for b in self._barriers.loop_starts(unit.function)):
            return True
        around = unit.parent(call)
        return isinstance(around, ast.Lambda) and self._goes_well(unit, around)

    def _goes_well(self, unit: Unit, node: ast.expr) -> bool:
        """Whether every use of an expression for a function takes an async one."""
        if holds_async(self._facts.engine, unit, node) or is_beside_async(self._facts.engine, unit, node):
            return True
        uses = uses_of(unit, node).uses
        return bool(uses) and all(self.accepts(unit, use) for use in uses)

    def accepts(self, unit: Unit, use: Use) -> bool:
        """Whether one use of a function, or of a name that holds it, is right if it is async."""
        if use.kind in ASKING or self._is_expected(unit, use.node):
            return True
        if use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call):
            return self._is_taken_by(unit, use.at, use.node)
        if use.kind in (UseKind.VALUE, UseKind.METHOD):
            return self._is_awaited_or_read(unit, use.at)
        if use.kind is UseKind.STORE and isinstance(use.at, (ast.Name, ast.Attribute)):
            return self._is_expected(unit, use.at)
        return use.kind is UseKind.RETURN and (_is_iterated(unit) or self._by_return(unit))

    def _is_expected(self, unit: Unit, node: ast.expr) -> bool:
        """Whether the checker misses an async function at an expression."""
        return any(is_async_callable(c.expected) for c in self._facts.checker_diagnostics.at(unit.file, node))

    def takes_awaitable(self, unit: Unit, call: ast.Call, node: ast.expr, *, element: bool) -> bool | None:
        """Whether an argument (or, with ``element``, what it holds) goes to a parameter that takes awaitables: its type
        says so in any overload, or its name and that of the callee where the type says nothing. None where the
        callee's name alone says so.

        The overload that ty shows may be the one that fits the value of the sync function.
        """
        taking = self._parameters(unit, call, node)
        if STARTS_BY_NAME.search(called_name(call)):
            unsaid = [p for s, p in taking if p.is_open(s.variables)]
            if any(AWAITABLE_NAMES.search(p.name) for p in unsaid):
                return True
            if unsaid or not taking:
                return None
        return any(p.takes_awaitables if element else p.is_awaitable for _, p in taking)

    def takes_either(self, unit: Unit, call: ast.Call) -> bool:
        """Whether a call stands where its value is as welcome as its coroutine, and nowhere else: as an argument of
        ``ensure_async``, or returned by a function that is declared to give the one or the other."""
        uses = uses_of(unit, call).uses
        return bool(uses) and all(self._takes_either(unit, use) for use in uses)

    def _takes_either(self, unit: Unit, use: Use) -> bool:
        if use.kind is UseKind.RETURN:
            function = unit.function
            if function is None or function.is_async or function.node.returns is None:
                return False
            return fact_at(self._facts.engine, function.spot).called is Kind.MAYBE
        if use.kind is not UseKind.ARGUMENT or not isinstance(use.at, ast.Call):
            return False
        found = self._parameters(unit, use.at, use.node)
        return bool(found) and all(p.takes_either for _, p in found)

    def _parameters(self, unit: Unit, call: ast.Call, node: ast.expr) -> list[tuple[Signature, Parameter]]:
        """The parameters that take an argument, of each overload that has one."""
        forms = signatures_of(fact_of(self._facts.engine, unit.file, call.func).text)
        return [(form, parameter) for form in forms if (parameter := form.parameter_of(call, node)) is not None]

    def _is_taken_by(self, unit: Unit, call: ast.Call, node: ast.expr) -> bool:
        """Whether what is called takes an async function: by name, by the parameter's type, or by what it does."""
        decorator_barriers = self._barriers.decorator_barriers
        known = decorator_barriers.accepts_async(unit.file, call)
        if known is not None:
            return known
        if said := self._facts.argument_sinks.cast_types(unit, call):
            return any(map(is_async_callable, said))
        parameters = [parameter for _, parameter in self._parameters(unit, call, node)]
        if decorator_barriers.only_looks(unit.file, call) or any(is_async_callable(p.type) for p in parameters):
            return True
        # What goes to a `*args` is what the function before it is called with.
        if (handed_on := _handed_on(call, node)) is not None and any(p.star == "*" for p in parameters):
            return self._is_taken_by(unit, handed_on, node)
        forms: dict[str, list[Function]] = {}  # overloads stand together
        for callee in self._facts.argument_sinks.callees(unit.file, call):
            forms.setdefault(callee.qualname, []).append(callee)
        return bool(forms) and all(any(self._by_body(f, call, node) for f in form) for form in forms.values())

    def _by_body(self, callee: Function, call: ast.Call, node: ast.expr) -> bool:
        parameter = parameter_node(callee, call, node)
        if parameter is None:
            return False
        key = (callee, parameter)
        if key not in self._accepted_by_body:
            self._accepted_by_body[key] = False  # a recursive answer is no answer
            is_prepared = self._is_declared(callee, parameter) or _tells_apart(callee, parameter.arg)
            self._accepted_by_body[key] = is_prepared or self._handles(callee, parameter)
        return self._accepted_by_body[key]

    def _is_declared(self, callee: Function, parameter: ast.arg) -> bool:
        """Whether the annotation of a parameter is a callable that gives something awaitable, or a class of such."""
        if parameter.annotation is None:
            return False
        if is_async_callable(ast.unparse(parameter.annotation)):
            return True
        start = callee.file.spot(callee.file.span(parameter).start)
        return self._calls_async(types_at(self._facts.engine, [start])[start])

    def _calls_async(self, places: Iterable[Spot]) -> bool:
        """Whether there are classes at some places whose objects give something awaitable when they are called."""
        calls = [found for found in self._facts.classes.members(places, "__call__") if found.holder is not None]
        are_known = all(found.is_sure and found.functions for found in calls)
        return bool(calls) and are_known and all(_gives_awaitable(f) for found in calls for f in found.functions)

    def _handles(self, callee: Function, parameter: ast.arg) -> bool:
        """Whether a function of the project only looks at what a parameter holds, or awaits what its calls give."""
        if self._facts.is_foreign(callee):
            return False
        uses = uses_of_parameter(callee.unit, callee.node, parameter).uses
        return all(self._handles_use(callee, use) for use in uses)

    def _handles_use(self, callee: Function, use: Use) -> bool:
        if use.kind is UseKind.STORE and isinstance(use.at, ast.Attribute) and callee.owner:
            kept = self._facts.classes.attribute_uses(callee, use.at.attr)
            is_known = bool(kept) and self._is_named_only_in(
                self._facts.classes.hierarchy(callee, use.at.attr), use.at.attr
            )
            return is_known and all(self.accepts(unit, other) for unit, other in kept)
        return self.accepts(callee.unit, use)

    def _is_named_only_in(self, classes: Sequence[Class], name: str) -> bool:
        """Whether no attribute of a name stands anywhere but in some classes: then nobody else reads it."""
        pattern = re.compile(rb"\." + name.encode() + rb"\b")
        spans = [(one.file, one.file.span(one.node)) for one in classes]
        places = ((m.file, match.start()) for m in self._facts.index.own for match in pattern.finditer(m.file.body))
        return all(any(f is file and s.start <= start < s.end for f, s in spans) for file, start in places)

    def _is_awaited_or_read(self, unit: Unit, at: ast.AST) -> bool:
        """Whether a function is called and its coroutine awaited, or only something that describes it read."""
        if isinstance(at, ast.Call):
            uses = uses_of(unit, at).uses
            return bool(uses) and all(use.kind in AWAITING for use in uses)
        return isinstance(at, ast.Attribute) and at.attr in OF_FUNCTIONS

    def _by_return(self, unit: Unit) -> bool:
        function = unit.function
        if function is None or function.node.returns is None:
            return False
        fact = fact_at(self._facts.engine, function.spot)
        if is_async_callable(fact.returned):
            return True
        return self._calls_async(definition_of(self._facts.engine, function.file, function.node.returns))


def _calls_around(reference: Reference) -> Iterator[ast.Call]:
    """The calls that a name may be handed to, or what its own call gives."""
    uses = uses_of(reference.unit, reference.call).uses if reference.call else ()
    nodes = (*reference.unit.ancestors(reference.node), *(use.at for use in uses))
    return (n for n in nodes if isinstance(n, ast.Call) and n.func is not reference.node)


def _gives_awaitable(method: Function) -> bool:
    returns = method.node.returns
    return method.is_async or (returns is not None and is_awaitable_type(ast.unparse(returns)))


def _tells_apart(function: Function, name: str) -> bool:
    """Whether a function asks of what a parameter holds whether it is async, and does not refuse it then."""
    for node in own_nodes(function.node.body):
        match node:
            case ast.If(test=ast.Call(args=[ast.Name(id=asked)]) as test) if asked == name:
                is_refused = any(isinstance(inner, ast.Raise) for inner in node.body)
                if ASKS_FOR_ASYNC.search(called_name(test)) and not is_refused:
                    return True
    return False


def _handed_on(call: ast.Call, node: ast.expr) -> ast.Call | None:
    """The call that ``start(function, *args)`` stands for, if an argument is one of those that are handed on."""
    if node not in call.args[1:] or not isinstance(call.args[0], (ast.Name, ast.Attribute)):
        return None
    return ast.copy_location(ast.Call(call.args[0], call.args[1:], []), call)


def _is_iterated(unit: Unit) -> bool:
    """Whether Python itself takes what a function returns, and iterates it: a function among it is never called."""
    return unit.function is not None and unit.function.node.name in {"__await__", "__iter__", "__aiter__"}
