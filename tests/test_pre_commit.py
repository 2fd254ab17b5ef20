"""The hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself in the environment that it builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.paths import ROOT

SHIPPED = (".pre-commit-hooks.yaml", "pyproject.toml", "README.md", "LICENSE", "autoawait")
STORE = "def fetch(number: int) -> int:\n    return number\n"
APP = """\
from store import fetch


async def report() -> None:
    print(fetch(3) + 1)
"""


def run(folder: Path, *command: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a command in a directory, without what the repository around the tests or its hooks have set."""
    variables = {name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT"))}
    for role in ("AUTHOR", "COMMITTER"):
        variables |= {f"GIT_{role}_NAME": "somebody", f"GIT_{role}_EMAIL": "somebody@example.org"}
    variables |= {"PRE_COMMIT_HOME": str(folder.parent / "hooks"), "PRE_COMMIT_COLOR": "never", "PYTHONUTF8": "1"}
    return subprocess.run(command, cwd=folder, env=variables, capture_output=True, encoding="utf-8", check=False)


def git(folder: Path, *arguments: str) -> str:
    done = run(folder, "git", *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with autoawait as it is now, as those who use the hooks name it."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    folder = tmp_path_factory.mktemp("published") / "autoawait"
    folder.mkdir()
    pip = (sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder.parent, "hatchling")
    if run(folder, *pip).returncode != 0:
        pytest.skip("pip cannot reach an index, so pre-commit cannot install the hook")
    for name in SHIPPED:
        (shutil.copytree if (ROOT / name).is_dir() else shutil.copy)(ROOT / name, folder / name)
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "now")
    return folder


@pytest.fixture
def project(published: Path) -> Path:
    """A repository beside it (so that the environment is built once) that is right so far, with both hooks."""
    folder = published.parent / "project"
    shutil.rmtree(folder, ignore_errors=True)
    (folder / ".venv").mkdir(parents=True)
    config = f"""\
repos:
  - repo: {published.as_uri()}
    rev: {git(published, "rev-parse", "HEAD")}
    hooks:
      - id: autoawait-fix
      - id: autoawait-check
        args: [--verbose]
        verbose: true
"""
    files = {
        ".pre-commit-config.yaml": config,
        ".gitignore": ".venv\n",
        "pyproject.toml": "",
        "store.py": STORE,
        "app.py": APP,
        ".venv/pyvenv.cfg": "",
    }
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    git(folder, "init", "--quiet")
    git(folder, "add", ".")
    git(folder, "commit", "--quiet", "--message", "right so far")
    return folder


def pre_commit(folder: Path) -> tuple[int, str]:
    done = run(folder, sys.executable, "-m", "pre_commit", "run")
    return done.returncode, done.stdout + done.stderr


def test_who_makes_a_function_async_breaks_a_file_that_was_not_touched(project: Path) -> None:
    (project / "store.py").write_text(f"async {STORE}", encoding="utf-8")
    git(project, "add", "store.py")
    code, said = pre_commit(project)
    assert code == 1
    assert "autoawait fix............................................................Failed" in said
    assert "files were modified by this hook" in said
    assert "1 found: 1 fixed in 1 file" in said
    assert (project / "app.py").read_text(encoding="utf-8") == APP.replace("fetch(3)", "await fetch(3)")
    git(project, "add", "app.py")
    code, said = pre_commit(project)
    assert code == 0
    assert "autoawait check..........................................................Passed" in said


def test_what_cannot_be_mended_fails_and_is_told(project: Path) -> None:
    (project / "store.py").write_text(f"async {STORE}", encoding="utf-8")
    (project / "app.py").write_text(
        "from store import fetch\n\n\nclass A:\n    size = fetch(3) + 1\n", encoding="utf-8"
    )
    git(project, "add", ".")
    code, said = pre_commit(project)
    assert code == 1
    assert said.count("app.py:5:12: AW401 await-not-allowed-here") == 2
    assert "files were modified" not in said


def test_types_come_from_the_project_and_not_from_the_environment_of_the_hook(project: Path) -> None:
    (project / "store.py").write_text(f"{STORE}\n", encoding="utf-8")
    git(project, "add", ".")
    code, said = pre_commit(project)
    assert code == 0
    assert f"types from {project / '.venv'} (found beside the project)" in said


def test_other_files_do_not_start_it(project: Path) -> None:
    (project / "notes.md").write_text("# notes\n", encoding="utf-8")
    git(project, "add", ".")
    code, said = pre_commit(project)
    assert (code, said.count("(no files to check)Skipped")) == (0, 2)
