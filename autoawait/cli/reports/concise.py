"""One line a finding.

shop/orders.py:12:13: AW102 coroutine-used-as-value `fetch_order` gives a coroutine, its attribute is read [safe]
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import Line, Style, shown
from autoawait.diagnostics.finding import Applicability, Finding, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES


def concise(outcome: Outcome, base: Path) -> Iterator[Line]:
    """A line for each finding that is not fixed; paths relative to ``base``."""
    for finding in remaining(outcome):
        fixable = finding.applicability is not Applicability.NONE
        mark = f" [{finding.applicability.value}]" if fixable else ""
        yield (*headline(finding, outcome, base, sentence(finding)), (mark, Style.FRAME))


def sentence(finding: Finding) -> str:
    """The message; where there is no fix, with the reason."""
    refused = finding.applicability is Applicability.NONE and finding.reason
    return f"{finding.message}: {finding.reason}" if refused else finding.message


def headline(finding: Finding, outcome: Outcome, base: Path, message: str) -> Line:
    """``path:line:column: CODE name message``."""
    place = location_of(finding, outcome)
    return (
        (f"{shown(finding.path, base)}:{place.line}:{place.column}: ", Style.PLACE),
        (f"{finding.code} {RULES[finding.code].name}", Style.CODE),
        (f" {message}", Style.PLAIN),
    )
