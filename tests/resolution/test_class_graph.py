"""What classes inherit, override and share, on small projects with the real engine."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from autoawait.project.index import Index
from autoawait.resolution.class_graph.base_resolution import BaseResolution
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.model import member_of
from autoawait.resolution.class_graph.override_groups import OverrideGroup, Protocols
from tests.fake_engine import FakeEngine
from tests.indexed_projects import project


def family(root: Path, files: Mapping[str, str] | str, name: str) -> tuple[list[str], OverrideGroup]:
    """The names of the members, and the family, of a function."""
    with project(root, files) as made:
        found = ClassGraph(made.index, made.engine).overrides(made.function(name))
        return [made.name(f) for f in found.members], found


def members(root: Path, files: Mapping[str, str] | str, name: str) -> list[str]:
    names, found = family(root, files, name)
    assert (found.foreign, found.unknown) == ("", "")
    return names


CHAIN = """
    from abc import ABC, abstractmethod
    from typing import Generic, TypeVar
    T = TypeVar("T")

    class Base(ABC):
        @abstractmethod
        def load(self) -> int: ...
    class Middle(Base, Generic[T]): ...
    class Leaf(Middle[int]):
        def load(self) -> int: return 1
        def other(self) -> int: return 1
    class Alone:
        def load(self) -> int: return 1
"""


@pytest.mark.parametrize("name", ["Base.load", "Leaf.load"])
def test_overrides_above_and_below(tmp_path: Path, name: str) -> None:
    assert members(tmp_path, CHAIN, name) == ["Base.load", "Leaf.load"]


def test_other_names_and_other_classes_stand_alone(tmp_path: Path) -> None:
    assert members(tmp_path, CHAIN, "Leaf.other") == ["Leaf.other"]
    assert members(tmp_path, CHAIN, "Alone.load") == ["Alone.load"]


def test_across_files_and_import_forms(tmp_path: Path) -> None:
    files = {
        "pkg/__init__.py": "from .base import Base as Root",
        "pkg/base.py": "class Base:\n    def load(self): ...\n",
        "pkg/a.py": "from pkg import Root\nclass A(Root):\n    def load(self): ...\n",
        "pkg/b.py": "import pkg.a as a\nclass B(a.A):\n    def load(self): ...\n",
    }
    everyone = ["pkg/a.py:A.load", "pkg/b.py:B.load", "pkg/base.py:Base.load"]
    assert members(tmp_path, files, "pkg/a.py:A.load") == everyone


def test_what_meets_in_a_subclass(tmp_path: Path) -> None:
    source = """
        class A:
            def load(self): ...
        class B:
            def load(self): ...
        class Both(A, B): ...
    """
    assert members(tmp_path, source, "A.load") == ["A.load", "B.load"]


def test_siblings_below_a_base_without_the_method_are_no_family(tmp_path: Path) -> None:
    source = """
        class Base: ...
        class A(Base):
            def load(self): ...
        class B(Base):
            def load(self): ...
    """
    assert members(tmp_path, source, "A.load") == ["A.load"]


def test_overloads_and_conditional_definitions(tmp_path: Path) -> None:
    source = """
        import sys
        from typing import overload
        @overload
        def f(x: int) -> int: ...
        @overload
        def f(x: str) -> str: ...
        def f(x): return x
        if sys.platform == "win32":
            def g(): ...
        else:
            def g(): ...
        def outer():
            def f(): ...
    """
    assert members(tmp_path, source, "f#2") == ["f", "f", "f"]
    assert members(tmp_path, source, "g") == ["g", "g"]
    assert members(tmp_path, source, "outer.<locals>.f") == ["outer.<locals>.f"]


def test_stubs_turn_with_their_module(tmp_path: Path) -> None:
    files = {
        "m.py": "def f(): ...\nclass K:\n    def load(self): ...\n",
        "m.pyi": "def f() -> None: ...\nclass K:\n    def load(self) -> None: ...\n",
        "app.py": "from m import K\nclass L(K):\n    def load(self): ...\n",
    }
    assert members(tmp_path, files, "m.py:f") == ["m.py:f", "m.pyi:f"]
    everyone = ["L.load", "m.py:K.load", "m.pyi:K.load"]
    assert members(tmp_path, files, "L.load") == everyone
    assert members(tmp_path, files, "m.py:K.load") == everyone


def test_protocols_by_inheritance(tmp_path: Path) -> None:
    source = """
        from typing import Protocol
        class P(Protocol):
            def load(self) -> int: ...
        class K(P):
            def load(self) -> int: return 1
    """
    assert members(tmp_path, source, "K.load") == ["P.load", "K.load"]


STRUCTURAL = """
    from typing import Protocol
    class P(Protocol):
        def load(self) -> int: ...
        def save(self) -> None: ...
    class Whole:
        def load(self) -> int: return 1
        def save(self) -> None: ...
    class Part:
        def load(self) -> int: return 1
