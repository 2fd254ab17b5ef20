"""The three nouns of a result: Finding, Fix and Edit. Values only, no decisions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum
from pathlib import Path

from autoawait.project.source import SourceFile, Span
from autoawait.project.text_edits import TextEdit


class Applicability(Enum):
    """Whether a fix may be applied, in ruff's words (docs.astral.sh/ruff/linter, "Fix safety")."""

    SAFE = "safe"
    UNSAFE = "unsafe"
    NONE = "none"


class Evidence(Enum):
    """How we know what a call gives: by its definition or type, or by what its surroundings suggest."""

    PROVED = "proved"
    INFERRED = "inferred"


class EditKind(Enum):
    """What happens to the node whose span an edit names.

    AWAIT            expression: ``X`` -> ``await X``, parenthesised where the parent needs it
    UNAWAIT          ``await X`` -> ``X`` (the other half of moving a misplaced await)
    ASYNC_FOR        ``for`` statement -> ``async for``
    ASYNC_WITH       ``with`` statement -> ``async with``; ``items`` are the 0-based items that become async,
                     all of them if empty; a mixed statement is split into nested ones, in order
    ASYNC_CLAUSE     the *iterable* expression of a comprehension clause: ``for x in X`` -> ``async for x in X``
    LIST_OF_GENEXP   generator expression -> list comprehension
    COLLECT_LIST     call ``list(X)`` -> ``[x async for x in X]``
    COLLECT_SET      call ``set(X)`` -> ``{x async for x in X}``
    COLLECT          expression ``X`` -> ``[x async for x in X]``
                     (``text`` is the variable of these three, ``x`` where it is empty)
    ANEXT            call ``next(X[, d])`` -> ``await anext(X[, d])``
    ANEXT_METHOD     call ``next(X)`` -> ``await X.__anext__()`` (before Python 3.10)
    YIELD_FROM       expression statement ``yield from X`` -> ``async for x in X: yield x``

    Those of a function that becomes async, and of what follows it (``text`` is that of the edit):

    ASYNC_DEF        ``def`` statement (from ``def`` on) -> ``async def``
    DECORATE         ``def`` or ``async def`` statement: ``@text`` on a line of its own directly above
    REPLACE          expression -> ``text``; a string that is a whole annotation keeps its quotes around it
    WRAP             expression ``X`` -> ``text(X)``
    UNWRAP           call ``f(X)`` -> ``X``
    IMPORT_NAME      ``from m import a`` -> ``from m import a, text``
    IMPORT_AFTER     statement of the module: the import statement ``text`` on a new line directly after it
    IMPORT_BEFORE    statement of the module: the import statement ``text`` on a line directly before it
    GROUP_AFTER      as IMPORT_AFTER, but an empty line between: it begins a group of imports
    GROUP_BEFORE     as IMPORT_BEFORE, but empty lines between, two before a function or class and one
                     before anything else
    """

    AWAIT = "await"
    UNAWAIT = "unawait"
    ASYNC_FOR = "async for"
    ASYNC_WITH = "async with"
    ASYNC_CLAUSE = "async clause"
    LIST_OF_GENEXP = "list of generator expression"
    COLLECT_LIST = "collect into list"
    COLLECT_SET = "collect into set"
    COLLECT = "collect"
    ANEXT = "anext"
    ANEXT_METHOD = "__anext__"
    YIELD_FROM = "yield from"
    ASYNC_DEF = "async def"
    DECORATE = "decorate"
    REPLACE = "replace"
    WRAP = "wrap"
    UNWRAP = "unwrap"
    IMPORT_NAME = "import name"
    IMPORT_AFTER = "import after"
    IMPORT_BEFORE = "import before"
    GROUP_AFTER = "import group after"
    GROUP_BEFORE = "import group before"


_NOWHERE = Span(0, 0)

# The order in which edits insert at one place: lines before it, what becomes of it (all other kinds), lines after it.
_TURNS = {
    EditKind.GROUP_BEFORE: 0,
    EditKind.IMPORT_BEFORE: 1,
    EditKind.DECORATE: 2,
    EditKind.IMPORT_AFTER: 4,
    EditKind.GROUP_AFTER: 5,
}


@dataclass(frozen=True, slots=True)
class Edit:
    """One planned change of one node: the file, the node's byte span in the ``ast`` sense, the kind.

    ``items`` and ``text`` are what some kinds need besides.
    """

    path: Path
    span: Span
    kind: EditKind
    items: tuple[int, ...] = ()
    text: str = ""

    @property
    def turn(self) -> tuple[int, bool, str]:
        """Its order among the edits that insert at one place; ``from m import a`` comes behind ``import m``."""
        text = self.text if self.kind in _TURNS else ""
        return _TURNS.get(self.kind, 3), text.startswith("from "), text


@dataclass(frozen=True, slots=True)
class Fix:
    """A connected set of edits, applied wholly or not at all."""

    edits: tuple[Edit, ...]
    applicability: Applicability


