"""Virtual environments of the lab: each holds what a lock file pins, and is made when it is first asked for.

They live outside the repository, in ``autoawait-lab`` of the user's cache or where ``AUTOAWAIT_LAB_CACHE`` says.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import sysconfig
import venv
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path


class LabError(Exception):
    """The lab cannot be set up. The message is for the user."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A virtual environment in ``folder`` with what ``lock`` pins. ``stamp`` is the file that says which lock that was;
    ``layout`` what else the environment stands for, so that another layout makes it anew."""

    folder: Path
    lock: Path
    stamp: Path
    layout: str = ""

    @property
    def interpreter(self) -> Path:
        return interpreter(self.folder)

    def script(self, name: str) -> Path:
        """A command of the environment. Raises LabError if it has none of that name."""
        return _found(name, shutil.which(name, path=self.interpreter.parent), self.folder)

    def is_current(self) -> bool:
        """Whether it is made, of this lock and layout."""
        return self.stamp.exists() and self.stamp.read_text() == self._fingerprint()

    def make(self, finish: Callable[[], None] = lambda: None) -> None:
        """Make it, and finish what belongs to it, unless the stamp says that both are done.

        The stamp is written last, so that a break is noticed. Raises LabError if pip fails.
        """
        if self.is_current():
            return
        self.stamp.unlink(missing_ok=True)
        venv.create(self.folder, clear=True, with_pip=True)
        pip = [str(self.interpreter), "-m", "pip", "--disable-pip-version-check"]
        if subprocess.run([*pip, "install", "-q", "--no-deps", "-r", str(self.lock)], check=False).returncode:
            raise LabError(f"pip could not install {self.lock} into {self.folder} (some packages need Python 3.11)")
        finish()
        self.stamp.write_text(self._fingerprint())

    def _fingerprint(self) -> str:
        return hashlib.sha256(self.lock.read_bytes() + self.layout.encode()).hexdigest()


def cache() -> Path:
    """Where the environments live, whether they have been made or not."""
    given = os.environ.get("AUTOAWAIT_LAB_CACHE")
    caches = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return (Path(given) if given else caches / "autoawait-lab").resolve()


def interpreter(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def own_script(name: str) -> Path:
    """A command that was installed together with autoawait. Raises LabError if there is none."""
    return _found(name, shutil.which(name, path=sysconfig.get_path("scripts")) or shutil.which(name), sys.executable)


def _found(name: str, script: str | None, place: str | Path) -> Path:
    if not script:
        raise LabError(f"no {name} in or beside {place}")
    return Path(script)
