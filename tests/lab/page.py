"""The page of results, ``docs/lab.md``, and its charts: a function of what ``docs/lab.json`` holds, of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tests.lab import strip
from tests.lab.charts import Chart, svg
from tests.lab.documents import text_of
from tests.lab.origin import Origin
from tests.lab.scores import OURS, Pace, Recovery, Score, rate, tools, total
from tests.lab.sections import Section
from tests.lab.shortfalls import shortfalls
from tests.lab.speed import BASELINE, OF_FILE
from tests.lab.speed import OURS as CHECK
from tests.lab.summary import Summary
from tests.lab.tables import Table, markdown, percent, share

JSON = "lab.json"
PAGE = "lab.md"
CHARTS = "lab"  # the folder of the charts


def files(summary: Summary) -> Mapping[str, str]:
    """The text of every file, by its path below ``docs``."""
    charts = {f"{CHARTS}/{chart.name}.svg": svg(chart) for chart in _charts(summary)}
    return {JSON: text_of(summary), PAGE: page(summary), **charts}


def page(summary: Summary) -> str:
    """The page, in Markdown."""
    parts = [
        "# autoawait on published packages",
        _opening(summary),
        "## In short",
        "\n".join(f"- {point}" for point in _headlines(summary)),
        "## What is not so good",
        "\n".join(f"- {sentence}" for sentence in _honest(summary)),
        *(part for section in summary.sections for part in _section(section)),
        "## Where these numbers come from",
        *_origin(summary.origin),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _charts(summary: Summary) -> list[Chart]:
    return [chart for section in summary.sections for chart in section.charts]


def _opening(summary: Summary) -> str:
    origin = summary.origin
    lines = sum(package.lines for package in origin.packages)
    return (
        f"Measured on {len(origin.packages)} published {_plural(len(origin.packages), 'package')}, {lines:,} lines of "
        f"Python, with `{origin.command}`. This page and its charts are made of [{JSON}]({JSON}) by that command; "
        "a test holds them to it."
    )


# --- in short ---------------------------------------------------------------------------------------------------------


def _headlines(summary: Summary) -> Iterator[str]:
    yield from _restored(summary)
    yield from _others(summary)
    yield from _async_again(summary.recoveries)
    yield from _alarms(summary)
    yield from _paces(summary.paces)


def _restored(summary: Summary) -> Iterator[str]:
    safe, unsafe = (total(summary.scores, tool) for tool in OURS)
    if safe.missing:
        yield (
            f"Of {safe.missing:,} awaits taken out of working code, autoawait puts **{_share(safe.repaired, safe)}** "
            f"back with safe fixes alone and **{_share(unsafe.repaired, unsafe)}** with `--unsafe-fixes`; it notices "
            f"{_share(safe.noticed, safe)}, those it leaves to you included."
        )
        yield (
            f"Beside that it changes {_times(safe.wrong)} with safe fixes and {_times(unsafe.wrong)} with "
            "`--unsafe-fixes`."
        )


def _others(summary: Summary) -> Iterator[str]:
    others = [total(summary.scores, tool) for tool in tools(summary.scores) if tool not in OURS]
    if others:
        noticed = ", ".join(f"{one.tool} {_share(one.noticed, one)}" for one in others)
        repaired = [f"{one.tool} {_share(one.repaired, one)}" for one in others if one.repaired]
        back = f"their own fixes put back {', '.join(repaired)}" if repaired else "none of them puts one back"
        yield f"Of the same awaits the type checkers notice: {noticed}; {back}."


def _async_again(recoveries: Sequence[Recovery]) -> Iterator[str]:
    for mode in dict.fromkeys(one.mode for one in recoveries):
        of_mode = [one for one in recoveries if one.mode == mode]
        functions = sum((one.functions for one in of_mode), strip.Score())
        awaits = sum((one.awaits for one in of_mode), strip.Score())
        if functions.restored:
            yield (
                f"Of {functions.removed:,} async functions made plain **{share(functions.recall)}** are async again "
                f"with {mode} fixes (precision {share(functions.precision)}), and {share(awaits.recall)} of their "
                "awaits are back."
            )


def _alarms(summary: Summary) -> Iterator[str]:
    ours = [one for one in summary.alarms if one.tool == OURS[0]]
    if ours:
        found, changed = sum(one.findings for one in ours), sum(one.changed for one in ours)
        genuine = f"; a reader agrees with {sum(one.genuine for one in ours):,}" if found else ""
        yield (
            f"In {sum(one.lines for one in ours):,} lines of code as published it has {_count(found, 'finding')} "
            f"({rate(ours):.2f} in 100,000 lines{genuine}), and would change {_count(changed, 'file')} with "
            "`--unsafe-fixes`."
        )


def _paces(paces: Sequence[Pace]) -> Iterator[str]:
    theirs = {pace.subject: pace for pace in paces if pace.command == BASELINE}
    ours = [
        f"{one.seconds:.1f} s for {one.subject} ({one.lines:,} lines{_beside(one, theirs.get(one.subject))})"
        for one in paces
        if one.command == CHECK
    ]
    if ours:
        yield f"`autoawait check` takes {', '.join(ours)}."
    for one in paces:
        if one.command == OF_FILE:
            yield f"An editor's buffer of {one.lines:,} lines takes {one.seconds:.1f} s ({one.subject})."


def _beside(ours: Pace, theirs: Pace | None) -> str:
    return f"; {BASELINE} alone {theirs.seconds:.1f} s" if theirs else ""


def _honest(summary: Summary) -> list[str]:
    failed = [f"{one.measurement} failed on {one.package}: `{one.reason}`" for one in summary.failures]
    found = failed + shortfalls(summary.scores, summary.alarms, summary.paces, summary.recoveries)
    others = {score.tool for score in summary.scores} - set(OURS)
    if not others:
        found.append("No other tool was given the packages with missing awaits in this run.")
    return found or ["In none of the measures below is another tool better."]


# --- the sections -----------------------------------------------------------------------------------------------------


def _section(section: Section) -> Iterator[str]:
    yield f"## {section.title}"
    yield section.how
    yield _command(section.command)
    yield from map(_image, section.charts)
    yield from (markdown(table) for table in section.tables if table.rows)
    yield from (_folded(table) for table in section.folded if table.rows)


def _folded(table: Table) -> str:
    # GitHub reads Markdown in an HTML block only after an empty line.
    body = markdown(table).partition("\n\n")[2]
    return f"<details>\n<summary>{table.title}</summary>\n\n{body}\n</details>"


def _image(chart: Chart) -> str:
    return f"![{chart.title}. {chart.what}]({CHARTS}/{chart.name}.svg)"


def _command(command: str) -> str:
    return f"```sh\n{command}\n```"


def _origin(origin: Origin) -> Iterator[str]:
    moments = origin.first if origin.first == origin.last else f"{origin.first} to {origin.last}"
    versions = ", ".join(f"{name} {version}" for name, version in origin.versions.items() if version)
    machine = origin.machine
    yield "\n".join(
        (
            f"- measured {moments} (UTC)",
            f"- autoawait at revision {origin.revision}",
            f"- {versions}",
            f"- {machine.processor}, {_count(machine.cores, 'core')}, {machine.gigabytes:g} GiB, {machine.system}",
        )
    )
    rows = [(package.name, package.version, package.lines) for package in origin.packages]
    yield _folded(Table("The packages", ("package", "version", "lines"), rows))


def _share(part: int, score: Score) -> str:
    return percent(part, score.missing)


def _times(number: int) -> str:
    return "nothing" if number == 0 else _count(number, "place")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {_plural(number, noun)}" if number else f"no {noun}s"


def _plural(number: int, noun: str) -> str:
    return noun if number == 1 else f"{noun}s"
