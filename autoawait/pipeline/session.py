"""What is kept of a project between runs: the type engine and the parsed files.

A single run opens a session of its own. An editor keeps one open, and all runs but the first are quick: only what has
changed is read, and the engine knows the rest.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

from autoawait.project.index import Index, Module, indexed
from autoawait.project.settings import Settings
from autoawait.project.source import BrokenFile
from autoawait.types.environment import Environment, find_environment
from autoawait.types.ty.client import TyEngine

# What the file system says of a file; it changes with the content.
Stamp = tuple[int, int, int, int]
# These say what the engine reads and how: when they change, nothing that it knows is certain any more.
_CONFIGURATIONS = ("pyproject.toml", "ty.toml")
_PACKAGES = ("lib/python3*/site-packages", "Lib/site-packages")


@dataclass(frozen=True, slots=True)
class Buffer:
    """A file as an editor has it, not yet saved. ``path`` may not exist on disk."""

    path: Path
    data: bytes


class Session:
    """The engine and the parsed files of a project, to be closed after use (it is a context manager).

    For one run at a time. A run that ends with an error leaves nothing behind that the next one would see.
    Raises SettingsError if the environment that the settings name does not exist, EngineError if no engine starts.
    """

    def __init__(self, settings: Settings) -> None:
        self.root = settings.root
        self.environment = find_environment(settings.root, settings.python)
        self.engine = TyEngine(settings.root, self.environment)
        self._origin = (settings.python, _stamps(_grounds(self.root, self.environment)))
        # A file as it was read: from disk when it had this stamp, or from these bytes.
        self._kept: dict[Path, tuple[Stamp | bytes, Module | BrokenFile]] = {}
        self._on_disk: dict[Path, Stamp] = {}
        self._shown: dict[Path, str] = {}  # the texts that files have for the engine in place of what is on disk

    def __enter__(self) -> Session:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def suits(self, settings: Settings) -> bool:
        """Whether this session serves these settings: the same root and environment, both unchanged since it began."""
        environment = find_environment(settings.root, settings.python)
        now = (settings.python, _stamps(_grounds(settings.root, environment)))
        return (self.root, self.environment, self._origin) == (settings.root, environment, now)

    def read(self, paths: Collection[Path], buffers: Iterable[Buffer], seen: Callable[[Module], None]) -> Index:
        """The index of the files at some paths; a buffer stands for what is on disk. ``seen`` gets each module.

        The engine then sees what is read here, and nothing of what former runs have shown to it.
        """
        unsaved = {buffer.path: buffer.data for buffer in buffers}
        # First remove what no longer stands for a file: below it the engine would not notice a file that is created.
        self.engine.cover_only({p: t for p, t in self._shown.items() if p in unsaved or p in self._on_disk})
        self._look_at_disk(paths)
        index = Index(self._read, self.root)
        for path in paths:
            module = index.add(path, unsaved.get(path))
            if module and _must_be_shown(module, unsaved):
                self.engine.overlay(path, module.file.text)
            if module:
                seen(module)
        self.show(index, unsaved)
        return index

    def show(self, index: Index, unsaved: Container[Path]) -> None:
        """Let the engine see the files of an index as they were read, without our edits."""
        shown = (module.file for module in index.own if _must_be_shown(module, unsaved))
        self._shown = {file.path: file.text for file in shown}
        self.engine.cover_only(self._shown)

    def close(self) -> None:
        """End the engine; safe to call twice."""
        self.engine.close()

    def _look_at_disk(self, paths: Iterable[Path]) -> None:
        """See which files have changed on disk, and tell the engine, which does not watch them."""
        now = _stamps(paths)
        if self._on_disk:
            before = self._on_disk
            changed = (path for path in now.keys() & before.keys() if now[path] != before[path])
            self.engine.reread(now.keys() - before.keys(), changed, before.keys() - now.keys())
        self._on_disk = now

    def _read(self, path: Path, data: bytes | None) -> Module | BrokenFile:
        origin = data if data is not None else self._on_disk.get(path) or _stamp(path)
        kept = self._kept.get(path)
        if kept and kept[0] == origin:
            return kept[1]
        read = indexed(path, data)
        if origin is not None:
            self._kept[path] = origin, read
        return read


def _must_be_shown(module: Module, unsaved: Container[Path]) -> bool:
    """Whether the engine needs our text of a file: it reads from disk what is saved there in UTF-8."""
    return module.file.path in unsaved or module.file.encoding not in {"utf-8", "utf-8-sig"}


def _stamps(paths: Iterable[Path]) -> dict[Path, Stamp]:
    return {path: stamp for path in paths if (stamp := _stamp(path))}


def _stamp(path: Path) -> Stamp | None:
    """None where there is no such file."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ctime_ns, found.st_size, found.st_ino


def _grounds(root: Path, environment: Environment) -> Iterable[Path]:
    """The files and folders on which all answers of an engine depend."""
    yield from (root / name for name in _CONFIGURATIONS)
    prefix = environment.python
    if prefix is not None and prefix.is_file():
        prefix = prefix.parent.parent
    for pattern in _PACKAGES if prefix else ():
        yield from (prefix or root).glob(pattern)
