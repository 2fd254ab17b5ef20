"""Names that an edit needs, and the imports that bring them into a file."""

from __future__ import annotations

import ast
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from enum import IntEnum
from itertools import dropwhile, takewhile
from pathlib import Path

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.project.source import SourceFile

_Import = ast.Import | ast.ImportFrom


class _Section(IntEnum):
    """The groups of imports in the order that isort and ruff give them."""

    STANDARD = 0
    FOREIGN = 1
    OWN = 2


def top_names(root: Path, paths: Iterable[Path]) -> frozenset[str]:
    """The first parts of the names by which the files of a project may be imported."""
    below = [path.relative_to(root) for path in paths if path.is_relative_to(root)]
    packages = {path.parent for path in below if path.name == "__init__.py"}
    return frozenset(name for path in below for name in _top_names(path, packages))


def _top_names(path: Path, packages: Collection[Path]) -> Iterator[str]:
    """Each folder may be one that modules are looked up in, or a package; what is in a package has its name first."""
    for folder in reversed(path.parents[:-1]):
        yield folder.name
        if folder in packages:
            return
    yield path.stem


def imported_name(file: SourceFile, module: str, name: str) -> str:
    """How a file names ``module.name`` at its top level: ``name``, an alias, ``m.name``; empty if it does not."""
    for statement in file.tree.body:
        match statement:
            case ast.ImportFrom(module=source, names=names, level=0) if source == module:
                for alias in names:
                    if alias.name == name:
                        return alias.asname or name
            case ast.Import(names=names):
                for alias in names:
                    if alias.name == module and (alias.asname or "." not in module):
                        return f"{alias.asname or module}.{name}"
    return ""


def named(file: SourceFile, module: str, name: str) -> tuple[str, list[Edit]]:
    """How a file names ``name`` of a standard module, with the edit that imports it where the file does not."""
    known = imported_name(file, module, name)
    return (known, []) if known else (name, [name_import(file, module, name)])


def named_in_module(file: SourceFile, module: str, name: str, own: Collection[str]) -> tuple[str, list[Edit]]:
    """How a file names ``module.name``, with the edit that imports the module where the file does not.

    ``own`` are the ``top_names`` of the project.
    """
    known = imported_name(file, module, name)
    imported = None if known else module_import(file, module, own)
    return known or f"{module}.{name}", [imported] if imported else []


def name_import(file: SourceFile, module: str, name: str) -> Edit:
    """The edit that imports ``name`` of a standard module, beside what the file imports from there already."""
    for statement in file.tree.body:
        match statement:
            case ast.ImportFrom(module=source, names=[first, *_], level=0) if source == module and first.name != "*":
                return Edit(file.path, file.span(statement), EditKind.IMPORT_NAME, text=name)
    return _new_line(file, ast.ImportFrom(module, [ast.alias(name)], 0), ())


def module_import(file: SourceFile, module: str, own: Collection[str]) -> Edit | None:
    """The edit that imports a module; None if the file imports it at its top level already.

    ``own`` are the ``top_names`` of the project.
    """
    names = (alias for s in file.tree.body if isinstance(s, ast.Import) for alias in s.names)
    is_imported = any(alias.name == module and not alias.asname for alias in names)
    return None if is_imported else _new_line(file, ast.Import([ast.alias(module)]), own)


def _new_line(file: SourceFile, new: _Import, own: Collection[str]) -> Edit:
    """A line of its own: in its section of the file's first imports, else at the top."""
    place, kind = _beside_imports(new, list(_first_imports(file)), own) or _at_top(file)
    return Edit(file.path, file.span(place), kind, text=ast.unparse(new))


def _at_top(file: SourceFile) -> tuple[ast.stmt, EditKind]:
    """Below the docstring and the ``__future__`` imports."""
    leading = list(_leading(file))
    return (leading[-1], EditKind.GROUP_AFTER) if leading else (file.tree.body[0], EditKind.GROUP_BEFORE)


def _beside_imports(new: _Import, imports: Sequence[_Import], own: Collection[str]) -> tuple[ast.stmt, EditKind] | None:
    """Beside which of some imports a new one stands: sorted in its section, or where that would begin."""
    section = _section(new, own)
    after = list(dropwhile(lambda i: _section(i, own) < section, imports))
    if not after:
        return (imports[-1], EditKind.GROUP_AFTER) if imports else None
    group = list(takewhile(lambda i: _section(i, own) is section, after))
    if not group:
        return after[0], EditKind.GROUP_BEFORE
    smaller = [i for i in group if _order(i) < _order(new)]
    return (smaller[-1], EditKind.IMPORT_AFTER) if smaller else (group[0], EditKind.IMPORT_BEFORE)


def _section(statement: _Import, own: Collection[str]) -> _Section:
    top = _module(statement).partition(".")[0]
    if isinstance(statement, ast.ImportFrom) and statement.level:
        return _Section.OWN
    if top in sys.stdlib_module_names:
        return _Section.STANDARD
    return _Section.OWN if top in own else _Section.FOREIGN


def _order(statement: _Import) -> tuple[bool, str]:
    """Within a section, ``import m`` stands above ``from m import a``."""
    return isinstance(statement, ast.ImportFrom), _module(statement)


def _module(statement: _Import) -> str:
    return (statement.module or "") if isinstance(statement, ast.ImportFrom) else statement.names[0].name


def _first_imports(file: SourceFile) -> Iterator[_Import]:
    """Those that follow each other below the docstring and the ``__future__`` imports."""
    for statement in file.tree.body[len(list(_leading(file))) :]:
        if not isinstance(statement, ast.Import | ast.ImportFrom):
            return
        yield statement


def _leading(file: SourceFile) -> Iterator[ast.stmt]:
    """The docstring and the ``__future__`` imports."""
    for number, statement in enumerate(file.tree.body):
        is_docstring = not number and isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
        if not is_docstring and not (isinstance(statement, ast.ImportFrom) and statement.module == "__future__"):
            return
        yield statement
