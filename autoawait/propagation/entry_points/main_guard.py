"""Whether a call at module level stands where the program starts, and so may start an event loop."""

from __future__ import annotations

import ast

from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Unit
from autoawait.propagation.entry_points.event_loop_library import EventLoopLibrary

_GUARD = Barrier(
    "AW402",
    "it is called at module level, where no `await` can stand",
    "call it from an async function that `asyncio.run(...)` starts, below `if __name__ == '__main__':`",
)


def start_at_main_guard(
    unit: Unit, call: ast.Call, callee: Function, loop_library: EventLoopLibrary
) -> tuple[Edit, ...] | Barrier:
    """A call at module level: below ``if __name__ == "__main__":`` it starts a loop, elsewhere nothing awaits it."""
    guard = next((a for a in unit.ancestors(call) if _is_guard(a)), None)
    if guard is None or any(isinstance(a, (ast.ClassDef, ast.Lambda)) for a in unit.ancestors(call)):
        return _GUARD
    return loop_library.start(unit.file, call, callee.file)


def _is_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__":``"""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = {n.id for n in sides if isinstance(n, ast.Name)}
    texts = {n.value for n in sides if isinstance(n, ast.Constant)}
    return names == {"__name__"} and texts == {"__main__"} and isinstance(node.test.ops[0], ast.Eq)
