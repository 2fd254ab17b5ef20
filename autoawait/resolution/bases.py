"""What the statement of a class says of its bases, and binds in its body."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.project.source import Spot

# They define no method that a project would name its own, or are no class (typing, abc): not asked about.
_PLAIN = frozenset({"object", "ABC", "Generic", "NamedTuple", "TypedDict"})
_TYPING = frozenset({"typing", "typing_extensions"})
# Calls that make a base class of fields alone (collections, typing).
_MAKERS = frozenset({"namedtuple", "NamedTuple", "TypedDict"})


def bases(node: ast.ClassDef) -> list[ast.expr]:
    """The bases of a class, without their type arguments."""
    return [b.value if isinstance(b, ast.Subscript) else b for b in node.bases]


def is_of_typing(spots: tuple[Spot, ...]) -> bool:
    """Whether a base called Protocol is that of typing (asyncio has one too), or one whose module is not found."""
    return all(spot.path.stem in _TYPING for spot in spots)


def is_plain(base: ast.expr) -> bool:
    """Whether a base defines no method that a project would name its own."""
    if isinstance(base, ast.Call):
        return last_name(base.func) in _MAKERS
    return last_name(base) in _PLAIN


def last_name(node: ast.expr) -> str:
    """The last part of a name, empty for what is none."""
    match node:
        case ast.Name(id=name) | ast.Attribute(attr=name):
            return name
        case ast.Subscript():
            return last_name(node.value)
    return ""


def assigned_names(node: ast.ClassDef) -> Iterator[str]:
    """The names that assignments in a class body bind."""
    for statement in node.body:
        match statement:
            case ast.Assign():
                yield from (t.id for t in statement.targets if isinstance(t, ast.Name))
            case ast.AnnAssign(target=ast.Name(id=name)):
                yield name
