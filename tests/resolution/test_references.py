"""What names a function, and what becomes of it there, on small projects with the real engine."""

from __future__ import annotations

import textwrap
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from autoawait.project.index import Index
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference, References
from tests.fake_engine import FakeEngine
from tests.indexed_projects import project


def references(root: Path, files: Mapping[str, str] | str, name: str) -> list[Reference]:
    with project(root, files) as made:
        function = made.function(name)
        return list(References(made.index, made.engine).to([function])[function])


def shown(reference: Reference) -> str:
    """Its role (with a question mark where it is unknown) and the text of its line."""
    mark = "" if reference.certainty is Certainty.CERTAIN else "?"
    return f"{reference.role.value}{mark}: {reference.unit.file.line(reference.line).strip()}"


def check(root: Path, files: Mapping[str, str] | str, name: str, *expected: str) -> list[Reference]:
    """The references to a function, each by its role and line."""
    found = references(root, files, name)
    assert [shown(r) for r in found] == list(expected)
    return found


def roles(root: Path, body: str) -> list[tuple[str, str]]:
    """The roles and words of the references to ``f`` in the body of a function."""
    source = "import functools, threading\ndef f(x=0): return x\ndef g(p):\n" + textwrap.indent(
        textwrap.dedent(body), "    "
    )
    return [(r.role.value, r.words) for r in references(root, source, "f")]


@pytest.mark.parametrize(
    ("body", "role", "words"),
    [
        ("f(1)", "call", "it is called"),
        ("x = [f(y) for y in p]", "call", "it is called"),
        ("x = f'{f(1)!r}'", "call", "it is called"),
        ("map(f, p)", "passed", "it is passed to `map` as a callback"),
        ("p.sort(key=f)", "passed", "it is passed to `p.sort` as `key`"),
        ("threading.Thread(target=f)", "passed", "it is passed to `threading.Thread` as `target`"),
        ("map(f if p else print, p)", "passed", "it is passed to `map` as a callback"),
        ("(f if p else print)(1)", "other", "it is one of several functions that are called there"),
        ("functools.partial(f, 1)", "partial", "it is bound to arguments by `functools.partial`"),
        ("x = f", "alias", "it is stored in `x`"),
        ("p.callback = f", "stored", "it is stored in `p.callback`"),
        ("x = p or f", "stored", "it is stored in `x`"),
        ("x = {'a': f}", "stored", "it is stored in a dict"),
        ("x = [f, print]", "stored", "it is stored in a container"),
        ("def h(c=f): ...", "stored", "it is the default of a parameter"),
        ("return f", "returned", "it is returned"),
        ("return lambda: f", "returned", "a lambda returns it"),
        ("@f\ndef h(): ...", "decorator", "it decorates `h`"),
        ("@f(1)\ndef h(): ...", "decorator", "it decorates `h`"),
        ("f.x", "other", "its attribute `x` is used"),
        ("p is f", "asked", "it is compared"),
        ("f", "other", "it is named without a call"),
        ("yield f", "returned", "it is yielded"),
        ("global f\nf = p", "assigned", "its name is bound to something else"),
        ("print(*f)", "other", "it is used as a value"),
    ],
)
def test_roles(tmp_path: Path, body: str, role: str, words: str) -> None:
    assert roles(tmp_path, body) == [(role, words)]


def test_units_calls_and_arguments(tmp_path: Path) -> None:
    source = """
        def f(): ...
        class K:
            x = f()
            def m(self, default=f):
                return [f() for _ in range(3)]
        def g():
            def inner(): f()
            return lambda: f()
        f()
    """
    found = references(tmp_path, source, "f")
    assert [(r.unit.function.qualname if r.unit.function else "", r.role) for r in found] == [
        ("", Role.CALL),
        ("", Role.STORED),
        ("K.m", Role.CALL),
        ("g.<locals>.inner", Role.CALL),
        ("g", Role.CALL),
        ("", Role.CALL),
    ]
    for reference in found:
        assert reference.node in reference.unit.nodes
        assert (reference.call is not None and reference.call.func is reference.node) == (reference.role is Role.CALL)
    assert found[0].unit is found[1].unit is found[-1].unit


PACKAGE = {
    "pkg/__init__.py": "from .base import load as exported, load\n__all__ = ['load', 'exported']\n",
    "pkg/base.py": "def load(): ...\n__all__ = ['load']\n",
}


def test_imports_aliases_and_modules(tmp_path: Path) -> None:
    files = {
        **PACKAGE,
        "app.py": """
            import pkg.base as base
            from pkg import exported as mine
            from pkg.base import *
            mine()
            base.load()
            load()
            pkg = base
            pkg.load = print
        """,
        "other.py": "def load(): ...\nload()\n",
    }
    check(
        tmp_path,
        files,
        "pkg/base.py:load",
        "import: from pkg import exported as mine",
        "call: mine()",
        "call: base.load()",
        "call: load()",
        "assigned: pkg.load = print",
        "import: from .base import load as exported, load",
        "import: from .base import load as exported, load",
        "exported: __all__ = ['load', 'exported']",
        "exported: __all__ = ['load', 'exported']",
        "exported: __all__ = ['load']",
    )


