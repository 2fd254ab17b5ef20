"""What ``docs/lab.json`` holds: the numbers of the page, put together from the results of every measurement."""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.lab.apps import Examined, judgements
from tests.lab.clean import Cleanliness
from tests.lab.measurements import Failure
from tests.lab.origin import Origin
from tests.lab.peers import Showing
from tests.lab.restore import Trial
from tests.lab.scores import Alarms, Pace, Recovery, Score, alarms, paces, recoveries, scores
from tests.lab.sections import (
    Section,
    apps_section,
    clean_section,
    peers_section,
    restore_section,
    speed_section,
    strip_section,
)
from tests.lab.speed import Timing
from tests.lab.strip import Stripped


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the page says. Scores, alarms and paces are of every tool, one for each package."""

    origin: Origin
    scores: tuple[Score, ...]
    recoveries: tuple[Recovery, ...]
    alarms: tuple[Alarms, ...]
    paces: tuple[Pace, ...]
    failures: tuple[Failure, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured, what could not be, and by which commands that can be measured again; ``applications`` are the
    fixed ones and those of a draw."""

    showings: tuple[Showing, ...]
    trials: tuple[Trial, ...]
    stripped: tuple[Stripped, ...]
    cleanliness: tuple[Cleanliness, ...]
    timings: tuple[Timing, ...]
    failures: tuple[Failure, ...]
    commands: dict[str, str]
    applications: dict[str, tuple[Examined, ...]] = field(default_factory=dict)


def summary(origin: Origin, results: Results) -> Summary:
    """The numbers of the page, of all the results."""
    commands = results.commands
    lines = {package.name: package.lines for package in origin.packages}
    found = tuple(scores(results.showings))
    return Summary(
        origin,
        found,
        tuple(recoveries(results.stripped)),
        tuple(alarms(results.cleanliness, results.showings, lines)),
        tuple(paces(results.timings)),
        results.failures,
        (
            peers_section(results.showings, found, commands["peers"]),
            restore_section(results.trials, commands["restore"]),
            strip_section(results.stripped, commands["strip"]),
            clean_section(results.cleanliness, commands["clean"]),
            *_of_applications(results),
            speed_section(results.timings, commands["speed"]),
        ),
    )


def _of_applications(results: Results) -> list[Section]:
    if not any(results.applications.values()):
        return []
    return [apps_section(results.applications, judgements(), results.commands["apps"])]
