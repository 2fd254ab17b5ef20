"""An outcome after its changes are on disk: what is left, at the places where it now stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from autoawait.cli.reports.summary import remaining
from autoawait.diagnostics.finding import Edit, Finding, Fix, Link, LogAnswer, Outcome
from autoawait.project.source import SourceFile, Span, load
from autoawait.project.text_edits import PositionMap, TextEdit


def after_writing(outcome: Outcome) -> Outcome:
    """The same outcome in terms of the new files: sources, and every span, line and edit of what is not fixed."""
    return _Move(outcome).moved()


class _Move:
    """Where the places of the old files are in the new ones."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        new = {change.path: load(change.path, change.after) for change in outcome.changes}
        self.sources = {path: source for path, source in new.items() if isinstance(source, SourceFile)}
        self.maps = {path: PositionMap(texts) for path, texts in _applied(outcome).items()}

    def moved(self) -> Outcome:
        left = {finding: self._finding(finding) for finding in remaining(self.outcome)}
        texts = {
            self._edit(edit): tuple(self._text(text) for text in self.outcome.texts[edit])
            for finding in left
            for edit in (finding.fix.edits if finding.fix else ())
            if edit in self.outcome.texts
        }
        findings = tuple(left.get(finding, finding) for finding in self.outcome.findings)
        answers = self.outcome.answers and tuple(self._answer(answer, left) for answer in self.outcome.answers)
        sources = {**self.outcome.sources, **self.sources}
        return replace(self.outcome, findings=findings, texts=texts, sources=sources, answers=answers)

    def _answer(self, answer: LogAnswer, left: Mapping[Finding, Finding]) -> LogAnswer:
        findings = tuple(left.get(finding, finding) for finding in answer.findings)
        return replace(answer, places=tuple(map(self._link, answer.places)), findings=findings)

    def _finding(self, finding: Finding) -> Finding:
        fix = finding.fix and Fix(tuple(map(self._edit, finding.fix.edits)), finding.fix.applicability)
        chain = tuple(map(self._link, finding.chain))
        return replace(finding, span=self._span(finding.path, finding.span), fix=fix, chain=chain)

    def _edit(self, edit: Edit) -> Edit:
        return replace(edit, span=self._span(edit.path, edit.span))

    def _text(self, text: TextEdit) -> TextEdit:
        if text.start == text.end:
            start = end = self._start(text.path, text.start)
        else:
            start, end = self._start(text.path, text.start), self._end(text.path, text.end)
        return replace(text, start=start, end=end)

    def _link(self, link: Link) -> Link:
        old, new = self.outcome.sources.get(link.path), self.sources.get(link.path)
        if old is None or new is None:
            return link
        return link.moved(new, self._start(link.path, link.offset(old)))

    def _span(self, path: Path, span: Span) -> Span:
        return Span(self._start(path, span.start), self._end(path, span.end))

    def _start(self, path: Path, offset: int) -> int:
        """What begins at an offset stands after what was inserted there."""
        return self.maps[path].forward(offset) if path in self.maps else offset

    def _end(self, path: Path, offset: int) -> int:
        """What ends at an offset stands before what was inserted there."""
        return self.maps[path].forward(offset, is_end=True) if path in self.maps else offset


def _applied(outcome: Outcome) -> dict[Path, list[TextEdit]]:
    applied: dict[Path, list[TextEdit]] = {}
    for edit in {edit for finding in outcome.fixed if finding.fix for edit in finding.fix.edits}:
        for text in outcome.texts.get(edit, ()):
            applied.setdefault(text.path, []).append(text)
    return applied
