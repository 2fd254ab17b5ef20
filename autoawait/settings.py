"""What the user has chosen: ``[tool.autoawait]`` and the command line. (Placeholder values; loading follows.)"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


class SettingsError(Exception):
    """A setting is wrong. The message names the file, the key and what would be right."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that steers a run.

    ``root``           the project that is read: nearest ``pyproject.toml`` or ``.git`` above the paths
    ``exclude``        gitignore-style patterns, relative to the root, neither read nor edited
    ``python``         the interpreter or virtual environment whose packages count, None to find it
    ``target_version`` the lowest Python that the code must run on: ``--target-version``, the setting,
                       ``requires-python``'s lower bound, else (3, 10)
    ``ignore_calls``   qualified names or globs whose un-awaited calls are meant
    """

    root: Path
    exclude: tuple[str, ...] = ()
    python: Path | None = None
    target_version: tuple[int, int] = (3, 10)
    unsafe_fixes: bool = False
    propagate: bool = True
    ignore_calls: tuple[str, ...] = ()
