"""What the tool would edit in applications as published: working code that was not chosen by anybody who built it.

Whatever is edited there is a suspect. A reader judges each finding that is: the record is ``reviewed_apps.toml``.
"""

from __future__ import annotations

import difflib
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.lab.clean import Remark, Review, remarks_of
from tests.lab.copies import answer_on
from tests.lab.importing import Imports, imports
from tests.lab.packages import Project
from tests.lab.tables import Table, percent, say
from tests.lab.tool import Answer, Fixer, relative

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

REVIEWED = Path(__file__).with_name("reviewed_apps.toml")
RIGHT, WRONG, OPEN = "right", "wrong", "not reviewed"
_MODES = ("safe", "unsafe")


@dataclass(frozen=True, slots=True)
class Judgement(Review):
    """A finding that is edited, and whether a reader agrees that the code was wrong there and is right afterwards."""

    is_right: bool


@dataclass(frozen=True, slots=True)
class Hunk:
    """Lines that would be written in a file in place of others, from ``line`` (1-based) on."""

    path: str
    line: int
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Examined:
    """Of one application: how much of it can be read, the findings that are edited, unsafe fixes included, and as what
    is written; ``remarks`` counts all findings."""

    package: str
    version: str
    lines: int
    imports: Imports
    remarks: int
    edits: tuple[Remark, ...]
    hunks: tuple[Hunk, ...]
    seconds: float
    megabytes: float


# The reader's record, by package, path, line and code.
Judgements = Mapping[tuple[str, str, str, str], Judgement]


def judgements(file: Path = REVIEWED) -> Judgements:
    """What a reader has said of edits so far."""
    found = (Judgement(**edit) for edit in tomllib.loads(file.read_text(encoding="utf-8")).get("edit", ()))
    return {(one.package, one.path, one.text, one.code): one for one in found}


def examine(project: Project, fixer: Fixer) -> Examined:
    """Run the tool on an application as it is, with unsafe fixes. Raises LabError if it fails or takes too long."""
    answer = answer_on(project, {}, fixer, "unsafe")
    return Examined(
        project.name,
        project.version,
        project.lines(),
        imports(project),
        len(answer.findings),
        remarks_of([said for said in answer.findings if said.is_fixed], project, ()),
        tuple(_hunks(answer, project)),
        answer.seconds,
        answer.megabytes,
    )


def _hunks(answer: Answer, project: Project) -> Iterator[Hunk]:
    for path, data in sorted(answer.results.items()):
        old, new = (text.decode(errors="replace").splitlines() for text in (path.read_bytes(), data))
        for kind, start, end, first, last in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
            if kind != "equal":
                yield Hunk(relative(path, project), start + 1, tuple(old[start:end]), tuple(new[first:last]))


# --- what is made of it -----------------------------------------------------------------------------------------------


def judged(results: Sequence[Examined], known: Judgements) -> Counter[tuple[str, str]]:
    """How many edits there are, by whether they are safe or unsafe, and right, wrong or not reviewed."""
    return Counter(
        (remark.applicability, judgement_of(one.package, remark, known)) for one in results for remark in one.edits
    )


def judgement_of(package: str, remark: Remark, known: Judgements) -> str:
    """Right, wrong, or not reviewed."""
    found = known.get((package, remark.path, remark.text, remark.code))
    return OPEN if found is None else RIGHT if found.is_right else WRONG


def stale(results: Sequence[Examined], known: Judgements) -> list[Judgement]:
    """What was judged in these applications and is no longer edited."""
    packages = {one.package for one in results}
    met = {(one.package, edit.path, edit.text, edit.code) for one in results for edit in one.edits}
    return [judgement for key, judgement in known.items() if key[0] in packages and key not in met]


def rate(results: Sequence[Examined], known: Judgements) -> float:
    """Edits that are wrong in 100,000 lines; those that nobody has judged are not counted."""
    counts, lines = judged(results, known), sum(one.lines for one in results)
    return 1e5 * sum(counts[mode, WRONG] for mode in _MODES) / lines if lines else 0.0


