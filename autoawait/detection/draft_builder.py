"""How every finding is made: its message, its edits where they can stand, or the reason why they cannot."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import replace

from autoawait.dataflow.uses import UNUSED, Use
from autoawait.detection.context_guards import holds_lock
from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Evidence, Finding, Fix
from autoawait.edits.await_placement import AwaitPlacement, Barrier, placement
from autoawait.project.index import Function, Unit
from autoawait.resolution.call_results import CallResult, CallResults, CallSite
from autoawait.types.engine import Kind


class DraftBuilder:
    """Makes drafts for one plan and one lowest Python version."""

    def __init__(self, resolver: CallResults, target: tuple[int, int]) -> None:
        self._resolver = resolver
        self._target = target

    def draft(
        self,
        site: CallSite,
        given: CallResult,
        code: str,
        words: str,
        edits: Iterable[Edit],
        *,
        doubtful: bool = False,
        advice: str = "",
        at: Sequence[Use] = (),
    ) -> Draft:
        """A draft with a fix if its edits can be made where they stand, else with the reason why not."""
        unit, planned = site.unit, list(edits)
        message = f"`{_shown(site.node)}` {_predicate(given.kind, code, words)}"
        finding = Finding(
            code,
            unit.file.path,
            unit.file.span(site.node),
            message,
            callee_of(site.node),
            given.evidence,
            advice=advice,
        )
        if not planned:
            return Draft(finding, site, given)
        opened = self.opened(unit, [(u.node, _is_clause(u)) for u in at] or [(site.node, False)])
        if isinstance(opened, Barrier):
            return Draft(replace(finding, code=opened.code, reason=opened.reason, advice=opened.advice), site, given)
        safe = given.evidence is Evidence.PROVED and not doubtful and not opened.note
        applicability = Applicability.SAFE if safe else Applicability.UNSAFE
        fix = Fix(tuple(dict.fromkeys([*opened.edits, *planned])), applicability)
        return Draft(replace(finding, fix=fix, reason=opened.note), site, given, opened.needs)

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
                reason = f"an `await` while `{lock}`, a lock of threads, is held can block the event loop for good"
                return Barrier("AW401", reason, "use an `asyncio.Lock`")
            edits += place.edits
            notes += [place.note] if place.note else []
            needs = needs or place.needs
        return AwaitPlacement(tuple(edits), "; ".join(dict.fromkeys(notes)), needs)


def _predicate(kind: Kind, code: str, words: str) -> str:
    """What a message says of an expression; ``words`` is a clause about it."""
    if kind is Kind.ASYNC_ITERATOR:
        return f"is an async iterator: {words}"
    if kind is Kind.ASYNC_CONTEXT:
        return f"is an async context manager: {words}"
    if code == "AW101" and words == UNUSED:
        return "is never awaited: the call has no effect" if kind is Kind.COROUTINE else "is never awaited"
    if code == "AW101":
        return f"is never awaited: {words}"
    if code == "AW301":
        return words.removeprefix("it ")
    if words.startswith("it is ") and ", " not in words:
        return f"{words.removeprefix('it ')} without `await`"
    return f"is not awaited: {words}"


def callee_of(node: ast.expr) -> str:
    return ast.unparse(node.func if isinstance(node, ast.Call) else node)


def _shown(node: ast.expr) -> str:
    """An expression as the message shows it: the callee, and dots for arguments."""
    if not isinstance(node, ast.Call):
        return ast.unparse(node)
    return f"{ast.unparse(node.func)}({'...' if node.args or node.keywords else ''})"


def edit_of(unit: Unit, node: ast.expr, kind: EditKind) -> Edit:
    return Edit(unit.file.path, unit.file.span(node), kind)


def _is_clause(use: Use) -> bool:
    return isinstance(use.at, ast.comprehension)
