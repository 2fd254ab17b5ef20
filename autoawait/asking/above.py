"""Who would have to follow a function that is async: the propagation's own web, as a graph."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from autoawait.asking.functions import qualified
from autoawait.asking.graph import Node, State, Step
from autoawait.families import Families, Family
from autoawait.index import Function
from autoawait.names import dotted_name
from autoawait.propagation.demands import Demand
from autoawait.propagation.web import Turn, Web
from autoawait.references import Certainty
from autoawait.roles import Role
from autoawait.usage import uses_of

_SILENT = frozenset({Role.IMPORT, Role.MOCKED})  # what is imported is called elsewhere
_AWAITS, _WOULD_AWAIT = "awaits it", "would await it"


@dataclass(frozen=True, eq=False)
class Above:
    """Answers for one web; ``root`` is the function that it was made for, which stands for its family."""

    web: Web
    families: Families
    root: Function

    def steps(self) -> list[Step]:
        """A step from each place that names a function of the web."""
        return list(dict.fromkeys(step for turn in self.web.turns.values() for step in self._steps(turn)))

    def node(self, family: Family) -> Node:
        """A family of the web, by one of its functions: what would become of it, and why not or where that ends."""
        member = self.root if self.root in family.members else family.members[0]
        turn = self.web.turns[family]
        if member.is_async:
            state, note = State.ASYNC, ""
        elif family in self.web.reached.refused:
            state, note = State.BARRED, turn.barrier.reason if turn.barrier else ""
        else:
            state, note = State.TURNS, _note(turn, member)
        return Node(qualified(member), member.file.path, member.node.lineno, state, note)

    def _steps(self, turn: Turn) -> Iterator[Step]:
        callee = self.node(turn.family)
        for demand in turn.demands:
            if demand.reference.role not in _SILENT and _is_meant(demand):
                words = _words(demand)
                yield Step(self._caller(demand), callee, demand.reference.line, words, words in (_AWAITS, _WOULD_AWAIT))

    def _caller(self, demand: Demand) -> Node:
        function, file = demand.reference.unit.function, demand.reference.unit.file
        if demand.caller is not None:
            return self.node(self.families.of(demand.caller))
        if function is None:
            return Node(f"{dotted_name(file)}, module level", file.path, demand.reference.line, _plain_state(demand))
        state = State.ASYNC if function.is_async else _plain_state(demand)
        return Node(qualified(function), function.file.path, function.node.lineno, state)


def _plain_state(demand: Demand) -> State:
    """What a place is that does not become async itself."""
    return State.BARRED if demand.barrier else State.START if demand.edits else State.PLAIN


def _is_meant(demand: Demand) -> bool:
    """Whether a place may mean the function at all: what has its name alone may be found to be another one's."""
    has_effect = demand.edits or demand.barrier or demand.doubt or demand.accepts
    return demand.reference.certainty is Certainty.CERTAIN or bool(has_effect)


def _note(turn: Turn, member: Function) -> str:
    """What else there is to say of a family that turns: who turns with it, who calls it, and whether it may do harm."""
    others = ", ".join(f"`{other.qualname}`" for other in turn.family.members if other is not member)
    together = f"together with {others}" if others else ""
    entered = "what calls it takes async functions" if turn.entered else ""
    return "; ".join(filter(None, [together, entered, turn.family.doubt, turn.doubt]))


def _words(demand: Demand) -> str:
    """What happens at the place of a demand, or what stands in the way there."""
    call, unit = demand.reference.call, demand.reference.unit
    if demand.barrier is not None:
        return demand.barrier.reason
    if demand.accepts:
        return "hands it to what takes async functions"
    if demand.doubt:
        return demand.doubt
    if call is not None and isinstance(unit.parents.get(call), ast.Await):
        return _AWAITS
    if demand.caller is not None or (demand.edits and unit.function is not None and unit.function.is_async):
        return _WOULD_AWAIT
    if demand.edits:
        return "would start a loop for it"
    into = next((use.at for use in uses_of(unit, call).uses if isinstance(use.at, ast.Call)), None) if call else None
    return f"passes what it gives to `{ast.unparse(into.func)}`" if into else "needs no change"
