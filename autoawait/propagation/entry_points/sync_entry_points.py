"""Commands and console scripts, in which a loop may be started for what they call: ``asyncio.run(f())``.

The command line calls them without awaiting, so they stay sync; opt-in, by ``--bridge``.
"""

from __future__ import annotations

import ast
from dataclasses import replace

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Fix
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Unit
from autoawait.propagation.barriers.async_barriers import AsyncBarriers
from autoawait.propagation.entry_points.event_loop_library import EventLoopLibrary
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.reference_roles import Role
from autoawait.types.engine import Kind

_AT_MODULE_LEVEL = Barrier(
    "AW402",
    "it is called at module level, where no `await` can stand",
    "call it from an async function that `asyncio.run(...)` starts, below `if __name__ == '__main__':`",
)
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class SyncEntryPoints:
    """The sync entry points of one project; none where a loop is not ``wanted`` there."""

    def __init__(
        self, facts: ProjectFacts, barriers: AsyncBarriers, loop_library: EventLoopLibrary, *, wanted: bool
    ) -> None:
        self._facts = facts
        self._barriers = barriers
        self._loop_library = loop_library
        self._wanted = wanted
        self._known: dict[Function, bool] = {}

    def is_sync_entry_point(self, function: Function | None) -> bool:
        """Whether a function is a command that nothing else calls, so that no loop is running in it."""
        if not self._wanted or function is None:
            return False
        if function not in self._known:
            self._known[function] = self._barriers.is_command(function) and not self._is_called(function)
        return self._known[function]

    def start_of_program(self, unit: Unit, call: ast.Call, callee: Function) -> tuple[Edit, ...] | Barrier:
        """The edits that start a loop at a call of a module: below its main guard only, elsewhere nothing awaits it."""
        around = list(unit.ancestors(call))
        is_in_other_code = any(isinstance(node, (ast.ClassDef, ast.Lambda)) for node in around)
        if is_in_other_code or not any(map(_is_main_guard, around)):
            return _AT_MODULE_LEVEL
        return self.start(unit, call, callee)

    def start(self, unit: Unit, call: ast.Call, callee: Function | None) -> tuple[Edit, ...] | Barrier:
        """The edits that run the result of a call, by the library of the callee's module or its own."""
        return self._loop_library.start(unit.file, call, callee.file if callee else unit.file)

    def doubt(self, unit: Unit, call: ast.Call) -> str:
        """What is to be said of a call that would start many loops."""
        is_repeated = any(isinstance(around, _LOOPS) for around in unit.ancestors(call))
        return "each iteration of the loop around it would start an event loop of its own" if is_repeated else ""

    def bridged(self, draft: Draft) -> Draft:
        """A draft that needs a sync entry point, with a loop started in place of its ``await``; others as they are."""
        site, finding = draft.site, draft.finding
        if finding.fix is None or not self.is_sync_entry_point(draft.needs) or draft.given.kind is not Kind.COROUTINE:
            return draft
        awaiting = Edit(site.unit.file.path, site.unit.file.span(site.node), EditKind.AWAIT)
        if finding.fix.edits != (awaiting,) or not isinstance(site.node, ast.Call):
            return draft
        place = draft.given.definition
        definition = (
            self._facts.index.definition(place) if place and place.path not in self._facts.index.foreign else None
        )
        begun = self.start(site.unit, site.node, definition if isinstance(definition, Function) else None)
        if isinstance(begun, Barrier):
            finding = replace(finding, code=begun.code, fix=None, reason=begun.reason, advice=begun.advice)
        else:
            doubt = self.doubt(site.unit, site.node)
            applicability = Applicability.UNSAFE if doubt else finding.applicability
            reason = "; ".join(filter(None, [finding.reason, doubt]))
            finding = replace(finding, fix=Fix(begun, applicability), reason=reason)
        return replace(draft, finding=finding, needs=None)

    def _is_called(self, function: Function) -> bool:
        found = self._facts.references.to([function])[function]
        return any(r.role is Role.CALL and r.unit.function is not None for r in found)


def _is_main_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__":``"""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = {n.id for n in sides if isinstance(n, ast.Name)}
    texts = {n.value for n in sides if isinstance(n, ast.Constant)}
    return names == {"__name__"} and texts == {"__main__"} and isinstance(node.test.ops[0], ast.Eq)
