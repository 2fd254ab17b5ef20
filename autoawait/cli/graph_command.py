"""``autoawait graph``: what makes a function async, and which callers follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path

import typer

from autoawait.cli.failures import reported_failures
from autoawait.cli.output import print_error
from autoawait.cli.query import Query, project_around
from autoawait.cli.reports.graph import dot, tree
from autoawait.cli.reports.summary import Exit
from autoawait.cli.reports.text import shown
from autoawait.cli.terminal import echo_line
from autoawait.pipeline.queries.chain import chain_of
from autoawait.pipeline.queries.function_lookup import AmbiguousError, function_at, function_named
from autoawait.pipeline.queries.location_lookup import check_file, place_in
from autoawait.project.options import option


class GraphFormat(str, Enum):
    """How a graph is printed."""

    TEXT = "text"
    DOT = "dot"


@dataclass(frozen=True, kw_only=True)
class GraphQuery(Query):
    """The options of ``graph``."""

    function: str = option(
        "Its dotted name, package.module.Class.method, or the end of it; or a line in it, PATH:LINE.",
        metavar="FUNCTION",
        commands=("graph",),
        is_argument=True,
    )
    format: GraphFormat = option(
        "A tree to read, or input for Graphviz.", GraphFormat.TEXT, metavar="text|dot", commands=("graph",)
    )


def graph(query: GraphQuery) -> None:
    """Show what makes a function async, and which callers would follow.

    Below it: what is asynchronous in it, down to library functions. Above it: what calls it and would have to become
    async too, up to where that ends or cannot be done.
    """
    with reported_failures(verbose=True):
        place = place_in(query.function)
        if place is not None:
            check_file(Path(place.path))
        with project_around(Path(place.path) if place else Path(), query.options) as project:
            try:
                found = function_at(project, place) if place else function_named(project, query.function)
            except AmbiguousError as error:
                _list_candidates(error, Path.cwd())
                raise typer.Exit(Exit.FAILED) from error
            chain = chain_of(project, found)
        base = Path.cwd()
    if query.format is GraphFormat.DOT:
        typer.echo(dot(chain, base))
        return
    for parts in tree(chain, base):
        echo_line(parts, query.color)


def _list_candidates(error: AmbiguousError, base: Path) -> None:
    print_error(f"{error}: give more of the name, or PATH:LINE")
    for name, path, line in error.candidates:
        typer.echo(f"  {name}  {shown(path, base)}:{line}", err=True)
    if error.others:
        typer.echo(f"  and {error.others} more", err=True)
