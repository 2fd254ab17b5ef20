"""A class: what its statement says, its bases and subclasses, and the order in which a name is looked up in it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from autoawait.project.bindings import positional
from autoawait.project.index import Function
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile
from autoawait.types.type_expr import names_awaitable

_Node = TypeVar("_Node")
_Relation = Callable[[_Node], Iterable[_Node]]


@dataclass(eq=False)
class Class:
    """A class, and its bases each with its number in the statement once they are resolved (``is_linked``).

    ``methods`` are its defs, ``bound`` all names that its body binds, ``unresolved`` the texts of the bases that are
    not known. The stub of a class and the class in the module beside it are bases of each other.
    """

    file: SourceFile
    node: ast.ClassDef
    is_own: bool
    methods: Mapping[str, Sequence[Function]]
    bound: frozenset[str]
    is_linked: bool = False
    is_protocol: bool = False
    bases: dict[Class, int] = field(default_factory=dict)
    subclasses: dict[Class, None] = field(default_factory=dict)
    unresolved: dict[int, str] = field(default_factory=dict)

    @property
    def functions(self) -> Iterator[Function]:
        """All its defs."""
        return (function for functions in self.methods.values() for function in functions)

    @property
    def qualified_name(self) -> str:
        return f"{dotted_name(self.file)}.{self.node.name}"

    @cached_property
    def above(self) -> list[Class]:
        """The class and all classes that it inherits from."""
        return reachable(self, lambda one: one.bases)

    @cached_property
    def order(self) -> list[Class]:
        """The class and all that it inherits from in the order of look-up; nearest first where there is none."""
        return linearized(self, lambda one: one.bases) or self.above

    @property
    def below(self) -> list[Class]:
        """The class and all classes of the project that inherit from it."""
        return reachable(self, lambda one: (c for c in one.subclasses if c.is_own))

    def may_shadow(self, other: Class) -> bool:
        """Whether a base that is not known may define a name before another class above does."""
        return any(self.bases.get(other, number) >= number for number in self.unresolved)

    def wants_sync(self, name: str) -> bool:
        """Whether it defines a name, and neither as an ``async def`` nor as what its type says may be awaited: an async
        override of these is as it should be."""
        if name not in self.bound or any(map(names_awaitable, self._annotations(name))):
            return False
        return name not in self.methods or self.has_sync(name)

    def has_sync(self, name: str) -> bool:
        """Whether it has a ``def`` of a name that is not async."""
        return any(not f.is_async for f in self.methods.get(name, ()))

    def is_below_async(self, name: str) -> bool:
        """Whether it or a class of the project that it inherits from has a method as an ``async def`` alone."""
        return any(c.is_own and name in c.methods and not c.has_sync(name) for c in self.above)

    def _annotations(self, name: str) -> Iterator[str]:
        """What the class is annotated to give by a name: ``get: Callable[..., Awaitable[None] | None]``."""
        yield from (ast.unparse(f.node.returns) for f in self.methods.get(name, ()) if f.node.returns)
        for statement in self.node.body:
            if isinstance(statement, ast.AnnAssign) and ast.unparse(statement.target) == name:
                yield ast.unparse(statement.annotation)


@dataclass(frozen=True, slots=True)
class Member:
    """What an object of a class finds under a name: the ``holder`` that binds it, and the ``def``s it does so by.

    ``is_sure``: no base that is not known may bind the name before that.
    """

    holder: Class | None
    functions: Sequence[Function]
    is_sure: bool


def member_of(one: Class, name: str) -> Member:
    """What an object of a class finds under a name."""
    before: list[Class] = []
    for holder in one.order:
        if name in holder.bound:
            is_sure = not any(c.may_shadow(holder) for c in before)
            return Member(holder, holder.methods.get(name, ()), is_sure)
        before.append(holder)
    return Member(None, (), is_sure=not any(c.unresolved for c in before))


def bases_in(node: ast.ClassDef) -> list[ast.expr]:
    """The bases that a class statement names, without their type arguments."""
    return [b.value if isinstance(b, ast.Subscript) else b for b in node.bases]


def names_in(node: ast.ClassDef) -> Iterator[str]:
    """The names that assignments in a class body bind."""
    for statement in node.body:
        match statement:
            case ast.Assign():
                yield from (t.id for t in statement.targets if isinstance(t, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def self_name(method: Function) -> str:
    """The name of the first parameter of a method, empty if it has none."""
    parameters = positional(method.node)
    return parameters[0].arg if parameters else ""


def reachable(one: _Node, following: _Relation[_Node]) -> list[_Node]:
    """A node and all that a relation leads to from it."""
    found = {one: None}
    waiting = [one]
    while waiting:
        fresh = [node for node in following(waiting.pop()) if node not in found]
        found.update(dict.fromkeys(fresh))
        waiting += fresh
    return list(found)


def linearized(one: _Node, bases_of: _Relation[_Node], below: tuple[_Node, ...] = ()) -> list[_Node]:
    """The order of a class, of which ``below`` are being asked for theirs; empty if there is none (docs.python.org,
    The Python 2.3 Method Resolution Order)."""
    # A stub inherits from its module and back.
    bases = [base for base in dict.fromkeys(bases_of(one)) if base not in below]
    rows = [*(linearized(base, bases_of, (*below, one)) for base in bases), bases]
    order = [one]
    while rows := [row for row in rows if row]:
        following = (row[0] for row in rows if not any(row[0] in other[1:] for other in rows))
        if (first := next(following, None)) is None:
            return []
        order.append(first)
        rows = [row[1:] if row[0] is first else row for row in rows]
    return order
