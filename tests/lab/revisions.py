"""The tool of another revision beside that of the working tree, on the same packages and mutants."""

from __future__ import annotations

import io
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from tests.lab.changes import CLEANLINESS, TRIALS, Comparison, changes
from tests.lab.measurements import Progress, cleaning, restoring
from tests.lab.mutate import Choice
from tests.lab.packages import LabError, Project
from tests.lab.store import Store
from tests.lab.tool import REPOSITORY


def compared(revision: str, projects: Sequence[Project], choice: Choice, store: Store) -> list[Comparison]:
    """Measure both and compare. Raises LabError for a revision that there is not, or that has no such tool."""
    with checked_out(revision) as before:
        progress = Progress(store, [])
        both = ((before, revision), (REPOSITORY, "here"))
        trials = [progress.all_of(restoring(choice, home), projects, f"restore, {name},") for home, name in both]
        remarks = [progress.all_of(cleaning(home), projects, f"clean, {name},") for home, name in both]
    return [changes(TRIALS, *trials), changes(CLEANLINESS, *remarks)]


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
