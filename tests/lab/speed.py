"""Whole-process time and memory beside the type checkers on the same tree, and where our own time goes."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from tests.lab.environments import LabError, cache, interpreter, own_script
from tests.lab.mutate import mutate
from tests.lab.packages import Project
from tests.lab.process import Run, measured
from tests.lab.tables import Table, say
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice

OURS, BASELINE = "autoawait check", "ty check"
# What a note of ``--verbose`` calls a stage, and the word for it.
STAGES = {
    "reading": "parse",
    "surveying": "candidates, usage",
    "engine": "engine",
    "resolving": "plan",
    "proving": "verify",
}
_STAGE = re.compile(rf"({'|'.join(STAGES)}): (\d+\.\d+) s")
_QUESTIONS = re.compile(r"the engine was asked ([\d,]+) questions")


@dataclass(frozen=True, slots=True)
class Command:
    """A tool on a project: what a table calls it, its words, and the folder it runs in."""

    name: str
    words: tuple[str | Path, ...]
    folder: Path

    def __str__(self) -> str:
        return shlex.join(map(str, self.words))


# Runs a command; None if it took too long.
Measure = Callable[[Command], Run | None]


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of a command over ``runs`` on so many ``lines``.

    ``x_ty`` and ``memory_x_ty`` are medians of the ratios to ``ty check``, each to the run beside it; None without one.
    ``seconds`` is None where the command took longer than ``limit``. ``verbose`` is what ``--verbose`` said of one
    more run, which took ``verbose_seconds``.
    """

    subject: str
    lines: int
    command: str
    words: str
    runs: int
    seconds: float | None = None
    slowest: float | None = None
    megabytes: float | None = None
    x_ty: float | None = None
    memory_x_ty: float | None = None
    limit: float = 0.0
    verbose: str = ""
    verbose_seconds: float = 0.0
    stages: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Patience:
    """How many runs a command gets on a project, and after how many seconds it is given up."""

    runs: int | None = None
    timeout: float = 600.0

    def runs_of(self, lines: int) -> int:
        """As many as were asked for, else fewer the longer they take."""
        return self.runs or (7 if lines < 30_000 else 5 if lines < 150_000 else 3)


def speed(project: Project, patience: Patience, measure: Measure | None = None) -> list[Timing]:
    """``autoawait check`` of a project and the checkers that are there, in turn, so that a slow minute hits all."""
    measure = measure or (lambda command: _measured(command, patience.timeout))
    lines = project.lines()
    commands = commands_of(project)
    rounds = in_turn(commands, patience.runs_of(lines), measure)
    timings = [_timing(project.name, lines, command, rounds, patience.timeout) for command in commands]
    return [_told(timings[0], commands[0], measure), *timings[1:]]


def commands_of(project: Project) -> list[Command]:
    """Ours first, then ``ty check``, then the peers that are installed."""
    python = interpreter(project.python)
    ours = (sys.executable, "-m", "autoawait", "check", project.root, "--python", project.python)
    ty = (own_script("ty"), "check", project.root, "--python", project.python, "--output-format", "concise")
    peers = peer_commands(project, python)
    return [Command(OURS, ours, REPOSITORY), Command(BASELINE, ty, project.root), *peers.values()]


def peer_commands(project: Project, python: Path) -> dict[str, Command]:
    """The other checkers, cold, as far as they are installed in ``peers`` of the lab's cache."""
    scripts = cache() / "peers" / python.parent.name
    words: dict[str, tuple[str | Path, ...]] = {
        "mypy": ("--cache-dir", os.devnull, "--python-executable", python, "."),
        "pyrefly": ("check", "--python-interpreter-path", python, "--output-format", "min-text"),
        "basedpyright": ("--pythonpath", python, "."),
    }
    found = {name: shutil.which(name, path=str(scripts)) for name in words}
    return {name: Command(name, (Path(script), *words[name]), project.root) for name, script in found.items() if script}


