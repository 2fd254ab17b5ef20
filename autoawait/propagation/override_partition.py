"""Families as far as something holds them together: a call that may reach two members, or a declaration of both.

Who overrides a method turns with it where somebody calls the one and may get the other. Where a class is the async form
of a plain one, and what it calls are methods of its own, the plain one stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Container, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autoawait.dataflow.attribute_uses import self_name
from autoawait.project.index import Function
from autoawait.propagation.async_acceptance import AsyncAcceptance
from autoawait.propagation.async_def_edits import is_declaration
from autoawait.propagation.reachability import components
from autoawait.propagation.requirement import HARMLESS
from autoawait.resolution.families import Families, OverrideGroup
from autoawait.resolution.references import Certainty, Reference, References


class OverridePartition:
    """Families taken apart; answers for the functions of one index.

    What is set apart from others of its family is in doubt (``left``): something that is not seen may hold them
    together, and the type checker will not like an override that is async where its base is not.
    """

    def __init__(
        self,
        families: Families,
        references: References,
        acceptance: AsyncAcceptance,
        torn: Container[tuple[Path, int]],
    ) -> None:
        self._families = families
        self._references = references
        self._acceptance = acceptance
        self._torn = torn
        self._known: dict[Function, OverrideGroup] = {}
        self._found: dict[Function, tuple[Reference, ...]] = {}

    def of(self, function: Function) -> OverrideGroup:
        """Who must become async together with a function."""
        if function not in self._known:
            whole = self._families.of(function)
            self._known.setdefault(function, whole)
            self._known.update((member, part) for part in self._parts(whole) for member in part.members)
        return self._known[function]

    def read(self, functions: Iterable[Function]) -> None:
        """Find what refers to some functions and their families with one question."""
        functions = list(functions)
        self._families.read(functions)
        families = dict.fromkeys(map(self._families.of, functions))
        self.references([member for family in families for member in family.members])

    def references(self, members: Sequence[Function]) -> dict[Function, tuple[Reference, ...]]:
        """All references to each of some functions."""
        if fresh := [member for member in dict.fromkeys(members) if member not in self._found]:
            found = self._references.to(fresh)
            self._found.update(found)
            self._acceptance.foresee([reference for known in found.values() for reference in known])
        return {member: self._found[member] for member in members}

    def reached(self, member: Function, reference: Reference, members: Collection[Function]) -> list[Function]:
        """Those of some methods that a reference may reach which names one of them: on ``super()`` that one alone, on
        ``self`` only what is found by an object that found the method around the reference."""
        caller = reference.unit.function
        match reference.node:
            case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
                return [member]
            case ast.Attribute(value=ast.Name(id=name)) if caller and caller.owner and name == self_name(caller):
                found = self._families.reached(member, caller, self._torn)
            case _:
                found = self._families.reached(member, torn=self._torn)
        return [other for other in found if other in members]

    def overriding(self, family: OverrideGroup) -> list[Function]:
        """The methods set apart that override one of a family: who calls that one may get any of them."""
        whole = self._families.of(family.members[0])
        others = [member for member in whole.members if member not in family.members]
        return [o for o in others if any(self._families.inherits(o, member) for member in family.members)]

    def left(self, turning: Collection[OverrideGroup]) -> Iterator[str]:
        """A sentence for each family of which some members become async, and a method with a body does not."""
        members = {member for family in turning for member in family.members}
        for family in turning:
            whole = self._families.of(family.members[0])
            others = (m for m in whole.members if not (m in members or m.is_async or is_declaration(m)))
            if (other := next(others, None)) is not None:
                yield f"`{other.qualname}` stays plain, of the same family as `{family.members[0].qualname}`"

    def _parts(self, family: OverrideGroup) -> list[OverrideGroup]:
        if len({member.owner for member in family.members}) < 2:
            return [family]
        found = components(family.members, self._bonds(family.members))
        if len(found) == 1:
            return [family]
        return [replace(family, members=tuple(m for m in family.members if m in part)) for part in found]

    def _bonds(self, members: Sequence[Function]) -> dict[Function, list[Function]]:
        bonds: dict[Function, list[Function]] = {member: [] for member in members}
        for one, other in (*self._declared(members), *self._called(members)):
            bonds[one].append(other)
        return bonds

    def _declared(self, members: Sequence[Function]) -> Iterator[tuple[Function, Function]]:
        """The forms of one method, and what the nearest method above without a body to speak of is declared for: one
        that another declares anew, as for async forms, says nothing of these."""
        declarations = [member for member in members if is_declaration(member)]
        for member in members:
            for other in members:
                if member.qualname == other.qualname and _module(member) == _module(other):
                    yield member, other
            if member not in declarations:
                above = [d for d in declarations if self._families.inherits(member, d)]
                yield from ((d, member) for d in above if not any(self._is_below(e, d) for e in above))

    def _is_below(self, one: Function, other: Function) -> bool:
        return one.owner is not other.owner and self._families.inherits(one, other)

    def _called(self, members: Sequence[Function]) -> Iterator[tuple[Function, Function]]:
        """Each member with those that a reference to it may reach as well."""
        named: dict[tuple[object, ast.AST], Function] = {}
        for member, references in self.references(members).items():
            for reference in references:
                if self._binds(reference):
                    yield member, named.setdefault((reference.unit.file.path, reference.node), member)
                    yield from ((member, other) for other in self.reached(member, reference, members))

    def _binds(self, reference: Reference) -> bool:
        """Whether a reference treats all that it may reach alike: not where it takes coroutines and values."""
        if reference.certainty is not Certainty.CERTAIN or reference.role in HARMLESS:
            return False
        return reference.call is None or not self._acceptance.takes_either(reference.unit, reference.call)


def _module(function: Function) -> Path:
    """The path of a function's module without a suffix: that of its stub is the same."""
    return function.file.path.with_suffix("")
