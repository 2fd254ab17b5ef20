"""Names and attributes that hold a function so that its uses can be followed by their name.

``self._post = client.post`` is such a one: all that reaches it is found by the name ``_post``. What is put into
an attribute of something else, or of a class with a base that we do not know, may be called from anywhere.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from autoawait.project.occurrences import Occurrence
from autoawait.project.source import Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import self_name

_SPECIAL = re.compile(r"__\w+__")


@dataclass(frozen=True, slots=True)
class Alias:
    """The name that holds a function and the place where it is bound, as an engine tells it; ``is_member`` if it is
    looked up on an object."""

    name: str
    spot: Spot
    is_member: bool


def alias_of(occurrence: Occurrence, classes: ClassGraph) -> Alias | None:
    """What holds the function that a name stored somewhere means, or a partial object that calls it, if nothing else
    can reach it.

    Special names are not followed: Python itself calls what `__str__ = render` holds.
    """
    around = occurrence.around
    is_called = isinstance(around[0], ast.Call) and around[0].args[:1] == [occurrence.node]  # by a partial object
    match around[1] if is_called else around[0]:  # what is stored by `x = p or f` may be something else
        case ast.Assign(targets=[target]) | ast.AnnAssign(target=target):
            pass  # the value of a walrus goes on from there
        case _:
            return None
    if _SPECIAL.fullmatch(ast.unparse(target).rpartition(".")[2]):
        return None
    owner = _class_around(occurrence)
    match target:
        case ast.Name(id=name) if owner is not None and occurrence.function is None:
            is_member = True
        case ast.Name(id=name) if occurrence.function is not None and not _is_of_outside(occurrence, name):
            return Alias(name, _spot(occurrence, target), False)
        case ast.Attribute(value=ast.Name(id=receiver), attr=name) if (
            owner and occurrence.function and receiver == self_name(occurrence.function)
        ):
            is_member = True
        case _:
            return None
    return Alias(name, _spot(occurrence, target), is_member) if classes.knows_all_above(owner) else None


def _spot(occurrence: Occurrence, target: ast.expr) -> Spot:
    return occurrence.file.spot(occurrence.file.span(target).start)


def _class_around(occurrence: Occurrence) -> ast.ClassDef | None:
    """The class in whose body, or in whose method, a node stands."""
    function = occurrence.function
    if function is not None:
        return function.owner
    return next((node for node in occurrence.around if isinstance(node, ast.ClassDef)), None)


def _is_of_outside(occurrence: Occurrence, name: str) -> bool:
    """Whether a function says of a name that it belongs to the module or to a function around."""
    function = occurrence.function
    return function is not None and any(
        isinstance(node, ast.Global | ast.Nonlocal) and name in node.names for node in ast.walk(function.node)
    )
