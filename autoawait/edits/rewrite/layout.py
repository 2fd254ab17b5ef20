"""How the new lines of an edit are written: their indentation, and the name of a loop's variable."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from itertools import count

from autoawait.diagnostics.finding import Edit
from autoawait.edits.rewrite.blocks import children, first_line, statements_around
from autoawait.project.source import SourceFile

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True)
class Layout:
    """``unit``, one step of indentation here; ``name``, one that the function around does not use."""

    unit: str
    name: str


def manner_of(source: SourceFile, edit: Edit) -> Layout:
    """What suits the place of an edit."""
    around = [block[position] for block, position in statements_around(source, edit.span)]
    scopes = [node for node in around if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    text = source.segment(source.span(scopes[-1])) if scopes else source.text
    used = set(_WORD.findall(text))  # those in strings and comments too: a name to grep for stays one name
    candidates = ("item" if number == 1 else f"item{number}" for number in count(1))
    steps = (_step(source, statement) for statement in (*reversed(around), *source.tree.body))
    return Layout(next(filter(None, steps), "    "), next(name for name in candidates if name not in used))


def _step(source: SourceFile, statement: ast.stmt) -> str:
    """The indentation that a statement's block has more than itself; empty where that cannot be said."""
    outer = _indentation(source, statement.lineno)
    for child in children(statement):
        inner = _indentation(source, first_line(child))
        if inner.startswith(outer):
            return inner[len(outer) :]
    return ""


def _indentation(source: SourceFile, line: int) -> str:
    text = source.line(line)
    return text[: len(text) - len(text.lstrip(" \t"))]
