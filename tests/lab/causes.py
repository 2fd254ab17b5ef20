"""Why something did not come back, or something else came: what the tool said at the place."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.dataflow.value_uses import uses_of
from autoawait.diagnostics.rules import RULES
from autoawait.project.index import index_file
from autoawait.project.source import SourceFile, Span
from tests.lab.judge import Extra, Verdict
from tests.lab.mutate import Removal
from tests.lab.tables import Table, say
from tests.lab.tool import Answer, Said

_QUOTED = re.compile(r"``[^`]*``|`[^`]*`|'[^']*'|\"[^\"]*\"")
_NUMBER = re.compile(r"(?<![\w.])\d+(?![\w.])")
NOTHING_SAID = "nothing was said"
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
    told = Told(answer)
    missed = (miss(removal, told, mutants[removal.path]) for removal in verdict.missed)
    return [*missed, *(extra_case(extra, told) for extra in verdict.extra)]


class Told:
    """The findings and notes of a run, by place and by file."""

    def __init__(self, answer: Answer) -> None:
        self._findings: dict[tuple[Path, int], list[Said]] = {}
        self._in_file: dict[Path, dict[Said, None]] = {}
        for said in answer.findings:
            for place in sorted(said.lines | {(said.path, said.line)}):
                self._findings.setdefault(place, []).append(said)
                self._in_file.setdefault(place[0], {})[said] = None
        self._notes: dict[tuple[str, int], list[str]] = {}
        for note in answer.notes:
            if parts := _NOTE.match(note):
                self._notes.setdefault((parts[1], int(parts[2])), []).append(parts[3])

    def at(self, path: Path, line: int) -> list[Said]:
        return self._findings.get((path, line), [])

    def of(self, path: Path, lines: Collection[int], name: str) -> list[Said]:
        """What has a place on one of these lines of a file, or has one in the file and names this (dotted) name."""
        named = re.compile(rf"(?<![\w.]){re.escape(name)}(?!\w|\.\w)")
        on_lines = (said for line in sorted(lines) for said in self.at(path, line))
        naming = (said for said in self._in_file.get(path, ()) if named.search(f"{said.message}\n{said.reason}"))
        return list(dict.fromkeys([*on_lines, *naming]))

    def notes_at(self, path: Path, line: int, callee: str) -> list[str]:
        """What was noted of a callee on a line."""
        return [note for note in self._notes.get((str(path), line), ()) if note.startswith(f"`{callee}`")]


def miss(removal: Removal, told: Told, mutant: SourceFile) -> Case:
    """An await that did not come back, and what was said about it; of what was not said anything about, why not."""
    findings = told.at(removal.path, removal.line)
    notes = told.notes_at(removal.path, removal.line, removal.callee)
    if findings:
        cause = " + ".join(sorted({standing(said) for said in findings}))
    elif notes:
        cause = _without_names(notes[0]).removeprefix("… ")
    else:
        cause = f"not asked about: {_unasked(mutant, removal)}"
    what = f"{removal.callee} ({removal.context})"
    return Case("missed", removal.path, removal.line, removal.text, what, cause, sayings(findings, notes))


def _unasked(source: SourceFile, removal: Removal) -> str:
    """Why the tool did not even ask what an expression gives: by how it is used, if not because it is never run."""
    inside = [f for f in index_file(source).functions if _holds(source.span(f.node), removal.span)]
    unit = inside[-1].unit if inside else None
    nodes = [n for n in unit.nodes if isinstance(n, ast.expr) and source.span(n) == removal.span] if unit else []
    if unit is None or not nodes:
        return "it stands in no function that we see"
    if inside[-1].is_dead or any(around in unit.dead for around in unit.ancestors(nodes[0])):
        return "it is never run"
    uses = uses_of(unit, nodes[0]).uses
    return ", ".join(dict.fromkeys(use.how or use.kind.value for use in uses)) or "it has no use"


def _holds(outer: Span, inner: Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def extra_case(extra: Extra, told: Told) -> Case:
    """What was fixed on the line of an extra."""
    findings = [said for said in told.at(extra.path, extra.line) if said.is_fixed]
    cause = " + ".join(sorted({standing(said) for said in findings})) or NOTHING_SAID
    return Case("extra", extra.path, extra.line, extra.text, extra.what, cause, sayings(findings))


def standing(said: Said) -> str:
    """A finding's code, what became of its fix, and why, without the names of the place."""
    if said.is_fixed:
        became = f"fixed ({said.applicability})"
    else:
        became = "no fix" if said.applicability == "none" else f"{said.applicability}, not applied"
    rule = RULES[said.code].name if said.code in RULES else ""  # another revision may have others
    return f"{said.code} {rule}, {became}: {_without_names(said.reason or said.message)}"


def _without_names(text: str) -> str:
    """A sentence without what differs from place to place: names, places, numbers."""
    return _NUMBER.sub("…", _QUOTED.sub("…", _PLACE.sub("…", text)))


def sayings(findings: Iterable[Said], notes: Iterable[str] = ()) -> tuple[str, ...]:
    """Findings in full, then notes."""
    return (*(f"{said.code} {said.applicability} {said.evidence}: {_whole(said)}" for said in findings), *notes)


def _whole(said: Said) -> str:
    return f"{said.message} | {said.reason}" if said.reason and said.reason not in said.message else said.message


def cause_table(cases: Sequence[tuple[str, Case]], most: int = 20) -> Table:
    """The most frequent causes of misses and extras, and how often each is one in each mode."""
    modes = ("safe", "unsafe")
    counts = Counter((mode, case.kind, case.cause) for mode, case in cases)
    causes = Counter((case.kind, case.cause) for _, case in cases)
    rows = [
        (kind, *(counts[mode, kind, cause] for mode in modes), cause) for (kind, cause), _ in causes.most_common(most)
    ]
    return Table("The most frequent causes of misses and extras", ("kind", *modes, "cause"), rows)


def say_case(case: Case, mode: str, package: str) -> None:
    """Print a miss or an extra, and what was said there."""
    say(f"{case.kind} ({mode}, {package}) {case.path}:{case.line}: {case.text}")
    say(f"    {case.what}")
    for saying in case.said or (NOTHING_SAID,):
        say(f"    {saying}")
