"""How time and memory grow with a project, where long chains of callers and large families have to become async."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from statistics import median

from tests.lab.checkers import own_ty
from tests.lab.environments import LabError
from tests.lab.packages import Project
from tests.lab.process import Run, TooSlowError
from tests.lab.speed import STAGES, Command, Measure, Outcome, Patience, commands_of, in_turn, stages_in, within
from tests.lab.synthetic import Recipe, Synthetic, synthetic
from tests.lab.tables import Table

__all__ = ["Patience", "Recipe", "Size", "scale", "tables"]


@dataclass(frozen=True, slots=True)
class Size:
    """What a project of one size cost: medians of ``runs``; seconds are None where the limit was exceeded.

    ``turning`` functions must become async for ``seeds`` missing awaits, of which ``safe`` are ready to be repaired.
    ``stages`` are of one more run, which tells them.
    """

    lines: int
    seeds: int
    turning: int
    runs: int
    seconds: float | None = None
    megabytes: float | None = None
    ty_seconds: float | None = None
    ty_megabytes: float | None = None
    found: int = 0
    safe: int = 0
    stages: Mapping[str, float] = field(default_factory=dict)


def scale(recipe: Recipe, patience: Patience, measure: Measure | None = None) -> Size:
    """``autoawait check`` and ``ty check`` in turn on the project of a recipe."""
    measure = measure or within(patience.timeout)
    made = synthetic(recipe)
    with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
        project = Project("synthetic", "0", Path(folder).resolve() / "synthetic", Path(sys.prefix))
        made.write(project.root)
        commands = commands_of(project, [own_ty()])
        ours, ty = in_turn(commands, patience.runs_of(made.lines), measure).values()
        size = Size(made.lines, len(made.chains), len(made.turned), len(ours))
        size = replace(size, ty_seconds=_median(ty, _seconds), ty_megabytes=_median(ty, _megabytes))
        if not all(isinstance(run, Run) for run in ours):
            return size
        size = replace(size, seconds=_median(ours, _seconds), megabytes=_median(ours, _megabytes))
        return _told(size, made, commands[0], measure)


def _told(size: Size, made: Synthetic, command: Command, measure: Measure) -> Size:
    """The same with what one more run says. Raises LabError where something is found that is not missing."""
    words = (*command.words, "--verbose", "--output-format", "json")
    try:
        run = measure(replace(command, words=words))
    except TooSlowError:
        return size
    findings = json.loads(run.output)["findings"]
    neutral = [f"{one['path']}:{one['line']}" for one in findings if not _is_in(one["path"], made)]
    if neutral:
        raise LabError(f"found where nothing is missing: {', '.join(neutral[:5])}")
    safe = sum(one["applicability"] == "safe" for one in findings)
    return replace(size, found=len(findings), safe=safe, stages=stages_in(run.errors.decode(errors="replace")))


def _is_in(path: str, made: Synthetic) -> bool:
    """Whether a file has a function of a chain."""
    places = {name.partition(":")[0] for chain in made.chains for name in (*chain.turned, chain.entry)}
    return any(path.endswith(place) for place in places)


def _median(runs: Sequence[Outcome], what: Callable[[Run], float]) -> float | None:
    """None if a run took too long; raises LabError if one did not do its job."""
    done = [what(run) for run in runs if isinstance(run, Run)]
    failure = next((run for run in runs if isinstance(run, LabError) and not isinstance(run, TooSlowError)), None)
    if failure:
        raise failure
    return median(done) if len(done) == len(runs) else None


def _seconds(run: Run) -> float:
    return run.seconds


def _megabytes(run: Run) -> float:
    return run.megabytes


def tables(sizes: Sequence[Size]) -> list[Table]:
    """What each size costs, where the time goes, and how it grows from the first size on."""
    costs = ("lines", "seeds", "turning", "found", "safe", "runs", "seconds", "ty", "x ty", "MB", "ty MB")
    stages = tuple(STAGES.values())
    growth = ("lines", "times the lines", "seconds", "MB", *stages)
    return [
        Table(f"autoawait check of made-up projects, medians; {os.cpu_count()} cores", costs, [*map(_costs, sizes)]),
        Table("Where the time goes, in seconds", ("lines", *stages), [(s.lines, *_stages(s)) for s in sizes]),
        Table(
            "Growth: how many times as much as the first, over how many times the lines; 1 is linear",
            growth,
            [_growth(size, sizes[0]) for size in sizes[1:]],
        ),
    ]


def _costs(size: Size) -> tuple[object, ...]:
    x_ty = size.seconds / size.ty_seconds if size.seconds and size.ty_seconds else None
    counts = (size.lines, size.seeds, size.turning, size.found, size.safe, size.runs)
    times = (size.seconds, size.ty_seconds, x_ty, size.megabytes, size.ty_megabytes)
    return (*counts, *("-" if number is None else number for number in times))


def _stages(size: Size) -> list[object]:
    return [size.stages.get(stage, "-") for stage in STAGES.values()]


def _growth(size: Size, first: Size) -> tuple[object, ...]:
    times = size.lines / first.lines
    pairs = [(size.seconds, first.seconds), (size.megabytes, first.megabytes)]
    pairs += [(size.stages.get(stage), first.stages.get(stage)) for stage in STAGES.values()]
    return (size.lines, times, *(one / other / times if one and other else "-" for one, other in pairs))
