from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autoawait.project.settings import SettingsError
from autoawait.types.environment import Environment, find_environment


def made(folder: Path, marker: str = "pyvenv.cfg") -> Path:
    (folder / marker).parent.mkdir(parents=True)
    (folder / marker).touch()
    return folder


def test_without_any_other_it_is_our_own(tmp_path: Path) -> None:
    assert find_environment(tmp_path, None, {}) == Environment(Path(sys.prefix), "the one that runs autoawait")


@pytest.mark.parametrize("name", [".venv", "venv"])
def test_one_beside_the_project(tmp_path: Path, name: str) -> None:
    folder = made(tmp_path / name)
    assert find_environment(tmp_path, None, {}) == Environment(folder, "found beside the project")


def test_the_hidden_one_comes_first(tmp_path: Path) -> None:
    made(tmp_path / "venv")
    assert find_environment(tmp_path, None, {"X": ""}).python != made(tmp_path / ".venv")
    assert find_environment(tmp_path, None, {}).python == tmp_path / ".venv"


def test_a_folder_that_only_has_the_name_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / ".venv").mkdir()
    assert find_environment(tmp_path, None, {}).python == Path(sys.prefix)


def test_an_activated_one_comes_before_one_beside_the_project(tmp_path: Path) -> None:
    made(tmp_path / ".venv")
    active = made(tmp_path / "active", "bin/python")
    found = find_environment(tmp_path, None, {"VIRTUAL_ENV": str(active), "CONDA_PREFIX": "/x"})
    assert found == Environment(active, "from VIRTUAL_ENV")


def test_that_of_a_pre_commit_hook_is_none_of_the_project(tmp_path: Path) -> None:
    beside = made(tmp_path / ".venv")
    variables = {"VIRTUAL_ENV": sys.prefix}
    assert find_environment(tmp_path, None, variables).python == Path(sys.prefix)
    assert find_environment(tmp_path, None, {**variables, "PRE_COMMIT": "1"}).python == beside
    other = made(tmp_path / "active")
    assert find_environment(tmp_path, None, {"VIRTUAL_ENV": str(other), "PRE_COMMIT": "1"}).python == other


def test_a_stale_variable_is_passed_over(tmp_path: Path) -> None:
    beside = made(tmp_path / ".venv")
    assert find_environment(tmp_path, None, {"VIRTUAL_ENV": str(tmp_path / "gone")}).python == beside


def test_conda(tmp_path: Path) -> None:
    beside, conda = made(tmp_path / ".venv"), made(tmp_path / "conda", "bin/python3")
    variables = {"CONDA_PREFIX": str(conda), "CONDA_DEFAULT_ENV": "work"}
    assert find_environment(tmp_path, None, variables) == Environment(conda, "from CONDA_PREFIX")
    base = {**variables, "CONDA_DEFAULT_ENV": "base"}
    assert find_environment(tmp_path, None, base).python == beside
    assert find_environment(tmp_path / "elsewhere", None, base).python == conda


@pytest.mark.parametrize("marker", ["pyvenv.cfg", "bin/python", "Scripts/python.exe"])
def test_a_chosen_directory(tmp_path: Path, marker: str) -> None:
    chosen = made(tmp_path / "chosen", marker)
    found = find_environment(tmp_path, chosen, {"VIRTUAL_ENV": str(made(tmp_path / "active"))})
    assert found == Environment(chosen, "as chosen")


def test_a_chosen_interpreter(tmp_path: Path) -> None:
    assert find_environment(tmp_path, Path(sys.executable), {}).python == Path(sys.executable)


def test_a_chosen_one_may_be_relative_or_in_the_home_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = made(tmp_path / "chosen")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_environment(tmp_path, Path("chosen"), {}).python == chosen
    assert find_environment(tmp_path, Path("~/chosen"), {}).python == chosen


def test_a_chosen_one_must_exist(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="absent does not exist; give an interpreter"):
        find_environment(tmp_path, tmp_path / "absent", {})
    with pytest.raises(SettingsError, match="is not a Python environment"):
        find_environment(tmp_path, tmp_path, {})
