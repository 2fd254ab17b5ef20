"""Functions that a ``__getattr__`` gives partial objects of, whatever name it is asked for: each call of an attribute
that nothing defines may reach any of them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cached_property

from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.resolution.held.holding import HeldCall, HolderSearch, Holding
from autoawait.resolution.partials import Partials
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import definition_of, has_name, types_of


class GetattrPartials(HolderSearch):
    """The functions held so in one project; all calls of attributes are looked through once."""

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
