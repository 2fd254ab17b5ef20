"""The demo of the README: its own tests fail; as ``fixtures/demo.diff`` has it, which the tool makes, they pass."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from autoawait.cli.reports.diff import patch
from autoawait.cli.reports.summary import remaining
from autoawait.diagnostics.finding import Change
from tests.paths import FIXTURES
from tests.propagation.states import PROPAGATES, counted, fix, own_tests, python

PATCH = FIXTURES / "demo.diff"
LOAN = "Ann borrows Emma until 2030-05-29\nEmma is 3 days late\n"


def laid_out(root: Path) -> Path:
    """A copy of the demo, as deep in ``root`` as it is in the repository."""
    demo = root / "fixtures" / "demo"
    shutil.copytree(FIXTURES / "demo", demo, ignore=shutil.ignore_patterns("__pycache__", ".*"))
    return demo


def repaired(root: Path) -> Path:
    """A copy of the demo with the awaits of the patch."""
    demo = laid_out(root)
    subprocess.run(["git", "apply", str(PATCH)], cwd=root, check=True)
    return demo


def test_its_tests_fail_before_and_pass_after(tmp_path: Path) -> None:
    demo = laid_out(tmp_path / "before")
    before = own_tests(demo)
    assert counted(before.stdout) == {"failed": 9, "passed": 1}
    assert "assert 500 == 200" in before.stdout
    after = own_tests(repaired(tmp_path / "after"))
    assert counted(after.stdout) == {"passed": 10}
    assert "never awaited" not in after.stdout + after.stderr


def test_the_program_stops_before_and_lends_after(tmp_path: Path) -> None:
    before = python(laid_out(tmp_path / "before"), "-m", "library")
    assert before.returncode == 1
    assert "'coroutine' object has no attribute 'add_book'" in before.stderr
    after = python(repaired(tmp_path / "after"), "-m", "library")
    assert (after.stdout, after.stderr) == (LOAN, "")


@pytest.mark.skipif(not PROPAGATES, reason="no function becomes async yet")
def test_the_tool_makes_the_patch_and_nothing_is_left(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    outcome = fix(laid_out(tmp_path))
    made = patch(outcome.changes, tmp_path)
    if request.config.getoption("--update-fixtures"):
        PATCH.write_bytes(made)
    assert made.decode() == PATCH.read_text(encoding="utf-8")
    assert remaining(outcome) == ()


@pytest.mark.skipif(PROPAGATES, reason="whole functions are made async")
def test_what_the_tool_can_do_already_is_part_of_the_patch(tmp_path: Path) -> None:
    wanted = lines_of(repaired(tmp_path / "after"))
    outcome = fix(laid_out(tmp_path / "before"))
    made = {line for change in outcome.changes for line in new_lines(change)}
    assert len(outcome.fixed) == 4
    assert made <= wanted


def lines_of(folder: Path) -> set[str]:
    """All lines of all modules below a folder."""
    return {line for path in folder.rglob("*.py") for line in path.read_text(encoding="utf-8").splitlines()}


def new_lines(change: Change) -> set[str]:
    """The lines that a change brings."""
    return set(change.after.decode().splitlines()) - set(change.before.decode().splitlines())
