"""How the project treats calls whose receiver has no type: what it awaits elsewhere, it means to await here.

This is inference, never proof (KNOWLEDGE L: 13 % of real missing awaits have an untyped receiver).
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable

from autoawait.index import Unit
from autoawait.resolve import Site
from autoawait.usage import called_name

_MOSTLY = 2  # awaited calls for each one that is not, before a habit counts
# Methods of builtin values are never coroutines, whatever the project names its own.
_BUILTIN_METHODS = frozenset(name for kind in vars(builtins).values() if isinstance(kind, type) for name in dir(kind))


class Habits:
    """Which callees are awaited, by their text in one file and by their name in the whole project."""

    def __init__(self, units: Iterable[Unit], async_names: frozenset[str], plain_names: frozenset[str]) -> None:
        self._only_async = async_names - plain_names - _BUILTIN_METHODS
        self._awaited: Counter[tuple[object, bytes]] = Counter()
        self._bare: Counter[tuple[object, bytes]] = Counter()
        for unit in units:
            for node in unit.nodes:
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                    counter = self._awaited if isinstance(unit.parents.get(node), ast.Await) else self._bare
                    counter[_key(unit, node.func)] += 1

    def infer(self, site: Site) -> str:
        """The words for why a call most likely gives a coroutine; empty where nothing suggests it."""
        if not (isinstance(site.node, ast.Call) and isinstance(site.node.func, ast.Attribute)):
            return ""
        key = _key(site.unit, site.node.func)
        if (awaited := self._awaited[key]) >= _MOSTLY * self._bare[key]:
            times = "once" if awaited == 1 else f"{awaited} times"
            return f"`{ast.unparse(site.node.func)}` is awaited {times} elsewhere in this file"
        if (name := called_name(site.node)) in self._only_async:
            return f"every `{name}` of the project is async"
        return ""


def _key(unit: Unit, callee: ast.expr) -> tuple[object, bytes]:
    span = unit.file.span(callee)
    return (unit.file.path, b"".join(unit.file.body[span.start : span.end].split()))
