"""Functions put in the place of others: ``socket.send = socket.debug_send``, ``setattr(cls, "run", timed)``,
``socket.send = MethodType(debug_send, socket)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.references import Reference
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definition_of, type_of

_REPLACING = frozenset({"setattr", "__setattr__"})


class Monkeypatches:
    """Which references of one project replace a function by another one."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def other(self, reference: Reference) -> Function | None:
        """The function of the project that takes the place of the one that is named, or whose place that takes."""
        unit = reference.unit
        bound = unit.parents.get(reference.node)
        node = bound if bound is not None and _bound_by(bound) is reference.node else reference.node
        match (reference.into if node is reference.node else None) or unit.parents.get(node):
            case ast.Assign(targets=[ast.Attribute() as target], value=value):
                places = self._places(unit.file, (_bound_by(value) or value) if target is node else target)
                found = [self._index.definition(place) for place in places]
            case ast.Call(args=[receiver, ast.Constant(value=str(name)) as text, value]) as call if (
                called_name(call) in _REPLACING
            ):
                if text is node:
                    found = [self._index.definition(place) for place in self._places(unit.file, value)]
                else:
                    found = list(self._methods(unit, receiver, name)) if value is node else []
            case _:
                return None
        functions = [d for d in found if isinstance(d, Function) and d.file.path not in self._index.foreign]
        return functions[0] if len(functions) == len(found) == 1 else None

    def _places(self, file: SourceFile, node: ast.expr) -> tuple[Spot, ...]:
        return definition_of(self._engine, file, node)

    def _methods(self, unit: Unit, receiver: ast.expr, name: str) -> Iterator[Function]:
        """The methods of a name that the classes have which an expression is, or is an object of."""
        own = self._classes.of_self(unit.file, receiver)
        types = type_of(self._engine, unit.file, receiver) if own is None else ()
        classes = [own] if own else self._classes.at([*self._places(unit.file, receiver), *types])
        for one in dict.fromkeys(classes):
            yield from one.methods.get(name, ())


def _bound_by(node: ast.AST | None) -> ast.expr | None:
    """The function that ``MethodType(function, object)`` makes a method of; None for anything else."""
    match node:
        case ast.Call(args=[function, _]) if called_name(node) == "MethodType":
            return function
    return None
