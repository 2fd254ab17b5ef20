"""``autoawait fix --interactive``: each change is shown and asked about, as ``git add --patch`` does."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import replace
from enum import Enum
from pathlib import Path

import typer

from autoawait.cli.job import Job
from autoawait.cli.output import Progress
from autoawait.cli.reports.diff import patch
from autoawait.cli.reports.full import full
from autoawait.cli.reports.text import Style, line
from autoawait.cli.terminal import columns_of, echo_line
from autoawait.diagnostics.finding import Edit, Outcome
from autoawait.pipeline.analysis import Request, analyse, opened
from autoawait.pipeline.fix_selection import Offer, changes_of, offers, only
from autoawait.project.index import Index


class Choice(Enum):
    """What the user says to an offer, by its key."""

    YES = "y"
    NO = "n"
    ALL = "a"
    QUIT = "q"


_HELP = {
    True: (
        "y - make this change",
        "n - skip it",
        "a - make this change and all other safe ones; keep asking about unsafe ones",
        "q - skip this one and all that follow; changes you said yes to are made",
        "? - print this help",
    ),
    False: (
        "y - make this change: likely what you want, but not certain",
        "n - skip it",
        "a - make this change and all that follow, safe or unsafe",
        "q - skip this one and all that follow; changes you said yes to are made",
        "? - print this help",
    ),
}


def is_on_terminal() -> bool:
    """Whether standard input and output are a terminal."""
    return sys.stdin.isatty() and sys.stdout.isatty()


def outcome_by_choice(job: Job, request: Request) -> Outcome:
    """Analyse with all fixes, unsafe ones too, ask about each, and analyse again with those that were chosen.

    Raises what ``pipeline.opened`` raises, and KeyboardInterrupt where the user interrupts the questions.
    """
    everything = replace(request, settings=replace(request.settings, unsafe_fixes=True))
    progress = Progress(sys.stderr.isatty() and not job.quiet)
    with opened(everything, progress.show) as project:
        with progress:
            whole = analyse(project)
        offered = offers(whole.outcome)
        made = _accepted(job, whole.outcome, offered, project.index)
        with progress:
            return only(project, whole, made, [offer for offer in offered if offer not in made])


def _accepted(job: Job, outcome: Outcome, offered: Sequence[Offer], index: Index) -> list[Offer]:
    """The offers that the user accepts."""
    made: list[Offer] = []
    edits: set[Edit] = set()
    all_safe = all_that_follow = False
    for number, offer in enumerate(offered, 1):
        # What was chosen may fix it too.
        if offer.edits <= edits or all_that_follow or (all_safe and offer.is_safe):
            made.append(offer)
            edits |= offer.edits
            continue
        _show(job, outcome, offer, index)
        answer = _answer(f"({number}/{len(offered)}) {_question(offer)}", offer)
        if answer is Choice.QUIT:
            break
        all_that_follow = answer is Choice.ALL and not offer.is_safe
        all_safe = all_safe or answer is Choice.ALL
        if answer in (Choice.YES, Choice.ALL):
            made.append(offer)
            edits |= offer.edits
    return made


def _question(offer: Offer) -> str:
    return "Make this change" if offer.is_safe else "Make this change (unsafe)"


def _answer(question: str, offer: Offer) -> Choice:
    """Ask until there is an answer. The end of the input means quit."""
    while True:
        typer.echo(f"{question} [y,n,a,q,?]? ", nl=False)
        said = sys.stdin.readline()
        if not said:
            typer.echo("")
            return Choice.QUIT
        word = said.strip().lower()[:1]
        if word in {answer.value for answer in Choice}:
            return Choice(word)
        for text in _HELP[offer.is_safe]:
            typer.echo(text)


def _show(job: Job, outcome: Outcome, offer: Offer, index: Index) -> None:
    """The findings with their reasons, and the change as a patch."""
    base = Path.cwd()
    only_these = replace(outcome, findings=offer.findings, fixed=frozenset(), changes=())
    for parts in full(only_these, base, columns_of(sys.stdout), with_changes=False):
        echo_line(parts, job.color)
    for text in patch(changes_of(offer, index, base), base).decode("utf-8", errors="replace").splitlines():
        echo_line(line(text, _style(text)), job.color)


def _style(text: str) -> Style:
    if text.startswith(("--- ", "+++ ")):
        return Style.PLACE
    return {"-": Style.REMOVED, "+": Style.ADDED, "@": Style.FRAME}.get(text[:1], Style.PLAIN)
