"""Counting, the table, the last lines, and the exit code."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from autoawait.cli.reports.statistics import statistics
from autoawait.cli.reports.summary import Exit, Mode, exit_code, summary
from autoawait.cli.reports.text import plain
from tests.cli.reports.outcomes import fixed_shop, outcome, shop

BASE = Path("/work")
CLEAN = outcome([], {}, [], files=1)
NOTHING = "Nothing to report (1 file checked)"
UPDATE = "`autoawait check --update-baseline`"
WAITING = replace(fixed_shop(BASE), findings=fixed_shop(BASE).findings[2:], changes=())


@pytest.mark.parametrize(
    ("result", "mode", "unsafe", "text"),
    [
        (CLEAN, Mode.CHECK, False, "Nothing to report (1 file checked)"),
        (
            shop(BASE),
            Mode.CHECK,
            False,
            "3 found: 1 fixable with `autoawait fix`, 1 more with --unsafe-fixes, 1 refused (3 files checked)",
        ),
        (
            shop(BASE),
            Mode.CHECK,
            True,
            "3 found: 2 fixable with `autoawait fix`, 1 refused (3 files checked)",
        ),
        (
            fixed_shop(BASE),
            Mode.FIX,
            False,
            "3 found: 1 fixed in 1 file, 1 more with --unsafe-fixes, 1 refused (3 files checked)",
        ),
        (
            fixed_shop(BASE),
            Mode.DIFF,
            False,
            "3 found: 1 would be fixed in 1 file, 1 more with --unsafe-fixes, 1 refused (3 files checked)",
        ),
        (shop(BASE), Mode.FIX, True, "3 found: 2 left as they are, 1 refused (3 files checked)"),
        (replace(CLEAN, known=shop(BASE).findings), Mode.CHECK, False, f"{NOTHING}\n3 are in the baseline"),
        (
            replace(CLEAN, known=shop(BASE).findings[:1], gone=1),
            Mode.CHECK,
            False,
            f"{NOTHING}\n1 is in the baseline; 1 of its findings is gone: {UPDATE} removes it",
        ),
        (
            replace(CLEAN, gone=2),
            Mode.CHECK,
            False,
            f"{NOTHING}\nNone are in the baseline; 2 of its findings are gone: {UPDATE} removes them",
        ),
        (WAITING, Mode.FIX, False, "1 found: 1 fixable with --unsafe-fixes (3 files checked)"),
    ],
)
def test_the_summary(result: object, mode: Mode, unsafe: bool, text: str) -> None:
    assert summary(result, mode, unsafe) == text  # type: ignore[arg-type]


def test_the_table_counts_by_code_the_most_frequent_first() -> None:
    twice = [*shop(BASE).findings, *shop(BASE / "b").findings[2:]]
    table = "\n".join(plain(line) for line in statistics(outcome(twice, {}, [], fixed=twice[:1])))
    assert table == (
        "code   name                     found  fixed  safe  unsafe  refused\n"
        "AW104  coroutine-formatted          2      0     0       2        0\n"
        "AW102  coroutine-used-as-value      1      1     0       0        0\n"
        "AW302  unknown-consumer             1      0     0       0        1"
    )
    assert list(statistics(CLEAN)) == []


def test_the_exit_code() -> None:
    all_fixed = replace(fixed_shop(BASE), findings=fixed_shop(BASE).findings[:1])
    assert exit_code(CLEAN, Mode.CHECK) is Exit.CLEAN
    assert exit_code(shop(BASE), Mode.CHECK) is Exit.FINDINGS
    assert exit_code(fixed_shop(BASE), Mode.FIX) is Exit.FINDINGS
    assert exit_code(all_fixed, Mode.FIX) is Exit.CLEAN
    assert exit_code(all_fixed, Mode.DIFF) is Exit.FINDINGS
