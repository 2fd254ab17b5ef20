"""A type engine made of tables, for runs in which a real one would have to misbehave."""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TypeVar

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, EngineError, Kind, TypeFact

_Answer = TypeVar("_Answer")


class FakeEngine:
    """Answers from its tables, and keeps what it was asked.

    ``checks`` holds the reports of a file, one for each time it is checked, the last one for good.
    ``dies_after`` counts the questions that are still answered.
    """

    def __init__(self, dies_after: int | None = None) -> None:
        self.known_facts: dict[Spot, TypeFact] = {}
        self.known_definitions: dict[Spot, tuple[Spot, ...]] = {}
        self.known_types: dict[Spot, tuple[Spot, ...]] = {}
        self.checks: dict[Path, list[Checked]] = {}
        self.asked: list[list[Spot]] = []
        self.overlays: dict[Path, str] = {}
        self.prepared: list[Spot] = []
        self.is_closed = False
        self._dies_after = dies_after

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        return self._answer(spots, lambda spot: self.known_facts.get(spot, TypeFact()))

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._answer(spots, lambda spot: self.known_definitions.get(spot, ()))

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._answer(spots, lambda spot: self.known_types.get(spot, ()))

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        self._live()
        return [self.report(path) for path in paths]

    def report(self, path: Path) -> Checked:
        """What this check says of a file."""
        known = self.checks.get(path, [Checked()])
        return known.pop(0) if len(known) > 1 else known[0]

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self.prepared.extend(spots)

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        self.overlays[path] = text

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        del self.overlays[path]

    def cover_only(self, texts: Mapping[Path, str]) -> None:
        """See TyEngine."""
        self.overlays = dict(texts)

    def close(self) -> None:
        """See TypeEngine."""
        self.is_closed = True

    def __enter__(self) -> FakeEngine:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.close()

    def _answer(self, spots: Sequence[Spot], answer: Callable[[Spot], _Answer]) -> list[_Answer]:
        self._live()
        self.asked.append(list(spots))
        return [answer(spot) for spot in spots]

    def _live(self) -> None:
        if self._dies_after is not None:
            self._dies_after -= 1
            if self._dies_after < 0:
                raise EngineError("the type checker died")


class NamingEngine(FakeEngine):
    """Knows a name by its text: what it is called with gives the kind that ``kinds`` has for it, wherever it stands."""

    def __init__(self, kinds: dict[str, Kind], dies_after: int | None = None) -> None:
        super().__init__(dies_after)
        self.kinds = kinds

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        super().facts(spots)
        return [self._fact(spot) for spot in spots]

    def _fact(self, spot: Spot) -> TypeFact:
        text = self.overlays.get(spot.path) or spot.path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.Name) and (node.lineno, node.end_col_offset) == (spot.line, spot.column + 1):
                return TypeFact(node.id, called=self.kinds.get(node.id, Kind.UNKNOWN))
        return TypeFact()
