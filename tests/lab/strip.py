"""How much of the async-ness of stripped functions the tool brings back, and whether it says why where it does not."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.causes import NOTHING_SAID, Case, Told, cause_table, extra_case, say_case, sayings, standing
from tests.lab.copies import answer_on, wounds_of
from tests.lab.judge import Verdict, verdict_on
from tests.lab.packages import Project
from tests.lab.stripping import LostAsync, strip_functions
from tests.lab.tables import Table, share
from tests.lab.tool import Answer, Fixer, relative
from tests.lab.unseen import Unrecognised, Unseen
from tests.lab.wounds import Choice, Loss, Mutant


@dataclass(frozen=True, slots=True)
class Score:
    """Flags of one kind: those that came back, those that did not, and those that nobody had taken.

    Shares are None of nothing.
    """

    restored: int = 0
    missed: int = 0
    extra: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(self.restored + other.restored, self.missed + other.missed, self.extra + other.extra)

    @property
    def removed(self) -> int:
        return self.restored + self.missed

    @property
    def recall(self) -> float | None:
        return _ratio(self.restored, self.removed)

    @property
    def precision(self) -> float | None:
        return _ratio(self.restored, self.restored + self.extra)

    @property
    def f1(self) -> float | None:
        return _ratio(2 * self.restored, 2 * self.restored + self.missed + self.extra)


@dataclass(frozen=True, slots=True)
class Stripped:
    """One run on one stripped package. A changed skeleton is an extra of ``functions`` if it is a ``def``'s, else of
    ``awaits``; ``cases`` are missed functions and extras to look at.

    Of the missed functions ``explained`` have a finding that says why, ``unseen`` await what was not recognised, and
    ``waiting`` await only functions that are missed too.
    """

    package: str
    mode: str
    choice: Choice
    functions: Score
    awaits: Score
    explained: int
    unseen: int
    waiting: int
    broken: int
    seconds: float
    megabytes: float
    cases: tuple[Case, ...]

    @property
    def unexplained(self) -> int:
        return self.functions.missed - self.explained - self.unseen - self.waiting


def strip(project: Project, choice: Choice, fixer: Fixer, modes: Sequence[str] = ("safe", "unsafe")) -> list[Stripped]:
    """Make async functions of a copy of a project plain, let the tool work on it in each mode, judge the results."""
    mutants = strip_functions(project.files(), choice)
    wounds = wounds_of(project, mutants)
    return [_stripped(project, mutants, choice, answer_on(project, wounds, fixer, mode), mode) for mode in modes]


def _stripped(project: Project, mutants: Sequence[Mutant[Loss]], choice: Choice, answer: Answer, mode: str) -> Stripped:
    verdict = verdict_on(mutants, answer.results)
    told = Told(answer)
    unrecognised = Unrecognised(verdict.missed, told, mutants)
    lost = [loss for loss in verdict.missed if isinstance(loss, LostAsync)]
    explained = [case for loss in lost if (case := _explained(loss, told)) is not None]
    others = [loss for loss in lost if _explained(loss, told) is None]
    unseen = {loss: unrecognised.of(loss) for loss in others}
    silent = [_silent(loss, why) for loss, why in unseen.items()]
    found = [*explained, *silent, *(extra_case(extra, told) for extra in verdict.extra)]
    return Stripped(
        project.name,
        mode,
        choice,
        _score(verdict, of_functions=True),
        _score(verdict, of_functions=False),
        len(explained),
        sum(why is not None and not why.only_waits for why in unseen.values()),
        sum(why is not None and why.only_waits for why in unseen.values()),
        len(verdict.broken),
        answer.seconds,
        answer.megabytes,
        tuple(dataclasses.replace(case, path=Path(relative(case.path, project))) for case in found),
    )


def _score(verdict: Verdict[Loss], *, of_functions: bool) -> Score:
    return Score(
        sum(isinstance(loss, LostAsync) is of_functions for loss in verdict.restored),
        sum(isinstance(loss, LostAsync) is of_functions for loss in verdict.missed),
        sum(extra.is_of_function is of_functions for extra in verdict.extra),
    )


def _explained(function: LostAsync, told: Told) -> Case | None:
    """A function that stayed plain, with the findings about it whose fix was not made; None if there are none."""
    findings = told.of(function.path, function.lines, function.name)
    causes = sorted({standing(said) for said in findings if not said.is_fixed})
    return _case(function, " + ".join(causes), sayings(findings)) if causes else None


def _silent(function: LostAsync, why: Unseen | None) -> Case:
    """A function that stayed plain and of which no finding speaks."""
    return _case(function, why.cause, why.said) if why else _case(function, NOTHING_SAID, ())


def _case(function: LostAsync, cause: str, said: tuple[str, ...]) -> Case:
    return Case("missed", function.path, function.line, function.text, function.name, cause, said)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def tables(results: Sequence[Stripped]) -> list[Table]:
    """Functions, awaits, explanations and costs by package and mode, and the most frequent causes in each mode."""
    flags = ("package", "mode", "removed", "restored", "missed", "extra", "recall", "precision", "F1")
    reasons = ("a finding says why", "awaits what is not recognised", "awaits only such functions", "no reason")
    costs = ("package", "mode", "not restored", *reasons, "broken", "seconds", "MB")
    return [
        Table("`async def` of stripped functions", flags, list(_rows(results, _function_cells))),
        Table("`await` of stripped functions", flags, list(_rows(results, _await_cells))),
        Table("Functions not restored; broken files; what the runs cost", costs, list(_rows(results, _cost_cells))),
        cause_table([(one.mode, case) for one in results for case in one.cases]),
    ]


def _rows(
    results: Sequence[Stripped], cells: Callable[[Sequence[Stripped]], tuple[object, ...]]
) -> Iterator[tuple[object, ...]]:
    packages = dict.fromkeys(result.package for result in results)
    for mode in dict.fromkeys(result.mode for result in results):
        of_mode = [result for result in results if result.mode == mode]
        for package in packages:
            yield package, mode, *cells([result for result in of_mode if result.package == package])
        if len(packages) > 1:
            yield "all", mode, *cells(of_mode)


def _function_cells(results: Sequence[Stripped]) -> tuple[object, ...]:
    return _score_cells(sum((result.functions for result in results), Score()))


def _await_cells(results: Sequence[Stripped]) -> tuple[object, ...]:
    return _score_cells(sum((result.awaits for result in results), Score()))


def _score_cells(score: Score) -> tuple[object, ...]:
    shares = (share(score.recall), share(score.precision), share(score.f1))
    return score.removed, score.restored, score.missed, score.extra, *shares


def _cost_cells(results: Sequence[Stripped]) -> tuple[object, ...]:
    missed = sum(result.functions.missed for result in results)
    explained, unseen = sum(result.explained for result in results), sum(result.unseen for result in results)
    waiting, unexplained = sum(result.waiting for result in results), sum(result.unexplained for result in results)
    broken, seconds = sum(result.broken for result in results), sum(result.seconds for result in results)
    megabytes = max((result.megabytes for result in results), default=0.0)
    return missed, explained, unseen, waiting, unexplained, broken, seconds, megabytes


def list_cases(results: Sequence[Stripped]) -> None:
    """Print each missed function and each extra, and what was said there."""
    for result in results:
        for case in result.cases:
            say_case(case, result.mode, result.package)
