"""The open files of one project, and when they are analysed.

Each change makes a new revision of the project and cancels what is under way for an older one. Once nothing has changed
for a moment, the files that changed are analysed, and then the others. A request waits for the analysis of the current
revision, which then starts at once.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from autoawait.project.discovery import DiscoveryError
from autoawait.project.settings import SettingsError
from autoawait.server.projects import Document, ProjectLocation
from autoawait.server.worker import AnalysisJob, FinishedAnalysis, SupersededError, Worker
from autoawait.types.engine import EngineError

_QUIET = 2.0  # seconds without work before garbage is collected
_IDLE = 300.0  # seconds without an open file before the engine of a project is shut down
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentAnalysis:
    """What is known of a file in one revision: the analysis that it was part of, or the problem that prevented it.
    ``documents`` are all open files of the project as they were then."""

    revision: int
    document: Document
    documents: Mapping[Path, Document] = field(repr=False)
    analysis: FinishedAnalysis | None = None
    problem: str = ""


# Called with the analysis of each file that is still open, as soon as it is there.
Listener = Callable[[DocumentAnalysis], None]


class DocumentScheduler:
    """Decides when the open files of a project are analysed. Call all methods in the thread of the event loop."""

    def __init__(
        self, place: ProjectLocation, worker: Worker, listener: Listener, leave: Callable[[DocumentScheduler], None]
    ) -> None:
        """``leave`` is called with the scheduler when none of its files has been open for a while."""
        self.place = place
        self.documents: dict[Path, Document] = {}
        self._worker = worker
        self._listener = listener
        self._leave = leave
        self._revision = 0
        self._answers: dict[Path, DocumentAnalysis] = {}
        self._urgent: set[Path] = set()
        self._cancellations: list[threading.Event] = []  # of everything that is under way
        self._is_awaited = asyncio.Event()
        self._woken = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsafe: tuple[int, Path, FinishedAnalysis] | None = None

    def put(self, document: Document, delay: float | None = None) -> None:
        """A file was opened or has changed; analyse it after ``delay`` seconds, by default as the settings say."""
        self.documents[document.path] = document
        self.reschedule([document.path], self.place.client_settings.delay if delay is None else delay)

    def remove(self, path: Path) -> None:
        """A file was closed: others see what is on disk again."""
        self.documents.pop(path, None)
        self._answers.pop(path, None)
        self._urgent.discard(path)
        self.reschedule([], self.place.client_settings.delay)

    def reschedule(self, changed: Iterable[Path], delay: float) -> None:
        """Something has changed: analyse these files first, then all other open ones."""
        self._revision += 1
        self._urgent.update(changed)
        self._cancel_all()
        self._is_awaited = asyncio.Event()
        self._task = asyncio.create_task(self._work(self._revision, delay, self._cancellation(), self._is_awaited))

    async def answer(self, path: Path) -> DocumentAnalysis | None:
        """The analysis of an open file as it is now; None if it is closed in the meantime."""
        while path in self.documents:
            answer = self._answers.get(path)
            if answer and answer.revision == self._revision:
                return answer
            self._urgent.add(path)
            self._is_awaited.set()
            await self._woken.wait()
        return None

    async def unsafe(self, path: Path) -> DocumentAnalysis | None:
        """The same with unsafe fixes made; None if something changes in the meantime. Nobody else waits for it: if the
        request is cancelled, the work stops."""
        revision, stop = self._revision, self._cancellation()
        if self._unsafe is None or self._unsafe[:2] != (revision, path):
            job = AnalysisJob(self.place, tuple(self.documents.values()), frozenset([path]), stop, unsafe=True)
            try:
                analysis = await asyncio.wrap_future(self._worker.submit(lambda: self._worker.analyse(job)))
            except SupersededError:
                return None
            finally:
                stop.set()
            self._unsafe = (revision, path, analysis)
        if revision != self._revision:
            return None
        return DocumentAnalysis(revision, self.documents[path], dict(self.documents), self._unsafe[2])

    def close(self) -> None:
        """Cancel what is under way; the listener is not called any more."""
        self._revision += 1
        self._cancel_all()
        self.documents.clear()
        self._wake()

    def _cancellation(self) -> threading.Event:
        """An event that is set when this revision is no longer the current one."""
        self._cancellations.append(stop := threading.Event())
        return stop

    def _cancel_all(self) -> None:
        for stop in self._cancellations:
            stop.set()
        self._cancellations.clear()

    async def _work(self, revision: int, delay: float, stop: threading.Event, is_awaited: asyncio.Event) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(is_awaited.wait(), delay)
        while revision == self._revision and (focus := self._next()):
            answers = await self._analysed(revision, focus, stop)
            if revision != self._revision:
                return
            self._urgent -= focus
            self._answers.update((answer.document.path, answer) for answer in answers)
            self._wake()
            for answer in answers:
                self._listener(answer)
        await asyncio.sleep(_QUIET if self.documents else _IDLE)
        if revision == self._revision and self.documents:
            self._worker.submit(self._worker.collect_garbage)
        elif revision == self._revision:
            self._leave(self)

    def _next(self) -> frozenset[Path]:
        """The files to analyse together now: those that are waited for, then all that have no analysis yet."""
        urgent = frozenset(self._urgent & self.documents.keys())
        known = {path for path, answer in self._answers.items() if answer.revision == self._revision}
        return urgent or frozenset(self.documents.keys() - known)

    async def _analysed(self, revision: int, focus: frozenset[Path], stop: threading.Event) -> list[DocumentAnalysis]:
        documents = dict(self.documents)
        job = AnalysisJob(self.place, tuple(documents.values()), focus, stop)
        analysis, problem = None, ""
        try:
            analysis = await asyncio.wrap_future(self._worker.submit(lambda: self._worker.analyse(job)))
        except SupersededError:
            return []
        except (EngineError, SettingsError, DiscoveryError, OSError) as error:
            problem = str(error)
        except Exception as error:
            logger.exception("an analysis failed")
            problem = f"this is a bug in autoawait; please report it: {type(error).__name__}: {error}"
        return [DocumentAnalysis(revision, documents[path], documents, analysis, problem) for path in focus]

    def _wake(self) -> None:
        """Wake everyone who waits for an analysis."""
        self._woken.set()
        self._woken = asyncio.Event()
