"""The command line: the app and its commands. This package is the only one that prints and exits."""

from __future__ import annotations

import difflib
import gc
import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autoawait import __version__
from autoawait.cli.graph_command import graph
from autoawait.cli.job import Job
from autoawait.cli.options import (
    BaselineFile,
    Bridge,
    Color,
    Config,
    Exclude,
    ExitZero,
    Format,
    FromLog,
    Interactive,
    NoBaseline,
    OutputFormat,
    Paths,
    Propagate,
    Python,
    Quiet,
    Statistics,
    StdinFilename,
    Target,
    UnsafeFixes,
    UpdateBaseline,
    Verbose,
    completed_code,
)
from autoawait.cli.output import print_error
from autoawait.cli.reports.summary import Exit, Mode
from autoawait.cli.run_job import run
from autoawait.cli.server_command import server
from autoawait.cli.terminal import ColorChoice
from autoawait.cli.why_command import why
from autoawait.diagnostics.rules import RULES, named
from autoawait.project.settings import Overrides

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
    """Find the missing awaits of a whole Python project and put them in.

    Exit codes: 0 nothing is left to report, 1 findings remain (or --diff would change something),
    2 the job could not be done.
    """


@app.command()
def fix(
    paths: Paths = None,
    diff: Annotated[bool, typer.Option("--diff", help="Print the changes as a patch and write nothing.")] = False,
    interactive: Interactive = False,
    unsafe_fixes: UnsafeFixes = None,
    propagate: Propagate = None,
    bridge: Bridge = None,
    python: Python = None,
    target_version: Target = None,
    exclude: Exclude = None,
    baseline: BaselineFile = None,
    no_baseline: NoBaseline = False,
    output_format: OutputFormat = Format.FULL,
    statistics: Statistics = False,
    exit_zero: ExitZero = False,
    config: Config = None,
    stdin_filename: StdinFilename = None,
    color: Color = ColorChoice.AUTO,
    from_log: FromLog = None,
    quiet: Quiet = False,
    verbose: Verbose = 0,
) -> None:
    """Put missing awaits in, and report what is left."""
    run(
        Job(
            mode=Mode.DIFF if diff else Mode.FIX,
            paths=tuple(paths or [Path()]),
            overrides=Overrides(
                tuple(exclude or ()), python, target_version, unsafe_fixes, propagate, bridge, baseline, no_baseline
            ),
            config=config,
            stdin_filename=stdin_filename,
            from_log=tuple(from_log or ()),
            output_format=output_format,
            quiet=quiet,
            verbose=verbose,
            color=color,
            statistics=statistics,
            exit_zero=exit_zero,
            interactive=interactive,
        )
    )


@app.command()
def check(
    paths: Paths = None,
    unsafe_fixes: UnsafeFixes = None,
    propagate: Propagate = None,
    bridge: Bridge = None,
    python: Python = None,
    target_version: Target = None,
    exclude: Exclude = None,
    baseline: BaselineFile = None,
    no_baseline: NoBaseline = False,
    update_baseline: UpdateBaseline = False,
    output_format: OutputFormat = Format.FULL,
    statistics: Statistics = False,
    exit_zero: ExitZero = False,
    config: Config = None,
    stdin_filename: StdinFilename = None,
    color: Color = ColorChoice.AUTO,
    from_log: FromLog = None,
    quiet: Quiet = False,
    verbose: Verbose = 0,
) -> None:
    """Report missing awaits and what would be changed; edit no code."""
    run(
        Job(
            mode=Mode.CHECK,
            paths=tuple(paths or [Path()]),
            overrides=Overrides(
                tuple(exclude or ()), python, target_version, unsafe_fixes, propagate, bridge, baseline, no_baseline
            ),
            config=config,
            stdin_filename=stdin_filename,
            from_log=tuple(from_log or ()),
            output_format=output_format,
            quiet=quiet,
            verbose=verbose,
            color=color,
            statistics=statistics,
            exit_zero=exit_zero,
            update_baseline=update_baseline,
        )
    )


@app.command()
def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE",
            help="A code (AW101) or its name; without one, all are listed.",
            autocompletion=completed_code,
        ),
    ] = None,
) -> None:
    """Say what a code means, why it is bad, and what is not handled."""
    if code is None:
        for rule in RULES.values():
            typer.echo(f"{rule.code}  {rule.name:31} {rule.summary}")
        return
    rule_asked = named(code)
    if rule_asked is None:
        words = [*RULES, *(rule.name for rule in RULES.values())]
        near = difflib.get_close_matches(code, words, n=3) or difflib.get_close_matches(code.upper(), words, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `autoawait explain` lists all"
        print_error(f"there is no code or name {code!r}{hint}")
        raise typer.Exit(Exit.FAILED)
    typer.echo(f"{rule_asked.code} {rule_asked.name}\n\n{rule_asked.explanation}")


app.command()(why)
app.command()(graph)
app.command()(server)


def main() -> NoReturn:
    """The console script. It ends the process without tidying up: to free the trees of a whole project, or to look
    for garbage among them, takes a quarter of all the time. Whatever holds something closes it by ``with``."""
    gc.disable()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a name or message that the terminal cannot show is no reason to fail
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
