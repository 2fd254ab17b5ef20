"""How much the type engine is asked about stripped packages: questions by kind, batches, and batches of one place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tests.lab.copies import answer_on, wounds_of
from tests.lab.environments import LabError
from tests.lab.packages import Project
from tests.lab.stripping import strip_functions
from tests.lab.tables import Table
from tests.lab.tool import Fixer
from tests.lab.wounds import Choice

KINDS = ("definitions", "type definitions", "facts", "checks")
_ASKED = re.compile(r"the engine was asked [\d,]+ questions \((.*)\)")
_BATCHES = re.compile(r"batches: (.*)")
_QUESTIONS_OF = re.compile(r"([a-z ]+) ([\d,]+)(?:, |$)")
_BATCHES_OF = re.compile(r"([a-z ]+) ([\d,]+) \(([\d,]+) of one\)(?:, |$)")


@dataclass(frozen=True, slots=True)
class Asked:
    """Of one kind in one run: different places (or files) asked about, in how many batches, and how many of one."""

    package: str
    kind: str
    questions: int
    batches: int
    single: int


def questions(project: Project, fixer: Fixer, choice: Choice) -> list[Asked]:
    """Make async functions of a copy of a project sync, let the tool make all fixes, count what it asks meanwhile.

    Raises LabError for a tool that does not tell.
    """
    wounds = wounds_of(project, strip_functions(project.files(), choice))
    return asked_in(project.name, answer_on(project, wounds, fixer, "unsafe").notes)


def asked_in(package: str, notes: Sequence[str]) -> list[Asked]:
    """What the notes of ``--verbose`` say of questions."""
    told = [match for note in notes if (match := _ASKED.fullmatch(note))]
    batched = [match for note in notes if (match := _BATCHES.fullmatch(note))]
    if not told or not batched:
        raise LabError(f"the tool does not say what it asked about {package}")
    numbers = {kind: _number(count) for kind, count in _QUESTIONS_OF.findall(told[-1][1])}
    batches = {kind: (_number(all_), _number(one)) for kind, all_, one in _BATCHES_OF.findall(batched[-1][1])}
    return [Asked(package, kind, numbers.get(kind, 0), *batches.get(kind, (0, 0))) for kind in KINDS]


def table(results: Sequence[Asked]) -> Table:
    """By package and kind, with lines for all packages and, of places, for all kinds."""
    packages = dict.fromkeys(one.package for one in results)
    rows = [_row(one.package, one.kind, [one]) for one in results]
    rows += [_row("all", kind, [one for one in results if one.kind == kind]) for kind in KINDS if len(packages) > 1]
    rows.append(_row("all", "places", [one for one in results if one.kind != "checks"]))
    columns = ("package", "kind", "questions", "batches", "of one", "share of one")
    return Table("Asked of the type engine about stripped packages, fixes made unsafe ones too", columns, rows)


def _row(package: str, kind: str, counts: Sequence[Asked]) -> tuple[object, ...]:
    batches, single = sum(one.batches for one in counts), sum(one.single for one in counts)
    share = f"{single / batches:.0%}" if batches else "-"
    return package, kind, sum(one.questions for one in counts), batches, single, share


def _number(text: str) -> int:
    return int(text.replace(",", ""))
