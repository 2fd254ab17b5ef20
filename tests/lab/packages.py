"""The published packages that everything is measured on: pinned, downloaded once, laid out as projects.

They live outside the repository, in ``autoawait-lab`` of the user's cache or where ``AUTOAWAIT_LAB_CACHE`` says:
``env`` is a virtual environment with all of them, ``projects/CODE`` is each as a project of its own, ``together`` all
of them as one. Nothing of them is imported or run.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import venv
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

# Made by ``pip freeze`` after ``pip install`` of the packages below, at these versions, with Python 3.11.
LOCK = Path(__file__).with_name("lock.txt")


@dataclass(frozen=True, slots=True)
class Package:
    """A package by its name on PyPI, and the folder of its code where that is called otherwise."""

    name: str
    folder: str = ""

    @property
    def code(self) -> str:
        return self.folder or self.name


PACKAGES = (
    Package("aiohttp"),
    Package("httpx"),
    Package("starlette"),
    Package("fastapi"),
    Package("asyncpg"),
    Package("aiosqlite"),
    Package("redis"),
    Package("aiogram"),
    Package("discord.py", "discord"),
    Package("litestar"),
    Package("sanic"),
    Package("tortoise-orm", "tortoise"),
    Package("procrastinate"),
    Package("kopf"),
    Package("mcp"),
    Package("textual"),
    Package("arq"),
    Package("zigpy"),
    Package("aiokafka"),
    Package("jupyter_server"),
    Package("openai"),
)


@dataclass(frozen=True, slots=True)
class Project:
    """A package laid out: ``root`` has a ``pyproject.toml`` and the code, ``python`` is the environment."""

    name: str
    version: str
    root: Path
    python: Path

    def files(self) -> list[Path]:
        """Its modules, in sorted order."""
        return sorted(self.root.rglob("*.py"))

    def lines(self) -> int:
        """Of all its modules."""
        return sum(path.read_bytes().count(b"\n") for path in self.files())


class LabError(Exception):
    """The lab cannot be set up. The message is for the user."""


def cache() -> Path:
    """Where the packages live; made if need be."""
    given = os.environ.get("AUTOAWAIT_LAB_CACHE")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    folder = Path(given) if given else caches / "autoawait-lab"
    folder.mkdir(parents=True, exist_ok=True)
    return folder.resolve()


def projects(names: Sequence[str] = ()) -> list[Project]:
    """The named packages, all of them without names, downloaded and laid out where they are not yet."""
    unknown = set(names) - {package.name for package in PACKAGES}
    if unknown:
        raise LabError(f"no such package: {', '.join(sorted(unknown))}; there are: {known_names()}")
    folder = cache()
    if not _is_current(folder):
        _install(folder)
    installed = {distribution.name: distribution for distribution in _distributions(folder / "env")}
    wanted = [package for package in PACKAGES if not names or package.name in names]
    return [_project(folder, package, installed[package.name]) for package in wanted]


def together() -> Project:
    """All packages as one project: their folders side by side below one ``pyproject.toml``; made when asked for."""
    parts = projects()
    root = cache() / "together"
    stamp = root / "pyproject.toml"
    if not stamp.exists():  # written last, so that a break is noticed
        shutil.rmtree(root, ignore_errors=True)
        for part, package in zip(parts, PACKAGES, strict=True):
            shutil.copytree(part.root / package.code, root / package.code)
        stamp.write_text('[project]\nname = "together"\nversion = "0"\nrequires-python = ">=3.11"\n')
    return Project(root.name, "0", root, parts[0].python)


def known_names() -> str:
    return ", ".join(package.name for package in PACKAGES)


def _is_current(folder: Path) -> bool:
    stamp = folder / "stamp"
    return stamp.exists() and stamp.read_text() == _fingerprint()


def _fingerprint() -> str:
    layout = f"2 {sys.version_info[:2]} {PACKAGES}".encode()
    return hashlib.sha256(LOCK.read_bytes() + layout).hexdigest()


def _install(folder: Path) -> None:
    """The environment, and a copy of each package beside it; the stamp is last, so that a break is noticed."""
    (folder / "stamp").unlink(missing_ok=True)
    environment = folder / "env"
    venv.create(environment, clear=True, with_pip=True)
    pip = [str(interpreter(environment)), "-m", "pip", "--disable-pip-version-check"]
    if subprocess.run([*pip, "install", "-q", "--no-deps", "-r", str(LOCK)], check=False).returncode:
        raise LabError(f"pip could not install {LOCK} into {environment} (some packages need Python 3.11)")
    for made in ("projects", "together"):
        shutil.rmtree(folder / made, ignore_errors=True)
    installed = {distribution.name: distribution for distribution in _distributions(environment)}
    for package in PACKAGES:
        _lay_out(folder, package, installed[package.name])
    (folder / "stamp").write_text(_fingerprint())


def _lay_out(folder: Path, package: Package, distribution: Distribution) -> None:
    root = folder / "projects" / package.code
    code = Path(str(distribution.locate_file(package.code)))
    shutil.copytree(code, root / package.code, ignore=shutil.ignore_patterns("__pycache__"))
    requires = distribution.metadata["Requires-Python"]
    lines = ("[project]", f'name = "{package.name}"', f'version = "{distribution.version}"')
    (root / "pyproject.toml").write_text("\n".join([*lines, f'requires-python = "{requires}"', ""]))


def _project(folder: Path, package: Package, distribution: Distribution) -> Project:
    return Project(package.name, distribution.version, folder / "projects" / package.code, folder / "env")


def _distributions(environment: Path) -> list[Distribution]:
    sites = [str(path) for path in environment.glob("[Ll]ib*/**/site-packages")]
    return list(distributions(path=sites))


def interpreter(environment: Path) -> Path:
    """The Python of a virtual environment."""
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
