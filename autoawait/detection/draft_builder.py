"""What it takes to await at some places: edits around them, or the reason why it cannot be."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from autoawait.detection.context_guards import holds_lock
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import AwaitPlacement, Barrier, placement
from autoawait.project.index import Function, Unit
from autoawait.resolution.call_results import CallResults


class DraftBuilder:
    """Makes the drafts of one plan: the message, and the edits that the oldest supported Python allows."""

    def __init__(self, resolver: CallResults, target: tuple[int, int]) -> None:
        self._resolver = resolver
        self._target = target

    def opened(self, unit: Unit, places: Iterable[tuple[ast.expr, bool]]) -> AwaitPlacement | Barrier:
        """What it takes to await at all of some places of a unit, each with whether it is a clause's iterable."""
        edits: list[Edit] = []
        notes: list[str] = []
        needs: Function | None = None
        for node, clause in places:
            place = placement(unit, node, self._target, clause=clause)
            if isinstance(place, Barrier):
                return place
            if (lock := holds_lock(unit, node, self._resolver)) is not None:
                reason = f"awaiting while holding the thread lock `{lock}` can block the event loop forever"
                return Barrier("AW401", reason, "use an `asyncio.Lock`")
            edits += place.edits
            notes += [place.note] if place.note else []
            needs = needs or place.needs
        return AwaitPlacement(tuple(edits), "; ".join(dict.fromkeys(notes)), needs)


def callee_of(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def edit_of(unit: Unit, node: ast.expr, kind: EditKind) -> Edit:
    return Edit(unit.file.path, unit.file.span(node), kind)
