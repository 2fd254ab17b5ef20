"""Why an await did not come back, or something else came: what the tool said at the place."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics import Applicability, Finding, Outcome
from tests.lab.compare import Extra, Verdict
from tests.lab.mutate import Removal

_QUOTED = re.compile(r"``[^`]*``|`[^`]*`|'[^']*'|\"[^\"]*\"")
_PLACE = re.compile(r"\S+\.pyi?:\d+(:\d+)?")


@dataclass(frozen=True, slots=True)
class Case:
    """A miss or an extra to look at. ``line`` is 1-based in the mutant; ``cause`` has no names in it, to be counted."""

    kind: str
    path: Path
    line: int
    text: str
    what: str
    cause: str
    said: tuple[str, ...]


def cases(verdict: Verdict, outcome: Outcome) -> list[Case]:
    """Every miss and extra of a verdict, with what the outcome says about its line."""
    said = _Said(outcome)
    return [*(_miss(removal, said) for removal in verdict.missed), *(_extra(extra, said) for extra in verdict.extra)]


class _Said:
    """The findings and notes of a run, by place."""

    def __init__(self, outcome: Outcome) -> None:
        self.fixed = outcome.fixed
        self.notes = outcome.notes
        self.findings: dict[tuple[Path, int], list[Finding]] = {}
        for finding in outcome.findings:
            for place in dict.fromkeys(_places(finding, outcome)):
                self.findings.setdefault(place, []).append(finding)

    def at(self, path: Path, line: int) -> list[Finding]:
        return self.findings.get((path, line), [])

    def notes_at(self, path: Path, line: int) -> list[str]:
        place = re.compile(rf"{re.escape(path.name)}:{line}\b")
        return [note for note in self.notes if place.search(note)]


def _places(finding: Finding, outcome: Outcome) -> Iterator[tuple[Path, int]]:
    """The lines on which a finding, its edits and its chain start."""
    source = outcome.sources.get(finding.path)
    yield finding.path, source.spot(finding.span.start).line if source else 1
    for edit in finding.fix.edits if finding.fix else ():
        yield edit.path, outcome.sources[edit.path].spot(edit.span.start).line
    for link in finding.chain:
        yield link.path, link.line


def _miss(removal: Removal, said: _Said) -> Case:
    findings = said.at(removal.path, removal.line)
    notes = said.notes_at(removal.path, removal.line)
    cause = " + ".join(sorted({_standing(finding, said) for finding in findings}))
    if not findings:
        cause = "no finding" if not notes else f"no finding: {_without_names(notes[0])}"
    what = f"{removal.callee} ({removal.context})"
    return Case("missed", removal.path, removal.line, removal.text, what, cause, _sayings(findings, notes))


def _extra(extra: Extra, said: _Said) -> Case:
    findings = [finding for finding in said.at(extra.path, extra.line) if finding in said.fixed]
    cause = " + ".join(sorted({_standing(finding, said) for finding in findings})) or "no finding"
    return Case("extra", extra.path, extra.line, extra.text, extra.what, cause, _sayings(findings, []))


def _standing(finding: Finding, said: _Said) -> str:
    if finding.applicability is Applicability.NONE:
        standing = "no fix"
    elif finding in said.fixed:
        standing = f"fixed ({finding.applicability.value})"
    else:
        standing = f"{finding.applicability.value}, not applied"
    return f"{finding.code} {standing}: {_without_names(finding.reason or finding.message)}"


def _without_names(text: str) -> str:
    return _QUOTED.sub("…", _PLACE.sub("…", text))


def _sayings(findings: Iterable[Finding], notes: Iterable[str]) -> tuple[str, ...]:
    return (
        *(
            f"{finding.code} {finding.applicability.value} {finding.evidence.value}: "
            f"{finding.message}{' | ' if finding.reason else ''}{finding.reason}"
            for finding in findings
        ),
        *notes,
    )
