"""Of which classes the value of an expression may be, and what these have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import Class, member_of
from autoawait.resolution.function_bodies import returned_by
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import callee, callees_of, definition_of, definitions_of, type_of

_DEPTH = 3  # of functions that return what another one gives


class Instances:
    """Says which classes calls make and expressions are instances of."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def prepare(self, calls: Iterable[tuple[SourceFile, ast.expr, str]]) -> None:
        """Hand over calls, each with the name of the class that it gives an instance of: what they call, and what the
        annotations and decorators there name, is then asked in batches."""
        asked = list(calls)
        called = callees_of(self._engine, ((file, call) for file, call, _ in asked))
        self._classes.at(dict.fromkeys(place for places in called for place in places))
        answered = zip(asked, called, strict=True)
        functions = [(f, nominal) for (_, _, nominal), places in answered for f in self._index.functions_at(places)]
        decorators = [(f.file, callee(d)) for f, _ in functions for d in f.node.decorator_list]
        named = [(f.file, name) for f, nominal in functions for name in _names_in(f.node.returns, nominal)]
        meant = definitions_of(self._engine, [*decorators, *named])[len(decorators) :]
        self._classes.at(dict.fromkeys(place for places in meant for place in places))

    def has_member(self, file: SourceFile, call: ast.expr, nominal: str, member: str) -> bool:
        """Whether the class ``nominal`` that a call makes or is annotated to return has a member, own or inherited."""
        return self._have(self._made_by(file, call, nominal), member)

    def is_async_iterable(self, file: SourceFile, node: ast.expr, nominal: str) -> bool:
        """Whether an expression gives an instance of a class that only ``async for`` can iterate."""
        made = list(self._made_by(file, node, nominal))
        return self._have(made, "__aiter__") and not self._have(made, "__iter__")

    def is_async_manager(self, file: SourceFile, node: ast.expr, nominal: str) -> bool:
        """Whether an expression gives an instance of a class that only ``async with`` can enter: it has no
        ``__enter__``, or one that only raises."""
        made = list(self._made_by(file, node, nominal))
        return self._have(made, "__aenter__") and not any(map(_can_be_entered, made))

    def lineage(self, file: SourceFile, call: ast.expr, nominal: str) -> frozenset[str]:
        """The names of the class ``nominal`` that a call gives an instance of, and of all classes above it."""
        return frozenset(above.node.name for one in self._made_by(file, call, nominal) for above in one.above)

    def is_class(self, file: SourceFile, call: ast.expr) -> bool:
        """Whether what is called is a class itself."""
        return bool(self._classes.at(self._called(file, call)))

    def class_of(self, file: SourceFile, node: ast.expr) -> frozenset[str]:
        """The classes (``module.Name``) that an expression with a name may be an instance of."""
        places = () if isinstance(node, ast.Call) else type_of(self._engine, file, node)
        named = ((p, self._index.definition(p)) for p in places)
        return frozenset(f"{p.path.stem.lstrip('_')}.{d.name}" for p, d in named if isinstance(d, ast.ClassDef))

    def is_coroutine_class(self, file: SourceFile, call: ast.expr, nominal: str) -> bool:
        """Whether a call gives an instance of a class that is a Coroutine, which nothing drives unless awaited."""
        return all(self.has_member(file, call, nominal, member) for member in ("__await__", "send"))

    def is_fluent(self, file: SourceFile, call: ast.expr, attribute: str) -> bool:
        """Whether a method is called whose receiver has ``attribute`` too: then it may well return its receiver."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return self._have(self._classes.at(type_of(self._engine, file, call.func.value)), attribute)

    def _have(self, classes: Iterable[Class], name: str) -> bool:
        return any(member_of(one, name).holder is not None for one in classes)

    def _called(self, file: SourceFile, call: ast.expr) -> tuple[Spot, ...]:
        return definition_of(self._engine, file, callee(call.value if isinstance(call, ast.Await) else call))

    def _made_by(self, file: SourceFile, call: ast.expr, nominal: str) -> Iterator[Class]:
        """The class ``nominal`` that a call makes or is annotated to return, be it after an ``await``; of anything else
        the class of its type."""
        if not isinstance(call, ast.Call | ast.Await):
            yield from self._classes.at(type_of(self._engine, file, call))
        for place in self._called(file, call):
            yield from self._given_at(place, nominal, _DEPTH)

    def _given_at(self, place: Spot, nominal: str, depth: int) -> Iterable[Class]:
        """The class of a name that a function at a place gives, as the annotations of it and its decorators know it; of
        one without an annotation that of those that it calls for what it returns."""
        definition = self._index.definition(place)
        if not isinstance(definition, Function):
            return self._classes.at([place])
        decorators = callees_of(self._engine, ((definition.file, d) for d in definition.node.decorator_list))
        annotated = [definition, *self._index.functions_at(p for places in decorators for p in places)]
        named = [(f.file, name) for f in annotated for name in _names_in(f.node.returns, nominal)]
        meant = [place for places in definitions_of(self._engine, named) for place in places]
        if meant:
            return self._classes.at(meant)
        return [*self._classes.named(definition.file.path, nominal), *self._passed_on(definition, nominal, depth)]

    def _passed_on(self, function: Function, nominal: str, depth: int) -> Iterable[Class]:
        """The class that a function without an annotation has from another one, and returns."""
        called = [(function.file, value.func) for value in returned_by(function) if isinstance(value, ast.Call)]
        if function.node.returns is None and depth:
            for place in (p for places in definitions_of(self._engine, called) for p in places):
                yield from self._given_at(place, nominal, depth - 1)


def _can_be_entered(one: Class) -> bool:
    """Whether a class has an ``__enter__`` that does not only raise."""
    found = member_of(one, "__enter__")
    return found.holder is not None and not (found.functions and all(map(_only_raises, found.functions)))


def _only_raises(function: Function) -> bool:
    first, *rest = function.node.body
    is_documented = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return isinstance(rest[0] if is_documented and rest else first, ast.Raise)


def _names_in(annotation: ast.expr | None, name: str) -> list[ast.expr]:
    """The places in an annotation where a class is named: ``X``, ``m.X``, ``Callable[..., X[T]]``."""
    nodes = ast.walk(annotation) if annotation is not None else ()
    return [
        n
        for n in nodes
        if (isinstance(n, ast.Name) and n.id == name) or (isinstance(n, ast.Attribute) and n.attr == name)
    ]
