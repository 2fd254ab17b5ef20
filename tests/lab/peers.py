"""What the type checkers notice and repair of what ``restore`` takes away, beside autoawait.

Every tool sees the truth and the mutant, each a fresh copy, cold. A loss is noticed if the tool says something in the
function that it did not say before, whatever it is: the same measure for all, which is kind to all.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from statistics import median

from autoawait import __version__
from tests.lab.checkers import Checker, Diagnostic, Inspection, fix, inspect
from tests.lab.copies import answer_on, copied, wounds_of
from tests.lab.judge import verdict_on
from tests.lab.mutate import Removal, mutate
from tests.lab.packages import Project
from tests.lab.robbed import Robbed, robbed
from tests.lab.tables import Table, percent, say
from tests.lab.tool import Answer, Fixer, relative
from tests.lab.wounds import Choice, Mutant

OURS = "autoawait"


@dataclass(frozen=True, slots=True)
class Sighting:
    """An await that is gone, and the codes of what a tool newly says in its function. ``line`` is 1-based."""

    path: str
    line: int
    text: str
    callee: str
    context: str
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Repair:
    """What a batch fix made of the mutant, in the words of ``restore``."""

    mode: str
    restored: int
    extra: int
    broken: int


@dataclass(frozen=True, slots=True)
class Showing:
    """One tool on one mutant of a package.

    ``noise`` is what it newly says elsewhere, ``alarms`` how often each code is said of the truth; ``extras`` are
    the codes it would not have by default. ``repairs`` is empty without a batch fix. Time and memory are the mutant's.
    """

    package: str
    tool: str
    version: str
    choice: Choice
    losses: tuple[Sighting, ...]
    noise: int
    alarms: int
    default_alarms: int
    extras: frozenset[str]
    repairs: tuple[Repair, ...]
    seconds: float
    megabytes: float

    def noticed(self, *, by_default: bool = False) -> list[Sighting]:
        """The losses it says something about, with its default rules or with all that we turned on."""
        return [loss for loss in self.losses if set(loss.codes) - (self.extras if by_default else frozenset())]


def peers(project: Project, choice: Choice, checkers: Sequence[Checker], fixer: Fixer) -> list[Showing]:
    """Rob a project as ``restore`` does, and show truth and mutant to autoawait and to each checker."""
    return [our_showing(project, choice, fixer), *(showing(project, choice, checker) for checker in checkers)]


class _Field:
    """A project and its mutant, where all tools meet."""

    def __init__(self, project: Project, choice: Choice) -> None:
        self.project = project
        self.choice = choice
        self.mutants: tuple[Mutant[Removal], ...] = mutate(project.files(), choice)
        self.wounds = wounds_of(project, self.mutants)
        self.robbed: Robbed = robbed(self.mutants, project.root)

    def repair(self, mode: str, answer: Answer) -> Repair:
        """The judgement of an answer that is in places of the project."""
        verdict = verdict_on(self.mutants, answer.results)
        return Repair(mode, len(verdict.restored), len(verdict.extra), len(verdict.broken))

    def showing(
        self, tool: Checker | None, truth: Inspection, mutant: Inspection, repairs: Iterable[Repair]
    ) -> Showing:
        """What one tool (none: ours) said of truth and mutant, counted."""
        news = list(self.robbed.news(truth.diagnostics, mutant.diagnostics))
        extras = tool.extras if tool else frozenset()
        codes: dict[object, set[str]] = {}
        for function, said in news:
            codes.setdefault(function, set()).add(said.code)
        return Showing(
            self.project.name,
            tool.name if tool else OURS,
            tool.version if tool else __version__,
            self.choice,
            tuple(self._losses(codes)),
            sum(function is None for function, _ in news),
            len(truth.diagnostics),
            sum(said.code not in extras for said in truth.diagnostics),
            extras,
            tuple(repairs),
            mutant.seconds,
            mutant.megabytes,
        )

    def _losses(self, codes: Mapping[object, set[str]]) -> Iterator[Sighting]:
        for function, lost in self.robbed.losses.items():
            place = relative(lost.path, self.project)
            said = tuple(sorted(codes.get(function, ())))
            yield Sighting(place, lost.line, lost.text, lost.callee, lost.context, said)


def showing(project: Project, choice: Choice, checker: Checker) -> Showing:
    """One checker on the same."""
    field = _Field(project, choice)
    with copied(field.project) as copy:
        truth = inspect(checker, copy)
    with copied(field.project, field.wounds) as copy:
        mutant = inspect(checker, copy)
    return field.showing(checker, truth, mutant, _batch(field, checker))


def _batch(field: _Field, checker: Checker) -> Iterator[Repair]:
    """Of a checker that can fix."""
    if checker.fixing:
        with copied(field.project, field.wounds) as copy:
            answer = Answer((), fix(checker, copy)).at(field.project.root, copy.root)
        yield field.repair("batch", answer)


def our_showing(project: Project, choice: Choice, fixer: Fixer) -> Showing:
    """autoawait on a project robbed as ``restore`` does."""
    field = _Field(project, choice)
    truth = answer_on(project, {}, fixer, "safe")
    safe, unsafe = (answer_on(project, field.wounds, fixer, mode) for mode in ("safe", "unsafe"))
    repairs = (field.repair("safe", safe), field.repair("unsafe", unsafe))
    return field.showing(None, _inspection(truth, project.root), _inspection(safe, project.root), repairs)


def _inspection(answer: Answer, root: Path) -> Inspection:
    """Our findings as diagnostics. Each has its own line only: its chain also leads to what it did not miss, such as
    the definition of the callee."""
    said = (Diagnostic(one.path.relative_to(root), one.line, one.code, one.message) for one in answer.findings)
    return Inspection(tuple(said), answer.seconds, answer.megabytes)


def tables(showings: Sequence[Showing]) -> list[Table]:
    """Who notices how much, over all, by package and by context; who repairs; time and memory."""
    tools = list(dict.fromkeys(one.tool for one in showings))
    packages = list(dict.fromkeys(one.package for one in showings))
    share = ("removed", *tools)
    return [
        Table("Noticed losses, and what else is said", _NOTICED, [_noticed(tool, showings) for tool in tools]),
        Table("Noticed, by package", ("package", *share), list(_package_rows(showings, packages, tools))),
        Table("Noticed, by context", ("context", *share), list(_context_rows(showings, tools))),
        Table("Repaired in batch", _REPAIRED, [row for tool in tools for row in _repair_rows(tool, showings)]),
        Table("Whole process on the mutants", _TIMES, [_time_row(tool, showings) for tool in tools]),
    ]


_NOTICED = (
    "tool",
    "version",
    "removed",
    "noticed",
    "share",
    "by default",
    "only it, not autoawait",
    "only autoawait",
    "new elsewhere",
    "said of the truth",
    "by default",
)
_REPAIRED = ("tool", "mode", "removed", "restored", "share", "extra", "broken")
_TIMES = ("tool", "runs", "seconds in all", "median", "slowest", "MB median", "MB most")


def _of(tool: str, showings: Iterable[Showing]) -> list[Showing]:
    return [one for one in showings if one.tool == tool]


def _counted(showings: Iterable[Showing], is_meant: Callable[[Sighting], bool]) -> tuple[int, int]:
    """Of the losses that are meant: how many are noticed, and how many there are."""
    losses = [loss for one in showings for loss in one.losses if is_meant(loss)]
    return sum(bool(loss.codes) for loss in losses), len(losses)


def _noticed(tool: str, showings: Sequence[Showing]) -> tuple[object, ...]:
    own = _of(tool, showings)
    noticed, removed = _counted(own, lambda loss: True)
    by_default = sum(len(one.noticed(by_default=True)) for one in own)
    theirs, ours = map(len, _apart(own, _of(OURS, showings)))
    return (
        tool,
        own[0].version,
        removed,
        noticed,
        percent(noticed, removed),
        percent(by_default, removed),
        *(("-", "-") if tool == OURS else (theirs, ours)),
        sum(one.noise for one in own),
        sum(one.alarms for one in own),
        sum(one.default_alarms for one in own),
    )


def _apart(theirs: Sequence[Showing], ours: Sequence[Showing]) -> tuple[list[Sighting], list[Sighting]]:
    """The losses that only they notice, and those that only we do."""
    only_theirs, only_ours = [], []
    for _, one, other in _pairs(theirs, ours):
        if one.codes and not other.codes:
            only_theirs.append(one)
        if other.codes and not one.codes:
            only_ours.append(other)
    return only_theirs, only_ours


def _pairs(theirs: Sequence[Showing], ours: Sequence[Showing]) -> Iterator[tuple[str, Sighting, Sighting]]:
    """Each loss as two tools saw it, and its package, of the packages on which neither failed."""
    known = {one.package: one for one in ours}
    for their in theirs:
        if our := known.get(their.package):
            for one, other in zip(their.losses, our.losses, strict=True):
                yield their.package, one, other


def _package_rows(
    showings: Sequence[Showing], packages: Sequence[str], tools: Sequence[str]
) -> Iterator[tuple[object, ...]]:
    for package in packages:
        yield _share_row(package, [one for one in showings if one.package == package], tools, lambda loss: True)
    yield _share_row("all", showings, tools, lambda loss: True)


def _context_rows(showings: Sequence[Showing], tools: Sequence[str]) -> Iterator[tuple[object, ...]]:
    """The most frequent first."""
    frequency = Counter((one.tool, loss.context) for one in showings for loss in one.losses)
    for context in dict.fromkeys(context for (_, context), _ in frequency.most_common()):
        yield _share_row(context, showings, tools, partial(_is_in, context))


def _is_in(context: str, loss: Sighting) -> bool:
    return loss.context == context


def _share_row(
    name: str, showings: Sequence[Showing], tools: Sequence[str], is_meant: Callable[[Sighting], bool]
) -> tuple[object, ...]:
    counts = [_counted(_of(tool, showings), is_meant) for tool in tools]
    return (
        name,
        max((removed for _, removed in counts), default=0),
        *(percent(noticed, removed) for noticed, removed in counts),
    )


def _repair_rows(tool: str, showings: Sequence[Showing]) -> Iterator[tuple[object, ...]]:
    """One for each mode; one of ``-`` for a tool that has no batch fix, as its ``--help`` says."""
    own = _of(tool, showings)
    _, removed = _counted(own, lambda loss: True)
    modes = dict.fromkeys(repair.mode for one in own for repair in one.repairs)
    for mode in modes:
        repairs = [repair for one in own for repair in one.repairs if repair.mode == mode]
        restored = sum(repair.restored for repair in repairs)
        extra, broken = sum(repair.extra for repair in repairs), sum(repair.broken for repair in repairs)
        yield tool, mode, removed, restored, percent(restored, removed), extra, broken
    if not modes:
        yield tool, "-", removed, "-", "-", "-", "-"


def _time_row(tool: str, showings: Sequence[Showing]) -> tuple[object, ...]:
    own = _of(tool, showings)
    seconds, memory = [one.seconds for one in own], [one.megabytes for one in own]
    return tool, len(own), sum(seconds), median(seconds), max(seconds), median(memory), max(memory)


def list_unseen(showings: Sequence[Showing]) -> None:
    """Print each loss that a peer notices and autoawait does not, with the codes of those who do."""
    ours = _of(OURS, showings)
    seen: dict[tuple[str, Sighting], list[str]] = {}
    for tool in dict.fromkeys(one.tool for one in showings):
        for package, one, other in _pairs(_of(tool, showings), ours):
            if one.codes and not other.codes:
                seen.setdefault((package, other), []).append(f"{tool}: {', '.join(one.codes)}")
    for (package, loss), sayings in seen.items():
        say(f"{package} {loss.path}:{loss.line}: {loss.text}")
        say(f"    {loss.callee} ({loss.context}) {'; '.join(sayings)}")
