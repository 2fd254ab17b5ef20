"""The planned edits made in memory, and shown to the engine, before anything is proved or written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.finding import Applicability, Edit, Finding
from autoawait.edits.rewrite import RewriteError, rewrite
from autoawait.project.index import Index
from autoawait.project.source import BrokenFile, SourceFile, load, shown
from autoawait.project.text_edits import SpotMap, TextEdit
from autoawait.types.engine import TypeEngine
from autoawait.types.overlaid_engine import AskedSpots, OverlaidEngine


@dataclass(frozen=True, eq=False)
class AppliedEdits:
    """The findings whose fixes were made, the edited files, and what each edit is as text."""

    made: tuple[Finding, ...]
    withdrawn: Mapping[Finding, str]
    files: Mapping[Path, SourceFile]
    edits: Mapping[Path, frozenset[Edit]]
    texts: Mapping[Edit, tuple[TextEdit, ...]]

    def engine(self, engine: TypeEngine, index: Index, expected: AskedSpots) -> OverlaidEngine:
        """The engine, seeing the edited files, asked in places of the files before, most likely the expected ones."""
        shifts: dict[Path, SpotMap] = {}
        for path, after in self.files.items():
            engine.overlay(path, after.text)
            texts = (text for edit in self.edits[path] for text in self.texts[edit])
            shifts[path] = SpotMap(index.modules[path].file, after.body, texts)
        return OverlaidEngine(engine, shifts, expected)


def attempt(
    index: Index, findings: Iterable[Finding], root: Path, *, unsafe: bool, last: AppliedEdits | None = None
) -> AppliedEdits:
    """Make the fixes that may be applied; a fix that cannot be made as planned is withdrawn, with the reason, in
    which places are named from ``root``.

    Files that the ``last`` trial of the same index changed in the same way are taken from it.
    """
    wanted = {f for f in findings if f.fix and (unsafe or f.applicability is Applicability.SAFE)}
    gone: dict[Finding, str] = {}
    while True:
        made = tuple(f for f in wanted if f not in gone)
        edits = _by_file(made)
        files: dict[Path, SourceFile] = {}
        texts: dict[Edit, tuple[TextEdit, ...]] = {}
        try:
            for path, planned in edits.items():
                if last is not None and last.edits.get(path) == planned:
                    files[path] = last.files[path]
                    texts.update((edit, last.texts[edit]) for edit in planned)
                else:
                    files[path], written = _rewritten(index.modules[path].file, planned, root)
                    texts.update(written)
            return AppliedEdits(made, gone, files, edits, texts)
        except _UnmadeError as problem:
            gone.update((f, problem.reason) for f in made if f.fix and problem.edits.intersection(f.fix.edits))


class _UnmadeError(Exception):
    def __init__(self, edits: frozenset[Edit], reason: str) -> None:
        super().__init__(reason)
        self.edits = edits
        self.reason = reason


def _by_file(findings: Iterable[Finding]) -> dict[Path, frozenset[Edit]]:
    found: dict[Path, set[Edit]] = {}
    for finding in findings:
        for edit in finding.fix.edits if finding.fix else ():
            found.setdefault(edit.path, set()).add(edit)
    return {path: frozenset(edits) for path, edits in found.items()}


def _rewritten(
    file: SourceFile, wanted: frozenset[Edit], root: Path
) -> tuple[SourceFile, Mapping[Edit, tuple[TextEdit, ...]]]:
    """A file with its edits made, and what each is as text."""
    try:
        rewritten = rewrite(file, wanted)
    except RewriteError as error:
        raise _UnmadeError(frozenset([error.edit]) if error.edit else wanted, error.message(root)) from error
    after = load(file.path, rewritten.data)
    if isinstance(after, BrokenFile):
        raise _UnmadeError(wanted, f"{shown(file.path, root)} would be broken: it {after.message}")
    return after, rewritten.texts
