"""An engine that is watched: how much it is asked, and how long the answers take."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, TypeEngine, TypeFact

_Asked = TypeVar("_Asked")
_Answer = TypeVar("_Answer")


class TimedEngine:
    """See TypeEngine. ``seconds`` were spent until now in waiting for answers, ``questions`` counts the places and
    files asked about, by kind, ``batches`` how often some were asked at once, ``single`` those of one place. What needs
    no answer (overlays, preparations) takes no time here.

    ``checkpoint`` is called before each question; what it raises keeps the question from being asked."""

    def __init__(self, engine: TypeEngine, checkpoint: Callable[[], None] = lambda: None) -> None:
        self._checkpoint = checkpoint
        self.seconds = 0.0
        self.questions: Counter[str] = Counter()
        self.batches: Counter[str] = Counter()
        self.single: Counter[str] = Counter()
        self._engine = engine

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        return self._ask("facts", self._engine.facts, spots)

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._ask("definitions", self._engine.definitions, spots)

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._ask("type definitions", self._engine.type_definitions, spots)

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return self._ask("checks", self._engine.check, paths)

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self._engine.prepare(spots)

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        self._engine.overlay(path, text)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        self._engine.uncover(path)

    def close(self) -> None:
        """See TypeEngine."""
        self._engine.close()

    def _ask(
        self, kind: str, question: Callable[[Sequence[_Asked]], list[_Answer]], about: Sequence[_Asked]
    ) -> list[_Answer]:
        self._checkpoint()
        different = len(set(about))  # the engine asks about each once
        self.questions[kind] += different
        self.batches[kind] += different > 0
        self.single[kind] += different == 1
        since = time.perf_counter()
        try:
            return question(about)
        finally:
            self.seconds += time.perf_counter() - since
