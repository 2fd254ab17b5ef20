"""Prove that new bytes of a file are what its edits ask for, without libcst and without running anything.

Reading order: ``expectation`` (the edits on the ``ast`` tree), ``comparison`` (with the tree of the new
text), ``legality`` (does it compile, for the target version too), ``lines`` (what must not change).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from autoawait.diagnostics import Edit, EditKind
from autoawait.proof.comparison import differs
from autoawait.proof.expectation import ExpectationError, expected_tree
from autoawait.proof.legality import compile_errors, new_async_generators
from autoawait.proof.lines import lost_lines
from autoawait.source import SourceFile

__all__ = ["ExpectationError", "compile_errors", "differs", "expected_tree", "new_async_generators", "prove"]


def prove(source: SourceFile, edits: Iterable[Edit], rewritten: bytes, target: tuple[int, int]) -> str | None:
    """Why the bytes are not a sound result of these edits for Python ``target``; None if they are."""
    wanted = tuple(dict.fromkeys(edits))
    try:
        text = rewritten.decode(source.encoding)
        expected = expected_tree(source, wanted)
    except (UnicodeDecodeError, ExpectationError) as error:
        return str(error)
    if text.encode(source.encoding) != rewritten:
        return "the byte order mark or the encoding has changed"
    return (
        differs(expected, text)
        or _first_new_async_generator(source, expected)
        or _not_for_target(source, wanted, text, target)
        or lost_lines(source, wanted, text.encode("utf-8"))
    )


def _first_new_async_generator(source: SourceFile, expected: ast.Module) -> str | None:
    found = new_async_generators(source.tree, expected)
    return f"line {found[0].lineno}: the generator expression would become asynchronous" if found else None


def _not_for_target(source: SourceFile, edits: Iterable[Edit], text: str, target: tuple[int, int]) -> str | None:
    """What keeps the text from compiling. A file that was too new for the target before may stay so."""
    if target < (3, 10) and any(edit.kind is EditKind.ANEXT for edit in edits):
        return "anext() needs Python 3.10"
    error = compile_errors(text, source.path, target)
    if error and compile_errors(source.text, source.path, target):
        return compile_errors(text, source.path, sys.version_info[:2])
    return error
