"""GitLab's Code Quality report: a JSON list with an object for each finding.

    [{"description": "AW102: `fetch_order` gives a coroutine, ...", "check_name": "coroutine-used-as-value",
      "fingerprint": "5ad1c8...", "severity": "major",
      "location": {"path": "shop/orders.py", "positions": {"begin": {"line": 12, "column": 13},
                                                           "end": {"line": 12, "column": 32}}}}]

GitLab tells new findings from old ones by the fingerprint, and shows only one of those that share it.
"""

from __future__ import annotations

import json
from pathlib import Path

from autoawait.cli.reports.finding_text import plain_text
from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.diagnostics.fingerprint import fingerprints
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES

# Of a report for maintainability: a defect, below what GitLab calls critical and blocker.
_SEVERITY = "major"


def gitlab(outcome: Outcome, base: Path) -> str:
    """The findings that are not fixed; paths relative to ``base``, the top of the repository. ASCII."""
    words = fingerprints(remaining(outcome), outcome.sources, base)
    return json.dumps([_issue(finding, word, outcome, base) for finding, word in words.items()], indent=2)


def _issue(finding: Finding, fingerprint: str, outcome: Outcome, base: Path) -> dict[str, object]:
    place = location_of(finding, outcome)
    return {
        "description": f"{finding.code}: {plain_text(finding)}",
        "check_name": RULES[finding.code].name,
        "fingerprint": fingerprint,
        "severity": _SEVERITY,
        "location": {
            "path": shown(finding.path, base),
            "positions": {
                "begin": {"line": place.line, "column": place.column},
                "end": {"line": place.end_line, "column": place.end_column},
            },
        },
    }
