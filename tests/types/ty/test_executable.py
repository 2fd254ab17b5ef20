from __future__ import annotations

import importlib.metadata
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoawait.types.engine import EngineError
from autoawait.types.ty import executable
from autoawait.types.ty.executable import find_ty, supported_range, version_problem


@pytest.fixture(autouse=True)
def _ask_the_metadata_again() -> Iterator[None]:
    supported_range.cache_clear()
    yield
    supported_range.cache_clear()


def no_ty() -> str:
    raise FileNotFoundError


def test_the_ty_beside_us_is_one_we_know() -> None:
    said = subprocess.run([find_ty(), "--version"], capture_output=True, text=True, check=True).stdout
    assert supported_range()
    assert version_problem(said.split()[1], supported_range()) == ""


def test_without_the_package_the_one_on_path_will_do(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "ty").touch(mode=0o755)
    monkeypatch.setattr(executable, "find_ty_bin", no_ty)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert find_ty() == str(tmp_path / "ty")
    monkeypatch.setenv("PATH", "")
    with pytest.raises(EngineError, match="is not installed"):
        find_ty()


@pytest.mark.parametrize(
    ("requirements", "supported"),
    [
        (["libcst<2", "typer<1,>=0.15", "ty<0.0.106,>=0.0.105"], "<0.0.106,>=0.0.105"),
        (["ty (>=1,<2) ; python_version > '3'"], ">=1,<2"),
        (["ty"], ""),
        (None, ""),
    ],
)
def test_the_range_is_what_our_package_asks_for(
    monkeypatch: pytest.MonkeyPatch, requirements: list[str] | None, supported: str
) -> None:
    monkeypatch.setattr(importlib.metadata, "requires", lambda name: requirements)
    assert supported_range() == supported


def test_there_is_no_range_if_we_are_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    def requires(name: str) -> list[str]:
        raise importlib.metadata.PackageNotFoundError

    monkeypatch.setattr(importlib.metadata, "requires", requires)
    assert supported_range() == ""


@pytest.mark.parametrize(
    ("version", "supported", "fits"),
    [
        ("0.0.105", "<0.0.106,>=0.0.105", True),
        ("0.0.105 (abc 2026-01-01)", "<0.0.106,>=0.0.105", True),
        ("0.0.106", "<0.0.106,>=0.0.105", False),
        ("0.0.104", "<0.0.106,>=0.0.105", False),
        ("0.0.99", ">=0.0.105", False),
        ("0.1", ">0.0.105", True),
        ("0.0.105", ">0.0.105", False),
        ("0.0.105", "<=0.0.105", True),
        ("0.0.105", "==0.0.105", True),
        ("0.0.107", "==0.0.105", False),
        ("0.0.104", "==0.0.105", False),
        ("0.0.106", ">=0.0.105,!=0.0.106", False),
        ("0.0.107", ">=0.0.105,!=0.0.106", True),
        ("", ">=0.0.105", False),
        ("", "", True),
    ],
)
def test_versions(version: str, supported: str, fits: bool) -> None:
    assert (version_problem(version, supported) == "") is fits


def test_the_message_names_both() -> None:
    assert version_problem("", ">=1") == "the type engine (ty) has version unknown, but autoawait needs ty>=1"
