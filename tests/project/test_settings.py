"""Where a project begins, and what its settings say."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.project import settings
from autoawait.project.options import Options
from autoawait.project.settings import Settings, SettingsError, find_root, load_settings, lower_bound


def write(root: Path, text: str, name: str = "pyproject.toml") -> Path:
    file = root / name
    file.write_text(text, encoding="utf-8")
    return file


# --- find_root --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("marker", ["pyproject.toml", ".git"])
def test_the_root_is_the_nearest_marked_directory_above(tmp_path: Path, marker: str) -> None:
    (tmp_path / "pyproject.toml").touch()
    project = tmp_path / "project"
    inner = project / "src" / "pkg"
    inner.mkdir(parents=True)
    (project / marker).touch()
    assert find_root([inner]) == project


def test_the_root_holds_all_paths(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").touch()
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "pyproject.toml").touch()
    assert find_root([tmp_path / "a"]) == tmp_path / "a"
    assert find_root([tmp_path / "a", tmp_path / "b"]) == tmp_path


def test_without_a_marker_the_root_is_the_common_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "PROJECT_MARKERS", ("no-such-marker",))
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "one.py").touch()
    assert find_root([tmp_path / "a" / "one.py"]) == tmp_path / "a"
    assert find_root([tmp_path / "a" / "one.py", tmp_path / "b"]) == tmp_path


def test_a_relative_path_is_meant_from_the_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyproject.toml").touch()
    (tmp_path / "src").mkdir()
    monkeypatch.chdir(tmp_path / "src")
    assert find_root([Path()]) == tmp_path


def test_paths_on_two_drives_are_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def commonpath(paths: object) -> str:
        raise ValueError("Paths don't have the same drive")

    monkeypatch.setattr(settings.os.path, "commonpath", commonpath)
    with pytest.raises(SettingsError, match="no directory in common"):
        find_root([tmp_path])


# --- load_settings ----------------------------------------------------------------------------------------------------


def test_no_file_gives_the_defaults(tmp_path: Path) -> None:
    assert load_settings(tmp_path) == Settings(tmp_path)


def test_every_setting_is_read(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    write(
        tmp_path,
        '[tool.autoawait]\nexclude = ["gen/", "*_pb2.py"]\npython = "env"\ntarget-version = "py312"\n'
        'unsafe-fixes = true\npropagate = false\nbridge = true\nignore-calls = ["app.fire", "app.bg.*"]\n',
    )
    assert load_settings(tmp_path) == Settings(
        root=tmp_path,
        exclude=("gen/", "*_pb2.py"),
        python=tmp_path / "env",
        target_version=(3, 12),
        unsafe_fixes=True,
        propagate=False,
        bridge=True,
        ignore_calls=("app.fire", "app.bg.*"),
    )


def test_the_command_line_is_above_the_file(tmp_path: Path) -> None:
    (tmp_path / "env").mkdir()
    (tmp_path / "other").mkdir()
    write(
        tmp_path,
        '[tool.autoawait]\nexclude = ["gen/"]\npython = "env"\ntarget-version = "3.9"\n'
        "unsafe-fixes = true\npropagate = false\nbridge = true\n",
    )
    options = Options(
        exclude=("b.py",),
        python=tmp_path / "other",
        target_version="3.13",
        unsafe_fixes=False,
        propagate=True,
        bridge=False,
    )
    assert load_settings(tmp_path, options) == Settings(
        tmp_path, ("gen/", "b.py"), tmp_path / "other", (3, 13), unsafe_fixes=False, propagate=True, bridge=False
    )


def test_a_config_file_replaces_the_table_of_the_project(tmp_path: Path) -> None:
    write(tmp_path, '[project]\nrequires-python = ">=3.11"\n[tool.autoawait]\nunsafe-fixes = true\n')
    config = write(tmp_path, '[tool.autoawait]\nexclude = ["x"]\n', "strict.toml")
    loaded = load_settings(tmp_path, Options(config=config))
    assert loaded == Settings(tmp_path, ("x",), target_version=(3, 11))


@pytest.mark.parametrize("tool", ['tool = "x"', "[tool]\nother = 1", "[tool.other]\nx = 1"])
def test_a_project_without_our_table_gives_the_defaults(tmp_path: Path, tool: str) -> None:
    write(tmp_path, tool)
    assert load_settings(tmp_path) == Settings(tmp_path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[tool.autoawait]\nunsafe-fixe = true", "unsafe-fixe: unknown setting; did you mean 'unsafe-fixes'\\?"),
        ("[tool.autoawait]\nzzz = 1", "zzz: unknown setting; the settings are baseline, bridge, exclude, ignore-calls"),
        ('[tool.autoawait]\nexclude = "gen"', "exclude: must be a list of strings, not 'gen'"),
        ("[tool.autoawait]\nignore-calls = [1]", "ignore-calls: must be a list of strings"),
        ("[tool.autoawait]\nunsafe-fixes = 1", "unsafe-fixes: must be true or false, not 1"),
        ("[tool.autoawait]\ntarget-version = 3.9", "target-version: must be a string, not 3.9"),
        ('[tool.autoawait]\ntarget-version = "3.7"', 'target-version: must be Python "3.8" or newer'),
        ('[tool.autoawait]\ntarget-version = "2.7"', 'target-version: must be Python "3.8" or newer'),
        ('[tool.autoawait]\ntarget-version = "new"', 'target-version: must be Python "3.8" or newer'),
        ('[tool.autoawait]\npython = "nowhere"', "python: .*nowhere does not exist"),
        ("tool.autoawait = 3", "\\[tool.autoawait\\] must be a table, not 3"),
        ("[tool.autoawait", "is not valid TOML"),
    ],
)
def test_a_wrong_setting_names_file_key_and_what_would_be_right(tmp_path: Path, text: str, message: str) -> None:
    file = write(tmp_path, text)
    with pytest.raises(SettingsError, match=message) as caught:
        load_settings(tmp_path)
    assert str(file.parent) in str(caught.value)


def test_bytes_that_are_not_utf_8_are_an_error(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_bytes(b'x = "\xff"')
    with pytest.raises(SettingsError, match="is not valid TOML"):
        load_settings(tmp_path)


def test_a_config_that_is_missing_unreadable_or_without_our_table_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"none\.toml: no such file"):
        load_settings(tmp_path, Options(config=tmp_path / "none.toml"))
    with pytest.raises(SettingsError, match="cannot be read: Is a directory"):
        load_settings(tmp_path, Options(config=tmp_path))
    with pytest.raises(SettingsError, match="has no"):
        load_settings(tmp_path, Options(config=write(tmp_path, "", "empty.toml")))


def test_wrong_options_name_the_option(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--target-version: must be"):
        load_settings(tmp_path, Options(target_version="three"))
    with pytest.raises(SettingsError, match="--python: .*gone does not exist"):
        load_settings(tmp_path, Options(python=tmp_path / "gone"))


# --- target version ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("specifier", "version"),
    [
        (">=3.8,<4", (3, 8)),
        (">=3.11", (3, 11)),
        (" >= 3.9 , != 3.9.1", (3, 9)),
        ("~=3.9", (3, 9)),
        ("~=3.12.4", (3, 12)),
        ("==3.11.*", (3, 11)),
        ("===3.13", (3, 13)),
        (">3.9", (3, 9)),
        (">=3.9,>=3.10", (3, 10)),
        (">=3", (3, 8)),
        (">=2.7", (3, 8)),
        (">=3.13.0rc1", (3, 13)),
        ("<4", None),
        ("!=3.9", None),
        ("^3.9", None),
        ("*", None),
        ("", None),
    ],
)
def test_the_lower_bound_of_a_specifier(specifier: str, version: tuple[int, int] | None) -> None:
    assert lower_bound(specifier) == version


def test_the_target_comes_from_the_option_then_the_setting_then_the_project(tmp_path: Path) -> None:
    write(tmp_path, '[project]\nrequires-python = ">=3.9"\n[tool.autoawait]\ntarget-version = "3.12"\n')
    assert load_settings(tmp_path, Options(target_version="py314")).target_version == (3, 14)
    assert load_settings(tmp_path).target_version == (3, 12)
    write(tmp_path, '[project]\nrequires-python = ">=3.9"\n')
    assert load_settings(tmp_path).target_version == (3, 9)


@pytest.mark.parametrize("text", ["project = 3", "[project]\nrequires-python = 3", '[project]\nrequires-python = "<4"'])
def test_a_project_that_says_nothing_gives_the_default_target(tmp_path: Path, text: str) -> None:
    write(tmp_path, text)
    assert load_settings(tmp_path).target_version == (3, 10)