"""


@pytest.mark.parametrize("name", ["Whole.load", "P.load"])
def test_protocols_by_structure_may_be_meant(tmp_path: Path, name: str) -> None:
    _, found = family(tmp_path, STRUCTURAL, name)
    assert found.doubt == "Protocol `P` may be meant by `Whole`"


@pytest.mark.parametrize(
    ("parameters", "is_meant"),
    [
        ("self, key", True),
        ("self, key, more=None", True),
        ("self, *keys", True),
        ("self, *, key", False),
        ("self, key, *, cast_to", False),
        ("self, key, *, cast_to=None", True),
        ("self", False),
        ("self, key, path", False),
        ("self, *args, **kwargs", True),
    ],
)
def test_a_protocol_is_not_meant_by_a_method_that_cannot_be_called_so(
    tmp_path: Path, parameters: str, is_meant: bool
) -> None:
    source = f"""
        from typing import Protocol
        class P(Protocol):
            def get(self, key: str) -> int: ...
        class K:
            def get({parameters}): return 1
    """
    _, found = family(tmp_path, source, "K.get")
    assert found.doubt == ("Protocol `P` may be meant by `K`" if is_meant else "")


def test_a_protocol_that_is_async_already_stands_in_no_way(tmp_path: Path) -> None:
    source = """
        from typing import Protocol
        class P(Protocol):
            async def get(self) -> int: ...
        class K:
            def get(self): return 1
    """
    _, found = family(tmp_path, source, "K.get")
    assert not found.doubt


def test_a_protocol_that_a_class_does_not_fulfil_is_none_of_its_own(tmp_path: Path) -> None:
    assert members(tmp_path, STRUCTURAL, "Part.load") == ["Part.load"]


@pytest.mark.parametrize(
    ("base", "method", "foreign"),
    [
        ("threading.Thread", "run", "threading.Thread"),
        ("threading.Thread", "fetch", ""),
        ("tornado.web.RequestHandler", "get", ""),
        ("tornado.web.RequestHandler", "prepare", ""),
        ("tornado.web.RequestHandler", "finish", "tornado.web.RequestHandler"),
        ("tornado.web.RequestHandler", "write", "tornado.web.RequestHandler"),
        ("dict[str, int]", "get", "builtins.dict"),
        ("dict[str, int]", "fetch", ""),
        ("typing.Mapping[str, int]", "get", "_collections_abc.Mapping"),
        ("logging.StreamHandler", "handle", "logging.Handler"),
        ("typing.NamedTuple", "fetch", ""),
        ("enum.Enum", "fetch", ""),
        ("Exception", "fetch", ""),
        ("collections.namedtuple('P', 'x y')", "fetch", ""),
        ("unittest.IsolatedAsyncioTestCase", "setUp", "unittest.case.TestCase"),
        ("unittest.IsolatedAsyncioTestCase", "asyncSetUp", ""),
        ("asyncio.Protocol", "connection_made", "asyncio.protocols.BaseProtocol"),
        ("asyncio.Queue", "fetch", ""),
        ("multiprocessing.Process", "run", "multiprocessing.process.BaseProcess"),
        ("textual.app.App", "compose", "textual.app.App"),
        ("textual.app.App", "query", "textual.dom.DOMNode"),
        ("pydantic.BaseModel", "fetch", ""),
    ],
)
def test_bases_outside_the_project(tmp_path: Path, base: str, method: str, foreign: str) -> None:
    head = "import asyncio, collections, enum, logging, multiprocessing, threading, typing, unittest\n"
    head += "import pydantic, textual.app, tornado.web\n"
    source = f"{head}class Between({base}): ...\nclass K(Between):\n    def {method}(self): ...\n"
    names, found = family(tmp_path, source, f"K.{method}")
    assert names == [f"K.{method}"]
    assert (found.foreign, found.unknown) == (foreign, "")


def test_a_mixin_that_overrides_a_foreign_method_below(tmp_path: Path) -> None:
    source = """
        import threading
        class Mixin:
            def run(self): ...
        class Worker(Mixin, threading.Thread): ...
    """
    assert family(tmp_path, source, "Mixin.run")[1].foreign == "threading.Thread"


@pytest.mark.parametrize("base", ["nowhere.Base", "make()", "Either"])
def test_bases_that_nobody_knows(tmp_path: Path, base: str) -> None:
    source = f"import nowhere\ndef make(): ...\nEither = make()\nclass K({base}):\n    def load(self): ...\n"
    assert family(tmp_path, source, "K.load")[1].unknown == f"the base `{base}` of `K` is not known"


def test_an_unknown_base_below_counts_only_where_it_comes_first(tmp_path: Path) -> None:
    source = """
        from nowhere import Base
        class K:
            def load(self): ...
        class After(K, Base): ...
    """
    assert family(tmp_path, source, "K.load")[1].unknown == ""
    before = source.replace("K, Base", "Base, K")
    assert family(tmp_path, before, "K.load")[1].unknown == "the base `Base` of `After` is not known"


def test_an_override_by_assignment(tmp_path: Path) -> None:
    source = """
        class K:
            def load(self): ...
        class L(K):
            load = print
    """
    assert family(tmp_path, source, "K.load")[1].unknown == "`L.load` is no `def`"


def test_classes_related_by_inheritance(tmp_path: Path) -> None:
    with project(tmp_path, CHAIN) as made:
        classes = ClassGraph(made.index, made.engine)
        load = made.function("Leaf.load")
        related = {one.node.name for one in classes.relatives(load)}
        assert related == {"Base", "Middle", "Leaf"}


def test_functions_need_no_engine(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("def f(): ...\nclass K(Base):\n    def load(self): ...\n")
    index, engine = Index(), FakeEngine()
    module = index.add(path)
    assert module is not None
    classes = ClassGraph(index, engine)
    assert classes.overrides(module.functions[0]) == OverrideGroup((module.functions[0],))
    assert engine.asked == []
    assert classes.overrides(module.functions[1]).unknown == "the base `Base` of `K` is not known"
    assert classes.overrides(module.functions[1]) and len(engine.asked) == 1


ORDERED = """
    class Base:
        def load(self): return 1
        def call(self): return self.load()
    class Mixin:
        def load(self): return 2
    class Leaf(Mixin, Base): ...
    class Other(Base):
        def load(self): return 3
        def call(self): return self.load()
