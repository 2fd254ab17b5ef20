"""The number of findings of each code, and what becomes of them.

code   name                     found  safe  unsafe  refused
AW102  coroutine-used-as-value     12     9       2        1
AW101  coroutine-never-awaited      3     3       0        0
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

from autoawait.cli.reports.text import Line, Style
from autoawait.diagnostics.finding import Applicability, Finding, Outcome
from autoawait.diagnostics.rules import RULES


def statistics(outcome: Outcome) -> Iterator[Line]:
    """A header and a line for each code that was found, the most frequent first; a column ``fixed`` if something is.

    ``safe`` and ``unsafe`` count those that have such a fix and are not fixed, ``refused`` those without one.
    Nothing at all if nothing was found.
    """
    by_code = sorted(outcome.findings, key=lambda finding: finding.code)
    rows = [_row(code, list(group), outcome) for code, group in groupby(by_code, key=lambda finding: finding.code)]
    if not rows:
        return
    names = [name for name in rows[0] if name != "fixed" or any(row["fixed"] for row in rows)]
    widths = {name: max(len(name), *(len(str(row[name])) for row in rows)) for name in names}
    yield _line({name: name for name in names}, widths, Style.FRAME)
    for row in sorted(rows, key=lambda row: (-int(row["found"]), row["code"])):
        yield _line(row, widths, Style.CODE)


def _row(code: str, findings: list[Finding], outcome: Outcome) -> dict[str, str | int]:
    left = [finding.applicability for finding in findings if finding not in outcome.fixed]
    return {
        "code": code,
        "name": RULES[code].name,
        "found": len(findings),
        "fixed": len(findings) - len(left),
        "safe": left.count(Applicability.SAFE),
        "unsafe": left.count(Applicability.UNSAFE),
        "refused": left.count(Applicability.NONE),
    }


def _line(row: dict[str, str | int] | dict[str, str], widths: dict[str, int], style: Style) -> Line:
    words = [f"{row[name]:{'<' if name in ('code', 'name') else '>'}{width}}" for name, width in widths.items()]
    return ((words[0], style), ("  " + "  ".join(words[1:]), Style.PLAIN))
