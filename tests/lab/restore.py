"""How much of what was taken the tool puts back, and what else it does."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.causes import Case, cases, cause_table, say_case
from tests.lab.copies import answer_on, wounds_of
from tests.lab.judge import Verdict, verdict_on
from tests.lab.mutate import Removal, mutate
from tests.lab.packages import Project
from tests.lab.tables import Table, percent
from tests.lab.tool import Answer, Fixer, relative
from tests.lab.wounds import Choice, Mutant


@dataclass(frozen=True, slots=True)
class Trial:
    """One run on one mutant of a package: per context (restored, missed), the totals, and each case to look at."""

    package: str
    mode: str
    choice: Choice
    restored: int
    missed: int
    extra: int
    broken: int
    seconds: float
    megabytes: float
    contexts: dict[str, tuple[int, int]]
    cases: tuple[Case, ...]

    @property
    def removed(self) -> int:
        return self.restored + self.missed


def restore(project: Project, choice: Choice, fixer: Fixer, modes: Sequence[str] = ("safe", "unsafe")) -> list[Trial]:
    """Take awaits out of a copy of a project, let the tool work on it in each mode, and judge the results."""
    mutants = mutate(project.files(), choice)
    wounds = wounds_of(project, mutants)
    return [_trial(project, mutants, choice, answer_on(project, wounds, fixer, mode), mode) for mode in modes]


def _trial(project: Project, mutants: Sequence[Mutant[Removal]], choice: Choice, answer: Answer, mode: str) -> Trial:
    verdict = verdict_on(mutants, answer.results)
    found = cases(verdict, answer, {mutant.source.path: mutant.source for mutant in mutants})
    return Trial(
        project.name,
        mode,
        choice,
        len(verdict.restored),
        len(verdict.missed),
        len(verdict.extra),
        len(verdict.broken),
        answer.seconds,
        answer.megabytes,
        _contexts(verdict),
        tuple(dataclasses.replace(case, path=Path(relative(case.path, project))) for case in found),
    )


def _contexts(verdict: Verdict[Removal]) -> dict[str, tuple[int, int]]:
    restored = Counter(removal.context for removal in verdict.restored)
    missed = Counter(removal.context for removal in verdict.missed)
    return {context: (restored[context], missed[context]) for context in sorted(restored | missed)}


def tables(trials: Sequence[Trial]) -> list[Table]:
    """By package, by context, and the most frequent causes of misses and extras in each mode."""
    columns = ("package", "mode", "removed", "restored", "share", "missed", "extra", "precision", "broken", "seconds")
    return [
        Table("Restored awaits by package", columns, list(_package_rows(trials))),
        Table(
            "By context",
            ("context", "removed", "safe", "share", "with unsafe", "share"),
            list(_context_rows(trials)),
        ),
        cause_table([(trial.mode, case) for trial in trials for case in trial.cases]),
    ]


def _package_rows(trials: Sequence[Trial]) -> Iterator[tuple[object, ...]]:
    packages = list(dict.fromkeys(trial.package for trial in trials))
    for mode in ("safe", "unsafe"):
        for package in packages:
            yield _package_row(package, mode, [t for t in trials if t.mode == mode and t.package == package])
        if len(packages) > 1:
            yield _package_row("all", mode, [trial for trial in trials if trial.mode == mode])


def _package_row(package: str, mode: str, trials: Sequence[Trial]) -> tuple[object, ...]:
    removed, restored = sum(trial.removed for trial in trials), sum(trial.restored for trial in trials)
    missed, extra = sum(trial.missed for trial in trials), sum(trial.extra for trial in trials)
    broken, seconds = sum(trial.broken for trial in trials), sum(trial.seconds for trial in trials)
    share, precision = percent(restored, removed), percent(restored, restored + extra)
    return package, mode, removed, restored, share, missed, extra, precision, broken, seconds


def _context_rows(trials: Sequence[Trial]) -> Iterator[tuple[object, ...]]:
    for context, (removed, safe, unsafe) in by_context(trials).items():
        yield context, removed, safe, percent(safe, removed), unsafe, percent(unsafe, removed)


def by_context(trials: Sequence[Trial]) -> dict[str, tuple[int, int, int]]:
    """The most frequent context first: how many awaits were removed there, restored, and restored with unsafe fixes."""
    restored: Counter[tuple[str, str]] = Counter()
    removed: Counter[str] = Counter()
    for trial in trials:
        for context, (healed, missed) in trial.contexts.items():
            restored[trial.mode, context] += healed
            removed[context] += healed + missed if trial.mode == "safe" else 0
    contexts = sorted(removed, key=lambda context: (-removed[context], context))
    return {one: (removed[one], restored["safe", one], restored["unsafe", one]) for one in contexts}


def list_cases(trials: Sequence[Trial]) -> None:
    """Print each miss and extra, and what was said there."""
    for trial in trials:
        for case in trial.cases:
            say_case(case, trial.mode, trial.package)
