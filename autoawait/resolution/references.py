"""All places that may mean a function, found by its name and confirmed by the type engine.

To make a function async, every one of them must be known: a call can be awaited, anything else holds it back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from functools import cached_property

from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import Occurrence, Occurrences, Place
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.aliases import Alias, alias_of
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.held.function_holders import FunctionHolders
from autoawait.resolution.held.holding import Holding
from autoawait.resolution.partials import Partials
from autoawait.resolution.reference_roles import ReferenceRole, Role, role_of
from autoawait.resolution.string_references import StringReferences
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definitions_at


class Certainty(Enum):
    """CERTAIN: the name refers to the function. UNKNOWN: it is unknown what the name refers to, so it may."""

    CERTAIN = "certain"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reference:
    """A place that names a function. ``unit`` is the code it stands in, ``node`` the name there.

    ``call`` is the call whose callee it is, ``into`` the call whose argument it is; ``words`` say its role.
    ``others`` are the places of whatever else the name may mean there (another class of a union, the other
    branch of an ``if``, what the name is bound to besides), as far as it is none of the functions asked about.
    ``doubt`` says in words why what is stored there may be called in other ways than are seen.
    """

    unit: Unit
    node: Place
    role: Role
    certainty: Certainty
    words: str
    call: ast.Call | None = None
    into: ast.Call | None = None
    others: tuple[Spot, ...] = ()
    doubt: str = ""

    @property
    def line(self) -> int:
        """1-based."""
        return self.node.end_lineno or self.node.lineno

    @property
    def is_certain_call(self) -> bool:
        """Whether the function is surely called there, and its value may be awaited."""
        return self.role is Role.CALL and self.certainty is Certainty.CERTAIN


@dataclass(frozen=True, eq=False)
class _Named:
    """A node that bears one of the names asked about, what it stands there for, and what the engine says it names;
    ``alias`` is what holds it there, if its uses can be followed."""

    occurrence: Occurrence
    reference_role: ReferenceRole
    places: tuple[Spot, ...]
    alias: Alias | None = None


class References:
    """Finds references for batches of functions; the text of the project is searched once."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph | None = None) -> None:
        self._index = index
        self._engine = engine
        self.names = Occurrences(index)
        self.classes = classes or ClassGraph(index, engine)
        self._strings = StringReferences(index, engine, self.classes)
        self._partials = Partials(index, engine, self.classes)
        self._function_holders = FunctionHolders(index, engine, self.names, self._partials)

    def to(self, functions: Sequence[Function]) -> dict[Function, tuple[Reference, ...]]:
        """All references to each function, in order of file and place. Ask about whole families, with one call.

        What a name or attribute of ours holds, and nothing else can reach, is called by that name: its uses count too.
        """
        self.classes.prepare_overrides(functions)
        batch = _Batch(functions, self.names)
        named, texts = self._read(batch)
        named = [
            n for n in named if n.reference_role.role is not Role.ASSIGNED or _start(n.occurrence) not in batch.by_spot
        ]
        found: dict[Function, list[Reference]] = {f: [] for f in functions}
        imports = {_start(n.occurrence) for n in named if isinstance(n.occurrence.node, ast.alias)}
        importing: dict[SourceFile, set[Function]] = {}
        for one in named:
            occurrence, reference_role = one.occurrence, one.reference_role
            hits, _ = batch.hits(one.places)
            if isinstance(occurrence.node, ast.alias) and hits:
                importing.setdefault(occurrence.file, set()).update(hits)
            if one.alias is not None and one.alias.spot in batch.by_spot:
                reference_role = replace(reference_role, role=Role.ALIAS)
            holding = self._function_holders.holding(occurrence, reference_role) if hits else None
            for function in hits:
                own = reference_role
                if own.role is Role.ASSIGNED and batch.is_local(occurrence.name, function):
                    own = replace(own, role=Role.ASKED)  # what a local name holds elsewhere is no function of ours
                others = batch.beside(one.places, self.classes.overrides(function).members)
                reference = self._reference(occurrence, own, Certainty.CERTAIN, others)
                found[function] += [reference] if holding is None else _held(reference, function, holding)
            if not hits and imports.issuperset(one.places):
                for function in batch.meant_by(occurrence):
                    found[function].append(self._reference(occurrence, reference_role, Certainty.UNKNOWN))
        meanings = self._strings.meant([(o, s, batch.named(o.name)) for o, s in texts], importing)
        for (occurrence, reference_role), meant in zip(texts, meanings, strict=True):
            possible = dict.fromkeys(batch.held_by(occurrence.name), False)
            for function, is_certain in {**possible, **meant}.items():
                certainty = Certainty.CERTAIN if is_certain else Certainty.UNKNOWN
                found[function].append(self._reference(occurrence, reference_role, certainty))
        for function in functions:
            if function.node.name == "__call__":
                found[function] += self._calls_of_object(function, batch)
        return {f: tuple(sorted(refs, key=_place)) for f, refs in found.items()}

    def _calls_of_object(self, function: Function, batch: _Batch) -> Iterator[Reference]:
        """The calls of variables and attributes that hold an object with a certain ``__call__``."""
        for one in self._object_calls.get(function.spot, ()):
            _, others = batch.hits(one.places)  # where the name is bound is no rival of what it holds
            definitions = tuple(place for place in others if self._index.definition(place) is not None)
            yield self._reference(one.occurrence, one.reference_role, Certainty.CERTAIN, definitions)

    @cached_property
    def _object_calls(self) -> dict[Spot, list[_Named]]:
        """For each ``__call__``: the calls of what is no function by its name, all asked about at once."""
        found: dict[Spot, list[_Named]] = {}
        calls = [
            (occurrence, reference_role, occurrence.spot)
            for occurrence in self.names.occurrences(self.names.of_values)
            if (reference_role := role_of(occurrence)) is not None
            and reference_role.role is Role.CALL
            and occurrence.spot
        ]
        answers = definitions_at(self._engine, (spot for _, _, spot in calls))
        own = {f.spot for f in self._index.by_name.get("__call__", ())}
        for occurrence, reference_role, spot in calls:
            for place in own.intersection(answers[spot]):
                found.setdefault(place, []).append(_Named(occurrence, reference_role, answers[spot]))
        return found

    def _read(self, batch: _Batch) -> tuple[list[_Named], list[tuple[Occurrence, ReferenceRole]]]:
        """The nodes and the strings that bear the names of a batch, and those of what holds one of its functions."""
        named: list[_Named] = []
        texts: list[tuple[Occurrence, ReferenceRole]] = []
        read: set[str] = set()
        while fresh := batch.names - read:
            read |= fresh
            named_roles = [(o, s) for o in self.names.occurrences(fresh) if (s := role_of(o)) is not None]
            texts += [(o, s) for o, s in named_roles if isinstance(o.node, ast.Constant)]
            nodes = [(o, s) for o, s in named_roles if not isinstance(o.node, ast.Constant)]
            answers = definitions_at(self._engine, (o.spot for o, _ in nodes if o.spot is not None))
            self._partials.prepare((o.file, s.into) for o, s in nodes if s.role is Role.PARTIAL and s.into is not None)
            named += [_Named(o, s, answers[o.spot] if o.spot else (), self._alias(o, s)) for o, s in nodes]
            aliases = [(one.places, one.alias) for one in named if one.alias is not None]
            while [f for places, alias in aliases for f in batch.hits(places)[0] if batch.hold(f, alias)]:
                pass  # a name may hold what another one holds
        return named, texts

    def _alias(self, occurrence: Occurrence, reference_role: ReferenceRole) -> Alias | None:
        if reference_role.role is Role.PARTIAL and reference_role.into is not None:
            is_called = self._partials.called_by(occurrence.file, reference_role.into) is occurrence.node
            return alias_of(occurrence, self.classes) if is_called else None
        return alias_of(occurrence, self.classes) if reference_role.role is Role.STORED else None

    def _reference(
        self, occurrence: Occurrence, reference_role: ReferenceRole, certainty: Certainty, others: tuple[Spot, ...] = ()
    ) -> Reference:
        unit = self.names.unit_of(occurrence)
        role, words, call, into = reference_role.role, reference_role.words, reference_role.call, reference_role.into
        return Reference(unit, occurrence.node, role, certainty, words, call, into, others)


