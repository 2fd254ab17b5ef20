"""Why an await did not come back, or something else came: what the tool said at the place."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tests.lab.judge import Extra, Verdict
from tests.lab.mutate import Removal
from tests.lab.tool import Answer, Said

_QUOTED = re.compile(r"``[^`]*``|`[^`]*`|'[^']*'|\"[^\"]*\"")
# A line of ``--verbose`` about a call: its place, then what is said of it.
_NOTE = re.compile(r"(.+\.pyi?):(\d+)(?::\d+)?: (.*)")
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


def cases(verdict: Verdict, answer: Answer) -> list[Case]:
    """Every miss and extra of a verdict, with what the tool said about its line."""
    told = _Told(answer)
    return [*(_miss(removal, told) for removal in verdict.missed), *(_extra(extra, told) for extra in verdict.extra)]


class _Told:
    """The findings and notes of a run, by place."""

    def __init__(self, answer: Answer) -> None:
        self._findings: dict[tuple[Path, int], list[Said]] = {}
        for said in answer.findings:
            for place in said.lines | {(said.path, said.line)}:
                self._findings.setdefault(place, []).append(said)
        self._notes: dict[tuple[str, int], list[str]] = {}
        for note in answer.notes:
            if place := _NOTE.match(note):
                self._notes.setdefault((place[1], int(place[2])), []).append(place[3])

    def at(self, path: Path, line: int) -> list[Said]:
        return self._findings.get((path, line), [])

    def notes_at(self, path: Path, line: int, callee: str) -> list[str]:
        """What was noted of a callee on a line."""
        return [note for note in self._notes.get((str(path), line), ()) if note.startswith(f"`{callee}`")]


def _miss(removal: Removal, told: _Told) -> Case:
    findings = told.at(removal.path, removal.line)
    notes = told.notes_at(removal.path, removal.line, removal.callee)
    cause = " + ".join(sorted({_standing(said) for said in findings}))
    if not findings:
        cause = _without_names(notes[0]) if notes else "nothing was said"
    what = f"{removal.callee} ({removal.context})"
    return Case("missed", removal.path, removal.line, removal.text, what, cause, _sayings(findings, notes))


def _extra(extra: Extra, told: _Told) -> Case:
    findings = [said for said in told.at(extra.path, extra.line) if said.is_fixed]
    cause = " + ".join(sorted({_standing(said) for said in findings})) or "nothing was said"
    return Case("extra", extra.path, extra.line, extra.text, extra.what, cause, _sayings(findings, []))


def _standing(said: Said) -> str:
    if said.is_fixed:
        standing = f"fixed ({said.applicability})"
    else:
        standing = "no fix" if said.applicability == "none" else f"{said.applicability}, not applied"
    return f"{said.code} {standing}: {_without_names(said.reason or said.message)}"


def _without_names(text: str) -> str:
    return _QUOTED.sub("…", _PLACE.sub("…", text))


def _sayings(findings: Iterable[Said], notes: Iterable[str]) -> tuple[str, ...]:
    return (*(f"{said.code} {said.applicability} {said.evidence}: {_whole(said)}" for said in findings), *notes)


def _whole(said: Said) -> str:
    return f"{said.message} | {said.reason}" if said.reason and said.reason not in said.message else said.message
