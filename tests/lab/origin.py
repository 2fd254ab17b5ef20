"""Where numbers come from: the packages, the versions of everything, the machine, the moment."""

from __future__ import annotations

import os
import platform
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.fingerprints import DEPENDENCIES, installed
from tests.lab.packages import Project
from tests.lab.tool import REPOSITORY


@dataclass(frozen=True, slots=True)
class Machine:
    """What times depend on."""

    system: str
    processor: str
    cores: int
    gigabytes: float


@dataclass(frozen=True, slots=True)
class Subject:
    """A package as measured."""

    name: str
    version: str
    lines: int


@dataclass(frozen=True, slots=True)
class Origin:
    """Of a page: ``first`` and ``last`` are when its oldest and newest result was measured (UTC)."""

    command: str
    first: str
    last: str
    revision: str
    versions: dict[str, str]
    machine: Machine
    packages: tuple[Subject, ...]


def origin(command: str, projects: Sequence[Project], moments: Sequence[str], peers: dict[str, str]) -> Origin:
    """Of results measured at these moments, here; ``peers`` are versions of other tools that took part."""
    versions = {"Python": platform.python_version(), **{name: installed(name) for name in DEPENDENCIES}, **peers}
    subjects = tuple(Subject(project.name, project.version, project.lines()) for project in projects)
    return Origin(command, min(moments), max(moments), revision(), versions, machine(), subjects)


def machine() -> Machine:
    """This one."""
    pages, size = os.sysconf("SC_PHYS_PAGES"), os.sysconf("SC_PAGE_SIZE")
    return Machine(
        f"{platform.system()} {platform.machine()}", _processor(), os.cpu_count() or 1, round(pages * size / 2**30, 1)
    )


def revision() -> str:
    """The commit of the working tree, and whether the tool differs from it."""
    commit = _git("rev-parse", "--short=10", "HEAD")
    changes = _git("status", "--porcelain", "--", "autoawait")
    return f"{commit} with changes" if changes else commit


def _git(*words: str) -> str:
    run = subprocess.run(["git", *words], cwd=REPOSITORY, capture_output=True, text=True, check=False)
    return "unknown" if run.returncode else run.stdout.strip()


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or "unknown"
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "unknown")
