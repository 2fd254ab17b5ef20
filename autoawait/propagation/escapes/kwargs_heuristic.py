"""Functions that are stored under a string key, as keyword arguments are that are passed on by ``**``.

``options["on_connect"] = self.greet`` says by the key where the function goes: to a parameter of that name. Of which
function is a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.project.index import Function, Unit
from autoawait.propagation.facts import ProjectFacts
from autoawait.types.engine import MAYBE_AWAITABLE
from autoawait.types.expressions import fact_at, types_at
from autoawait.types.type_expr import is_async_callable


class KwargsHeuristic:
    """Where functions stored under keys may go, in one index; each key is looked up once."""

    def __init__(self, facts: ProjectFacts) -> None:
        self._facts = facts
        self._known: dict[str, Function | None] = {}

    def taker(self, unit: Unit, node: ast.expr) -> Function | None:
        """A function of the project with a parameter that is declared to take async functions, and is named like the
        key under which an expression is stored."""
        key = _key_of(unit, node)
        if not key.isidentifier():
            return None
        if key not in self._known:
            self._known[key] = next((f for f, p in self._named(key) if self._takes_async(f, p)), None)
        return self._known[key]

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


def _key_of(unit: Unit, node: ast.expr) -> str:
    """The text under which an expression is put into a dict; empty if it is not."""
    match unit.parent(node):
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))]):
            return key
        case ast.Dict(keys=keys, values=values):
            key_node = next((k for k, value in zip(keys, values, strict=True) if value is node), None)
            return str(key_node.value) if isinstance(key_node, ast.Constant) else ""
    return ""
