"""What tests and fixtures need to be async, by the plugins that an environment has."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, index_file
from autoawait.project.source import SourceFile, load
from autoawait.propagation.entry_points.pytest_plugins import Plugins

TESTS = """\
import pytest

@pytest.fixture
def wallet():
    return 3

def test_wallet(wallet):
    assert wallet
"""


def functions(root: Path, text: str = TESTS) -> tuple[Function, ...]:
    source = load(root / "test_wallet.py", text.encode())
    assert isinstance(source, SourceFile)
    return tuple(index_file(source).functions)


def environment(root: Path, *packages: str) -> Path:
    for package in packages:
        (root / "env" / "lib" / "python3.11" / "site-packages" / package).mkdir(parents=True)
    (root / "env").mkdir(exist_ok=True)
    return root / "env"


def texts(edits: object) -> list[str]:
    assert isinstance(edits, tuple)
    return [edit.text for edit in edits]


@pytest.mark.parametrize(
    ("settings", "packages", "wanted"),
    [
        ("", ["pytest_asyncio"], ["pytest_asyncio.fixture", "import pytest_asyncio"]),
        ('[tool.pytest.ini_options]\nasyncio_mode = "auto"\n', ["pytest_asyncio"], []),
        ("", ["anyio"], None),
        ("", [], None),
    ],
)
def test_a_fixture_needs_what_its_plugin_says(
    settings: str, packages: list[str], wanted: list[str] | None, tmp_path: Path
) -> None:
    (tmp_path / "pyproject.toml").write_text(settings)
    plugins = Plugins(tmp_path, environment(tmp_path, *packages), ())
    fixture = functions(tmp_path)[0]
    edits = plugins.fixture_edits(fixture, fixture.node.decorator_list[0])
    if wanted is None:
        assert isinstance(edits, Barrier) and "depends on the plugin" in edits.reason
    else:
        assert texts(edits) == wanted


def test_the_name_that_a_file_has_for_the_decorator_is_used(tmp_path: Path) -> None:
    text = TESTS.replace("import pytest\n", "import pytest\nimport pytest_asyncio as aio\n").replace(
        "fixture\n", "fixture(scope='module')\n"
    )
    fixture = functions(tmp_path, text)[0]
    decorator = fixture.node.decorator_list[0]
    assert isinstance(decorator, ast.Call)
    edits = Plugins(tmp_path, environment(tmp_path, "pytest_asyncio"), ()).fixture_edits(fixture, decorator)
    assert texts(edits) == ["aio.fixture"]


def test_a_test_needs_a_plugin_and_its_marker(tmp_path: Path) -> None:
    test = functions(tmp_path)[1]
    assert texts(Plugins(tmp_path, environment(tmp_path, "pytest_asyncio"), ()).edits(test)) == ["pytest.mark.asyncio"]
    without = Plugins(tmp_path, tmp_path / "nowhere", ()).edits(test)
    assert isinstance(without, Barrier) and "no plugin" in without.reason
