"""The functions that must become async together, or none of them (KNOWLEDGE F: mypy's ``[override]``).

A method with everything that overrides it or that it overrides; overloads with their implementation;
the ``def`` of a stub. The classes of the project are read once, and one question to the engine finds all
their bases.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.index import Function, Index, Module
from autoawait.project.source import Spot
from autoawait.resolution.bases import assigned_names, bases, is_of_typing, is_plain, last_name
from autoawait.resolution.classes import imported_class
from autoawait.resolution.lineage import (
    Class,
    above_of,
    below_of,
    bound_otherwise,
    fulfils,
    is_below_async,
    order_of,
    unknown_base,
)
from autoawait.types.engine import Kind, TypeEngine
from autoawait.types.expressions import Expression, definition_of, definitions_of, facts_at

_MAY_BE_AWAITED = frozenset({Kind.AWAITABLE, Kind.COROUTINE, Kind.MAYBE})


@dataclass(frozen=True)
class OverrideGroup:
    """The functions that turn together, in order of file and place.

    ``foreign`` is the qualified name of a class outside the project that defines the method too, ``unknown``
    the words for why there may be others that we do not see, ``doubt`` for a Protocol that may mean it as well; all
    empty if there is no such thing.
    """

    members: tuple[Function, ...]
    foreign: str = ""
    unknown: str = ""
    doubt: str = ""


class Families:
    """Answers for the functions of one index; the classes are read when a method is first asked about."""

    def __init__(self, index: Index, engine: TypeEngine) -> None:
        self._index = index
        self._engine = engine
        self._classes: dict[ast.ClassDef, Class] = {}
        self._known: dict[Function, OverrideGroup] = {}
        self._orders: dict[Class, list[Class]] = {}
        self._is_read = False

    def read(self, functions: Collection[Function]) -> None:
        """Hand over functions that will be asked about: what all methods of their names are declared to give is one
        question."""
        self._read()
        names = {f.node.name for f in functions if f.owner and f not in self._known}
        methods = (f for c in self._classes.values() if c.is_own for name in names for f in c.methods.get(name, ()))
        facts_at(self._engine, (f.spot for f in methods if _is_declared(f)))

    def of(self, function: Function) -> OverrideGroup:
        """Who must become async together with a function."""
        if function not in self._known:
            family = (
                self._method_family(function) if function.owner else OverrideGroup(_ordered(self._twins([function])))
            )
            self._known.update(dict.fromkeys([function, *family.members], family))
        return self._known[function]

    def related(self, function: Function, class_node: ast.ClassDef) -> bool:
        """Whether a method may be looked up in a class: its owner is the class, a base of it, or below it."""
        self._read()
        owner, other = self._class_around(function), self._classes.get(class_node)
        if owner is None or other is None:
            return False
        return other in above_of(owner) or owner in above_of(other)

    def inherits(self, one: Function, other: Function) -> bool:
        """Whether one method is of the class of the other, or of one that inherits from it; functions always are."""
        self._read()
        here, there = self._class_around(one), self._class_around(other)
        return here is None or there is None or there in above_of(here)

    def reached(
        self, member: Function, caller: Function | None = None, torn: Container[tuple[Path, int]] = ()
    ) -> list[Function]:
        """The methods that a call may reach which names a method, on an object of its class or of one below.

        With a caller the object is the caller's own: it is of a class for which that very method is the one that is
        found under its name. ``torn`` are the files and lines of classes whose bases do not go together: such a class
        does not stand for one of them where it finds the method of another.
        """
        self._read()
        owner = self._class_around(member)
        found: dict[Function, None] = {member: None}
        for one in below_of(owner) if owner else ():
            if caller is None or caller in self._looked_up(one, caller.node.name):
                others = self._looked_up(one, member.node.name)
                if not (self._is_torn(one, torn) and not any(self.inherits(other, member) for other in others)):
                    found.update(dict.fromkeys(others))
        return list(found)

    def _is_torn(self, one: Class, torn: Container[tuple[Path, int]]) -> bool:
        return any((c.file.path, c.node.lineno) in torn for c in above_of(one))

    def _looked_up(self, one: Class, name: str) -> list[Function]:
        """The ``def``s that an object of a class finds under a name."""
        if one not in self._orders:
            self._orders[one] = order_of(one)
        return next((c.methods[name] for c in self._orders[one] if name in c.methods), [])

    def heirs(self, function: Function) -> frozenset[ast.ClassDef]:
        """The class of a method, and those below it that take the method over as it is."""
        self._read()
        owner = self._class_around(function)
        below = below_of(owner) if owner else []
        name = function.node.name
        between = {c: [b for b in above_of(c) if b is not owner and owner in above_of(b)] for c in below}
        return frozenset(c.node for c in below if not any(name in b.methods for b in between[c]))

    def lineage(self, function: Function) -> tuple[str, ...]:
        """The qualified names of the class around a method and of all its bases that are known."""
        if function.owner is None:
            return ()
        self._read()
        owner = self._class_around(function)
        return tuple(c.qualified_name for c in above_of(owner)) if owner else ()

    def knows_all_above(self, class_node: ast.ClassDef | None) -> bool:
        """Whether a class and all its bases are of the project, so that nothing else uses its attributes."""
        self._read()
        known = self._classes.get(class_node) if class_node else None
        return known is not None and all(c.is_own and not c.unresolved for c in above_of(known))

    def _method_family(self, function: Function) -> OverrideGroup:
        self._read()
        name = function.node.name
        owner = self._class_around(function)
        if owner is None:  # it stands where the class was not read, as in a foreign file
            return OverrideGroup(_ordered(self._twins([function])))
        definers, around = self._connected(owner, name)
        members = [f for c in definers for f in c.methods.get(name, ())]
        foreign = next((c.qualified_name for c in around if not c.is_own and c.wants_plain(name)), "")
        unknown = unknown_base(definers, around) or bound_otherwise(around, name)
        doubt = self._protocol(definers, name)
        return OverrideGroup(_ordered(self._twins([function, *members])), foreign, unknown, doubt)

    def _connected(self, owner: Class, name: str) -> tuple[list[Class], list[Class]]:
        """The project's classes that define a method and meet in some class, and all classes above and below them.

        Two definitions meet where one class inherits both: what is called there may be either. One that is declared to
        give what may be awaited has plain and async overrides, each as it should be. And what an async method stands
        above, is async beside plain bases, if any, as that method is already.
        """
        definers: dict[Class, None] = {owner: None}
        if self._is_open(owner, name):
            return [owner], above_of(owner)
        around: dict[Class, None] = {}
        is_async = is_below_async(owner, name)
        waiting = [owner]
        while waiting:
            for one in below_of(waiting.pop()):
                for above in above_of(one):
                    around[above] = None
                    is_other = above in definers or not above.is_own or name not in above.methods
                    if not is_other and is_below_async(above, name) is is_async and not self._is_open(above, name):
                        definers[above] = None
                        waiting.append(above)
        return list(definers), list(around)

    def _is_open(self, one: Class, name: str) -> bool:
        """Whether a plain method of a class is declared to give what may be awaited, aliases looked through, if only by
        one of its overloads."""
        declared = filter(_is_declared, one.methods[name])
        facts = facts_at(self._engine, (f.spot for f in declared))
        return any(fact.called in _MAY_BE_AWAITED for fact in facts.values())

    def _class_around(self, function: Function) -> Class | None:
        return self._classes.get(function.owner) if function.owner else None

    def _protocol(self, definers: Iterable[Class], name: str) -> str:
        """The words for a Protocol that a class of the family fulfils without naming it, or that is fulfilled so.

        Where one is passed for the other, the checker tells; a method that is async already wants the other so.
        """
        family = list(definers)
        own = [c for c in self._classes.values() if c.is_own and c not in family and c.has_plain(name)]
        for one in family:
            for other in own:
                protocol, implementer = (one, other) if one.is_protocol else (other, one)
                if protocol.is_protocol and not implementer.is_protocol and fulfils(implementer, protocol):
                    return f"Protocol `{protocol.node.name}` may be meant by `{implementer.node.name}`"
        return ""

    def _twins(self, functions: Iterable[Function]) -> Iterator[Function]:
        """Functions with all defs of the same name in the same scope, and those of the stub or module beside."""
        for function in functions:
            for path in {function.file.path, *(function.file.path.with_suffix(s) for s in (".py", ".pyi"))}:
                module = self._index.modules.get(path)
                if module is None or (path in self._index.foreign and path != function.file.path):
                    continue
                for other in module.functions:
                    same_file = path == function.file.path and other.outer is function.outer
                    if other.qualname == function.qualname and (same_file or function.outer is None):
                        yield other

    # the classes

    def _read(self) -> None:
        """Read all classes of the project and find their bases; those outside are read as far as they are bases."""
        if self._is_read:
            return
        self._is_read = True
        fresh = [self._class(module, node) for module in self._index.own for node in _classes_in(module)]
        while fresh:
            fresh = self._link(fresh)
        self._join_stubs()

    def _link(self, classes: list[Class]) -> list[Class]:
        """Give classes their bases; returns the bases that are new."""
        fresh: list[Class] = []
        asked = [(c, n, b) for c in classes for n, b in enumerate(bases(c.node))]
        for (one, number, base), spots in zip(asked, self._defined(asked), strict=True):
            if last_name(base) == "Protocol" and is_of_typing(spots):
                one.is_protocol = True
                continue
            found = self._classes_at(spots, fresh)
            if not found and not one.is_own:
                found = self._classes_at(imported_class(self._index, one.file, base), fresh)
            if not found and not is_plain(base):
                one.unresolved[number] = ast.unparse(base)
            one.bases += found
            for above in found:
                above.subclasses.append(one)
        return fresh

    def _defined(self, asked: list[tuple[Class, int, ast.expr]]) -> list[tuple[Spot, ...]]:
        """Where each base is defined, by one question for all; plain ones are not asked about."""
        named = iter(definitions_of(self._engine, [(one.file, base) for one, _, base in asked if not is_plain(base)]))
        found = [() if is_plain(base) else next(named) for _, _, base in asked]
        definitions_of(self._engine, (alias for spots in found for spot in spots if (alias := self._alias(spot))))
        return found

    def _classes_at(self, spots: Iterable[Spot], fresh: list[Class]) -> list[Class]:
        meant = (place for spot in spots for place in self._behind(spot))
        return list(dict.fromkeys(c for spot in meant if (c := self._class_at(spot, fresh))))

    def _behind(self, spot: Spot) -> tuple[Spot, ...]:
        """A place or, where a module gives a class another name there, that of the class."""
        alias = self._alias(spot)
        return definition_of(self._engine, *alias) if alias else (spot,)

    def _alias(self, spot: Spot) -> Expression | None:
        """The class that has another name at a place: ``AsyncCommands = Commands``, ``Strings = Base[str]``."""
        module = self._index.module(spot.path) if spot.path.suffix in {".py", ".pyi"} else None
        if module is None or self._index.definition(spot) is not None:
            return None
        named = (s.value for s in _assignments(module.file.tree.body) if s.lineno == spot.line)
        bare = (value.value if isinstance(value, ast.Subscript) else value for value in named)
        value = next((v for v in bare if isinstance(v, (ast.Name, ast.Attribute))), None)
        return (module.file, value) if value else None

    def _class_at(self, spot: Spot, fresh: list[Class]) -> Class | None:
        node = self._index.definition(spot)
        path = spot.path
        if node is None and path.stem == "typing":
            # typing.Mapping and its kin are aliases of the classes in collections.abc.
            name, path = _alias_at(self._index, spot), path.with_name("_collections_abc.py")
            node = next((n for n in _classes_in(self._index.module(path)) if n.name == name), None)
        module = self._index.module(path) if isinstance(node, ast.ClassDef) else None
        if not isinstance(node, ast.ClassDef) or module is None:
            return None
        if node not in self._classes:
            fresh.append(self._class(module, node))
        return self._classes[node]

    def _join_stubs(self) -> None:
        """Let a class of a stub and that of the module beside it count as one: each inherits from the other."""
        for path, module in self._index.modules.items():
            beside = self._index.modules.get(path.with_suffix(".py")) if path.suffix == ".pyi" else None
            source = {n.name: self._classes.get(n) for n in _classes_in(beside)}
            for node in _classes_in(module) if beside else ():
                one, other = self._classes.get(node), source.get(node.name)
                if one and other:
                    for above, below in ((one, other), (other, one)):
                        below.bases.append(above)
                        above.subclasses.append(below)

    def _class(self, module: Module, node: ast.ClassDef) -> Class:
        methods: dict[str, list[Function]] = {}
        for function in module.functions:
            if function.owner is node:
                methods.setdefault(function.node.name, []).append(function)
        is_own = module.file.path not in self._index.foreign
        bound = frozenset(methods) | frozenset(assigned_names(node))
        self._classes[node] = Class(module.file, node, is_own, methods, bound)
        return self._classes[node]


def _alias_at(index: Index, spot: Spot) -> str:
    """The name that an assignment at a place binds: of ``Mapping = _alias(...)``."""
    module = index.module(spot.path)
    return module.file.line(spot.line)[spot.column :].partition("=")[0].strip() if module else ""


def _assignments(body: Sequence[ast.stmt]) -> Iterator[ast.Assign]:
    """The assignments of a module, those in the branches of an ``if`` too: ``if TYPE_CHECKING: ... else: ...``."""
    for statement in body:
        if isinstance(statement, ast.Assign):
            yield statement
        elif isinstance(statement, ast.If):
            yield from _assignments([*statement.body, *statement.orelse])


def _classes_in(module: Module | None) -> list[ast.ClassDef]:
    return [n for n in module.by_line.values() if isinstance(n, ast.ClassDef)] if module else []


def _is_declared(function: Function) -> bool:
    return function.node.returns is not None and not function.is_async


def _ordered(functions: Iterable[Function]) -> tuple[Function, ...]:
    unique = dict.fromkeys(functions)
    return tuple(sorted(unique, key=lambda f: (f.file.path, f.node.lineno)))
