"""How the project treats calls whose receiver has no type: what it awaits elsewhere, it means to await here.

This is inference, never proof.
"""

from __future__ import annotations

import ast
import builtins
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Function, Unit
from autoawait.project.memoize import memoize
from autoawait.resolution.call_results import CallSite
from autoawait.resolution.callees import is_async_generator

_MOSTLY = 2  # awaited calls for each one that is not, before a habit counts
# Methods of builtin values are never coroutines, whatever the project names its own.
_BUILTIN_METHODS = frozenset(name for kind in vars(builtins).values() if isinstance(kind, type) for name in dir(kind))


class AwaitStatistics:
    """Which callees are awaited, by their text in one file and by their name in the whole project."""

    def __init__(self, units: Iterable[Unit], functions: Mapping[str, Sequence[Function]]) -> None:
        """``units`` of all async functions of the project, and all its ``functions`` by name."""
        self._functions = functions
        self._awaited: Counter[object] = Counter()
        self._bare: Counter[object] = Counter()
        for unit in units:
            awaited, bare = _calls(unit)
            self._awaited.update(awaited)
            self._bare.update(bare)

    def infer(self, site: CallSite) -> str:
        """The words for why a call most likely gives a coroutine; empty where nothing suggests it."""
        function = site.unit.function
        if function is None or not function.is_async or not isinstance(site.node, ast.Call):
            return ""
        callee = site.node.func
        if not isinstance(callee, ast.Attribute):
            return ""
        if self._is_habit(_text(site.unit, callee)):
            return self._in_file(site.unit, callee)
        # A name of several words is hardly anybody else's; everything has a `close`.
        if "_" in callee.attr.strip("_") and self._is_only_coroutine(callee.attr):
            return f"every `{callee.attr}` of the project is async"
        return ""

    def of(self, site: CallSite, *, by_name: bool = True) -> str:
        """The words for that the project awaits calls like this one; empty if it does not do so mostly. Not ``by_name``
        those of the same receiver in the same file count alone: others may be of objects of another class."""
        if not isinstance(site.node, ast.Call) or not (name := called_name(site.node)):
            return ""
        if self._is_habit(_text(site.unit, site.node.func)):
            return self._in_file(site.unit, site.node.func)
        if by_name and self._is_habit(name):
            return f"calls of `{name}` are awaited {self._awaited[name]} times elsewhere in the project"
        return ""

    def _is_only_coroutine(self, name: str) -> bool:
        """Whether the project defines a name as async methods and as nothing else. A function that is no method is
        never called on an object: a route handler, or a helper within another function."""
        found = self._functions.get(name, ())
        is_own = bool(found) and name not in _BUILTIN_METHODS
        return is_own and all(f.owner and f.is_async and not is_async_generator(f) for f in found)

    def _in_file(self, unit: Unit, callee: ast.expr) -> str:
        times = self._awaited[_text(unit, callee)]
        return f"`{ast.unparse(callee)}` is awaited {times} times elsewhere in this file"

    def _is_habit(self, key: object) -> bool:
        return self._awaited[key] >= _MOSTLY * max(self._bare[key], 1)


@memoize
def _calls(unit: Unit) -> tuple[Sequence[object], Sequence[object]]:
    """The callees of the awaited calls and of the others, each by its name and by its text."""
    awaited: list[object] = []
    bare: list[object] = []
    for node in unit.nodes:
        if isinstance(node, ast.Call) and (name := called_name(node)):
            counted = awaited if isinstance(unit.parents.get(node), ast.Await) else bare
            counted += (name, _text(unit, node.func))
    return awaited, bare


def _text(unit: Unit, callee: ast.expr) -> tuple[object, bytes]:
    span = unit.file.span(callee)
    return (unit.file.path, b"".join(unit.file.body[span.start : span.end].split()))
