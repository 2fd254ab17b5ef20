"""Sources for tests without an engine: a function around a body, and the marked call ``f()`` in it."""

from __future__ import annotations

import ast
import textwrap
from pathlib import Path

from autoawait.project.index import Function, Module, Unit, index_file
from autoawait.project.source import SourceFile, load

PATH = Path("/project/module.py")


def source_of(text: str, path: Path = PATH) -> SourceFile:
    """A file of this text that is nowhere on disk."""
    loaded = load(path, textwrap.dedent(text).encode())
    assert isinstance(loaded, SourceFile), loaded
    return loaded


def module_of(text: str) -> Module:
    return index_file(source_of(text))


def function_of(text: str, name: str) -> Function:
    """The function of that qualified name."""
    [found] = [f for f in module_of(text).functions if f.qualname == name]
    return found


def unit_of(body: str, *, header: str = "async def g(p, self):") -> Unit:
    """The unit of a function with this body."""
    return function_of(f"{header}\n{textwrap.indent(textwrap.dedent(body), '    ')}\n", "g").unit


def marked(unit: Unit, name: str = "f") -> ast.Call:
    """The call of the bare name."""
    calls = [n for n in unit.nodes if isinstance(n, ast.Call) and isinstance(n.func, ast.Name) and n.func.id == name]
    assert len(calls) == 1, f"one {name}() in\n{unit.file.text}"
    return calls[0]


def node_at(file: SourceFile, text: str) -> ast.expr:
    """The outermost expression whose source is this text."""
    for node in ast.walk(file.tree):
        if isinstance(node, ast.expr) and file.segment(file.span(node)) == text:
            return node
    raise AssertionError(f"no expression {text!r}")
