"""The published packages that everything is measured on: pinned, downloaded once, laid out as projects.

They live in the lab's cache (see ``environments``): ``env`` is a virtual environment with all of them,
``projects/CODE`` is each as a project of its own, ``together`` all of them as one. Nothing of them is imported or run.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import Distribution, distributions
from pathlib import Path

from tests.lab.environments import LabError, Locked, cache

# Made by ``pip freeze`` after ``pip install`` of the packages below, at these versions, with Python 3.11, and of what
# they can do without and their developers have: aiodns, aiomysql, aiopg, aioquic, asyncmy, blacksheep, django,
# gunicorn, itsdangerous, jinja2, motor, numpy, pybreaker, pytest, quart, requests, sanic-testing, sqlalchemy, trio,
# typer, valkey, watchfiles. Of classes and decorators that are not there nothing can be known.
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


def projects(names: Sequence[str] = ()) -> list[Project]:
    """The named packages, all of them without names, downloaded and laid out where they are not yet."""
    unknown = set(names) - {package.name for package in PACKAGES}
    if unknown:
        raise LabError(f"no such package: {', '.join(sorted(unknown))}; there are: {known_names()}")
    folder = cache()
    layout = f"2 {sys.version_info[:2]} {PACKAGES}"
    Locked(folder / "env", LOCK, folder / "stamp", layout).make(lambda: _lay_out_all(folder))
    installed = _installed(folder / "env")
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


def _lay_out_all(folder: Path) -> None:
    """A copy of each package beside the environment, which has just been made."""
    for made in ("projects", "together"):
        shutil.rmtree(folder / made, ignore_errors=True)
    installed = _installed(folder / "env")
    for package in PACKAGES:
        _lay_out(folder, package, installed[package.name])


def _lay_out(folder: Path, package: Package, distribution: Distribution) -> None:
    root = folder / "projects" / package.code
    code = Path(str(distribution.locate_file(package.code)))
    shutil.copytree(code, root / package.code, ignore=shutil.ignore_patterns("__pycache__"))
    requires = distribution.metadata["Requires-Python"]
    lines = ("[project]", f'name = "{package.name}"', f'version = "{distribution.version}"')
    (root / "pyproject.toml").write_text("\n".join([*lines, f'requires-python = "{requires}"', ""]))


def _project(folder: Path, package: Package, distribution: Distribution) -> Project:
    return Project(package.name, distribution.version, folder / "projects" / package.code, folder / "env")


def _installed(environment: Path) -> dict[str, Distribution]:
    sites = [str(path) for path in environment.glob("[Ll]ib*/**/site-packages")]
    return {distribution.name: distribution for distribution in distributions(path=sites)}
