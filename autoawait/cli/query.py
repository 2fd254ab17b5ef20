"""What ``why`` and ``graph`` share: their options, and the project that is asked about."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from autoawait.cli.output import Progress
from autoawait.cli.terminal import ColorChoice, color_option
from autoawait.diagnostics.baseline import baseline_of
from autoawait.pipeline.analysis import Project, Request, opened
from autoawait.project.discovery import check_places
from autoawait.project.options import Options
from autoawait.project.settings import find_root, load_settings


@dataclass(frozen=True, kw_only=True)
class Query:
    """The options of every question."""

    options: Options = field(default_factory=Options)
    color: ColorChoice = color_option()


@contextmanager
def project_around(path: Path, options: Options) -> Iterator[Project]:
    """The whole project that a path belongs to, opened so that an answer is the same as that of ``check`` without
    paths.

    Raises what ``pipeline.opened`` raises.
    """
    check_places([path])
    root = find_root([path])
    settings = load_settings(root, options)
    request = Request((root,), settings, baseline=baseline_of(settings))
    with Progress(sys.stderr.isatty()) as progress, opened(request, progress.show) as project:
        yield project
