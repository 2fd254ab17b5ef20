"""Classes with their resolved bases and subclasses, and what these say of a method."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field

from autoawait.project.index import Function
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile
from autoawait.resolution.classes import takes_calls_of
from autoawait.types.type_expr import names_awaitable


@dataclass(eq=False)
class Class:
    """A class with its resolved bases. ``methods`` are its defs, ``bound`` all names its body binds."""

    file: SourceFile
    node: ast.ClassDef
    is_own: bool
    methods: dict[str, list[Function]]
    bound: frozenset[str]
    is_protocol: bool = False
    bases: list[Class] = field(default_factory=list)
    subclasses: list[Class] = field(default_factory=list)
    unresolved: dict[int, str] = field(default_factory=dict)  # by the place among the bases

    @property
    def qualified_name(self) -> str:
        return f"{dotted_name(self.file)}.{self.node.name}"

    def wants_plain(self, name: str) -> bool:
        """Whether it defines a name, and neither as an ``async def`` nor as what its type says may be awaited: an async
        override of these is as it should be."""
        if name not in self.bound or any(names_awaitable(text) for text in self._annotations(name)):
            return False
        return name not in self.methods or self.has_plain(name)

    def _annotations(self, name: str) -> Iterator[str]:
        """What the class is annotated to give by a name: ``get: Callable[..., Awaitable[None] | None]``."""
        yield from (ast.unparse(f.node.returns) for f in self.methods.get(name, ()) if f.node.returns)
        for statement in self.node.body:
            if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
                yield ast.unparse(statement.annotation)

    def has_plain(self, name: str) -> bool:
        """Whether it has a ``def`` of a name that is not async."""
        return any(not f.is_async for f in self.methods.get(name, ()))


def is_below_async(one: Class, name: str) -> bool:
    """Whether a class or one that it inherits from has a method as an ``async def`` alone."""
    return any(c.is_own and name in c.methods and not c.has_plain(name) for c in above_of(one))


def above_of(one: Class) -> list[Class]:
    """A class and all classes it inherits from."""
    found = {one: None}
    waiting = [one]
    while waiting:
        fresh = [base for base in waiting.pop().bases if base not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)


def order_of(one: Class) -> list[Class]:
    """A class and all that it inherits from in the order in which Python looks up a name (C3), of bases that are known;
    where there is no such order, nearest first."""
    return _linear(one, ()) or above_of(one)


def _linear(one: Class, below: tuple[Class, ...]) -> list[Class]:
    """The order of a class, of which ``below`` are being asked for theirs; empty if there is none."""
    bases = [base for base in dict.fromkeys(one.bases) if base not in below]  # a stub inherits from its module and back
    rows = [*(_linear(base, (*below, one)) for base in bases), bases]
    order = [one]
    while rows := [row for row in rows if row]:
        following = (row[0] for row in rows if not any(row[0] in other[1:] for other in rows))
        if (first := next(following, None)) is None:
            return []
        order.append(first)
        rows = [row[1:] if row[0] is first else row for row in rows]
    return order


def below_of(one: Class) -> list[Class]:
    """A class and all own classes that inherit from it."""
    found = {one: None}
    waiting = [one]
    while waiting:
        fresh = [c for c in waiting.pop().subclasses if c.is_own and c not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)


def unknown_base(definers: list[Class], around: list[Class]) -> str:
    """The words for a base that may define the method too: above a definer, or before it in a class below."""
    above = dict.fromkeys(a for definer in definers for a in above_of(definer))
    for one in above:
        for text in one.unresolved.values():
            return f"the base `{text}` of `{one.node.name}` is not known"
    for one in around:
        if one not in above and one.unresolved and 0 in one.unresolved:
            return f"the base `{one.unresolved[0]}` of `{one.node.name}` is not known"
    return ""


def bound_otherwise(around: list[Class], name: str) -> str:
    """The words for a class of the project that binds the name by something else than a def."""
    odd = (c for c in around if c.is_own and name in c.bound and name not in c.methods)
    return next((f"`{c.node.name}.{name}` is no `def`" for c in odd), "")


def fulfils(one: Class, protocol: Class) -> bool:
    """Whether a class has all methods of a Protocol that it does not inherit from, and each can be called so."""
    lineage = above_of(one)
    if protocol in lineage:
        return False
    wanted = {n: fs[-1].node for c in reversed(above_of(protocol)) if c.is_protocol for n, fs in c.methods.items()}
    given = {n: fs[-1].node for c in reversed(lineage) for n, fs in c.methods.items()}
    return all(name in given and takes_calls_of(given[name], node) for name, node in wanted.items())
