"""What follows where a function is kept and not called: by a monkeypatch, under a key, by a rebinding, by a return."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function, Unit
from autoawait.propagation.conversion_graph import Requirement
from autoawait.propagation.escapes.callback_collections import callback_keeper
from autoawait.propagation.escapes.replacements import is_rebound, monkeypatched_with
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference
from autoawait.types.engine import MAYBE_AWAITABLE
from autoawait.types.expressions import fact_at, types_at
from autoawait.types.type_expr import is_async_callable


class EscapePolicy:
    """What references require that keep a function; none of the answers is certain."""

    def __init__(self, facts: ProjectFacts) -> None:
        self._facts = facts
        self._takers: dict[str, Function | None] = {}
        self._called_outside_only: dict[Function, bool] = {}

    def requirement(self, reference: Reference) -> Requirement | None:
        """What a reference to a function requires; None where it is unknown who calls the function."""
        place = self._facts.place(reference)
        if (other := monkeypatched_with(self._facts, reference)) is not None:
            words = f"a monkeypatch swaps it with `{other.qualname}` ({place})"
            return Requirement(reference, other_callees=() if other.is_async else (other,), doubt=words)
        if (taker := self._taken_by_key(reference)) is not None:
            words = f"it is assumed to go to the parameter of that name of `{taker.qualname}` ({place})"
            return Requirement(reference, doubt=words, accepts=True)
        if is_rebound(reference.unit.parents, reference.node):
            return Requirement(reference, doubt=f"the name is rebound to the result of a call on it ({place})")
        if reference.role is Role.RETURNED and self._is_called_outside_only(reference.unit.function):
            return Requirement(reference, doubt=f"it is returned to code that may not await it ({place})")
        return None

    def kept_in_collection(self, reference: Reference) -> Requirement | None:
        """The same for a callback of which the code that calls it asks whether the result can be awaited."""
        keeper = callback_keeper(self._facts, reference)
        if keeper is None:
            return None
        words = f"`{keeper.qualname}` stores it, and the code that calls it tests whether the result is awaitable"
        place = self._facts.place(reference)
        return Requirement(reference, doubt=f"{words} ({place})", accepts=True)

    def _taken_by_key(self, reference: Reference) -> Function | None:
        """A function of the project with a parameter that is declared to take async functions, and is named like the
        key under which a function is stored, as keyword arguments are that are passed on by ``**``: a guess."""
        if reference.role is not Role.STORED or not isinstance(reference.node, ast.expr):
            return None
        key = _key_of(reference.unit, reference.node)
        if key.isidentifier() and key not in self._takers:
            self._takers[key] = next((f for f, p in self._named(key) if self._takes_async(f, p)), None)
        return self._takers.get(key)

    def _named(self, name: str) -> Iterator[tuple[Function, ast.arg]]:
        """The annotated parameters of a name."""
        for module in self._facts.index.own:
            if name in module.bound:
                found = ((f, p) for f in module.functions for p in arguments_of(f.node) if p.arg == name)
                yield from ((f, p) for f, p in found if p.annotation is not None)

    def _takes_async(self, function: Function, parameter: ast.arg) -> bool:
        """Whether a parameter is declared to take functions whose calls give an awaitable."""
        assert parameter.annotation is not None, "only such are asked about"
        spot = function.file.spot(function.file.span(parameter).start)
        if (
            is_async_callable(ast.unparse(parameter.annotation))
            or fact_at(self._facts.engine, spot).called in MAYBE_AWAITABLE
        ):
            return True
        calls = self._facts.classes.members(types_at(self._facts.engine, [spot])[spot], "__call__")
        return any(f.is_async for found in calls if found.is_sure for f in found.functions)

    def _is_called_outside_only(self, function: Function | None) -> bool:
        """Whether nothing here calls a function that returns another one: a decorator that a library offers, say."""
        if function is None:
            return False
        if function not in self._called_outside_only:
            self._called_outside_only[function] = False  # a recursive answer is no answer
            found = self._facts.references.to([function])[function]
            inner = [r for r in found if r.role not in {Role.IMPORT, Role.EXPORTED, Role.ASKED}]
            outside = all(_is_returned(r) and self._is_called_outside_only(r.unit.function) for r in inner)
            self._called_outside_only[function] = outside and (bool(inner) or function.outer is None)
        return self._called_outside_only[function]


def _is_returned(reference: Reference) -> bool:
    """Whether a function returns another one, or the result of a call of it, to its own caller."""
    if reference.role is Role.CALL and reference.call is not None:
        return {use.kind for use in uses_of(reference.unit, reference.call).uses} <= {UseKind.RETURN, UseKind.LAMBDA}
    return reference.role is Role.RETURNED


def _key_of(unit: Unit, node: ast.expr) -> str:
    """The text under which an expression is put into a dict; empty if it is not."""
    match unit.parent(node):
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))]):
            return key
        case ast.Dict(keys=keys, values=values):
            key_node = next((k for k, value in zip(keys, values, strict=True) if value is node), None)
            return str(key_node.value) if isinstance(key_node, ast.Constant) else ""
    return ""
