"""Of which classes the value of an expression may be, and what these have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from autoawait.project.index import Function, Index, name_end, own_nodes
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.types.engine import TypeEngine

_DEPTH = 3  # of functions that return what another one gives


def defined(engine: TypeEngine, file: SourceFile, nodes: Sequence[ast.expr]) -> list[tuple[Spot, ...]]:
    """Where what each expression names is defined; empty for expressions without a name."""
    spots = [name_end(file, node) for node in nodes]
    asked = [s for s in spots if s]
    answers = dict(zip(asked, engine.definitions(asked), strict=True))
    return [answers.get(s, ()) if s else () for s in spots]


class Instances:
    """Says which classes calls make and expressions are instances of."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def has_member(self, file: SourceFile, call: ast.expr, nominal: str, member: str) -> bool:
        """Whether the class ``nominal`` that a call makes or is annotated to return has a member, own or inherited."""
        return self._have(self._made_by(file, call, nominal), member)

    def lineage(self, file: SourceFile, call: ast.expr, nominal: str) -> frozenset[str]:
        """The names of the class ``nominal`` that a call gives an instance of, and of all classes above it."""
        classes = self._classes.at(self._made_by(file, call, nominal))
        return frozenset(above.node.name for one in classes for above in one.above)

    def is_class(self, file: SourceFile, call: ast.expr) -> bool:
        """Whether what is called is a class itself."""
        return bool(self._classes.at(self._called(file, call)))

    def class_of(self, file: SourceFile, node: ast.expr) -> frozenset[str]:
        """The classes (``module.Name``) that an expression with a name may be an instance of."""
        places = () if isinstance(node, ast.Call) else self._types_of(file, node)
        named = ((p, self._index.definition(p)) for p in places)
        return frozenset(f"{p.path.stem.lstrip('_')}.{d.name}" for p, d in named if isinstance(d, ast.ClassDef))

    def is_coroutine_class(self, file: SourceFile, call: ast.expr, nominal: str) -> bool:
        """Whether a call gives an instance of a class that is a Coroutine, which nothing drives unless awaited."""
        return all(self.has_member(file, call, nominal, member) for member in ("__await__", "send"))

    def is_fluent(self, file: SourceFile, call: ast.expr, attribute: str) -> bool:
        """Whether a method is called whose receiver has ``attribute`` too: then it may well return its receiver."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return self._have(self._types_of(file, call.func.value), attribute)

    def _have(self, places: Iterable[Spot], name: str) -> bool:
        return any(member.holder is not None for member in self._classes.members(places, name))

    def _types_of(self, file: SourceFile, node: ast.expr) -> tuple[Spot, ...]:
        spot = name_end(file, node)
        return self._engine.type_definitions([spot])[0] if spot else ()

    def _called(self, file: SourceFile, call: ast.expr) -> tuple[Spot, ...]:
        return defined(self._engine, file, [call.func if isinstance(call, ast.Call) else call])[0]

    def _made_by(self, file: SourceFile, call: ast.expr, nominal: str) -> Iterator[Spot]:
        """The places of the class ``nominal`` that a call makes or is annotated to return."""
        for spot in self._called(file, call):
            yield from self._classes_named(spot, nominal)

    def _classes_named(self, spot: Spot, nominal: str, depth: int = _DEPTH) -> Iterable[Spot]:
        """The places of a class by its name, as a definition or the annotations of it and its decorators know it; of a
        function without an annotation those that it calls for what it returns."""
        definition = self._index.definition(spot)
        if isinstance(definition, ast.ClassDef):
            return [spot]
        if not isinstance(definition, Function):
            return []
        annotated = [definition]
        for decorator in definition.node.decorator_list:
            name = decorator.func if isinstance(decorator, ast.Call) else decorator
            known = map(self._index.definition, defined(self._engine, definition.file, [name])[0])
            annotated += [d for d in known if isinstance(d, Function)]
        return [
            place
            for function in annotated
            for name in _names_in(function.node.returns, nominal)
            for place in defined(self._engine, function.file, [name])[0]
        ] or [
            *self._index.classes_named(definition.file.path, nominal),
            *self._classes_passed_on(definition, nominal, depth),
        ]

    def _classes_passed_on(self, function: Function, nominal: str, depth: int) -> Iterable[Spot]:
        """The places of a class that a function without an annotation has from another one, and returns."""
        returned = [n.value for n in own_nodes(function.node.body) if isinstance(n, ast.Return)]
        called = [value.func for value in returned if isinstance(value, ast.Call)]
        if function.node.returns is not None or not depth:
            return
        for places in defined(self._engine, function.file, called):
            for place in places:
                yield from self._classes_named(place, nominal, depth - 1)


def _names_in(annotation: ast.expr | None, name: str) -> list[ast.expr]:
    """The places in an annotation where a class is named: ``X``, ``m.X``, ``Callable[..., X[T]]``."""
    nodes = ast.walk(annotation) if annotation is not None else ()
    return [
        n
        for n in nodes
        if (isinstance(n, ast.Name) and n.id == name) or (isinstance(n, ast.Attribute) and n.attr == name)
    ]
