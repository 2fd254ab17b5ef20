"""Which classes fulfil a Protocol, whether they name it as a base or not."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

from autoawait.project.syntax import FunctionNode
from autoawait.resolution.class_graph.base_resolution import BaseResolution
from autoawait.resolution.class_graph.model import Class


class Protocols:
    """The implementers of Protocols among the classes of a project."""

    def __init__(self, bases: BaseResolution) -> None:
        self._bases = bases
        self._implementers: dict[Class, tuple[Class, ...]] = {}

    @cached_property
    def defining(self) -> dict[str, list[Class]]:
        """The classes that have a method, by its name."""
        found: dict[str, list[Class]] = {}
        for one in self._bases.own():
            for name in one.methods:
                found.setdefault(name, []).append(one)
        return found

    def implementers(self, protocol: Class) -> tuple[Class, ...]:
        """The classes that have all methods of a Protocol, each such that it can be called as declared."""
        if protocol not in self._implementers:
            declared = [one for one in protocol.above if one.is_protocol]
            wanted = {name: _method(declared, name) for one in declared for name in one.methods}
            definers = (one for name in wanted for one in self.defining.get(name, ()))
            having = dict.fromkeys(heir for one in definers for heir in one.below)
            self._implementers[protocol] = tuple(c for c in having if not c.is_protocol and _fulfils(c, wanted))
        return self._implementers[protocol]


def _fulfils(one: Class, wanted: Mapping[str, FunctionNode | None]) -> bool:
    given = {name: _method(one.above, name) for name in wanted}
    return all(node and (found := given[name]) and takes_calls_of(found, node) for name, node in wanted.items())


def _method(classes: Iterable[Class], name: str) -> FunctionNode | None:
    """The last ``def`` of a name in the first of some classes that has any."""
    return next((one.methods[name][-1].node for one in classes if name in one.methods), None)


def takes_calls_of(given: FunctionNode, wanted: FunctionNode) -> bool:
    """Whether a method can be called as another is declared, by the number and names of parameters alone."""
    if wanted.args.vararg or wanted.args.kwarg:
        return True  # it says nothing of how it is called
    own, other = given.args, wanted.args
    places, calls = len(own.posonlyargs) + len(own.args), len(other.posonlyargs) + len(other.args)
    names = {a.arg for a in (*own.args, *own.kwonlyargs)}
    needed = {a.arg for a, default in zip(own.kwonlyargs, own.kw_defaults, strict=True) if default is None}
    passed = {a.arg for a in other.kwonlyargs}
    enough = places - len(own.defaults) <= calls and (calls <= places or own.vararg is not None)
    return enough and needed <= passed and (own.kwarg is not None or passed <= names)