class _Batch:
    """The functions of one question, by their places and by all names that may mean them, those of aliases too."""

    def __init__(self, functions: Sequence[Function], names: Occurrences) -> None:
        self._names = names
        self._held: dict[str, dict[Function, Alias]] = {}
        self.by_spot: dict[Spot, list[Function]] = {f.spot: [f] for f in functions}
        self.by_name: dict[str, list[Function]] = {}
        for function in functions:
            for name in names.also_called(function.node.name):
                self.by_name.setdefault(name, []).append(function)

    @property
    def names(self) -> set[str]:
        return {*self.by_name, *self._held}

    def hold(self, function: Function, alias: Alias) -> bool:
        """Note that an alias holds a function; False if that is known."""
        holding = self.by_spot.setdefault(alias.spot, [])
        if function in holding:
            return False
        holding.append(function)
        for name in self._names.also_called(alias.name):
            self._held.setdefault(name, {})[function] = alias
        return True

    def hits(self, places: tuple[Spot, ...]) -> tuple[list[Function], tuple[Spot, ...]]:
        """The functions that stand at some places or are held there, and the places of anything else."""
        hits = dict.fromkeys(f for p in places for f in self.by_spot.get(p, ()))
        return list(hits), tuple(p for p in places if p not in self.by_spot)

    def beside(self, places: tuple[Spot, ...], members: Collection[Function]) -> tuple[Spot, ...]:
        """Those of some places at which no function asked about stands that is one of some members, or is held."""
        return tuple(p for p in places if not any(f in members for f in self.by_spot.get(p, ())))

    def is_local(self, name: str, function: Function) -> bool:
        """Whether a name is only that of a local variable which holds a function."""
        alias = self._held.get(name, {}).get(function)
        return function not in self.named(name) and alias is not None and not alias.is_member

    def named(self, name: str) -> list[Function]:
        """The functions of a name that is no alias."""
        return self.by_name.get(name, [])

    def held_by(self, name: str) -> list[Function]:
        """The functions that attributes of a name hold."""
        return [f for f, alias in self._held.get(name, {}).items() if alias.is_member]

    def meant_by(self, occurrence: Occurrence) -> Iterable[Function]:
        """The functions that a name without a definition may mean."""
        meant = [f for f in self.named(occurrence.name) if _may_mean(occurrence, f)]
        held = self.held_by(occurrence.name) if isinstance(occurrence.node, ast.Attribute) else []
        return dict.fromkeys([*meant, *held])


