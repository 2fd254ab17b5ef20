"""How long each stage of a run takes."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable

from autoawait.types.timed_engine import TimedEngine


class StageTimer:
    """Tells the progress line what goes on, and ``--verbose`` how long it took, without the waiting for the engine."""

    def __init__(self, progress: Callable[[str], None], engine: TimedEngine) -> None:
        self._progress = progress
        self._engine = engine
        self._stage = ""
        self._since = self._own_time()
        self._seconds: dict[str, float] = {}

    def next(self, stage: str) -> None:
        now = self._own_time()
        if self._stage:
            self._seconds[self._stage] = self._seconds.get(self._stage, 0) + now - self._since
        self._stage, self._since = stage, now
        self._progress(stage)

    @property
    def notes(self) -> Iterable[str]:
        stages = {**self._seconds, "engine": self._engine.seconds}
        engine = self._engine
        kinds = ", ".join(f"{kind} {number:,}" for kind, number in engine.questions.most_common())
        batches = ", ".join(
            f"{kind} {n:,} ({engine.single[kind]:,} of one)" for kind, n in engine.batches.most_common()
        )
        return [
            *(f"{stage}: {seconds:.2f} s" for stage, seconds in stages.items()),
            f"batches: {batches or 'none'}",
            f"the engine was asked {engine.questions.total():,} questions ({kinds or 'none'})",
        ]

    def _own_time(self) -> float:
        return time.perf_counter() - self._engine.seconds
