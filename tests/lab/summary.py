"""What ``docs/lab.json`` holds: the numbers of the page, put together from the results of every measurement."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tests.lab import clean, restore, speed
from tests.lab.charts import Bars, Chart, Group, Point, Points
from tests.lab.clean import Cleanliness
from tests.lab.origin import Origin
from tests.lab.restore import Trial
from tests.lab.scores import Alarms, Pace, Score, alarms, paces, scores
from tests.lab.speed import Timing
from tests.lab.tables import Table, percent


@dataclass(frozen=True, slots=True)
class Section:
    """A measurement on the page: in words how it was made and by which command, what is shown, what is folded."""

    title: str
    how: str
    command: str
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    folded: tuple[Table, ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """All that the page says. Scores, alarms and paces are of every tool, one for each package."""

    origin: Origin
    scores: tuple[Score, ...]
    alarms: tuple[Alarms, ...]
    paces: tuple[Pace, ...]
    sections: tuple[Section, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """What was measured, and by which commands that can be measured again."""

    trials: tuple[Trial, ...]
    cleanliness: tuple[Cleanliness, ...]
    timings: tuple[Timing, ...]
    commands: dict[str, str]


def summary(origin: Origin, results: Results) -> Summary:
    """The numbers of the page, of all the results."""
    return Summary(
        origin,
        tuple(scores(results.trials)),
        tuple(alarms(results.cleanliness)),
        tuple(paces(results.timings)),
        (
            restore_section(results.trials, results.commands["restore"]),
            clean_section(results.cleanliness, results.commands["clean"]),
            speed_section(results.timings, results.commands["speed"]),
        ),
    )


def restore_section(trials: Sequence[Trial], command: str) -> Section:
    by_package, by_context, *causes = map(rounded, restore.tables(trials))
    how = (
        "About every tenth `await` of a package, drawn by lot and at most one a function, is taken out of a copy; the "
        "tool runs on the copy once with its safe fixes and once with `--unsafe-fixes`; the result is compared with "
        "the published code node by node. *Missed* did not come back, *extra* is any other change, *precision* is the "
        "share of restorations among all changes."
    )
    title = "Awaits taken away, and how many come back"
    return Section(title, how, command, (contexts_chart(trials),), (by_context, causes[-1]), (by_package, *causes[:-1]))


def clean_section(results: Sequence[Cleanliness], command: str) -> Section:
    by_package, by_code = map(rounded, clean.tables(results))
    how = (
        "The tool runs on the packages as they were published, with `--unsafe-fixes`. They are in use and tested, so "
        "that a finding is either a bug in them that nobody has met, or a false alarm of ours."
    )
    return Section("Findings in published code", how, command, (), (by_code,), (by_package,))


def speed_section(timings: Sequence[Timing], command: str) -> Section:
    how = (
        "The time of the whole process from outside, and the memory of all its processes together at their height, "
        "beside the type checker alone on the same package, in turn; medians."
    )
    tables = tuple(map(rounded, speed.tables(timings)))
    return Section("Time and memory", how, command, (speed_chart(timings),), (), tables)


def contexts_chart(trials: Sequence[Trial]) -> Bars:
    """The share of awaits put back, by where they stood, the most frequent places first."""
    restored: Counter[tuple[str, str]] = Counter()
    removed: Counter[tuple[str, str]] = Counter()
    for trial in trials:
        for context, (healed, missed) in trial.contexts.items():
            restored[trial.mode, context] += healed
            removed[trial.mode, context] += healed + missed
    names = sorted({name for _, name in removed}, key=lambda name: (-removed["safe", name], name))
    modes = ("safe", "unsafe")
    groups = (
        Group(
            f"{name} ({removed['safe', name]:,})",
            tuple(_share(restored[mode, name], removed[mode, name]) for mode in modes),
            tuple(percent(restored[mode, name], removed[mode, name]) for mode in modes),
        )
        for name in names
    )
    what = "Share of the awaits taken away that came back, by where they stood, with how many there were."
    return Bars("contexts", "Restored by context", what, ("safe fixes", "with --unsafe-fixes"), tuple(groups))


def speed_chart(timings: Sequence[Timing]) -> Points:
    """Seconds over lines, a series for each command that ran on whole packages."""
    subjects = Counter(timing.subject for timing in timings)
    shared = [timing for timing in timings if subjects[timing.subject] > 1]
    commands = tuple(dict.fromkeys(timing.command for timing in shared))
    points = (
        tuple(Point(one.subject, float(one.lines), round(one.seconds, 2)) for one in shared if one.command == command)
        for command in commands
    )
    what = "Wall time of the whole process on each package, median. Both axes are logarithmic."
    return Points("speed", "Time by size", what, "lines of Python", "seconds", commands, tuple(points))


def rounded(table: Table) -> Table:
    """A table whose numbers have no more digits than are shown."""
    rows = tuple(tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row) for row in table.rows)
    return replace(table, columns=tuple(table.columns), rows=rows)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
