"""Copies of projects that the tool may write to."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from tests.lab.packages import Project


@contextmanager
def copied(project: Project, wounds: Mapping[Path, bytes] | None = None) -> Iterator[Project]:
    """A copy of a project that lives as long as the context; ``wounds`` are files (by their path below the
    project's root) that have other bytes there."""
    with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
        copy = dataclasses.replace(project, root=Path(folder).resolve() / project.root.name)
        shutil.copytree(project.root, copy.root)
        for path, data in (wounds or {}).items():
            (copy.root / path).write_bytes(data)
        yield copy