def _held(reference: Reference, function: Function, holding: Holding) -> Iterator[Reference]:
    """The place where a function is put into what holds it, and the calls of all that this holds."""
    yield replace(reference, role=Role.ALIAS, doubt=holding.words)
    others = tuple(place for place in holding.places if place != function.spot)
    for called in holding.calls:
        yield Reference(
            called.unit, called.node, Role.CALL, Certainty.CERTAIN, "it is called", called.call, others=others
        )


def _may_mean(occurrence: Occurrence, function: Function) -> bool:
    """Whether a name without a definition may mean a function: by what can be reached by such a name at all."""
    node = occurrence.node
    if isinstance(node, ast.Attribute):
        if function.owner is not None:
            return node.attr == function.node.name and not _is_module(occurrence.file, node.value)
        # What has no type is hardly a module, unless it was imported and its file not found.
        return function.outer is None and _is_imported(occurrence.file, node.value)
    if function.owner is not None:
        return False
    return function.outer is None or function.outer.node in occurrence.around


def _is_imported(file: SourceFile, receiver: ast.expr) -> bool:
    """Whether an import of the file binds the first name of an expression, or it imports by itself."""
    while isinstance(receiver, ast.Attribute):
        receiver = receiver.value
    if isinstance(receiver, ast.Call):
        return ast.unparse(receiver.func).endswith("import_module")
    if not isinstance(receiver, ast.Name):
        return False
    imported = rf"^[ \t]*(?:from\s+\S+\s+)?import\s+(?:\([^)]*|[^\n]*)\b{receiver.id}\b"
    return re.search(imported, file.text, re.MULTILINE) is not None


def _is_module(file: SourceFile, receiver: ast.expr) -> bool:
    """Whether an expression is a name that an ``import`` binds to a module: `asyncio` has no methods."""
    if not isinstance(receiver, ast.Name):
        return False
    imported = rf"^[ \t]*import\s+(?:[^\n]*,\s*)?(?:[\w.]+\s+as\s+)?{receiver.id}\b(?!\s+as\b)"
    return re.search(imported, file.text, re.MULTILINE) is not None


def _start(occurrence: Occurrence) -> Spot:
    return occurrence.file.spot(occurrence.file.span(occurrence.node).start)


def _place(reference: Reference) -> tuple[str, int, int]:
    return str(reference.unit.file.path), reference.node.lineno, reference.node.end_col_offset or 0
