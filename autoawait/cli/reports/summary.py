"""Counting, the last line of a report, and the exit code.

12 found: 8 fixed in 5 files, 2 more with --unsafe-fixes, 2 refused (340 files checked)
30 more are in the baseline; 2 of its findings are gone: `autoawait check --update-baseline` removes them
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum

from autoawait.diagnostics.finding import Applicability, Finding, Outcome


class Mode(Enum):
    """What the user asked for."""

    CHECK = "check"
    FIX = "fix"
    DIFF = "diff"


class Exit(IntEnum):
    """The exit codes of every command."""

    CLEAN = 0
    FINDINGS = 1
    FAILED = 2
    INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class Tally:
    """How many findings there are, and what becomes of them.

    ``fixed`` are those whose fix is part of the changes, ``changed`` the files that have one; ``safe``,
    ``unsafe`` and ``none`` count the findings that are not fixed, ``files`` the files that were checked. ``known`` and
    ``gone`` are about the baseline: how many of its findings there still are, beside ``found``, and how many not.
    """

    found: int
    fixed: int
    safe: int
    unsafe: int
    none: int
    files: int
    changed: int
    known: int
    gone: int


def tally(outcome: Outcome) -> Tally:
    """Count an outcome."""
    left = [finding.applicability for finding in remaining(outcome)]
    return Tally(
        found=len(outcome.findings),
        fixed=len(outcome.findings) - len(left),
        safe=left.count(Applicability.SAFE),
        unsafe=left.count(Applicability.UNSAFE),
        none=left.count(Applicability.NONE),
        files=outcome.files,
        changed=len(outcome.changes),
        known=len(outcome.known),
        gone=outcome.gone,
    )


def remaining(outcome: Outcome) -> tuple[Finding, ...]:
    """The findings that are not fixed, in their order."""
    return tuple(finding for finding in outcome.findings if finding not in outcome.fixed)


def exit_code(outcome: Outcome, mode: Mode) -> Exit:
    """CLEAN if nothing is left to report; FINDINGS if something is, warnings in a log that stay unexplained included,
    or if a diff would change something."""
    would_change = mode is Mode.DIFF and bool(outcome.changes)
    is_open = any(answer.is_open for answer in outcome.answers or ())
    return Exit.FINDINGS if would_change or is_open or remaining(outcome) else Exit.CLEAN


def summary(outcome: Outcome, mode: Mode, unsafe_fixes: bool) -> str:
    """One line: found, fixed or fixable, fixable with ``--unsafe-fixes``, refused; another if there is a baseline."""
    count = tally(outcome)
    return "\n".join(filter(None, [_found(count, mode, unsafe_fixes), _baseline(count)]))


def _found(count: Tally, mode: Mode, unsafe_fixes: bool) -> str:
    checked = f"({_files(count.files)} checked)"
    if not count.found:
        return f"Nothing to report {checked}"
    fixable = count.safe + (count.unsafe if unsafe_fixes else 0)
    parts = [
        _counted(count.fixed, f"{'would be ' if mode is Mode.DIFF else ''}fixed in {_files(count.changed)}"),
        _counted(fixable, "fixable with `autoawait fix`" if mode is Mode.CHECK else "left as they are"),
        _counted(
            0 if unsafe_fixes else count.unsafe, f"{'more' if count.fixed + fixable else 'fixable'} with --unsafe-fixes"
        ),
        _counted(count.none, "refused"),
    ]
    return f"{count.found} found: {', '.join(filter(None, parts))} {checked}"


def _baseline(count: Tally) -> str:
    more = "more " if count.found and count.known else ""
    verb = "is" if count.known == 1 else "are"
    known = f"{count.known or 'None'} {more}{verb} in the baseline" if count.known or count.gone else ""
    is_gone, them = ("is", "it") if count.gone == 1 else ("are", "them")
    gone = f"; {count.gone} of its findings {is_gone} gone: `autoawait check --update-baseline` removes {them}"
    return known + (gone if count.gone else "")


def _counted(number: int, what: str) -> str:
    return f"{number} {what}" if number else ""


def _files(number: int) -> str:
    return "1 file" if number == 1 else f"{number} files"
