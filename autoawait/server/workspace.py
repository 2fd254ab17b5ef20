"""Everything that is open in the editor: the folders with their settings, and the files with their schedulers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from autoawait.project.file_uris import path_of
from autoawait.server.client_settings import ClientSettings
from autoawait.server.document_scheduler import DocumentScheduler, Listener
from autoawait.server.projects import Document, ProjectLocation, canonical, project_of
from autoawait.server.worker import Worker

_SUFFIXES = (".py", ".pyi")
_LANGUAGE = "python"


class Workspace:
    """The open files. Call all methods in the thread of the event loop; nothing is analysed before ``configure``."""

    def __init__(self, worker: Worker, listener: Listener) -> None:
        self._worker = worker
        self._listener = listener
        self._folders: Mapping[Path, ClientSettings] = {}
        self._elsewhere = ClientSettings()
        self._documents: dict[str, Document] = {}
        self._scheduler_of_uri: dict[str, DocumentScheduler] = {}
        self._scheduler_of_project: dict[ProjectLocation, DocumentScheduler] = {}
        self._is_configured = asyncio.Event()

    def configure(self, folders: Mapping[Path, ClientSettings], elsewhere: ClientSettings) -> None:
        """Set the folders with their settings, and the settings of files outside of all folders. A file that now
        belongs to another project moves there and is analysed again."""
        self._folders, self._elsewhere = {canonical(path): chosen for path, chosen in folders.items()}, elsewhere
        self._is_configured.set()
        self.reassign()

    def reassign(self) -> None:
        """Something may have changed that decides which project a file belongs to."""
        for uri, document in self._documents.items():
            scheduler = self._scheduler_for(document.path)
            before = self._scheduler_of_uri.get(uri)
            if before is not scheduler:
                if before:
                    before.remove(document.path)
                self._scheduler_of_uri[uri] = scheduler
                scheduler.put(document, 0)

    def put(self, uri: str, language: str, version: int | None, text: str) -> None:
        """A file was opened. One that has no path, or is not Python, is ignored."""
        path = path_of(uri)
        if path is None or not (path.suffix in _SUFFIXES or language == _LANGUAGE):
            return
        self._documents[uri] = Document(canonical(path), uri, version, text)
        if self._is_configured.is_set():
            self.reassign()

    def change(self, uri: str, version: int | None, text: str) -> None:
        """The text of an open file has changed."""
        if document := self._documents.get(uri):
            self._documents[uri] = changed = Document(document.path, uri, version, text)
            if scheduler := self._scheduler_of_uri.get(uri):
                scheduler.put(changed)

    def save(self, uri: str) -> None:
        """An open file was saved; others may have been written with it."""
        if scheduler := self._scheduler_of_uri.get(uri):
            scheduler.reschedule([self._documents[uri].path], 0)

    def remove(self, uri: str) -> bool:
        """A file was closed; whether it was one of ours."""
        document, scheduler = self._documents.pop(uri, None), self._scheduler_of_uri.pop(uri, None)
        if document and scheduler:
            scheduler.remove(document.path)
        return document is not None

    async def scheduler_of(self, uri: str) -> tuple[DocumentScheduler, Path] | None:
        """The scheduler of an open file, once there are settings, and its path; None if the file is not one of ours."""
        await self._is_configured.wait()
        scheduler = self._scheduler_of_uri.get(uri)
        return (scheduler, self._documents[uri].path) if scheduler else None

    def files_changed(self, paths: Iterable[Path]) -> None:
        """Files have changed on disk: every project that may read one of them is analysed again."""
        changed = [canonical(path) for path in paths]
        self.reassign()
        for place, scheduler in self._scheduler_of_project.items():
            if scheduler.documents and any(path.is_relative_to(place.root) for path in changed):
                scheduler.reschedule([], place.client_settings.delay)

    def close(self) -> None:
        """Cancel everything that is under way."""
        for scheduler in self._scheduler_of_project.values():
            scheduler.close()

    def _scheduler_for(self, path: Path) -> DocumentScheduler:
        around = [folder for folder in self._folders if path.is_relative_to(folder)]
        folder = max(around, key=lambda folder: len(folder.parts), default=None)
        place = project_of(path, folder, self._folders[folder] if folder else self._elsewhere)
        if place not in self._scheduler_of_project:
            self._scheduler_of_project[place] = DocumentScheduler(place, self._worker, self._listener, self._leave)
        return self._scheduler_of_project[place]

    def _leave(self, scheduler: DocumentScheduler) -> None:
        """A scheduler has no open files: drop what is kept for its project, unless another one has the same root."""
        del self._scheduler_of_project[scheduler.place]
        root = scheduler.place.root
        if all(other.place.root != root for other in self._scheduler_of_project.values()):
            self._worker.submit(lambda: self._worker.drop(root))