def test_what_an_import_cannot_find_may_be_meant(tmp_path: Path) -> None:
    files = {
        "src/base.py": "def load(): ...\n",
        "app.py": """
            from nowhere.base import load
            import elsewhere
            load()
            elsewhere.load()
            def g(x): x.load()
        """,
    }
    check(
        tmp_path,
        files,
        "src/base.py:load",
        "import?: from nowhere.base import load",
        "call?: load()",
        "call?: elsewhere.load()",
    )


METHODS = """
    class Base:
        def load(self): ...
    class K(Base):
        def load(self): return super().load()
    class Other:
        def load(self): ...
    def g(k: K, either: K | Other, anything, other: Other, base: Base):
        k.load()
        K.load(k)
        either.load()
        anything.load()
        other.load()
        base.load()
        {}.load()
        anything.load = print
        k.load = print
    def load(): ...
    load()
"""


def test_methods(tmp_path: Path) -> None:
    found = check(
        tmp_path,
        METHODS,
        "K.load",
        "call: k.load()",
        "call: K.load(k)",
        "call: either.load()",
        "call?: anything.load()",
        "call?: {}.load()",
        "assigned?: anything.load = print",
        "assigned: k.load = print",
    )
    assert [len(r.others) for r in found] == [0, 0, 1, 0, 0, 0, 0]


def test_a_whole_family_at_once(tmp_path: Path) -> None:
    with project(tmp_path, METHODS) as made:
        base, k, other = (made.function(n) for n in ("Base.load", "K.load", "Other.load"))
        found = References(made.index, made.engine).to([base, k, other])
        assert [shown(r) for r in found[base] if r.certainty is Certainty.CERTAIN] == [
            "call: def load(self): return super().load()",
            "call: base.load()",
        ]
        # `either.load()` may reach what is of another family, whoever asks about both at once.
        assert [r.others for r in found[k]] == [(), (), (other.spot,), *[()] * (len(found[k]) - 3)]


def test_class_bodies(tmp_path: Path) -> None:
    source = """
        class K:
            def load(self): ...
            alias = load
            value = property(load)
    """
    check(tmp_path, source, "K.load", "alias: alias = load", "passed: value = property(load)")


STRINGS = """
    import sys
    from unittest.mock import patch
    class K:
        def load(self): ...
    class L: ...
    def f(): ...
    def g(k: K, l: L, anything, monkeypatch):
        getattr(k, "load")
        getattr(l, "load")
        getattr(anything, "load")
        hasattr(K, "load")
        {"load": 1}["load"]
        "f"
        getattr(sys.modules[__name__], "f")
        patch("app.f")
        patch("app.f", new=print)
        patch("other.f")
        patch.object(K, "load")
        patch("app.K.load")
        patch("app.L.load")
        monkeypatch.setattr("app.f", print)
        monkeypatch.setattr(k, "load", print)
        run("some.where.app:f")
"""


def test_strings_that_name_a_method(tmp_path: Path) -> None:
    check(
        tmp_path,
        STRINGS,
        "K.load",
        'string: getattr(k, "load")',
        'string?: getattr(anything, "load")',
        'asked: hasattr(K, "load")',
        'mocked: patch.object(K, "load")',
        'mocked: patch("app.K.load")',
        'assigned: monkeypatch.setattr(k, "load", print)',
    )


def test_strings_that_name_a_function(tmp_path: Path) -> None:
    check(
        tmp_path,
        STRINGS,
        "f",
        'mocked: patch("app.f")',
        'assigned: patch("app.f", new=print)',
        'assigned: monkeypatch.setattr("app.f", print)',
        'string: run("some.where.app:f")',
    )


def test_strings_where_a_function_is_imported(tmp_path: Path) -> None:
    files = {
        **PACKAGE,
        "app.py": """
            from pkg import load
            import json, pkg.base
            getattr(pkg.base, 'load')
            getattr(json, 'load')
        """,
        "test_app.py": "from unittest.mock import patch\npatch('app.load')\npatch('json.load')\n",
    }
    found = references(tmp_path, files, "pkg/base.py:load")
    assert [shown(r) for r in found if r.role in (Role.STRING, Role.MOCKED)] == [
        "string: getattr(pkg.base, 'load')",
        "mocked: patch('app.load')",
    ]


def test_rebinding_is_seen(tmp_path: Path) -> None:
    source = """
        def wrap(x): return x
        try:
            from nowhere import f
        except ImportError:
            def f(): ...
        f()
        def g(): ...
        g = wrap(g)
    """
    found = check(tmp_path, source, "f", "import?: from nowhere import f", "call: f()")
    assert len(found[-1].others) == 1
    check(tmp_path, source, "g", "assigned: g = wrap(g)", "passed: g = wrap(g)")


