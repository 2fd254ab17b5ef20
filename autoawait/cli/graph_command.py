"""``autoawait graph``: the chain that makes a function async."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from autoawait.cli.failures import failures_told
from autoawait.cli.options import Color, Config, Python
from autoawait.cli.output import print_error
from autoawait.cli.query_project import project_around
from autoawait.cli.reports.graph import dot, tree
from autoawait.cli.reports.summary import Exit
from autoawait.cli.reports.text import shown
from autoawait.cli.terminal import ColorChoice, echo_line
from autoawait.pipeline.queries.chain import chain_of
from autoawait.pipeline.queries.function_lookup import AmbiguousError, function_at, function_named
from autoawait.pipeline.queries.location_lookup import check_file, place_in


class GraphFormat(str, Enum):
    """How a graph is printed."""

    TEXT = "text"
    DOT = "dot"


def graph(
    function: Annotated[
        str,
        typer.Argument(
            metavar="FUNCTION",
            help="Its dotted name, package.module.Class.method, or the end of it; or a place, PATH:LINE.",
        ),
    ],
    python: Python = None,
    form: Annotated[
        GraphFormat, typer.Option("--format", metavar="text|dot", help="A tree to read, or input for Graphviz.")
    ] = GraphFormat.TEXT,
    config: Config = None,
    color: Color = ColorChoice.AUTO,
) -> None:
    """Show what makes a function async, and who follows.

    That is what is asynchronous in it, down to the functions of libraries, and what calls it and would have to become
    async too, up to where that ends well or is barred.
    """
    with failures_told(verbose=True):
        place = place_in(function)
        if place is not None:
            check_file(Path(place.path))
        with project_around(Path(place.path) if place else Path(), python, config) as project:
            try:
                found = function_at(project, place) if place else function_named(project, function)
            except AmbiguousError as error:
                _list_candidates(error, Path.cwd())
                raise typer.Exit(Exit.FAILED) from error
            chain = chain_of(project, found)
        base = Path.cwd()
    if form is GraphFormat.DOT:
        typer.echo(dot(chain, base))
        return
    for parts in tree(chain, base):
        echo_line(parts, color)


def _list_candidates(error: AmbiguousError, base: Path) -> None:
    print_error(f"{error}: give more of the name, or a place")
    for name, path, line in error.candidates:
        typer.echo(f"  {name}  {shown(path, base)}:{line}", err=True)
    if error.others:
        typer.echo(f"  and {error.others} more", err=True)
