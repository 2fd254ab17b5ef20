"""What the commands share that answer a question about a project: which project, read how."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from autoawait.cli.output import Progress
from autoawait.diagnostics.baseline import baseline_of
from autoawait.pipeline.analysis import Project, Request, opened
from autoawait.project.discovery import check_places
from autoawait.project.settings import Overrides, find_root, load_settings


@contextmanager
def project_around(path: Path, python: Path | None, config: Path | None) -> Iterator[Project]:
    """The whole project that a path belongs to, all of which counts as asked for: so an answer is the same as that of
    ``check`` without paths.

    Raises what ``pipeline.opened`` raises.
    """
    check_places([path])
    root = find_root([path])
    settings = load_settings(root, config, Overrides(python=python))
    request = Request((root,), settings, baseline=baseline_of(settings))
    with Progress(sys.stderr.isatty()) as progress, opened(request, progress.show) as project:
        yield project
