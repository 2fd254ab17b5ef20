"""Which files count: given, ignored, excluded, linked."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from autoawait.project import discovery
from autoawait.project.discovery import Discovered, DiscoveryError, check_places, discover
from autoawait.project.settings import Settings


def tree(root: Path, *names: str) -> Path:
    """Empty files below a root that is marked as a project; a name that ends in / is a directory."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "pyproject.toml").touch()
    for name in names:
        path = root / name
        if name.endswith("/"):
            path.mkdir(parents=True, exist_ok=True)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
    return root


def ignore(folder: Path, *lines: str) -> None:
    (folder / ".gitignore").write_text("\n".join(lines) + "\n", encoding="utf-8")


def names(root: Path, found: Discovered) -> list[str]:
    return [path.relative_to(root).as_posix() for path in found.readable]


def editable(root: Path, found: Discovered) -> list[str]:
    return sorted(path.relative_to(root).as_posix() for path in found.editable)


def read(root: Path, *exclude: str) -> list[str]:
    return names(root, discover([root], Settings(root, exclude)))


# --- what is edited, what is read -------------------------------------------------------------------------------------


def test_python_files_below_the_paths_are_edited_and_the_project_is_read(tmp_path: Path) -> None:
    root = tree(tmp_path, "src/a.py", "src/b.pyi", "src/c.txt", "tests/t.py", "setup.py")
    found = discover([root / "src"], Settings(root))
    assert editable(root, found) == ["src/a.py", "src/b.pyi"]
    assert names(root, found) == ["setup.py", "src/a.py", "src/b.pyi", "tests/t.py"]


def test_a_directory_is_not_confused_with_one_whose_name_begins_alike(tmp_path: Path) -> None:
    root = tree(tmp_path, "src/a.py", "src2/b.py")
    assert editable(root, discover([root / "src"], Settings(root))) == ["src/a.py"]


def test_several_paths_and_relative_ones(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path, "a/a.py", "b/b.py", "c/c.py")
    monkeypatch.chdir(root / "a")
    assert editable(root, discover([Path(), Path("../b/b.py")], Settings(root))) == ["a/a.py", "b/b.py"]


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DiscoveryError, match=r"nowhere\.py: no such file or directory"):
        discover([tmp_path / "nowhere.py"], Settings(tmp_path))


def test_a_missing_path_is_named_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path, "a/a.py")
    monkeypatch.chdir(root / "a")
    for given, named in ((Path("x.py"), "x.py"), (Path("../x.py"), str(root / "x.py"))):
        with pytest.raises(DiscoveryError) as error:
            discover([given], Settings(root))
        assert str(error.value) == f"{named}: no such file or directory"


