"""What holds a function that is called later by a name or key, if all that happens to it can be found."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.resolution.held.argparse_namespaces import ArgparseNamespaces
from autoawait.resolution.held.displays import LookupTables, LoopedDisplays, TestedKeys
from autoawait.resolution.held.holding import HeldCall, HolderSearch, Holding
from autoawait.resolution.partials import Partials
from autoawait.resolution.reference_roles import ReferenceRole, Role
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definition_of, has_name, types_of


class FunctionHolders:
    """What holds functions in one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences, partials: Partials) -> None:
        self._argparse_namespaces = ArgparseNamespaces(index, engine, names)
        self._getattr_partials = GetattrPartials(index, engine, names, partials)
        self._looped_displays = LoopedDisplays(index, engine, names)
        self._lookup_tables = LookupTables(index, engine, names)
        self._tested_keys = TestedKeys(index, engine, names)

    def holding(self, occurrence: Occurrence, reference_role: ReferenceRole) -> Holding | None:
        """What holds a function where it is named, with all that is held beside it; None if nothing does, or if
        the function may be reached there in ways that are not seen."""
        if reference_role.role is Role.PASSED and reference_role.into is not None:
            return self._argparse_namespaces.holding(occurrence, reference_role.into)
        if reference_role.role is Role.PARTIAL:
            return self._getattr_partials.holding(occurrence)
        if reference_role.role is Role.STORED:
            held = self._looped_displays.holding(occurrence) or self._lookup_tables.holding(occurrence)
            return held or self._tested_keys.holding(occurrence)
        return None


class GetattrPartials(HolderSearch):
    """Functions that a ``__getattr__`` gives partial objects of, whatever name it is asked for: each call of an
    attribute that nothing defines may reach any of them. All calls of attributes are looked through once."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences, partials: Partials) -> None:
        super().__init__(index, engine, names)
        self._partials = partials

    def holding(self, occurrence: Occurrence) -> Holding | None:
        """What is held with a function of which a ``__getattr__`` returns a partial object; None if it does not, or
        returns anything else too."""
        getter = occurrence.function
        if getter is None or getter.node.name != "__getattr__" or not isinstance(occurrence.around[1], ast.Return):
            return None
        inner = self._partials.given_by(getter)
        if occurrence.node not in [node for _, node in inner]:
            return None
        places = self._places_of(inner)
        if places is None:
            return None
        return Holding(places, tuple(self._calls.get(getter, ())), f"`{getter.qualname}` returns it for any name")

    @cached_property
    def _calls(self) -> dict[Function, list[HeldCall]]:
        """The calls of attributes that nothing of the project defines, by the ``__getattr__`` that gives them."""
        found: dict[Function, list[HeldCall]] = {}
        asked = [one for one in self._attributes_called() if has_name(one[2].value)]
        classes = types_of(self._engine, [(unit.file, node.value) for unit, _, node in asked])
        for (unit, call, node), places in zip(asked, classes, strict=True):
            getter = self._partials.getter(places)
            if getter is not None and not self._is_defined(unit, node):
                found.setdefault(getter, []).append(HeldCall(unit, node, call))
        return found

    def _attributes_called(self) -> Iterator[tuple[Unit, ast.Call, ast.Attribute]]:
        for module in self._index.own:
            for function in module.functions:
                for node in function.unit.nodes:
                    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
                        yield function.unit, node, node.func

    def _is_defined(self, unit: Unit, node: ast.Attribute) -> bool:
        """Whether something of the project bears the name of an attribute."""
        places = definition_of(self._engine, unit.file, node)
        return any(self._index.is_own(place.path) for place in places)
