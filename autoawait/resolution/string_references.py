"""Which functions a string means that is looked up as a name: by ``getattr``, ``patch``, ``__all__``, as a path."""

from __future__ import annotations

import ast
from collections.abc import Mapping, Sequence
from functools import cached_property

from autoawait.project.index import Function, Index
from autoawait.project.occurrences import Occurrence, dotted_name
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.families import Families
from autoawait.resolution.reference_roles import ReferenceRole, Role
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definitions_of, has_name, types_of

_Text = tuple[Occurrence, ReferenceRole, Sequence[Function]]


class StringReferences:
    """Answers for strings in places where a name is looked up; asks the engine whose attribute it is."""

    def __init__(self, index: Index, engine: TypeEngine, families: Families) -> None:
        self._index = index
        self._engine = engine
        self._families = families

    @cached_property
    def _modules(self) -> dict[str, list[tuple[str, SourceFile]]]:
        """The modules of the project with their dotted names, by the last part of these."""
        found: dict[str, list[tuple[str, SourceFile]]] = {}
        for module in self._index.own:
            name = dotted_name(module.file)
            found.setdefault(name.rpartition(".")[2], []).append((name, module.file))
        return found

    @cached_property
    def _classes(self) -> dict[str, list[ast.ClassDef]]:
        """The classes of the project by their names."""
        found: dict[str, list[ast.ClassDef]] = {}
        for module in self._index.own:
            for node in module.by_line.values():
                if isinstance(node, ast.ClassDef):
                    found.setdefault(node.name, []).append(node)
        return found

    def meant(self, texts: Sequence[_Text], holders: Mapping[SourceFile, set[Function]]) -> list[dict[Function, bool]]:
        """For each string the functions that it may mean, True where it surely does.

        ``holders`` says which functions the modules import.
        """
        receivers = [_receiver(o, s) for o, s, _ in texts]
        asked = [(text[0].file, receiver) for text, receiver in zip(texts, receivers, strict=True) if receiver]
        known = zip(definitions_of(self._engine, asked), types_of(self._engine, asked), strict=True)
        places = iter([(*defined, *classes) for defined, classes in known])
        return [
            self._meant(text, next(places) if receiver else None, holders)
            for text, receiver in zip(texts, receivers, strict=True)
        ]

    def _meant(
        self, text: _Text, receiver: tuple[Spot, ...] | None, holders: Mapping[SourceFile, set[Function]]
    ) -> dict[Function, bool]:
        occurrence, standing, functions = text
        assert isinstance(occurrence.node, ast.Constant)
        prefix = str(occurrence.node.value).replace(":", ".").rpartition(".")[0]
        found: dict[Function, bool] = {}
        for function in functions:
            sure: bool | None
            if standing.role is Role.EXPORTED:
                sure = self._is_in(occurrence.file, function, holders) or None
            elif prefix:
                sure = self._at_path(prefix, function, holders) or None
            else:
                sure = self._looked_up(receiver, function, holders)
            if sure is not None:
                found[function] = sure
        return found

    def _is_in(self, file: SourceFile, function: Function, holders: Mapping[SourceFile, set[Function]]) -> bool:
        """Whether a function is a name of a module: defined or imported there."""
        if function.owner is not None or function.outer is not None:
            return False
        return function.file is file or function in holders.get(file, ())

    def _at_path(self, prefix: str, function: Function, holders: Mapping[SourceFile, set[Function]]) -> bool:
        """Whether a function is what a dotted path leads to: of a module that has it, or of a class that has it."""
        last = prefix.rpartition(".")[2]
        if function.owner is None:
            return any(
                _ends_alike(prefix, name) and self._is_in(file, function, holders)
                for name, file in self._modules.get(last, ())
            )
        return any(self._families.related(function, node) for node in self._classes.get(last, ()))

    def _looked_up(
        self, receiver: tuple[Spot, ...] | None, function: Function, holders: Mapping[SourceFile, set[Function]]
    ) -> bool | None:
        """Whether an attribute of what stands at some places is a function: True, or False for perhaps, or None."""
        if function.owner is None:
            # A module is defined at the first byte of its file.
            at_start = [p.path for p in receiver or () if (p.line, p.column) == (1, 0)]
            modules = [self._index.modules[path] for path in at_start if path in self._index.modules]
            return any(self._is_in(m.file, function, holders) for m in modules) or None
        classes = [d for d in map(self._index.definition, receiver or ()) if isinstance(d, ast.ClassDef)]
        if not classes:
            return False
        return any(self._families.related(function, node) for node in classes) or None


def _receiver(occurrence: Occurrence, standing: ReferenceRole) -> ast.expr | None:
    """Whose attribute a string names: the first argument of ``getattr`` and its kin."""
    call = standing.into
    if call is None or not call.args or call.args[0] is occurrence.node:
        return None
    return call.args[0] if has_name(call.args[0]) else None


def _ends_alike(one: str, other: str) -> bool:
    """Whether of two dotted names one is the end of the other: folders above a package may be left out or named."""
    return f".{one}".endswith(f".{other}") or f".{other}".endswith(f".{one}")
