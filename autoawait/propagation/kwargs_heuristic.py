"""Functions that are stored under a text key, as arguments are that are handed on by ``**``.

``options["on_connect"] = self.greet`` says by the key where the function is going: to a parameter of that name. Nobody
sees of which function, so that it is a guess.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.reaching_definitions import arguments_of
from autoawait.project.index import Function, Index, Unit
from autoawait.types.engine import MAYBE_AWAITABLE, TypeEngine
from autoawait.types.expressions import fact_at, types_at
from autoawait.types.type_expr import is_async_callable


class KwargsHeuristic:
    """Answers for one index; remembers what it found for each key."""

    def __init__(self, index: Index, engine: TypeEngine) -> None:
        self._index = index
        self._engine = engine
        self._known: dict[str, Function | None] = {}

    def taker(self, unit: Unit, node: ast.expr) -> Function | None:
        """A function of the project that takes async functions, as its type says, by a parameter which is named like
        the key under which an expression is stored."""
        key = _key_of(unit, node)
        if not key.isidentifier():
            return None
        if key not in self._known:
            self._known[key] = next((f for f, p in self._named(key) if self._takes_async(f, p)), None)
        return self._known[key]

    def _named(self, name: str) -> Iterator[tuple[Function, ast.arg]]:
        """The parameters of a name that are annotated."""
        for module in self._index.own:
            if name in module.bound:
                found = ((f, p) for f in module.functions for p in arguments_of(f.node) if p.arg == name)
                yield from ((f, p) for f, p in found if p.annotation is not None)

    def _takes_async(self, function: Function, parameter: ast.arg) -> bool:
        """Whether what gives an awaitable when it is called is among what a parameter is declared to take."""
        assert parameter.annotation is not None, "only such are asked about"
        spot = function.file.spot(function.file.span(parameter).start)
        if (
            is_async_callable(ast.unparse(parameter.annotation))
            or fact_at(self._engine, spot).called in MAYBE_AWAITABLE
        ):
            return True
        places = types_at(self._engine, [spot])[spot]
        classes = [d for d in map(self._index.definition, places) if isinstance(d, ast.ClassDef)]
        return any(isinstance(s, ast.AsyncFunctionDef) and s.name == "__call__" for d in classes for s in d.body)


def _key_of(unit: Unit, node: ast.expr) -> str:
    """The text under which an expression is put into a dict; empty if it is not."""
    match unit.parent(node):
        case ast.Assign(targets=[ast.Subscript(slice=ast.Constant(value=str(key)))]):
            return key
        case ast.Dict(keys=keys, values=values):
            key_node = next((k for k, value in zip(keys, values, strict=True) if value is node), None)
            return str(key_node.value) if isinstance(key_node, ast.Constant) else ""
    return ""
