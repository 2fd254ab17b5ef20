"""Override groups, split where nothing holds them together: no call that may reach two members, no common declaration.

An override becomes async with its base where some call may reach either. Where a class is the async form of a sync one,
and the methods that it calls are its own, the sync one stays as it is.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from autoawait.project.index import Function
from autoawait.propagation.acceptance.async_acceptance import AsyncAcceptance
from autoawait.propagation.conversion_graph import HARMLESS
from autoawait.propagation.def_edits.async_def import is_declaration
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.reachability import components
from autoawait.resolution.class_graph.model import self_name
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.references import Certainty, Reference


class OverridePartition:
    """Which functions of one index must become async together.

    A split group is in doubt (``left_sync``): unseen code may call its methods alike, and a type checker objects to an
    async override of a sync method.
    """

    def __init__(self, facts: ProjectFacts, acceptance: AsyncAcceptance) -> None:
        self._facts = facts
        self._acceptance = acceptance
        self._bases_differ = facts.checker_diagnostics.torn()  # of the files before any edit
        self._known: dict[Function, OverrideGroup] = {}
        self._found: dict[Function, tuple[Reference, ...]] = {}

    def of(self, function: Function) -> OverrideGroup:
        """The part of its override group that must become async together with a function, since a call may reach any of
        them."""
        if function not in self._known:
            whole = self._facts.classes.overrides(function)
            self._known.setdefault(function, whole)
            self._known.update((member, part) for part in self._parts(whole) for member in part.members)
        return self._known[function]

    def read(self, functions: Iterable[Function]) -> None:
        """Find what refers to some functions and their override groups with one question."""
        functions = list(functions)
        self._facts.classes.prepare_overrides(functions)
        groups = dict.fromkeys(map(self._facts.classes.overrides, functions))
        self.references([member for group in groups for member in group.members])

    def references(self, members: Sequence[Function]) -> dict[Function, tuple[Reference, ...]]:
        """All references to each of some functions."""
        if fresh := [member for member in dict.fromkeys(members) if member not in self._found]:
            found = self._facts.references.to(fresh)
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
                found = self._facts.classes.reached(member, caller, self._bases_differ)
            case _:
                found = self._facts.classes.reached(member, torn=self._bases_differ)
        return [other for other in found if other in members]

    def overriding(self, group: OverrideGroup) -> list[Function]:
        """The methods split off that override one of a group: a call of that one may reach any of them."""
        whole = self._facts.classes.overrides(group.members[0])
        others = [member for member in whole.members if member not in group.members]
        return [o for o in others if any(self._facts.classes.inherits(o, member) for member in group.members)]

    def left_sync(self, converted: Collection[OverrideGroup]) -> Iterator[str]:
        """A sentence for each group that is split, with a method that has a body and stays sync."""
        members = {member for group in converted for member in group.members}
        for group in converted:
            whole = self._facts.classes.overrides(group.members[0])
            others = (m for m in whole.members if not (m in members or m.is_async or is_declaration(m)))
            if (other := next(others, None)) is not None:
                yield f"`{other.qualname}` stays sync, in the same override group as `{group.members[0].qualname}`"

    def _parts(self, group: OverrideGroup) -> list[OverrideGroup]:
        if len({member.owner for member in group.members}) < 2:
            return [group]
        found = components(group.members, self._edges(group.members))
        if len(found) == 1:
            return [group]
        return [replace(group, members=tuple(m for m in group.members if m in part)) for part in found]

    def _edges(self, members: Sequence[Function]) -> dict[Function, list[Function]]:
        edges: dict[Function, list[Function]] = {member: [] for member in members}
        for one, other in (*self._declared(members), *self._called(members)):
            edges[one].append(other)
        return edges

    def _declared(self, members: Sequence[Function]) -> Iterator[tuple[Function, Function]]:
        """The forms of one method, and each method with the nearest declaration above it: what another one declares
        again, as for async forms, says nothing of these."""
        declarations = [member for member in members if is_declaration(member)]
        for member in members:
            for other in members:
                if member.qualname == other.qualname and _module(member) == _module(other):
                    yield member, other
            if member not in declarations:
                above = [d for d in declarations if self._facts.classes.inherits(member, d)]
                yield from ((d, member) for d in above if not any(self._is_below(e, d) for e in above))

    def _is_below(self, one: Function, other: Function) -> bool:
        return one.owner is not other.owner and self._facts.classes.inherits(one, other)

    def _called(self, members: Sequence[Function]) -> Iterator[tuple[Function, Function]]:
        """Each member with those that a reference to it may reach too."""
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