def test_locals_of_the_same_name_are_something_else(tmp_path: Path) -> None:
    source = """
        def f(): ...
        def g(f): f()
        def h():
            f = print
            f()
        def outer():
            def f(): ...
            f()
    """
    check(tmp_path, source, "f")
    check(tmp_path, source, "outer.<locals>.f", "call: f()")


ALIASES = """
    class Client:
        def post(self, path): return path
    class Resource:
        def __init__(self, client: Client):
            self._post = client.post
        def create(self):
            return self._post("x")
        def listed(self, items, other):
            strategy = self._post
            map(self._post, items)
            getattr(other, "_post")
            return strategy("y"), other._post(1)
"""


def test_what_an_attribute_of_ours_holds_is_called_by_its_name(tmp_path: Path) -> None:
    check(
        tmp_path,
        ALIASES,
        "Client.post",
        "alias: self._post = client.post",
        'call: return self._post("x")',
        "alias: strategy = self._post",
        "passed: map(self._post, items)",
        'string?: getattr(other, "_post")',
        'call: return strategy("y"), other._post(1)',
        'call?: return strategy("y"), other._post(1)',
    )


@pytest.mark.parametrize(
    "holder",
    [
        "def __init__(self, client: Client, server): server.handler = client.post",
        "def __init__(self, client: Client): self.posts = [client.post]",
        "def __init__(self, client: Client): self.handler = print or client.post",
        "def __init__(self, client: Client): print(handler := client.post)",
        "def __init__(self, client: Client): self.__handler__ = client.post",
        "posts = {1: Client.post}",
    ],
)
def test_what_something_else_holds_is_out_of_sight(tmp_path: Path, holder: str) -> None:
    source = f"""
        class Client:
            def post(self, path): return path
        class Resource:
            {holder}
    """
    assert [r.role for r in references(tmp_path, source, "Client.post")] == [Role.STORED]


def test_an_attribute_of_a_class_with_a_foreign_base_is_out_of_sight(tmp_path: Path) -> None:
    source = """
        from threading import Thread
        def f(): ...
        class K(Thread):
            def __init__(self): self.run = f
    """
    assert [r.role for r in references(tmp_path, source, "f")] == [Role.STORED]


def test_a_name_that_holds_another_function_too_has_others(tmp_path: Path) -> None:
    source = """
        def f(): ...
        def g(): ...
        def both(p):
            h = f
            if p:
                h = g
            h()
    """
    found = {r.role: r for r in references(tmp_path, source, "f")}
    assert [place.line for place in found[Role.CALL].others] == [7]


def test_an_object_is_called_by_the_names_that_hold_it(tmp_path: Path) -> None:
    source = """
        class Session:
            def __call__(self, x): return x
        class Bot:
            session: Session
            def __init__(self, session): self.session = session
            @property
            def one(self) -> Session: return self.session
            def two(self): return self.one(3)
            def send(self):
                session = self.session
                session(1)
                return self.session(2)
            def __call__(self, x): return x
            def all(self):
                return [self(n) for n in range(3)]
    """
    check(
        tmp_path / "a",
        source,
        "Session.__call__",
        "call: def two(self): return self.one(3)",
        "call: session(1)",
        "call: return self.session(2)",
    )
    check(tmp_path / "b", source, "Bot.__call__", "call: return [self(n) for n in range(3)]")


def test_a_large_project_is_searched_quickly(tmp_path: Path) -> None:
    """20,000 lines with 400 functions, all asked about: the search takes a fraction of a second."""
    index = Index()
    line = "    value = obj.attribute_{0}(first, second=[other.thing for other in items])  # and a comment\n"
    for number in range(40):
        functions = "".join(f"def f{number}_{i}():\n" + line.format(i) * 49 for i in range(10))
        assert index.add(tmp_path / f"m{number}.py", functions.encode())
    functions = [f for m in index.own for f in m.functions]
    found = References(index, FakeEngine())
    since = time.perf_counter()
    assert len(found.to(functions)) == 400
    assert time.perf_counter() - since < 1


def test_what_a_local_name_holds_elsewhere_does_not_depend_on_what_else_is_asked_about(tmp_path: Path) -> None:
    source = """
        class Pipe:
            def execute(self, fast):
                if fast:
                    execute = self.send
                else:
                    execute = self.queue
                execute()

            def send(self): pass

            def queue(self): pass
    """
    with project(tmp_path, source) as made:
        function, other = made.function("Pipe.send"), made.function("Pipe.execute")
        asked = References(made.index, made.engine)
        alone, together = asked.to([function])[function], asked.to([other, function])[function]
    assert [shown(r) for r in together] == [shown(r) for r in alone]
    assert "assigned" not in {r.role.value for r in together}
