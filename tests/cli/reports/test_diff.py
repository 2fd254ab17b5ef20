"""A patch is right if git takes it and the files are then what they should be."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from autoawait.cli.reports.diff import patch, repository_top
from autoawait.diagnostics.finding import Change

CONTENTS: list[tuple[str, bytes, bytes]] = [
    ("plain", b"a\nf()\nb\n", b"a\nawait f()\nb\n"),
    ("no newline at the end", b"a\nf()", b"a\nawait f()"),
    ("no newline at the end, elsewhere", b"f()\n" + b"a\n" * 20 + b"b", b"await f()\n" + b"a\n" * 20 + b"b"),
    ("newline gained", b"f()", b"await f()\n"),
    ("carriage returns", b"a\r\nf()\r\nb\r\n", b"a\r\nawait f()\r\nb\r\n"),
    ("lone carriage returns", b"a\rf()\rb", b"a\rawait f()\rb"),
    ("mixed ends", b"a\r\nf()\nb\r\n", b"a\r\nawait f()\nb\r\n"),
    ("latin-1", b"# coding: latin-1\nx = '\xe9'\nf('\xe9')\n", b"# coding: latin-1\nx = '\xe9'\nawait f('\xe9')\n"),
    ("byte order mark", b"\xef\xbb\xbff()\n", b"\xef\xbb\xbfawait f()\n"),
    ("form feed", b"a\n\x0cf()\n", b"a\n\x0cawait f()\n"),
    ("several hunks", b"f()\n" + b"a\n" * 30 + b"f()\n", b"await f()\n" + b"a\n" * 30 + b"await f()\n"),
]


def git(folder: Path, *arguments: str, given: bytes | None = None) -> None:
    command = ["git", "-c", "core.autocrlf=false", *arguments]
    done = subprocess.run(command, cwd=folder, input=given, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr.decode()


def applied(top: Path, cwd: Path, files: dict[str, tuple[bytes, bytes]]) -> None:
    """Put the old files there, apply the patch in ``cwd``, and compare with the new ones."""
    for name, (before, _) in files.items():
        (top / name).parent.mkdir(parents=True, exist_ok=True)
        (top / name).write_bytes(before)
    text = patch([Change(top / name, before, after) for name, (before, after) in files.items()], cwd)
    git(cwd, "apply", given=text)
    assert {name: (top / name).read_bytes() for name in files} == {name: after for name, (_, after) in files.items()}


@pytest.mark.parametrize(("name", "before", "after"), CONTENTS, ids=[name for name, _, _ in CONTENTS])
def test_git_applies_it(tmp_path: Path, name: str, before: bytes, after: bytes) -> None:
    git(tmp_path, "init", "-q")
    applied(tmp_path, tmp_path, {"src/m.py": (before, after)})


@pytest.mark.parametrize("name", ["my file.py", "é.py", 'a"b.py', "back\\slash.py", "tab\there.py", "日本/x y.py"])
def test_names_that_need_care(tmp_path: Path, name: str) -> None:
    git(tmp_path, "init", "-q")
    applied(tmp_path, tmp_path, {name: (b"f()\n", b"await f()\n")})


def test_several_files_and_a_working_directory_below_the_top(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    (tmp_path / "src").mkdir()
    applied(tmp_path, tmp_path / "src", {f"src/{name}.py": (b"f()\n", b"await f()\n") for name in "abc"})


def test_outside_a_repository_names_are_relative_to_the_working_directory(tmp_path: Path) -> None:
    assert repository_top(tmp_path) == tmp_path
    text = patch(
        [Change(tmp_path / "b.py", b"f()\n", b"await f()\n"), Change(tmp_path / "a.py", b"", b"x\n")], tmp_path
    )
    assert text == (
        b"--- a/a.py\n+++ b/a.py\n@@ -0,0 +1 @@\n+x\n--- a/b.py\n+++ b/b.py\n@@ -1 +1 @@\n-f()\n+await f()\n"
    )


def test_from_elsewhere_names_are_relative_to_the_repository_of_the_files(tmp_path: Path) -> None:
    """Where git itself would take the patch: in the repository, whether the working directory has one or not."""
    project, other = tmp_path / "project", tmp_path / "other"
    for folder in (project, other):
        folder.mkdir()
    git(project, "init", "-q")
    for _ in range(2):
        (project / "src").mkdir(exist_ok=True)
        (project / "src" / "m.py").write_bytes(b"f()\n")
        text = patch([Change(project / "src" / "m.py", b"f()\n", b"await f()\n")], other)
        assert text.startswith(b"--- a/src/m.py\n+++ b/src/m.py\n")
        git(project, "apply", given=text)
        assert (project / "src" / "m.py").read_bytes() == b"await f()\n"
        git(other, "init", "-q")


def test_below_the_working_directory_names_are_relative_to_it_whatever_is_a_repository(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q", "project")
    applied(tmp_path, tmp_path, {"project/m.py": (b"f()\n", b"await f()\n")})


def test_without_any_repository_names_never_lead_upwards(tmp_path: Path) -> None:
    (tmp_path / "other" / "deep").mkdir(parents=True)
    contents = {"one/a.py": (b"f()\n", b"await f()\n"), "other/deep/b.py": (b"g()\n", b"await g()\n")}
    changes = [Change(tmp_path / name, *content) for name, content in contents.items()]
    text = patch(changes, tmp_path / "other" / "deep")
    assert [line for line in text.splitlines() if line.startswith(b"---")] == [
        b"--- a/one/a.py",
        b"--- a/other/deep/b.py",
    ]
    for change in changes:
        change.path.parent.mkdir(exist_ok=True)
        change.path.write_bytes(change.before)
    git(tmp_path, "apply", given=text)
    assert [change.path.read_bytes() for change in changes] == [change.after for change in changes]


def test_no_change_gives_no_patch(tmp_path: Path) -> None:
    assert patch([], tmp_path) == b""
    assert patch([Change(tmp_path / "a.py", b"x", b"x")], tmp_path) == b""
