"""What follows where a function is kept and not called: by a monkeypatch, under a key, by a rebinding, by a return."""

from __future__ import annotations

import ast

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function
from autoawait.propagation.escapes.callback_collections import callback_keeper
from autoawait.propagation.escapes.kwargs_heuristic import KwargsHeuristic
from autoawait.propagation.escapes.replacements import is_rebound, monkeypatched_with
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.requirements.requirement import Requirement
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference


class EscapePolicy:
    """What references require that keep a function; none of the answers is certain."""

    def __init__(self, facts: ProjectFacts) -> None:
        self._facts = facts
        self._kwargs_heuristic = KwargsHeuristic(facts)
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
        if reference.role is not Role.STORED or not isinstance(reference.node, ast.expr):
            return None
        return self._kwargs_heuristic.taker(reference.unit, reference.node)

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
