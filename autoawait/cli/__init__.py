"""The command line: the only module that prints and exits."""

from __future__ import annotations

import difflib
import gc
import io
import os
import sys
import traceback
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from autoawait import __version__, pipeline
from autoawait.cli.options import (
    Bridge,
    Config,
    Exclude,
    Format,
    OutputFormat,
    Paths,
    Propagate,
    Python,
    Quiet,
    StdinFilename,
    Target,
    UnsafeFixes,
    Verbose,
)
from autoawait.cli.server import server
from autoawait.diagnostics import Change, Outcome
from autoawait.discovery import DiscoveryError, check_places
from autoawait.pipeline import Request
from autoawait.report.concise import concise
from autoawait.report.diff import patch
from autoawait.report.full import full
from autoawait.report.json_report import json_report
from autoawait.report.summary import Exit, Mode, exit_code, summary
from autoawait.report.text import Line, Style
from autoawait.report.weighed import note_of
from autoawait.report.written import after_writing
from autoawait.rules import RULES, named
from autoawait.session import Buffer
from autoawait.settings import Overrides, Settings, SettingsError, find_root, load_settings
from autoawait.types.engine import EngineError
from autoawait.write import WriteReport, connected_files, write_changes

app = typer.Typer(
    add_completion=False,
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
    unsafe_fixes: UnsafeFixes = None,
    propagate: Propagate = None,
    bridge: Bridge = None,
    python: Python = None,
    target_version: Target = None,
    exclude: Exclude = None,
    output_format: OutputFormat = Format.FULL,
    config: Config = None,
    stdin_filename: StdinFilename = None,
    quiet: Quiet = False,
    verbose: Verbose = 0,
) -> None:
    """Put missing awaits in, and report what is left."""
    overrides = Overrides(tuple(exclude or ()), python, target_version, unsafe_fixes, propagate, bridge)
    mode = Mode.DIFF if diff else Mode.FIX
    _run(_Job(mode, tuple(paths or [Path()]), overrides, config, stdin_filename, output_format, quiet, verbose))


@app.command()
def check(
    paths: Paths = None,
    unsafe_fixes: UnsafeFixes = None,
    propagate: Propagate = None,
    bridge: Bridge = None,
    python: Python = None,
    target_version: Target = None,
    exclude: Exclude = None,
    output_format: OutputFormat = Format.FULL,
    config: Config = None,
    stdin_filename: StdinFilename = None,
    quiet: Quiet = False,
    verbose: Verbose = 0,
) -> None:
    """Report missing awaits and what would be changed; write nothing."""
    overrides = Overrides(tuple(exclude or ()), python, target_version, unsafe_fixes, propagate, bridge)
    job_paths = tuple(paths or [Path()])
    _run(_Job(Mode.CHECK, job_paths, overrides, config, stdin_filename, output_format, quiet, verbose))


