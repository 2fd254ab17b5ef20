"""The app and its commands."""

from __future__ import annotations

import gc
import io
import os
import sys
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, NoReturn

import typer

from autoawait import __version__
from autoawait.cli.command import add_command
from autoawait.cli.explain_command import explain
from autoawait.cli.graph_command import GraphQuery, graph
from autoawait.cli.job import Job
from autoawait.cli.output import print_error
from autoawait.cli.reports.summary import Exit, Mode
from autoawait.cli.run_job import run
from autoawait.cli.server_command import server
from autoawait.cli.why_command import WhyQuery, why

app = typer.Typer(
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _print_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"autoawait {__version__}")
        raise typer.Exit


@app.callback()
def autoawait(
    version: Annotated[
        bool, typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version and exit.")
    ] = False,
) -> None:
    """Find and fix missing awaits across a whole Python project.

    Exit codes: 0 nothing is left to report, 1 findings remain (or --diff would change something),
    2 autoawait could not do its job.
    """


def fix(job: Job) -> None:
    """Insert missing awaits, and report what is left."""
    run(replace(job, mode=Mode.DIFF) if job.diff else job)


def check(job: Job) -> None:
    """Report missing awaits and how to fix them; edit no code."""
    run(replace(job, mode=Mode.CHECK))


add_command(app, fix, Job)
add_command(app, check, Job)
app.command()(explain)
add_command(app, why, WhyQuery)
add_command(app, graph, GraphQuery)
app.command()(server)


def main() -> NoReturn:
    """The console script. It ends the process without cleaning up: freeing the trees of a whole project, or looking
    for garbage among them, takes a quarter of the time. What must be closed is closed by a ``with`` block."""
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name that the terminal cannot show is no reason to fail
            stream.reconfigure(errors="backslashreplace")
    code: object = Exit.FAILED
    try:
        app(prog_name="autoawait")
    except SystemExit as ended:
        code = ended.code
    except OSError as error:
        print_error(str(error))
    with suppress(OSError, ValueError):  # a full disk; closed, as the language server does when its client leaves
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)
