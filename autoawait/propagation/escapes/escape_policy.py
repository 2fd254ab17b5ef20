"""What follows where something keeps a function that does not call it there: another takes its place, a key names it,
a caller is given it."""

from __future__ import annotations

import ast

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function
from autoawait.propagation.escapes.callback_collections import CallbackCollections
from autoawait.propagation.escapes.kwargs_heuristic import KwargsHeuristic
from autoawait.propagation.escapes.monkeypatches import Monkeypatches
from autoawait.propagation.escapes.rebinding import is_remade
from autoawait.propagation.requirements.requirement import Requirement, place_of
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference, References


class EscapePolicy:
    """Answers for the references of one plan; none of its answers is certain."""

    def __init__(
        self,
        references: References,
        exchanges: Monkeypatches,
        keywords: KwargsHeuristic,
        callbacks: CallbackCollections,
    ) -> None:
        self._references = references
        self._callbacks = callbacks
        self._exchanges = exchanges
        self._keywords = keywords
        self._left: dict[Function, bool] = {}

    def demand(self, reference: Reference) -> Requirement | None:
        """What a reference to a function asks for that becomes async; None where nobody knows who calls it."""
        if (other := self._exchanges.other(reference)) is not None:
            words = f"`{other.qualname}` takes its place ({place_of(reference)})"
            return Requirement(reference, also=() if other.is_async else (other,), doubt=words)
        if (taker := self._taken_by_key(reference)) is not None:
            words = f"`{taker.qualname}` takes async functions by that name, if it goes there ({place_of(reference)})"
            return Requirement(reference, doubt=words, accepts=True)
        if is_remade(reference.unit.parents, reference.node):
            words = f"what is made of it takes its place ({place_of(reference)})"
            return Requirement(reference, doubt=words)
        if reference.role is Role.RETURNED and self._is_left_to_others(reference.unit.function):
            words = f"who is given it may call it otherwise ({place_of(reference)})"
            return Requirement(reference, doubt=words)
        return None

    def probed(self, reference: Reference) -> Requirement | None:
        """The same for a callback that is kept where code asks of what callbacks give whether it can be awaited."""
        keeper = self._callbacks.keeper(reference)
        if keeper is None:
            return None
        words = f"`{keeper.qualname}` keeps it, and whoever calls it asks whether there is something to await"
        return Requirement(reference, doubt=f"{words} ({place_of(reference)})", accepts=True)

    def _taken_by_key(self, reference: Reference) -> Function | None:
        if reference.role is not Role.STORED or not isinstance(reference.node, ast.expr):
            return None
        return self._keywords.taker(reference.unit, reference.node)

    def _is_left_to_others(self, function: Function | None) -> bool:
        """Whether nothing here calls a function that gives another one: a decorator that a library offers, say."""
        if function is None:
            return False
        if function not in self._left:
            self._left[function] = False  # a recursive answer is no answer
            found = self._references.to([function])[function]
            inner = [r for r in found if r.role not in {Role.IMPORT, Role.EXPORTED, Role.ASKED}]
            outside = all(_is_returned(r) and self._is_left_to_others(r.unit.function) for r in inner)
            self._left[function] = outside and (bool(inner) or function.outer is None)
        return self._left[function]


def _is_returned(reference: Reference) -> bool:
    """Whether a function gives another one, or what that gives, to its own caller."""
    if reference.role is Role.CALL and reference.call is not None:
        return {use.kind for use in uses_of(reference.unit, reference.call).uses} <= {UseKind.RETURN, UseKind.LAMBDA}
    return reference.role is Role.RETURNED
