"""The wanted results work: executed, they end well and leave no coroutine un-awaited."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import Case, all_cases

RUNNABLE = [(case, case.main) for case in all_cases() if case.main and not case.lacks]


@pytest.mark.parametrize(("case", "main"), [pytest.param(*pair, id=pair[0].name) for pair in RUNNABLE])
def test_runs_without_a_never_awaited_warning(case: Case, main: Path) -> None:
    command = [sys.executable, "-B", "-X", "dev", "-W", "error::RuntimeWarning", main.name]
    child = subprocess.run(command, cwd=main.parent, capture_output=True, text=True, timeout=60)
    assert child.returncode == 0, child.stderr
    assert "never awaited" not in child.stderr
    assert "Traceback" not in child.stderr


def test_most_fixes_are_executed() -> None:
    changing = [case for case in all_cases() if case.changes and not case.lacks]
    executed = {case.name for case, _ in RUNNABLE}
    assert len(executed & {case.name for case in changing}) >= 0.8 * len(changing)
