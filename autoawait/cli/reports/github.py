"""Workflow commands of GitHub Actions: each makes an annotation in the pull request.

::error file=shop/orders.py,line=12,endLine=12,col=13,endColumn=32,title=autoawait AW102 coroutine-used-as-value::...

GitHub hides the properties in the log and shows what follows them, so that begins with the place. It counts columns in
characters from 1, refuses ``col`` and ``endColumn`` where the lines differ, and takes paths from the top of the
repository.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from autoawait.cli.reports.finding_text import plain_text
from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES


def github(outcome: Outcome, base: Path) -> Iterator[str]:
    """A command for each finding that is not fixed; paths relative to ``base``, the top of the repository."""
    for finding in remaining(outcome):
        yield _command(finding, outcome, base)


def _command(finding: Finding, outcome: Outcome, base: Path) -> str:
    place, path = location_of(finding, outcome), shown(finding.path, base)
    properties: dict[str, object] = {"file": path, "line": place.line, "endLine": place.end_line}
    if place.line == place.end_line:
        properties |= {"col": place.column, "endColumn": place.end_column}
    properties["title"] = f"autoawait {finding.code} {RULES[finding.code].name}"
    listed = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    return f"::error {listed}::{_escaped(f'{path}:{place.line}:{place.column}: {finding.code} {plain_text(finding)}')}"


def _escaped(text: str) -> str:
    """A text that ends with the line of the command; the percent sign first, since it marks what is escaped."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _escaped(text).replace(":", "%3A").replace(",", "%2C")
