"""``autoawait why``: what is known of the calls on a line, and why they are flagged or not."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from autoawait.cli.failures import failures_told
from autoawait.cli.options import AnswerChoice, AnswerFormat, Color, Config, Python
from autoawait.cli.query_project import project_around
from autoawait.cli.reports.why import why_json, why_report
from autoawait.cli.terminal import ColorChoice, columns_of, echo_line
from autoawait.pipeline.analysis import analyse
from autoawait.pipeline.queries import why as asking
from autoawait.pipeline.queries.location_lookup import QueryError, check_file, module_at, place_in

_EXAMPLE = "such as shop/orders.py:12, or shop/orders.py:12:13 for one call on it"


def why(
    place: Annotated[
        str, typer.Argument(metavar="PATH:LINE[:COLUMN]", help="A line, or one call on it; both are counted from 1.")
    ],
    python: Python = None,
    output_format: AnswerFormat = AnswerChoice.FULL,
    config: Config = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Say why the calls on a line are flagged, or are not.

    That is what each call gives, how this is known, what is done with its value, and the finding with its fix if there
    is one.
    """
    with failures_told(verbose=True):
        asked = place_in(place)
        if asked is None:
            raise QueryError(f"{place!r} names no line: write PATH:LINE, {_EXAMPLE}")
        path = Path(asked.path)
        check_file(path)
        with project_around(path, python, config) as project:
            module = module_at(project, path, asked.line)
            sites = asking.sites_at(project, module, asked)
            analysis = analyse(project)
            answers = asking.why(project, analysis, sites)
        if output_format is AnswerChoice.JSON:
            typer.echo(why_json(answers, analysis.outcome, Path.cwd()))
            return
        for parts in why_report(answers, analysis.outcome, Path.cwd(), columns_of(sys.stdout)):
            echo_line(parts, color)