def tables(groups: Mapping[str, Sequence[Examined]], known: Judgements) -> list[Table]:
    """The groups (fixed, drawn) side by side, and each application of them."""
    return [side_by_side(groups, known), by_application(groups, known)]


def by_application(groups: Mapping[str, Sequence[Examined]], known: Judgements) -> Table:
    """A row for each application, and one for each group that has several."""
    judged_columns = (f"{mode} {what}" for mode in _MODES for what in (RIGHT, WRONG, "open", "precision"))
    columns = ("application", "lines", "not parsed", "imports", "missing", *judged_columns, "wrong per 100k", "seconds")
    rows = [row for name, results in groups.items() for row in _rows(name, results, known)]
    return Table("Edits in applications as published", columns, rows)


def side_by_side(groups: Mapping[str, Sequence[Examined]], known: Judgements) -> Table:
    """What there is of a group and what is edited in it, a column for each group."""
    facts = [_facts(results, known) for results in groups.values()]
    rows = [(what, *(fact[what] for fact in facts)) for what in (facts[0] if facts else ())]
    return Table("Applications that are always measured, and those of a fresh draw", ("", *groups), rows)


def _facts(results: Sequence[Examined], known: Judgements) -> dict[str, object]:
    """All cells are text: the kinds of numbers in a column differ."""
    counts = judged(results, known)
    facts = {
        "applications": f"{len(results):,}",
        "lines": f"{sum(one.lines for one in results):,}",
        "files that this Python cannot parse": f"{sum(len(one.imports.files) for one in results):,}",
        "imports that are missing": _share_missing(results),
    }
    for mode in _MODES:
        edits = sum(counts[mode, what] for what in (RIGHT, WRONG, OPEN))
        facts[f"{mode} edits"] = f"{edits:,}"
        facts.update({f"{mode} edits, {what}": f"{counts[mode, what]:,}" for what in (RIGHT, WRONG, OPEN)})
        facts[f"precision of {mode} edits"] = _precision(counts, mode)
    return {**facts, "wrong edits per 100,000 lines": f"{rate(results, known):.2f}"}


def _share_missing(results: Sequence[Examined]) -> str:
    return percent(sum(one.imports.missing for one in results), sum(one.imports.statements for one in results))


def _precision(counts: Counter[tuple[str, str]], mode: str) -> str:
    return percent(counts[mode, RIGHT], counts[mode, RIGHT] + counts[mode, WRONG])


def _rows(name: str, results: Sequence[Examined], known: Judgements) -> Iterator[tuple[object, ...]]:
    for one in results:
        yield _row(one.package, [one], known)
    if len(results) > 1:
        yield _row(f"all {name}", results, known)


def _row(name: str, results: Sequence[Examined], known: Judgements) -> tuple[object, ...]:
    counts = judged(results, known)
    cells: list[object] = [
        name,
        sum(one.lines for one in results),
        sum(len(one.imports.files) for one in results),
        sum(one.imports.statements for one in results),
        sum(one.imports.missing for one in results),
    ]
    for mode in _MODES:
        cells += [*(counts[mode, what] for what in (RIGHT, WRONG, OPEN)), _precision(counts, mode)]
    return *cells, rate(results, known), sum(one.seconds for one in results)


def list_edits(results: Sequence[Examined], known: Judgements) -> None:
    """Print each finding that is edited with its judgement, the lines that are written, and what is judged in vain."""
    for one in results:
        for remark in one.edits:
            judgement = judgement_of(one.package, remark, known)
            place = f"{one.package} {remark.path}:{remark.line}"
            say(f"{place}: {remark.code} ({remark.applicability}, {remark.evidence}; {judgement})")
            say(f"    {remark.message}{' | ' if remark.reason else ''}{remark.reason}")
        for hunk in one.hunks:
            say(f"  {hunk.path}:{hunk.line}")
            for sign, lines in (("-", hunk.removed), ("+", hunk.added)):
                for line in lines:
                    say(f"    {sign}{line}")
        for path in one.imports.files:
            say(f"{one.package} {path}: not parsed by this Python")
    for gone in stale(results, known):
        say(f"{gone.package} {gone.path}: {gone.code} is no longer edited: {gone.text}")
