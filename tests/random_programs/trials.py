"""The tool is held to its promise by many programs at once, all of them in one project."""

from __future__ import annotations

import difflib
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.pipeline.session import Session
from autoawait.project.settings import Settings
from tests.random_programs.executions import Ran, executed
from tests.random_programs.mutants import Files

# Programs by the names of their packages.
Programs = Mapping[str, Files]
MODES = {"safe": False, "unsafe": True}


@dataclass(frozen=True, slots=True)
class Edited:
    """A program that was edited, in one mode: what it is now, and whether it is what it should be."""

    name: str
    mode: str
    before: Files
    after: Files
    ran: Ran
    is_as_wanted: bool

    @property
    def diff(self) -> str:
        """The edits, as a patch."""
        lines: list[str] = []
        for file, text in self.before.items():
            pair = text.splitlines(keepends=True), self.after[file].splitlines(keepends=True)
            lines += difflib.unified_diff(*pair, f"{self.name}/{file}", f"{self.name}/{file}", n=2)
        return "".join(lines)


def right(programs: Programs) -> dict[str, Ran]:
    """What each program prints. Raises AssertionError for one that is not right: then the generator is wrong."""
    with _project(programs) as root:
        answers = _run_all(programs, root)
    wrong = {name: ran.complained for name, ran in answers.items() if not ran.is_well}
    assert wrong == {}
    return answers


def edits_of(programs: Programs, wanted: Mapping[str, Ran]) -> list[Edited]:
    """Every program that a fix edits, in each mode, and whether it then prints what is wanted of it."""
    found = []
    with _project(programs) as root, Session(_settings(root, is_unsafe=False)) as session:
        outcomes = {mode: run(Request((root,), _settings(root, on)), session=session) for mode, on in MODES.items()}
    for mode, outcome in outcomes.items():
        fixed = dict(_changed(outcome, root, programs))
        with _project({**programs, **fixed}) as other:
            answers = _run_all(fixed, other)
        for name, after in fixed.items():
            is_as_wanted = answers[name] == wanted[name]
            found.append(Edited(name, mode, programs[name], after, answers[name], is_as_wanted))
    return found


def _changed(outcome: Outcome, root: Path, programs: Programs) -> Iterator[tuple[str, Files]]:
    changed = {change.path.relative_to(root): change.after.decode() for change in outcome.changes}
    for name in {path.parts[0] for path in changed}:
        yield name, {file: changed.get(Path(name, file), text) for file, text in programs[name].items()}


def _run_all(programs: Programs, root: Path) -> dict[str, Ran]:
    mains = {root / name / "main.py": name for name in programs}
    return {mains[path]: ran for path, ran in executed(mains, root).items()}


def _settings(root: Path, is_unsafe: bool) -> Settings:
    version: tuple[int, int] = sys.version_info[:2]
    return Settings(root, python=Path(sys.prefix), target_version=version, unsafe_fixes=is_unsafe)


@contextmanager
def _project(programs: Programs) -> Iterator[Path]:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        for name, files in programs.items():
            (root / name).mkdir()
            for file, text in files.items():
                (root / name / file).write_text(text, encoding="utf-8")
        yield root
