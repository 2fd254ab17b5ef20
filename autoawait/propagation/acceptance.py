"""Whether a place that takes a function takes an async one: a framework by its name, anything else by its type."""

from __future__ import annotations

import ast
import re

from autoawait.boundaries import Boundaries
from autoawait.complaints import Complaints
from autoawait.index import Unit, name_end
from autoawait.knowledge.consumers import AWAITABLE_NAMES, STARTS_BY_NAME
from autoawait.references import Reference
from autoawait.roles import Role
from autoawait.types.engine import TypeEngine
from autoawait.types.signature import Parameter, Signature, signatures_of
from autoawait.usage import uses_of
from autoawait.uses import Use, UseKind, called_name

# The type of a callable whose call gives something awaitable, as ty words it: ``(str, /) -> Awaitable[None]``.
_ASYNC_CALLABLE = re.compile(r"->\s*(?:[\w.]+\.)?(?:Awaitable|Coroutine|CoroutineType)\b")
_HANDED_ON = frozenset({Role.PASSED, Role.RETURNED, Role.STORED, Role.ALIAS})


class Acceptance:
    """Answers for references that hand a function on, through one engine."""

    def __init__(self, engine: TypeEngine, boundaries: Boundaries, complaints: Complaints) -> None:
        self._engine = engine
        self._boundaries = boundaries
        self._complaints = complaints

    def takes_async(self, reference: Reference) -> bool:
        """Whether an async function is right where a function is passed, returned or stored."""
        node, unit = reference.node, reference.unit
        if not isinstance(node, ast.expr):
            return False
        if reference.role is Role.PARTIAL and reference.into is not None:
            return self._goes_well(unit, reference.into)
        if reference.into is not None and self._boundaries.decorations.accepts_async(unit.file, reference.into):
            return True
        return reference.role in _HANDED_ON and self._goes_well(unit, node)

    def _goes_well(self, unit: Unit, node: ast.expr) -> bool:
        """Whether everything that becomes of an expression for a function takes an async one."""
        uses = uses_of(unit, node).uses
        return bool(uses) and all(self._accepts(unit, use) for use in uses)

    def _accepts(self, unit: Unit, use: Use) -> bool:
        if self._is_expected(unit, use.node):
            return True
        if use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call):
            return bool(self._boundaries.decorations.accepts_async(unit.file, use.at)) or self._by_parameter(
                unit, use.at, use.node
            )
        if use.kind is UseKind.STORE and isinstance(use.at, (ast.Name, ast.Attribute)):
            return self._is_expected(unit, use.at)
        return use.kind is UseKind.RETURN and self._by_return(unit)

    def _is_expected(self, unit: Unit, node: ast.expr) -> bool:
        """Whether the checker misses an async function at an expression."""
        return any(_ASYNC_CALLABLE.search(c.expected) for c in self._complaints.at(unit.file, node))

    def takes_awaitable(self, unit: Unit, call: ast.Call, node: ast.expr) -> bool | None:
        """Whether an argument goes to a parameter that takes awaitables: its type says so in any overload, or its name
        and that of the callee where the type says nothing. None where the callee's name alone says so.

        The form that ty shows may be the one that fits the value of before.
        """
        taking = self._parameters(unit, call, node)
        if STARTS_BY_NAME.search(called_name(call)):
            unsaid = [p for s, p in taking if p.is_open(s.variables)]
            if any(AWAITABLE_NAMES.search(p.name) for p in unsaid):
                return True
            if unsaid or not taking:
                return None
        return any(p.takes_awaitables for _, p in taking)

    def _by_parameter(self, unit: Unit, call: ast.Call, node: ast.expr) -> bool:
        return any(_ASYNC_CALLABLE.search(p.type) for _, p in self._parameters(unit, call, node))

    def _parameters(self, unit: Unit, call: ast.Call, node: ast.expr) -> list[tuple[Signature, Parameter]]:
        """The parameters that take an argument, of each overload that has one."""
        spot = name_end(unit.file, call.func)
        forms = signatures_of(self._engine.facts([spot])[0].text) if spot else []
        return [(form, parameter) for form in forms if (parameter := form.parameter_of(call, node)) is not None]

    def _by_return(self, unit: Unit) -> bool:
        function = unit.function
        if function is None or function.node.returns is None:
            return False
        fact = self._engine.facts([function.spot])[0]
        return _ASYNC_CALLABLE.search(fact.returned) is not None