def test_a_buffer_counts_although_it_is_not_on_disk(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.py")
    new = root / "new.py"
    found = discover([new], Settings(root), unsaved=[new, root / "elsewhere.py"])
    assert editable(root, found) == ["new.py"]
    assert names(root, found) == ["a.py", "new.py"]


def test_a_file_given_by_name_counts_whatever_it_is_called_or_excluded_by(tmp_path: Path) -> None:
    root = tree(tmp_path, "script", "gen/g.py", "venv/v.py", "kept.py")
    ignore(root, "gen/")
    given = [root / "script", root / "gen/g.py", root / "venv/v.py"]
    found = discover(given, Settings(root, ("gen", "script")))
    assert editable(root, found) == ["gen/g.py", "script", "venv/v.py"]
    assert names(root, found) == ["gen/g.py", "kept.py", "script", "venv/v.py"]


def test_a_directory_given_by_name_counts_although_it_is_ignored(tmp_path: Path) -> None:
    root = tree(tmp_path, "gen/g.py", "gen/deep/h.py", "gen/tmp/i.py", "a.py")
    ignore(root, "gen/")
    ignore(root / "gen", "tmp")
    assert editable(root, discover([root / "gen"], Settings(root))) == ["gen/deep/h.py", "gen/g.py"]


def test_a_directory_given_by_name_does_not_bring_back_what_is_ignored_in_it(tmp_path: Path) -> None:
    root = tree(tmp_path, "docs/build/b.py", "docs/text.txt")
    ignore(root, "docs/build")
    assert discover([root / "docs"], Settings(root)).editable == frozenset()


# --- what is left out -------------------------------------------------------------------------------------------------


def test_environments_caches_and_version_control_are_left_out(tmp_path: Path) -> None:
    folders = sorted(discovery.SKIPPED_FOLDERS)
    root = tree(tmp_path, "a.py", "env/pyvenv.cfg", "env/lib/x.py", *(f"{folder}/x.py" for folder in folders))
    assert read(root) == ["a.py"]


def test_exclude_takes_patterns_as_gitignore_does(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.py", "a_pb2.py", "gen/x.py", "src/gen/y.py", "src/b.py")
    assert read(root, "*_pb2.py", "/gen/") == ["a.py", "src/b.py", "src/gen/y.py"]


def test_an_exclusion_that_is_no_pattern_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DiscoveryError, match="exclude: '!' is not a pattern"):
        discover([tree(tmp_path)], Settings(tmp_path, ("!",)))


GITIGNORES: list[dict[str, list[str]]] = [
    {".": ["gen"]},
    {".": ["gen/", "!gen/"]},
    {".": ["/gen", "*.pyi"]},
    {".": ["a.py"], "pkg": ["!a.py"]},
    {".": ["!a.py"], "pkg": ["a.py"]},
    {".": ["gen"], "pkg": ["!gen"]},
    {".": ["*", "!*/", "!a.py"]},
    {".": ["/*", "!/pkg"]},
    {".": ["pkg/*", "!pkg/a.py"]},
    {".": ["pkg/**/b.py"]},
    {".": ["**/gen/*.py"]},
    {".": ["# a.py", "", "\\#x", "a.py  ", "[b]?py"]},
    {".": ["*.log", "build/", ".DS_Store", "__pycache__/", "*.py[cod]"]},
    {"pkg/gen": ["*", "!.gitignore"]},
]


@pytest.mark.parametrize("files", GITIGNORES, ids=str)
def test_git_agrees_about_what_is_ignored(tmp_path: Path, files: dict[str, list[str]]) -> None:
    folders = (".", "gen", "pkg", "pkg/gen", "pkg/deep/gen", "build")
    root = tree(tmp_path, *(f"{folder}/{name}" for folder in folders for name in ("a.py", "b.py", "c.pyi")))
    for folder, lines in files.items():
        ignore(root / folder, *lines)
    subprocess.run(["git", "init", "-q", str(root)], check=True)
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-co", "--exclude-standard"], check=True, capture_output=True, text=True
    )
    assert read(root) == sorted(name for name in listing.stdout.split() if name.endswith((".py", ".pyi")))


def test_patterns_above_the_root_hold_up_to_the_repository(tmp_path: Path) -> None:
    ignore(tmp_path, "a.py")
    repository = tree(tmp_path / "repo", ".git/info/", "sub/a.py", "sub/b.py", "sub/c.py", "sub/d.py")
    ignore(repository, "sub/b.py")
    (repository / ".git/info/exclude").write_text("c.py\n", encoding="utf-8")
    root = tree(repository / "sub")
    assert read(root) == ["a.py", "d.py"]


def test_a_project_in_an_ignored_directory_is_a_project_all_the_same(tmp_path: Path) -> None:
    tree(tmp_path, ".git/")
    ignore(tmp_path, "build/")
    assert read(tree(tmp_path / "build" / "checkout", "a.py")) == ["a.py"]


