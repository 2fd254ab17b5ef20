"""A result is kept for as long as nothing changes that it depends on, and believed only if it is whole."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from tests.lab import fingerprints
from tests.lab.fingerprints import fingerprint, sources_of
from tests.lab.store import Key, Store
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice


@dataclass(frozen=True, slots=True)
class Result:
    package: str
    number: int


@dataclass(slots=True)
class Measure:
    """Gives one more each time."""

    count: int = 0
    results: list[Result] = field(default_factory=list)

    def __call__(self) -> Sequence[Result]:
        self.count += 1
        return [Result("shop", self.count), Result("bar", self.count)]


KEY = Key("restore", "discord.py", "0123456789")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "results")


def test_a_result_is_measured_once(store: Store) -> None:
    measure = Measure()
    first = store.results(KEY, Result, measure)
    again = store.results(KEY, Result, measure)
    assert first.results == again.results == (Result("shop", 1), Result("bar", 1))
    assert (first.is_new, again.is_new, measure.count) == (True, False, 1)
    assert first.measured == again.measured
    assert re.fullmatch(r"\d{4}-\d\d-\d\d \d\d:\d\d", first.measured)
    assert [path.name for path in store.folder.iterdir()] == ["restore-discord.py-0123456789.json"]


@pytest.mark.parametrize("change", [{"measurement": "clean"}, {"package": "arq"}, {"fingerprint": "f"}])
def test_another_key_is_another_result(store: Store, change: dict[str, str]) -> None:
    measure = Measure()
    store.results(KEY, Result, measure)
    assert store.results(replace(KEY, **change), Result, measure).results[0].number == 2
    assert store.results(KEY, Result, measure).results[0].number == 1


def test_fresh_measures_anew_and_keeps_that(store: Store) -> None:
    measure = Measure()
    store.results(KEY, Result, measure)
    assert replace(store, is_fresh=True).results(KEY, Result, measure).results[0].number == 2
    assert store.results(KEY, Result, measure).results[0].number == 2


def halved(text: str) -> str:
    return text[: len(text) // 2]


def of_another_key(text: str) -> str:
    return text.replace("discord.py", "arq")


def of_another_shape(text: str) -> str:
    return text.replace('"number"', '"count"')


def of_another_type(text: str) -> str:
    return text.replace('"number": 1', '"number": "1"')


@pytest.mark.parametrize(
    "damage", [halved, of_another_key, of_another_shape, of_another_type, lambda text: "", lambda text: "[1]\n"]
)
def test_a_damaged_or_foreign_file_is_measured_anew(store: Store, damage: Callable[[str], str]) -> None:
    measure = Measure()
    store.results(KEY, Result, measure)
    file = store.folder / KEY.file_name
    file.write_text(damage(file.read_text()))
    assert store.results(KEY, Result, measure).results[0].number == 2
    assert json.loads(file.read_text())["results"][0] == {"package": "shop", "number": 2}


def test_bytes_that_are_no_text_and_a_folder_in_its_place_are_no_result(store: Store) -> None:
    file = store.folder / KEY.file_name
    store.folder.mkdir()
    file.write_bytes(b"\xff\xfe{")
    assert store.read(KEY, Result) is None
    file.unlink()
    file.mkdir()
    assert store.read(KEY, Result) is None


@pytest.mark.parametrize("error", [KeyboardInterrupt, ValueError])
def test_a_broken_off_measurement_loses_only_itself(store: Store, error: type[BaseException]) -> None:
    measure = Measure()
    store.results(KEY, Result, measure)

    def broken_off() -> Sequence[Result]:
        raise error

    with pytest.raises(error):
        store.results(replace(KEY, package="arq"), Result, broken_off)
    assert len(list(store.folder.iterdir())) == 1
    assert not store.results(KEY, Result, measure).is_new


def test_a_write_that_fails_leaves_nothing_behind(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(self: Path, target: Path) -> Path:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", full)
    with pytest.raises(OSError, match="disk full"):
        store.results(KEY, Result, Measure())
    assert list(store.folder.iterdir()) == []


# --- fingerprints -----------------------------------------------------------------------------------------------------


def names(module: str) -> set[str]:
    return {path.relative_to(REPOSITORY).as_posix() for path in sources_of(module)}


def test_a_measurement_depends_on_what_it_imports() -> None:
    restore = names("tests.lab.restore")
    assert {f"tests/lab/{name}.py" for name in ("restore", "mutate", "judge", "trees", "tool", "process")} <= restore
    assert "autoawait/project/source.py" in restore
    assert restore.isdisjoint({"tests/lab/report.py", "tests/lab/charts.py", "tests/lab/speed.py"})


def test_packages_and_names_in_modules_are_found() -> None:
    assert "tests/lab/clean.py" in names("tests.lab.__main__")
    assert {"autoawait/diagnostics/rules/__init__.py", "autoawait/cli/reports/text.py"} <= names("autoawait.cli")
    assert names("tests.lab.nothing") == {"tests/lab/__init__.py"}
    assert names("json") == set()


def test_a_fingerprint_is_the_same_again_and_short() -> None:
    one = fingerprint("tests.lab.restore", REPOSITORY, Choice())
    assert one == fingerprint("tests.lab.restore", REPOSITORY, Choice())
    assert re.fullmatch(r"[0-9a-f]{20}", one)


def test_a_fingerprint_changes_with_everything_it_is_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    module = "tests.lab.restore"
    shutil.copytree(REPOSITORY / "autoawait", tmp_path / "autoawait", ignore=shutil.ignore_patterns("__pycache__"))
    seen = [fingerprint(module, REPOSITORY, Choice())]
    assert fingerprint(module, tmp_path, Choice()) == seen[0], "where a checkout is does not matter"
    seen += [
        fingerprint(module, None, Choice()),
        fingerprint(module, REPOSITORY, Choice(seed=1)),
        fingerprint("tests.lab.clean", REPOSITORY, Choice()),
    ]
    (tmp_path / "autoawait" / "plan.py").write_text("")
    seen.append(fingerprint(module, tmp_path, Choice()))
    (tmp_path / "autoawait" / "plan.py").rename(tmp_path / "autoawait" / "plans.py")
    seen.append(fingerprint(module, tmp_path, Choice()))
    lock = tmp_path / "lock.txt"
    lock.write_text("arq==1\n")
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "LOCK", lock)
        seen.append(fingerprint(module, REPOSITORY, Choice()))
    with monkeypatch.context() as patch:
        patch.setattr(fingerprints, "installed", lambda name: "0")
        seen.append(fingerprint(module, REPOSITORY, Choice()))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "version", "3.9")
        seen.append(fingerprint(module, REPOSITORY, Choice()))
    assert len(set(seen)) == len(seen)
