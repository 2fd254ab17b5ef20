"""Published applications, on which the tool was not built: pinned, downloaded when they are measured, laid out.

Sixteen are always the same (``apps.txt``); more are drawn by a seed out of a pool (``apps_pool.txt``), so that nobody
can get used to them. They live in ``apps`` of the lab's cache: ``projects/NAME-VERSION`` is each as a project, ``env``
one environment with what they import (``apps_lock.txt``). Nothing of them is imported or run.
"""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.parser import Parser
from pathlib import Path, PurePosixPath

from tests.lab.environments import LabError, Locked, cache, interpreter
from tests.lab.packages import Project

PINS = Path(__file__).with_name("apps.txt")
POOL = Path(__file__).with_name("apps_pool.txt")
# What the applications name as requirements, and some of what those import, at the versions of one day: wheels of at
# most 40 MB that install with Python 3.11.
LOCK = Path(__file__).with_name("apps_lock.txt")
DRAWN = 6  # applications in a fresh draw

_PYTHON = "3.11"
_PATIENCE = 600.0  # seconds for one wheel
_KEPT = (".py", ".pyi", "py.typed")
_NO_CODE = frozenset({"tests", "test", "testing", "docs", "examples", "benchmarks", "scripts"})


@dataclass(frozen=True, slots=True)
class Application:
    """An application at a version; ``folders`` are those of its code in the wheel (none: all that are not tests),
    ``python`` the version of which its wheel is."""

    name: str
    version: str
    folders: tuple[str, ...] = ()
    python: str = _PYTHON


def fixed() -> list[Application]:
    """The applications that are always measured."""
    return _read(PINS)


def pool() -> list[Application]:
    """Those that may be drawn."""
    return _read(POOL)


def drawn(seed: int, count: int = DRAWN) -> list[Application]:
    """So many of the pool by lot, in the order of the pool: the same for the same seed and pool."""
    among = pool()
    chosen = set(random.Random(seed).sample(range(len(among)), min(count, len(among))))
    return [application for number, application in enumerate(among) if number in chosen]


def named(names: Sequence[str]) -> list[Application]:
    """The named applications, fixed or of the pool. Raises LabError for a name that there is not."""
    known = {application.name: application for application in [*fixed(), *pool()]}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise LabError(f"no such application: {', '.join(unknown)}; {PINS.name} and {POOL.name} have the names")
    return [known[name] for name in names]


def planned(application: Application) -> Project:
    """Where an application is laid out, whether it is there yet or not."""
    folder = cache() / "apps"
    root = folder / "projects" / f"{application.name}-{application.version}"
    return Project(application.name, application.version, root, folder / "env")


def laid_out(application: Application) -> Project:
    """An application as a project, with the environment of all of them: made where they are not there yet.

    Raises LabError where pip has no wheel of it, or the wheel no code.
    """
    project = planned(application)
    Locked(project.python, LOCK, project.python.with_name("stamp")).make()
    stamp = project.root / "pyproject.toml"
    if not stamp.exists():  # written last, so that a break is noticed
        shutil.rmtree(project.root, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
            requires = _unpack(_wheel(application, project, Path(folder)), application, project.root)
        lines = ("[project]", f'name = "{application.name}"', f'version = "{application.version}"')
        stamp.write_text("\n".join([*lines, f'requires-python = "{requires}"', ""]))
    return project


def _wheel(application: Application, project: Project, folder: Path) -> Path:
    pin = f"{application.name}=={application.version}"
    pip = [str(interpreter(project.python)), "-m", "pip", "--disable-pip-version-check", "download", "-q"]
    wish = ["--no-deps", "--only-binary", ":all:", "--python-version", application.python, "-d", str(folder), pin]
    try:
        subprocess.run([*pip, *wish], check=True, timeout=_PATIENCE)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        raise LabError(f"pip could not download a wheel of {pin} for Python {application.python}") from error
    return next(folder.glob("*.whl"))


def _unpack(wheel: Path, application: Application, root: Path) -> str:
    """Lay out the code of a wheel below ``root``; returns which versions of Python it is for."""
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        folders = application.folders or tuple(_code_folders(names))
        members = [name for name in names if name.partition("/")[0] in folders and name.endswith(_KEPT)]
        if not members:
            raise LabError(f"the wheel of {application.name} has no code in {', '.join(folders) or 'a folder'}")
        archive.extractall(root, members)
        metadata = next(name for name in names if re.fullmatch(r"[^/]+\.dist-info/METADATA", name))
        return Parser().parsestr(archive.read(metadata).decode())["Requires-Python"] or f">={_PYTHON}"


def _code_folders(names: Sequence[str]) -> Iterator[str]:
    modules = [PurePosixPath(name) for name in names if name.endswith(".py")]
    for folder in sorted({path.parts[0] for path in modules if len(path.parts) > 1}):
        if folder not in _NO_CODE and not folder.endswith((".data", ".dist-info")):
            yield folder


def _read(file: Path) -> list[Application]:
    """An application a line: ``name==version folder,folder python``, the last two where they are needed."""
    lines = (line.partition("#")[0].split() for line in file.read_text(encoding="utf-8").splitlines())
    return [_application(*words) for words in lines if words]


def _application(pin: str, folders: str = "", python: str = _PYTHON) -> Application:
    name, _, version = pin.partition("==")
    return Application(name, version, tuple(filter(None, folders.split(","))), python)
