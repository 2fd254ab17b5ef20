"""Why an await did not come back, or something else came: what the tool said at the place."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autoawait.index import index_file
from autoawait.source import SourceFile, Span
from autoawait.usage import uses_of
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


def cases(verdict: Verdict[Removal], answer: Answer, mutants: Mapping[Path, SourceFile]) -> list[Case]:
    """Every miss and extra of a verdict, with what the tool said about its line; ``mutants`` by their path."""
    told = _Told(answer)
    missed = (_miss(removal, told, mutants[removal.path]) for removal in verdict.missed)
    return [*missed, *(_extra(extra, told) for extra in verdict.extra)]


class _Told:
    """The findings and notes of a run, by place."""

    def __init__(self, answer: Answer) -> None:
        self._findings: dict[tuple[Path, int], list[Said]] = {}
        for said in answer.findings:
            for place in said.lines | {(said.path, said.line)}:
                self._findings.setdefault(place, []).append(said)
        self._notes: dict[tuple[str, int], list[str]] = {}
        for note in answer.notes:
            if parts := _NOTE.match(note):
                self._notes.setdefault((parts[1], int(parts[2])), []).append(parts[3])

    def at(self, path: Path, line: int) -> list[Said]:
        return self._findings.get((path, line), [])

    def notes_at(self, path: Path, line: int, callee: str) -> list[str]:
        """What was noted of a callee on a line."""
        return [note for note in self._notes.get((str(path), line), ()) if note.startswith(f"`{callee}`")]


def _miss(removal: Removal, told: _Told, mutant: SourceFile) -> Case:
    findings = told.at(removal.path, removal.line)
    notes = told.notes_at(removal.path, removal.line, removal.callee)
    if findings:
        cause = " + ".join(sorted({_standing(said) for said in findings}))
    elif notes:
        cause = _without_names(notes[0]).removeprefix("… ")
    else:
        cause = f"not asked about: {_unasked(mutant, removal)}"
    what = f"{removal.callee} ({removal.context})"
    return Case("missed", removal.path, removal.line, removal.text, what, cause, _sayings(findings, notes))


def _unasked(source: SourceFile, removal: Removal) -> str:
    """Why the tool did not even ask what an expression gives: by how it is used, if not because it is never run."""
    inside = [f for f in index_file(source).functions if _holds(source.span(f.node), removal.span)]
    unit = inside[-1].unit if inside else None
    nodes = [n for n in unit.nodes if isinstance(n, ast.expr) and source.span(n) == removal.span] if unit else []
    if unit is None or not nodes:
        return "it stands in no function that we see"
    if inside[-1].is_dead or any(around in unit.dead for around in unit.ancestors(nodes[0])):
        return "it is never run"
    return (
        ", ".join(dict.fromkeys(use.how or use.kind.value for use in uses_of(unit, nodes[0]).uses)) or "it has no use"
    )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


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
