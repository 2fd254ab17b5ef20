"""The measurements as values: what each is called, what it gives, what it depends on, and how it is made."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Generic, TypeVar

from tests.lab import applications, apps, clean, peers, restore, speed, strip
from tests.lab.applications import Application
from tests.lab.apps import Examined
from tests.lab.checkers import Checker
from tests.lab.clean import Cleanliness
from tests.lab.environments import LabError, cache
from tests.lab.fingerprints import fingerprint
from tests.lab.origin import machine
from tests.lab.packages import Project
from tests.lab.peers import Showing
from tests.lab.restore import Trial
from tests.lab.speed import Patience, Timing
from tests.lab.store import Kept, Key, Store
from tests.lab.strip import Stripped
from tests.lab.tool import REPOSITORY, Tool
from tests.lab.wounds import Choice

T = TypeVar("T")

EVERY_FUNCTION = Choice(every=1)
_LONGEST = 300  # letters of a reason


@dataclass(frozen=True, slots=True)
class Measurement(Generic[T]):
    """``name`` is also the module's in the lab; ``options`` are all that ``measure`` depends on beside the sources of
    that module and of the tool in ``home`` (None if the tool takes no part). ``by`` is another tool that it is of."""

    name: str
    cls: type[T]
    measure: Callable[[Project], Sequence[T]]
    options: object
    home: Path | None = REPOSITORY
    by: str = ""

    @property
    def title(self) -> str:
        return f"{self.name} ({self.by})" if self.by else self.name

    def of(self, project: Project, store: Store) -> Kept[T]:
        """The results for a package, kept or new."""
        key = Key(self.name, project.name, fingerprint(f"tests.lab.{self.name}", self.home, self.options))
        return store.results(key, self.cls, lambda: self.measure(project))


def restoring(choice: Choice, home: Path = REPOSITORY) -> Measurement[Trial]:
    """Awaits taken away, by the tool of a checkout."""
    return Measurement("restore", Trial, lambda project: restore.restore(project, choice, Tool(home)), choice, home)


def stripping(home: Path = REPOSITORY, choice: Choice = EVERY_FUNCTION) -> Measurement[Stripped]:
    """Async functions made plain, by the tool of a checkout."""
    return Measurement("strip", Stripped, lambda project: strip.strip(project, choice, Tool(home)), choice, home)


def cleaning(home: Path = REPOSITORY) -> Measurement[Cleanliness]:
    """Packages as published, by the tool of a checkout, beside what a reader has agreed with."""
    known = clean.reviews()

    def measure(project: Project) -> list[Cleanliness]:
        return [clean.clean(project, Tool(home), known)]

    return Measurement("clean", Cleanliness, measure, known, home)


def examining(application: Application, home: Path = REPOSITORY) -> Measurement[Examined]:
    """An application as published, by the tool of a checkout; it is downloaded if it must be measured. What a reader
    says of its edits is no part of it."""

    def measure(_: Project) -> list[Examined]:
        return [apps.examine(applications.laid_out(application), Tool(home))]

    return Measurement("apps", Examined, measure, [application, applications.LOCK.read_text()], home)


def peering(choice: Choice, checker: Checker | None) -> Measurement[Showing]:
    """The same awaits taken away, before a type checker (none: before us); times are another machine's elsewhere."""
    if checker is None:
        options: object = [choice, machine()]
        return Measurement("peers", Showing, lambda project: [peers.our_showing(project, choice, Tool())], options)
    known = [choice, machine(), checker.name, checker.version]
    return Measurement(
        "peers", Showing, lambda project: [peers.showing(project, choice, checker)], known, None, checker.name
    )


def timing(patience: Patience, checkers: Sequence[Checker]) -> Measurement[Timing]:
    """Time and memory, which are another machine's on another machine."""
    options = [patience, machine(), [(checker.name, checker.version) for checker in checkers]]
    return Measurement("speed", Timing, lambda project: speed.all_timings(project, patience, checkers), options)


@dataclass(frozen=True, slots=True)
class Failure:
    """A measurement that could not be made of a package, and why, in a line."""

    measurement: str
    package: str
    reason: str


@dataclass(slots=True)
class Progress:
    """Takes measurements and says on stderr how far it is; ``moments`` are when they were measured."""

    store: Store
    moments: list[str] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)

    def all_of(self, measurement: Measurement[T], projects: Sequence[Project]) -> tuple[T, ...]:
        """The results of a measurement for all projects; where it fails on one, that is noted and it goes on."""
        found: list[T] = []
        for number, project in enumerate(projects, 1):
            try:
                found += self.one_of(measurement, project, f"{measurement.title} {number}/{len(projects)}")
            except LabError as error:
                self.failures.append(Failure(measurement.title, project.name, in_a_line(str(error))))
                sys.stderr.write(f"{error}\n")
        return tuple(found)

    def of_applications(self, chosen: Sequence[Application], home: Path = REPOSITORY) -> tuple[Examined, ...]:
        """What the tool of a checkout edits in applications; those on which it fails are noted as well."""
        found = [self.all_of(examining(one, home), [applications.planned(one)]) for one in chosen]
        return tuple(examined for results in found for examined in results)

    def one_of(self, measurement: Measurement[T], project: Project, title: str) -> tuple[T, ...]:
        """The results for one project; ``title`` says what is measured. Raises LabError."""
        sys.stderr.write(f"{title} {project.name} ...\n")
        kept = measurement.of(project, self.store)
        if not kept.is_new:
            sys.stderr.write(f"{title} {project.name}: measured {kept.measured}\n")
        self.moments.append(kept.measured)
        return kept.results


def in_a_line(message: str) -> str:
    """The first line of a message and its last, where a traceback says what it is about, without this machine's
    folders."""
    lines = [line.strip() for line in message.splitlines() if line.strip()] or [""]
    text = " … ".join(dict.fromkeys((lines[0], lines[-1])))
    for folder, name in ((cache(), "CACHE"), (REPOSITORY, "."), (Path.home(), "~")):
        text = text.replace(str(folder), name)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
