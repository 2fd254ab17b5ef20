"""``autoawait why``: what is known about the calls on a line, and why they are flagged or not."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import typer

from autoawait.cli.failures import reported_failures
from autoawait.cli.query import Query, project_around
from autoawait.cli.reports.why import why_json, why_report
from autoawait.cli.terminal import columns_of, echo_line
from autoawait.pipeline.analysis import analyse
from autoawait.pipeline.queries import why as asking
from autoawait.pipeline.queries.location_lookup import QueryError, check_file, module_at, place_in
from autoawait.project.options import option

_EXAMPLE = "such as shop/orders.py:12, or shop/orders.py:12:13 for one call on it"


class AnswerFormat(str, Enum):
    """How an answer about a line is printed."""

    FULL = "full"
    JSON = "json"


@dataclass(frozen=True, kw_only=True)
class WhyQuery(Query):
    """The options of ``why``."""

    place: str = option(
        "A line, or one call on it; both are counted from 1.",
        metavar="PATH:LINE[:COLUMN]",
        commands=("why",),
        is_argument=True,
    )
    output_format: AnswerFormat = option(
        "How the answer is printed.", AnswerFormat.FULL, metavar="full|json", commands=("why",)
    )


def why(query: WhyQuery) -> None:
    """Explain why the calls on a line are flagged, or why not.

    For each call: what it gives and how that is known, what is done with the result, and the finding with its fix if
    there is one.
    """
    with reported_failures(verbose=True):
        asked = place_in(query.place)
        if asked is None:
            raise QueryError(f"{query.place!r} is not a line: write PATH:LINE, {_EXAMPLE}")
        path = Path(asked.path)
        check_file(path)
        with project_around(path, query.options) as project:
            module = module_at(project, path, asked.line)
            sites = asking.sites_at(project, module, asked)
            analysis = analyse(project)
            answers = asking.why(project, analysis, sites)
        if query.output_format is AnswerFormat.JSON:
            typer.echo(why_json(answers, analysis.outcome, Path.cwd()))
            return
        for parts in why_report(answers, analysis.outcome, Path.cwd(), columns_of(sys.stdout)):
            echo_line(parts, query.color)
