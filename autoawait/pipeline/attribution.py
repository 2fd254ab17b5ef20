"""Which fixes an objection to a trial falls on, by the place that is objected to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Finding
from autoawait.edits.apply import AppliedEdits
from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile, Spot


def responsible_fixes(
    trial: AppliedEdits, path: Path, spot: Spot | None, reason: str, index: Index
) -> dict[Finding, str]:
    """The fixes that an objection falls on: the nearest above its place in its function, else those of the file for
    what is named in that function, else those of other files, else the nearest of the file's likely ones, else the
    nearest; for a file without any, those for what is named anywhere in it.

    If that was not the culprit, the next round objects again.
    """
    here = [f for f in trial.made if _edits_in(f, path)]
    if spot is not None:
        source = index.modules[path].file
        function = function_around(index, path, spot.line)
        around = _lines(function) if function else range(0)
        close = [f for f in here if _line(source, f, path) in around]
        above = [_line(source, f, path) for f in close if _line(source, f, path) <= spot.line]
        close = [f for f in close if _line(source, f, path) == max(above, default=0)] or close
        likely = [f for f in here if f.applicability is Applicability.UNSAFE]
        nodes = function.unit.nodes if function else ()
        named = _named_in(nodes, here, index) or _named_in(nodes, trial.made, index)
        near = close or named or _nearest(likely or here, path, spot.line, source)
        here = near or _named_in(ast.walk(source.tree), trial.made, index)
    return dict.fromkeys(here, reason)


def _named_in(nodes: Iterable[ast.AST], found: Iterable[Finding], index: Index) -> list[Finding]:
    """Those of some fixes that make a function async which is named among some nodes."""
    names = {
        n.attr if isinstance(n, ast.Attribute) else n.id for n in nodes if isinstance(n, (ast.Attribute, ast.Name))
    }
    return [finding for finding in found if names.intersection(_turned_by(finding, index))]


def _turned_by(finding: Finding, index: Index) -> Iterator[str]:
    """The names of the functions that a fix makes async."""
    for edit in finding.fix.edits if finding.fix else ():
        if edit.kind is EditKind.ASYNC_DEF:
            module = index.modules[edit.path]
            found = module.by_line.get(module.file.spot(edit.span.start).line)
            yield found.node.name if isinstance(found, Function) else ""


def _nearest(found: list[Finding], path: Path, line: int, source: SourceFile) -> list[Finding]:
    """The fixes whose edits in a file are nearest to a line: where none is in its function, the others may be right."""
    far = {f: min(abs(source.spot(e.span.start).line - line) for e in _edits_in(f, path)) for f in found}
    return [f for f in found if far[f] == min(far.values())]


def _edits_in(finding: Finding, path: Path) -> list[Edit]:
    return [e for e in finding.fix.edits if e.path == path] if finding.fix else []


def _line(source: SourceFile, finding: Finding, path: Path) -> int:
    edits: Iterable[Edit] = finding.fix.edits if finding.fix else ()
    return source.spot(next(e.span.start for e in edits if e.path == path)).line


def function_around(index: Index, path: Path, line: int) -> Function | None:
    around = [f for f in index.modules[path].functions if line in _lines(f)]
    return min(around, key=lambda f: len(_lines(f)), default=None)


def _lines(function: Function) -> range:
    return range(function.node.lineno, (function.node.end_lineno or function.node.lineno) + 1)
