"""The page of results, ``docs/lab.md``, and its charts: a function of what ``docs/lab.json`` holds, of nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from statistics import median

from tests.lab.charts import Bars, Chart, Group, svg
from tests.lab.documents import text_of
from tests.lab.origin import Origin
from tests.lab.scores import OURS, Score, rate, tools, total
from tests.lab.shortfalls import shortfalls
from tests.lab.summary import Section, Summary
from tests.lab.tables import Table, markdown, percent

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
        "## Tools compared",
        *_comparison(summary),
        *(part for section in summary.sections for part in _section(section)),
        "## Where these numbers come from",
        *_origin(summary.origin),
    ]
    return "\n\n".join(part.rstrip("\n") for part in parts) + "\n"


def _charts(summary: Summary) -> list[Chart]:
    return [tools_chart(summary.scores), *(chart for section in summary.sections for chart in section.charts)]


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
    ours = [one for one in summary.alarms if one.tool == OURS[0]]
    if ours:
        found, changed = sum(one.findings for one in ours), sum(one.changed for one in ours)
        yield (
            f"In {sum(one.lines for one in ours):,} lines of code as published it has {_count(found, 'finding')} "
            f"({rate(ours):.2f} in 100,000 lines), and would change {_count(changed, 'file')} with `--unsafe-fixes`."
        )
    paces = [pace for pace in summary.paces if pace.command == "autoawait check"]
    if paces:
        slowest = max(paces, key=lambda pace: pace.seconds)
        yield (
            f"A package takes {median(pace.seconds for pace in paces):.1f} s at the median and {slowest.seconds:.1f} s "
            f"at the most ({slowest.subject}, {slowest.lines:,} lines)."
        )


def _honest(summary: Summary) -> list[str]:
    found = shortfalls(summary.scores, summary.alarms, summary.paces)
    others = {score.tool for score in summary.scores} - set(OURS)
    if not others:
        found.append("No other tool was given the packages with missing awaits in this run.")
    return found or ["In none of the measures below is another tool better."]


# --- tools compared ---------------------------------------------------------------------------------------------------


def _comparison(summary: Summary) -> Iterator[str]:
    yield _image(tools_chart(summary.scores))
    yield markdown(tools_table(summary))
    yield markdown(packages_table(summary))


def tools_chart(scores: Sequence[Score]) -> Bars:
    """The share of missing awaits that each tool notices and repairs."""
    totals = [total(scores, tool) for tool in tools(scores)]
    groups = tuple(
        Group(
            one.tool,
            tuple(round(count / (one.missing or 1), 4) for count in (one.noticed, one.repaired)),
            tuple(f"{percent(count, one.missing)} ({count:,})" for count in (one.noticed, one.repaired)),
        )
        for one in totals
    )
    most = max((one.missing for one in totals), default=0)
    what = f"Of {most:,} awaits taken out of published packages, in percent, with how many these are."
    return Bars("tools", "Missing awaits noticed and repaired", what, ("noticed", "repaired"), groups)


def tools_table(summary: Summary) -> Table:
    """What each tool did over all packages."""
    columns = (
        "tool",
        "missing",
        "noticed",
        "share",
        "repaired",
        "share",
        "other changes",
        "precision",
        "found as published",
    )
    rows = []
    for tool in tools(summary.scores):
        one = total(summary.scores, tool)
        noticed, repaired = percent(one.noticed, one.missing), percent(one.repaired, one.missing)
        precision = percent(one.repaired, one.repaired + one.wrong)
        # What is found does not depend on which fixes are wanted.
        alarms = [alarm for alarm in summary.alarms if alarm.tool == (OURS[0] if tool in OURS else tool)]
        found = sum(alarm.findings for alarm in alarms) if alarms else "-"
        rows.append((tool, one.missing, one.noticed, noticed, one.repaired, repaired, one.wrong, precision, found))
    return Table("By tool", columns, rows)


def packages_table(summary: Summary) -> Table:
    """The shares by package: what each tool notices, and what those repair that can."""
    names = tools(summary.scores)
    fixers = [tool for tool in names if total(summary.scores, tool).repaired]
    columns = ("package", "missing", *(f"{tool} notices" for tool in names), *(f"{tool} repairs" for tool in fixers))
    rows = []
    for package in dict.fromkeys(score.package for score in summary.scores):
        by_tool = {tool: total(summary.scores, tool, package) for tool in names}
        noticed = (percent(one.noticed, one.missing) for one in by_tool.values())
        repaired = (percent(by_tool[tool].repaired, by_tool[tool].missing) for tool in fixers)
        rows.append((package, max(one.missing for one in by_tool.values()), *noticed, *repaired))
    return Table("By package", columns, rows)


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