@dataclass(frozen=True, slots=True)
class Link:
    """A place that a finding refers to, such as a step of the chain that led to it. ``line`` and ``column`` are
    1-based, the column in characters."""

    path: Path
    line: int
    text: str
    column: int

    @classmethod
    def at(cls, file: SourceFile, offset: int, words: str = "") -> Link:
        """The link to a byte offset of a file: ``words``, and the text of the line there."""
        line, column = file.line_and_column(offset)
        return cls(file.path, line, f"{words}{file.line(line).strip()}", column)

    def offset(self, file: SourceFile) -> int:
        """The byte offset of the link in its file."""
        return file.offset(self.line, len(file.line(self.line)[: self.column - 1].encode("utf-8")))

    def moved(self, file: SourceFile, offset: int) -> Link:
        """The same link at an offset of another version of its file."""
        line, column = file.line_and_column(offset)
        return replace(self, line=line, column=column)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something the user should know: a code, a place, a reason, and often a fix.

    ``message`` names the callee and the misuse in one sentence; ``reason`` says how we know, or for
    a refusal why nothing is changed; ``advice`` says what to do by hand where there is no fix.
    """

    code: str
    path: Path
    span: Span
    message: str
    callee: str = ""
    evidence: Evidence = Evidence.PROVED
    reason: str = ""
    advice: str = ""
    fix: Fix | None = None
    chain: tuple[Link, ...] = ()

    @property
    def applicability(self) -> Applicability:
        """That of the fix; NONE where there is no fix."""
        return self.fix.applicability if self.fix else Applicability.NONE

    @property
    def place(self) -> tuple[Path, Span]:
        """What tells findings apart and puts them in order: the file, and the bytes that they are about."""
        return self.path, self.span

    @property
    def awaited(self) -> set[tuple[Path, Span]]:
        """The expressions that its fix awaits."""
        edits = self.fix.edits if self.fix else ()
        return {(edit.path, edit.span) for edit in edits if edit.kind is EditKind.AWAIT}


@dataclass(frozen=True, slots=True)
class Change:
    """A file before and after, as bytes on disk."""

    path: Path
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True)
class Unflagged:
    """An expression that was looked at and is not reported: what it gives, by which evidence, how it is used.

    ``line`` and ``column`` are 1-based, the column in bytes; ``gives`` is a kind in words, ``because`` how
    that is known or why it is not, ``uses`` what happens to the value. ``is_async`` where it surely gives
    something that can be awaited or iterated over. ``span`` is that of ``text``, a call's callee.
    """

    path: Path
    line: int
    column: int
    text: str
    gives: str
    because: str
    uses: tuple[str, ...]
    is_async: bool
    span: Span = _NOWHERE


def note_of(unflagged: Unflagged) -> str:
    """Its place, and why it was left alone, on one line.

    /me/orders.py:12:13: `self.db.save` gives unknown (nothing is known of `db`), left alone: nothing is done with it
    """
    return f"{unflagged.path}:{unflagged.line}:{unflagged.column}: {told(unflagged)}"


def told(unflagged: Unflagged) -> str:
    """What it gives, by which evidence, and how its value is used."""
    because = f" ({unflagged.because})" if unflagged.because else ""
    return f"`{unflagged.text}` gives {unflagged.gives}{because}, left alone: {', '.join(unflagged.uses)}"


class LogStanding(Enum):
    """What a warning of a log, that a coroutine was never awaited, is to the project.

    CONFIRMED  a call site of the project made the coroutine
    HANDED     code outside of the project called an async function that it was given
    OUTDATED   the code is no longer what it was when the log was written
    UNKNOWN    the log does not say where the coroutine was made
    """

    CONFIRMED = "confirmed"
    HANDED = "handed over"
    OUTDATED = "outdated"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class LogAnswer:
    """What is known of one warning of a log.

    ``log`` and ``line`` (1-based) say where it stands, ``times`` how often, ``name`` is the coroutine as the warning
    names it. ``places`` are the call sites that it is about; for a warning without one, those that may be meant.
    ``findings`` are what the analysis says of these places; ``reason`` says why there is no site, or no finding;
    ``advice`` what to run or do. ``is_open``: no finding and no reason answers the warning, so it is left to report.
    """

    log: str
    line: int
    times: int
    name: str
    standing: LogStanding
    places: tuple[Link, ...] = ()
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    advice: str = ""
    is_open: bool = False


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one run, for any reporter.

    ``findings`` in order of path and place; ``fixed`` those whose fix is part of ``changes`` (a fix
    that failed its proof is not, and its finding carries the reason); ``texts`` what each edit
    amounts to; ``sources`` the analysed files, for source lines; ``files`` how many were looked at;
    ``notes`` what ``--verbose`` says (environment chosen, times); ``unflagged`` what was left alone, and why;
    ``known`` the findings that the baseline has, in order too: not among ``findings``, and among ``fixed`` only where
    a fix fixes others with them; ``gone`` how many more the baseline has of these files, which are no more.
    ``answers`` what became of the warnings of logs, None where none was given.
    """

    findings: tuple[Finding, ...]
    fixed: frozenset[Finding]
    changes: tuple[Change, ...]
    texts: Mapping[Edit, tuple[TextEdit, ...]]
    sources: Mapping[Path, SourceFile]
    files: int
    notes: tuple[str, ...] = ()
    unflagged: tuple[Unflagged, ...] = ()
    known: tuple[Finding, ...] = ()
    gone: int = 0
    answers: tuple[LogAnswer, ...] | None = None
