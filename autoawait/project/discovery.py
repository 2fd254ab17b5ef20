"""Which files may be edited, and which are only read."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from autoawait.project.gitignore import Gitignore, PatternError, ignores, parsed
from autoawait.project.settings import Settings, is_project

PYTHON_SUFFIXES = (".py", ".pyi")
# Never entered unless given by name: version control, environments, caches and build output.
SKIPPED_FOLDERS = frozenset({
    ".eggs", ".git", ".hg", ".mypy_cache", ".nox", ".pytest_cache", ".ruff_cache", ".svn", ".tox", ".venv",
    "__pycache__", "__pypackages__", "node_modules", "venv",
})  # fmt: skip


class DiscoveryError(Exception):
    """A given path does not exist, or an exclusion is not a valid pattern. The message names it."""


def check_places(paths: Iterable[Path]) -> None:
    """Raise DiscoveryError if the working directory is gone, or a path is a link that leads to itself."""
    try:
        Path.cwd()
    except FileNotFoundError as error:
        raise DiscoveryError("the working directory no longer exists") from error
    for path in paths:
        try:
            path.resolve()
        except RuntimeError as error:  # up to Python 3.12; newer ones report a missing path
            raise DiscoveryError(f"{path}: leads to itself") from error


@dataclass(frozen=True, slots=True)
class Discovered:
    """The files of a run, all absolute.

    ``editable``   the files at or below the given paths
    ``readable``   these and the other files of the project, sorted
    ``unreadable`` directories that could not be listed
    """

    editable: frozenset[Path]
    readable: tuple[Path, ...]
    unreadable: tuple[Path, ...] = ()


def discover(paths: Sequence[Path], settings: Settings, unsaved: Iterable[Path] = ()) -> Discovered:
    """The Python files at and around ``paths``.

    A file or directory given by name counts even if it is ignored or excluded. ``unsaved`` files have their text from
    an editor and need not exist.

    Raises DiscoveryError for a path that does not exist and for an exclusion that is not a valid pattern.
    """
    walk = _Walk(_exclusion(settings))
    folders = [path.resolve() for path in paths if path.is_dir()]
    files = [_canonical(path) for path in paths if not path.is_dir()]
    elsewhere = {_canonical(path) for path in unsaved}
    for path in files:
        if path not in elsewhere and not path.exists():
            raise DiscoveryError(f"{_as_given(path)}: no such file or directory")
    project = _project(walk, settings.root, folders, files)
    editable = {_same_file(path, project) for path in files}
    for folder in folders:
        prefix = f"{folder}{os.sep}".replace(os.sep * 2, os.sep)
        editable.update(path for path in project if str(path).startswith(prefix))
        if str(folder) not in walk.entered:  # left out with a directory above it, but now asked for
            editable.update(map(Path, walk.named(str(folder))))
    return Discovered(
        frozenset(editable), tuple(sorted(project | editable, key=str)), tuple(map(Path, sorted(walk.unreadable)))
    )


def _as_given(path: Path) -> Path:
    """A path as errors name it: relative to the working directory where it lies below that."""
    return path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path


def _project(walk: _Walk, root: Path, folders: Sequence[Path], files: Sequence[Path]) -> frozenset[Path]:
    """The files that are read: those of the whole project. Where nothing marks a project, the root may be a home
    directory; then only the given directories, and around a given file its neighbours and the packages beside it."""
    if is_project(root):
        found = set(walk.below(str(root)))
    else:
        found = {path for folder in folders for path in walk.below(str(folder))}
        found.update(path for file in files for path in walk.below(str(file.parent), only_packages=True))
    return frozenset(map(Path, _without_aliases(found)))


def _canonical(path: Path) -> Path:
    """An absolute path with all links but the last part resolved: a file that is a link keeps its name."""
    return _resolved(path.absolute().parent) / path.absolute().name


def _same_file(path: Path, project: frozenset[Path]) -> Path:
    """A given file; where it is a link to a file of the project, that file."""
    return path if path in project or _resolved(path) not in project else _resolved(path)


def _resolved(path: Path) -> Path:
    """A path without links. Up to Python 3.12, Path.resolve() fails for circular ones."""
    return Path(os.path.realpath(path))


def _without_aliases(paths: Iterable[str]) -> Iterator[str]:
    """Each file once: a link is left out if its target is among the paths."""
    links = sorted(path for path in paths if os.path.islink(path))  # noqa: PTH114 (thousands of strings)
    seen = set(paths).difference(links)
    yield from seen
    for path in links:
        target = os.path.realpath(path)
        if target not in seen:
            seen.add(target)
            yield path


def _exclusion(settings: Settings) -> Gitignore | None:
    if not settings.exclude:
        return None
    try:
        return ignores(str(settings.root), settings.exclude, PYTHON_SUFFIXES)
    except PatternError as error:
        raise DiscoveryError(f"exclude: {error}") from error


@dataclass(eq=False, slots=True)
class _Walk:
    """Lists the Python files below directories, and remembers which directories it entered or could not list."""

    excluded: Gitignore | None
    entered: set[str] = field(default_factory=set)
    unreadable: set[str] = field(default_factory=set)

    def below(self, folder: str, only_packages: bool = False) -> Iterator[str]:
        """The files below a directory that are neither ignored nor excluded. With ``only_packages``, subdirectories
        that are not packages are skipped."""
        above = _ignores_above(folder)
        # A project inside an ignored directory, such as a checkout under build/, is still a project.
        levels = [] if _lies_in_ignored(folder, above) else above
        return self._files(folder, levels, only_packages)

    def named(self, folder: str) -> Iterator[str]:
        """The files below a directory that was given by name although it is ignored or excluded."""
        return _Walk(None, self.entered, self.unreadable)._files(folder, [], False)

    def _files(self, top: str, levels: list[Gitignore], only_packages: bool) -> Iterator[str]:
        pending = [(top, levels)]
        while pending:
            folder, levels = pending.pop()
            entries = self._entries(folder)
            names = {entry.name for entry in entries}
            if folder != top and ("pyvenv.cfg" in names or (only_packages and "__init__.py" not in names)):
                continue
            self.entered.add(folder)
            if ".gitignore" in names:
                levels = [*levels, _ignores(folder, os.path.join(folder, ".gitignore"))]  # noqa: PTH118
            for entry in entries:
                is_folder = _is_folder(entry)
                if self._counts(entry, is_folder) and not self._is_left_out(entry, is_folder, levels):
                    if is_folder:
                        pending.append((entry.path, levels))
                    else:
                        yield entry.path

    def _entries(self, folder: str) -> list[os.DirEntry[str]]:
        try:
            with os.scandir(folder) as entries:
                return list(entries)
        except OSError:
            self.unreadable.add(folder)
            return []

    def _counts(self, entry: os.DirEntry[str], is_folder: bool) -> bool:
        if is_folder:
            return entry.name not in SKIPPED_FOLDERS
        return entry.name.endswith(PYTHON_SUFFIXES) and _is_file(entry)

    def _is_left_out(self, entry: os.DirEntry[str], is_folder: bool, levels: list[Gitignore]) -> bool:
        if _is_ignored(entry.path, entry.name, is_folder, levels):
            return True
        return bool(self.excluded and self.excluded.verdict(entry.path, entry.name, is_folder))


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:  # deleted meanwhile, or the file system does not say
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_file()
    except OSError:  # a circular link, or one into a directory that we may not read
        return False


def _is_ignored(path: str, name: str, is_folder: bool, levels: list[Gitignore]) -> bool:
    """What git decides: the nearest directory whose patterns match the path has the say."""
    verdicts = (patterns.verdict(path, name, is_folder) for patterns in reversed(levels))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def _lies_in_ignored(folder: str, levels: list[Gitignore]) -> bool:
    """Whether a directory, or one above it within the repository, is ignored."""
    top = len(levels[0].prefix) if levels else len(folder)
    above = [str(path) for path in (Path(folder), *Path(folder).parents) if len(str(path)) >= top]
    return any(
        _is_ignored(path, os.path.basename(path), True, [level for level in levels if path.startswith(level.prefix)])  # noqa: PTH119
        for path in above
    )


def _ignores_above(folder: str) -> list[Gitignore]:
    """The ignore files of the surrounding git repository that apply to a directory, outermost first."""
    parents = [Path(folder), *Path(folder).parents]
    top = next((number for number, parent in enumerate(parents) if (parent / ".git").exists()), None)
    if top is None:
        return []
    files = [(parents[top], parents[top] / ".git" / "info" / "exclude")]
    files += [(parent, parent / ".gitignore") for parent in reversed(parents[1 : top + 1])]
    return [_ignores(str(parent), str(file)) for parent, file in files if file.is_file()]


def _ignores(folder: str, file: str) -> Gitignore:
    """The patterns of an ignore file. Like git, ignores invalid lines and unreadable files."""
    try:
        lines = Path(file).read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return ignores(folder, filter(_is_pattern, lines), PYTHON_SUFFIXES)


def _is_pattern(line: str) -> bool:
    try:
        return parsed(line) is not None
    except PatternError:
        return False
