"""An engine that sees edited files but is asked, and answers, in places of the files before the edits.

This keeps all facts about a project in the same coordinates while more types become known: the value of a call
that is not awaited has no attributes the engine could know of, but in an overlay where it is awaited it has.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from autoawait.project.source import Spot
from autoawait.project.text_edits import SpotMap
from autoawait.types.engine import Checked, CheckerDiagnostic, EngineAround, TypeEngine, TypeFact

_Answer = TypeVar("_Answer")
_MANY = 5  # so many spots at once are a batch already, and may be other spots next time
# The answer about a place that an edit has replaced.
_NOTHING: Mapping[str, Any] = {"facts": TypeFact(), "definitions": (), "type definitions": ()}

# The spots that were asked about, by kind of question.
AskedSpots = Mapping[str, AbstractSet[Spot]]


class OverlaidEngine(EngineAround):
    """See TypeEngine. ``shifts`` has the files that the engine below sees edited.

    ``expected`` are spots that will most likely be asked about: those of the last round. They are sent along with the
    first question of their kind, for an engine below that remembers answers. ``asked`` collects the spots that were
    asked about one by one in this round.
    """

    def __init__(self, engine: TypeEngine, shifts: Mapping[Path, SpotMap], expected: AskedSpots | None = None) -> None:
        super().__init__(engine)
        self.shifts = shifts
        self.asked: defaultdict[str, set[Spot]] = defaultdict(set)
        self._expected = dict(expected or {})

    def definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._all_back(super().definitions(spots))

    def type_definitions(self, spots: Sequence[Spot]) -> list[tuple[Spot, ...]]:
        """See TypeEngine."""
        return self._all_back(super().type_definitions(spots))

    def check(self, paths: Sequence[Path]) -> list[Checked]:
        """See TypeEngine."""
        return [self._checked(report) for report in self.engine.check(paths)]

    def prepare(self, spots: Sequence[Spot]) -> None:
        """See TypeEngine."""
        self.engine.prepare([moved for spot in spots if (moved := self._forward(spot))])

    def _ask(
        self, kind: str, question: Callable[[Sequence[Spot]], list[_Answer]], spots: Sequence[Spot]
    ) -> list[_Answer]:
        self.asked[kind].update(spots if len(spots) < _MANY else ())
        moved = [self._forward(spot) for spot in (*spots, *sorted(self._expected.pop(kind, ())))]
        answers = iter(question([spot for spot in moved if spot is not None]))
        return [_NOTHING[kind] if spot is None else next(answers) for spot in moved[: len(spots)]]

    def _forward(self, spot: Spot) -> Spot | None:
        shift = self.shifts.get(spot.path)
        return shift.forward(spot) if shift else spot

    def _back(self, spot: Spot) -> Spot:
        shift = self.shifts.get(spot.path)
        return shift.back(spot) if shift else spot

    def _all_back(self, answers: Iterable[tuple[Spot, ...]]) -> list[tuple[Spot, ...]]:
        return [tuple(map(self._back, spots)) for spots in answers]

    def _checked(self, report: Checked) -> Checked:
        complaints = tuple(self._moved_back(complaint) for complaint in report.complaints)
        ranges = tuple((self._back(start), self._back(end)) for start, end in report.unreachable)
        return Checked(complaints, ranges)

    def _moved_back(self, complaint: CheckerDiagnostic) -> CheckerDiagnostic:
        return replace(complaint, start=self._back(complaint.start), end=self._back(complaint.end))
