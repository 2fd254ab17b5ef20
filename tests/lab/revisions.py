"""The tool of another revision beside that of the working tree, on the same packages and mutants."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.lab.applications import Application
from tests.lab.apps import Examined
from tests.lab.changes import CLEANLINESS, EXAMINED, STRIPPED, TRIALS, Comparison, changes
from tests.lab.clean import Cleanliness
from tests.lab.environments import LabError
from tests.lab.measurements import Progress, cleaning, restoring, stripping
from tests.lab.packages import Project
from tests.lab.restore import Trial
from tests.lab.store import Store
from tests.lab.strip import Stripped
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice


@dataclass(slots=True)
class Results:
    """Of one tool on all packages."""

    trials: list[Trial] = field(default_factory=list)
    stripped: list[Stripped] = field(default_factory=list)
    cleanliness: list[Cleanliness] = field(default_factory=list)

    def add(self, other: Results) -> None:
        self.trials += other.trials
        self.stripped += other.stripped
        self.cleanliness += other.cleanliness


def compared(
    revision: str,
    projects: Sequence[Project],
    choice: Choice,
    store: Store,
    applications: Sequence[Application] = (),
) -> tuple[list[Comparison], list[str]]:
    """Measure both tools and compare; and say which packages and applications are left out because a tool failed.

    Raises LabError for a revision that there is not, or that has no such tool.
    """
    before, after, failures = Results(), Results(), []
    with checked_out(revision) as home:
        for project in projects:
            old = _measured(project, choice, store, home, revision)
            new = _measured(project, choice, store, REPOSITORY, "here")
            if isinstance(old, Results) and isinstance(new, Results):
                before.add(old)
                after.add(new)
            failures += [failure for failure in (old, new) if isinstance(failure, str)]
        examined = [_examined(applications, store, *tool) for tool in ((home, revision), (REPOSITORY, "here"))]
    failures += [failure for _, left_out in examined for failure in left_out]
    both = frozenset.intersection(*(frozenset(one.package for one in results) for results, _ in examined))
    edits = [[one for one in results if one.package in both] for results, _ in examined]
    return [
        changes(TRIALS, before.trials, after.trials),
        changes(STRIPPED, before.stripped, after.stripped),
        changes(CLEANLINESS, before.cleanliness, after.cleanliness),
        *([changes(EXAMINED, *edits)] if applications else []),
    ], failures


def _measured(project: Project, choice: Choice, store: Store, home: Path, name: str) -> Results | str:
    """One package by one tool, or why not: that one revision fails where another does not is worth knowing."""
    progress = Progress(store)
    try:
        return Results(
            list(progress.one_of(restoring(choice, home), project, f"restore, {name}:")),
            list(progress.one_of(stripping(home), project, f"strip, {name}:")),
            list(progress.one_of(cleaning(home), project, f"clean, {name}:")),
        )
    except LabError as error:
        return f"{project.name} is left out, {name} failed: {str(error).partition(chr(10))[0]}"


def _examined(
    applications: Sequence[Application], store: Store, home: Path, name: str
) -> tuple[tuple[Examined, ...], list[str]]:
    """What one tool edits in applications, and why not in those where it failed."""
    progress = Progress(store)
    found = progress.of_applications(applications, home)
    return found, [f"{one.package} is left out, {name} failed: {one.reason}" for one in progress.failures]


@contextmanager
def checked_out(revision: str) -> Iterator[Path]:
    """The tool's sources as of a revision, in a folder that lives as long as the context. LabError if there is none.

    An archive and not a worktree: git need not be told that it is gone, whatever happens.
    """
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise LabError(f"no such revision: {revision}")
    archive = _git("archive", "--format=zip", commit.decode().strip(), "autoawait")
    if archive is None:
        raise LabError(f"revision {revision} has no autoawait/")
    with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
        home = Path(folder).resolve()
        zipfile.ZipFile(io.BytesIO(archive)).extractall(home)
        yield home


def _git(*words: str) -> bytes | None:
    """What git prints; None if it fails."""
    run = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, check=False)
    return None if run.returncode else run.stdout
