"""What several tools did about the same missing awaits, in numbers that can be compared."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from tests.lab import strip
from tests.lab.clean import Cleanliness
from tests.lab.peers import Showing
from tests.lab.speed import Timing
from tests.lab.strip import Stripped

# Our two ways of working; what anybody else is better in is told against the first.
OURS = ("autoawait", "autoawait --unsafe-fixes")


@dataclass(frozen=True, slots=True)
class Score:
    """Of a tool on one package: of the ``missing`` awaits, those it spoke of (``by_default`` of them without the rules
    that we turned on) and those it put back; ``wrong`` is what it changed beside that."""

    tool: str
    package: str
    missing: int
    noticed: int
    by_default: int
    repaired: int
    wrong: int


@dataclass(frozen=True, slots=True)
class Alarms:
    """Of a tool on one package as published: what it says of it, of whatever kind. Of ours, how much of that a reader
    agrees with, and how many files it would change."""

    tool: str
    package: str
    lines: int
    findings: int
    genuine: int = 0
    changed: int = 0


@dataclass(frozen=True, slots=True)
class Pace:
    """How long a command takes on a subject of so many lines, and how much memory (medians)."""

    command: str
    subject: str
    lines: int
    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True)
class Recovery:
    """Of our tool on one package whose async functions were made plain."""

    mode: str
    package: str
    functions: strip.Score
    awaits: strip.Score
    explained: int


def scores(showings: Iterable[Showing]) -> list[Score]:
    """Of each tool; a tool that repairs in several modes has a score for each of ours, one that does not has none."""
    return [score for showing in showings for score in _scores(showing)]


def _scores(showing: Showing) -> list[Score]:
    modes = {"safe": OURS[0], "unsafe": OURS[1]}
    by_default = len(showing.noticed(by_default=True))
    found = (showing.package, len(showing.losses), len(showing.noticed()), by_default)
    if not showing.repairs:
        return [Score(showing.tool, *found, 0, 0)]
    return [
        Score(modes.get(repair.mode, showing.tool), *found, repair.restored, repair.extra) for repair in showing.repairs
    ]


def alarms(results: Iterable[Cleanliness], showings: Iterable[Showing], lines: Mapping[str, int]) -> list[Alarms]:
    """What is said where nothing is wrong, as far as anybody knows: ours, then the others'."""
    others = (one for one in showings if one.tool != OURS[0])
    return [
        *map(_alarms, results),
        *(Alarms(one.tool, one.package, lines[one.package], one.alarms) for one in others),
    ]


def _alarms(result: Cleanliness) -> Alarms:
    genuine = sum(remark.is_genuine for remark in result.remarks)
    return Alarms(OURS[0], result.package, result.lines, len(result.remarks), genuine, result.changed)


def recoveries(results: Iterable[Stripped]) -> list[Recovery]:
    return [Recovery(one.mode, one.package, one.functions, one.awaits, one.explained) for one in results]


def paces(timings: Iterable[Timing]) -> list[Pace]:
    """Of the commands that did their job in time."""
    return [
        Pace(one.command, one.subject, one.lines, round(one.seconds, 3), round(one.megabytes, 1))
        for one in timings
        if one.seconds is not None and one.megabytes is not None
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
        sum(score.by_default for score in own),
        sum(score.repaired for score in own),
        sum(score.wrong for score in own),
    )


def rate(alarms: Sequence[Alarms]) -> float:
    """Findings in 100,000 lines."""
    lines = sum(one.lines for one in alarms)
    return 1e5 * sum(one.findings for one in alarms) / lines if lines else 0.0
