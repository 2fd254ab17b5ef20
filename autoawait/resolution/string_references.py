"""Which functions a string refers to that is looked up as a name: by ``getattr``, ``patch``, ``__all__``, as a path."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from autoawait.project.index import Function, Index, name_end
from autoawait.project.occurrences import Occurrence, dotted_name
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.reference_roles import ReferenceRole, Role
from autoawait.types.engine import TypeEngine

_Text = tuple[Occurrence, ReferenceRole, Sequence[Function]]


class StringReferences:
    """What strings refer to where a name is looked up; the engine is asked whose attribute that is."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    @cached_property
    def _modules(self) -> dict[str, list[tuple[str, SourceFile]]]:
        """The modules of the project with their dotted names, by the last part of these."""
        found: dict[str, list[tuple[str, SourceFile]]] = {}
        for module in self._index.own:
            name = dotted_name(module.file)
            found.setdefault(name.rpartition(".")[2], []).append((name, module.file))
        return found

    def meant(
        self, texts: Sequence[_Text], importing: Mapping[SourceFile, set[Function]]
    ) -> list[dict[Function, bool]]:
        """For each string the functions that it may mean, True where it certainly does.

        ``importing`` says which functions the modules import.
        """
        spots = [_receiver_spot(o, s) for o, s, _ in texts]
        asked = [spot for spot in spots if spot is not None]
        places = dict(zip(asked, self._engine.definitions(asked), strict=True))
        for spot, found in zip(asked, self._engine.type_definitions(asked), strict=True):
            places[spot] += found
        return [
            self._meant(text, places.get(spot, ()) if spot else None, importing)
            for text, spot in zip(texts, spots, strict=True)
        ]

    def _meant(
        self, text: _Text, receiver: tuple[Spot, ...] | None, importing: Mapping[SourceFile, set[Function]]
    ) -> dict[Function, bool]:
        occurrence, standing, functions = text
        assert isinstance(occurrence.node, ast.Constant)
        prefix = str(occurrence.node.value).replace(":", ".").rpartition(".")[0]
        found: dict[Function, bool] = {}
        for function in functions:
            is_certain: bool | None
            if standing.role is Role.EXPORTED:
                is_certain = self._is_in(occurrence.file, function, importing) or None
            elif prefix:
                is_certain = self._at_path(prefix, function, importing) or None
            else:
                is_certain = self._looked_up(receiver, function, importing)
            if is_certain is not None:
                found[function] = is_certain
        return found

    def _is_in(self, file: SourceFile, function: Function, importing: Mapping[SourceFile, set[Function]]) -> bool:
        """Whether a module defines or imports a function at its top level."""
        if function.owner is not None or function.outer is not None:
            return False
        return function.file is file or function in importing.get(file, ())

    def _at_path(self, prefix: str, function: Function, importing: Mapping[SourceFile, set[Function]]) -> bool:
        """Whether a function is what a dotted path leads to: of a module that has it, or of a class that has it."""
        last = prefix.rpartition(".")[2]
        if function.owner is None:
            return any(
                _ends_alike(prefix, name) and self._is_in(file, function, importing)
                for name, file in self._modules.get(last, ())
            )
        return any(one.is_own and one.node.name == last for one in self._classes.relatives(function))

    def _looked_up(
        self, receiver: tuple[Spot, ...] | None, function: Function, importing: Mapping[SourceFile, set[Function]]
    ) -> bool | None:
        """Whether an attribute of what stands at some places is a function: True, or False for perhaps, or None."""
        if function.owner is None:
            # A module is defined at the first byte of its file.
            at_start = [p.path for p in receiver or () if (p.line, p.column) == (1, 0)]
            modules = [self._index.modules[path] for path in at_start if path in self._index.modules]
            return any(self._is_in(m.file, function, importing) for m in modules) or None
        classes = self._classes.at(receiver or ())
        return (not set(classes).isdisjoint(self._classes.relatives(function)) or None) if classes else False


def _receiver_spot(occurrence: Occurrence, standing: ReferenceRole) -> Spot | None:
    """Where to ask whose attribute a string names: at the first argument of ``getattr`` and its kin."""
    call = standing.into
    if call is None or not call.args or call.args[0] is occurrence.node:
        return None
    return name_end(occurrence.file, call.args[0])


def _ends_alike(one: str, other: str) -> bool:
    """Whether of two dotted names one is the end of the other: folders above a package may be left out or named."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")