"""


@pytest.mark.parametrize(
    ("name", "caller", "torn", "expected"),
    [
        ("Base.load", None, (), ["Base.load", "Mixin.load", "Other.load"]),
        ("Base.load", "Base.call", (), ["Base.load", "Mixin.load"]),  # an `Other` has a `call` of its own
        ("Base.load", "Other.call", (), ["Base.load", "Other.load"]),
        ("Base.load", None, (7,), ["Base.load", "Other.load"]),
        ("Mixin.load", None, (), ["Mixin.load"]),  # nothing hides it
    ],
)
def test_what_a_call_may_reach(
    tmp_path: Path, name: str, caller: str | None, torn: tuple[int, ...], expected: list[str]
) -> None:
    with project(tmp_path, ORDERED) as made:
        member = made.function(name)
        places = {(member.file.path, line) for line in torn}
        around = made.function(caller) if caller else None
        found = ClassGraph(made.index, made.engine).reached(member, around, places)
        assert sorted(made.name(f) for f in found) == expected


def test_classes_without_an_order_are_asked_nearest_first(tmp_path: Path) -> None:
    files = "class A:\n    def load(self): ...\nclass B(A):\n    def load(self): ...\nclass C(A, B): ...\n"
    with project(tmp_path, files) as made:
        found = ClassGraph(made.index, made.engine).reached(made.function("A.load"))
        assert sorted(made.name(f) for f in found) == ["A.load", "B.load"]


@pytest.mark.parametrize("name", ["Base", "Base[int]"])
def test_a_base_by_a_name_that_depends_on_who_reads_it(tmp_path: Path, name: str) -> None:
    source = f"""
        from typing import TYPE_CHECKING, Generic, TypeVar
        T = TypeVar("T")
        class Base(Generic[T]):
            def load(self) -> int: return 1
        if TYPE_CHECKING:
            Root = {name}
        else:
            Root = Base
        class Leaf(Root):
            def load(self) -> int: return 1
    """
    assert members(tmp_path, source, "Leaf.load") == ["Base.load", "Leaf.load"]


FOUND = """
    from nowhere import Unknown
    class Top:
        def call(self): ...
    class Mixin:
        def call(self): ...
        def close(self): ...
    class Base(Top): ...
    class Both(Base, Mixin): ...
    class Value(Top):
        call = None
    class Before(Unknown, Base): ...
    class Behind(Base, Unknown): ...
    class Own(Unknown):
        def call(self): ...
    class Torn(Top, Base): ...
