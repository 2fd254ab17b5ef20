"""Whether the tree of a new text is the one that the edits ask for."""

from __future__ import annotations

import ast

from autoawait.edits.proof.expectation import EditedString, NewName, without_debug_text


def first_difference(expected: ast.Module, actual: ast.Module) -> str | None:
    """The first difference between two trees, positions aside; None if there is none.

    Lines in the answer are those of the actual one.
    """
    chosen: dict[int, str] = {}
    stack: list[tuple[object, object, int]] = [(expected, actual, 1)]
    while stack:
        wanted, found, line = stack.pop()
        line = getattr(found, "lineno", line)
        if isinstance(wanted, NewName):
            if not _is_good_name(wanted, found, chosen):
                return f"line {line}: expected a new name, found {_shown(found)}"
        elif isinstance(wanted, ast.AST):
            if not _is_same_sort(wanted, found):
                return f"line {line}: expected {_shown(wanted)}, found {_shown(found)}"
            stack.extend((*pair, line) for pair in reversed(_fields(wanted, found)))
        elif isinstance(wanted, list) and isinstance(found, list) and len(wanted) == len(found):
            stack.extend((*pair, line) for pair in reversed(list(zip(wanted, found, strict=True))))
        elif type(wanted) is not type(found) or wanted != found:
            return f"line {line}: expected {_shown(wanted)}, found {_shown(found)}"
    return None


def _is_good_name(wanted: NewName, found: object, chosen: dict[int, str]) -> bool:
    """Whether a name is a fresh one, the same all over its loop."""
    if not isinstance(found, ast.Name) or found.id in wanted.taken:
        return False
    return type(found.ctx) is type(wanted.ctx) and chosen.setdefault(wanted.loop, found.id) == found.id


def _is_same_sort(wanted: ast.AST, found: object) -> bool:
    return type(found) is (ast.JoinedStr if isinstance(wanted, EditedString) else type(wanted))


def _fields(wanted: ast.AST, found: object) -> list[tuple[object, object]]:
    if isinstance(wanted, EditedString) and isinstance(found, ast.JoinedStr):
        return [(wanted.values, without_debug_text(found.values))]
    return [(getattr(wanted, name, None), getattr(found, name, None)) for name in wanted._fields]


def _shown(value: object) -> str:
    """A short form of a part of a tree."""
    if isinstance(value, EditedString):
        return "an f-string"
    if isinstance(value, ast.expr | ast.stmt):
        text = ast.unparse(value)
    elif isinstance(value, ast.AST):
        text = type(value).__name__
    else:
        text = f"{len(value)} parts" if isinstance(value, list) else repr(value)
    first_line, _, more = text.partition("\n")
    return f"`{first_line[:60]}{' …' if more or len(first_line) > 60 else ''}`"
