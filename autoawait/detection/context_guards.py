"""What around a use changes its meaning: code that expects it to fail, survives that, or holds a lock."""

from __future__ import annotations

import ast

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Unit
from autoawait.project.syntax import TRIES
from autoawait.resolution.call_results import CallResults

# What a coroutine used as a value raises.
_RAISED = frozenset({"TypeError", "AttributeError"})
_EXPECTING = frozenset({"raises", "assertRaises", "assertRaisesRegex", "warns", "assertWarns"})
_PATCHING = frozenset({"setattr", "patch", "object"})
# Everything in them that a `with` can hold is a lock of some kind; `thread` is _thread, where Lock really stands.
_LOCK_MODULES = frozenset({"threading", "thread"})


def expects_failure(unit: Unit, node: ast.expr) -> bool:
    """Whether a test harness around a use waits for its exception (``with pytest.raises(...)``)."""
    return any(
        isinstance(around, ast.With)
        and any(
            isinstance(i.context_expr, ast.Call) and called_name(i.context_expr) in _EXPECTING for i in around.items
        )
        for around in unit.ancestors(node)
    )


def survives_failure(unit: Unit, node: ast.expr) -> bool:
    """Whether a ``try`` around a use catches exactly what a coroutine used as a value raises."""
    child: ast.AST = node
    for around in unit.ancestors(node):
        caught: list[ast.expr] = []
        if isinstance(around, TRIES) and child in around.body:
            caught = [h.type for h in around.handlers if h.type]
        elif isinstance(around, ast.With):
            calls = [i.context_expr for i in around.items if isinstance(i.context_expr, ast.Call)]
            caught = [arg for call in calls if called_name(call) == "suppress" for arg in call.args]
        if _RAISED & {n.id for c in caught for n in ast.walk(c) if isinstance(n, ast.Name)}:
            return True
        child = around
    return False


def is_replaced(unit: Unit, callee: ast.expr) -> bool:
    """Whether the function around a call replaces the method it calls: by assignment, ``setattr`` or ``patch``."""
    name = callee.attr if isinstance(callee, ast.Attribute) else callee.id if isinstance(callee, ast.Name) else ""
    if unit.function is None or not name:
        return False
    for node in ast.walk(unit.function.node):
        is_set = isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store)
        if is_set and isinstance(callee, ast.Attribute):
            return True
        if isinstance(node, ast.Call) and called_name(node) in _PATCHING:
            texts = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
            if any(text.rpartition(".")[2] == name for text in texts):
                return True
    return False


def holds_lock(unit: Unit, node: ast.expr, resolver: CallResults) -> str | None:
    """The text of a lock of the threading module that a sync ``with`` around a place holds, if one does."""
    child: ast.AST = node
    for around in unit.ancestors(node):
        if isinstance(around, ast.With) and child in around.body:
            for item in around.items:
                classes = resolver.instances.class_of(unit.file, item.context_expr)
                if any(name.rpartition(".")[0] in _LOCK_MODULES for name in classes):
                    return ast.unparse(item.context_expr)
        child = around
    return None