"""


@pytest.mark.parametrize(
    ("name", "member", "holder", "functions", "is_sure"),
    [
        ("Top", "call", "Top", ["Top.call"], True),
        ("Base", "call", "Top", ["Top.call"], True),
        ("Both", "call", "Top", ["Top.call"], True),
        ("Both", "close", "Mixin", ["Mixin.close"], True),
        ("Value", "call", "Value", [], True),
        ("Before", "call", "Top", ["Top.call"], False),
        ("Behind", "call", "Top", ["Top.call"], False),  # an `Unknown(Top)` comes before `Top`
        ("Own", "call", "Own", ["Own.call"], True),
        ("Base", "close", None, [], True),
        ("Own", "close", None, [], False),
        ("Torn", "call", "Top", ["Top.call"], True),
    ],
)
def test_what_an_object_finds_under_a_name(
    tmp_path: Path, name: str, member: str, holder: str | None, functions: list[str], is_sure: bool
) -> None:
    with project(tmp_path, FOUND) as made:
        classes = ClassGraph(made.index, made.engine)
        [one] = [c for c in classes.own if c.node.name == name]
        found = member_of(one, member)
        assert (found.holder.node.name if found.holder else None) == holder
        assert ([made.name(f) for f in found.functions], found.is_sure) == (functions, is_sure)


def test_a_known_base_written_first_is_found_before_an_unknown_one(tmp_path: Path) -> None:
    source = """
        from nowhere import Unknown
        class Base:
            def call(self): ...
        class Leaf(Base, Unknown): ...
    """
    with project(tmp_path, source) as made:
        classes = ClassGraph(made.index, made.engine)
        [leaf] = [c for c in classes.own if c.node.name == "Leaf"]
        assert member_of(leaf, "call").is_sure


def test_implementers_of_a_protocol(tmp_path: Path) -> None:
    source = f"""{STRUCTURAL}
    class Named(P): ...
    class Rest(Part):
        def save(self) -> None: ...
    class Other(P, Protocol): ...
    """
    with project(tmp_path, source) as made:
        bases = BaseResolution(made.index, made.engine, {})
        protocol = next(c for c in bases.own() if c.node.name == "P")
        assert sorted(c.node.name for c in Protocols(bases).implementers(protocol)) == ["Named", "Rest", "Whole"]


ATTRIBUTES = {
    "base.py": """
        class Base:
            def one(self): self.x = f()
            async def two(me): await me.x
            def three(self): return self.x.y
            def four(self, other): return other.x[0]
            @staticmethod
            def five(): return x
        class Far:
            def six(self): print(self.x)
    """,
    "app.py": """
        from base import Base
        class Mixin:
            def seven(self): return self.x + 1
            def eight(self): return self.__z + 1
        class Leaf(Base, Mixin):
            def nine(self): return self.x
            def ten(self): self.__z = f()
        class Other(Mixin):
            def eleven(self): del self.x
    """,
}


@pytest.mark.parametrize(
    ("method", "name", "expected"),
    [
        ("base.py:Base.one", "x", {"two": "awaited", "three": "value", "nine": "return", "seven": "value"}),
        ("app.py:Leaf.nine", "x", {"two": "awaited", "three": "value", "nine": "return", "seven": "value"}),
        ("base.py:Far.six", "x", {"six": "argument"}),
        ("base.py:Base.one", "y", {}),
        ("app.py:Leaf.ten", "__z", {}),  # it is another one in `Mixin`
        ("app.py:Mixin.eight", "__z", {"eight": "value"}),
    ],
)
def test_an_attribute_is_followed_through_all_classes_that_share_it(
    tmp_path: Path, method: str, name: str, expected: dict[str, str]
) -> None:
    with project(tmp_path, ATTRIBUTES) as made:
        found = ClassGraph(made.index, made.engine).attribute_uses(made.function(method), name)
        assert {unit.function.node.name: use.kind.value for unit, use in found if unit.function} == expected


def test_bases_are_asked_about_once_and_together(tmp_path: Path) -> None:
    path = tmp_path / "m.py"
    path.write_text("class A(X):\n    def f(self): ...\nclass B(Y): ...\n")
    index, engine = Index(), FakeEngine()
    module = index.add(path)
    assert module is not None
    classes = ClassGraph(index, engine)
    again = classes.through(FakeEngine())
    classes.overrides(module.functions[0])
    again.overrides(module.functions[0])
    assert [[(spot.line, spot.column) for spot in batch] for batch in engine.asked] == [[(1, 8), (3, 8)]]
