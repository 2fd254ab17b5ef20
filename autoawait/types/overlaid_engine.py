"""An engine that sees edited files, asked and answering in places of the files before the edits.

So the facts of a project stay as they are while more of its types become known: the value of a call
that was not awaited has no attributes that an engine could know; in an overlay where it is awaited it has.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from autoawait.project.source import Spot
from autoawait.project.text_edits import SpotMap
from autoawait.types.engine import Checked, CheckerDiagnostic, TypeEngine, TypeFact

_Answer = TypeVar("_Answer")
_NOWHERE: tuple[Spot, ...] = ()
_MANY = 5  # as many at once are a batch already, and what they are may be others next time


@dataclass(frozen=True, slots=True)
class Asked:
    """The places that were asked about, by kind of question."""

    facts: set[Spot] = field(default_factory=set)
    definitions: set[Spot] = field(default_factory=set)
    type_definitions: set[Spot] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class OverlaidEngine:
    """See TypeEngine. ``shifts`` are those of the files that the engine below sees edited.

    ``expected`` are places about which there will be questions, most likely: those of the last round. They go along
    with the first question of their kind, for an engine below that remembers. ``asked`` are the places of this round
    that were asked about one by one.
    """

    engine: TypeEngine
    shifts: Mapping[Path, SpotMap]
    expected: Asked = field(default_factory=Asked)
    asked: Asked = field(default_factory=Asked)

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        return self._ask(spots, self.engine.facts, TypeFact(), self.asked.facts, self.expected.facts)

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        asked, expected = self.asked.definitions, self.expected.definitions
        return [self._all_back(it) for it in self._ask(spots, self.engine.definitions, _NOWHERE, asked, expected)]

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        asked, expected = self.asked.type_definitions, self.expected.type_definitions
        return [self._all_back(it) for it in self._ask(spots, self.engine.type_definitions, _NOWHERE, asked, expected)]

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return [self._checked(report) for report in self.engine.check(paths)]

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self.engine.prepare([moved for spot in spots if (moved := self._forward(spot))])

    def overlay(self, path: Path, text: str) -> None:
        """See TypeEngine."""
        self.engine.overlay(path, text)

    def uncover(self, path: Path) -> None:
        """See TypeEngine."""
        self.engine.uncover(path)

    def close(self) -> None:
        """See TypeEngine."""
        self.engine.close()

    def _ask(
        self,
        spots: Sequence[Spot],
        question: Callable[[Sequence[Spot]], list[_Answer]],
        nothing: _Answer,
        asked: set[Spot],
        expected: set[Spot],
    ) -> list[_Answer]:
        asked.update(spots if len(spots) < _MANY else ())
        moved = [self._forward(spot) for spot in (*spots, *sorted(expected))]
        expected.clear()
        answers = iter(question([spot for spot in moved if spot is not None]))
        return [nothing if spot is None else next(answers) for spot in moved[: len(spots)]]

    def _forward(self, spot: Spot) -> Spot | None:
        shift = self.shifts.get(spot.path)
        return shift.forward(spot) if shift else spot

    def _back(self, spot: Spot) -> Spot:
        shift = self.shifts.get(spot.path)
        return shift.back(spot) if shift else spot

    def _all_back(self, spots: Iterable[Spot]) -> tuple[Spot, ...]:
        return tuple(map(self._back, spots))

    def _checked(self, report: Checked) -> Checked:
        complaints = tuple(self._moved_back(complaint) for complaint in report.complaints)
        ranges = tuple((self._back(start), self._back(end)) for start, end in report.unreachable)
        return Checked(complaints, ranges)

    def _moved_back(self, complaint: CheckerDiagnostic) -> CheckerDiagnostic:
        return replace(complaint, start=self._back(complaint.start), end=self._back(complaint.end))
