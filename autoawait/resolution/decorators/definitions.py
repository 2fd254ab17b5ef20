"""What a name outside of functions stands for, with its source where there is one: the engine leads to stubs."""

from __future__ import annotations

import ast
import builtins
from collections.abc import Iterator
from pathlib import Path

from autoawait.knowledge.decorators import GIVES, SPELLINGS, Effect
from autoawait.project.index import Function, Index
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import Class
from autoawait.resolution.decorators.values import LibraryFunction
from autoawait.resolution.partials import bound_at
from autoawait.types.engine import Kind, TypeEngine
from autoawait.types.expressions import Expression, callee, definition_of, definitions_of, fact_of

# A name is bound to a def, a class, the value of an expression, or something of which only the name is known.
Definition = Function | Class | Expression | LibraryFunction

_PACKAGES = frozenset({"site-packages", "dist-packages"})
_EFFECTS = {
    Kind.COROUTINE: Effect.COROUTINE,
    Kind.AWAITABLE: Effect.AWAITABLE,
    Kind.ASYNC_ITERATOR: Effect.ASYNC_ITERATOR,
    Kind.ASYNC_CONTEXT: Effect.ASYNC_CONTEXT,
    Kind.MAYBE: Effect.MAYBE,
    Kind.PLAIN: Effect.PLAIN,
}


class Definitions:
    """Answers for one project and its packages; each expression is looked up once, none in Python's own library."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self.classes = classes
        self._known: dict[ast.expr, list[Definition]] = {}

    def prepare(self, decorators: list[Expression]) -> None:
        """Ask at once about many decorators."""
        definitions_of(self._engine, ((file, callee(decorator)) for file, decorator in decorators))

    def of(self, file: SourceFile, node: ast.expr) -> list[Definition]:
        """What a name or attribute stands for."""
        if node not in self._known:
            places = definition_of(self._engine, file, node)
            found = [d for place in places for d in self._at(place)]
            self._known[node] = list(dict.fromkeys(found)) or list(_spelled(node))
        return self._known[node]

    def gives(self, file: SourceFile, called: ast.expr) -> Effect:
        """What a call gives by the type of what is called."""
        return _EFFECTS.get(fact_of(self._engine, file, called).called, Effect.UNKNOWN)

    def class_at(self, file: SourceFile, node: ast.ClassDef) -> Class | None:
        """The class of a statement."""
        return next((c for c in self.classes.named(file.path, node.name) if c.node is node), None)

    def _at(self, place: Spot) -> Iterator[Definition]:
        found = self._index.definition(place)
        module = self._index.module(place.path) if place.path.suffix in {".py", ".pyi"} else None
        if found is not None and module is not None and self._is_of_python(place.path):
            name = found.node.name if isinstance(found, Function) else found.name
            yield LibraryFunction(f"{_package(module.file)}.{name}")
        elif isinstance(found, Function):
            source = self.source_of(found)
            yield source or LibraryFunction(f"{_package(found.file)}.{found.node.name}")
        elif isinstance(found, ast.ClassDef):
            yield from self._class(place, found)
        elif place.path.suffix == ".py" and module is not None:
            value = bound_at(module, place)
            yield from [(module.file, value)] if value else ()

    def _is_of_python(self, path: Path) -> bool:
        """Whether a file is of the standard library, which tables know better than its source tells."""
        return path in self._index.foreign and _PACKAGES.isdisjoint(path.parts)

    def _class(self, place: Spot, node: ast.ClassDef) -> Iterator[Definition]:
        if place.path.suffix == ".py":
            yield from self.classes.at([place])
            return
        beside = _beside(place.path)
        found = self.classes.named(beside, node.name) if beside else []
        module = self._index.module(place.path)
        name = f"{_package(module.file)}.{node.name}" if module else node.name
        yield from found
        if not found:
            yield LibraryFunction(name)

    def source_of(self, function: Function) -> Function | None:
        """The ``def`` with a body behind one of a stub, or of an overload."""
        path: Path | None = function.file.path
        if function.file.path.suffix == ".pyi":
            path = _beside(function.file.path)
        functions = self._index.functions_of(path) if path else ()
        bodies = [f for f in functions if f.qualname == function.qualname and not _is_overload(f)]
        if function in bodies:
            return function
        return bodies[-1] if bodies else None


def _is_overload(function: Function) -> bool:
    return any(ast.unparse(d).endswith("overload") for d in function.node.decorator_list)


def _beside(stub: Path) -> Path | None:
    path = stub.with_suffix(".py")
    return path if path.is_file() else None


def _package(file: SourceFile) -> str:
    return dotted_name(file).partition(".")[0]


def _spelled(node: ast.expr) -> Iterator[LibraryFunction]:
    """What a name must mean of which no definition is found."""
    text = ast.unparse(node)
    last = text.rpartition(".")[2]
    if text in GIVES:
        yield LibraryFunction(text)
    elif last in SPELLINGS:
        yield LibraryFunction(SPELLINGS[last])
    elif hasattr(builtins, text):
        yield LibraryFunction(f"builtins.{text}")
