"""The settings of a project: ``[tool.autoawait]`` of ``pyproject.toml``, under the command line or the editor."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.options import Options, Source, built, merged, read_values

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
    ``bridge``         whether commands, which stay sync, may start an event loop for what they call
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


def load_settings(root: Path, given: Options | None = None) -> Settings:
    """The settings of a project: those of its file, with what is ``given`` on the command line or in an editor above.

    Raises SettingsError for a file that cannot be read or is not TOML, an unknown key, a wrong type or value.
    """
    given = given or Options()
    project = _read_toml(root / "pyproject.toml", must_exist=False)
    file = given.config or root / "pyproject.toml"
    document = _read_toml(file, must_exist=True) if given.config else project
    options = merged(_options_in(file, _own_table(file, document, must_exist=given.config is not None)), given)
    return Settings(
        root=root,
        exclude=options.exclude,
        python=_existing(options.python, _source_of(given.python, "python", file)),
        target_version=(
            _version(options.target_version, _source_of(given.target_version, "target-version", file))
            or _required(project)
            or DEFAULT_TARGET
        ),
        unsafe_fixes=bool(options.unsafe_fixes),
        propagate=options.propagate is not False,
        bridge=bool(options.bridge),
        ignore_calls=options.ignore_calls,
        baseline=None if options.no_baseline else options.baseline,
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


def _options_in(file: Path, table: Mapping[str, object]) -> Options:
    # A path in a file is meant from where the file is, not from where the tool happens to be started.
    values, problems = read_values(Options, Source.FILE, table, file.parent.joinpath)
    if problems:
        raise SettingsError(f"{file}: [tool.autoawait] {problems[0]}")
    return built(Options, values)


def _source_of(given: object, key: str, file: Path) -> str:
    """How an error names what is wrong: the flag, or the key of the file."""
    return f"{file}: [tool.autoawait] {key}" if given is None else f"--{key}"


def _existing(path: Path | None, source: str) -> Path | None:
    if path is not None and not path.exists():
        raise SettingsError(f"{source}: {path} does not exist; give an interpreter or a virtual environment")
    return path


def _version(text: str | None, source: str) -> Version | None:
    if text is None:
        return None
    match = _TARGET.fullmatch(text)
    version = (3, int(match[1])) if match else (0, 0)
    if version < OLDEST_TARGET:
        raise SettingsError(f'{source}: must be Python "3.8" or newer, such as "3.11" or "py311", not {text!r}')
    return version


def _required(document: Mapping[str, object]) -> Version | None:
    project = document.get("project", {})
    specifier = project.get("requires-python") if isinstance(project, dict) else None
    return lower_bound(specifier) if isinstance(specifier, str) else None
