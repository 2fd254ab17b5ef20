"""The qualified names of what an expression refers to: the keys of the tables in ``knowledge``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from autoawait.project.index import Function, Index
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import callee, definitions_of, fact_at, type_of, types_of


@dataclass(frozen=True)
class QualifiedNames:
    """What an expression refers to. ``names`` are the qualified names of its definitions and of the class of its value
    (with ``.__call__`` too, which is what calling it means); ``functions`` the defs among them."""

    names: frozenset[str]
    functions: tuple[Function, ...]


class NameQualifier:
    """What names and attributes refer to; each is looked up once."""

    def __init__(self, index: Index, engine: TypeEngine) -> None:
        self._index = index
        self._engine = engine
        self._known: dict[ast.expr, QualifiedNames] = {}

    def read(self, targets: Iterable[tuple[SourceFile, ast.expr]]) -> None:
        """Ask about many expressions at once; what each refers to is then known."""
        named = ((file, callee(node)) for file, node in targets)
        fresh = [(file, node) for file, node in dict.fromkeys(named) if node not in self._known]
        found = dict(zip(fresh, definitions_of(self._engine, fresh), strict=True))
        # The class of a value says more only where no definition was found, or that of a mere variable.
        vague = [one for one, places in found.items() if not any(map(self._index.definition, places))]
        classes = dict(zip(vague, types_of(self._engine, vague), strict=True))
        self._known.update((one[1], self._named(places, classes.get(one, ()))) for one, places in found.items())

    def of(self, file: SourceFile, node: ast.expr) -> QualifiedNames:
        """What an expression (of a call: its callee) refers to."""
        self.read([(file, node)])
        return self._known[callee(node)]

    def class_of(self, file: SourceFile, node: ast.expr) -> frozenset[str]:
        """The qualified names of the classes that the value of an expression may have."""
        return frozenset(filter(None, map(self._name, type_of(self._engine, file, node))))

    def type_of(self, file: SourceFile, node: ast.arg) -> str:
        """The type of a parameter as the engine words it, aliases looked through."""
        return fact_at(self._engine, file.spot(file.span(node).start + len(node.arg.encode()) - 1)).text

    def _named(self, places: Sequence[Spot], classes: Sequence[Spot]) -> QualifiedNames:
        names = {*map(self._name, places), *map(self._name, classes)}
        names |= {f"{name}.__call__" for name in map(self._name, classes) if name}
        return QualifiedNames(frozenset(names - {""}), tuple(dict.fromkeys(self._index.functions_at(places))))

    def _name(self, spot: Spot) -> str:
        """The qualified name of the function or class at a place; empty if none stands there."""
        name = self._index.name_at(spot)
        module = self._index.module(spot.path) if name else None
        return f"{dotted_name(module.file)}.{name}" if module else ""
