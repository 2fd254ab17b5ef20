"""A call of ``fix`` or ``check``, from its options to its exit code."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import typer

from autoawait.cli.failures import reported_failures
from autoawait.cli.interactive import is_on_terminal, outcome_by_choice
from autoawait.cli.job import Job
from autoawait.cli.output import (
    Progress,
    print_baseline_update,
    print_error,
    print_findings,
    print_patch_summary,
    print_warning,
    write_stdout,
)
from autoawait.cli.reports.diff import patch
from autoawait.cli.reports.summary import Exit, Mode, exit_code
from autoawait.cli.reports.text import shown
from autoawait.detection.runtime_log.log import load_log
from autoawait.diagnostics.baseline import Baseline, baseline_of
from autoawait.diagnostics.finding import Change, Outcome, note_of
from autoawait.edits.write import WriteReport, connected_files, write_changes, write_file
from autoawait.pipeline import analysis
from autoawait.pipeline.analysis import Request
from autoawait.pipeline.session import Buffer
from autoawait.project.discovery import check_places
from autoawait.project.settings import Settings, SettingsError, find_root, load_settings


def run(job: Job) -> None:
    """Do a job and exit. On failure, code from standard input is written out again unchanged."""
    if contradiction := _contradiction(job):
        raise typer.BadParameter(contradiction)
    if job.interactive and not is_on_terminal():
        print_error("--interactive needs a terminal")
        raise typer.Exit(Exit.FAILED)
    data = sys.stdin.buffer.read() if job.from_stdin else None
    echo = partial(write_stdout, data) if data is not None and job.mode is Mode.FIX else lambda: None
    with reported_failures(verbose=bool(job.verbose), afterwards=echo):
        code = _exit_code_of(job, data)
    raise typer.Exit(code)


def _contradiction(job: Job) -> str:
    """Which options cannot be combined, empty if all can."""
    writes_files = job.mode is Mode.FIX and not job.from_stdin
    problems = {
        "- cannot be combined with other paths": job.from_stdin != (job.paths == (Path("-"),)),
        "--stdin-filename needs -": job.stdin_filename and not job.from_stdin,
        "standard input cannot be both the code and the log: give --from-log a file": job.from_stdin
        and Path("-") in job.from_log,
        "--interactive reads answers from standard input: give --from-log a file": job.interactive
        and Path("-") in job.from_log,
        "--interactive writes files, and cannot be combined with - or --diff": job.interactive and not writes_files,
        "--interactive needs --output-format full or concise": job.interactive and not job.is_for_people,
        "--statistics prints a table, and cannot be combined with this --output-format": job.statistics
        and not job.is_for_people,
        "--diff prints a patch, and cannot be combined with --statistics": job.statistics and job.mode is Mode.DIFF,
        "--update-baseline prints no findings, and cannot be combined with --statistics": job.update_baseline
        and job.statistics,
        "--update-baseline cannot be combined with --from-log": job.update_baseline and job.from_log,
        "--update-baseline needs files, and cannot be combined with -": job.update_baseline and job.from_stdin,
        "--no-baseline cannot be combined with --baseline or --update-baseline": job.options.no_baseline
        and (job.options.baseline or job.update_baseline),
    }
    return next((problem for problem, is_present in problems.items() if is_present), "")


def _exit_code_of(job: Job, data: bytes | None) -> Exit:
    """Analyse, then write, print a patch, or only report; the exit code."""
    check_places([*job.paths, *filter(None, [job.stdin_filename])])
    buffer = Buffer((job.stdin_filename or Path("__stdin__.py")).resolve(), data) if data is not None else None
    paths = (buffer.path,) if buffer else job.paths
    root = find_root(paths)
    settings = load_settings(root, job.options)
    baseline = _baseline(job, settings)
    logs = tuple(load_log(path, sys.stdin.buffer) for path in dict.fromkeys(job.from_log))
    request = Request(paths, settings, (buffer,) if buffer else (), baseline=baseline, logs=logs)
    outcome = outcome_by_choice(job, request) if job.interactive else _outcome(job, request)
    for note in _notes(job, outcome):
        typer.echo(note, err=True)
    if buffer and not job.quiet and _has_unresolvable_imports(buffer, outcome):
        print_warning(f"{job.stdin_filename} is not on disk, so its relative imports cannot be resolved: save it first")
    if job.update_baseline:
        return _update_baseline(job, baseline, outcome, paths)
    return _report_or_write(job, outcome, buffer, settings)


def _report_or_write(job: Job, outcome: Outcome, buffer: Buffer | None, settings: Settings) -> Exit:
    """Write, print a patch, or only report."""
    if job.mode is Mode.DIFF:
        write_stdout(patch(outcome.changes, Path.cwd()))
        # With one file alone it is worth saying what remains, and which other files would have to change.
        print_findings(job, outcome, settings) if buffer else print_patch_summary(job, outcome, settings)
        return _exit_code(job, outcome)
    if job.mode is Mode.FIX and buffer:
        return _fix_buffer(job, outcome, buffer, settings)
    if job.mode is Mode.FIX:
        return _fix_files(job, outcome, settings)
    untouched = replace(outcome, fixed=frozenset(), changes=())
    print_findings(job, untouched, settings)
    return _exit_code(job, untouched)


def _baseline(job: Job, settings: Settings) -> Baseline:
    """The baseline; an empty one before it is written for the first time."""
    if not job.update_baseline:
        return baseline_of(settings)
    if settings.baseline is None:
        raise SettingsError("--update-baseline needs --baseline FILE, or a baseline in [tool.autoawait]")
    return baseline_of(settings) if settings.baseline.exists() else Baseline(settings.baseline)


def _update_baseline(job: Job, baseline: Baseline, outcome: Outcome, paths: Sequence[Path]) -> Exit:
    """Write all that was found to the baseline."""
    found = sorted([*outcome.findings, *outcome.known], key=lambda finding: finding.place)
    write_file(baseline.file, baseline.updated(found, outcome.sources, paths).data())
    print_baseline_update(job, baseline.file, outcome)
    return Exit.CLEAN


def _outcome(job: Job, request: Request) -> Outcome:
    with Progress(sys.stderr.isatty() and not job.quiet) as progress:
        return analysis.run(request, progress.show)


def _has_unresolvable_imports(buffer: Buffer, outcome: Outcome) -> bool:
    """Whether the engine cannot resolve what a buffer imports: ty resolves relative imports of files on disk only."""
    source = outcome.sources.get(buffer.path)
    nodes = ast.walk(source.tree) if source and not buffer.path.exists() else ()
    return any(isinstance(node, ast.ImportFrom) and node.level > 0 for node in nodes)


def _notes(job: Job, outcome: Outcome) -> Iterable[str]:
    """What ``--verbose`` says: times and the environment, and why async calls were left alone; given twice, why all
    other calls were, too."""
    if job.verbose:
        yield from outcome.notes
        yield from (note_of(unflagged) for unflagged in outcome.unflagged if unflagged.is_async or job.verbose > 1)


def _fix_buffer(job: Job, outcome: Outcome, buffer: Buffer, settings: Settings) -> Exit:
    write_stdout(next((change.after for change in outcome.changes if change.path == buffer.path), buffer.data))
    print_findings(job, outcome, settings)
    return _exit_code(job, outcome)


def _fix_files(job: Job, outcome: Outcome, settings: Settings) -> Exit:
    fixes = [finding.fix for finding in outcome.fixed if finding.fix]
    report = write_changes(outcome.changes, connected_files(fixes))
    written = _as_written(outcome, report)
    try:
        print_findings(job, written, settings)
    except KeyboardInterrupt:
        print_error("interrupted after writing; see `git diff` or `autoawait check`")
        return Exit.INTERRUPTED
    for refusal in report.refused:
        print_error(f"{shown(refusal.path, Path.cwd())}: {refusal.reason}")
    return Exit.FAILED if report.refused else _exit_code(job, written)


def _exit_code(job: Job, outcome: Outcome) -> Exit:
    return Exit.CLEAN if job.exit_zero else exit_code(outcome, job.mode)


def _as_written(outcome: Outcome, report: WriteReport) -> Outcome:
    """The outcome without the changes that could not be written."""
    refused = {refusal.path for refusal in report.refused}
    changes: Iterable[Change] = (change for change in outcome.changes if change.path not in refused)
    fixed = (f for f in outcome.fixed if f.fix and not refused & {edit.path for edit in f.fix.edits})
    return replace(outcome, changes=tuple(changes), fixed=frozenset(fixed))
