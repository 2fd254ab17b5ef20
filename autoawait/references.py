"""All places that may mean a function, found by its name and confirmed by the type engine.

Whoever makes a function async must know every one of them: what only calls it can await it, anything else
holds it back.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum

from autoawait.families import Families
from autoawait.index import Function, Index, Unit, module_unit
from autoawait.names import Names, Occurrence, Place
from autoawait.roles import Role, Standing, standing_of
from autoawait.source import SourceFile, Spot
from autoawait.strings import Strings
from autoawait.types.engine import TypeEngine


class Certainty(Enum):
    """CERTAIN: the name leads to the function. UNKNOWN: nobody knows where it leads, so it may be meant."""

    CERTAIN = "certain"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Reference:
    """A place that names a function. ``unit`` is the code it stands in, ``node`` the name there.

    ``call`` is the call whose callee it is, ``into`` the call whose argument it is; ``words`` say its role.
    ``others`` are the places of whatever else the name may mean there (another class of a union, the other
    branch of an ``if``, what the name is bound to besides), as far as it is none of the functions asked about.
    """

    unit: Unit
    node: Place
    role: Role
    certainty: Certainty
    words: str
    call: ast.Call | None = None
    into: ast.Call | None = None
    others: tuple[Spot, ...] = ()

    @property
    def line(self) -> int:
        """1-based."""
        return self.node.end_lineno or self.node.lineno


class References:
    """Finds references for batches of functions; the text of the project is searched once."""

    def __init__(self, index: Index, engine: TypeEngine, families: Families | None = None) -> None:
        self._engine = engine
        self._names = Names(index)
        self._strings = Strings(index, engine, families or Families(index, engine))
        self._module_units: dict[SourceFile, Unit] = {}

    def to(self, functions: Sequence[Function]) -> dict[Function, tuple[Reference, ...]]:
        """All references to each function, in order of file and place. Ask about whole families, with one call."""
        batch = _Batch(functions, self._names)
        found: dict[Function, list[Reference]] = {f: [] for f in functions}
        standings = [(o, s) for o in self._names.occurrences(batch.names) if (s := standing_of(o)) is not None]
        named = [(o, s) for o, s in standings if not isinstance(o.node, ast.Constant)]
        asked = [o.spot for o, _ in named if o.spot is not None]
        answers = dict(zip(asked, self._engine.definitions(asked), strict=True))
        imports = {_start(o) for o, _ in named if isinstance(o.node, ast.alias)}
        holders: dict[SourceFile, set[Function]] = {}
        for occurrence, standing in named:
            places = answers.get(occurrence.spot, ()) if occurrence.spot else ()
            hits, others = batch.hits(places)
            for function in hits:
                found[function].append(self._reference(occurrence, standing, Certainty.CERTAIN, others))
                if isinstance(occurrence.node, ast.alias):
                    holders.setdefault(occurrence.file, set()).add(function)
            if not hits and imports.issuperset(places):
                for function in batch.meant_by(occurrence):
                    found[function].append(self._reference(occurrence, standing, Certainty.UNKNOWN))
        texts = [(o, s) for o, s in standings if isinstance(o.node, ast.Constant)]
        judged = self._strings.meant([(o, s, batch.by_name[o.name]) for o, s in texts], holders)
        for (occurrence, standing), meant in zip(texts, judged, strict=True):
            for function, is_sure in meant.items():
                certainty = Certainty.CERTAIN if is_sure else Certainty.UNKNOWN
                found[function].append(self._reference(occurrence, standing, certainty))
        return {f: tuple(sorted(refs, key=_place)) for f, refs in found.items()}

    def _reference(
        self, occurrence: Occurrence, standing: Standing, certainty: Certainty, others: tuple[Spot, ...] = ()
    ) -> Reference:
        unit = occurrence.function.unit if occurrence.function else self._module_unit(occurrence.file)
        role, words, call, into = standing.role, standing.words, standing.call, standing.into
        return Reference(unit, occurrence.node, role, certainty, words, call, into, others)

    def _module_unit(self, file: SourceFile) -> Unit:
        if file not in self._module_units:
            self._module_units[file] = module_unit(file, range(len(file.body)))
        return self._module_units[file]


class _Batch:
    """The functions of one question, by their places and by all names that may mean them."""

    def __init__(self, functions: Sequence[Function], names: Names) -> None:
        self.by_spot: Mapping[Spot, Function] = {f.spot: f for f in functions}
        self.by_name: dict[str, list[Function]] = {}
        for function in functions:
            for name in names.also_called(function.node.name):
                self.by_name.setdefault(name, []).append(function)

    @property
    def names(self) -> Iterable[str]:
        return self.by_name

    def hits(self, places: tuple[Spot, ...]) -> tuple[list[Function], tuple[Spot, ...]]:
        """The functions that stand at some places, and the places of anything else."""
        hits = [self.by_spot[p] for p in places if p in self.by_spot]
        return hits, tuple(p for p in places if p not in self.by_spot)

    def meant_by(self, occurrence: Occurrence) -> list[Function]:
        """The functions that a name without a definition may mean."""
        return [f for f in self.by_name[occurrence.name] if _may_mean(occurrence, f)]


def _may_mean(occurrence: Occurrence, function: Function) -> bool:
    """Whether a name without a definition may mean a function: by what can be reached by such a name at all."""
    node = occurrence.node
    if isinstance(node, ast.Attribute):
        if function.owner is not None:
            return node.attr == function.node.name
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


def _start(occurrence: Occurrence) -> Spot:
    return occurrence.file.spot(occurrence.file.span(occurrence.node).start)


def _place(reference: Reference) -> tuple[str, int, int]:
    return str(reference.unit.file.path), reference.node.lineno, reference.node.end_col_offset or 0
