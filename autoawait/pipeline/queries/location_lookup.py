"""The place that a question is about: ``PATH:LINE[:COLUMN]``, and the file there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from autoawait.pipeline.analysis import Project
from autoawait.project.discovery import PYTHON_SUFFIXES
from autoawait.project.index import Function, Module
from autoawait.project.settings import is_project
from autoawait.project.source import SourceFile

# A Windows drive has a colon too, and a place that was copied out of a report has one behind it.
_PLACE = re.compile(r"(?P<path>.+?):(?P<line>\d{1,9})(?::(?P<column>\d{1,9}))?:?")


class QueryError(Exception):
    """The question cannot be answered. The message is for the user."""


@dataclass(frozen=True, slots=True)
class QueryLocation:
    """A 1-based line of a file and, if given, a 1-based column in characters. ``path`` is as the user wrote it."""

    path: str
    line: int
    column: int | None = None


def place_in(text: str) -> QueryLocation | None:
    """The place that a text names; None if it names none."""
    match = _PLACE.fullmatch(text)
    if match is None:
        return None
    return QueryLocation(match["path"], int(match["line"]), int(match["column"]) if match["column"] else None)


def check_file(path: Path) -> None:
    """Raise QueryError for what is not a Python file that can be read."""
    if path.is_dir():
        raise QueryError(f"{path} is a directory: name a file in it")
    if not path.exists():
        raise QueryError(f"{path}: no such file")
    if path.suffix not in PYTHON_SUFFIXES:
        raise QueryError(f"{path} is not a Python file")


def module_at(project: Project, path: Path, line: int) -> Module:
    """The module of an existing file, which has at least so many lines.

    Raises QueryError for a file that is not part of the project or does not parse, and for a line beyond its end.
    """
    found = next((p for p in project.files.editable if p == path.absolute() or p == path.resolve()), None)
    if found is None:
        what = "project" if is_project(project.settings.root) else "directory"
        reason = "git ignores it, a setting excludes it, or it belongs to an environment"
        raise QueryError(f"{path} is not part of the {what} at {project.settings.root}: {reason}")
    if (broken := project.index.broken.get(found)) is not None:
        raise QueryError(f"{path}:{broken.line}:{broken.column}: {broken.message}")
    module = project.index.modules[found]
    lines = number_of_lines(module.file)
    if not 1 <= line <= lines:
        raise QueryError(f"{path} has {lines} lines, so there is no line {line}")
    return module


def number_of_lines(file: SourceFile) -> int:
    """How many lines a file has, as editors count: what ends the last one begins no other."""
    return max(1, len(file.line_starts) - (file.line_starts[-1] == len(file.body)))


def functions_around(module: Module, line: int) -> list[Function]:
    """The functions that a 1-based line belongs to, outermost first; decorators belong to theirs."""
    return [f for f in module.functions if _first_line(f) <= line <= (f.node.end_lineno or f.node.lineno)]


def _first_line(function: Function) -> int:
    return min([function.node.lineno, *(d.lineno for d in function.node.decorator_list)])
