"""The tool as its users run it: a process of its own, on a copy that it may write to, of this or another revision."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.lab.packages import Project
from tests.lab.process import completed

# ``python -m`` puts its folder first on the import path: never one that holds a measured package.
REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Said:
    """A finding as the tool printed it. ``line`` (1-based) is where it stands after the run, ``lines`` those of the
    chain and the edits as well; ``is_fixed`` that its fix was written."""

    code: str
    message: str
    reason: str
    path: Path
    line: int
    callee: str
    applicability: str
    evidence: str
    is_fixed: bool
    lines: frozenset[tuple[Path, int]] = frozenset()


@dataclass(frozen=True, slots=True)
class Answer:
    """What one run said and did: all findings, the files it changed with their new bytes, what ``--verbose`` told."""

    findings: tuple[Said, ...]
    results: Mapping[Path, bytes]
    notes: tuple[str, ...] = ()
    seconds: float = 0.0
    megabytes: float = 0.0

    def at(self, root: Path, copy: Path) -> Answer:
        """The same in places of the project that was copied, not of the copy."""

        def moved(path: Path) -> Path:
            return root / path.relative_to(copy) if path.is_relative_to(copy) else path

        findings = (
            replace(said, path=moved(said.path), lines=frozenset((moved(path), line) for path, line in said.lines))
            for said in self.findings
        )
        results = {moved(path): data for path, data in self.results.items()}
        notes = (note.replace(str(copy), str(root)) for note in self.notes)
        return replace(self, findings=tuple(findings), results=results, notes=tuple(notes))


# Takes a copy of a project that may be written to, and whether unsafe fixes are wanted.
Fixer = Callable[[Project, bool], Answer]


@dataclass(frozen=True, slots=True)
class Tool:
    """``autoawait`` of the checkout ``home``; called, it is a Fixer."""

    home: Path = REPOSITORY
    options: tuple[str, ...] = ()

    def __call__(self, project: Project, unsafe: bool) -> Answer:
        """Fix all of a project in place. Raises LabError if the tool did not do its job."""
        before = {path: path.read_bytes() for path in project.files()}
        wish = ["--unsafe-fixes"] if unsafe else []
        words: list[str | Path] = ["--output-format", "json", "-vv", "--python", project.python, *wish, *self.options]
        command = [sys.executable, "-m", "autoawait", "fix", project.root, *words]
        run = completed(f"autoawait on {project.name}", command, self.home)
        after = {path: path.read_bytes() for path in project.files()}
        document = json.loads(run.output)
        findings = [
            *(_said(finding, self.home, after, is_fixed=False) for finding in document["findings"]),
            *(_said(finding, self.home, before, is_fixed=True) for finding in document.get("fixed", ())),
        ]
        results = {path: data for path, data in after.items() if data != before.get(path)}
        notes = run.errors.decode(errors="replace").splitlines()
        return Answer(tuple(findings), results, tuple(notes), run.seconds, run.megabytes)


def _said(finding: Mapping[str, Any], base: Path, files: Mapping[Path, bytes], *, is_fixed: bool) -> Said:
    path = _path(finding, base)
    return Said(
        finding["code"],
        finding["message"],
        finding.get("reason", ""),
        path,
        finding["line"],
        finding["callee"],
        finding["applicability"],
        finding["evidence"],
        is_fixed,
        frozenset(_lines(finding, base, files)),
    )


def _lines(finding: Mapping[str, Any], base: Path, files: Mapping[Path, bytes]) -> Iterator[tuple[Path, int]]:
    yield _path(finding, base), finding["line"]
    for link in finding["chain"]:
        yield _path(link, base), link["line"]
    for edit in finding["edits"]:
        path = _path(edit, base)
        yield path, files.get(path, b"")[: edit["start"]].count(b"\n") + 1


def _path(told: Mapping[str, Any], base: Path) -> Path:
    return (base / str(told["path"])).resolve()


def relative(path: Path, project: Project) -> str:
    """How a table names a file of a project."""
    return path.resolve().relative_to(project.root).as_posix()
