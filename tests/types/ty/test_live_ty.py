"""The client against the real ty: columns, line ends, names of files, overlays."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoawait.project.source import SourceFile, Spot, load
from autoawait.types.engine import Kind
from autoawait.types.environment import Environment, find_environment
from autoawait.types.ty.client import TyEngine

STORE = "async def fetch(x: int) -> int:\n    return x\n\n\nclass Repo: ...\n"
# ä and ß take two bytes, the snake four.
USES = 'from store import fetch, Repo\n\nä = "🐍 ß"; fetch(1)\nrepo = Repo(); ö = repo\n'


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path.resolve() / "mit Umläut & 100%"
    folder.mkdir()
    (folder / "store.py").write_text(STORE)
    return folder


@pytest.fixture
def engine(folder: Path) -> Iterator[TyEngine]:
    with TyEngine(folder, Environment(Path(sys.prefix), "for a test")) as engine:
        yield engine


def written(path: Path, data: bytes, engine: TyEngine | None = None) -> SourceFile:
    """A file with these bytes. An engine that runs already must be told of it: it may have looked through its folder
    before, and has no complaints about files that it did not see then."""
    path.write_bytes(data)
    if engine is not None:
        engine.reread([path], (), ())
    source = load(path)
    assert isinstance(source, SourceFile)
    return source


def spot(source: SourceFile, name: str) -> Spot:
    """The last byte of the last place where ``name`` stands."""
    return source.spot(source.body.rindex(name.encode()) + len(name.encode()) - 1)


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_columns_are_bytes_whatever_the_line_end(engine: TyEngine, folder: Path, line_end: str) -> None:
    source = written(folder / "benützt ö.py", USES.replace("\n", line_end).encode(), engine)
    fetch, repo = engine.facts([spot(source, "fetch"), spot(source, "repo")])
    assert fetch.called is Kind.COROUTINE
    assert (repo.instance, repo.nominal) == (True, "Repo")
    assert engine.definitions([spot(source, "fetch")]) == [(Spot(folder / "store.py", 1, 10),)]
    assert engine.definitions([spot(source, "ö")]) == [(source.spot(source.body.rindex("ö".encode())),)]
    assert engine.type_definitions([spot(source, "repo")]) == [(Spot(folder / "store.py", 5, 6),)]
    (checked,) = engine.check([source.path])
    (complaint,) = checked.complaints
    assert (complaint.code, complaint.found) == ("unused-awaitable", Kind.COROUTINE)
    assert source.body[source.offset(complaint.start.line, complaint.start.column) :].startswith(b"fetch(1)")


def test_a_byte_order_mark_is_no_column(engine: TyEngine, folder: Path) -> None:
    marked = written(folder / "marked.py", "\ufeffdef ä() -> str: ...\n".encode(), engine)
    source = written(folder / "uses.py", "\ufefffrom marked import ä; x: int = ä()\n".encode(), engine)
    asked = spot(source, "ä")
    assert engine.facts([asked])[0].returned == "str"
    assert engine.definitions([asked]) == [(Spot(marked.path, 1, 4),)]
    complaint = engine.check([source.path])[0].complaints[0]
    assert source.body[complaint.start.column : complaint.end.column].decode() == "ä()"
    engine.overlay(source.path, source.text)
    assert engine.facts([asked])[0].returned == "str"


def test_overlays_are_seen_across_files_and_can_be_taken_back(engine: TyEngine, folder: Path) -> None:
    source = written(folder / "uses.py", b"from store import fetch\nx: str = fetch(1)\n", engine)
    asked = [spot(source, "fetch")]

    def said() -> tuple[str, list[tuple[str, str]]]:
        complaints = engine.check([source.path])[0].complaints
        return engine.facts(asked)[0].returned, [(it.found.value, it.expected) for it in complaints]

    assert said() == ("CoroutineType[Any, Any, int]", [("coroutine", "str")])
    engine.overlay(folder / "store.py", "def fetch(x: int) -> int: return x\n")
    assert said() == ("int", [("plain", "str")])
    engine.overlay(folder / "store.py", "def fetch(x: int) -> str: return ''\n")
    assert said() == ("str", [])
    engine.overlay(source.path, "from store import fetch\n\nfetch(1).x\n")
    assert [it.code for it in engine.check([source.path])[0].complaints] == ["missing-attribute"]
    engine.uncover(source.path)
    engine.uncover(folder / "store.py")
    assert said() == ("CoroutineType[Any, Any, int]", [("coroutine", "str")])


def test_uncovering_shows_what_is_on_disk_now(engine: TyEngine, folder: Path) -> None:
    source = written(folder / "uses.py", b"from store import fetch\nfetch(1)\n", engine)
    asked = [spot(source, "fetch")]
    assert engine.facts(asked)[0].called is Kind.COROUTINE
    engine.overlay(folder / "store.py", STORE)
    (folder / "store.py").write_text("def fetch(x: int) -> bytes: ...\n")
    engine.uncover(folder / "store.py")
    assert engine.facts(asked)[0].returned == "bytes"


def test_brackets_are_told_from_what_they_close_on(engine: TyEngine, folder: Path) -> None:
    body = b"from store import fetch\nrows = [fetch]\ni = 0\nrows[i](1)\nrows[0]\nrows[i]\n"
    body += b"def f(): return fetch\nf()(i)\n"
    source = written(folder / "uses.py", body, engine)

    def asked(line: int, *columns: int) -> list[Spot]:
        return [Spot(source.path, line, column) for column in columns]

    called, called_end, index = engine.facts(asked(4, 4, 6, 5))
    assert called.called is called_end.called is Kind.COROUTINE
    assert index.text == "Literal[0]"
    assert [fact.called for fact in engine.facts(asked(5, 6) + asked(6, 4, 6))] == [
        Kind.COROUTINE,
        Kind.COROUTINE,
        Kind.UNKNOWN,  # ty gives the index where nothing follows the bracket
    ]
    # ty answers for the callee f there, which is not what stands before the last call
    assert engine.facts(asked(8, 2))[0].text == ""


def test_files_that_are_not_there_say_nothing(engine: TyEngine, folder: Path) -> None:
    nowhere = Spot(folder / "absent.py", 3, 0)
    assert engine.facts([nowhere, Spot(folder / "store.py", 99, 0)])[0].text == ""
    assert engine.definitions([nowhere]) == [()]
    assert engine.check([nowhere.path])[0].complaints == ()


def test_files_that_git_ignores_are_checked_like_others(folder: Path) -> None:
    (folder / ".git").mkdir()
    (folder / ".gitignore").write_text("built/\n")
    (folder / "built").mkdir()
    source = written(folder / "built" / "a.py", b'x: int = ""\n')
    with TyEngine(folder, Environment(Path(sys.prefix), "for a test")) as engine:
        on_disk = engine.check([source.path])
        engine.overlay(source.path, source.text)
        assert len(on_disk[0].complaints) == 1
        assert engine.check([source.path]) == on_disk


def test_unreachable_code_is_told(engine: TyEngine, folder: Path) -> None:
    source = written(folder / "uses.py", b"from store import fetch\ndef f():\n    return 1\n    fetch(1)\n", engine)
    (checked,) = engine.check([source.path])
    assert checked.unreachable == ((Spot(source.path, 4, 4), Spot(source.path, 4, 12)),)
    assert checked.complaints == ()
    assert engine.facts([spot(source, "fetch")])[0].unreachable


def test_packages_come_from_the_chosen_environment(folder: Path) -> None:
    library = folder / "env" / "lib" / "python3.11" / "site-packages" / "lib_only_there"
    library.mkdir(parents=True)
    (library / "__init__.py").write_text(STORE)
    (library / "py.typed").touch()
    (folder / "env" / "bin").mkdir()
    (folder / "env" / "bin" / "python").symlink_to(sys.executable)
    (folder / "env" / "pyvenv.cfg").write_text(f"home = {Path(sys.base_prefix) / 'bin'}\nversion = 3.11.0\n")
    source = written(folder / "uses.py", b"from lib_only_there import fetch\nfetch(1)\n")
    with TyEngine(folder, find_environment(folder, folder / "env")) as engine:
        assert engine.facts([spot(source, "fetch")])[0].called is Kind.COROUTINE
    with TyEngine(folder, Environment(Path(sys.prefix), "for a test")) as engine:
        assert engine.facts([spot(source, "fetch")])[0].called is Kind.UNKNOWN
