"""JUnit's XML, which most CI servers show: a suite for each file, a failed test case for each finding.

    <testsuites name="autoawait" tests="1" failures="1" errors="0">
      <testsuite name="shop/orders.py" tests="1" failures="1" errors="0">
        <testcase name="AW102 coroutine-used-as-value (line 12)" classname="shop/orders.py" file="..." line="12">
          <failure type="AW102" message="`fetch_order` gives a coroutine, ...">shop/orders.py:12:13: ...</failure>

Without findings it is one case that passed, because servers take a report without cases for a failure.
"""

from __future__ import annotations

import re
from itertools import groupby
from pathlib import Path
from xml.etree import ElementTree

from autoawait.cli.reports.finding_text import plain_text
from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import shown
from autoawait.diagnostics.finding import Finding, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.diagnostics.rules import RULES

# What XML 1.0 cannot hold, escaped or not.
_UNSPEAKABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(outcome: Outcome, base: Path) -> str:
    """The findings that are not fixed; paths relative to ``base``. ASCII, with references for all else."""
    findings = remaining(outcome)
    top = _counted(ElementTree.Element("testsuites", name="autoawait"), max(1, len(findings)), len(findings))
    for path, group in groupby(findings, key=lambda finding: finding.path):
        cases = [_case(finding, outcome, base) for finding in group]
        suite = _counted(
            ElementTree.SubElement(top, "testsuite", name=_clean(shown(path, base))), len(cases), len(cases)
        )
        suite.extend(cases)
    if not findings:
        suite = _counted(ElementTree.SubElement(top, "testsuite", name="autoawait"), 1, 0)
        ElementTree.SubElement(suite, "testcase", name="nothing to report", classname="autoawait")
    ElementTree.indent(top)
    text: bytes = ElementTree.tostring(top, encoding="us-ascii", xml_declaration=True)
    return text.decode("ascii")


def _counted(element: ElementTree.Element, tests: int, failures: int) -> ElementTree.Element:
    element.attrib |= {"tests": str(tests), "failures": str(failures), "errors": "0"}
    return element


def _case(finding: Finding, outcome: Outcome, base: Path) -> ElementTree.Element:
    place, path = location_of(finding, outcome), _clean(shown(finding.path, base))
    name = f"{finding.code} {RULES[finding.code].name} (line {place.line})"
    case = ElementTree.Element("testcase", name=name, classname=path, file=path, line=str(place.line))
    failure = ElementTree.SubElement(case, "failure", type=finding.code, message=_clean(finding.message))
    failure.text = _clean(f"{path}:{place.line}:{place.column}: {finding.code} {plain_text(finding)}")
    return case


def _clean(text: str) -> str:
    return _UNSPEAKABLE.sub("\ufffd", text)
