"""All that is printed, and on which stream."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from autoawait.cli.job import Job
from autoawait.cli.options import Format
from autoawait.cli.terminal import columns_of, echo_line
from autoawait.diagnostics import Outcome
from autoawait.report.concise import concise
from autoawait.report.full import full
from autoawait.report.json_report import json_report
from autoawait.report.summary import Mode, summary
from autoawait.report.written import after_writing
from autoawait.settings import Settings


def print_findings(job: Job, outcome: Outcome, settings: Settings) -> None:
    """The report, on standard output unless that carries code, and the summary."""
    to_stderr = job.from_stdin and job.mode is Mode.FIX
    base = Path.cwd()
    if job.output_format is Format.JSON:
        typer.echo(json_report(outcome, base), err=to_stderr)
        return
    after = after_writing(outcome)
    columns = columns_of(sys.stderr if to_stderr else sys.stdout)
    lines = full(after, base, columns) if job.output_format is Format.FULL else concise(after, base)
    for parts in lines:
        echo_line(parts, job.color, to_stderr=to_stderr)
    print_summary(job, outcome, settings, to_stderr)


def print_summary(job: Job, outcome: Outcome, settings: Settings, to_stderr: bool = True) -> None:
    if not job.quiet:
        typer.echo(summary(outcome, job.mode, settings.unsafe_fixes), err=to_stderr)


def put_out(code: bytes) -> None:
    sys.stdout.buffer.write(code)
    sys.stdout.buffer.flush()


def print_error(message: str) -> None:
    typer.echo(f"error: {message}", err=True)


class Progress:
    """One line on the terminal that says what is going on, and is gone afterwards."""

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
