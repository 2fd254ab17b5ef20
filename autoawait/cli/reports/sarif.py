"""SARIF 2.1.0, which GitHub's code scanning and many editors read: one run with its rules and results.

Columns count characters from 1, and a region ends before its ``endColumn``. Paths are relative to the top of the
repository, called ``%SRCROOT%``. A fix is a list of replacements for each file, in places of the files as they are now.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from itertools import groupby
from pathlib import Path
from urllib.parse import quote

from autoawait import __version__
from autoawait.cli.reports.finding_text import plain_text
from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Applicability, Finding, Fix, Link, Outcome
from autoawait.diagnostics.fingerprint import fingerprints
from autoawait.diagnostics.location import Location, location_of, span_place
from autoawait.diagnostics.rules import RULES, Rule
from autoawait.project.source import SourceFile, Span
from autoawait.project.text_edits import TextEdit

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_ROOT = "%SRCROOT%"
_FIXES = {
    Applicability.SAFE: "Add the missing await (safe)",
    Applicability.UNSAFE: "Add the missing await (likely what you want, not certain)",
}
_NUMBERS = {code: number for number, code in enumerate(RULES)}
Json = dict[str, object]


def sarif(outcome: Outcome, base: Path) -> str:
    """The findings that are not fixed; paths relative to ``base``, the top of the repository. ASCII."""
    words = fingerprints(remaining(outcome), outcome.sources, base)
    run: Json = {
        "tool": {
            "driver": {"name": "autoawait", "semanticVersion": __version__, "rules": list(map(_rule, RULES.values()))}
        },
        "columnKind": "unicodeCodePoints",
        "newlineSequences": ["\r\n", "\n", "\r"],  # as Python counts lines
        "originalUriBaseIds": {_ROOT: {"uri": f"{base.absolute().as_uri().rstrip('/')}/"}},
        "results": [_result(finding, word, outcome, base) for finding, word in words.items()],
    }
    return json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _rule(rule: Rule) -> Json:
    return {
        "id": rule.code,
        "name": rule.name,
        "shortDescription": {"text": rule.summary},
        "fullDescription": {"text": " ".join(rule.explanation.split("\n\n")[1].split())},
        "help": {"text": rule.explanation, "markdown": rule.explanation},
        "defaultConfiguration": {"level": "error"},
        "properties": {"tags": ["async", "correctness"]},
    }


def _result(finding: Finding, fingerprint: str, outcome: Outcome, base: Path) -> Json:
    location = _location(finding.path, base)
    result: Json = {
        "ruleId": finding.code,
        "ruleIndex": _NUMBERS[finding.code],
        "level": "error",
        "message": {"text": plain_text(finding)},
        "locations": [{"physicalLocation": {**location, "region": _region(location_of(finding, outcome))}}],
        "partialFingerprints": {"autoawait/v1": fingerprint},
        "properties": {"applicability": finding.applicability.value, "evidence": finding.evidence.value},
    }
    if finding.chain:
        result["relatedLocations"] = [_related(link, number, base) for number, link in enumerate(finding.chain, 1)]
    if finding.fix and (changes := _changes(finding.fix, outcome, base)):
        result["fixes"] = [{"description": {"text": _FIXES[finding.applicability]}, "artifactChanges": changes}]
    return result


def _related(link: Link, number: int, base: Path) -> Json:
    place = {**_location(link.path, base), "region": {"startLine": link.line, "startColumn": link.column}}
    return {"id": number, "physicalLocation": place, "message": {"text": link.text.strip()}}


def _location(path: Path, base: Path) -> Json:
    name = shown(path, base)
    if Path(name).is_absolute() or name.startswith("../"):  # outside the repository
        return {"artifactLocation": {"uri": path.absolute().as_uri()}}
    return {"artifactLocation": {"uri": quote(os.fsencode(name)), "uriBaseId": _ROOT}}


def _region(place: Location) -> Json:
    return {
        "startLine": place.line,
        "startColumn": place.column,
        "endLine": place.end_line,
        "endColumn": place.end_column,
    }


def _changes(fix: Fix, outcome: Outcome, base: Path) -> list[Json]:
    """The changes of a fix, file by file; none at all if there is one that is not known as text."""
    edits = sorted(fix.edits, key=lambda edit: edit.turn)
    if not all(edit in outcome.texts and edit.path in outcome.sources for edit in edits):
        return []
    texts = sorted((text for edit in edits for text in outcome.texts[edit]), key=lambda text: text.path)
    return [
        {**_location(path, base), "replacements": _replacements(list(group), outcome.sources[path])}
        for path, group in groupby(texts, key=lambda text: text.path)
    ]


def _replacements(texts: Sequence[TextEdit], source: SourceFile) -> list[Json]:
    """In order of place. What begins at one place is one replacement, so that nobody has to know which comes first."""
    ordered = sorted(texts, key=lambda text: text.start)
    return [_replacement(list(group), source) for _, group in groupby(ordered, key=lambda text: text.start)]


def _replacement(texts: Iterable[TextEdit], source: SourceFile) -> Json:
    texts = list(texts)
    region = _region(span_place(source, Span(texts[0].start, max(text.end for text in texts))))
    return {"deletedRegion": region, "insertedContent": {"text": "".join(text.text for text in texts)}}
