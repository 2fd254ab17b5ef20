"""The golden cases under ``fixtures/``: what each directory says, and what one run over many of them gives."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import groupby
from pathlib import Path

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings
from tests.paths import FIXTURES

Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Mode:
    """What all cases of one run have in common."""

    unsafe: bool
    target: tuple[int, int]
    bridge: bool = False


@dataclass(frozen=True)
class Case:
    """One directory ``fixtures/<room>/<question>/<sentence>``; its name is the path below ``fixtures/``."""

    name: str
    folder: Path
    mode: Mode
    alone: bool
    requires: tuple[str, ...]
    python: tuple[int, int]
    may_run: bool

    @property
    def has_root(self) -> bool:
        """Whether the case is a project of its own, which cannot share its root with others."""
        return (self.folder / "before").is_dir()

    @cached_property
    def before(self) -> Files:
        """The input: path relative to the case directory → bytes."""
        return self._side("before")

    @cached_property
    def after(self) -> Files:
        """The wanted result under the paths of the input; the input itself where nothing changes."""
        return self._side("after") or self.before

    @property
    def changes(self) -> bool:
        return self.after != self.before

    @cached_property
    def expected(self) -> tuple[str, ...] | None:
        """The wanted findings, one ``PATH:LINE: CODE APPLICABILITY`` each; None where the case does not say."""
        path = self.folder / "expected.txt"
        if path.exists():
            return tuple(sorted(path.read_text(encoding="utf-8").splitlines(), key=_reading_order))
        return None if self.changes else ()

    @property
    def broken(self) -> frozenset[str]:
        """The paths that are meant not to parse or decode."""
        return frozenset(line.split(":")[0] for line in self.expected or () if " AW90" in line)

    @property
    def main(self) -> Path | None:
        """The script that shows the result at work: none where misuses remain."""
        remaining = [line for line in self.expected or () if not self.changes or line.endswith(" none")]
        if remaining or not self.may_run:
            return None
        side = "after" if self.changes else "before"
        path = self.folder / side / "main.py" if self.has_root else self.folder / f"{side}.py"
        return path if path.exists() and b"__main__" in path.read_bytes() else None

    @property
    def lacks(self) -> str:
        """Why the case cannot be judged here, or nothing."""
        if sys.version_info[:2] < self.python:
            return f"needs Python {self.python[0]}.{self.python[1]}"
        missing = [name for name in self.requires if importlib.util.find_spec(name) is None]
        return f"needs {', '.join(missing)}" if missing else ""

    def _side(self, side: str) -> Files:
        single = self.folder / f"{side}.py"
        if single.exists():
            return {"before.py": single.read_bytes()}
        root = self.folder / side
        paths = (p for p in sorted(root.rglob("*")) if p.is_file() and "__pycache__" not in p.parts)
        return {f"before/{p.relative_to(root).as_posix()}": p.read_bytes() for p in paths}


@dataclass(frozen=True, slots=True)
class Result:
    """What a run made of one case, in the terms of the case. ``left`` are the findings that it did not fix."""

    files: Files
    findings: tuple[str, ...]
    left: tuple[str, ...] = field(default=(), compare=False)


def all_cases() -> list[Case]:
    """Every case, in order of name."""
    return [_read_case(folder) for folder in _case_folders(FIXTURES)]


def _case_folders(top: Path) -> Iterator[Path]:
    """The directories with an input, at any depth; what is inside of one belongs to it."""
    for folder in sorted(path for path in top.iterdir() if path.is_dir()):
        if (folder / "before").is_dir() or (folder / "before.py").exists():
            yield folder
        else:
            yield from _case_folders(folder)


def _read_case(folder: Path) -> Case:
    options = folder / "case.toml"
    table = tomllib.loads(options.read_text(encoding="utf-8")) if options.exists() else {}
    known = {"unsafe", "bridge", "target-version", "requires", "python", "run", "alone"}
    assert table.keys() <= known, f"{folder}: unknown {table.keys() - known}"
    return Case(
        name=folder.relative_to(FIXTURES).as_posix(),
        folder=folder,
        mode=Mode(
            table.get("unsafe", False), _version(table.get("target-version", "3.10")), table.get("bridge", False)
        ),
        alone=table.get("alone", False),
        requires=tuple(table.get("requires", ())),
        python=_version(table.get("python", "3.10")),
        may_run=table.get("run", True),
    )


def _version(text: str) -> tuple[int, int]:
    major, minor = re.findall(r"\d+", text)
    return int(major), int(minor)


def run_all(cases: list[Case], side: str, root: Path, unsafe: bool | None = None) -> dict[str, Result]:
    """Run the tool over one side of the cases: one run for all that share a mode, one each for projects.

    ``root`` is an empty directory to work in; ``unsafe`` overrides what the cases say.
    """
    results: dict[str, Result] = {}
    shared = [case for case in cases if not (case.has_root or case.alone)]
    batches = [list(group) for _, group in groupby(sorted(shared, key=_mode_order), key=_mode_order)]
    batches += [[case] for case in cases if case.has_root or case.alone]
    for number, batch in enumerate(batches):
        results |= _run_batch(batch, side, root / str(number), unsafe)
    return results


def _mode_order(case: Case) -> tuple[bool, tuple[int, int], bool]:
    return case.mode.unsafe, case.mode.target, case.mode.bridge


def _run_batch(batch: list[Case], side: str, root: Path, unsafe: bool | None) -> dict[str, Result]:
    places = {case: root if len(batch) == 1 else root / case.name.replace("-", "_") for case in batch}
    for case, place in places.items():
        for name, data in getattr(case, side).items():
            path = place / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    mode = batch[0].mode
    base = root / "before" if batch[0].has_root else root
    settings = Settings(
        root=base,
        python=Path(sys.prefix),
        target_version=mode.target,
        unsafe_fixes=mode.unsafe if unsafe is None else unsafe,
        bridge=mode.bridge,
    )
    outcome = run(Request((base,), settings))
    return {case.name: _part(outcome, place, getattr(case, side)) for case, place in places.items()}


def _part(outcome: Outcome, place: Path, files: Files) -> Result:
    changed = {change.path: change.after for change in outcome.changes}
    found = [finding for finding in outcome.findings if finding.path.is_relative_to(place)]
    lines = [_line(outcome, finding, place) for finding in found]
    left = [line for finding, line in zip(found, lines, strict=True) if finding not in outcome.fixed]
    return Result(
        {name: changed.get(place / name, data) for name, data in files.items()},
        tuple(sorted(lines, key=_reading_order)),
        tuple(sorted(left, key=_reading_order)),
    )


def _reading_order(line: str) -> tuple[str, int, str]:
    path, number, rest = line.split(":")
    return path, int(number), rest


def _line(outcome: Outcome, finding: Finding, place: Path) -> str:
    source = outcome.sources.get(finding.path)
    body = source.body if source else finding.path.read_bytes()
    line = len(re.findall(rb"\r\n|\r|\n", body[: finding.span.start])) + 1
    if finding.code == "AW901":
        line = finding.chain[0].line
    name = finding.path.relative_to(place).as_posix()
    return f"{name}:{line}: {finding.code} {finding.applicability.value}"


def rewrite(case: Case, result: Result) -> None:
    """Make the result what the case wants (``--update-fixtures``)."""
    for name in case.before:
        path = case.folder / ("after" + name.removeprefix("before"))
        if result.files != case.before:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(result.files[name])
        else:
            path.unlink(missing_ok=True)
    report = case.folder / "expected.txt"
    if result.findings and (case.expected or result.files == case.before):
        report.write_text("\n".join(result.findings) + "\n", encoding="utf-8")
    else:
        report.unlink(missing_ok=True)
