"""What the tool says of packages that nobody has hurt: each finding is a bug in them, or in us."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Container, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.copies import answer_on
from tests.lab.packages import Project
from tests.lab.tables import Table, say
from tests.lab.tool import Fixer, Said, relative

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REVIEWED = Path(__file__).with_name("reviewed.toml")
_APPLICABILITIES = ("safe", "unsafe", "none")


@dataclass(frozen=True, slots=True)
class Review:
    """A finding in a package that a reader agrees with, and why. ``text`` is the line, which may move."""

    package: str
    path: str
    text: str
    code: str
    reason: str


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
    is_genuine: bool


@dataclass(frozen=True, slots=True)
class Cleanliness:
    """All remarks on one package as published; ``changed`` files would be edited, unsafe fixes included; ``stale``
    reviews are of findings that are no longer made."""

    package: str
    version: str
    lines: int
    changed: int
    seconds: float
    remarks: tuple[Remark, ...]
    stale: tuple[Review, ...] = ()

    @property
    def defects(self) -> int:
        """The remarks that nobody agreed with, and the reviews of remarks that are no more."""
        return sum(not remark.is_genuine for remark in self.remarks) + len(self.stale)


def reviews(file: Path = REVIEWED) -> tuple[Review, ...]:
    """The genuine bugs that were found so far."""
    return tuple(Review(**bug) for bug in tomllib.loads(file.read_text(encoding="utf-8"))["bug"])


def clean(project: Project, fixer: Fixer, reviewed: Sequence[Review] = ()) -> Cleanliness:
    """Run the tool on a package as it is, with unsafe fixes, so that the proof has its say about each of them."""
    known = {(r.path, r.text, r.code): r for r in reviewed if r.package == project.name}
    answer = answer_on(project, {}, fixer, "unsafe")
    remarks = remarks_of(answer.findings, project, known)
    met = {_key(remark) for remark in remarks}
    stale = tuple(review for key, review in known.items() if key not in met)
    changed = len(answer.results)
    return Cleanliness(project.name, project.version, project.lines(), changed, answer.seconds, remarks, stale)


def remarks_of(
    findings: Sequence[Said], project: Project, known: Container[tuple[str, str, str]]
) -> tuple[Remark, ...]:
    """Findings on a project in words, with the lines as they were published, in order of the files; ``known`` are
    those that a reader agrees with, by path, line and code."""
    texts = {path: path.read_bytes().splitlines() for path in {said.path for said in findings}}
    ordered = sorted(findings, key=lambda said: (said.path, said.line))
    return tuple(_remark(said, texts[said.path], project, known) for said in ordered)


def _key(remark: Remark) -> tuple[str, str, str]:
    return remark.path, remark.text, remark.code


def _remark(said: Said, lines: Sequence[bytes], project: Project, known: Container[tuple[str, str, str]]) -> Remark:
    text = lines[said.line - 1].decode(errors="replace").strip() if said.line <= len(lines) else ""
    path = relative(said.path, project)
    words = said.code, said.applicability, said.evidence, path, said.line, text, said.message, said.reason
    return Remark(*words, is_genuine=(path, text, said.code) in known)


def tables(results: Sequence[Cleanliness]) -> list[Table]:
    """How many findings of which kind, per package and per 100,000 lines, and by code."""
    columns = (
        "package",
        "lines",
        *_APPLICABILITIES,
        "per 100k lines",
        "genuine",
        "defects",
        "changed files",
        "seconds",
    )
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
    kinds = (counts[kind] for kind in _APPLICABILITIES)
    genuine = sum(remark.is_genuine for remark in result.remarks)
    return result.package, result.lines, *kinds, rate, genuine, result.defects, result.changed, result.seconds


def list_remarks(results: Sequence[Cleanliness]) -> None:
    """Print each finding with its line."""
    for result in results:
        for remark in result.remarks:
            place = f"{result.package} {remark.path}:{remark.line}"
            judgement = "a genuine bug" if remark.is_genuine else "not reviewed"
            say(f"{place}: {remark.code} ({remark.applicability}, {remark.evidence}; {judgement})")
            say(f"    {remark.text}")
            say(f"    {remark.message}{' | ' if remark.reason else ''}{remark.reason}")
        for review in result.stale:
            say(f"{review.package} {review.path}: {review.code} was reviewed and is no longer found: {review.text}")
