"""The thread that runs analyses, one after the other, and what it keeps for each project."""

from __future__ import annotations

import gc
import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLongError
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline import analysis
from autoawait.pipeline.session import Session
from autoawait.project.settings import Settings, load_settings
from autoawait.server.projects import Document, ProjectLocation, request_for
from autoawait.types.engine import EngineError

_STACK = 64 << 20  # bytes, of address space only: trees of generated code are deep, and threads get little by default
_PATIENCE = 3.0  # seconds that the end waits for what is under way
_Result = TypeVar("_Result")
logger = logging.getLogger(__name__)


class SupersededError(Exception):
    """What is being analysed is no longer what the editor shows."""


@dataclass(frozen=True, slots=True)
class AnalysisJob:
    """To analyse ``focus``, some of the open ``documents`` of a project. ``stop`` is set when nobody needs the result
    any more. With ``unsafe`` the fixes that the settings leave out are made and proved as well."""

    place: ProjectLocation
    documents: tuple[Document, ...]
    focus: frozenset[Path]
    stop: threading.Event
    unsafe: bool = False


@dataclass(frozen=True, slots=True)
class FinishedAnalysis:
    """The outcome of a job, and the settings that it was done by."""

    outcome: Outcome
    settings: Settings


class Worker:
    """One thread, because the recursion limit and garbage collection belong to the whole process."""

    def __init__(self) -> None:
        self._sessions: dict[Path, Session] = {}  # by the top of the project
        self._is_fresh = False  # a project has been read since garbage was last collected
        usual = threading.stack_size(_STACK)
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="analysis")
        self._pool.submit(int).result()  # the thread is made now, with the stack that it needs
        threading.stack_size(usual)

    def submit(self, work: Callable[[], _Result]) -> Future[_Result]:
        """Run something in the thread when its turn comes."""
        return self._pool.submit(work)

    def analyse(self, job: AnalysisJob) -> FinishedAnalysis:
        """Do a job; call it in the thread. Raises SupersededError when it is stopped, and what the pipeline raises."""
        raise_if_superseded(job)
        settings = load_settings(job.place.root, job.place.client_settings.options)
        if job.unsafe:
            settings = replace(settings, unsafe_fixes=True)
        request = request_for(job.place, job.documents, job.focus, settings)
        is_known = settings.root in self._sessions
        session = self._session(settings)
        try:
            outcome = analysis.run(request, session=session, checkpoint=lambda: raise_if_superseded(job))
        except EngineError:
            raise_if_superseded(job)
            if not is_known:
                raise
            logger.warning("the type engine has failed and is restarted", exc_info=True)
            self.drop(settings.root)
            session = self._session(settings)
            outcome = analysis.run(request, session=session, checkpoint=lambda: raise_if_superseded(job))
        raise_if_superseded(job)
        return FinishedAnalysis(outcome, settings)

    def drop(self, root: Path) -> None:
        """Close what is kept for a project; call it in the thread."""
        if session := self._sessions.pop(root, None):
            session.close()
            gc.unfreeze()

    def collect_garbage(self) -> None:
        """Collect garbage while nobody waits; call it in the thread. What the first analysis leaves, the trees of a
        whole project, is frozen: it is not looked through again."""
        if self._is_fresh:
            gc.freeze()
            self._is_fresh = False
        else:
            gc.collect()

    def close(self) -> None:
        """Shut down all engines, and the thread if it is not too busy."""
        with suppress(TooLongError):
            self._pool.submit(self._close_all).result(_PATIENCE)
        self._close_all()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _session(self, settings: Settings) -> Session:
        session = self._sessions.get(settings.root)
        if session and not session.suits(settings):
            logger.info("the environment or the configuration of %s has changed", settings.root)
            self.drop(settings.root)
            session = None
        if session is None:
            session = self._sessions[settings.root] = Session(settings)
            self._is_fresh = True
            environment = session.environment
            logger.info("%s: types from %s (%s)", settings.root, environment.python, environment.origin)
        return session

    def _close_all(self) -> None:
        for root in list(self._sessions):
            self.drop(root)


def raise_if_superseded(job: AnalysisJob) -> None:
    """Raise SupersededError if nobody needs the result of this job any more."""
    if job.stop.is_set():
        raise SupersededError
