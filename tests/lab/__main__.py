"""``python -m tests.lab COMMAND``: the measurements, the page of all of them, and two revisions compared."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import nullcontext
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from tests.lab import (
    aftermath,
    applications,
    apps,
    changes,
    clean,
    decorators,
    editor,
    peers,
    questions,
    report,
    restore,
    revisions,
    scale,
    speed,
    strip,
    waits,
)
from tests.lab.applications import Application
from tests.lab.checkers import checkers
from tests.lab.environments import LabError, cache
from tests.lab.measurements import Progress
from tests.lab.packages import Project, known_names, projects, together
from tests.lab.store import Store
from tests.lab.tables import Table, say, show, write_json
from tests.lab.tool import REPOSITORY, Tool
from tests.lab.wounds import Choice


class Lab(TyperGroup):
    """The commands. Where one cannot go on without what failed, it ends with code 2."""

    def invoke(self, ctx: Any) -> object:  # noqa: ANN401 - which class it is depends on the version of Typer
        try:
            return super().invoke(ctx)
        except LabError as error:
            say(str(error))
            raise typer.Exit(2) from error


app = typer.Typer(cls=Lab, help=__doc__, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)

SIZES = "asyncpg,discord.py,openai,together"
Packages = Annotated[str, typer.Option(help=f"Names with commas between, of: {known_names()}. All of them without.")]
Fresh = Annotated[bool, typer.Option("--fresh", help="Measure anew what has been measured before.")]
Every = Annotated[int, typer.Option(min=1, help="Every how many awaits, or functions, one is robbed.")]
Offset = Annotated[int, typer.Option(min=0, help="The number of the first that is.")]
Listed = Annotated[bool, typer.Option("--list", help="Each that was missed (or others notice), and what was said.")]
Seed = Annotated[int | None, typer.Option(help="Draw as many by lot instead.")]
Runs = Annotated[
    int | None, typer.Option(min=1, help="How many paired runs the medians are of; without, fewer for more lines.")
]
Timeout = Annotated[float, typer.Option(min=1, help="After how many seconds a timed run is given up.")]
Draw = Annotated[int | None, typer.Option(help=f"Beside the fixed applications, {applications.DRAWN} drawn by lot.")]
Json = Annotated[Path | None, typer.Option("--json", help="Write the results there as well.")]


@app.command("restore")
def restore_command(
    packages: Packages = "",
    every: Every = 10,
    offset: Offset = 0,
    rounds: Annotated[int, typer.Option(min=1, help="Measure so many offsets (or seeds), from the given one on.")] = 1,
    seed: Seed = None,
    is_listed: Listed = False,
    json: Json = None,
) -> None:
    """Take awaits away, at most one a function, and see which come back."""
    choices = [Choice(every, offset + turn, None if seed is None else seed + turn) for turn in range(rounds)]
    trials = [
        trial
        for project in _projects(packages)
        for choice in choices
        for trial in restore.restore(project, choice, Tool())
    ]
    _show(restore.tables(trials))
    if is_listed:
        restore.list_cases(trials)
    write_json(json, {"measurement": "restore", "trials": trials})


@app.command("strip")
def strip_command(
    packages: Packages = "",
    every: Every = 1,
    offset: Offset = 0,
    seed: Seed = None,
    is_listed: Listed = False,
    json: Json = None,
) -> None:
    """Make async functions plain, their awaits gone, and see which become async again."""
    choice = Choice(every, offset, seed)
    results = [result for project in _projects(packages) for result in strip.strip(project, choice, Tool())]
    _show(strip.tables(results))
    if is_listed:
        strip.list_cases(results)
    write_json(json, {"measurement": "strip", "results": results})


@app.command("waits")
def waits_command(packages: Packages = "") -> None:
    """Count how often calls that are there to wait are awaited where they stand alone, and how often dropped."""
    _show([waits.table(_projects(packages))])


@app.command("aftermath")
def aftermath_command(packages: Packages = "", every: Every = 1, offset: Offset = 0, seed: Seed = None) -> None:
    """Strip and repair, then import every module and run once more; exit code 1 if one is broken or more is fixed."""
    choice = Choice(every, offset, seed)
    results = [result for project in _projects(packages) for result in aftermath.aftermath(project, choice, Tool())]
    _show([aftermath.table(results)])
    aftermath.list_trouble(results)
    raise typer.Exit(int(any(result.broken or result.again for result in results)))


@app.command("peers")
def peers_command(
    packages: Packages = "",
    every: Every = 10,
    offset: Offset = 0,
    seed: Seed = None,
    is_listed: Listed = False,
    json: Json = None,
) -> None:
    """What ty, pyrefly, mypy and basedpyright notice and repair of the same losses, and what that takes."""
    choice = Choice(every, offset, seed)
    others = checkers()
    showings = [showing for project in _projects(packages) for showing in peers.peers(project, choice, others, Tool())]
    _show(peers.tables(showings))
    if is_listed:
        peers.list_unseen(showings)
    write_json(json, {"measurement": "peers", "showings": showings})


@app.command("clean")
def clean_command(packages: Packages = "", json: Json = None) -> None:
    """See what is found in the packages as they were published; exit code 1 if it is not a reviewed bug."""
    results = [clean.clean(project, Tool(), clean.reviews()) for project in _projects(packages)]
    _show(clean.tables(results))
    clean.list_remarks(results)
    write_json(json, {"measurement": "clean", "packages": results})
    raise typer.Exit(int(any(result.defects for result in results)))


@app.command("apps")
def apps_command(
    packages: Annotated[
        str, typer.Option(help=f"Names with commas between, of {applications.PINS.name} and {applications.POOL.name}.")
    ] = "",
    draw: Draw = None,
    is_listed: Annotated[bool, typer.Option("--list", help="Each edit, and the lines that are written.")] = False,
    is_fresh: Fresh = False,
    json: Json = None,
) -> None:
    """See what would be edited in applications as published, one after the other; about half an hour.

    Exit code 1 if an edit is not judged to be right, or if an application fails.
    """
    progress, known = Progress(_store(is_fresh)), apps.judgements()
    groups = {name: progress.of_applications(chosen) for name, chosen in _applications(packages, draw).items()}
    _show(apps.tables(groups, known))
    results = [one for found in groups.values() for one in found]
    if is_listed:
        apps.list_edits(results, known)
    write_json(json, {"measurement": "apps", "applications": results})
    for failure in progress.failures:
        say(f"{failure.package} failed: {failure.reason}")
    counts = apps.judged(results, known)
    is_right = all(judgement == apps.RIGHT for (_, judgement), count in counts.items() if count)
    raise typer.Exit(int(bool(progress.failures) or not is_right))


@app.command("speed")
def speed_command(
    sizes: Annotated[
        str, typer.Option("--packages", "--sizes", help="As above, and `together`: all of them as one project.")
    ] = SIZES,
    runs: Runs = None,
    timeout: Timeout = 600.0,
    is_verbose: Annotated[bool, typer.Option("--verbose", help="Also what `autoawait --verbose` says.")] = False,
    json: Json = None,
) -> None:
    """Time and memory beside the type checkers; with discord.py, also of a file of 3,000 lines through `fix -`."""
    patience, others = speed.Patience(runs, timeout), checkers()
    timings = [timing for project in _sizes(sizes) for timing in speed.all_timings(project, patience, others)]
    _show(speed.tables(timings))
    if is_verbose:
        speed.list_stages(timings)
    write_json(json, {"measurement": "speed", "timings": timings})


@app.command("scale")
def scale_command(
    lines: Annotated[str, typer.Option(help="Sizes of the projects, with commas between.")] = "50000,100000,200000",
    depth: Annotated[int, typer.Option(min=1, help="How many functions of a chain turn above one another.")] = 30,
    family: Annotated[int, typer.Option(min=1, help="How many classes override the method of a chain.")] = 50,
    seed: Annotated[int, typer.Option(help="Of the lot by which the projects are made.")] = 1,
    runs: Annotated[int, typer.Option(min=1, help="How many paired runs the medians are of.")] = 3,
    timeout: Annotated[float, typer.Option(min=1, help="After how many seconds a run is given up.")] = 600.0,
    json: Json = None,
) -> None:
    """Time and memory of `autoawait check` on made-up projects with long chains of callers, and how they grow."""
    recipes = [scale.Recipe(size, depth, family, seed=seed) for size in _numbers(lines)]
    sizes = [scale.scale(recipe, scale.Patience(runs, timeout)) for recipe in recipes]
    _show(scale.tables(sizes))
    write_json(json, {"measurement": "scale", "sizes": sizes})


@app.command("editor")
def editor_command(
    packages: Packages = "discord.py",
    runs: Annotated[int, typer.Option(min=1, help="How many runs the medians are of.")] = 10,
    json: Json = None,
) -> None:
    """What the language server and the filter take: the first diagnostics, those after a keystroke, a quick fix."""
    found = [latency for project in _projects(packages) for latency in editor.latencies(project, runs)]
    show(editor.table(found))
    write_json(json, {"measurement": "editor", "latencies": found})


@app.command("questions")
def questions_command(
    packages: Packages = "",
    every: Every = 1,
    revision: Annotated[str, typer.Option(help="Measure the tool of this revision, not of the working tree.")] = "",
    json: Json = None,
) -> None:
    """Count what the type engine is asked about stripped packages, by kind, and how many batches hold one place."""
    choice = Choice(every)
    with revisions.checked_out(revision) if revision else nullcontext(REPOSITORY) as home:
        found = [one for project in _projects(packages) for one in questions.questions(project, Tool(home), choice)]
    show(questions.table(found))
    write_json(json, {"measurement": "questions", "questions": found})


@app.command("decorators")
def decorators_command(json: Json = None) -> None:
    """Read what decorators of packages give, and run them; exit code 1 if that differs anywhere."""
    found = decorators.showings()
    show(decorators.table(found))
    write_json(json, {"measurement": "decorators", "showings": found})
    raise typer.Exit(int(any(showing.verdict == "WRONG" for showing in found)))


@app.command("report")
def report_command(
    packages: Packages = "",
    sizes: Annotated[
        str, typer.Option(help=f"What is timed, by default the given packages, else {SIZES} (all as one project).")
    ] = "",
    seed: Annotated[int, typer.Option(help="Of the lot by which awaits are drawn.")] = 1,
    runs: Runs = None,
    timeout: Timeout = 600.0,
    draw: Annotated[int, typer.Option(help="Of the lot by which applications are drawn beside the fixed ones.")] = 1,
    has_apps: Annotated[bool, typer.Option("--apps/--no-apps", help="Whether applications are measured.")] = True,
    is_fresh: Fresh = False,
) -> None:
    """Measure everything that is not measured yet, and write docs/lab.md, its data and its charts.

    What fails is left out and named on the page; then the exit code is 1.
    """
    timed = sizes or packages or SIZES
    wish = report.Wish(_names(packages), _names(timed), seed, speed.Patience(runs, timeout), draw if has_apps else None)
    summary = report.measured(_projects(packages), _sizes(timed), wish, _store(is_fresh))
    report.write(summary, report.DOCS)
    say(f"written: {report.DOCS / 'lab.md'}")
    for failure in summary.failures:
        say(f"{failure.measurement} failed on {failure.package}: {failure.reason}")
    raise typer.Exit(int(bool(summary.failures)))


@app.command("compare")
def compare_command(
    revision: Annotated[str, typer.Argument(metavar="REV", help="A revision of this repository.")],
    packages: Packages = "",
    seed: Annotated[int | None, typer.Option(help="Draw the awaits that go by lot.")] = None,
    chosen: Annotated[
        str,
        typer.Option(
            "--apps", help="Also the edits in these applications, or in `all` that are fixed, which takes an hour."
        ),
    ] = "",
    draw: Draw = None,
    is_fresh: Fresh = False,
) -> None:
    """See what the working tree does otherwise than a revision did: on mutants, and on packages as published."""
    groups = _applications("" if chosen == "all" else chosen, draw) if chosen else {}
    examined = [application for group in groups.values() for application in group]
    projects = _projects(packages)
    found, failures = revisions.compared(revision, projects, Choice(seed=seed), _store(is_fresh), examined)
    show(changes.table(found))
    changes.list_changes(found)
    for failure in failures:
        say(failure)


def _store(is_fresh: bool) -> Store:
    return Store(cache() / "results", is_fresh)


def _show(tables: Iterable[Table]) -> None:
    for table in tables:
        show(table)


def _projects(names: str) -> list[Project]:
    return projects(_names(names))


def _applications(names: str, draw: int | None) -> dict[str, list[Application]]:
    """The named applications, else the fixed ones; and those that a seed draws."""
    groups = {"named": applications.named(_names(names))} if names else {"fixed": applications.fixed()}
    return groups if draw is None else {**groups, "drawn": applications.drawn(draw)}


def _sizes(names: str) -> list[Project]:
    """The named projects, in the order given; ``together`` is one of the names."""
    return [project for name in _names(names) for project in ([together()] if name == "together" else _projects(name))]


def _numbers(text: str) -> list[int]:
    try:
        return [int(name.replace("_", "")) for name in _names(text)]
    except ValueError as error:
        raise LabError(f"not a list of numbers: {text}") from error


def _names(text: str) -> tuple[str, ...]:
    return tuple(name.strip() for name in text.split(",") if name.strip())


if __name__ == "__main__":
    app(prog_name="python -m tests.lab")
