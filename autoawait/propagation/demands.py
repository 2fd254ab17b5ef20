"""What one reference to a function asks of its place, once the function is async."""

from __future__ import annotations

import ast
from dataclasses import dataclass, replace

from autoawait.arguments import Arguments, Fate
from autoawait.complaints import Complaints
from autoawait.diagnostics import Edit, EditKind
from autoawait.drafting import Drafter, edit_of
from autoawait.index import Function, Index, Unit
from autoawait.iteration import entering_edits, looping_edits
from autoawait.knowledge.consumers import LOOKING_AT_ANYTHING
from autoawait.places import Barrier
from autoawait.propagation.acceptance import Acceptance
from autoawait.propagation.entries import started
from autoawait.propagation.gates import Gates
from autoawait.propagation.runners import Runners
from autoawait.propagation.turning import Shape
from autoawait.references import Certainty, Reference, References
from autoawait.resolve import Resolver, Site
from autoawait.roles import Role
from autoawait.types.engine import Kind
from autoawait.types.signature import is_awaitable_type
from autoawait.types.wording import kind_of
from autoawait.usage import uses_of
from autoawait.uses import Use, UseKind, called_name

_CODE = "AW402"
# What is imported is called elsewhere, what is compared is not called at all; a mock made by `patch` follows what it
# replaces (KNOWLEDGE F).
HARMLESS = frozenset({Role.IMPORT, Role.MOCKED, Role.ASKED})
# What is set on a mock for its calls (docs.python.org, unittest.mock); on an AsyncMock it is awaited.
_OF_MOCKS = frozenset({"return_value", "side_effect"})
_RIGHT = frozenset({UseKind.AWAITED, UseKind.CONSUMED})


@dataclass(frozen=True, eq=False)
class Demand:
    """What follows at one reference: ``edits`` there, ``caller`` that must become async as well, or the ``barrier``
    that forbids it; ``doubt`` in words where it is not certain that this is all. ``accepts``: the place takes async
    functions, and calls and awaits them. ``also`` are functions that the same call may reach, and that must become
    async with it."""

    reference: Reference
    edits: tuple[Edit, ...] = ()
    caller: Function | None = None
    barrier: Barrier | None = None
    doubt: str = ""
    accepts: bool = False
    also: tuple[Function, ...] = ()

    @property
    def needed(self) -> tuple[Function, ...]:
        """All functions that must become async because of it."""
        return (self.caller, *self.also) if self.caller else self.also


