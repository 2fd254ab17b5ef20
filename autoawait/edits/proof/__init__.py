"""Prove that the new bytes of a file are what its edits ask for, without libcst and without running anything.

Reading order: ``expectation`` (makes the edits on the ``ast`` tree; ``async_def_text`` is a part of it),
``comparison`` (with the tree of the new text), ``legality`` (whether that compiles, for the target version too),
``untouched_lines`` (what must not change).
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof.async_def_text import ExpectationError
from autoawait.edits.proof.comparison import first_difference
from autoawait.edits.proof.expectation import expected_tree
from autoawait.edits.proof.legality import (
    SYNTAX_ERRORS,
    code_error,
    compile_errors,
    new_async_generators,
    parsed,
    version_error,
)
from autoawait.edits.proof.untouched_lines import lost_lines
from autoawait.project.source import SourceFile


def prove(source: SourceFile, edits: Iterable[Edit], rewritten: bytes, target: tuple[int, int]) -> str | None:
    """Why the bytes are not a sound result of these edits for Python ``target``; None if they are.

    A file that was too new for the target before may stay so.
    """
    wanted = tuple(dict.fromkeys(edits))
    try:
        text = rewritten.decode(source.encoding)
        expected = expected_tree(source, wanted)
        actual = _parsed(source, text, target)
    except (UnicodeDecodeError, ExpectationError, *SYNTAX_ERRORS) as error:
        return f"the result does not parse: {error}" if isinstance(error, SYNTAX_ERRORS) else str(error)
    if text.encode(source.encoding) != rewritten:
        return "the byte order mark or the encoding has changed"
    return (
        first_difference(expected, actual)
        or _first_new_async_generator(source, expected)
        or code_error(text, source.path)
        or _too_new(source, wanted, actual, target)
        or lost_lines(source, wanted, text.encode("utf-8"))
    )


def _parsed(source: SourceFile, text: str, target: tuple[int, int]) -> ast.Module:
    try:
        return parsed(text, target)
    except SyntaxError:
        if compile_errors(source.text, source.path, target) is None:
            raise
        return parsed(text, sys.version_info[:2])


def _first_new_async_generator(source: SourceFile, expected: ast.Module) -> str | None:
    found = new_async_generators(source.tree, expected)
    return f"line {found[0].lineno}: the generator expression would become asynchronous" if found else None


def _too_new(source: SourceFile, edits: Iterable[Edit], actual: ast.Module, target: tuple[int, int]) -> str | None:
    if target < (3, 10) and any(edit.kind is EditKind.ANEXT for edit in edits):
        return "anext() needs Python 3.10"
    error = version_error(actual, target)
    return error if error and not version_error(source.tree, target) else None
