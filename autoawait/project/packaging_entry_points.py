"""The entry points (commands and plugins) that ``pyproject.toml``, ``setup.cfg`` and ``setup.py`` declare."""

from __future__ import annotations

import configparser
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from autoawait.project.index import Function, Index
from autoawait.project.occurrences import dotted_name

_TARGET = re.compile(r"([\w-]+)\s*=\s*([\w.]+):([\w.]+)")


@dataclass(frozen=True, slots=True)
class Script:
    """The declaration of ``module:qualname`` as an entry point called ``name``."""

    path: Path
    name: str
    module: str
    qualname: str

    def means(self, function: Function) -> bool:
        """Whether the entry point is a function, perhaps by way of a package that imports it."""
        module = dotted_name(function.file)
        is_inside = module == self.module or module.startswith(f"{self.module}.")
        return function.qualname == self.qualname and (is_inside or module.endswith(f".{self.module}"))


def scripts_of(index: Index) -> tuple[Script, ...]:
    """The entry points declared in the directories of the project's files, or above them up to the project's root."""
    folders: dict[Path, None] = {}
    for module in index.own:
        for folder in module.file.path.parents:
            if folder in folders:
                break
            folders[folder] = None
            if (folder / "pyproject.toml").exists() or (folder / ".git").exists():
                break
    return tuple(script for folder in folders for script in _declared(folder))


def _declared(folder: Path) -> Iterator[Script]:
    for name, read in (("pyproject.toml", _from_toml), ("setup.cfg", _from_cfg), ("setup.py", _from_python)):
        path = folder / name
        try:
            text = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError):
            continue
        for line in read(text):
            if match := _TARGET.match(line.strip()):
                yield Script(path, match[1], match[2], match[3])


def _from_toml(text: str) -> Iterator[str]:
    """The entries of ``scripts``, ``gui-scripts`` and ``entry-points`` of ``[project]``, and Poetry's ``scripts``."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return
    project, tool = _table(document, "project"), _table(document, "tool")
    plugins = _table(project, "entry-points")
    poetry = _table(tool, "poetry")
    groups = [_table(project, "scripts"), _table(project, "gui-scripts"), _table(poetry, "scripts")]
    for group in [*groups, *(_table(plugins, name) for name in plugins)]:
        yield from (f"{name}={target}" for name, target in group.items() if isinstance(target, str))


def _from_cfg(text: str) -> Iterator[str]:
    """The lines of ``[options.entry_points]``."""
    parser = configparser.ConfigParser(interpolation=None)
    try:
        parser.read_string(text)
    except configparser.Error:
        return
    if parser.has_section("options.entry_points"):
        for _, value in parser.items("options.entry_points"):
            yield from value.splitlines()


def _from_python(text: str) -> Iterator[str]:
    """All string literals that look like an entry point."""
    yield from (match[1] for match in re.finditer(r"[\"']\s*([\w-]+\s*=\s*[\w.]+:[\w.]+)\s*[\"']", text))


def _table(document: Mapping[str, object], name: str) -> Mapping[str, object]:
    found = document.get(name)
    return found if isinstance(found, dict) else {}
