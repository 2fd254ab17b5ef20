"""What several tools did about the same missing awaits, in numbers that can be compared."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from tests.lab.clean import Cleanliness
from tests.lab.restore import Trial
from tests.lab.speed import Timing

# Our two ways of working; what anybody else is better in is told against the first.
OURS = ("autoawait", "autoawait --unsafe-fixes")

_OF_A_FINDING = re.compile(r"AW\d{3} ")


@dataclass(frozen=True, slots=True)
class Score:
    """Of a tool on one package: of the ``missing`` awaits, those it spoke of and those it put back; ``wrong`` is
    what it changed beside that."""

    tool: str
    package: str
    missing: int
    noticed: int
    repaired: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """Of a tool on one package as published: its findings, and how many files it would change."""

    tool: str
    package: str
    lines: int
    findings: int
    changed: int


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a command takes on a subject of so many lines, and how much memory (medians)."""

    command: str
    subject: str
    lines: int
    seconds: float
    megabytes: float


def scores(trials: Iterable[Trial]) -> list[Score]:
    """The tool's own scores; a miss is noticed if the tool had a finding on its line."""
    tools = {"safe": OURS[0], "unsafe": OURS[1]}
    return [
        Score(
            tools[trial.mode],
            trial.package,
            trial.removed,
            trial.restored
            + sum(case.kind == "missed" and bool(_OF_A_FINDING.match(case.cause)) for case in trial.cases),
            trial.restored,
            trial.extra,
        )
        for trial in trials
    ]


def alarms(results: Iterable[Cleanliness]) -> list[Alarms]:
    """The tool's own findings where nothing is wrong, as far as anybody knows."""
    return [Alarms(OURS[0], result.package, result.lines, len(result.remarks), result.changed) for result in results]


def paces(timings: Iterable[Timing]) -> list[Pace]:
    return [
        Pace(timing.command, timing.subject, timing.lines, round(timing.seconds, 3), round(timing.megabytes, 1))
        for timing in timings
    ]


def tools(scores: Iterable[Score]) -> list[str]:
    """In order, ours first."""
    return sorted(dict.fromkeys(score.tool for score in scores), key=lambda tool: tool not in OURS)


def total(scores: Iterable[Score], tool: str, package: str = "") -> Score:
    """Of a tool on one package, or over all."""
    own = [score for score in scores if score.tool == tool and package in ("", score.package)]
    return Score(
        tool,
        package or "all",
        sum(score.missing for score in own),
        sum(score.noticed for score in own),
        sum(score.repaired for score in own),
        sum(score.wrong for score in own),
    )


def rate(alarms: Sequence[Alarms]) -> float:
    """Findings in 100,000 lines."""
    lines = sum(one.lines for one in alarms)
    return 1e5 * sum(one.findings for one in alarms) / lines if lines else 0.0
