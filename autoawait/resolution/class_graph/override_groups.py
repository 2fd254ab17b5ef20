"""The functions that a type checker wants to be all async or all sync (mypy's ``[override]``): an upper bound.

A method with everything that overrides it or that it overrides; overloads with their implementation; the ``def`` of a
stub.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from autoawait.project.index import Function, Index
from autoawait.project.source import Spot
from autoawait.project.syntax import FunctionNode
from autoawait.resolution.class_graph.base_resolution import BaseResolution
from autoawait.resolution.class_graph.model import Class
from autoawait.types.engine import MAYBE_AWAITABLE, TypeEngine
from autoawait.types.expressions import facts_at


@dataclass(frozen=True)
class OverrideGroup:
    """The functions that become async together, in order of file and place.

    ``foreign`` is the qualified name of a class outside the project that defines the method too, ``unknown``
    the words for why there may be others that we do not see, ``doubt`` for a Protocol that may mean it as well; all
    empty if there is no such thing.
    """

    members: tuple[Function, ...]
    foreign: str = ""
    unknown: str = ""
    doubt: str = ""


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


class OverrideGroups:
    """Finds the group of a function, given the class around it."""

    def __init__(self, index: Index, engine: TypeEngine, bases: BaseResolution) -> None:
        self._index = index
        self._engine = engine
        self._protocols = Protocols(bases)

    def of(self, function: Function, owner: Class | None) -> OverrideGroup:
        """Who must become async together with a function; ``owner`` is None for what is no method of the project."""
        if owner is None:
            return OverrideGroup(_ordered(self._twins([function])))
        name = function.node.name
        definers, around = self._connected(owner, name)
        members = [f for c in definers for f in c.methods.get(name, ())]
        foreign = next((c.qualified_name for c in around if not c.is_own and c.wants_sync(name)), "")
        unknown = _unknown_base(definers, around) or _bound_otherwise(around, name)
        doubt = self._doubt(definers, name)
        return OverrideGroup(_ordered(self._twins([function, *members])), foreign, unknown, doubt)

    def prepare(self, names: Iterable[str]) -> None:
        """Ask at once what all methods of some names are declared to give."""
        defining = self._protocols.defining
        facts_at(self._engine, (spot for name in names for spot in _declared(defining.get(name, ()), name)))

    def _connected(self, owner: Class, name: str) -> tuple[list[Class], list[Class]]:
        """The project's classes that define a method and meet in some class, and all classes above and below them.

        Two definitions meet where one class inherits both: what is called there may be either. One that is declared to
        give what may be awaited has sync and async overrides, each as it should be. And what an async method stands
        above is async beside sync bases, if any, as that method is already.
        """
        definers: dict[Class, None] = {owner: None}
        if self._takes_either(owner, name):
            return [owner], owner.above
        around: dict[Class, None] = {}
        is_async = owner.is_below_async(name)
        waiting = [owner]
        while waiting:
            for one in waiting.pop().below:
                for above in one.above:
                    around[above] = None
                    is_other = above in definers or not above.is_own or name not in above.methods
                    if not is_other and above.is_below_async(name) is is_async and not self._takes_either(above, name):
                        definers[above] = None
                        waiting.append(above)
        return list(definers), list(around)

    def _takes_either(self, one: Class, name: str) -> bool:
        """Whether a sync method of a class is declared to give what may be awaited, aliases looked through, if only by
        one of its overloads."""
        facts = facts_at(self._engine, _declared([one], name))
        return any(fact.called in MAYBE_AWAITABLE for fact in facts.values())

    def _doubt(self, definers: list[Class], name: str) -> str:
        """The words for a Protocol that a class of the group fulfils without naming it, or that is fulfilled so.

        Where one is passed for the other, the checker tells; a method that is async already wants the other so.
        """
        others = [c for c in self._protocols.defining.get(name, ()) if c not in definers and c.has_sync(name)]
        for one in definers:
            for other in others:
                protocol, implementer = (one, other) if one.is_protocol else (other, one)
                is_named = not protocol.is_protocol or protocol in implementer.above
                if not is_named and implementer in self._protocols.implementers(protocol):
                    return f"Protocol `{protocol.node.name}` may be meant by `{implementer.node.name}`"
        return ""

    def _twins(self, functions: Iterable[Function]) -> Iterator[Function]:
        """Functions with all defs of the same name in the same scope, and those of the stub or module beside."""
        for function in functions:
            for path in {function.file.path, *(function.file.path.with_suffix(s) for s in (".py", ".pyi"))}:
                module = self._index.modules.get(path)
                if module is None or (path in self._index.foreign and path != function.file.path):
                    continue
                for other in module.functions:
                    same_file = path == function.file.path and other.outer is function.outer
                    if other.qualname == function.qualname and (same_file or function.outer is None):
                        yield other


def _declared(classes: Iterable[Class], name: str) -> Iterator[Spot]:
    """The sync methods of a name that have a return annotation."""
    methods = (f for one in classes for f in one.methods.get(name, ()))
    return (f.spot for f in methods if f.node.returns is not None and not f.is_async)


def _unknown_base(definers: list[Class], around: list[Class]) -> str:
    """The words for a base that may define the method too: above a definer, or before it in a class below."""
    above = dict.fromkeys(a for definer in definers for a in definer.above)
    for one in above:
        for text in one.unresolved.values():
            return f"the base `{text}` of `{one.node.name}` is not known"
    for one in around:
        if one not in above and 0 in one.unresolved:
            return f"the base `{one.unresolved[0]}` of `{one.node.name}` is not known"
    return ""


def _bound_otherwise(around: list[Class], name: str) -> str:
    """The words for a class of the project that binds the name by something else than a def."""
    odd = (c for c in around if c.is_own and name in c.bound and name not in c.methods)
    return next((f"`{c.node.name}.{name}` is no `def`" for c in odd), "")


def _ordered(functions: Iterable[Function]) -> tuple[Function, ...]:
    unique = dict.fromkeys(functions)
    return tuple(sorted(unique, key=lambda f: (f.file.path, f.node.lineno)))


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
