"""How time and memory grow with a project, where long chains of callers and large families have to become async."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from statistics import median

from tests.lab.packages import LabError, Project
from tests.lab.process import Run, measured
from tests.lab.speed import STAGES, Command, Measure, Patience, commands_of, in_turn, stages_in
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
    measure = measure or partial(_measured, timeout=patience.timeout)
    made = synthetic(recipe)
    with tempfile.TemporaryDirectory(prefix="autoawait-lab-") as folder:
        project = Project("synthetic", "0", Path(folder).resolve() / "synthetic", Path(sys.prefix))
        made.write(project.root)
        commands = commands_of(project)[:2]
        ours, ty = in_turn(commands, patience.runs_of(made.lines), measure).values()
        size = Size(made.lines, len(made.chains), len(made.turned), len(ours))
        size = replace(size, ty_seconds=_median(ty, _seconds), ty_megabytes=_median(ty, _megabytes))
        if None in ours:
            return size
        size = replace(size, seconds=_median(ours, _seconds), megabytes=_median(ours, _megabytes))
        return _told(size, made, commands[0], measure)


def _told(size: Size, made: Synthetic, command: Command, measure: Measure) -> Size:
    """The same with what one more run says. Raises LabError where something is found that is not missing."""
    words = (*command.words, "--verbose", "--output-format", "json")
    run = measure(replace(command, words=words))
    if run is None:
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


def _measured(command: Command, timeout: float) -> Run | None:
    """One run; None if it took too long. Raises LabError where the tool says that it could not do its job."""
    try:
        run = measured(command.words, command.folder, timeout=timeout)
    except subprocess.TimeoutExpired:
        return None
    if run.code not in (0, 1):
        raise LabError(f"{command} failed ({run.code}): {run.errors.decode(errors='replace')}")
    return run


def _median(runs: Sequence[Run | None], what: Callable[[Run], float]) -> float | None:
    done = [what(run) for run in runs if run]
    return median(done) if done and None not in runs else None


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
