"""What partial objects of the project call: ``_read = partialmethod(command, READ)``, and those that a ``__getattr__``
makes for whatever name it is asked for."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from functools import cached_property

from autoawait.dataflow.uses import called_name
from autoawait.project.bindings import positional
from autoawait.project.index import Function, Index, Module, own_nodes
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.bases import bases
from autoawait.resolution.classes import defined
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import type_of

PARTIALS = frozenset({"partial", "partialmethod"})
_DEPTH = 10  # of classes above one another that are searched for a ``__getattr__``


class Partials:
    """Answers for one project."""

    def __init__(self, index: Index, engine: TypeEngine) -> None:
        self._index = index
        self._engine = engine

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
        own = self._class_of_self(file, callee.value)
        getter = self.getter_of(*own) if own else self.getter(type_of(self._engine, file, callee.value))
        return self.given_by(getter) if getter else []

    def getter(self, places: Sequence[Spot]) -> Function | None:
        """The ``__getattr__``, own or inherited, of the classes of the project at some places, if all share one."""
        classes = [(self._own_module(place), self._index.definition(place)) for place in places]
        found = {
            self.getter_of(module, node) if module and isinstance(node, ast.ClassDef) else None
            for module, node in classes
        }
        return found.pop() if len(found) == 1 else None

    def getter_of(self, module: Module, node: ast.ClassDef, depth: int = _DEPTH) -> Function | None:
        """The ``__getattr__`` of a class, own or inherited from one of the project."""
        own = next((f for f in module.functions if f.owner is node and f.node.name == "__getattr__"), None)
        if own is not None or depth == 0:
            return own
        places = [place for found in defined(self._engine, module.file, bases(node)) for place in found]
        above = ((self._own_module(place), self._index.definition(place)) for place in places)
        getters = (self.getter_of(m, c, depth - 1) for m, c in above if m and isinstance(c, ast.ClassDef))
        return next((getter for getter in getters if getter), None)

    def given_by(self, getter: Function) -> list[tuple[SourceFile, ast.expr]]:
        """The functions that the partial objects call which a function returns; empty if it returns anything else."""
        returned = (n.value for n in own_nodes(getter.node.body) if isinstance(n, ast.Return))
        inner = [self.called_by(getter.file, value) if value else None for value in returned]
        return [(getter.file, one) for one in inner if one is not None] if all(inner) else []

    def called_by(self, file: SourceFile, value: ast.expr) -> ast.expr | None:
        """What ``functools.partial(f, ...)`` calls; None for anything else."""
        if not isinstance(value, ast.Call) or called_name(value) not in PARTIALS or not value.args:
            return None
        places = defined(self._engine, file, [value.func])[0]
        is_of_library = any(p.path.stem == "functools" and self._index.definition(p) is not None for p in places)
        return value.args[0] if is_of_library else None

    @cached_property
    def _has_getters(self) -> bool:
        """Whether any ``__getattr__`` of the project gives partial objects."""
        functions = (f for module in self._index.own for f in module.functions)
        return any(self.given_by(f) for f in functions if f.node.name == "__getattr__")

    def _own_module(self, place: Spot) -> Module | None:
        is_own = place.path in self._index.modules and place.path not in self._index.foreign
        return self._index.modules[place.path] if is_own else None

    def _class_of_self(self, file: SourceFile, receiver: ast.expr) -> tuple[Module, ast.ClassDef] | None:
        """The class around a method that an expression stands in, if the expression is its ``self``."""
        module = self._index.modules.get(file.path)
        if module is None or not isinstance(receiver, ast.Name):
            return None
        line = receiver.lineno
        around = [f for f in module.functions if f.owner and f.node.lineno <= line <= (f.node.end_lineno or line)]
        method = max(around, key=lambda f: f.node.lineno, default=None)
        parameters = positional(method.node) if method else []
        is_self = bool(parameters) and parameters[0].arg == receiver.id
        return (module, method.owner) if method and method.owner and is_self else None


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
