"""The page of results: everything measured on every package, or taken from the store, and written to ``docs``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab import applications
from tests.lab.applications import Application
from tests.lab.checkers import checkers
from tests.lab.documents import from_text
from tests.lab.environments import LabError
from tests.lab.measurements import Failure, Progress, cleaning, in_a_line, peering, restoring, stripping, timing
from tests.lab.origin import origin
from tests.lab.packages import Project
from tests.lab.page import CHARTS, JSON, PAGE, files
from tests.lab.speed import Patience, Timing
from tests.lab.store import Store
from tests.lab.summary import Results, Summary, summary
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice

DOCS = REPOSITORY / "docs"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is to be measured: on which packages (none are all), which awaits, what is timed and how patiently; the
    seed by which applications are drawn beside the fixed ones (None: no applications are measured)."""

    packages: tuple[str, ...]
    sizes: tuple[str, ...]
    seed: int
    patience: Patience
    draw: int | None = None

    def commands(self) -> dict[str, str]:
        """How each measurement is made alone, and all of them (``report``)."""
        names = f" --packages {','.join(self.packages)}" if self.packages else ""
        seed = f" --seed {self.seed}"
        draw = f" --draw {self.draw}" if self.draw is not None else ""
        runs = f" --runs {self.patience.runs}" if self.patience.runs else ""
        options = {
            "restore": f"{names}{seed}",
            "strip": names,
            "clean": names,
            "apps": draw,
            "peers": f"{names}{seed}",
            "speed": f" --sizes {','.join(self.sizes)}{runs}",
            "report": f"{names} --sizes {','.join(self.sizes)}{seed}{runs}{draw or ' --no-apps'}",
        }
        return {name: f"python -m tests.lab {name}{words}" for name, words in options.items()}


def measured(projects: Sequence[Project], sizes: Sequence[Project], wish: Wish, store: Store) -> Summary:
    """Every measurement of every project, and time and memory of some, summed up; says on stderr how far it is.

    What fails is in the summary. Raises LabError if the lab cannot be set up, or if nothing could be measured.
    """
    peers = checkers()
    progress = Progress(store)
    lot = Choice(seed=wish.seed)
    commands = wish.commands()
    trials = progress.all_of(restoring(lot), projects)
    stripped = progress.all_of(stripping(), projects)
    cleanliness = progress.all_of(cleaning(), projects)
    showings = [showing for tool in (None, *peers) for showing in progress.all_of(peering(lot, tool), projects)]
    timings = progress.all_of(timing(wish.patience, peers), sizes)
    examined = {name: progress.of_applications(chosen) for name, chosen in _applications(wish.draw).items()}
    failures = (*progress.failures, *_failures(timings))
    if not progress.moments:
        raise LabError(f"nothing could be measured: {failures[0].reason if failures else 'no packages'}")
    versions = {peer.name: peer.version for peer in peers}
    return summary(
        origin(commands["report"], projects, progress.moments, versions),
        Results(tuple(showings), trials, stripped, cleanliness, timings, failures, commands, examined),
    )


def _applications(draw: int | None) -> dict[str, list[Application]]:
    return {} if draw is None else {"fixed": applications.fixed(), "drawn": applications.drawn(draw)}


def _failures(timings: Sequence[Timing]) -> list[Failure]:
    """Of single commands, beside which others could be timed."""
    return [Failure(f"speed ({one.command})", one.subject, in_a_line(one.failure)) for one in timings if one.failure]


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
    found = [docs / JSON, docs / PAGE, *sorted((docs / CHARTS).iterdir())]
    return {path.relative_to(docs).as_posix(): path.read_text(encoding="utf-8") for path in found}
