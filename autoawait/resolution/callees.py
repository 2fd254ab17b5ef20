"""Every function that a call may run: the declared one, and all that override it where the object may have them.

A type names one declaration. What runs is the method that the object's own class has, so a call gives what all the
methods give that may be found: those of the receiver's class and of the project's classes below it.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from autoawait.project.bindings import parameters
from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile, Spot
from autoawait.resolution.class_graph.graph import ClassGraph, first_defs
from autoawait.types.engine import AWAITABLE_KINDS, Kind, TypeEngine
from autoawait.types.expressions import Places, callee, callees_of, types_of
from autoawait.types.type_expr import kind_of

_NOBODY = ast.Constant(None)  # of what has no name nothing is known


@dataclass(frozen=True, slots=True)
class MethodCall:
    """A call of a method, or the read of a property, with the functions that are defined where its name leads.

    ``receiver`` is the object; None where the method was bound to a name before.
    """

    file: SourceFile
    node: ast.expr
    receiver: ast.expr | None
    declared: tuple[Function, ...]


@dataclass(frozen=True, slots=True)
class CalleeSet:
    """The functions that a call may run, declared ones first. ``doubt`` are the words for what may run besides and is
    not known; without one the set is complete. ``likely`` are methods of classes that have all that a Protocol asks
    for, and do not name it: a sync one would not do, so they count only where they give something asynchronous."""

    members: tuple[Function, ...] = ()
    doubt: str = ""
    likely: tuple[Function, ...] = ()


class Callees:
    """Answers which methods calls may run, many at a time."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._engine = engine
        self._classes = classes

    def overridden(self, calls: Sequence[tuple[SourceFile, ast.expr, Places]]) -> dict[ast.expr, CalleeSet]:
        """Of some calls, each with the places where what it calls is defined, those that may run something else than
        what is defined there."""
        methods = [found for call in calls if (found := self._method_call(*call)) is not None]
        named = callees_of(self._engine, [(call.file, self._made(call) or _NOBODY) for call in methods])
        classes = types_of(self._engine, [(call.file, call.receiver or _NOBODY) for call in methods])
        sets: dict[ast.expr, CalleeSet] = {}
        for method, places, kinds in zip(methods, named, classes, strict=True):
            callees = CalleeSet() if self._is_exact(method.receiver, places) else self._all(method, kinds)
            if len(callees.members) > len(method.declared) or callees.doubt or callees.likely:
                sets[method.node] = callees
        return sets

    def _method_call(self, file: SourceFile, node: ast.expr, places: Places) -> MethodCall | None:
        """The call of a method of which the project has others by the same name; None of anything else."""
        named = callee(node)
        if not isinstance(named, (ast.Attribute, ast.Name)):
            return None
        declared = tuple(dict.fromkeys(one for one in self._index.functions_at(places) if one.owner))
        if not declared:
            return None
        name = declared[0].node.name
        others = (f for f in self._index.by_name.get(name, ()) if f.owner and f not in declared)
        if name not in self._bound and not any(others):
            return None
        return MethodCall(file, node, named.value if isinstance(named, ast.Attribute) else None, declared)

    @cached_property
    def _bound(self) -> frozenset[str]:
        """The names that the project binds otherwise than by a ``def``."""
        return frozenset[str]().union(*(module.bound for module in self._index.own))

    def _made(self, call: MethodCall) -> ast.expr | None:
        """The receiver of a method; of a local name that is bound once, what it is bound to."""
        receiver = call.receiver
        if not isinstance(receiver, ast.Name):
            return receiver
        function = self._index.function_around(call.file.path, call.node.lineno)
        if function is None or receiver.id in parameters(function.node):
            return receiver
        bound = [n for n in function.unit.mentions.get(receiver.id, ()) if _is_store(n, receiver.id)]
        parent = function.unit.parent(bound[0]) if len(bound) == 1 else None
        is_made = isinstance(parent, ast.Assign) and isinstance(parent.value, ast.Call)
        return parent.value if is_made and isinstance(parent, ast.Assign) else receiver

    def _is_exact(self, receiver: ast.expr | None, places: Sequence[Spot]) -> bool:
        """Whether the method is that of one class, whatever is below it: of ``super()``, of a class that is named, of
        an object that is made there and then."""
        if isinstance(receiver, ast.Call) and isinstance(receiver.func, ast.Name) and receiver.func.id == "super":
            return True
        return bool(places) and all(isinstance(self._index.definition(place), ast.ClassDef) for place in places)

    def _all(self, call: MethodCall, kinds: Places) -> CalleeSet:
        """The declared methods, with those that an object of some classes, or of one below these, has instead."""
        caller = self._classes.method_of_self(call.file, call.receiver) if call.receiver else None
        if caller is not None:
            found = (other for one in call.declared for other in self._classes.reached(one, caller))
            return CalleeSet(tuple(dict.fromkeys([*call.declared, *found])))
        name = call.declared[0].node.name
        owners = (self._classes.around(one) for one in call.declared)
        receivers = self._classes.at(kinds) or [owner for owner in owners if owner]
        heirs = dict.fromkeys(heir for one in receivers for heir in self._classes.below(one))
        overriding = (method for heir in heirs for method in first_defs(heir, name))
        odd = next((c for c in heirs if c.is_own and name in c.bound and name not in c.methods), None)
        doubt = f"`{odd.node.name}.{name}` is not a `def`" if odd else ""
        members = tuple(dict.fromkeys([*call.declared, *overriding]))
        similar = (method for one in receivers for c in self._classes.fulfilling(one) for method in first_defs(c, name))
        return CalleeSet(members, doubt, tuple(method for method in dict.fromkeys(similar) if method not in members))


