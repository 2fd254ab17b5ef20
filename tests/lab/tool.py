"""The tool as the measurements run it: in this process, with its findings at hand; nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from autoawait.diagnostics import Outcome
from autoawait.pipeline import Request, run
from autoawait.settings import Overrides, load_settings
from tests.lab.packages import Project

# Takes a project and whether unsafe fixes are wanted; gives what `autoawait fix` of the whole of it would do.
Fixer = Callable[[Project, bool], Outcome]


def autoawait(project: Project, unsafe: bool) -> Outcome:
    """Analyse and fix all of a project in memory."""
    settings = load_settings(project.root, None, Overrides(python=project.python, unsafe_fixes=unsafe))
    return run(Request((project.root,), settings))


def relative(path: Path, project: Project) -> str:
    """How a table names a file of a project."""
    return path.resolve().relative_to(project.root).as_posix()
