"""Whether a plugin of pytest runs async tests and fixtures, and what these need for it."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection, Sequence
from pathlib import Path

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function
from autoawait.project.source import SourceFile
from autoawait.propagation.def_edits.imports import named_in_module

_NO_PLUGIN = Barrier(
    "AW402",
    "it is a test, and the project has no plugin that runs async tests",
    "install pytest-asyncio or anyio's plugin, and configure it",
)
# Where pytest reads its options (docs.pytest.org, reference/customize.html).
_INI_FILES = ("pytest.ini", ".pytest.ini", "pyproject.toml", "tox.ini", "setup.cfg")
_AUTO = re.compile(r"""^\s*asyncio_mode\s*=\s*["']?auto""", re.MULTILINE)
_ANYIO_AUTO = re.compile(r"""^\s*anyio_mode\s*=\s*["']?auto""", re.MULTILINE)


class Plugins:
    """How the tests of a project are run, by its configuration and what its environment has."""

    def __init__(self, root: Path, environment: Path | None, own: Collection[str]) -> None:
        texts = [path.read_text(encoding="utf-8", errors="replace") for n in _INI_FILES if (path := root / n).is_file()]
        self._own = own
        self._has_asyncio = _has(environment, "pytest_asyncio")
        is_asyncio_auto = any(map(_AUTO.search, texts))
        self._is_auto = is_asyncio_auto or any(map(_ANYIO_AUTO.search, texts))
        # In this mode pytest-asyncio runs every async fixture, for sync tests as well (its reference, configuration).
        self._takes_all_fixtures = is_asyncio_auto and self._has_asyncio
        self._has_anyio = _has(environment, "anyio")

    def edits(self, function: Function) -> tuple[Edit, ...] | Barrier | None:
        """What an async test needs; None for a function that pytest does not collect."""
        if not is_test(function):
            return None
        file = function.file
        if self._is_auto or _has_marker(file, function):
            return ()
        marker = "anyio" if b"mark.anyio" in file.body and self._has_anyio else "asyncio"
        if marker == "asyncio" and not self._has_asyncio:
            if not self._has_anyio or b"anyio" not in file.body:
                return _NO_PLUGIN
            marker = "anyio"
        name, imports = named_in_module(file, "pytest", "mark", self._own)
        return (Edit(file.path, file.span(function.node), EditKind.DECORATE, text=f"{name}.{marker}"), *imports)

    def fixture_edits(self, function: Function, decorator: ast.expr) -> tuple[Edit, ...] | Barrier:
        """What an async fixture needs, given pytest's decorator of it: in strict mode that of pytest-asyncio.

        A sync test may use it too (pytest-asyncio's documentation, reference/decorators).
        """
        if self._takes_all_fixtures:
            return ()
        if not self._has_asyncio:
            words = "it is a fixture, and how an async one is declared depends on the plugin"
            return Barrier("AW402", words, "make it an async fixture by hand, or install pytest-asyncio")
        file = function.file
        name, imports = named_in_module(file, "pytest_asyncio", "fixture", self._own)
        target = decorator.func if isinstance(decorator, ast.Call) else decorator
        return (Edit(file.path, file.span(target), EditKind.REPLACE, text=name), *imports)


def is_test(function: Function) -> bool:
    """Whether pytest collects a function by its default names (docs.pytest.org, explanation/goodpractices.html)."""
    path = function.file.path
    in_test_file = path.name.startswith("test_") or path.stem.endswith("_test")
    in_class = function.owner is None or function.owner.name.startswith("Test")
    return in_test_file and in_class and function.outer is None and function.node.name.startswith("test")


def _has_marker(file: SourceFile, function: Function) -> bool:
    """Whether a test, its class or its module is marked for a plugin already."""
    marks = [*function.node.decorator_list, *(function.owner.decorator_list if function.owner else [])]
    marks += [
        s.value
        for s in file.tree.body
        if isinstance(s, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in s.targets)
    ]
    return any(re.search(r"\bmark\.(asyncio|anyio|trio)\b", ast.unparse(mark)) for mark in marks)


def _has(environment: Path | None, package: str) -> bool:
    if environment is None:
        return False
    root = environment if environment.is_dir() else environment.parent.parent
    patterns: Sequence[str] = ("lib/python*/site-packages", "Lib/site-packages")
    return any((site / package).is_dir() for pattern in patterns for site in root.glob(pattern))
