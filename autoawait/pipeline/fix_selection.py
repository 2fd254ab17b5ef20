"""Fixes offered one by one, and a run with those that somebody chose, which must hold by themselves."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path

from autoawait.diagnostics.finding import Applicability, Change, Edit, Finding, Outcome
from autoawait.edits.apply import attempt
from autoawait.pipeline.analysis import Analysis, Project, analyse
from autoawait.project.index import Index


@dataclass(frozen=True, eq=False)
class Offer:
    """A connected set of edits with the findings that it fixes."""

    findings: tuple[Finding, ...]
    edits: frozenset[Edit]

    @property
    def is_safe(self) -> bool:
        return all(finding.applicability is Applicability.SAFE for finding in self.findings)


def offers(outcome: Outcome) -> list[Offer]:
    """The fixes that an outcome has made, each set of edits once, in order of the first finding."""
    sets: dict[frozenset[Edit], list[Finding]] = {}
    for finding in outcome.findings:
        if finding in outcome.fixed and finding.fix:
            sets.setdefault(frozenset(finding.fix.edits), []).append(finding)
    return [Offer(tuple(found), edits) for edits, found in sets.items()]


def changes_of(offer: Offer, index: Index, root: Path) -> tuple[Change, ...]:
    """The files that an offer changes, before and after it alone."""
    trial = attempt(index, offer.findings, root, unsafe=True)
    return tuple(Change(path, index.modules[path].file.data, file.data) for path, file in sorted(trial.files.items()))


def only(project: Project, whole: Analysis, made: Collection[Offer], declined: Collection[Offer]) -> Outcome:
    """The outcome of a run that makes some offers of a former one, and nothing else. Raises EngineError.

    What was declined is still among the findings, unless what was chosen fixes it too.
    """
    if not declined:
        return whole.outcome
    edits = frozenset(edit for offer in made for edit in offer.edits)
    covered = [offer for offer in (*made, *declined) if offer.edits <= edits]
    wanted = {finding.place for offer in covered for finding in offer.findings}
    left = [f for offer in declined if offer not in covered for f in offer.findings]
    # What failed its proof was not offered; without its rivals it might hold now.
    left += [f for f in whole.outcome.findings if f not in whole.outcome.fixed and f.place not in wanted]
    places = {finding.place for finding in left}
    analysis = whole
    while True:  # each turn declines more of the places that a file has
        project.as_it_was(analysis.trial)
        analysis = analyse(project, places)
        unasked = {finding.place for finding in analysis.outcome.fixed} - wanted
        if not unasked:
            break
        places |= unasked
    told = {finding.place for finding in analysis.outcome.findings}
    others = [_without(finding, edits) for finding in left if finding.place not in told]
    findings = sorted([*analysis.outcome.findings, *others], key=lambda f: f.place)
    texts = {**whole.outcome.texts, **analysis.outcome.texts}
    return replace(analysis.outcome, findings=tuple(findings), texts=texts, answers=whole.outcome.answers)


def _without(finding: Finding, made: Collection[Edit]) -> Finding:
    """A finding with what is left of its fix."""
    if finding.fix is None:
        return finding
    return replace(finding, fix=replace(finding.fix, edits=tuple(e for e in finding.fix.edits if e not in made)))
