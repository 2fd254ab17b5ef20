"""The lab's measurement of an editor: on a project of a page, once each."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.lab import editor
from tests.lab.environments import LabError
from tests.lab.packages import Project

DB = "async def fetch(n: int) -> int:\n    return n\n"
JOBS = 'from db import fetch\n\n\nasync def job() -> None:\n    """Twice."""\n    await fetch(1)\n    await fetch(2)\n'


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path.resolve() / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    (root / "db.py").write_text(DB)
    (root / "jobs.py").write_text(JOBS)
    return Project("shop", "1", root, Path(sys.prefix))


def test_each_wait_is_measured_on_a_whole_file_and_on_one_with_mistakes(project: Project) -> None:
    found = editor.latencies(project, runs=2, wanted_lines=5)
    whole, wounded = "jobs.py as published", "jobs.py without 1 await"
    assert [(one.subject, one.what) for one in found] == [
        (whole, editor.COLD),
        (whole, editor.KEYSTROKE),
        (whole, editor.DEBOUNCED),
        (wounded, editor.COLD),
        (wounded, editor.KEYSTROKE),
        (wounded, editor.ACTION),
        (wounded, editor.DEBOUNCED),
        (wounded, editor.FILTER),
    ]
    assert {(one.runs, one.file_lines, one.project_lines) for one in found} == {(2, 7, 9)}
    assert all(0 < one.seconds <= one.slowest for one in found)
    seconds = {(one.subject, one.what): one.seconds for one in found}
    assert seconds[whole, editor.DEBOUNCED] >= 0.2  # the debounce
    assert (project.root / "jobs.py").read_text() == JOBS


def test_each_keystroke_is_another_text_that_parses() -> None:
    texts = editor._keystrokes(JOBS, 3)
    assert len({*texts, JOBS}) == 4
    assert all(ast.parse(text) for text in texts)


def test_a_module_without_an_await_is_refused(project: Project) -> None:
    (project.root / "long.py").write_text("x = 1\n" * 20)
    with pytest.raises(LabError, match=r"long\.py has no await to lose"):
        editor.latencies(project, 1, wanted_lines=15)