@dataclass(frozen=True, slots=True)
class GivenByAll:
    """What the functions of a set give together; ``because`` are the words for one that differs or is not known, else
    ``is_certain``."""

    kind: Kind
    is_certain: bool = True
    because: str = ""


def given_by_all(declared: Kind, found: Sequence[tuple[Function, Kind]]) -> GivenByAll:
    """What a call gives that may run some functions, by what each of them gives and what the declared one does.

    Where they differ it is MAYBE, which nothing awaits as it stands. Stubs have no say beside others.
    """
    telling = [(function, kind) for function, kind in found if not is_stub(function)] or found
    kinds = {kind for _, kind in telling}
    is_same = kinds <= AWAITABLE_KINDS if declared in AWAITABLE_KINDS else kinds == {declared}
    if is_same:
        return GivenByAll(declared)
    function, kind = next((f, k) for f, k in telling if k is not declared)
    words = f"`{function.qualname}` overrides it, and {_OVERRIDES[kind]}"
    if len(kinds) == 1 and kind is not Kind.UNKNOWN:
        return GivenByAll(kind, is_certain=False, because=words)
    is_unknown = kinds - AWAITABLE_KINDS == {Kind.UNKNOWN}
    return GivenByAll(declared if is_unknown else Kind.MAYBE, is_certain=False, because=words)


_OVERRIDES = {
    Kind.PLAIN: "is sync",
    Kind.COROUTINE: "is async",
    Kind.AWAITABLE: "gives an awaitable",
    Kind.ASYNC_ITERATOR: "is an async generator",
    Kind.ASYNC_CONTEXT: "gives an async context manager",
    Kind.MAYBE: "may give a coroutine or a value",
    Kind.UNKNOWN: "it is not known what that gives",
}


def _is_store(node: ast.AST, name: str) -> bool:
    return isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Store)


def is_stub(function: Function) -> bool:
    """Whether a function has no body of its own: it only raises, passes, or has a docstring.

    Such a one stands for its overrides and says nothing against them.
    """
    return all(_says_nothing(statement) for statement in function.node.body)


def is_async_generator(function: Function) -> bool:
    """Whether an ``async def`` is an async generator, or stands for one: a stub that is annotated so.

    A ``yield`` makes it one whatever the annotation says (Language Reference, 8.8.1 and 6.2.9.1). An abstract method
    ``async def rows(self) -> AsyncIterator[Row]: ...`` is a coroutine function to a type checker, and its
    implementations yield nearly always. In a ``.pyi`` file, where no body says more, it is what it is declared to be.
    """
    if function.is_generator:
        return True
    if function.file.path.suffix == ".pyi" or function.node.returns is None or not is_stub(function):
        return False
    return kind_of(ast.unparse(function.node.returns)) is Kind.ASYNC_ITERATOR


def _says_nothing(statement: ast.stmt) -> bool:
    match statement:
        case ast.Pass() | ast.Raise() | ast.Expr(value=ast.Constant()):
            return True
        case ast.Return(value=None | ast.Name(id="NotImplemented")):
            return True
    return False
