"""What partial objects of the project call: ``_read = partialmethod(command, READ)``, and those that a ``__getattr__``
makes for whatever name it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import TypeGuard

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Function, Index, Module, own_nodes
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import Class, member_of
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import Expression, definition_of, definitions_of, type_of

PARTIALS = frozenset({"partial", "partialmethod"})


class Partials:
    """Answers for one project."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def behind(self, file: SourceFile, callee: ast.expr, places: Sequence[Spot]) -> list[tuple[SourceFile, ast.expr]]:
        """The functions that partial objects call which may be called by an expression that is defined at some places,
        each by the expression that names it; empty where that is not known."""
        if any(self._own_module(place) for place in places):
            return self._bound(places)
        return self._made_for_names(file, callee)

    def _bound(self, places: Sequence[Spot]) -> list[tuple[SourceFile, ast.expr]]:
        """The functions that partial objects call which are bound to names at some places of the project, by the
        expressions that name them. Empty where anything else is bound at one of these places."""
        found: list[tuple[SourceFile, ast.expr]] = []
        for place in places:
            module = self._own_module(place)
            value = _bound_at(module, place) if module else None
            inner = self.called_by(module.file, value) if module and value else None
            if module is None or inner is None:
                return []
            found.append((module.file, inner))
        return found

    def _made_for_names(self, file: SourceFile, callee: ast.expr) -> list[tuple[SourceFile, ast.expr]]:
        """The functions that the partial objects call which a ``__getattr__`` gives for the attribute that is called.

        Empty where the class of its receiver is not of the project, or its ``__getattr__`` gives anything else.
        """
        if not isinstance(callee, ast.Attribute) or not self._has_getters:
            return []
        own = self._classes.of_self(file, callee.value)
        getter = self._getter_of([own]) if own else self.getter(type_of(self._engine, file, callee.value))
        return self.given_by(getter) if getter else []

    def getter(self, places: Sequence[Spot]) -> Function | None:
        """The ``__getattr__`` that objects of the classes at some places find in the project, if all share one."""
        return self._getter_of(self._classes.at(places))

    def _getter_of(self, classes: Iterable[Class]) -> Function | None:
        members = (member_of(one, "__getattr__") for one in classes)
        found = {next(iter(member.functions), None) for member in members}
        getter = found.pop() if len(found) == 1 else None
        return getter if getter and getter.file.path not in self._index.foreign else None

    def given_by(self, getter: Function) -> list[tuple[SourceFile, ast.expr]]:
        """The functions that the partial objects call which a function returns; empty if it returns anything else."""
        returned = (n.value for n in own_nodes(getter.node.body) if isinstance(n, ast.Return))
        inner = [self.called_by(getter.file, value) if value else None for value in returned]
        return [(getter.file, one) for one in inner if one is not None] if all(inner) else []

    def prepare(self, calls: Iterable[Expression]) -> None:
        """Hand over calls that ``called_by`` will be asked about."""
        definitions_of(self._engine, ((file, call.func) for file, call in calls if _may_be_partial(call)))

    def called_by(self, file: SourceFile, value: ast.expr) -> ast.expr | None:
        """What ``functools.partial(f, ...)`` calls; None for anything else."""
        if not _may_be_partial(value):
            return None
        places = definition_of(self._engine, file, value.func)
        is_of_library = any(p.path.stem == "functools" and self._index.definition(p) is not None for p in places)
        return value.args[0] if is_of_library else None

    @cached_property
    def _has_getters(self) -> bool:
        """Whether any ``__getattr__`` of the project gives partial objects."""
        functions = (f for module in self._index.own for f in module.functions)
        return any(self.given_by(f) for f in functions if f.node.name == "__getattr__")

    def _own_module(self, place: Spot) -> Module | None:
        return self._index.modules[place.path] if self._index.is_own(place.path) else None


def _may_be_partial(node: ast.expr) -> TypeGuard[ast.Call]:
    return isinstance(node, ast.Call) and called_name(node) in PARTIALS and bool(node.args)


def _bound_at(module: Module, place: Spot) -> ast.expr | None:
    """What an assignment binds to the name or attribute at a place."""
    waiting: list[ast.AST] = [module.file.tree]
    while waiting:
        node = waiting.pop()
        target: ast.expr | None = None
        match node:
            case ast.Assign(targets=[only], value=value):
                target = only
            case ast.AnnAssign(value=ast.expr() as value):
                target = node.target
        if target is not None and module.file.spot(module.file.span(target).start) == place:
            return value
        waiting += (c for c in ast.iter_child_nodes(node) if _holds(c, place.line))
    return None


def _holds(node: ast.AST, line: int) -> bool:
    return isinstance(node, ast.stmt | ast.excepthandler) and node.lineno <= line <= (node.end_lineno or node.lineno)
