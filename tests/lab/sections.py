"""The measurements as sections of the page: how each is made, what is shown of it, what is folded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from tests.lab import apps, clean, peers, restore, speed, strip
from tests.lab.apps import Examined, Judgements
from tests.lab.charts import Bars, Chart, Group, Point, Points
from tests.lab.clean import Cleanliness
from tests.lab.peers import Showing
from tests.lab.restore import Trial
from tests.lab.scores import Score, tools, total
from tests.lab.speed import OF_FILE, Timing
from tests.lab.strip import Stripped
from tests.lab.tables import Table, percent

_TITLE_OF_ALL = ", over all packages"


@dataclass(frozen=True, slots=True)
class Section:
    """A measurement on the page: in words how it was made and by which command, what is shown, what is folded."""

    title: str
    how: str
    command: str
    charts: tuple[Chart, ...]
    tables: tuple[Table, ...]
    folded: tuple[Table, ...] = ()


def peers_section(showings: Sequence[Showing], scores: Sequence[Score], command: str) -> Section:
    """What each tool notices and repairs of the same losses."""
    how = (
        "About every tenth `await` of a package, drawn by lot and at most one a function, is taken out of a copy, and "
        "each tool is shown the copy and the published code. *Noticed* means that it says something in the function "
        "that it did not say before, whatever it is, with its default rules and those that a missing await sets off; "
        "*new elsewhere* is what it newly says in other places. *Restored* is compared with the published code node by "
        "node, after the tool's own batch fix; *extra* is any other change. Of the published code a type checker says "
        "all that it knows, most of it about other things than awaits."
    )
    noticed, by_package, by_context, repaired, costs = map(rounded, peers.tables(showings))
    shown = (noticed, repaired, costs)
    return Section("Tools compared", how, command, (tools_chart(scores),), shown, (by_package, by_context))


def restore_section(trials: Sequence[Trial], command: str) -> Section:
    """What comes back of awaits that were taken away."""
    by_package, by_context, causes = map(rounded, restore.tables(trials))
    how = (
        "The same losses, looked at closely: the tool runs on the copy once with its safe fixes and once with "
        "`--unsafe-fixes`. *Missed* did not come back, *extra* is any other change, *precision* is the share of "
        "restorations among all changes. A cause is what the tool said at the place."
    )
    title = "Awaits taken away, and how many come back"
    return Section(title, how, command, (contexts_chart(trials),), (causes,), (by_context, by_package))


def strip_section(results: Sequence[Stripped], command: str) -> Section:
    """What comes back of async functions that were made plain."""
    functions, awaits, costs, causes = map(rounded, strip.tables(results))
    how = (
        "Every `async def` of a package that can be is made a plain `def`, and the awaits in it and of its calls are "
        "gone. *Restored* are functions that are async again, and awaits that are back, *extra* is what nobody had "
        "taken. Of a function that is not restored a finding says why; or it awaits something that was not recognised "
        "(the causes say what was noted of it), or only functions that are not restored either."
    )
    shown = tuple(map(_of_all, (functions, awaits, costs)))
    title = "Async functions made plain, and how many are async again"
    return Section(title, how, command, (), (*shown, causes), (functions, awaits, costs))


def clean_section(results: Sequence[Cleanliness], command: str) -> Section:
    """What is found where nothing was taken."""
    by_package, by_code = map(rounded, clean.tables(results))
    how = (
        "The tool runs on the packages as they were published, with `--unsafe-fixes`. They are in use and tested, so "
        "that a finding is either a bug in them that nobody has met (*genuine*: a reader agrees, and has written down "
        "why), or a false alarm of ours (*defect*)."
    )
    return Section("Findings in published code", how, command, (), (by_code,), (by_package,))


def apps_section(groups: Mapping[str, Sequence[Examined]], known: Judgements, command: str) -> Section:
    """What would be edited in applications."""
    side_by_side, by_application = map(rounded, apps.tables(groups, known))
    how = (
        "The tool was built beside the packages of the other sections. These are applications from PyPI on which it "
        "was not: some that are always measured, and a fresh draw out of a larger pool. It runs on each as published, "
        "with `--unsafe-fixes`. They work, so that every edit is a suspect: a reader judges it *right* (the code was "
        "wrong there, and is mended) or *wrong*; *precision* is the share of right ones among the judged. An import is "
        "*missing* where neither the application nor the environment has a source of the module, of which the tool "
        "can then know nothing."
    )
    title = "Edits in applications that it was not built on"
    return Section(title, how, command, (), (side_by_side,), (by_application,))


def speed_section(timings: Sequence[Timing], command: str) -> Section:
    """Time and memory by size."""
    how = (
        "The time of the whole process from outside, and the memory of all its processes together at their height, of "
        "each tool in turn on the same project, cold, and `autoawait fix -` on one file, as an editor would; medians. "
        "*x ty* are medians of the ratios of runs that stood beside each other. PROJECT is a copy of "
        "`projects/NAME` in the lab's cache, in which the other tools run, ENV is `env` there. *Together* is all "
        "packages as one project."
    )
    whole, stages, commands = map(rounded, speed.tables(timings))
    seconds = by_size("Seconds", timings, lambda timing: timing.seconds)
    memory = by_size("Memory, in MB", timings, lambda timing: timing.megabytes)
    folded = (whole, commands)
    return Section("Time and memory", how, command, (speed_chart(timings),), (seconds, memory, stages), folded)


# --- charts -----------------------------------------------------------------------------------------------------------


def tools_chart(scores: Sequence[Score]) -> Bars:
    """The share of missing awaits that each tool notices and repairs."""
    totals = [total(scores, tool) for tool in tools(scores)]
    groups = tuple(
        Group(
            one.tool,
            tuple(_share(count, one.missing) for count in (one.noticed, one.repaired)),
            tuple(f"{percent(count, one.missing)} ({count:,})" for count in (one.noticed, one.repaired)),
        )
        for one in totals
    )
    most = max((one.missing for one in totals), default=0)
    what = f"Of {most:,} awaits taken out of published packages, in percent, with how many these are."
    return Bars("tools", "Missing awaits noticed and restored", what, ("noticed", "restored"), groups)


def contexts_chart(trials: Sequence[Trial]) -> Bars:
    """The share of awaits put back, by where they stood, the most frequent places first."""
    groups = (
        Group(
            f"{name} ({removed:,})",
            tuple(_share(number, removed) for number in restored),
            tuple(percent(number, removed) for number in restored),
        )
        for name, (removed, *restored) in restore.by_context(trials).items()
    )
    what = "Share of the awaits taken away that came back, by where they stood, with how many there were."
    return Bars("contexts", "Restored by context", what, ("safe fixes", "with --unsafe-fixes"), tuple(groups))


def speed_chart(timings: Sequence[Timing]) -> Points:
    """Seconds over lines, a line for each tool on whole projects."""
    points = {
        _tool(command): tuple(
            Point(one.subject, float(one.lines), round(one.seconds, 2))
            for one in _whole(timings)
            if one.command == command and one.seconds is not None
        )
        for command in _commands(timings)
    }
    what = "Wall time of the whole process on each project, cold, median. Both axes are logarithmic."
    names, lines = tuple(points), tuple(points.values())
    return Points("speed", "Time by size", what, "lines of Python", "seconds", names, lines, is_joined=True)


# --- tables -----------------------------------------------------------------------------------------------------------


def by_size(title: str, timings: Sequence[Timing], what: Callable[[Timing], float | None]) -> Table:
    """A number of each command on each project, `-` where it failed or took too long."""
    found = {(one.subject, one.command): what(one) for one in timings}
    commands = _commands(timings)
    sizes = dict.fromkeys((one.subject, one.lines) for one in _whole(timings))
    rows = [(name, lines, *(_or_dash(found.get((name, command))) for command in commands)) for name, lines in sizes]
    files = [
        (f"{one.subject}, `fix -`", one.lines, _or_dash(what(one)), *("-" for _ in commands[1:]))
        for one in timings
        if one.command == OF_FILE
    ]
    columns = ("project", "lines", *map(_tool, commands))
    return rounded(Table(title, columns, [*rows, *files]))


def _tool(command: str) -> str:
    return command.removesuffix(" check")


def _whole(timings: Sequence[Timing]) -> list[Timing]:
    return [timing for timing in timings if timing.command != OF_FILE]


def _commands(timings: Sequence[Timing]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(timing.command for timing in _whole(timings)))


def _or_dash(number: float | None) -> object:
    return "-" if number is None else number


def _of_all(table: Table) -> Table:
    """The rows over all packages, or those of the only one."""
    rows = tuple(row for row in table.rows if row[0] == "all") or table.rows
    return replace(table, title=f"{table.title}{_TITLE_OF_ALL}", rows=rows)


def rounded(table: Table) -> Table:
    """A table whose numbers have no more digits than are shown."""
    rows = tuple(tuple(round(cell, 2) if isinstance(cell, float) else cell for cell in row) for row in table.rows)
    return replace(table, columns=tuple(table.columns), rows=rows)


def _share(part: int, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0
