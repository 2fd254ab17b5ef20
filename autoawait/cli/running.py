"""A job from its question to its exit code."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from autoawait import pipeline
from autoawait.cli.failing import failures_told
from autoawait.cli.interactive import chosen_outcome, is_possible
from autoawait.cli.job import Job
from autoawait.cli.options import Format
from autoawait.cli.output import Progress, print_error, print_findings, print_summary, put_out
from autoawait.diagnostics import Change, Outcome
from autoawait.discovery import check_places
from autoawait.pipeline import Buffer, Request
from autoawait.report.diff import patch
from autoawait.report.summary import Exit, Mode, exit_code
from autoawait.report.weighed import note_of
from autoawait.settings import Settings, find_root, load_settings
from autoawait.write import WriteReport, connected_files, write_changes


def run(job: Job) -> None:
    """Do a job and exit. On any failure code that came by standard input goes out again as it was."""
    if job.from_stdin != (job.paths == (Path("-"),)):
        raise typer.BadParameter("- stands alone: give no other paths with it")
    if job.stdin_filename and not job.from_stdin:
        raise typer.BadParameter("--stdin-filename goes with -")
    if job.interactive:
        _check_interactive(job)
    data = sys.stdin.buffer.read() if job.from_stdin else None
    echo = partial(put_out, data) if data is not None and job.mode is Mode.FIX else lambda: None
    with failures_told(verbose=bool(job.verbose), afterwards=echo):
        code = _done(job, data)
    raise typer.Exit(code)


def _check_interactive(job: Job) -> None:
    """Exit where nobody can be asked, or the answer could not be heeded."""
    if job.from_stdin or job.mode is not Mode.FIX or job.output_format is Format.JSON:
        raise typer.BadParameter("--interactive writes files: it does not go with -, --diff or JSON")
    if not is_possible():
        print_error("--interactive asks on a terminal, and standard input and output are none")
        raise typer.Exit(Exit.FAILED)


def _done(job: Job, data: bytes | None) -> Exit:
    """Analyse, then write, print a patch, or only report; the exit code."""
    check_places([*job.paths, *filter(None, [job.stdin_filename])])
    buffer = Buffer((job.stdin_filename or Path("__stdin__.py")).resolve(), data) if data is not None else None
    paths = (buffer.path,) if buffer else job.paths
    root = find_root(paths)
    settings = load_settings(root, job.config, job.overrides)
    request = Request(paths, settings, buffer)
    outcome = chosen_outcome(job, request) if job.interactive else _outcome(job, request)
    for note in _notes(job, outcome):
        typer.echo(note, err=True)
    if job.mode is Mode.DIFF:
        put_out(patch(outcome.changes, Path.cwd()))
        print_summary(job, outcome, settings)
        return exit_code(outcome, job.mode)
    if job.mode is Mode.FIX and buffer:
        return _fixed_buffer(job, outcome, buffer, settings)
    if job.mode is Mode.FIX:
        return _fixed_files(job, outcome, settings)
    untouched = replace(outcome, fixed=frozenset(), changes=())
    print_findings(job, untouched, settings)
    return exit_code(untouched, job.mode)


def _outcome(job: Job, request: Request) -> Outcome:
    with Progress(sys.stderr.isatty() and not job.quiet) as progress:
        return pipeline.run(request, progress.show)


def _notes(job: Job, outcome: Outcome) -> Iterable[str]:
    """What ``--verbose`` says: times and the environment; of calls that give something async why they were left
    alone; the second time, of all others too."""
    if job.verbose:
        yield from outcome.notes
        yield from (note_of(weighed) for weighed in outcome.weighed if weighed.is_async or job.verbose > 1)


def _fixed_buffer(job: Job, outcome: Outcome, buffer: Buffer, settings: Settings) -> Exit:
    put_out(next((change.after for change in outcome.changes if change.path == buffer.path), buffer.data))
    print_findings(job, outcome, settings)
    return exit_code(outcome, job.mode)


def _fixed_files(job: Job, outcome: Outcome, settings: Settings) -> Exit:
    fixes = [finding.fix for finding in outcome.fixed if finding.fix]
    report = write_changes(outcome.changes, connected_files(fixes))
    written = _as_written(outcome, report)
    try:
        print_findings(job, written, settings)
    except KeyboardInterrupt:
        print_error("interrupted after writing; `git diff` or `autoawait check` shows where things stand")
        return Exit.INTERRUPTED
    for refusal in report.refused:
        print_error(f"{refusal.path}: {refusal.reason}")
    return Exit.FAILED if report.refused else exit_code(written, job.mode)


def _as_written(outcome: Outcome, report: WriteReport) -> Outcome:
    """The outcome without the changes that could not be written."""
    refused = {refusal.path for refusal in report.refused}
    changes: Iterable[Change] = (change for change in outcome.changes if change.path not in refused)
    fixed = (f for f in outcome.fixed if f.fix and not refused & {edit.path for edit in f.fix.edits})
    return replace(outcome, changes=tuple(changes), fixed=frozenset(fixed))
