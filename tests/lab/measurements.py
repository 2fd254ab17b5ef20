"""The measurements as values: what each is called, what it gives, what it depends on, and how it is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from tests.lab import clean, restore, speed
from tests.lab.clean import Cleanliness
from tests.lab.fingerprints import fingerprint
from tests.lab.origin import machine
from tests.lab.packages import Project
from tests.lab.restore import Trial
from tests.lab.speed import Timing
from tests.lab.store import Kept, Key, Store
from tests.lab.tool import REPOSITORY, Tool
from tests.lab.wounds import Choice

T = TypeVar("T")

# A module of this length is timed through `fix -`, of the one package that has always been taken for it.
_FILE_OF = "discord.py"


@dataclass(frozen=True, slots=True)
class Measurement(Generic[T]):
    """``name`` is also the module's in the lab; ``options`` are all that ``measure`` depends on beside the sources of
    that module and of the tool in ``home`` (None if the tool takes no part)."""

    name: str
    cls: type[T]
    measure: Callable[[Project], Sequence[T]]
    options: object
    home: Path | None = REPOSITORY

    def of(self, project: Project, store: Store) -> Kept[T]:
        """The results for a package, kept or new."""
        key = Key(self.name, project.name, fingerprint(f"tests.lab.{self.name}", self.home, self.options))
        return store.results(key, self.cls, lambda: self.measure(project))


def restoring(choice: Choice, home: Path = REPOSITORY) -> Measurement[Trial]:
    """Awaits taken away, by the tool of a checkout."""
    return Measurement("restore", Trial, lambda project: restore.restore(project, choice, Tool(home)), choice, home)


def cleaning(home: Path = REPOSITORY) -> Measurement[Cleanliness]:
    """Packages as published, by the tool of a checkout."""
    return Measurement("clean", Cleanliness, lambda project: [clean.clean(project, Tool(home))], None, home)


def timing(runs: int) -> Measurement[Timing]:
    """Time and memory, which are another machine's on another machine."""

    def measure(project: Project) -> list[Timing]:
        of_file = [speed.speed_of_file(project, runs)] if project.name == _FILE_OF else []
        return [*speed.speed(project, runs), *of_file]

    return Measurement("speed", Timing, measure, [runs, machine()])


@dataclass(slots=True)
class Progress:
    """Takes measurements and says on stderr how far it is; ``moments`` are when they were measured."""

    store: Store
    moments: list[str]

    def all_of(self, measurement: Measurement[T], projects: Sequence[Project]) -> tuple[T, ...]:
        """The results of a measurement for all projects."""
        places = [f"{measurement.name} {number}/{len(projects)}" for number in range(1, len(projects) + 1)]
        pairs = zip(projects, places, strict=True)
        return tuple(result for project, place in pairs for result in self.one_of(measurement, project, place))

    def one_of(self, measurement: Measurement[T], project: Project, title: str) -> tuple[T, ...]:
        """The results for one project; ``title`` says what is measured."""
        sys.stderr.write(f"{title} {project.name} ...\n")
        kept = measurement.of(project, self.store)
        if not kept.is_new:
            sys.stderr.write(f"{title} {project.name}: measured {kept.measured}\n")
        self.moments.append(kept.measured)
        return kept.results
