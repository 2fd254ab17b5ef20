"""What the tool says of packages that nobody has hurt: each finding is a bug in them, or in us."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from tests.lab.copies import copied
from tests.lab.packages import Project
from tests.lab.tables import Table, say
from tests.lab.tool import Fixer, Said, relative

_APPLICABILITIES = ("safe", "unsafe", "none")


@dataclass(frozen=True, slots=True)
class Remark:
    """A finding, in words. ``line`` is 1-based."""

    code: str
    applicability: str
    evidence: str
    path: str
    line: int
    text: str
    message: str
    reason: str


@dataclass(frozen=True, slots=True)
class Cleanliness:
    """All remarks on one package as published; ``changed`` files would be edited, unsafe fixes included."""

    package: str
    version: str
    lines: int
    changed: int
    seconds: float
    remarks: tuple[Remark, ...]


def clean(project: Project, fixer: Fixer) -> Cleanliness:
    """Run the tool on a package as it is, with unsafe fixes, so that the proof has its say about each of them."""
    with copied(project) as copy:
        texts = {path: path.read_bytes().splitlines() for path in copy.files()}
        answer = fixer(copy, True)
        remarks = tuple(
            _remark(said, texts.get(said.path, []), copy)
            for said in sorted(answer.findings, key=lambda said: (said.path, said.line))
        )
    return Cleanliness(project.name, project.version, project.lines(), len(answer.results), answer.seconds, remarks)


def _remark(said: Said, lines: Sequence[bytes], project: Project) -> Remark:
    text = lines[said.line - 1].decode(errors="replace").strip() if said.line <= len(lines) else ""
    path = relative(said.path, project)
    return Remark(said.code, said.applicability, said.evidence, path, said.line, text, said.message, said.reason)


def tables(results: Sequence[Cleanliness]) -> list[Table]:
    """How many findings of which kind, per package and per 100,000 lines, and by code."""
    columns = ("package", "lines", *_APPLICABILITIES, "per 100k lines", "changed files", "seconds")
    counts = Counter((remark.code, remark.applicability) for result in results for remark in result.remarks)
    lines = sum(result.lines for result in results)
    rows = [(code, kind, count, 1e5 * count / lines) for (code, kind), count in sorted(counts.items())]
    return [
        Table("Findings in unmodified packages, by applicability", columns, [_row(result) for result in results]),
        Table(f"By code, in {lines:,} lines", ("code", "applicability", "findings", "per 100k lines"), rows),
    ]


def _row(result: Cleanliness) -> tuple[object, ...]:
    counts = Counter(remark.applicability for remark in result.remarks)
    rate = 1e5 * len(result.remarks) / result.lines
    return (
        result.package,
        result.lines,
        *(counts[kind] for kind in _APPLICABILITIES),
        rate,
        result.changed,
        result.seconds,
    )


def list_remarks(results: Sequence[Cleanliness]) -> None:
    """Print each finding with its line."""
    for result in results:
        for remark in result.remarks:
            place = f"{result.package} {remark.path}:{remark.line}"
            say(f"{place}: {remark.code} ({remark.applicability}, {remark.evidence})")
            say(f"    {remark.text}")
            say(f"    {remark.message}{' | ' if remark.reason else ''}{remark.reason}")
