"""Everything that is printed, and on which stream."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import typer

from autoawait.cli.job import Format, Job
from autoawait.cli.reports.applied_changes import after_writing
from autoawait.cli.reports.concise import concise
from autoawait.cli.reports.diff import repository_top
from autoawait.cli.reports.full import full
from autoawait.cli.reports.github import github
from autoawait.cli.reports.gitlab import gitlab
from autoawait.cli.reports.json_report import json_report
from autoawait.cli.reports.junit import junit
from autoawait.cli.reports.log_summary import log_summary
from autoawait.cli.reports.sarif import sarif
from autoawait.cli.reports.statistics import statistics
from autoawait.cli.reports.summary import Mode, summary
from autoawait.cli.reports.text import Line, line
from autoawait.cli.terminal import columns_of, echo_line
from autoawait.diagnostics.finding import Outcome
from autoawait.project.settings import Settings

_DOCUMENTS: dict[Format, Callable[[Outcome, Path], str]] = {
    Format.GITLAB: gitlab,
    Format.SARIF: sarif,
    Format.JUNIT: junit,
}


def print_findings(job: Job, outcome: Outcome, settings: Settings) -> None:
    """The report, on standard output unless that carries code; and the summary, unless the report is a document."""
    to_stderr = job.from_stdin and job.mode is not Mode.CHECK
    base = Path.cwd()
    if job.output_format is Format.JSON:
        typer.echo(json_report(outcome, base), err=to_stderr)
        return
    after = after_writing(outcome)
    if document := _DOCUMENTS.get(job.output_format):
        typer.echo(document(after, repository_top(base)), err=to_stderr)
        print_log_answers(job, after, to_stderr=True)
        return
    for parts in _lines(job, after, base, columns_of(sys.stderr if to_stderr else sys.stdout)):
        echo_line(parts, job.color, to_stderr=to_stderr)
    print_log_answers(job, after, to_stderr=to_stderr or not job.is_for_people)
    print_summary(job, outcome, settings, to_stderr)


def _lines(job: Job, after: Outcome, base: Path, columns: int | None) -> Iterable[Line]:
    if job.statistics:
        return statistics(after)
    if job.output_format is Format.GITHUB:
        return map(line, github(after, repository_top(base)))
    return full(after, base, columns) if job.output_format is Format.FULL else concise(after, base)


def print_patch_summary(job: Job, outcome: Outcome, settings: Settings) -> None:
    """What is said about a patch, on standard error."""
    print_log_answers(job, outcome, to_stderr=True)
    print_summary(job, outcome, settings)


def print_log_answers(job: Job, outcome: Outcome, *, to_stderr: bool) -> None:
    """What became of the warnings in logs."""
    written = job.mode is not Mode.DIFF
    for parts in log_summary(outcome, Path.cwd(), notes=job.output_format is Format.FULL, written=written):
        echo_line(parts, job.color, to_stderr=to_stderr)


def print_summary(job: Job, outcome: Outcome, settings: Settings, to_stderr: bool = True) -> None:
    if not job.quiet:
        typer.echo(summary(outcome, job.mode, settings.unsafe_fixes), err=to_stderr)


def print_baseline_update(job: Job, file: Path, outcome: Outcome) -> None:
    """How the baseline has changed, instead of a report."""
    if not job.quiet:
        new, all_known = len(outcome.findings), len(outcome.findings) + len(outcome.known)
        typer.echo(f"{file}: {all_known} known ({new} new, {outcome.gone} gone)", err=True)


def write_stdout(code: bytes) -> None:
    sys.stdout.buffer.write(code)
    sys.stdout.buffer.flush()


def print_error(message: str) -> None:
    typer.echo(f"error: {message}", err=True)


def print_warning(message: str) -> None:
    typer.echo(f"warning: {message}", err=True)


class Progress:
    """One line on the terminal that says what is going on, and is erased afterwards."""

    def __init__(self, wanted: bool) -> None:
        self.wanted = wanted

    def __enter__(self) -> Progress:
        return self

    def show(self, stage: str) -> None:
        if self.wanted:
            typer.echo(f"\r\033[2K{stage} ...", nl=False, err=True, color=True)

    def __exit__(self, *raised: object) -> None:
        if self.wanted:
            typer.echo("\r\033[2K", nl=False, err=True, color=True)
