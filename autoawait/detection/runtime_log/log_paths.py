"""Which file of the project a path of a log means, on whatever machine the log was written."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

from autoawait.detection.runtime_log.warning import Frame
from autoawait.project.index import Index, Module

# Packages that are installed, and the standard library: `lib/python3.11/asyncio/events.py`, `Python311\Lib\asyncio`.
_FOREIGN = re.compile(
    r"(?:^|/)(?:site-packages|dist-packages)/"
    r"|(?:^|/)lib(?:64)?/(?:python|pypy)\d[\w.]*/"
    r"|(?:^|/)python[\d.-]*/lib/"
    r"|^<frozen ",
    re.IGNORECASE,
)


class Absence(Enum):
    """Why a path of a log is no file of the project that we could read."""

    FOREIGN = "foreign"
    MISSING = "missing"
    AMBIGUOUS = "ambiguous"
    OUTDATED = "outdated"


@dataclass(frozen=True, slots=True)
class MissingPath:
    """A frame that leads to no line of the project, and why, in words."""

    absence: Absence
    words: str


class LogPaths:
    """Finds the modules of one project by the paths of logs.

    A path that is a file of the project is that file; a relative one begins at the root or at the working directory.
    Any other was written on another machine or in a container: then it is the file that has most of the path's end in
    common with it, if there is one such file. Several are told apart by the source line that the log shows.
    """

    def __init__(self, index: Index, bases: Sequence[Path]) -> None:
        self._index = index
        self._bases = bases
        self._by_name: dict[str, list[Module]] = {}
        for module in index.own:
            self._by_name.setdefault(module.file.path.name, []).append(module)

    def module(self, frame: Frame) -> Module | MissingPath:
        """The module in which a frame lies, its line being what the log says it was."""
        path = posixpath.normpath(frame.path.replace("\\", "/"))
        exact = self._exact(path)
        found = [exact] if exact else [] if is_foreign(frame.path) else self._by_end(path)
        if not found:
            absence = Absence.FOREIGN if is_foreign(frame.path) else Absence.MISSING
            return MissingPath(absence, f"{frame.path} is not a file of this project")
        fitting = [module for module in found if _has_line(module, frame)]
        if len(fitting) == 1:
            return fitting[0]
        if fitting:
            names = " or ".join(str(self._shown(module)) for module in fitting[:3])
            return MissingPath(Absence.AMBIGUOUS, f"{frame.path} may be {names}")
        text = f": there it was `{frame.text}`" if frame.text else ""
        return MissingPath(Absence.OUTDATED, f"line {frame.line} of {self._shown(found[0])} is not as in the log{text}")

    def defines(self, qualname: str) -> bool:
        """Whether the project has an async function of that qualified name."""
        return any(f.is_async and f.qualname == qualname for m in self._index.own for f in m.functions)

    def _exact(self, path: str) -> Module | None:
        own = {module.file.path for module in self._by_name.get(posixpath.basename(path), ())}
        paths = (Path(posixpath.normpath((base / path).as_posix())) for base in self._bases)
        return next((self._index.modules[p] for p in paths if p in own), None)

    def _by_end(self, path: str) -> list[Module]:
        """The modules that have the longest end of a path in common with it."""
        parts = path.split("/")
        common = [(_common_end(parts, m.file.path.parts), m) for m in self._by_name.get(parts[-1], ())]
        longest = max((length for length, _ in common), default=0)
        return [module for length, module in common if length == longest]

    def _shown(self, module: Module) -> Path:
        path = module.file.path
        return next((path.relative_to(base) for base in self._bases if path.is_relative_to(base)), path)


def is_foreign(path: str) -> bool:
    """Whether a path of a log lies in the standard library or in an installed package."""
    return _FOREIGN.search(path.replace("\\", "/")) is not None


def _common_end(one: Sequence[str], other: Sequence[str]) -> int:
    pairs = zip(reversed(one), reversed(other), strict=False)
    return next((number for number, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def _has_line(module: Module, frame: Frame) -> bool:
    """Whether a module's line is what the log shows of it."""
    if not 1 <= frame.line <= len(module.file.line_starts):
        return False
    return not frame.text or module.file.line(frame.line).strip() == frame.text
