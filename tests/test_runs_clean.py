"""The wanted results work: executed, they end well and leave no coroutine un-awaited."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.golden import Case, all_cases
from tests.paths import FIXTURES

RUNNABLE = [(case, case.main) for case in all_cases() if case.main and not case.lacks]
STRICT = [sys.executable, "-B", "-X", "dev", "-W", "error::RuntimeWarning"]


@pytest.fixture(scope="session")
def said() -> dict[str, str]:
    """What each single-file case writes to stderr when it is executed: path → text."""
    paths = [str(main) for case, main in RUNNABLE if not case.has_root]
    return _run_in_turn(paths)


def _run_in_turn(paths: list[str]) -> dict[str, str]:
    command = [*STRICT, "-m", "tests.run_scripts"]
    listing = "\n".join(paths)
    child = subprocess.run(command, cwd=FIXTURES.parent, input=listing, capture_output=True, text=True, timeout=300)
    assert child.returncode == 0, child.stderr
    return dict(json.loads(child.stdout))


@pytest.mark.parametrize(("case", "main"), [pytest.param(*pair, id=pair[0].name) for pair in RUNNABLE])
def test_runs_without_a_never_awaited_warning(case: Case, main: Path, said: dict[str, str]) -> None:
    stderr = _run_alone(main) if case.has_root else said[str(main)]
    assert "Traceback" not in stderr
    assert "never awaited" not in stderr


def _run_alone(main: Path) -> str:
    child = subprocess.run([*STRICT, main.name], cwd=main.parent, capture_output=True, text=True, timeout=60)
    return child.stderr


def test_a_never_awaited_coroutine_would_be_seen(tmp_path: Path) -> None:
    script = tmp_path / "main.py"
    script.write_text("import asyncio\nasyncio.sleep(1)\n")
    assert "never awaited" in _run_in_turn([str(script)])[str(script)]
    assert "never awaited" in _run_alone(script)


def test_most_fixes_are_executed() -> None:
    changing = [case for case in all_cases() if case.changes and not case.lacks]
    executed = {case.name for case, _ in RUNNABLE}
    assert len(executed & {case.name for case in changing}) >= 0.8 * len(changing)
