"""Whole-process time and memory beside the type checkers on the same tree, and where our own time goes."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from tests.lab.checkers import Checker
from tests.lab.copies import copied
from tests.lab.environments import LabError
from tests.lab.mutate import mutate
from tests.lab.packages import Project
from tests.lab.process import Run, TooSlowError, completed
from tests.lab.tables import Table, say
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice

OURS, BASELINE = "autoawait check", "ty"
OF_FILE = "autoawait fix -"
# One file is timed as an editor would give it to us: a module of about this length of this package.
FILE_OF, FILE_LINES = "discord.py", 3000
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

    def shown(self, project: Project) -> str:
        """As a reader may run it elsewhere, with names for this machine's folders."""
        program, *words = map(str, self.words)
        text = shlex.join([Path(program).name, *words])
        return text.replace(str(project.root), "PROJECT").replace(str(project.python), "ENV")


# Runs a command. Raises LabError if it did not do its job, TooSlowError if it took too long.
Measure = Callable[[Command], Run]
Outcome = Run | LabError


@dataclass(frozen=True, slots=True)
class Timing:
    """Medians of a command (its words as ``Command.shown``) over ``runs`` on so many ``lines``.

    ``x_ty`` and ``memory_x_ty`` are medians of the ratios to ``ty check``, each to the run beside it; None without one.
    ``seconds`` is None where the command took longer than ``limit`` or did not do its job (``failure`` says why).
    ``verbose`` is what ``--verbose`` said of one more run, which took ``verbose_seconds``.
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
    failure: str = ""
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


def all_timings(project: Project, patience: Patience, checkers: Sequence[Checker]) -> list[Timing]:
    """Of a project as a whole and, if it is the one, of its module."""
    of_file = [speed_of_file(project, patience)] if project.name == FILE_OF else []
    return [*speed(project, patience, checkers), *of_file]


def speed(
    project: Project, patience: Patience, checkers: Sequence[Checker], measure: Measure | None = None
) -> list[Timing]:
    """``autoawait check`` of a copy of a project and the checkers, in turn, so that a slow minute hits all."""
    measure = measure or within(patience.timeout)
    lines = project.lines()
    with copied(project) as copy:
        for checker in checkers:
            checker.settle(copy)
        commands = commands_of(copy, checkers)
        rounds = in_turn(commands, patience.runs_of(lines), measure)
        timings = [_timing(copy, copy.name, lines, command, rounds, patience.timeout) for command in commands]
        return [_told(timings[0], commands[0], measure), *timings[1:]]


def commands_of(project: Project, checkers: Sequence[Checker]) -> list[Command]:
    """Ours first, then the checkers with the words that they have in the whole lab."""
    ours = (sys.executable, "-m", "autoawait", "check", project.root, "--python", project.python)
    others = (Command(checker.name, checker.command(project), project.root) for checker in checkers)
    return [Command(OURS, ours, REPOSITORY), *others]


def in_turn(commands: Sequence[Command], runs: int, measure: Measure) -> dict[str, list[Outcome]]:
    """A B C, A B C, …: the runs of each command by its name; one that failed or took too long is not run again."""
    results: dict[str, list[Outcome]] = {command.name: [] for command in commands}
    for _ in range(runs):
        for command in commands:
            if all(isinstance(one, Run) for one in results[command.name]):
                results[command.name].append(_outcome(command, measure))
    return results


def _outcome(command: Command, measure: Measure) -> Outcome:
    try:
        return measure(command)
    except LabError as error:
        return error


def ratio(ours: Iterable[Outcome], theirs: Iterable[Outcome], what: Callable[[Run], float]) -> float | None:
    """The median of the ratios of runs that stood beside each other; None where there is no such pair."""
    beside = zip(ours, theirs, strict=False)
    pairs = [what(one) / what(other) for one, other in beside if isinstance(one, Run) and isinstance(other, Run)]
    return median(pairs) if pairs else None


def _timing(
    project: Project,
    subject: str,
    lines: int,
    command: Command,
    rounds: Mapping[str, Sequence[Outcome]],
    limit: float,
) -> Timing:
    runs = rounds[command.name]
    done = [run for run in runs if isinstance(run, Run)]
    timing = Timing(subject, lines, command.name, command.shown(project), len(runs), limit=limit)
    for error in runs:
        if isinstance(error, LabError):
            return timing if isinstance(error, TooSlowError) else replace(timing, failure=str(error))
    baseline = rounds.get(BASELINE, ())
    return replace(
        timing,
        seconds=median(run.seconds for run in done),
        slowest=max(run.seconds for run in done),
        megabytes=median(run.megabytes for run in done),
        x_ty=ratio(runs, baseline, lambda run: run.seconds),
        memory_x_ty=ratio(runs, baseline, lambda run: run.megabytes),
    )


def _told(timing: Timing, command: Command, measure: Measure) -> Timing:
    """The same with what ``--verbose`` says of one more run; not of a command that takes too long."""
    if timing.seconds is None:
        return timing
    run = measure(replace(command, words=(*command.words, "--verbose")))
    verbose = run.errors.decode(errors="replace")
    return replace(timing, verbose=verbose, verbose_seconds=run.seconds, stages=stages_in(verbose))


def stages_in(verbose: str) -> dict[str, float]:
    """The seconds of each stage, by the issue's word for it, from what ``--verbose`` said."""
    found = (_STAGE.fullmatch(line) for line in verbose.splitlines())
    return {STAGES[match[1]]: float(match[2]) for match in found if match}


