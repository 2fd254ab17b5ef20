"""The Python environment whose packages the type checker sees."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.settings import SettingsError

_CONDA_BASE = frozenset({"base", "root"})


@dataclass(frozen=True, slots=True)
class Environment:
    """An interpreter or an environment's directory, and a phrase that says where it comes from."""

    python: Path | None
    origin: str


def find_environment(root: Path, chosen: Path | None, variables: Mapping[str, str] = os.environ) -> Environment:
    """The environment the user chose, else an activated one, one in the project's root, or our own.

    ``chosen`` is an interpreter or an environment's directory; raises SettingsError if it is neither.
    Environment variables that point to no environment are ignored: stale ones are common.
    """
    if chosen is not None:
        return _chosen(chosen.expanduser())
    for directory, origin in _candidates(root, variables):
        if is_environment(directory):
            return Environment(directory.absolute(), origin)
    return Environment(Path(sys.prefix), "the one that runs autoawait")


def is_environment(directory: Path) -> bool:
    """Whether a directory contains an interpreter or is marked as a virtual environment."""
    return (directory / "pyvenv.cfg").is_file() or any(
        (directory / name).is_file() for name in ("bin/python", "bin/python3", "Scripts/python.exe", "python.exe")
    )


def _chosen(python: Path) -> Environment:
    if python.is_file() or (python.is_dir() and is_environment(python)):
        return Environment(python.absolute(), "as chosen")
    problem = "is not a Python environment" if python.is_dir() else "does not exist"
    raise SettingsError(f"python: {python} {problem}; give an interpreter or the directory of an environment")


def _candidates(root: Path, variables: Mapping[str, str]) -> Iterator[tuple[Path, str]]:
    active = variables.get("VIRTUAL_ENV")
    if active and not _is_of_hook(Path(active), variables):
        yield Path(active), "from VIRTUAL_ENV"
    # conda's base environment is active in every shell, so it is only a last resort
    conda, is_base = variables.get("CONDA_PREFIX"), variables.get("CONDA_DEFAULT_ENV") in _CONDA_BASE
    if conda and not is_base:
        yield Path(conda), "from CONDA_PREFIX"
    for name in (".venv", "venv"):
        yield root / name, "found beside the project"
    if conda and is_base:
        yield Path(conda), "from CONDA_PREFIX"


def _is_of_hook(active: Path, variables: Mapping[str, str]) -> bool:
    """Whether pre-commit made this environment for autoawait: it lacks the project's packages."""
    return "PRE_COMMIT" in variables and active.resolve() == Path(sys.prefix).resolve()
