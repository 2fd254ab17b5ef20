"""What became of the warnings in logs, one after the other.

run.log:1: `work` was never awaited: app/helper.py:3: AW101, safe fix
run.log:9: `Repo.get` was never awaited: no call site: it was collected when Python exited, not at a line
  = help: run it as `python -X dev -X tracemalloc=25 ...`, which logs where it was made
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from autoawait.cli.reports.text import Line, Style, line, shown
from autoawait.diagnostics.finding import Applicability, Finding, Link, LogAnswer, LogStanding, Outcome

_FIXES = {
    Applicability.SAFE: "safe fix",
    Applicability.UNSAFE: "fix waits for --unsafe-fixes",
    Applicability.NONE: "no fix",
}
_COUNTED = {
    LogStanding.CONFIRMED: "at known call sites",
    LogStanding.HANDED: "of functions passed to code that does not await them",
    LogStanding.OUTDATED: "of code that has changed",
    LogStanding.UNKNOWN: "without a call site",
}
NOTHING = (
    "The log has no warning that a coroutine was never awaited. Python writes these to standard error: "
    "`python -X dev -X tracemalloc=25 program.py 2> run.log`"
)


def log_summary(outcome: Outcome, base: Path, *, notes: bool, written: bool = True) -> Iterator[Line]:
    """A line for each warning, with ``notes`` also what to do, each advice once; and how many there are.

    Nothing where no log was given. Paths are relative to ``base``; ``written`` says that the changes are on disk.
    """
    if outcome.answers is None:
        return
    told: set[str] = set()
    for answer in outcome.answers:
        times = f" ({answer.times} times)" if answer.times > 1 else ""
        yield (
            (f"{answer.log}:{answer.line}: ", Style.PLACE),
            (f"`{answer.name}` was never awaited{times}: {_sentence(answer, outcome, base, written)}", Style.PLAIN),
        )
        if notes:
            yield from _notes(answer, base, told)
    yield line(_counted(outcome.answers))


def _notes(answer: LogAnswer, base: Path, told: set[str]) -> Iterator[Line]:
    if answer.standing is LogStanding.UNKNOWN and answer.places:
        yield _note(f"possibly {_places(answer.places, base, codes=True)}")
    if answer.advice and answer.advice not in told:
        told.add(answer.advice)
        yield _note(f"help: {answer.advice}")


def _sentence(answer: LogAnswer, outcome: Outcome, base: Path, written: bool) -> str:
    places = _places(answer.places, base)
    told = ", ".join(dict.fromkeys(f"{f.code}, {state_of(f, outcome, written)}" for f in answer.findings))
    match answer.standing:
        case LogStanding.UNKNOWN:
            return f"no call site: {answer.reason}"
        case LogStanding.OUTDATED:
            return f"{places}: {answer.reason}" if places else answer.reason
        case LogStanding.HANDED:
            given = f"an async function passed to code that does not await it, {places}"
            return f"{given}: {told}" if told else f"possibly {given}: {answer.reason}"
    return f"{places}: {told}" if told else f"{places}: no finding: {answer.reason}"


def state_of(finding: Finding, outcome: Outcome, written: bool = True) -> str:
    """What becomes of a finding: that it is fixed or known, or whether it can be fixed."""
    if finding in outcome.known and finding not in outcome.fixed:
        return "known to the baseline"
    if finding in outcome.fixed:
        return "fixed" if written else "would be fixed"
    return _FIXES[finding.applicability]


def _places(links: tuple[Link, ...], base: Path, *, codes: bool = False) -> str:
    texts = (f"{shown(n.path, base)}:{n.line}:{n.column}{f' ({n.text})' if codes else ''}" for n in links)
    return ", ".join(dict.fromkeys(texts))


def _counted(answers: Sequence[LogAnswer]) -> str:
    if not answers:
        return NOTHING
    numbers = Counter(answer.standing for answer in answers)
    parts = ", ".join(f"{numbers[standing]} {words}" for standing, words in _COUNTED.items() if numbers[standing])
    return f"{len(answers)} {'warning' if len(answers) == 1 else 'different warnings'} in the log: {parts}"


def _note(text: str) -> Line:
    return (("  = ", Style.FRAME), (text, Style.PLAIN))