@app.command()
def explain(
    code: Annotated[
        str | None, typer.Argument(metavar="CODE", help="A code (AW101) or its name; without one, all are listed.")
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
        _error(f"there is no code or name {code!r}{hint}")
        raise typer.Exit(Exit.FAILED)
    typer.echo(f"{rule_asked.code} {rule_asked.name}\n\n{rule_asked.explanation}")


app.command()(server)


@dataclass(frozen=True, slots=True)
class _Job:
    """What one call of the program was asked for."""

    mode: Mode
    paths: tuple[Path, ...]
    overrides: Overrides
    config: Path | None
    stdin_filename: Path | None
    output_format: Format
    quiet: bool
    verbose: int

    @property
    def from_stdin(self) -> bool:
        return Path("-") in self.paths


def _run(job: _Job) -> None:
    """Do a job and exit. On any failure code that came by standard input goes out again as it was."""
    if job.from_stdin != (job.paths == (Path("-"),)):
        raise typer.BadParameter("- stands alone: give no other paths with it")
    if job.stdin_filename and not job.from_stdin:
        raise typer.BadParameter("--stdin-filename goes with -")
    data = sys.stdin.buffer.read() if job.from_stdin else None
    try:
        code = _done(job, data)
    except BrokenPipeError:  # the reader of our output has gone (`| head`): Typer ends quietly
        raise
    except (DiscoveryError, EngineError, SettingsError, OSError) as error:  # OSError: such as a full disk
        _error(str(error))
        code = Exit.FAILED
    except KeyboardInterrupt:
        _error("interrupted, nothing written")
        code = Exit.INTERRUPTED
    except Exception as error:  # noqa: BLE001  a bug of ours; the one place where the user is told so
        _error(f"this is a bug in autoawait, please report it: {type(error).__name__}: {error}")
        typer.echo(traceback.format_exc() if job.verbose else "The traceback is printed with --verbose.", err=True)
        code = Exit.FAILED
    else:
        raise typer.Exit(code)
    if data is not None and job.mode is Mode.FIX:
        _put_out(data)
    raise typer.Exit(code)


def _done(job: _Job, data: bytes | None) -> Exit:
    """Analyse, then write, print a patch, or only report; the exit code."""
    check_places([*job.paths, *filter(None, [job.stdin_filename])])
    buffer = Buffer((job.stdin_filename or Path("__stdin__.py")).resolve(), data) if data is not None else None
    paths = (buffer.path,) if buffer else job.paths
    root = find_root(paths)
    settings = load_settings(root, job.config, job.overrides)
    request = Request(paths, settings, (buffer,) if buffer else ())
    with _Progress(sys.stderr.isatty() and not job.quiet) as progress:
        outcome = pipeline.run(request, progress.show)
    for note in _notes(job, outcome):
        typer.echo(note, err=True)
    if job.mode is Mode.DIFF:
        _put_out(patch(outcome.changes, Path.cwd()))
        # Of one file alone it is worth saying what stays, and what other files would have to change for it.
        _print_findings(job, outcome, settings) if buffer else _print_summary(job, outcome, settings)
        return exit_code(outcome, job.mode)
    if job.mode is Mode.FIX and buffer:
        return _fixed_buffer(job, outcome, buffer, settings)
    if job.mode is Mode.FIX:
        return _fixed_files(job, outcome, settings)
    untouched = replace(outcome, fixed=frozenset(), changes=())
    _print_findings(job, untouched, settings)
    return exit_code(untouched, job.mode)


def _notes(job: _Job, outcome: Outcome) -> Iterable[str]:
    """What ``--verbose`` says: times and the environment; of calls that give something async why they were left
    alone; the second time, of all others too."""
    if job.verbose:
        yield from outcome.notes
        yield from (note_of(weighed) for weighed in outcome.weighed if weighed.is_async or job.verbose > 1)


def _fixed_buffer(job: _Job, outcome: Outcome, buffer: Buffer, settings: Settings) -> Exit:
    _put_out(next((change.after for change in outcome.changes if change.path == buffer.path), buffer.data))
    _print_findings(job, outcome, settings)
    return exit_code(outcome, job.mode)


def _fixed_files(job: _Job, outcome: Outcome, settings: Settings) -> Exit:
    fixes = [finding.fix for finding in outcome.fixed if finding.fix]
    report = write_changes(outcome.changes, connected_files(fixes))
    written = _as_written(outcome, report)
    try:
        _print_findings(job, written, settings)
    except KeyboardInterrupt:
        _error("interrupted after writing; `git diff` or `autoawait check` shows where things stand")
        return Exit.INTERRUPTED
    for refusal in report.refused:
        _error(f"{refusal.path}: {refusal.reason}")
    return Exit.FAILED if report.refused else exit_code(written, job.mode)


def _as_written(outcome: Outcome, report: WriteReport) -> Outcome:
    """The outcome without the changes that could not be written."""
    refused = {refusal.path for refusal in report.refused}
    changes: Iterable[Change] = (change for change in outcome.changes if change.path not in refused)
    fixed = (f for f in outcome.fixed if f.fix and not refused & {edit.path for edit in f.fix.edits})
    return replace(outcome, changes=tuple(changes), fixed=frozenset(fixed))


_COLOURS: dict[Style, Callable[[str], str]] = {
    Style.PLAIN: str,
    Style.PLACE: lambda text: typer.style(text, bold=True),
    Style.CODE: lambda text: typer.style(text, fg=typer.colors.YELLOW),
    Style.FRAME: lambda text: typer.style(text, fg=typer.colors.BLUE),
    Style.CARET: lambda text: typer.style(text, fg=typer.colors.RED, bold=True),
    Style.REMOVED: lambda text: typer.style(text, fg=typer.colors.RED),
    Style.ADDED: lambda text: typer.style(text, fg=typer.colors.GREEN),
}


def _print_findings(job: _Job, outcome: Outcome, settings: Settings) -> None:
    """The report, on standard output unless that carries code, and the summary."""
    to_stderr = job.from_stdin and job.mode is not Mode.CHECK
    base = Path.cwd()
    if job.output_format is Format.JSON:
        typer.echo(json_report(outcome, base), err=to_stderr)
        return
    after = after_writing(outcome)
    lines = full(after, base) if job.output_format is Format.FULL else concise(after, base)
    for parts in lines:
        _echo_line(parts, to_stderr)
    _print_summary(job, outcome, settings, to_stderr)


def _echo_line(parts: Line, to_stderr: bool) -> None:
    text = "".join(_COLOURS[style](text) for text, style in parts)
    # Typer drops the colours where the stream is no terminal; NO_COLOR it leaves to us.
    typer.echo(text, err=to_stderr, color=False if os.environ.get("NO_COLOR") else None)


def _print_summary(job: _Job, outcome: Outcome, settings: Settings, to_stderr: bool = True) -> None:
    if not job.quiet:
        typer.echo(summary(outcome, job.mode, settings.unsafe_fixes), err=to_stderr)


def _put_out(code: bytes) -> None:
    sys.stdout.buffer.write(code)
    sys.stdout.buffer.flush()


def _error(message: str) -> None:
    typer.echo(f"error: {message}", err=True)


class _Progress:
    """One line on the terminal that says what is going on, and is gone afterwards."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted

    def __enter__(self) -> _Progress:
        return self

    def show(self, stage: str) -> None:
        if self.wanted:
            typer.echo(f"\r\033[2K{stage} ...", nl=False, err=True, color=True)

    def __exit__(self, *raised: object) -> None:
        if self.wanted:
            typer.echo("\r\033[2K", nl=False, err=True, color=True)


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
        _error(str(error))
    with suppress(OSError, ValueError):  # a full disk; closed, as the language server does when its client leaves
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code if isinstance(code, int) else 0)
