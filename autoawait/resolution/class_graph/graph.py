"""What an object finds under a name, what overrides a method, and who reads an attribute, in all classes together."""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Sequence
from functools import cached_property
from pathlib import Path

from autoawait.dataflow.uses import Use
from autoawait.dataflow.value_uses import uses_of
from autoawait.project.index import Function, Index, Unit
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.base_resolution import BaseResolution, KnownClasses
from autoawait.resolution.class_graph.model import Class, Member, member_of, self_name
from autoawait.resolution.class_graph.override_groups import OverrideGroup, OverrideGroups
from autoawait.types.engine import TypeEngine


class ClassGraph:
    """The classes of a project and those outside of it that they lead to; bases are resolved once.

    What is below a class is known of the project's classes alone, all of which are then read together.
    """

    def __init__(self, index: Index, engine: TypeEngine, known: KnownClasses | None = None) -> None:
        self._index = index
        self._engine = engine
        self._bases = BaseResolution(index, engine, {} if known is None else known)
        self._groups: dict[Function, OverrideGroup] = {}

    def through(self, engine: TypeEngine) -> ClassGraph:
        """The same classes, of which what is not known yet is asked of another engine."""
        return ClassGraph(self._index, engine, self._bases.known)

    # classes and what they have

    def at(self, places: Iterable[Spot]) -> list[Class]:
        """The classes whose names stand at some places."""
        return self._bases.at(places)

    def around(self, function: Function) -> Class | None:
        """The class whose method a function is."""
        if function.owner is None:
            return None
        is_foreign = function.file.path in self._index.foreign
        return self._bases.of(function.file, function.owner) if is_foreign else self._by_node.get(function.owner)

    def of_self(self, file: SourceFile, node: ast.expr) -> Class | None:
        """The class around the method whose ``self`` an expression is, whatever it is narrowed to there."""
        if not isinstance(node, ast.Name):
            return None
        methods = (f for f in self._index.functions_of(file.path) if f.owner)
        around = [f for f in methods if f.node.lineno <= node.lineno <= (f.node.end_lineno or f.node.lineno)]
        method = max(around, key=lambda f: f.node.lineno, default=None)
        return self.around(method) if method and node.id == self_name(method) else None

    def members(self, places: Iterable[Spot], name: str) -> list[Member]:
        """What objects of the classes at some places find under a name, each class by itself."""
        return [member_of(one, name) for one in self.at(places)]

    def named(self, path: Path, name: str) -> list[Class]:
        """The classes of a name in a file."""
        found = self._bases.named(path, name)
        self._bases.link(found)
        return found

    def lineage(self, function: Function) -> tuple[str, ...]:
        """The qualified names of the class around a method and of all its bases that are known."""
        owner = self.around(function)
        return tuple(c.qualified_name for c in owner.above) if owner else ()

    def knows_all_above(self, node: ast.ClassDef | None) -> bool:
        """Whether a class and all its bases are of the project, so that nothing else uses its attributes."""
        known = self._by_node.get(node) if node else None
        return known is not None and all(c.is_own and not c.unresolved for c in known.above)

    def relatives(self, function: Function) -> list[Class]:
        """The classes in which a method may be looked up: its own, those above and those below."""
        owner = self.around(function)
        return [*owner.above, *owner.below] if owner else []

    def inherits(self, one: Function, other: Function) -> bool:
        """Whether one method is of the class of the other, or of one that inherits from it; functions always are."""
        here, there = self.around(one), self.around(other)
        return here is None or there is None or there in here.above

    # overrides

    def overrides(self, function: Function) -> OverrideGroup:
        """Who must become async together with a function."""
        if function not in self._groups:
            owner = self.around(function)
            group = self._overrides.of(function, owner if owner and owner.is_own else None)
            self._groups.update(dict.fromkeys([function, *group.members], group))
        return self._groups[function]

    def prepare_overrides(self, functions: Iterable[Function]) -> None:
        """Hand over functions whose override groups will be asked for: what their kin is declared to give is then one
        question."""
        names = {f.node.name for f in functions if f.owner and f not in self._groups}
        if names:
            self._overrides.prepare(names)

    def reached(
        self, member: Function, caller: Function | None = None, torn: Container[tuple[Path, int]] = ()
    ) -> list[Function]:
        """The methods that a call may reach which names a method, on an object of its class or of one below.

        With a caller the object is the caller's own: it is of a class for which that very method is the one that is
        found under its name. ``torn`` are the files and lines of classes whose bases do not go together: such a class
        does not stand for one of them where it finds the method of another.
        """
        owner = self.around(member)
        found: dict[Function, None] = {member: None}
        for one in owner.below if owner else ():
            if caller is None or caller in _first_defs(one, caller.node.name):
                others = _first_defs(one, member.node.name)
                is_torn = any((c.file.path, c.node.lineno) in torn for c in one.above)
                if not is_torn or any(self.inherits(other, member) for other in others):
                    found.update(dict.fromkeys(others))
        return list(found)

    def heirs(self, function: Function) -> frozenset[ast.ClassDef]:
        """The class of a method, and those below it that take the method over as it is."""
        owner, name = self.around(function), function.node.name
        below = owner.below if owner else []
        hiding = {one for one in below if one is not owner and name in one.methods}
        return frozenset(one.node for one in below if hiding.isdisjoint(one.above))

    # attributes

    def hierarchy(self, method: Function, name: str) -> list[Class]:
        """The classes that share an attribute of a method's ``self``: its own, and in the project those below it and
        all that these inherit from. A name with two underscores is one class's own."""
        one = self.around(method)
        if one is None or (name.startswith("__") and not name.endswith("__")):
            return [one] if one else []
        heirs = one.below if one.is_own else [one]
        return list(dict.fromkeys(c for heir in heirs for c in heir.above if c.is_own is one.is_own))

    def attribute_uses(self, method: Function, name: str) -> list[tuple[Unit, Use]]:
        """What is done with ``self.<name>`` where it is read, for the ``self`` of a method: by the methods of its
        class, of the bases and of the subclasses, each use with the code that it stands in."""
        return [
            (other.unit, use)
            for one in self.hierarchy(method, name)
            if name.encode() in one.file.body
            for other in one.functions
            for node in other.unit.nodes
            if isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Load)
            if isinstance(node.value, ast.Name) and node.value.id == self_name(other)
            for use in uses_of(other.unit, node).uses
        ]

    # the classes of the project, all read

    @cached_property
    def own(self) -> Sequence[Class]:
        """All classes of the project, with what is above and below them."""
        return self._bases.own()

    @cached_property
    def _by_node(self) -> dict[ast.ClassDef, Class]:
        return {one.node: one for one in self.own}

    @cached_property
    def _overrides(self) -> OverrideGroups:
        return OverrideGroups(self._index, self._engine, self._bases)


def _first_defs(one: Class, name: str) -> Sequence[Function]:
    """The ``def``s of the first class in the order of look-up that has any of a name."""
    return next((c.methods[name] for c in one.order if name in c.methods), ())