def test_lines_that_are_no_patterns_and_files_that_cannot_be_read_are_overlooked(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.py", "b.py", "sub/.gitignore/", "sub/c.py")
    (root / ".gitignore").write_bytes(b"!\nb.py\n\xff\xfe\n")
    assert read(root) == ["a.py", "sub/c.py"]


def test_a_directory_that_cannot_be_listed_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tree(tmp_path, "a.py", "locked/b.py")
    scandir = os.scandir

    def refuse(folder: str) -> object:
        if folder.endswith("locked"):
            raise PermissionError(13, "Permission denied")
        return scandir(folder)

    monkeypatch.setattr(os, "scandir", refuse)
    found = discover([root], Settings(root))
    assert names(root, found) == ["a.py"]
    assert found.unreadable == (root / "locked",)


# --- links ------------------------------------------------------------------------------------------------------------


def test_linked_directories_are_not_followed(tmp_path: Path) -> None:
    root = tree(tmp_path, "pkg/a.py")
    (root / "pkg" / "loop").symlink_to(root)
    assert read(root) == ["pkg/a.py"]


def test_a_linked_file_is_read_once(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "real.py")
    outside = tree(tmp_path / "elsewhere", "shared.py") / "shared.py"
    (root / "alias.py").symlink_to(root / "real.py")
    (root / "one.py").symlink_to(outside)
    (root / "two.py").symlink_to(outside)
    (root / "broken.py").symlink_to(root / "gone.py")
    assert read(root) == ["one.py", "real.py"]


def test_links_in_a_circle_are_left_out(tmp_path: Path) -> None:
    root = tree(tmp_path, "a.py")
    for name, target in {"self.py": "self.py", "one.py": "two.py", "two.py": "one.py", "folder": "folder"}.items():
        (root / name).symlink_to(root / target)
    assert read(root) == ["a.py"]
    for name in ("self.py", "folder", "folder/x.py"):
        with pytest.raises(DiscoveryError, match=r"no such file or directory"):
            discover([root / name], Settings(root))


@pytest.mark.skipif(sys.version_info >= (3, 13), reason="newer ones take it for a path that is not there")
def test_a_link_in_a_circle_is_no_place_to_look(tmp_path: Path) -> None:
    (tmp_path / "self.py").symlink_to(tmp_path / "self.py")
    check_places([tmp_path, tmp_path / "nowhere.py"])
    with pytest.raises(DiscoveryError, match=r"self\.py: leads to itself"):
        check_places([tmp_path / "self.py"])


def test_an_entry_that_does_not_say_what_it_is_is_left_out() -> None:
    class Entry:
        def is_dir(self, *, follow_symlinks: bool = True) -> bool:
            raise OSError(5, "Input/output error")

        is_file = is_dir

    entry = Entry()
    assert not discovery._is_folder(entry)  # type: ignore[arg-type]
    assert not discovery._is_file(entry)  # type: ignore[arg-type]


def test_a_link_given_by_name_stands_for_the_file_of_the_project(tmp_path: Path) -> None:
    root = tree(tmp_path, "real.py")
    (root / "alias.py").symlink_to(root / "real.py")
    assert editable(root, discover([root / "alias.py"], Settings(root))) == ["real.py"]


def test_a_linked_directory_given_by_name_is_followed(tmp_path: Path) -> None:
    root = tree(tmp_path / "project", "src/a.py")
    link = tmp_path / "link"
    link.symlink_to(root / "src")
    assert editable(root, discover([link], Settings(root))) == ["src/a.py"]


# --- no project -------------------------------------------------------------------------------------------------------


def test_around_a_lone_script_only_its_neighbours_and_packages_are_read(tmp_path: Path) -> None:
    root = tree(tmp_path, "script.py", "beside.py", "pkg/__init__.py", "pkg/sub/__init__.py", "junk/x.py")
    (root / "pyproject.toml").unlink()
    found = discover([root / "script.py"], Settings(root))
    assert editable(root, found) == ["script.py"]
    assert names(root, found) == ["beside.py", "pkg/__init__.py", "pkg/sub/__init__.py", "script.py"]


def test_without_a_project_what_is_given_is_read(tmp_path: Path) -> None:
    root = tree(tmp_path, "one/x.py", "two/y.py", "three/z.py")
    (root / "pyproject.toml").unlink()
    assert names(root, discover([root / "one", root / "two"], Settings(root))) == ["one/x.py", "two/y.py"]
