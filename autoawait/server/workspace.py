"""Everything that is open in the editor: its folders with what was chosen for each, and the files at their desks."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from pathlib import Path

from autoawait.project.file_uris import path_of
from autoawait.server.client_settings import ClientSettings
from autoawait.server.document_scheduler import DocumentScheduler, Listener
from autoawait.server.projects import Document, ProjectLocation, canonical, place_of
from autoawait.server.worker import Worker

_SUFFIXES = (".py", ".pyi")
_LANGUAGE = "python"


class Workspace:
    """All methods are for the thread of the event loop. Until ``arrange`` is called nothing is analysed."""

    def __init__(self, worker: Worker, listener: Listener) -> None:
        self._worker = worker
        self._listener = listener
        self._folders: Mapping[Path, ClientSettings] = {}
        self._elsewhere = ClientSettings()
        self._documents: dict[str, Document] = {}
        self._seats: dict[str, DocumentScheduler] = {}
        self._desks: dict[ProjectLocation, DocumentScheduler] = {}
        self._arranged = asyncio.Event()

    def arrange(self, folders: Mapping[Path, ClientSettings], elsewhere: ClientSettings) -> None:
        """These are the folders now, and what was chosen for each and for files outside of all. A file that belongs
        elsewhere by that is taken there, and analysed anew."""
        self._folders, self._elsewhere = {canonical(path): chosen for path, chosen in folders.items()}, elsewhere
        self._arranged.set()
        self.rearrange()

    def rearrange(self) -> None:
        """Something may have changed that says which project a file belongs to."""
        for uri, document in self._documents.items():
            desk = self._desk_for(document.path)
            before = self._seats.get(uri)
            if before is not desk:
                if before:
                    before.remove(document.path)
                self._seats[uri] = desk
                desk.put(document, 0)

    def put(self, uri: str, language: str, version: int | None, text: str) -> None:
        """A file was opened. One that is not on disk, or not Python, is passed over."""
        path = path_of(uri)
        if path is None or not (path.suffix in _SUFFIXES or language == _LANGUAGE):
            return
        self._documents[uri] = Document(canonical(path), uri, version, text)
        if self._arranged.is_set():
            self.rearrange()

    def change(self, uri: str, version: int | None, text: str) -> None:
        """An open file has another text now."""
        if document := self._documents.get(uri):
            self._documents[uri] = changed = Document(document.path, uri, version, text)
            if desk := self._seats.get(uri):
                desk.put(changed)

    def save(self, uri: str) -> None:
        """An open file is on disk now as it is here; others may have been written with it."""
        if desk := self._seats.get(uri):
            desk.renew([self._documents[uri].path], 0)

    def remove(self, uri: str) -> bool:
        """A file was closed; whether it was one of ours."""
        document, desk = self._documents.pop(uri, None), self._seats.pop(uri, None)
        if document and desk:
            desk.remove(document.path)
        return document is not None

    async def seat(self, uri: str) -> tuple[DocumentScheduler, Path] | None:
        """The desk of an open file, once they are arranged, and its path there; None if it is none of ours."""
        await self._arranged.wait()
        desk = self._seats.get(uri)
        return (desk, self._documents[uri].path) if desk else None

    def look_at_disk(self, paths: Iterable[Path]) -> None:
        """Files have changed on disk: whoever may read one of them is analysed anew."""
        changed = [canonical(path) for path in paths]
        self.rearrange()
        for place, desk in self._desks.items():
            if desk.documents and any(path.is_relative_to(place.root) for path in changed):
                desk.renew([], place.choices.delay)

    def close(self) -> None:
        """Stop all that is under way."""
        for desk in self._desks.values():
            desk.close()

    def _desk_for(self, path: Path) -> DocumentScheduler:
        around = [folder for folder in self._folders if path.is_relative_to(folder)]
        folder = max(around, key=lambda folder: len(folder.parts), default=None)
        place = place_of(path, folder, self._folders[folder] if folder else self._elsewhere)
        if place not in self._desks:
            self._desks[place] = DocumentScheduler(place, self._worker, self._listener, self._leave)
        return self._desks[place]

    def _leave(self, desk: DocumentScheduler) -> None:
        """Nobody sits at a desk any more: what is kept for its project goes, unless another desk is of the same."""
        del self._desks[desk.place]
        root = desk.place.root
        if all(other.place.root != root for other in self._desks.values()):
            self._worker.submit(lambda: self._worker.forget(root))
