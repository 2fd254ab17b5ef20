"""Whose event loop the modules of a project are written for, and how that library runs a coroutine."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from functools import cached_property

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Index
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile
from autoawait.propagation.def_edits.imports import module_import
from autoawait.propagation.reachability import nearest

# A module that imports asyncio beside another one runs there.
_LIBRARIES = ("asyncio", "trio", "anyio")


class EventLoopLibrary:
    """The event loop libraries of one project's modules; ``own`` are the top names that the project itself defines."""

    def __init__(self, index: Index, own: Collection[str]) -> None:
        self._index = index
        self._own = own
        self._imports: dict[SourceFile, list[SourceFile]] = {}

    def start(self, file: SourceFile, call: ast.Call, written_for: SourceFile) -> tuple[Edit, ...] | Barrier:
        """The edits that run the result of a call in a loop of its own, by the library that a module is written for."""
        runner, edits = self.library_of(written_for), list[Edit]()
        if runner == "asyncio":
            edits.append(Edit(file.path, file.span(call), EditKind.WRAP, text="asyncio.run"))
        elif call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
            return Barrier("AW402", f"`{runner}.run` does not pass keyword arguments on", "use `functools.partial`")
        else:
            words = ", ".join(file.segment(file.span(part)) for part in [call.func, *call.args])
            edits.append(Edit(file.path, file.span(call), EditKind.REPLACE, text=f"{runner}.run({words})"))
        imported = module_import(file, runner, self._own)
        return (*edits, *([imported] if imported else []))

    def library_of(self, file: SourceFile) -> str:
        """asyncio, trio or anyio: what the module imports, else the nearest of those that it imports."""
        for module in nearest(file, self._imported_by):
            named = {name.partition(".")[0] for name in _imported(module)}
            if library := next((name for name in _LIBRARIES if name in named), ""):
                return library
        return "asyncio"

    def _imported_by(self, file: SourceFile) -> list[SourceFile]:
        """The modules of the project that a module imports."""
        if file not in self._imports:
            package = dotted_name(file).split(".")
            if file.path.stem != "__init__":
                package = package[:-1]
            found = (self._modules.get(name) for name in _imported(file, package))
            self._imports[file] = [module for module in found if module is not None]
        return self._imports[file]

    @cached_property
    def _modules(self) -> dict[str, SourceFile]:
        return {dotted_name(module.file): module.file for module in self._index.own}


def _imported(file: SourceFile, package: list[str] | None = None) -> Iterator[str]:
    """The dotted names that a module imports at its top: modules, and what may be one in a package.

    Relative ones are left out without the ``package`` that they start from.
    """
    for statement in file.tree.body:
        match statement:
            case ast.Import():
                yield from (alias.name for alias in statement.names)
            case ast.ImportFrom(level=level) if level == 0 or package is not None:
                base = (package or [])[: len(package or []) - level + 1] if level else []
                start = ".".join([*base, *filter(None, [statement.module])])
                yield start
                yield from (f"{start}.{alias.name}" for alias in statement.names)
