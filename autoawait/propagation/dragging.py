"""Methods that become async for the sake of their family alone, though no call is seen that needs it.

The plain and the async form of a class may share a base: where only the async form lacks an `await`, its base and its
plain sister are right as they are, and somebody else may call them.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from autoawait.attributes import self_name
from autoawait.families import Families, Family
from autoawait.index import Function
from autoawait.propagation.turning import is_declaration
from autoawait.propagation.web import Turn
from autoawait.references import Reference


def dragged(turns: Iterable[Turn], wanted: Collection[Function], families: Families) -> Iterator[str]:
    """A sentence for each family of which a method with a body is not needed, if those that are wanted become async."""
    by_family = {turn.family: turn for turn in turns}
    needed = _needed(by_family, wanted, families)
    for family in by_family:
        plain = (m for m in family.members if not (m.is_async or m in needed or is_declaration(m)))
        if (member := next(plain, None)) is not None:
            yield f"`{member.qualname}` becomes async only because others of its family do"


def _needed(turns: dict[Family, Turn], wanted: Collection[Function], families: Families) -> set[Function]:
    """The wanted functions, all that a call of one of them (or of what it implements) may reach, and the callers."""
    needed = set(wanted)
    waiting = list(dict.fromkeys(map(families.of, wanted)))
    while waiting:
        turn = turns.get(waiting.pop())
        for member, demand in turn.calls if turn else ():
            reached = _reached(member, demand.reference, turn.family, families) if turn else []
            # What has a body of its own works as it is: that an override needs an `await` does not show that it does.
            is_meant = member in needed or (is_declaration(member) and needed.intersection(reached))
            fresh = {*reached, *demand.needed} - needed if is_meant else set[Function]()
            needed |= fresh
            waiting += dict.fromkeys(map(families.of, fresh))
    return needed


def _reached(member: Function, reference: Reference, family: Family, families: Families) -> list[Function]:
    """The methods that a call may reach: the one that it names and its overrides, by ``super()`` that one alone.

    On ``self`` those are left out whose class has another form of the method that calls: none calls from here.
    """
    caller = reference.unit.function
    below = [other for other in family.members if families.inherits(other, member)]
    match reference.node:
        case ast.Attribute(value=ast.Call(func=ast.Name(id="super"))):
            return [member]
        case ast.Attribute(value=ast.Name(id=name)) if caller and caller.owner and name == self_name(caller):
            return [other for other in below if not families.replaces(other, caller)]
    return below
