"""Which files belong together: the project of a file, by the rules of the command line."""

from __future__ import annotations

import io
import os
import tokenize
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.baseline import baseline_of
from autoawait.pipeline.analysis import Request
from autoawait.pipeline.session import Buffer
from autoawait.project.settings import Settings, find_root, is_project
from autoawait.server.client_settings import ClientSettings


@dataclass(frozen=True, slots=True)
class Document:
    """A file that is open in the editor, with its URI, version and text."""

    path: Path
    uri: str
    version: int | None
    text: str

    @property
    def buffer(self) -> Buffer:
        """Its bytes as the editor would save them, by the encoding that the text itself declares."""
        data = self.text.encode("utf-8", "surrogatepass")
        with suppress(SyntaxError, LookupError, UnicodeEncodeError):
            encoding, _ = tokenize.detect_encoding(io.BytesIO(data).readline)
            data = self.text.encode(encoding)
        return Buffer(self.path, data)


@dataclass(frozen=True, slots=True)
class ProjectLocation:
    """The project that a file belongs to: its root, and the client's settings for the folder that the file is in.

    ``is_whole``: everything below the root is read. Otherwise nothing marks a project, and no folder is open either:
    then a file is read with its neighbours, and only open files are edited.
    """

    root: Path
    client_settings: ClientSettings
    is_whole: bool


def project_of(path: Path, folder: Path | None, client_settings: ClientSettings) -> ProjectLocation:
    """The project of a file in a workspace folder, or outside of all folders (None)."""
    root = find_root([path])
    if is_project(root):
        return ProjectLocation(root, client_settings, is_whole=True)
    return (
        ProjectLocation(folder, client_settings, is_whole=True)
        if folder
        else ProjectLocation(root, client_settings, is_whole=False)
    )


def request_for(
    place: ProjectLocation, documents: Iterable[Document], focus: Iterable[Path], settings: Settings
) -> Request:
    """The request to the pipeline about some open files of a project. Raises what ``baseline_of`` raises."""
    opened = list(documents)
    named = [doc.path for doc in opened if not place.is_whole or not doc.path.exists()]
    paths = ([place.root] if place.is_whole else []) + named
    buffers = tuple(doc.buffer for doc in opened)
    return Request(tuple(paths), settings, buffers, frozenset(focus), baseline_of(settings))


def canonical(path: Path) -> Path:
    """A path under the name by which the project is read: without links on the way to it."""
    return Path(os.path.realpath(path.parent)) / path.name
