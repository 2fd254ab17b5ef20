"""An engine that is asked about each place once, for as long as it sees the same files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, TypeEngine, TypeFact

_Answer = TypeVar("_Answer")


class RememberingEngine:
    """See TypeEngine. What is said of places is kept until any file is shown otherwise: an edit of one may change the
    types in all others. What is asked at once and not known yet goes to the engine below as one batch."""

    def __init__(self, engine: TypeEngine) -> None:
        self._engine = engine
        self._shown: dict[Path, str] = {}
        self._facts: dict[Spot, TypeFact] = {}
        self._definitions: dict[Spot, tuple[Spot, ...]] = {}
        self._type_definitions: dict[Spot, tuple[Spot, ...]] = {}

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        return _recalled(spots, self._facts, self._engine.facts)

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return _recalled(spots, self._definitions, self._engine.definitions)

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return _recalled(spots, self._type_definitions, self._engine.type_definitions)

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return self._engine.check(paths)

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self._engine.prepare(spots)

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        if self._shown.get(path) != text:
            self._forget_answers()
            self._shown[path] = text
            self._engine.overlay(path, text)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        self._forget_answers()
        self._shown.pop(path, None)
        self._engine.uncover(path)

    def close(self) -> None:
        """See TypeEngine."""
        self._engine.close()

    def forget(self) -> None:
        """Somebody has shown files to the engine below: nothing that was said before need be true now."""
        self._forget_answers()
        self._shown.clear()

    def _forget_answers(self) -> None:
        for known in (self._facts, self._definitions, self._type_definitions):
            known.clear()


def _recalled(
    spots: Sequence[Spot], known: dict[Spot, _Answer], question: Callable[[Sequence[Spot]], list[_Answer]]
) -> list[_Answer]:
    fresh = [spot for spot in dict.fromkeys(spots) if spot not in known]
    if fresh:
        known.update(zip(fresh, question(fresh), strict=True))
    return [known[spot] for spot in spots]
