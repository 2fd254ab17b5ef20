"""Which modules a program imports that are not there: of them the tool can know nothing."""

from __future__ import annotations

import ast
import sys
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.packages import Project


@dataclass(frozen=True, slots=True)
class Imports:
    """Of one project: the ``files`` that this Python cannot parse, how many ``statements`` import a module (a name in
    each), and how many of those are of a module that is ``missing``: no source or stub in it or its environment."""

    files: tuple[str, ...]
    statements: int
    missing: int


def imports(project: Project) -> Imports:
    """Read every module of a project. Nothing is imported; a compiled module without a stub counts as missing."""
    places = [project.root, *sorted(project.python.glob("[Ll]ib*/**/site-packages"))]
    unread: list[str] = []
    known: dict[str, bool] = {}
    statements = missing = 0
    for path in project.files():
        tree = _parsed(path)
        if tree is None:
            unread.append(path.relative_to(project.root).as_posix())
            continue
        for name in _modules(tree, path.relative_to(project.root).parts[:-1]):
            is_there = known[name] if name in known else known.setdefault(name, _is_there(name, places))
            statements += 1
            missing += not is_there
    return Imports(tuple(unread), statements, missing)


def _parsed(path: Path) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # escapes in strings are not our business
        try:
            return ast.parse(path.read_bytes())
        except (SyntaxError, ValueError):
            return None


def _modules(tree: ast.Module, package: Sequence[str]) -> Iterator[str]:
    """The dotted name of every module that is imported in a module of a package."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            yield ".".join([*base, *filter(None, [node.module])])


def _is_there(name: str, places: Sequence[Path]) -> bool:
    parts = name.split(".")
    if parts[0] in sys.stdlib_module_names:
        return True
    return any(_is_module(place.joinpath(*parts)) for place in places)


def _is_module(path: Path) -> bool:
    return path.is_dir() or any(path.with_name(f"{path.name}{suffix}").is_file() for suffix in (".py", ".pyi"))
