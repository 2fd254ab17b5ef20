"""What the tool says of packages that nobody has hurt: each finding is a bug in them, or in us."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from autoawait.diagnostics import Applicability, Finding, Outcome
from tests.lab.packages import Project
from tests.lab.tables import say, show
from tests.lab.tool import Fixer, relative


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
    started = time.perf_counter()
    outcome = fixer(project, True)
    seconds = time.perf_counter() - started
    remarks = tuple(_remark(finding, outcome, project) for finding in outcome.findings)
    return Cleanliness(project.name, project.version, project.lines(), len(outcome.changes), seconds, remarks)


def _remark(finding: Finding, outcome: Outcome, project: Project) -> Remark:
    source = outcome.sources.get(finding.path)
    line = source.spot(finding.span.start).line if source else 1
    return Remark(
        finding.code,
        finding.applicability.value,
        finding.evidence.value,
        relative(finding.path, project),
        line,
        source.line(line).strip() if source else "",
        finding.message,
        finding.reason,
    )


def print_cleanliness(results: Sequence[Cleanliness]) -> None:
    """How many of which kind, per package and per 100,000 lines, and then each."""
    kinds = [applicability.value for applicability in Applicability]
    columns = ("package", "lines", *kinds, "per 100k lines", "changed files", "seconds")
    show("Findings in unmodified packages, by applicability", columns, [_row(result, kinds) for result in results])
    counts = Counter((remark.code, remark.applicability) for result in results for remark in result.remarks)
    lines = sum(result.lines for result in results)
    rows = [(code, kind, count, 1e5 * count / lines) for (code, kind), count in sorted(counts.items())]
    show(f"By code, in {lines:,} lines", ("code", "applicability", "findings", "per 100k lines"), rows)
    for result in results:
        for remark in result.remarks:
            _print_remark(result.package, remark)


def _row(result: Cleanliness, kinds: Sequence[str]) -> tuple[object, ...]:
    counts = Counter(remark.applicability for remark in result.remarks)
    rate = 1e5 * len(result.remarks) / result.lines
    return result.package, result.lines, *(counts[kind] for kind in kinds), rate, result.changed, result.seconds


def _print_remark(package: str, remark: Remark) -> None:
    say(f"{package} {remark.path}:{remark.line}: {remark.code} ({remark.applicability}, {remark.evidence})")
    say(f"    {remark.text}")
    say(f"    {remark.message}{' | ' if remark.reason else ''}{remark.reason}")
