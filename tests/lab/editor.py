"""How long people wait in their editor: for the first diagnostics, after a keystroke, for a fix, for the filter."""

from __future__ import annotations

import ast
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from tests.lab.copies import copied
from tests.lab.environments import LabError
from tests.lab.mutate import mutate
from tests.lab.packages import Project
from tests.lab.speed import FILE_LINES, Patience, module_of_length, speed_of_file
from tests.lab.tables import Table
from tests.lab.wounds import Choice
from tests.server.client import Editor, editor

COLD = "server started, first diagnostics"
KEYSTROKE = "keystroke, debounce not counted"
DEBOUNCED = "keystroke, with the debounce of 200 ms"
ACTION = "quick fix asked for"
FILTER = "autoawait fix -"


@dataclass(frozen=True, slots=True)
class Latency:
    """The median of some ``runs``, and the slowest, in seconds, on a file of so many lines of a project of so many."""

    subject: str
    file_lines: int
    project_lines: int
    what: str
    runs: int
    seconds: float
    slowest: float


def latencies(project: Project, runs: int, wanted_lines: int = FILE_LINES) -> list[Latency]:
    """All of them, on the project's module nearest above ``wanted_lines``: as it was published, and robbed of every
    tenth await, so that there is something to find and to prove each time."""
    path = module_of_length(project, wanted_lines)
    mutants = mutate([path], Choice())
    if not mutants:
        raise LabError(f"{path.name} has no await to lose")
    place, lines = path.relative_to(project.root), project.lines()
    subjects = {
        f"{path.name} as published": path.read_bytes(),
        f"{path.name} without {_awaits(len(mutants[0].removals))}": mutants[0].source.data,
    }
    found: list[Latency] = []
    for subject, code in subjects.items():
        with copied(project, {place: code}) as copy:
            for what, times in _measured(copy, copy.root / place, runs):
                found.append(Latency(subject, code.count(b"\n"), lines, what, len(times), median(times), max(times)))
    filtered = speed_of_file(project, Patience(runs), wanted_lines)
    if filtered.seconds is None or filtered.slowest is None:
        raise LabError(filtered.failure or f"{FILTER} took too long")
    timing = (filtered.runs, filtered.seconds, filtered.slowest)
    return [*found, Latency([*subjects][1], filtered.lines, lines, FILTER, *timing)]


def _measured(project: Project, path: Path, runs: int) -> Iterator[tuple[str, list[float]]]:
    options = {"python": str(project.python)}
    yield COLD, [_cold(project, path) for _ in range(runs)]
    for what, debounce in ((KEYSTROKE, {"debounce": 0}), (DEBOUNCED, {})):
        with editor(project.root, options={**options, **debounce}) as client:
            client.open(path)
            found = client.diagnostics(path)
            texts = _keystrokes(client.texts[path], runs)
            yield what, [_timed(lambda text=text: _typed(client, path, text)) for text in texts]  # type: ignore[misc]
            if found and what == KEYSTROKE:
                places = [d["range"] for d in client.diagnostics(path)]
                asked = [places[number % len(places)] for number in range(runs)]
                yield ACTION, [_timed(lambda where=where: client.actions(path, where)) for where in asked]  # type: ignore[misc]


def _cold(project: Project, path: Path) -> float:
    since = time.perf_counter()
    with editor(project.root, options={"python": str(project.python)}) as client:
        client.open(path)
        client.diagnostics(path)
        return time.perf_counter() - since


def _typed(client: Editor, path: Path, text: str) -> None:
    client.type(path, text)
    client.diagnostics(path)


def _timed(work: Callable[[], object]) -> float:
    since = time.perf_counter()
    work()
    return time.perf_counter() - since


def _keystrokes(text: str, number: int) -> list[str]:
    """So many versions of a text: a name grows at the beginning of its first async function, letter by letter."""
    lines = text.splitlines(keepends=True)
    functions = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.AsyncFunctionDef))
    first = next(functions).body[0]
    indent = " " * first.col_offset
    added = (f"{indent}{'x' * length} = None\n" for length in range(1, number + 1))
    return ["".join([*lines[: first.lineno - 1], line, *lines[first.lineno - 1 :]]) for line in added]


def table(found: Sequence[Latency]) -> Table:
    """Seconds, by what was waited for."""
    columns = ("file", "lines", "of", "what", "runs", "seconds", "slowest")
    rows = [(f.subject, f.file_lines, f.project_lines, f.what, f.runs, f.seconds, f.slowest) for f in found]
    return Table("Seconds that an editor waits, medians", columns, rows)


def _awaits(number: int) -> str:
    return "1 await" if number == 1 else f"{number} awaits"
