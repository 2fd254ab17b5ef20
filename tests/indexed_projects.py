"""Small projects on disk with the real engine behind them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.index import Function, Index
from autoawait.types.engine import TypeEngine
from autoawait.types.environment import Environment
from autoawait.types.ty.client import TyEngine
from tests.projects import write_project


@dataclass(frozen=True)
class Project:
    """An indexed folder and the engine that knows it."""

    root: Path
    index: Index
    engine: TypeEngine

    def function(self, name: str) -> Function:
        """The function of a name like ``pkg/module.py:Class.method``, or of that qualified name in ``app.py``;
        ``#2`` behind it for the second of that name."""
        path, _, qualname = name.rpartition(":")
        qualname, _, number = qualname.partition("#")
        module = self.index.modules[self.root / (path or "app.py")]
        return [f for f in module.functions if f.qualname == qualname][int(number or 1) - 1]

    def name(self, function: Function) -> str:
        """The name by which ``function`` finds it, without ``app.py``."""
        path = function.file.path.relative_to(self.root).as_posix()
        return f"{path}:{function.qualname}".removeprefix("app.py:")


@contextmanager
def project(root: Path, files: Mapping[str, str] | str) -> Iterator[Project]:
    """A project of these files; a text alone is ``app.py``."""
    root = root.resolve()
    index = Index()
    files = {"app.py": files} if isinstance(files, str) else files
    write_project(root, files)
    for path in (root / name for name in files):
        if path.suffix in {".py", ".pyi"}:
            assert index.add(path), index.broken
    with TyEngine(root, Environment(Path(sys.prefix), "for a test")) as engine:
        yield Project(root, index, engine)
