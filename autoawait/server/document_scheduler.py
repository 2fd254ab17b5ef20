"""The open files of one project, and when they are analysed.

Each change makes a new edition of the project. What is under way for an older one is stopped; the files that changed
are analysed first, when nothing more has changed for a moment, and then the others. A question waits for the edition
that it is asked about, and makes it be analysed at once.
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

_QUIET = 2.0  # seconds without work after which we tidy up
_IDLE = 300.0  # seconds without an open file after which the engine of a project is ended
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class DocumentAnalysis:
    """What is known of a file in one edition: the analysis that it was part of, or why there is none. ``documents``
    are all open files of the project as they were then."""

    edition: int
    document: Document
    documents: Mapping[Path, Document] = field(repr=False)
    analysis: FinishedAnalysis | None = None
    problem: str = ""


# Is told of each answer about a file that is still open, as soon as it is known.
Listener = Callable[[DocumentAnalysis], None]


class DocumentScheduler:
    """See above. All methods are for the thread of the event loop."""

    def __init__(
        self, place: ProjectLocation, worker: Worker, listener: Listener, leave: Callable[[DocumentScheduler], None]
    ) -> None:
        """``leave`` is called with the desk when no file of it has been open for long."""
        self.place = place
        self.documents: dict[Path, Document] = {}
        self._worker = worker
        self._listener = listener
        self._leave = leave
        self._edition = 0
        self._answers: dict[Path, DocumentAnalysis] = {}
        self._urgent: set[Path] = set()
        self._stops: list[threading.Event] = []  # of all that is under way
        self._hurry = asyncio.Event()
        self._landed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self._unsafe: tuple[int, Path, FinishedAnalysis] | None = None

    def put(self, document: Document, delay: float | None = None) -> None:
        """A file was opened or has changed; it is analysed after ``delay`` seconds, by default as chosen."""
        self.documents[document.path] = document
        self.renew([document.path], self.place.choices.delay if delay is None else delay)

    def remove(self, path: Path) -> None:
        """A file was closed: what others see of it is what is on disk again."""
        self.documents.pop(path, None)
        self._answers.pop(path, None)
        self._urgent.discard(path)
        self.renew([], self.place.choices.delay)

    def renew(self, changed: Iterable[Path], delay: float) -> None:
        """Something has changed: analyse these files first, and then all other open ones."""
        self._edition += 1
        self._urgent.update(changed)
        self._stop_all()
        self._hurry = asyncio.Event()
        self._task = asyncio.create_task(self._work(self._edition, delay, self._stop(), self._hurry))

    async def answer(self, path: Path) -> DocumentAnalysis | None:
        """What is known of an open file as it is now; None if it is closed meanwhile."""
        while path in self.documents:
            answer = self._answers.get(path)
            if answer and answer.edition == self._edition:
                return answer
            self._urgent.add(path)
            self._hurry.set()
            await self._landed.wait()
        return None

    async def unsafe(self, path: Path) -> DocumentAnalysis | None:
        """The same with the fixes made that the settings leave out; None if something changes meanwhile. Nobody else
        waits for it: where the question is taken back, the work stops."""
        edition, stop = self._edition, self._stop()
        if self._unsafe is None or self._unsafe[:2] != (edition, path):
            job = AnalysisJob(self.place, tuple(self.documents.values()), frozenset([path]), stop, unsafe=True)
            try:
                analysis = await asyncio.wrap_future(self._worker.submit(lambda: self._worker.analyse(job)))
            except SupersededError:
                return None
            finally:
                stop.set()
            self._unsafe = (edition, path, analysis)
        if edition != self._edition:
            return None
        return DocumentAnalysis(edition, self.documents[path], dict(self.documents), self._unsafe[2])

    def close(self) -> None:
        """Stop what is under way; nothing more is told."""
        self._edition += 1
        self._stop_all()
        self.documents.clear()
        self._land()

    def _stop(self) -> threading.Event:
        """What is set when the edition is no longer the one that the editor shows."""
        self._stops.append(stop := threading.Event())
        return stop

    def _stop_all(self) -> None:
        for stop in self._stops:
            stop.set()
        self._stops.clear()

    async def _work(self, edition: int, delay: float, stop: threading.Event, hurry: asyncio.Event) -> None:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(hurry.wait(), delay)
        while edition == self._edition and (focus := self._next()):
            answers = await self._analysed(edition, focus, stop)
            if edition != self._edition:
                return
            self._urgent -= focus
            self._answers.update((answer.document.path, answer) for answer in answers)
            self._land()
            for answer in answers:
                self._listener(answer)
        await asyncio.sleep(_QUIET if self.documents else _IDLE)
        if edition == self._edition and self.documents:
            self._worker.submit(self._worker.tidy)
        elif edition == self._edition:
            self._leave(self)

    def _next(self) -> frozenset[Path]:
        """The files that are to be analysed together now: those that wait, then all that have no answer yet."""
        urgent = frozenset(self._urgent & self.documents.keys())
        known = {path for path, answer in self._answers.items() if answer.edition == self._edition}
        return urgent or frozenset(self.documents.keys() - known)

    async def _analysed(self, edition: int, focus: frozenset[Path], stop: threading.Event) -> list[DocumentAnalysis]:
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
            logger.exception("an analysis has failed")
            problem = f"this is a bug in autoawait, please report it: {type(error).__name__}: {error}"
        return [DocumentAnalysis(edition, documents[path], documents, analysis, problem) for path in focus]

    def _land(self) -> None:
        """Wake all who wait for an answer."""
        self._landed.set()
        self._landed = asyncio.Event()
