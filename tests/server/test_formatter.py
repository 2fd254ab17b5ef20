"""The command as an editor's formatter: one buffer in, that buffer out, everything else to standard error."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.server.test_server import DB, JOBS, JOBS_FIXED, MAIN, ORDERS

# What is typed but not saved: a second call, in a file whose callers are elsewhere.
UNSAVED = ORDERS + "\n\nasync def double(n: int) -> int:\n    return fetch(n) * 2\n"
DOUBLED = UNSAVED.replace("fetch(n) * 2", "await fetch(n) * 2")
ELSEWHERE = "cannot make `total` async: it is called in main.py, which is not among the given paths"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    for name, text in {"db.py": DB, "orders.py": ORDERS, "main.py": MAIN, "jobs.py": JOBS}.items():
        (root / name).write_text(text)
    return root


def filtered(folder: Path, words: str, code: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a command that is given some code; no file on disk may change."""
    before = {path: path.read_bytes() for path in folder.iterdir()}
    command = [sys.executable, "-m", "autoawait", *words.split()]
    ended = subprocess.run(command, cwd=folder, input=code.encode(), capture_output=True, check=False)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before
    return ended.returncode, ended.stdout.decode(), ended.stderr.decode()


def test_fix_gives_the_buffer_back_and_names_what_other_files_need(folder: Path) -> None:
    code, output, errors = filtered(folder, "fix - --stdin-filename orders.py", UNSAVED)
    assert (code, output) == (1, DOUBLED)
    assert ELSEWHERE in errors
    assert "2 found: 1 fixed in 1 file, 1 refused (1 file checked)" in errors


def test_diff_gives_a_patch_of_that_file_and_names_the_same(folder: Path) -> None:
    code, output, errors = filtered(folder, "fix - --diff --stdin-filename orders.py", UNSAVED)
    assert code == 1
    assert [line for line in output.splitlines() if line.startswith(("---", "+++"))] == [
        "--- a/orders.py",
        "+++ b/orders.py",
    ]
    (folder / "orders.py").write_text(UNSAVED)
    subprocess.run(["git", "apply"], cwd=folder, input=output.encode(), check=True, capture_output=True)
    assert (folder / "orders.py").read_text() == DOUBLED
    assert ELSEWHERE in errors


def test_check_reports_the_buffer_and_no_other_file(folder: Path) -> None:
    code, output, errors = filtered(folder, "check - --output-format concise --stdin-filename orders.py", UNSAVED)
    assert code == 1
    *findings, summary = output.splitlines()
    assert [line.partition(" ")[0] for line in findings] == ["orders.py:5:12:", "orders.py:9:12:"]
    assert (summary, errors) == ("2 found: 1 fixable with `autoawait fix`, 1 refused (1 file checked)", "")


def test_what_is_saved_does_not_count(folder: Path) -> None:
    assert filtered(folder, "check - -q --stdin-filename jobs.py", JOBS_FIXED) == (0, "", "")
    assert filtered(folder, "fix - -q --stdin-filename new.py", JOBS) == (0, JOBS_FIXED, "")


def test_code_that_cannot_be_analysed_comes_back_as_it_was(folder: Path) -> None:
    code, output, errors = filtered(folder, "fix - --stdin-filename orders.py", "def f(:\n")
    assert (code, output) == (1, "def f(:\n")
    assert errors.startswith("orders.py:1:7: AW901")
    code, output, errors = filtered(folder, "fix - --python nowhere --stdin-filename orders.py", ORDERS)
    assert (code, output) == (2, ORDERS)
    assert errors.startswith("error: --python: nowhere does not exist")


def test_what_cannot_be_known_of_a_file_that_is_not_saved_is_said(folder: Path) -> None:
    code = "from .db import fetch\n\n\nasync def f() -> None:\n    print(fetch(1) + 1)\n"
    warning = "warning: new.py is not on disk, so its relative imports cannot be resolved: save it first"
    assert filtered(folder, "check - --stdin-filename new.py", code)[2].strip() == warning
    assert filtered(folder, "fix - -q --stdin-filename new.py", code) == (0, code, "")
    assert "warning" not in filtered(folder, "check - --stdin-filename orders.py", code)[2]
