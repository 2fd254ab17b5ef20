"""Whole-process time and memory, beside the type checker on the same tree."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.lab.environments import LabError, own_script
from tests.lab.mutate import Choice, mutate
from tests.lab.packages import Project
from tests.lab.process import Run, measured
from tests.lab.tables import Table, say
from tests.lab.tool import REPOSITORY

Command = list[str | Path]


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of a command over ``runs`` on so many ``lines``, and what ``--verbose`` said of one more run."""

    subject: str
    lines: int
    command: str
    runs: int
    seconds: float
    slowest: float
    megabytes: float
    verbose: str = ""


def speed(project: Project, runs: int) -> list[Timing]:
    """``autoawait check`` and ``ty check`` of a project, in turn, so that a slow minute hits both."""
    autoawait: Command = [sys.executable, "-m", "autoawait", "check", project.root, "--python", project.python]
    ty: Command = [own_script("ty"), "check", project.root, "--python", project.python, "--output-format", "concise"]
    pairs = [(_passed(autoawait, REPOSITORY), _passed(ty, project.root)) for _ in range(runs)]
    told = _passed([*autoawait, "--verbose"], REPOSITORY).errors.decode(errors="replace")
    ours, theirs = [list(column) for column in zip(*pairs, strict=True)]
    lines = project.lines()
    return [
        _timing(project.name, lines, "autoawait check", ours, told),
        _timing(project.name, lines, "ty check", theirs, ""),
    ]


def speed_of_file(project: Project, runs: int, wanted_lines: int = 3000) -> Timing:
    """``autoawait fix -`` on the project's module nearest above ``wanted_lines``, robbed of every tenth await.

    The module is also robbed on disk, in a copy of the project, so that the editor's case is the same.
    """
    path = module_of_length(project, wanted_lines)
    with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
        copy = Path(folder).resolve() / project.root.name
        shutil.copytree(project.root, copy)
        target = copy / path.relative_to(project.root)
        mutants = mutate([target], Choice())
        if not mutants:
            raise LabError(f"{path} has no await to lose")
        code = mutants[0].source.data
        target.write_bytes(code)
        tool: Command = [sys.executable, "-m", "autoawait", "fix", "-", "--python", project.python]
        command = [*tool, "--stdin-filename", target]
        results = [_passed(command, REPOSITORY, code) for _ in range(runs)]
        told = _passed([*command, "--verbose"], REPOSITORY, code).errors.decode(errors="replace")
    if any(result.output == code for result in results):
        raise LabError(f"nothing was fixed in {path.name}, which lacks {len(mutants[0].removals)} awaits\n{told}")
    subject = f"{project.name} {path.name}"
    return _timing(subject, code.count(b"\n"), "autoawait fix -", results, told)


def module_of_length(project: Project, lines: int) -> Path:
    """The shortest module of at least so many lines; LabError if there is none."""
    long = [(count, path) for path in project.files() if (count := path.read_bytes().count(b"\n")) >= lines]
    if not long:
        raise LabError(f"{project.name} has no module of {lines} lines")
    return min(long)[1]


def _passed(command: Sequence[str | Path], folder: Path, given: bytes = b"") -> Run:
    result = measured(command, folder, given)
    if result.code not in (0, 1):
        raise LabError(
            f"{' '.join(map(str, command))} failed ({result.code}): {result.errors.decode(errors='replace')}"
        )
    return result


def _timing(subject: str, lines: int, command: str, results: Sequence[Run], verbose: str) -> Timing:
    seconds = [result.seconds for result in results]
    memory = median(result.megabytes for result in results)
    return Timing(subject, lines, command, len(results), median(seconds), max(seconds), memory, verbose)


def tables(timings: Sequence[Timing]) -> list[Table]:
    """Each command beside the type checker on the same subject."""
    columns = ("subject", "lines", "command", "runs", "seconds", "slowest", "x ty", "MB", "MB x ty")
    baseline = {timing.subject: timing for timing in timings if timing.command == "ty check"}
    rows = [_row(one, baseline) for one in timings]
    return [Table(f"Whole process, medians; {os.cpu_count()} cores", columns, rows)]


def list_stages(timings: Sequence[Timing]) -> None:
    """Print what ``--verbose`` said of each."""
    for timing in timings:
        if timing.verbose:
            say(f"{timing.command} {timing.subject} --verbose\n{timing.verbose}")


def _row(timing: Timing, baseline: dict[str, Timing]) -> tuple[object, ...]:
    ty = baseline.get(timing.subject)
    ratios = (f"{timing.seconds / ty.seconds:.2f}", f"{timing.megabytes / ty.megabytes:.2f}") if ty else ("-", "-")
    start = (timing.subject, timing.lines, timing.command, timing.runs, timing.seconds, timing.slowest)
    return *start, ratios[0], timing.megabytes, ratios[1]
