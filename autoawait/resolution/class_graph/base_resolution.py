"""The bases of classes, found once: the engine is asked about all classes of one level of inheritance together."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autoawait.project.index import Function, Index, Module
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.model import Class, bases_in, names_in
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import Expression, definitions_of

# They define no method that a project would name its own, or are no class (typing, abc): not asked about.
_BARE = frozenset({"object", "ABC", "Generic", "NamedTuple", "TypedDict"})
_TYPING = frozenset({"typing", "typing_extensions"})
# Calls that make a base class of fields alone (collections, typing).
_MAKERS = frozenset({"namedtuple", "NamedTuple", "TypedDict"})


# The classes of the files that were looked at, by their statements.
KnownClasses = dict[Module, dict[ast.ClassDef, Class]]


class BaseResolution:
    """Finds classes, each linked with its bases and with all above these."""

    def __init__(self, index: Index, engine: TypeEngine, known: KnownClasses) -> None:
        self._index = index
        self._engine = engine
        self.known = known

    def at(self, places: Iterable[Spot]) -> list[Class]:
        """The classes whose names stand at some places."""
        found = [one for place in places if (one := self._class_at(place)) is not None]
        self.link(found)
        return found

    def of(self, file: SourceFile, node: ast.ClassDef) -> Class | None:
        """The class of a statement."""
        found = self._in_module(self._index.module(file.path)).get(node)
        self.link([found] if found else [])
        return found

    def named(self, path: Path, name: str) -> list[Class]:
        """The classes of that name in one file, perhaps not linked yet."""
        return [c for c in self._in_module(self._index.module(path)).values() if c.node.name == name]

    def own(self) -> list[Class]:
        """All classes of the project, which so know their subclasses too."""
        found = [one for module in self._index.own for one in self._in_module(module).values()]
        self.link(found)
        return found

    def link(self, classes: Iterable[Class]) -> None:
        """Give classes, and all that they inherit from, their bases: one question for each level."""
        while level := [one for one in dict.fromkeys(classes) if not one.is_linked]:
            self._resolve(level)
            classes = [base for one in level for base in one.bases]

    def _in_module(self, module: Module | None) -> Mapping[ast.ClassDef, Class]:
        """The classes of a file, perhaps not linked yet."""
        if module is None:
            return {}
        if module not in self.known:
            nodes = (node for node in module.by_line.values() if isinstance(node, ast.ClassDef))
            methods: dict[ast.ClassDef, dict[str, list[Function]]] = {node: {} for node in nodes}
            for function in module.functions:
                if function.owner is not None:
                    methods.setdefault(function.owner, {}).setdefault(function.node.name, []).append(function)
            is_own = module.file.path not in self._index.foreign
            self.known[module] = {
                node: Class(module.file, node, is_own, own, frozenset([*own, *names_in(node)]))
                for node, own in methods.items()
            }
        return self.known[module]

    def _resolve(self, level: Sequence[Class]) -> None:
        asked = [(one, number, base) for one in level for number, base in enumerate(bases_in(one.node))]
        answers = self._defined([(one.file, base) for one, _, base in asked])
        for (one, number, base), places, behind in zip(asked, answers, self._behind(answers), strict=True):
            if _last_name(base) == "Protocol" and all(place.path.stem in _TYPING for place in places):
                one.is_protocol = True  # asyncio has a Protocol too
                continue
            found = [c for place in behind if (c := self._class_at(place)) is not None]
            if not found and not one.is_own:
                found = self._imported(one.file, base)
            if not found and not _is_bare(base):
                one.unresolved[number] = ast.unparse(base)
            _join(one, found, number)
        for one in level:
            one.is_linked = True
            _join(one, self._twins(one), len(one.node.bases))

    def _defined(self, bases: Sequence[tuple[SourceFile, ast.expr]]) -> list[tuple[Spot, ...]]:
        """Where each base is defined, by one question for all; bare ones are not asked about."""
        named = iter(definitions_of(self._engine, ((file, base) for file, base in bases if not _is_bare(base))))
        return [() if _is_bare(base) else next(named) for _, base in bases]

    def _behind(self, answers: Sequence[tuple[Spot, ...]]) -> list[list[Spot]]:
        """The same places; where a module gives a class another name there, those of the class."""
        aliased = {place: alias for places in answers for place in places if (alias := self._aliased(place))}
        named = dict(zip(aliased, definitions_of(self._engine, aliased.values()), strict=True))
        return [[meant for place in places for meant in named.get(place, (place,))] for places in answers]

    def _aliased(self, place: Spot) -> Expression | None:
        """What is given another name at a place: ``AsyncCommands = Commands``, ``Strings = Base[str]``."""
        module = self._index.module(place.path) if place.path.suffix in {".py", ".pyi"} else None
        if module is None or self._index.definition(place) is not None:
            return None
        named = (s.value for s in _assignments(module.file.tree.body) if s.lineno == place.line)
        bare = (value.value if isinstance(value, ast.Subscript) else value for value in named)
        value = next((v for v in bare if isinstance(v, (ast.Name, ast.Attribute))), None)
        return (module.file, value) if value else None

    def _class_at(self, place: Spot) -> Class | None:
        node = self._index.definition(place)
        if node is None and place.path.stem == "typing":
            # typing.Mapping and its kin are aliases of the classes in collections.abc.
            named = self.named(place.path.with_name("_collections_abc.py"), _name_bound_at(self._index, place))
            return named[0] if named else None
        return self._in_module(self._index.module(place.path))[node] if isinstance(node, ast.ClassDef) else None

    def _imported(self, file: SourceFile, base: ast.expr) -> list[Class]:
        """The class that a file imports relatively, read from its imports: the engine takes sources of the standard
        library for no part of any package."""
        first, *rest = ast.unparse(base).split(".")
        for statement in file.tree.body:
            if not isinstance(statement, ast.ImportFrom) or not statement.level:
                continue
            folder = file.path.parents[statement.level - 1].joinpath(*(statement.module or "").split("."))
            for alias in statement.names:
                if (alias.asname or alias.name) == first and len(rest) < 2:
                    place, name = (folder / alias.name, rest[0]) if rest else (folder, alias.name)
                    path = next((p for p in (place.with_suffix(".py"), place / "__init__.py") if p.exists()), None)
                    return self.named(path, name) if path else []
        return []

    def _twins(self, one: Class) -> list[Class]:
        """The class of the stub or of the module beside that of a class of the project, which is the same one."""
        beside = one.file.path.with_suffix(".py" if one.file.path.suffix == ".pyi" else ".pyi")
        return self.named(beside, one.node.name)[-1:] if one.is_own and self._index.is_own(beside) else []


def _join(one: Class, bases: Iterable[Class], number: int) -> None:
    for base in bases:
        one.bases.setdefault(base, number)
        base.subclasses[one] = None


def _is_bare(base: ast.expr) -> bool:
    """Whether a base defines no method that a project would name its own."""
    if isinstance(base, ast.Call):
        return _last_name(base.func) in _MAKERS
    return _last_name(base) in _BARE


def _last_name(node: ast.expr) -> str:
    """The last part of a name, empty for what is none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript():
            return _last_name(node.value)
    return ""


def _name_bound_at(index: Index, place: Spot) -> str:
    """The name that an assignment at a place binds: of ``Mapping = _alias(...)``."""
    module = index.module(place.path)
    return module.file.line(place.line)[place.column :].partition("=")[0].strip() if module else ""


def _assignments(body: Sequence[ast.stmt]) -> Iterator[ast.Assign]:
    """The assignments of a module, those in the branches of an ``if`` too: ``if TYPE_CHECKING: ... else: ...``."""
    for statement in body:
        if isinstance(statement, ast.Assign):
            yield statement
        elif isinstance(statement, ast.If):
            yield from _assignments([*statement.body, *statement.orelse])
