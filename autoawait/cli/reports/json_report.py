"""The report for programs: one JSON object.

    {"version": 1, "findings": [{"code": "AW102", "name": "coroutine-used-as-value", "message": "...",
      "path": "shop/orders.py", "line": 12, "column": 13, "end_line": 12, "end_column": 32, "callee": "...",
      "applicability": "safe", "evidence": "proved", "chain": [{"path": "...", "line": 4, "column": 11, "text": "..."}],
      "edits": [{"path": "shop/orders.py", "start": 214, "end": 214, "text": "(await "}, ...],
      "reason": "", "advice": ""}],
     "fixed": [],
     "summary": {"found": 1, "fixed": 0, "safe": 1, "unsafe": 0, "none": 0, "files": 3, "changed": 0}}

With ``--from-log`` there is one more key, ``"log"``: for each different warning

    {"log": "run.log", "line": 4, "times": 1, "name": "work", "standing": "confirmed", "reason": "", "advice": "",
     "places": [{"path": "main.py", "line": 6, "column": 9, "text": "c = helper.make()"}],
     "findings": [{"code": "AW101", "path": "main.py", "line": 6, "state": "safe fix"}], "open": false}

where ``standing`` is confirmed, handed over, outdated or unknown.

Lines and columns are 1-based, columns count characters, and the end is the place after the last one.
Edits are byte offsets into the UTF-8 form of the file's text without byte order mark. ``findings`` have
their positions after the changes, ``fixed`` those before them.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from autoawait.cli.reports.applied_changes import after_writing
from autoawait.cli.reports.concise import sentence
from autoawait.cli.reports.log_summary import state_of
from autoawait.cli.reports.summary import remaining, tally
from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Finding, Link, LogAnswer, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES

VERSION = 1


def json_report(outcome: Outcome, base: Path) -> str:
    """The findings that are left, those that are fixed, and the counts; paths relative to ``base``.

    ``outcome`` in terms of the files before its changes.
    """
    after = after_writing(outcome)
    document = {
        "version": VERSION,
        "findings": [json_of(finding, after, base) for finding in remaining(after)],
        "fixed": [json_of(finding, outcome, base) for finding in outcome.findings if finding in outcome.fixed],
        "summary": asdict(tally(outcome)),
    }
    if outcome.answers is not None:
        document["log"] = [_answer(answer, after, base) for answer in after.answers or ()]
    return json.dumps(document, indent=2, ensure_ascii=False)


def _answer(answer: LogAnswer, outcome: Outcome, base: Path) -> dict[str, object]:
    return {
        "log": answer.log,
        "line": answer.line,
        "times": answer.times,
        "name": answer.name,
        "standing": answer.standing.value,
        "reason": answer.reason,
        "advice": answer.advice,
        "places": [link_json(place, base) for place in answer.places],
        "findings": [
            {
                "code": finding.code,
                "path": shown(finding.path, base),
                "line": location_of(finding, outcome).line,
                "state": state_of(finding, outcome),
            }
            for finding in answer.findings
        ],
        "open": answer.is_open,
    }


def link_json(link: Link, base: Path) -> dict[str, object]:
    """A link as all JSON of ours has it."""
    return {"path": shown(link.path, base), "line": link.line, "column": link.column, "text": link.text}


def json_of(finding: Finding, outcome: Outcome, base: Path) -> dict[str, object]:
    """One finding, at its position in the files of the outcome."""
    edits = sorted(finding.fix.edits if finding.fix else (), key=lambda edit: edit.turn)
    texts = [text for edit in edits for text in outcome.texts.get(edit, ())]
    return {
        "code": finding.code,
        "name": RULES[finding.code].name,
        "message": sentence(finding),
        "path": shown(finding.path, base),
        **asdict(location_of(finding, outcome)),
        "callee": finding.callee,
        "reason": finding.reason,
        "advice": finding.advice,
        "applicability": finding.applicability.value,
        "evidence": finding.evidence.value,
        "chain": [link_json(link, base) for link in finding.chain],
        "edits": [
            {"path": shown(text.path, base), "start": text.start, "end": text.end, "text": text.text} for text in texts
        ],
    }