def speed_of_file(project: Project, patience: Patience, wanted_lines: int = FILE_LINES) -> Timing:
    """``autoawait fix -`` on the project's module nearest above ``wanted_lines``, robbed of every tenth await.

    The module is also robbed on disk, in a copy of the project, so that the editor's case is the same.
    """
    path = module_of_length(project, wanted_lines)
    mutants = mutate([path], Choice())
    if not mutants:
        raise LabError(f"{path.name} has no await to lose")
    code, place = mutants[0].source.data, path.relative_to(project.root)
    with copied(project, {place: code}) as copy:
        target = copy.root / place
        words = (sys.executable, "-m", "autoawait", "fix", "-", "--python", copy.python, "--stdin-filename", target)
        command = Command(OF_FILE, words, REPOSITORY)
        measure = within(patience.timeout, code)
        rounds = in_turn([command], patience.runs_of(project.lines()), measure)
        subject, lines = f"{project.name} {path.name}", code.count(b"\n")
        timing = _told(_timing(copy, subject, lines, command, rounds, patience.timeout), command, measure)
    if any(isinstance(run, Run) and run.output == code for run in rounds[command.name]):
        raise LabError(f"nothing was fixed in {path.name}, which lacks {len(mutants[0].removals)} awaits")
    return timing


def module_of_length(project: Project, lines: int) -> Path:
    """The shortest module of at least so many lines; LabError if there is none."""
    long = [(count, path) for path in project.files() if (count := path.read_bytes().count(b"\n")) >= lines]
    if not long:
        raise LabError(f"{project.name} has no module of {lines} lines")
    return min(long)[1]


def within(timeout: float, given: bytes = b"") -> Measure:
    """One that gives each command the same input and no more than so many seconds."""
    return lambda command: completed(command.name, command.words, command.folder, given, timeout)


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
        Table("Commands", ("command", "as run"), list(dict.fromkeys((one.command, one.words) for one in timings))),
    ]


def _row(timing: Timing) -> tuple[object, ...]:
    numbers = (timing.slowest, timing.x_ty, timing.megabytes, timing.memory_x_ty)
    shown = ("-" if number is None else number for number in numbers)
    return (timing.subject, timing.lines, timing.command, timing.runs, _seconds(timing), *shown)


def _seconds(timing: Timing) -> object:
    if timing.seconds is None:
        return "failed" if timing.failure else f"> {timing.limit:g}"
    return timing.seconds


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
