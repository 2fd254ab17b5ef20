"""Whether an object comes out of an import that does not resolve, so that nothing of the project says what it has."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain

from autoawait.project.bindings import assigned_to, positional
from autoawait.project.index import Index, Unit
from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import self_name
from autoawait.resolution.function_bodies import returned_by
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definition_of

_DEPTH = 4  # of assignments that are looked through


def is_unresolved_import(index: Index, spot: Spot) -> bool:
    """Whether a place where something is defined is an import that leads no further: what it binds is not known."""
    module = index.module(spot.path) if spot.path.suffix in {".py", ".pyi"} else None
    return module is not None and spot.line in _imports(module.file)[0]


@memoize
def _imports(file: SourceFile) -> tuple[frozenset[int], frozenset[str]]:
    """The lines of all imports of a file, wherever they stand, and the names that these bind."""
    found = [n for n in ast.walk(file.tree) if isinstance(n, (ast.Import, ast.ImportFrom))]
    lines = frozenset(line for s in found for line in range(s.lineno, (s.end_lineno or s.lineno) + 1))
    return lines, frozenset((a.asname or a.name).partition(".")[0] for s in found for a in s.names)


class ReceiverOrigins:
    """Follows what an object is made of, by the assignments to local names and to attributes of ``self``."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def is_from_unresolved_import(self, unit: Unit, node: ast.expr) -> bool:
        """Whether an expression may be made of what an import binds of which no module is found."""
        return self._is_unknown(unit, node, _DEPTH)

    def _is_unknown(self, unit: Unit, node: ast.expr, depth: int) -> bool:
        root, first_attribute = _root(node)
        if root is None or depth == 0:
            return False
        if unit.function is not None and first_attribute and root.id == self_name(unit.function):
            stores: Iterable[tuple[Unit, ast.expr]] = self._stores(unit, first_attribute)
        else:
            places = definition_of(self._engine, unit.file, root)
            is_lost = not places and root.id in _imports(unit.file)[1]
            if is_lost or any(is_unresolved_import(self._index, place) for place in places):
                return True
            assigned = ((unit, value) for value in _assigned(unit, root.id))
            stores = chain(assigned, self._returned_at(places))
        return any(self._is_unknown(other, value, depth - 1) for other, value in stores if value is not node)

    def _returned_at(self, places: Sequence[Spot]) -> Iterator[tuple[Unit, ast.expr]]:
        """What the functions of the project at some places return."""
        for function in self._index.functions_at(places):
            if self._index.is_own(function.file.path):
                yield from ((function.unit, value) for value in returned_by(function))

    def _stores(self, unit: Unit, attribute: str) -> Iterator[tuple[Unit, ast.expr]]:
        """What is assigned to an attribute of ``self``, in all classes that share it."""
        function = unit.function
        for one in self._classes.hierarchy(function, attribute) if function else ():
            for method in one.functions:
                for node in method.unit.nodes:
                    for target in assigned_to(node):
                        value = getattr(node, "value", None)
                        if value is not None and _is_attribute(target, self_name(method), attribute):
                            yield method.unit, value


def _is_attribute(target: ast.expr, owner: str, name: str) -> bool:
    match target:
        case ast.Attribute(value=ast.Name(id=base), attr=attribute):
            return base == owner and attribute == name
    return False


def _assigned(unit: Unit, name: str) -> Iterator[ast.expr]:
    """What a name of a unit is bound to: values, and for a parameter its annotation."""
    for node in unit.nodes:
        value = getattr(node, "value", None)
        if value is not None and any(isinstance(t, ast.Name) and t.id == name for t in assigned_to(node)):
            yield value
        if (
            isinstance(node, ast.withitem)
            and isinstance(node.optional_vars, ast.Name)
            and node.optional_vars.id == name
        ):
            yield node.context_expr
    if unit.function is not None:
        for parameter in (*positional(unit.function.node), *unit.function.node.args.kwonlyargs):
            if parameter.arg == name and parameter.annotation is not None:
                yield parameter.annotation


def _root(node: ast.expr) -> tuple[ast.Name | None, str]:
    """The name that a chain of attributes, calls and subscripts begins with, and the first attribute read of it."""
    first = ""
    while not isinstance(node, ast.Name):
        match node:
            case ast.Attribute(value=inner, attr=first):
                node = inner
            case ast.Call(func=inner) | ast.Subscript(value=inner) | ast.Await(value=inner):
                node, first = inner, ""
            case _:
                return None, ""
    return node, first
