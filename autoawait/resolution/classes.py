"""Where names are defined, and what the classes behind them have."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Sequence

from autoawait.project.index import Function, Index, own_nodes
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.bases import bases
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definitions_of, type_of

_DEPTH = 3  # of functions that return what another one gives


def defined(engine: TypeEngine, file: SourceFile, nodes: Sequence[ast.expr]) -> list[tuple[Spot, ...]]:
    """Where what each expression names is defined; empty for expressions without a name."""
    return definitions_of(engine, [(file, node) for node in nodes])


def imported_class(index: Index, file: SourceFile, node: ast.expr) -> tuple[Spot, ...]:
    """Where a class is that a file imports relatively, read from its imports: the engine takes sources of the
    standard library for no part of any package."""
    first, *rest = ast.unparse(node).split(".")
    for statement in file.tree.body:
        if not isinstance(statement, ast.ImportFrom) or not statement.level:
            continue
        folder = file.path.parents[statement.level - 1].joinpath(*(statement.module or "").split("."))
        for alias in statement.names:
            if (alias.asname or alias.name) == first and len(rest) < 2:
                module, name = (folder / alias.name, rest[0]) if rest else (folder, alias.name)
                path = next((p for p in (module.with_suffix(".py"), module / "__init__.py") if p.exists()), None)
                return tuple(index.classes_named(path, name)) if path else ()
    return ()


class Classes:
    """Answers about the classes of values; remembers which class has which member."""

    def __init__(self, index: Index, engine: TypeEngine) -> None:
        self._index = index
        self._engine = engine
        self._members: dict[tuple[Spot, str], bool] = {}

    def has_member(self, file: SourceFile, call: ast.expr, nominal: str, member: str) -> bool:
        """Whether the class ``nominal`` that a call makes or is annotated to return has a method, own or inherited."""
        return any(self._class_has(place, member) for place in self._classes_of(file, call, nominal))

    def lineage(self, file: SourceFile, call: ast.expr, nominal: str) -> frozenset[str]:
        """The names of the class ``nominal`` that a call gives an instance of, and of all classes above it."""
        found: dict[Spot, str] = {}
        fresh = list(self._classes_of(file, call, nominal))
        while fresh:
            spot = fresh.pop()
            node, module = self._index.definition(spot), self._index.module(spot.path)
            if spot not in found and isinstance(node, ast.ClassDef) and module is not None:
                found[spot] = node.name
                fresh += self._above(module.file, node)
        return frozenset(found.values())

    def is_class(self, file: SourceFile, call: ast.expr) -> bool:
        """Whether what is called is a class itself."""
        target = call.func if isinstance(call, ast.Call) else call
        return any(
            isinstance(self._index.definition(p), ast.ClassDef) for p in defined(self._engine, file, [target])[0]
        )

    def _classes_of(self, file: SourceFile, call: ast.expr, nominal: str) -> Iterator[Spot]:
        """The places of the class ``nominal`` that a call makes or is annotated to return."""
        target = call.func if isinstance(call, ast.Call) else call
        for spot in defined(self._engine, file, [target])[0]:
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

    def class_of(self, file: SourceFile, node: ast.expr) -> frozenset[str]:
        """The classes (``module.Name``) that an expression with a name may be an instance of."""
        named = ((p, self._index.definition(p)) for p in type_of(self._engine, file, node))
        return frozenset(f"{p.path.stem.lstrip('_')}.{d.name}" for p, d in named if isinstance(d, ast.ClassDef))

    def is_coroutine_class(self, file: SourceFile, call: ast.expr, nominal: str) -> bool:
        """Whether a call gives an instance of a class that is a Coroutine, which nothing drives unless awaited."""
        return all(self.has_member(file, call, nominal, member) for member in ("__await__", "send"))

    def is_fluent(self, file: SourceFile, call: ast.expr, attribute: str) -> bool:
        """Whether a method is called whose receiver has ``attribute`` too: then it may well return its receiver."""
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            return False
        return any(self._class_has(place, attribute) for place in type_of(self._engine, file, call.func.value))

    def _class_has(self, spot: Spot, member: str) -> bool:
        key = (spot, member)
        if key not in self._members:
            self._members[key] = False
            node = self._index.definition(spot)
            module = self._index.module(spot.path)
            if isinstance(node, ast.ClassDef) and module is not None:
                own = any(getattr(s, "name", "") == member for s in node.body)
                self._members[key] = own or any(self._class_has(p, member) for p in self._above(module.file, node))
        return self._members[key]

    def _above(self, file: SourceFile, node: ast.ClassDef) -> Iterable[Spot]:
        """The bases of a class; of an alias, such as those of ``typing``, the class that it stands for."""
        for base, places in zip(bases(node), defined(self._engine, file, bases(node)), strict=True):
            if not any(isinstance(self._index.definition(place), ast.ClassDef) for place in places):
                yield from type_of(self._engine, file, base)
            yield from places


def _names_in(annotation: ast.expr | None, name: str) -> list[ast.expr]:
    """The places in an annotation where a class is named: ``X``, ``m.X``, ``Callable[..., X[T]]``."""
    nodes = ast.walk(annotation) if annotation is not None else ()
    return [
        n
        for n in nodes
        if (isinstance(n, ast.Name) and n.id == name) or (isinstance(n, ast.Attribute) and n.attr == name)
    ]


_Def = ast.FunctionDef | ast.AsyncFunctionDef


def takes_calls_of(given: _Def, wanted: _Def) -> bool:
    """Whether a method can be called as another is declared, by the number and names of parameters alone."""
    if wanted.args.vararg or wanted.args.kwarg:
        return True  # it says nothing of how it is called
    own, other = given.args, wanted.args
    places, calls = len(own.posonlyargs) + len(own.args), len(other.posonlyargs) + len(other.args)
    names = {a.arg for a in (*own.args, *own.kwonlyargs)}
    needed = {a.arg for a, default in zip(own.kwonlyargs, own.kw_defaults, strict=True) if default is None}
    passed = {a.arg for a in other.kwonlyargs}
    enough = places - len(own.defaults) <= calls and (calls <= places or own.vararg is not None)
    return enough and needed <= passed and (own.kwarg is not None or passed <= names)
