"""What the user has chosen: ``[tool.autoawait]`` of ``pyproject.toml``, and the command line above it."""

from __future__ import annotations

import difflib
import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

Version = tuple[int, int]

OLDEST_TARGET: Version = (3, 8)
DEFAULT_TARGET: Version = (3, 10)
PROJECT_MARKERS = ("pyproject.toml", ".git")

_TARGET = re.compile(r"(?:py3|3\.)(\d{1,2})")
# One clause of a version specifier that says how old a Python may be; "<", "!=" and "^" say nothing of it.
_LOWER_BOUND = re.compile(r"(?:>=|>|~=|===?)\s*(\d+)(?:\.(\d+))?(?:\.(?:\d+|\*))*\w*")


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
    ``bridge``         whether commands, which stay plain, may start a loop for what they call
    ``ignore_calls``   qualified names or globs whose un-awaited calls are meant
    ``baseline``       the file that names the findings which are known, None for no such file; it may not exist
    """

    root: Path
    exclude: tuple[str, ...] = ()
    python: Path | None = None
    target_version: Version = DEFAULT_TARGET
    unsafe_fixes: bool = False
    propagate: bool = True
    bridge: bool = False
    ignore_calls: tuple[str, ...] = ()
    baseline: Path | None = None


@dataclass(frozen=True, slots=True)
class Overrides:
    """What the command line says; None leaves a setting as the file has it, ``exclude`` adds to it."""

    exclude: tuple[str, ...] = ()
    python: Path | None = None
    target_version: str | None = None
    unsafe_fixes: bool | None = None
    propagate: bool | None = None
    bridge: bool | None = None
    baseline: Path | None = None
    no_baseline: bool = False


def find_root(paths: Sequence[Path]) -> Path:
    """The project that the paths belong to: the nearest directory with a ``pyproject.toml`` or ``.git``
    that holds all of them, else their closest common directory. Absolute and resolved; paths may not exist."""
    resolved = [path.resolve() for path in paths]
    folders = [path if path.is_dir() else path.parent for path in resolved]
    try:
        common = Path(os.path.commonpath(folders))
    except ValueError as error:  # two drives
        raise SettingsError(f"the paths have no directory in common: {error}") from error
    for folder in (common, *common.parents):
        if is_project(folder):
            return folder
    return common


def is_project(folder: Path) -> bool:
    """Whether a directory is marked as the top of a project."""
    return any((folder / marker).exists() for marker in PROJECT_MARKERS)


def load_settings(root: Path, config: Path | None = None, overrides: Overrides | None = None) -> Settings:
    """The settings of a project: ``config`` (else ``root``/pyproject.toml), with the command line above it.

    Raises SettingsError for a file that cannot be read or is not TOML, an unknown key, a wrong type or value.
    """
    overrides = overrides or Overrides()
    project = _read_toml(root / "pyproject.toml", must_exist=False)
    file = config or root / "pyproject.toml"
    document = _read_toml(config, must_exist=True) if config else project
    table = _Table(file, _own_table(file, document, must_exist=config is not None))
    table.reject_unknown_keys()
    target = table.text("target-version")
    return Settings(
        root=root,
        exclude=(*table.texts("exclude"), *overrides.exclude),
        python=_python(table, overrides),
        target_version=(
            _target(overrides.target_version, "--target-version")
            or _target(target, table.place("target-version"))
            or _required(project)
            or DEFAULT_TARGET
        ),
        unsafe_fixes=_first(overrides.unsafe_fixes, table.flag("unsafe-fixes"), False),
        propagate=_first(overrides.propagate, table.flag("propagate"), True),
        bridge=_first(overrides.bridge, table.flag("bridge"), False),
        ignore_calls=table.texts("ignore-calls"),
        baseline=_baseline(table, overrides),
    )


def lower_bound(specifier: str) -> Version | None:
    """The lowest Python 3 that a version specifier (``>=3.9,<4``) lets in, None if it sets no lower bound.

    Versions older than any that autoawait writes for are raised to the oldest of those.
    """
    bounds = [
        (int(match[1]), int(match[2] or 0))
        for clause in specifier.split(",")
        if (match := _LOWER_BOUND.fullmatch(clause.strip()))
    ]
    return max((*bounds, OLDEST_TARGET)) if bounds else None


_KEYS: Mapping[str, str] = {
    "baseline": "a string",
    "bridge": "true or false",
    "exclude": "a list of strings",
    "ignore-calls": "a list of strings",
    "propagate": "true or false",
    "python": "a string",
    "target-version": "a string",
    "unsafe-fixes": "true or false",
}


@dataclass(frozen=True, slots=True)
class _Table:
    """``[tool.autoawait]`` of one file, read key by key with its type."""

    file: Path
    values: Mapping[str, object]

    def place(self, key: str) -> str:
        """How an error names a key."""
        return f"{self.file}: [tool.autoawait] {key}"

    def reject_unknown_keys(self) -> None:
        for key in self.values:
            if key not in _KEYS:
                near = difflib.get_close_matches(key, _KEYS, n=1)
                hint = f"did you mean {near[0]!r}? " if near else ""
                raise SettingsError(f"{self.place(key)}: no such setting; {hint}There are: {', '.join(_KEYS)}")

    def text(self, key: str) -> str | None:
        value = self.values.get(key)
        if value is None or isinstance(value, str):
            return value
        raise self._wrong_type(key)

    def texts(self, key: str) -> tuple[str, ...]:
        value = self.values.get(key, [])
        if isinstance(value, list) and all(isinstance(item, str) for item in value):
            return tuple(value)
        raise self._wrong_type(key)

    def flag(self, key: str) -> bool | None:
        value = self.values.get(key)
        if value is None or isinstance(value, bool):
            return value
        raise self._wrong_type(key)

    def _wrong_type(self, key: str) -> SettingsError:
        return SettingsError(f"{self.place(key)}: must be {_KEYS[key]}, not {self.values[key]!r}")


def _read_toml(file: Path, must_exist: bool) -> Mapping[str, object]:
    try:
        with file.open("rb") as stream:
            return tomllib.load(stream)
    except FileNotFoundError as error:
        if not must_exist:
            return {}
        raise SettingsError(f"{file}: no such file") from error
    except OSError as error:
        raise SettingsError(f"{file}: cannot be read: {error.strerror or error}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"{file}: is not valid TOML: {error}") from error


def _own_table(file: Path, document: Mapping[str, object], must_exist: bool) -> Mapping[str, object]:
    tool = document.get("tool", {})
    own = tool.get("autoawait") if isinstance(tool, dict) else None
    if own is None:
        if must_exist:
            raise SettingsError(f"{file}: has no [tool.autoawait] table")
        return {}
    if not isinstance(own, dict):
        raise SettingsError(f"{file}: [tool.autoawait] must be a table, not {own!r}")
    return own


def _python(table: _Table, overrides: Overrides) -> Path | None:
    if overrides.python:
        return _existing(overrides.python, "--python")
    setting = table.text("python")
    # A path in a file is meant from where the file is, not from where the tool happens to be started.
    return _existing(table.file.parent / setting, table.place("python")) if setting else None


def _baseline(table: _Table, overrides: Overrides) -> Path | None:
    setting = table.text("baseline")
    if overrides.no_baseline:
        return None
    return overrides.baseline or (table.file.parent / setting if setting else None)


def _existing(path: Path, place: str) -> Path:
    if not path.exists():
        raise SettingsError(f"{place}: {path} does not exist; give an interpreter or a virtual environment")
    return path


def _target(text: str | None, place: str) -> Version | None:
    if text is None:
        return None
    match = _TARGET.fullmatch(text)
    version = (3, int(match[1])) if match else (0, 0)
    if version < OLDEST_TARGET:
        raise SettingsError(f'{place}: must be a Python version from "3.8" on, such as "3.11" or "py311", not {text!r}')
    return version


def _required(document: Mapping[str, object]) -> Version | None:
    project = document.get("project", {})
    specifier = project.get("requires-python") if isinstance(project, dict) else None
    return lower_bound(specifier) if isinstance(specifier, str) else None


def _first(override: bool | None, setting: bool | None, default: bool) -> bool:
    if override is not None:
        return override
    return default if setting is None else setting
