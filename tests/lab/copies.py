"""Copies of projects, whole or wounded, that a tool may write to."""

from __future__ import annotations

import dataclasses
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab.packages import Project
from tests.lab.tool import Answer, Fixer
from tests.lab.wounds import Loss, Mutant


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


def wounds_of(project: Project, mutants: Sequence[Mutant[Loss]]) -> dict[Path, bytes]:
    """What files of a project have become, by their path below its root."""
    return {mutant.source.path.relative_to(project.root): mutant.source.data for mutant in mutants}


def answer_on(project: Project, wounds: Mapping[Path, bytes], fixer: Fixer, mode: str) -> Answer:
    """What the tool makes of a wounded copy (``mode`` is ``safe`` or ``unsafe``), in places of the project."""
    with copied(project, wounds) as copy:
        return fixer(copy, mode == "unsafe").at(project.root, copy.root)
