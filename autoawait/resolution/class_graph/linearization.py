"""The order in which Python looks a name up in a class and its bases (C3), and what a relation leads to."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TypeVar

_Node = TypeVar("_Node")
_Relation = Callable[[_Node], Iterable[_Node]]


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
