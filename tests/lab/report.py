"""The page of results: everything measured on every package, or taken from the store, and written to ``docs``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.documents import from_text
from tests.lab.measurements import Progress, cleaning, restoring, timing
from tests.lab.origin import origin
from tests.lab.packages import PACKAGES, Project
from tests.lab.page import CHARTS, JSON, files
from tests.lab.store import Store
from tests.lab.summary import Results, Summary, summary
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice

DOCS = REPOSITORY / "docs"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured: on which packages (none are all), which awaits, how many runs of each command."""

    packages: tuple[str, ...]
    seed: int
    runs: int

    def commands(self) -> dict[str, str]:
        """How each measurement is made alone, and all of them (``report``)."""
        names = f" --packages {','.join(self.packages)}" if self.packages else ""
        all_names = ",".join(self.packages or (package.name for package in PACKAGES))
        options = {
            "restore": f"{names} --seed {self.seed}",
            "clean": names,
            "speed": f" --packages {all_names} --runs {self.runs}",
            "report": f"{names} --seed {self.seed} --runs {self.runs}",
        }
        return {name: f"python -m tests.lab {name}{words}" for name, words in options.items()}


def measured(projects: Sequence[Project], wish: Wish, store: Store) -> Summary:
    """Every measurement of every project, summed up; says on stderr how far it is."""
    progress = Progress(store, [])
    commands = wish.commands()
    results = Results(
        progress.all_of(restoring(Choice(seed=wish.seed)), projects),
        progress.all_of(cleaning(), projects),
        progress.all_of(timing(wish.runs), projects),
        commands,
    )
    return summary(origin(commands["report"], projects, progress.moments, {}), results)


def write(summary: Summary, docs: Path) -> None:
    """Write the page, its charts and its data; charts of before that are no more are removed."""
    texts = files(summary)
    (docs / CHARTS).mkdir(parents=True, exist_ok=True)
    for chart in (docs / CHARTS).glob("*.svg"):
        chart.unlink()
    for name, text in texts.items():
        (docs / name).write_text(text, encoding="utf-8")


def read(docs: Path = DOCS) -> Summary:
    """What was written."""
    return from_text(Summary, (docs / JSON).read_text(encoding="utf-8"))


def written(docs: Path = DOCS) -> Mapping[str, str]:
    """The text of every file of the page as it is on disk, by its path below ``docs``."""
    found = [docs / JSON, docs / "lab.md", *sorted((docs / CHARTS).iterdir())]
    return {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in found}
