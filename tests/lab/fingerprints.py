"""What a result depends on, as one short word: if it changes, the result is measured anew."""

from __future__ import annotations

import ast
import hashlib
import sys
from collections.abc import Iterator
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from tests.lab.documents import text_of
from tests.lab.packages import LOCK
from tests.lab.tool import REPOSITORY

# What the tool works with and what is not among its sources.
DEPENDENCIES = ("ty", "libcst")

_OURS = ("autoawait", "tests")


def fingerprint(module: str, home: Path | None, options: object) -> str:
    """Of the sources of a measurement (``tests.lab.restore``) and all it imports of ours, of the tool in the
    checkout ``home`` (None if it takes no part), the packages measured on, Python and the options.

    The page and its charts are not imported by a measurement: to reword them costs no minute of measuring.
    """
    digest = hashlib.sha256()
    for path in sources_of(module):
        _add(digest, path.relative_to(REPOSITORY).as_posix(), path.read_bytes())
    for path in sorted((home / "autoawait").rglob("*.py")) if home else ():
        _add(digest, f"tool {path.relative_to(home or path).as_posix()}", path.read_bytes())
    _add(digest, "lock", LOCK.read_bytes())
    _add(digest, "versions", text_of([sys.version, [installed(name) for name in DEPENDENCIES]]).encode())
    _add(digest, "options", text_of(options).encode())
    return digest.hexdigest()[:20]


@cache
def sources_of(module: str) -> tuple[Path, ...]:
    """The files of a module of ours and of all modules of ours that it imports, wherever it does; in sorted order."""
    found: set[Path] = set()
    waiting = [path for path in [_file(module)] if path]
    while waiting:
        path = waiting.pop()
        if path not in found:
            found.add(path)
            waiting.extend(imported for name in _imports(path) if (imported := _file(name)))
    return tuple(sorted(found))


def installed(name: str) -> str:
    """The version of an installed distribution, empty without."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""


def _add(digest: hashlib._Hash, name: str, data: bytes) -> None:
    # Lengths, so that no two lists of files are the same bytes.
    digest.update(f"{name} {len(data)}\n".encode())
    digest.update(data)


def _imports(path: Path) -> Iterator[str]:
    """Every dotted name that may be a module: ``from a import b`` is of ``a.b``, which may be ``a``."""
    for node in ast.walk(ast.parse(path.read_bytes())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _file(name: str) -> Path | None:
    """The module of ours that a dotted name is, or is in."""
    parts = name.split(".")
    if parts[0] not in _OURS:
        return None
    for count in (len(parts), len(parts) - 1):
        place = REPOSITORY.joinpath(*parts[:count])
        for path in (place.with_name(f"{place.name}.py"), place / "__init__.py"):
            if count and path.is_file():
                return path
    return None
