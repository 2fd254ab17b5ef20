"""What changes at a ``def`` that becomes async, and at the start of a program or a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.detection.awaitable_names import annotated_awaitables, with_forwarders
from autoawait.diagnostics.finding import EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, index_file
from autoawait.project.source import SourceFile, load
from autoawait.propagation.def_edits.async_def import Shape, async_def_edits, shape_of
from autoawait.propagation.entry_points.pytest_plugins import Plugins, is_test


def function_in(text: str, path: Path = Path("module.py")) -> Function:
    """The last function of a text."""
    source = load(path, text.encode())
    assert isinstance(source, SourceFile)
    return index_file(source).functions[-1]


def made(text: str) -> list[str]:
    """The edits of the ``def``, as text."""
    function = function_in(text)
    edits = async_def_edits(function, shape_of(function))
    assert not isinstance(edits, Barrier)
    return [edit.text or edit.kind.value for edit in edits]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("def f() -> int: return 1", ["async def"]),
        ("def f() -> Awaitable[int]: return g()", ["async def", "int"]),
        ("def f() -> Coroutine[Any, Any, list[int]]: return g()", ["async def", "list[int]"]),
        ("def f() -> 'Awaitable[int]': return g()", ["async def", "int"]),
        ("def f() -> Future[int]: return g()", ["async def"]),
        (
            "from typing import Iterator\ndef f() -> Iterator[int]: yield 1",
            ["async def", "AsyncIterator", "AsyncIterator[int]"],
        ),
        ("import typing as t\ndef f() -> t.Iterable[int]: yield 1", ["async def", "t.AsyncIterable[int]"]),
        (
            "from collections.abc import AsyncGenerator, Generator\ndef f() -> Generator[int, None, None]: yield 1",
            ["async def", "AsyncGenerator[int, None]"],
        ),
        ("def f(): yield 1", ["async def"]),
        (
            "from contextlib import contextmanager\n@contextmanager\ndef f(): yield 1",
            ["async def", "asynccontextmanager", "asynccontextmanager"],
        ),
        ("import contextlib as c\n@c.contextmanager\ndef f(): yield 1", ["async def", "c.asynccontextmanager"]),
    ],
)
def test_the_def_its_annotation_and_its_decorators(text: str, expected: list[str]) -> None:
    assert made(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("def f():\n  yield from g()", "yield from"),
        ("def f() -> MyIterator[int]: yield 1", "has no async counterpart"),
    ],
)
def test_generators_that_cannot_turn(text: str, why: str) -> None:
    function = function_in(text)
    barrier = async_def_edits(function, shape_of(function))
    assert isinstance(barrier, Barrier)
    assert why in barrier.reason


def test_a_declared_async_generator_stays_a_plain_def() -> None:
    function = function_in("from typing import Iterator\nclass P:\n  def f(self) -> Iterator[int]: ...")
    edits = async_def_edits(function, Shape.ITERATOR)
    assert not isinstance(edits, Barrier)
    assert EditKind.ASYNC_DEF not in {edit.kind for edit in edits}


# --- tests ------------------------------------------------------------------------------------------------------------

TEST = "import pytest\n\n\ndef test_it():\n    pass\n"


def environment(folder: Path, *packages: str) -> Path:
    for name in packages:
        (folder / "env" / "lib" / "python3.11" / "site-packages" / name).mkdir(parents=True)
    return folder / "env"


def decorated(folder: Path, text: str, *packages: str) -> list[str] | str:
    """What a test gets, or why it can have nothing."""
    edits = Plugins(folder, environment(folder, *packages), frozenset()).edits(function_in(text, folder / "test_it.py"))
    if isinstance(edits, Barrier):
        return edits.reason
    return [edit.text for edit in edits or ()]


def test_a_test_gets_the_marker_of_the_plugin_that_is_there(tmp_path: Path) -> None:
    assert decorated(tmp_path, TEST, "pytest_asyncio", "anyio") == ["pytest.mark.asyncio"]


def test_a_test_gets_the_marker_that_others_have(tmp_path: Path) -> None:
    other = "@pytest.mark.anyio\nasync def test_other(): ...\n\n"
    assert decorated(tmp_path, TEST.replace("def test_it", f"{other}def test_it"), "anyio") == ["pytest.mark.anyio"]


def test_a_marked_test_and_one_in_auto_mode_get_nothing(tmp_path: Path) -> None:
    assert decorated(tmp_path, f"pytestmark = pytest.mark.asyncio\n{TEST}", "pytest_asyncio") == []
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\nasyncio_mode = "auto"\n')
    assert decorated(tmp_path, TEST) == []


def test_without_a_plugin_a_test_cannot_turn(tmp_path: Path) -> None:
    assert "no plugin" in decorated(tmp_path, TEST)


@pytest.mark.parametrize(
    ("path", "text", "expected"),
    [
        ("test_a.py", "def test_it(): ...", True),
        ("a_test.py", "def test_it(): ...", True),
        ("a.py", "def test_it(): ...", False),
        ("test_a.py", "def helper(): ...", False),
        ("test_a.py", "class TestA:\n  def test_it(self): ...", True),
        ("test_a.py", "class Other:\n  def test_it(self): ...", False),
        ("test_a.py", "def test_it():\n  def test_inner(): ...", False),
    ],
)
def test_what_pytest_collects(path: str, text: str, expected: bool) -> None:
    assert is_test(function_in(text, Path(path))) is expected


# --- names that may give something awaitable --------------------------------------------------------------------------


def modules(*texts: str) -> list[object]:
    sources = (load(Path(f"m{number}.py"), text.encode()) for number, text in enumerate(texts))
    return [index_file(source) for source in sources if isinstance(source, SourceFile)]


def test_names_are_found_by_annotations_and_aliases_of_aliases() -> None:
    types = "Send = Callable[[str], Awaitable[None]]\nApp: TypeAlias = Callable[[Send], None]\nPlain = int\n"
    use = "def f(send: Send, app: App | None, n: Plain, wait: 'Coroutine[Any, Any, int]'): ...\n"
    attribute = "class C:\n  def __init__(self): self.hook: Send = None\n"
    assert annotated_awaitables(modules(types, use, attribute)) == {"send", "app", "wait", "hook"}  # type: ignore[arg-type]


def test_names_are_handed_on_by_plain_functions_that_return_such_calls() -> None:
    text = "def a(): return fetch()\ndef b(x): return self.a(x)\nasync def c(): return fetch()\ndef d(): return 1\n"
    assert with_forwarders(modules(text), frozenset({"fetch"})) == {"fetch", "a", "b"}  # type: ignore[arg-type]