def in_turn(commands: Sequence[Command], runs: int, measure: Measure) -> dict[str, list[Run | None]]:
    """A B C, A B C, …: the runs of each command by its name, None where it took too long; then it is not run again."""
    results: dict[str, list[Run | None]] = {command.name: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            if None not in results[command.name]:
                results[command.name].append(measure(command))
    return results


def ratio(ours: Iterable[Run | None], theirs: Iterable[Run | None], what: Callable[[Run], float]) -> float | None:
    """The median of the ratios of runs that stood beside each other; None where there is no such pair."""
    pairs = [what(one) / what(other) for one, other in zip(ours, theirs, strict=False) if one and other]
    return median(pairs) if pairs else None


def _timing(
    subject: str, lines: int, command: Command, rounds: Mapping[str, Sequence[Run | None]], limit: float
) -> Timing:
    runs = rounds[command.name]
    done = [run for run in runs if run]
    if len(done) < len(runs):
        return Timing(subject, lines, command.name, str(command), len(runs), limit=limit)
    baseline = rounds.get(BASELINE, ())
    return Timing(
        subject,
        lines,
        command.name,
        str(command),
        len(runs),
        seconds=median(run.seconds for run in done),
        slowest=max(run.seconds for run in done),
        megabytes=median(run.megabytes for run in done),
        x_ty=ratio(runs, baseline, lambda run: run.seconds),
        memory_x_ty=ratio(runs, baseline, lambda run: run.megabytes),
        limit=limit,
    )


def _told(timing: Timing, command: Command, measure: Measure) -> Timing:
    """The same with what ``--verbose`` says of one more run; not of a command that takes too long."""
    run = measure(replace(command, words=(*command.words, "--verbose"))) if timing.seconds is not None else None
    if run is None:
        return timing
    verbose = run.errors.decode(errors="replace")
    return replace(timing, verbose=verbose, verbose_seconds=run.seconds, stages=stages_in(verbose))


def stages_in(verbose: str) -> dict[str, float]:
    """The seconds of each stage, by the issue's word for it, from what ``--verbose`` said."""
    found = (_STAGE.fullmatch(line) for line in verbose.splitlines())
    return {STAGES[match[1]]: float(match[2]) for match in found if match}


def speed_of_file(project: Project, patience: Patience, wanted_lines: int = 3000) -> Timing:
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
        words = (sys.executable, "-m", "autoawait", "fix", "-", "--python", project.python, "--stdin-filename", target)
        command = Command("autoawait fix -", words, REPOSITORY)

        def measure(command: Command) -> Run | None:
            return _measured(command, patience.timeout, code)

        lines = code.count(b"\n")
        rounds = in_turn([command], patience.runs_of(project.lines()), measure)
        timing = _told(
            _timing(f"{project.name} {path.name}", lines, command, rounds, patience.timeout), command, measure
        )
    if any(run and run.output == code for run in rounds[command.name]):
        lacks = len(mutants[0].removals)
        raise LabError(f"nothing was fixed in {path.name}, which lacks {lacks} awaits\n{timing.verbose}")
    return timing


def module_of_length(project: Project, lines: int) -> Path:
    """The shortest module of at least so many lines; LabError if there is none."""
    long = [(count, path) for path in project.files() if (count := path.read_bytes().count(b"\n")) >= lines]
    if not long:
        raise LabError(f"{project.name} has no module of {lines} lines")
    return min(long)[1]


def _measured(command: Command, timeout: float, given: bytes = b"") -> Run | None:
    """One run; None if it took too long. Raises LabError where the tool says that it could not do its job."""
    try:
        result = measured(command.words, command.folder, given, timeout)
    except subprocess.TimeoutExpired:
        return None
    if result.code not in (0, 1):
        raise LabError(f"{command} failed ({result.code}): {result.errors.decode(errors='replace')}")
    return result


def tables(timings: Sequence[Timing]) -> list[Table]:
    """Each command beside the type checker on the same subject; then our stages, size by size."""
    columns = ("subject", "lines", "command", "runs", "seconds", "slowest", "x ty", "MB", "MB x ty")
    return [
        Table(f"Whole process, cold, medians; {os.cpu_count()} cores", columns, [_row(one) for one in timings]),
        Table(
            "Where our time goes, in seconds",
            ("subject", "lines", *STAGES.values(), "start and end", "all", "questions"),
            [_stage_row(one) for one in timings if one.stages],
        ),
        Table("Commands", ("subject", "command", "as run"), [(one.subject, one.command, one.words) for one in timings]),
    ]


def _row(timing: Timing) -> tuple[object, ...]:
    numbers = (timing.slowest, timing.x_ty, timing.megabytes, timing.memory_x_ty)
    seconds = f"> {timing.limit:g}" if timing.seconds is None else timing.seconds
    shown = ("-" if number is None else number for number in numbers)
    return (timing.subject, timing.lines, timing.command, timing.runs, seconds, *shown)


def _stage_row(timing: Timing) -> tuple[object, ...]:
    stages = [timing.stages.get(stage, 0.0) for stage in STAGES.values()]
    asked = _QUESTIONS.search(timing.verbose)
    rest = timing.verbose_seconds - sum(stages)
    return (timing.subject, timing.lines, *stages, rest, timing.verbose_seconds, asked[1] if asked else "-")


def list_stages(timings: Sequence[Timing]) -> None:
    """Print what ``--verbose`` said of each."""
    for timing in timings:
        if timing.verbose:
            say(f"{timing.command} {timing.subject} --verbose\n{timing.verbose}")
