"""A name for the loop that takes the place of a ``yield from``."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from itertools import count

from autoawait.diagnostics import Edit, EditKind
from autoawait.source import SourceFile, Span

_WORD = re.compile(r"[^\W\d]\w*")


def loop_names(source: SourceFile, edits: Iterable[Edit]) -> Mapping[Edit, str]:
    """For each YIELD_FROM a name that its function does not use; not even in a string or comment."""
    return {edit: _unused_in(_scope_text(source, edit.span)) for edit in edits if edit.kind is EditKind.YIELD_FROM}


def _unused_in(text: str) -> str:
    used = set(_WORD.findall(text))
    candidates = ("item" if number == 1 else f"item{number}" for number in count(1))
    return next(name for name in candidates if name not in used)


def _scope_text(source: SourceFile, span: Span) -> str:
    scopes = [
        source.span(node) for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    around = [scope for scope in scopes if scope.start <= span.start and span.end <= scope.end]
    return source.segment(max(around)) if around else source.text
