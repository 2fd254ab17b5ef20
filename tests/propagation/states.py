"""Projects in two states: as they lack their awaits, and as the tool is to leave them; each can be tried for real."""

from __future__ import annotations

import gc
import importlib
import re
import subprocess
import sys
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from difflib import unified_diff
from pathlib import Path
from textwrap import dedent
from types import ModuleType

from autoawait.cli.reports.summary import remaining
from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.options import Options
from autoawait.project.settings import load_settings
from tests.projects import write_project

# Whether the tool makes functions async yet. As long as it does not, the wanted state is written by hand.
PROPAGATES = True

_MARKED = re.compile(r"«(?:([^«»|]*)\|)?([^«»|]*)»")


@dataclass(frozen=True, slots=True)
class Project:
    """A project on disk, in its first state, and the files that it is wanted to have."""

    root: Path
    wanted: Mapping[str, str]

    def fix(self) -> None:
        """Bring it into its second state, by the tool as soon as that is able to."""
        left: list[str] = []
        if PROPAGATES:
            left = [f"{f.path.name}: {f.code} {f.message}: {f.reason}" for f in remaining(fix(self.root))]
        else:
            write_project(self.root, self.wanted)
        texts = ((name, (self.root / name).read_text(encoding="utf-8"), text) for name, text in self.wanted.items())
        lines = (line for name, made, text in texts for line in _difference(name, made, text))
        assert not (difference := "\n".join(lines)), "\n".join([difference, *left])


def project(root: Path, files: Mapping[str, str]) -> Project:
    """Lay a project out. Its texts hold both states: ``«await »`` is what comes in, ``«old|new»`` what is replaced."""
    root.mkdir()
    files = {"pyproject.toml": '[project]\nname = "app"\nrequires-python = ">=3.10"\n', **files}
    texts = {name: dedent(text) for name, text in files.items()}
    write_project(root, {name: _MARKED.sub(lambda match: match[1] or "", text) for name, text in texts.items()})
    return Project(root, {name: _MARKED.sub(lambda match: match[2], text) for name, text in texts.items()})


def fix(root: Path) -> Outcome:
    """Run the tool over a project as ``autoawait fix`` does, with our environment for its packages."""
    root = root.resolve()
    outcome = run(Request((root,), load_settings(root, Options(python=Path(sys.prefix)))))
    for change in outcome.changes:
        change.path.write_bytes(change.after)
    return outcome


@contextmanager
def imported(project: Project, name: str) -> Iterator[ModuleType]:
    """A module of a project, which is forgotten afterwards together with all others of the project."""
    sys.path.insert(0, str(project.root))
    importlib.invalidate_caches()
    bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield importlib.import_module(name)
    finally:
        sys.dont_write_bytecode = bytecode
        sys.path.remove(str(project.root))
        for key, module in list(sys.modules.items()):
            if Path(getattr(module, "__file__", None) or "/").is_relative_to(project.root):
                del sys.modules[key]


@contextmanager
def never_awaited() -> Iterator[list[str]]:
    """What Python says about coroutines that nothing has awaited; the list is filled at the end."""
    said: list[str] = []
    gc.collect()  # what others left is theirs
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        yield said
        gc.collect()
    said += [str(each.message) for each in caught if "never awaited" in str(each.message)]


def python(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a folder."""
    command = [sys.executable, "-B", *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)


def own_tests(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the tests of a project, with the plugins that async tests need and without those that only cost time."""
    unneeded = ("cacheprovider", "cov", "hypothesispytest", "xdist")
    return python(folder, "-m", "pytest", "-q", *(word for name in unneeded for word in ("-p", f"no:{name}")))


def counted(pytest_output: str) -> dict[str, int]:
    """How many tests passed, failed and could not run, by the last line of pytest."""
    last = pytest_output.rstrip().splitlines()[-1]
    return {word.rstrip("s"): int(number) for number, word in re.findall(r"(\d+) (passed|failed|errors?)", last)}


def _difference(name: str, made: str, wanted: str) -> Iterator[str]:
    return unified_diff(wanted.splitlines(), made.splitlines(), f"wanted {name}", f"made {name}", lineterm="")