class Demands:
    """Answers for the references of one plan."""

    def __init__(
        self,
        index: Index,
        references: References,
        resolver: Resolver,
        drafter: Drafter,
        acceptance: Acceptance,
        arguments: Arguments,
        complaints: Complaints,
        runners: Runners,
        gates: Gates,
    ) -> None:
        self._index = index
        self._references = references
        self._resolver = resolver
        self._drafter = drafter
        self._acceptance = acceptance
        self._arguments = arguments
        self._complaints = complaints
        self._runners = runners
        self._gates = gates
        self._left: dict[Function, bool] = {}

    def of(self, reference: Reference, function: Function, shape: Shape) -> Demand:
        """What a reference to a function asks for that turns into a shape."""
        if reference.role in HARMLESS:
            return Demand(reference)
        if reference.certainty is Certainty.UNKNOWN:
            return self._perhaps(reference, function)
        if reference.role is Role.ALIAS:
            return Demand(reference, accepts=self._acceptance.takes_async(reference))
        if reference.role is Role.EXPORTED:
            return Demand(reference, doubt=f"`{function.node.name}` is exported, so that others may call it")
        if reference.role is Role.CALL and reference.call is not None:
            return self._called(reference, reference.call, function, shape)
        if self._acceptance.takes_async(reference):
            return Demand(reference, accepts=True)
        if (other := self._exchanged(reference)) is not None:
            words = f"`{other.qualname}` takes its place ({_place(reference)})"
            return Demand(reference, also=() if other.is_async else (other,), doubt=words)
        if reference.role is Role.RETURNED and self._is_left_to_others(reference.unit.function):
            words = f"who is given it may call it otherwise ({_place(reference)})"
            return Demand(reference, doubt=words)
        words = f"{reference.words} ({_place(reference)})"
        return Demand(reference, barrier=Barrier(_CODE, words, "pass something that awaits it"))

    def _exchanged(self, reference: Reference) -> Function | None:
        """The function of the project that takes the place of another one, or whose place that takes:
        ``socket.send = socket.debug_send``."""
        match reference.unit.parents.get(reference.node):
            case ast.Assign(targets=[ast.Attribute() as target], value=value):
                asked = value if target is reference.node else target
            case _:
                return None
        found = [self._index.definition(p) for p in self._resolver.definitions(reference.unit.file, [asked])[0]]
        functions = [d for d in found if isinstance(d, Function) and d.file.path not in self._index.foreign]
        return functions[0] if len(functions) == len(found) == 1 else None

    def _is_left_to_others(self, function: Function | None) -> bool:
        """Whether nothing here calls a function that gives another one: a decorator that a library offers, say."""
        if function is None:
            return False
        if function not in self._left:
            self._left[function] = False  # a recursive answer is no answer
            found = self._references.to([function])[function]
            inner = [r for r in found if r.role not in {Role.IMPORT, Role.EXPORTED, Role.ASKED}]
            outside = all(_is_returned(r) and self._is_left_to_others(r.unit.function) for r in inner)
            self._left[function] = outside and (bool(inner) or function.outer is None)
        return self._left[function]

    def _perhaps(self, reference: Reference, function: Function) -> Demand:
        """A name on something of which nothing is known: what is awaited there already is another one."""
        call = reference.call
        if call is not None and isinstance(reference.unit.parents.get(call), ast.Await):
            return Demand(reference)
        if isinstance(reference.node, ast.Attribute) and self._is_of_another(
            reference.unit, reference.node.value, function
        ):
            return Demand(reference)
        text = ast.unparse(reference.node) if isinstance(reference.node, ast.expr) else reference.words
        above = reference.unit.parents.get(reference.node)
        if isinstance(above, ast.Attribute) and above.attr in _OF_MOCKS:
            words = f"`{text}` is a mock, and what it gives could not be awaited ({_place(reference)})"
            return Demand(reference, doubt=words)
        return Demand(reference, doubt=f"`{text}` may mean it too ({_place(reference)})")

    def _is_of_another(self, unit: Unit, receiver: ast.expr, function: Function) -> bool:
        """Whether a receiver is a coroutine that lacks its ``await``, of something else than the function's class."""
        if not isinstance(receiver, ast.Call):
            return False
        site = Site(unit, receiver)
        given = self._resolver.resolve([site])[site]
        owner = function.owner.name if function.owner else ""
        return given.kind is Kind.COROUTINE and kind_of(given.awaited) is Kind.PLAIN and owner not in given.awaited

    def _called(self, reference: Reference, call: ast.Call, function: Function, shape: Shape) -> Demand:
        unit = reference.unit
        if isinstance(unit.parents.get(call), ast.Await):
            return Demand(reference)
        uses = uses_of(unit, call).uses
        arguments = {use: use.at for use in uses if use.kind is UseKind.ARGUMENT and isinstance(use.at, ast.Call)}
        taking = {
            use: self._acceptance.takes_awaitable(unit, at, use.node, element=use.element)
            for use, at in arguments.items()
        }
        if (unsure := next((at for use, at in arguments.items() if taking[use] is None), None)) is not None:
            words = f"`{ast.unparse(unsure.func)}` starts it, by its name alone ({_place(reference)})"
            return Demand(reference, doubt=words)
        if any(_is_right(use) or _is_driven(use) or taking.get(use) for use in uses):
            return Demand(reference)
        if any(self._is_taken(unit, use, at) for use, at in arguments.items()):
            return Demand(reference)
        if self._acceptance.takes_either(unit, call):
            return Demand(reference)
        if self._acceptance.takes_coroutine_of(unit, call):
            return Demand(reference, accepts=True)
        also = self._beside(reference)
        if isinstance(also, Barrier):
            return Demand(reference, barrier=also)
        demand = self._awaited(reference, call, function, shape)
        nearby = [f"the same call may reach `{other.qualname}` ({_place(reference)})" for other in also[:1]]
        return replace(demand, also=also, doubt="; ".join(filter(None, [demand.doubt, *nearby])))

    def _beside(self, reference: Reference) -> tuple[Function, ...] | Barrier:
        """The other functions that a call may reach, as far as they are not async yet."""
        found = [self._index.definition(place) for place in reference.others]
        functions = [d for d in found if isinstance(d, Function) and d.file.path not in self._index.foreign]
        if len(functions) < len(found):
            words = f"another function may be called there as well ({_place(reference)})"
            return Barrier(_CODE, words, "tell the two apart")
        return tuple(f for f in functions if not f.is_async)

    def _awaited(self, reference: Reference, call: ast.Call, function: Function, shape: Shape) -> Demand:
        unit = reference.unit
        if unit.function is None and shape is Shape.COROUTINE:
            begun = started(unit, call, function, self._runners)
            if isinstance(begun, Barrier):
                return Demand(reference, barrier=replace(begun, reason=f"{begun.reason} ({_place(reference)})"))
            return Demand(reference, begun)
        if shape is Shape.COROUTINE and self._gates.is_gate(unit.function):
            begun = self._gates.start(unit, call, function)
            if isinstance(begun, Barrier):
                return Demand(reference, barrier=begun)
            return Demand(reference, begun, doubt=self._gates.doubt(unit, call))
        if shape is not Shape.COROUTINE:
            return self._consumed(reference, call, shape)
        return self._opened(reference, call, [edit_of(unit, call, EditKind.AWAIT)])

    def _is_taken(self, unit: Unit, use: Use, into: ast.Call) -> bool:
        """Whether an argument is taken as a coroutine, though no type says so: the checker may complain that it is none
        yet, or the body of what is called awaits it."""
        complaint = self._complaints.at_argument(unit.file, use.node, into)
        if complaint is not None and is_awaitable_type(complaint.expected):
            return True
        # Of other packages' bodies too little is known: they may only look at what they are given.
        is_foreign = self._resolver.is_foreign_def(unit.file, into)
        return not is_foreign and self._arguments.fates([(unit, use)])[use].fate is Fate.TAKEN

    def _opened(self, reference: Reference, node: ast.expr, edits: list[Edit], *, clause: bool = False) -> Demand:
        opened = self._drafter.opened(reference.unit, [(node, clause)])
        if isinstance(opened, Barrier):
            reason = f"it is called where {opened.reason} ({_place(reference)})"
            return Demand(reference, barrier=Barrier(opened.code, reason, opened.advice))
        together = tuple(dict.fromkeys([*opened.edits, *edits]))
        return Demand(reference, together, opened.needs, doubt=opened.note)

    def _consumed(self, reference: Reference, call: ast.Call, shape: Shape) -> Demand:
        """The reader of a generator, or the ``with`` of a context manager."""
        unit, edits = reference.unit, list[Edit]()
        wanted = UseKind.ITERATE if shape is Shape.ITERATOR else UseKind.ENTER
        uses = uses_of(unit, call).uses
        for use in uses:
            found: list[Edit] = []
            if use.kind is wanted:
                found = looping_edits(unit, use) if shape is Shape.ITERATOR else entering_edits(unit, use)
            if not found:
                words = f"{use.how or 'it is used'}, which an {shape.value} cannot be ({_place(reference)})"
                return Demand(reference, barrier=Barrier(_CODE, words, "collect it in an async function"))
            edits += found
        is_clause = any(isinstance(use.at, ast.comprehension) for use in uses)
        return self._opened(reference, uses[0].node if uses else call, edits, clause=is_clause)


def _is_right(use: Use) -> bool:
    """Whether a use shows that a coroutine is known to be there."""
    if use.kind is UseKind.CONSUMED and isinstance(use.at, ast.Call):
        return called_name(use.at) not in LOOKING_AT_ANYTHING
    return use.kind in _RIGHT


def _is_driven(use: Use) -> bool:
    """``f().__await__()``: of the other methods of a coroutine, plain values have the same."""
    return isinstance(use.at, ast.Attribute) and use.at.attr == "__await__"


def _is_returned(reference: Reference) -> bool:
    """Whether a function gives another one, or what that gives, to its own caller."""
    if reference.role is Role.CALL and reference.call is not None:
        return {use.kind for use in uses_of(reference.unit, reference.call).uses} <= {UseKind.RETURN, UseKind.LAMBDA}
    return reference.role is Role.RETURNED


def _place(reference: Reference) -> str:
    return f"{reference.unit.file.path.name}:{reference.line}"
