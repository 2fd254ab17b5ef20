"""An engine that is asked about each place once, for as long as it sees the same files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from autoawait.project.source import Spot
from autoawait.types.engine import EngineAround, TypeEngine

_Answer = TypeVar("_Answer")


class RememberingEngine(EngineAround):
    """See TypeEngine. Answers are kept until the engine is shown another text of any file, since an edit of one file
    may change the types in all others. Of the spots in a question, those not known yet go on as one batch."""

    def __init__(self, engine: TypeEngine) -> None:
        super().__init__(engine)
        self._shown: dict[Path, str] = {}
        self._known: dict[str, dict[Spot, Any]] = {}  # by the kind of question

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        if self._shown.get(path) != text:
            self._known.clear()
            self._shown[path] = text
            self.engine.overlay(path, text)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        self._known.clear()
        self._shown.pop(path, None)
        self.engine.uncover(path)

    def forget(self) -> None:
        """Forget all answers and texts: someone else has shown files to the engine below."""
        self._known.clear()
        self._shown.clear()

    def _ask(
        self, kind: str, question: Callable[[Sequence[Spot]], list[_Answer]], spots: Sequence[Spot]
    ) -> list[_Answer]:
        known = self._known.setdefault(kind, {})
        fresh = [spot for spot in dict.fromkeys(spots) if spot not in known]
        if fresh:
            known.update(zip(fresh, question(fresh), strict=True))
        return [known[spot] for spot in spots]
