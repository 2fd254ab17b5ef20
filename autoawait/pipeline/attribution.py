"""Which fixes of a trial are to blame for an objection, by the place that is objected to."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from autoawait.diagnostics.finding import Applicability, EditKind, Finding
from autoawait.edits.apply import AppliedEdits
from autoawait.project.index import Function, Index
from autoawait.project.source import SourceFile, Spot


def responsible_fixes(trial: AppliedEdits, path: Path, spot: Spot | None, index: Index) -> list[Finding]:
    """The fixes that an objection to a file falls on; all of the file's where no spot is known.

    These are the file's fixes in the function around the spot, of them those that are nearest above it. Where there are
    none, those that make async what is named in this function, first of this file, then of all files; else the nearest
    of the file's unsafe fixes, or of all of it; and for a file without any, those that make async what is named
    anywhere in it. If these were not the culprits, the next round objects again.
    """
    source = index.modules[path].file
    lines = {finding: found for finding in trial.made if (found := _edited_lines(finding, source))}
    if spot is None:
        return [*lines]
    function = index.function_around(path, spot.line)
    close = [f for f, (first, *_) in lines.items() if function and first in _lines(function)]
    above = max((lines[f][0] for f in close if lines[f][0] <= spot.line), default=0)
    nodes = function.unit.nodes if function else ()
    return (
        [f for f in close if lines[f][0] == above]
        or close
        or _named_in(nodes, lines, index)
        or _named_in(nodes, trial.made, index)
        or _nearest(lines, spot.line)
        or _named_in(ast.walk(source.tree), trial.made, index)
    )


def by_likelihood(trial: AppliedEdits, path: Path, spot: Spot, index: Index) -> list[Finding]:
    """All fixes of a trial, those first that an objection to a place most likely falls on: by rule, then those of the
    function around it, then of the file by distance, then all others."""
    likely = responsible_fixes(trial, path, spot, index)
    source, function = index.modules[path].file, index.function_around(path, spot.line)
    within = _lines(function) if function else range(0)

    def rank(finding: Finding) -> tuple[int, int]:
        lines = _edited_lines(finding, source)
        far = min((abs(line - spot.line) for line in lines), default=0)
        if finding in likely:
            return 0, far
        return (1 if any(line in within for line in lines) else 2 if lines else 3), far

    return sorted(sorted(trial.made, key=lambda finding: finding.place), key=rank)


def _named_in(nodes: Iterable[ast.AST], found: Iterable[Finding], index: Index) -> list[Finding]:
    """Those of some fixes that make a function async which one of the nodes names."""
    named = (node for node in nodes if isinstance(node, (ast.Attribute, ast.Name)))
    names = {node.attr if isinstance(node, ast.Attribute) else node.id for node in named}
    return [finding for finding in found if names.intersection(_turned_by(finding, index))]


def _turned_by(finding: Finding, index: Index) -> Iterator[str]:
    """The names of the functions that a fix makes async."""
    for edit in finding.fix.edits if finding.fix else ():
        if edit.kind is EditKind.ASYNC_DEF:
            module = index.modules[edit.path]
            found = module.by_line.get(module.file.spot(edit.span.start).line)
            yield found.node.name if isinstance(found, Function) else ""


def _nearest(lines: Mapping[Finding, Sequence[int]], line: int) -> list[Finding]:
    """The fixes with the edits nearest to a line, of the unsafe ones if there are any: the others may be right."""
    likely = [f for f in lines if f.applicability is Applicability.UNSAFE] or [*lines]
    far = {f: min(abs(edited - line) for edited in lines[f]) for f in likely}
    return [f for f in likely if far[f] == min(far.values())]


def _edited_lines(finding: Finding, source: SourceFile) -> list[int]:
    """The lines of a file that the edits of a fix begin on, in the order of the edits."""
    edits = finding.fix.edits if finding.fix else ()
    return [source.spot(edit.span.start).line for edit in edits if edit.path == source.path]


def _lines(function: Function) -> range:
    return range(function.node.lineno, (function.node.end_lineno or function.node.lineno) + 1)
