"""An engine that is watched: how much it is asked, and how long the answers take."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from autoawait.types.engine import Checked, EngineAround, TypeEngine

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class TimedEngine(EngineAround):
    """See TypeEngine. ``seconds`` is the time spent waiting for answers so far; overlays and preparations, which need
    no answer, are not counted. By kind of question, ``questions`` counts the places and files asked about, ``batches``
    the calls that asked about any, and ``single`` the calls that asked about one.

    ``checkpoint`` is called before each question; an exception that it raises stops the question."""

    def __init__(self, engine: TypeEngine, checkpoint: Callable[[], None] = lambda: None) -> None:
        super().__init__(engine)
        self._checkpoint = checkpoint
        self.seconds = 0.0
        self.questions: Counter[str] = Counter()
        self.batches: Counter[str] = Counter()
        self.single: Counter[str] = Counter()

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return self._ask("checks", self.engine.check, paths)

    def _ask(
        self, kind: str, question: Callable[[Sequence[_Asked]], list[_Answer]], spots: Sequence[_Asked]
    ) -> list[_Answer]:
        self._checkpoint()
        different = len(set(spots))  # the engine asks about each once
        self.questions[kind] += different
        self.batches[kind] += different > 0
        self.single[kind] += different == 1
        since = time.perf_counter()
        try:
            return question(spots)
        finally:
            self.seconds += time.perf_counter() - since
