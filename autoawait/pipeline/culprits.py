"""Which fixes of a trial brought a complaint of the checker: found out by trying, where their places do not tell.

The trial is made without some of its fixes, and the checker looks at the file again: where the complaint is gone, one
of these is the culprit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.finding import Finding, Fix
from autoawait.edits.apply import AppliedEdits, attempt
from autoawait.pipeline.attribution import by_likelihood, responsible_fixes
from autoawait.pipeline.new_diagnostics import is_about_value
from autoawait.project.index import Index
from autoawait.project.source import Spot
from autoawait.types.checker_diagnostics import headline
from autoawait.types.engine import Checked, CheckerDiagnostic, TypeEngine

MOST_TRIALS = 100  # in one run; each makes some fixes and has one file checked. Then the places must do.


@dataclass(eq=False)
class TrialBudget:
    """How many trials may still be made in a run."""

    left: int = MOST_TRIALS

    def spend(self) -> bool:
        """Whether another trial may be made."""
        self.left -= 1
        return self.left >= 0


class Culprits:
    """The fixes to blame for the complaints about one trial, of which ``engine`` sees the edits.

    ``before`` is what the checker said before any edit. After a question, the engine sees the whole trial again.
    """

    def __init__(
        self,
        trial: AppliedEdits,
        index: Index,
        before: Mapping[Path, Checked],
        engine: TypeEngine,
        root: Path,
        budget: TrialBudget,
    ) -> None:
        self._trial = trial
        self._index = index
        self._before = before
        self._engine = engine
        self._root = root
        self._budget = budget
        self._seen: dict[tuple[frozenset[Fix | None], Path], tuple[CheckerDiagnostic, ...]] = {}
        self._blamed: dict[Fix | None, None] = {}

    def of(self, path: Path, complaint: CheckerDiagnostic) -> list[Finding]:
        """The findings whose fix brought a complaint about a file; by their places if there is nothing left to try."""
        likely = by_likelihood(self._trial, path, complaint.start, self._index)
        # What was blamed before is tried first: one fix may bring many complaints.
        fixes = list(dict.fromkeys([*self._blamed, *(finding.fix for finding in likely)]))
        if len(fixes) == 1:
            return likely
        found = self._first_without_which(fixes, lambda removed: self._is_gone(path, complaint, removed))
        self._show_all()
        if found is None:
            return responsible_fixes(self._trial, path, complaint.start, self._index)
        self._blamed[found] = None
        return [finding for finding in self._trial.made if finding.fix == found]

    def _first_without_which(
        self, fixes: Sequence[Fix | None], is_gone: Callable[[Iterable[Fix | None]], bool | None]
    ) -> Fix | None:
        """The last of the shortest row of the first fixes without which a complaint is gone: without those before it
        alone, it is still there. None if no trials are left to find it."""
        there, gone = 0, 1
        while gone < len(fixes):
            if (answer := is_gone(fixes[:gone])) is None:
                return None
            if answer:
                break
            there, gone = gone, 2 * gone
        gone = min(gone, len(fixes))  # without any fix it was not there
        while gone - there > 1:
            middle = (there + gone) // 2
            if (answer := is_gone(fixes[:middle])) is None:
                return None
            there, gone = (there, middle) if answer else (middle, gone)
        return fixes[gone - 1]

    def _is_gone(self, path: Path, complaint: CheckerDiagnostic, removed: Iterable[Fix | None]) -> bool | None:
        """Whether a complaint is gone without some of the fixes; None where it may not be tried any more."""
        key = (frozenset(removed), path)
        if key not in self._seen:
            if not self._budget.spend():
                return None
            self._seen[key] = self._checked_without(*key)
        # What was there before, in other words, is told apart by its words: these depend on other fixes too.
        was_there = _place(complaint) in map(_place, self._before[path].complaints)
        same = _place_and_words if was_there else _place
        return same(complaint) not in map(same, self._seen[key])

    def _checked_without(self, removed: frozenset[Fix | None], path: Path) -> tuple[CheckerDiagnostic, ...]:
        made = [finding for finding in self._trial.made if finding.fix not in removed]
        part = attempt(self._index, made, self._root, unsafe=True, last=self._trial)
        for changed in self._trial.files.keys() - part.files.keys():
            self._engine.overlay(changed, self._index.modules[changed].file.text)
        [after] = part.engine(self._engine, self._index, {}).check([path])
        return after.complaints

    def _show_all(self) -> None:
        for path, after in self._trial.files.items():
            self._engine.overlay(path, after.text)


def _place(complaint: CheckerDiagnostic) -> tuple[str, Spot, bool]:
    """What complaints about one place have in common, whatever types they name."""
    return complaint.code, complaint.start, is_about_value(complaint)


def _place_and_words(complaint: CheckerDiagnostic) -> tuple[str, Spot, str]:
    return complaint.code, complaint.start, headline(complaint)
