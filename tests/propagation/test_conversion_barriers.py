"""Why a function cannot become async, and which frameworks take it if it can: small projects, the real engine."""

from __future__ import annotations

import ast
import importlib.util
import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest

from autoawait.edits.await_placement import Barrier
from autoawait.knowledge.async_barriers import BRIDGES, CALLBACKS, DECORATIONS
from autoawait.knowledge.handlers import FORMER, MARKS, TAKES_ASYNC
from autoawait.knowledge.hooks import HOOKS
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.resolution.class_graph.graph import ClassGraph
from tests.indexed_projects import Project, project

HEAD = """\
import abc, asyncio, atexit, contextlib, enum, functools, inspect, threading, typing, typing_extensions, unittest
import anyio, fastapi, pydantic, pytest, textual, textual.app, trio, typer, sqlalchemy.event, sqlalchemy.orm
import aiogram, aiohttp.web, starlette.routing, starlette.applications
from discord.ext import commands, tasks
"""


def asked(made: Project) -> tuple[ConversionBarriers, ClassGraph]:
    classes = ClassGraph(made.index, made.engine)
    return ConversionBarriers(made.index, made.engine, classes), classes


def boundary(root: Path, files: Mapping[str, str] | str, name: str) -> Barrier | None:
    with project(root, HEAD + files if isinstance(files, str) else files) as made:
        boundaries, classes = asked(made)
        function = made.function(name)
        boundaries.read([function])
        return boundaries.of(function, classes.overrides(function))


def reason(root: Path, files: Mapping[str, str] | str, name: str) -> str:
    found = boundary(root, files, name)
    assert found is None or found.code == "AW402"
    return found.reason if found else ""


# --- special methods --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "why", "advice"),
    [
        ("__init__", "Python would raise TypeError", "async classmethod"),
        ("__repr__", "Python would raise TypeError", ""),
        ("__aiter__", "Python would raise TypeError", "async generator"),
        ("__exit__", "silently take", "__aexit__"),
        ("__enter__", "would get a coroutine", "__aenter__"),
        ("__next__", "would get a coroutine", "__anext__"),
        ("__setitem__", "never run", ""),
        ("__getitem__", "would get a coroutine", "a name of its own"),
        ("__rich_console__", "Python or a library calls it", ""),
    ],
)
def test_special_methods(tmp_path: Path, name: str, why: str, advice: str) -> None:
    found = boundary(tmp_path, f"class K:\n    def {name}(self, *a): ...\n", f"K.{name}")
    assert found is not None
    assert found.reason.startswith("it must stay sync: ") and why in found.reason and advice in found.advice


@pytest.mark.parametrize("name", ["__call__", "__aenter__", "__aexit__", "__anext__", "_private", "public"])
def test_methods_that_may_be_async(tmp_path: Path, name: str) -> None:
    assert boundary(tmp_path, f"class K:\n    def {name}(self, *a): ...\n", f"K.{name}") is None


@pytest.mark.parametrize(
    ("name", "use"),
    [
        ("__init__", lambda k: k()),
        ("__repr__", lambda k: repr(k())),
        ("__len__", lambda k: len(k())),
        ("__bool__", lambda k: bool(k())),
        ("__hash__", lambda k: hash(k())),
        ("__iter__", lambda k: iter(k())),
        ("__index__", lambda k: [0][k()]),
        ("__format__", lambda k: f"{k()}"),
        ("__dir__", lambda k: dir(k())),
        ("__fspath__", lambda k: Path(k())),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_python_raises_where_the_table_says_so(name: str, use: object) -> None:
    async def special(*arguments: object) -> None: ...

    with pytest.raises(TypeError):
        use(type("K", (), {name: special}))  # type: ignore[operator]


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_python_says_nothing_where_the_table_says_so() -> None:
    async def special(*arguments: object) -> bool:
        return False

    k = type("K", (), dict.fromkeys(["__contains__", "__eq__", "__lt__", "__exit__", "__enter__"], special))()
    assert 1 in k
    assert k == 1 and k < 1
    with k:
        raise ValueError


# --- decorators -------------------------------------------------------------------------------------------------------

OWN = """
def transparent(fn):
    @functools.wraps(fn)
    def wrapper(*args):
        print(fn.__name__)
        return fn(*args)
    return wrapper
def factory(x):
    def decorate(fn):
        def wrapper(*args):
            return fn(*args)
        return wrapper
    return decorate
def registering(fn):
    HANDLERS.append(fn)
    return fn
def guarded(fn):
    def wrapper(*args):
        try:
            return fn(*args)
        except Exception:
            raise
    return wrapper
def awaiting(fn):
    async def wrapper(*args):
        return fn(*args)
    return wrapper
def storing(fn):
    def wrapper(*args):
        result = fn(*args)
        return result + 1
    return wrapper
def both(fn):
    if inspect.iscoroutinefunction(fn):
        async def awaiting(*args):
            return await fn(*args)
        return awaiting
    def wrapper(*args):
        return fn(*args) + 1
    return wrapper
HANDLERS = []
app = fastapi.FastAPI()
cli = typer.Typer()
routes = aiohttp.web.RouteTableDef()
bot = commands.Bot("!")
router = aiogram.Router()
class K:
    @property
    def x(self): ...
    @functools.singledispatchmethod
    def d(self, x): ...
"""


@pytest.mark.parametrize(
    ("decorator", "why"),
    [
        ("property", "it is a property"),
        ("K.x.setter", "an assignment cannot be awaited"),
        ("functools.cached_property", "it is a property"),
        ("functools.lru_cache(maxsize=None)", "its result is cached"),
        ("functools.cache", "its result is cached"),
        ("functools.singledispatch", "all functions of the dispatch"),
        ("pydantic.field_validator('x')", "pydantic would keep the coroutine"),
        ("pydantic.model_validator(mode='after')", "pydantic would keep the coroutine"),
        ("pydantic.computed_field", "pydantic would keep the coroutine"),
        ("cli.command()", "the command line calls it"),
        ("sqlalchemy.event.listens_for(K, 'x')", "SQLAlchemy does not await it"),
        ("sqlalchemy.orm.validates('x')", "SQLAlchemy does not await it"),
        ("atexit.register", "atexit calls it"),
        ("nowhere", "its decorator `@nowhere` is unknown"),
        ("registering", "its decorator `@registering` passes it to code"),
        ("guarded", "its decorator `@guarded` calls it inside `try`"),
        ("awaiting", "its decorator `@awaiting` wraps it in an async function"),
        ("storing", "its decorator `@storing` does something"),
    ],
)
def test_decorators_that_keep_it_plain(tmp_path: Path, decorator: str, why: str) -> None:
    assert why in reason(tmp_path, f"{OWN}\n@{decorator}\ndef f(x): ...\n", "f")


@pytest.mark.parametrize(
    "decorator",
    [
        "staticmethod",
        "classmethod",
        "abc.abstractmethod",
        "typing.overload",
        "typing.final",
        "typing_extensions.override",
        "typing_extensions.deprecated('x')",
        "contextlib.contextmanager",
        "functools.wraps(print)",
        "unittest.skip('x')",
        "unittest.mock.patch('a.b')",
        "pytest.fixture",
        "pytest.fixture(scope='module')",
        "pytest.mark.asyncio",
        "pytest.mark.parametrize('x', [])",
        "app.get('/')",
        "app.exception_handler(404)",
        "routes.get('/')",
        "aiohttp.web.middleware",
        "bot.command()",
        "bot.event",
        "commands.Cog.listener()",
        "commands.check",
        "tasks.loop(seconds=1)",
        "router.message()",
        "router.startup()",
        "textual.on(textual.events.Mount)",
        "textual.work",
        "transparent",
        "factory(1)",
        "both",
    ],
)
def test_decorators_that_do_not_matter(tmp_path: Path, decorator: str) -> None:
    assert reason(tmp_path, f"import unittest.mock\n{OWN}\n@{decorator}\ndef f(x): ...\n", "f") == ""


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        ("starlette.routing.Route", True),
        ("app.add_api_route", True),
        ("fastapi.Depends", True),
        ("fastapi.BackgroundTasks().add_task", True),
        ("router.message.register", True),
        ("textual.app.App().set_interval", True),
        ("map", False),
        ("threading.Thread", False),
        ("asyncio.to_thread", False),
        ("asyncio.get_running_loop().call_soon", False),
        ("sqlalchemy.event.listen", False),
        ("transparent", None),
        ("nowhere", None),
    ],
)
def test_calls_that_take_a_function(tmp_path: Path, call: str, answer: bool | None) -> None:
    with project(tmp_path, f"{HEAD}{OWN}\n{call}(print)\n") as made:
        file = made.index.own[0].file
        statement = file.tree.body[-1]
        assert isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        assert asked(made)[0].decorator_barriers.accepts_async(file, statement.value) is answer


# --- classes ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("base", "method", "why"),
    [
        ("unittest.TestCase", "test_it", "unittest would call it"),
        ("unittest.TestCase", "setUp", "unittest would call it"),
        ("unittest.TestCase", "helper", ""),
        ("unittest.IsolatedAsyncioTestCase", "test_it", ""),
        ("unittest.IsolatedAsyncioTestCase", "setUp", "unittest calls it without awaiting"),
        ("textual.app.App", "compose", "Textual iterates over"),
        ("textual.app.App", "on_mount", ""),
        ("textual.app.App", "action_quit", ""),
        ("commands.Cog", "cog_load", ""),
        (
            "threading.Thread",
            "run",
            "it overrides `threading.Thread.run`, which is sync and defined outside the project",
        ),
        ("contextlib.AsyncExitStack", "aclose", ""),
        ("nowhere.Base", "run", "the base `nowhere.Base` of `K` is not known"),
    ],
)
def test_methods_that_others_call(tmp_path: Path, base: str, method: str, why: str) -> None:
    found = reason(tmp_path, f"class K({base}):\n    def {method}(self): ...\n", f"K.{method}")
    assert why in found and bool(why) == bool(found)


# --- bodies -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("yield 1", ""),
        ("yield 1; return", ""),
        ("yield 1; return 2", "cannot return a value"),
        ("yield from p", ""),
        ("x = yield from p", "it uses the value of a `yield from`"),
        ("x = yield 1", "it uses the values sent"),
        ("asyncio.run(work())", ""),
        ("asyncio.run(p)", "it runs an event loop with `asyncio.run`"),
        ("p.run_until_complete(work())", ""),
        ("p.run_until_complete(p)", "it runs an event loop with `p.run_until_complete`"),
        ("p.run_forever()", "it runs an event loop"),
        ("anyio.run(work)", ""),
        ("anyio.run(lambda: p)", "it runs an event loop"),
        ("trio.run(work, 1)", ""),
        ("asyncio.run(main=work())", "it runs an event loop"),
        ("async_to_sync(work)(1)", ""),
        ("return async_to_sync(work)", "it runs an event loop"),
        ("p.run(1)", ""),
        ("lambda: asyncio.run(p)", ""),
    ],
)
def test_bodies(tmp_path: Path, body: str, why: str) -> None:
    found = reason(tmp_path, f"async def work(): ...\ndef f(p):\n    {body}\n", "f")
    assert why in found and bool(why) == bool(found)


def test_bridges_and_what_could_be_awaited_instead(tmp_path: Path) -> None:
    source = f"""{HEAD}
async def work(): ...
def f(p):
    asyncio.run(work(), debug=True)
    anyio.run(work)
    async_to_sync(work)(1)
    asyncio.Runner().run(p)
"""
    with project(tmp_path, source) as made:
        bridges = asked(made)[0].loop_starts(made.function("f"))
        assert [ast.unparse(b.inner) if b.inner else None for b in bridges] == ["work()", "work", "work", None]


def test_a_stop_iteration_is_noted(tmp_path: Path) -> None:
    with project(tmp_path, "def f(p): return next(p)\ndef g(p): return next(p, None)\n") as made:
        boundaries, _ = asked(made)
        assert [len(boundaries.notes(made.function(name))) for name in ("f", "g")] == [1, 0]


# --- places -----------------------------------------------------------------------------------------------------------

SCRIPTS = {
    "pyproject.toml": "[project.scripts]\ntool = 'pkg.cli:main'\n[tool.poetry.scripts]\nother = 'pkg:exported'\n",
    "setup.cfg": "[options.entry_points]\nconsole_scripts =\n    third = pkg.cli:third\n",
    "setup.py": "setup(entry_points={'console_scripts': ['fourth = pkg.cli:fourth']})\n",
    "src/pkg/__init__.py": "from .cli import exported\n",
    "src/pkg/cli.py": "".join(f"def {name}(): ...\n" for name in ("main", "exported", "third", "fourth", "fifth")),
}


@pytest.mark.parametrize(
    ("name", "command"), [("main", "tool"), ("exported", "other"), ("third", "third"), ("fourth", "fourth")]
)
def test_commands(tmp_path: Path, name: str, command: str) -> None:
    assert f"declares it as the command `{command}`" in reason(tmp_path, SCRIPTS, f"src/pkg/cli.py:{name}")


def test_a_function_that_is_no_command(tmp_path: Path) -> None:
    assert reason(tmp_path, SCRIPTS, "src/pkg/cli.py:fifth") == ""


def test_dead_code(tmp_path: Path) -> None:
    assert "never runs" in reason(tmp_path, "if typing.TYPE_CHECKING:\n    def f(): ...\n", "f")


# --- the tables are not stale -----------------------------------------------------------------------------------------


def stands(qualified: str) -> bool | None:
    """Whether the source of an installed library has a name; None where the library or its source is not there."""
    parts = qualified.split(".")
    for number in range(len(parts) - 1, 0, -1):
        try:
            spec = importlib.util.find_spec(".".join(parts[:number]))
        except ModuleNotFoundError:
            continue
        if spec and spec.origin and spec.origin.endswith(".py"):
            tree: list[ast.AST] = [ast.parse(Path(spec.origin).read_text(encoding="utf-8"))]
            for name in parts[number:]:
                tree = [n for t in tree for n in ast.walk(t) if getattr(n, "name", "") == name and hasattr(n, "body")]
            return bool(tree)
    return None


HANDLERS = [f"{h.holder}.{name}" for h in (*TAKES_ASYNC, *MARKS) for name in h.names]


@pytest.mark.parametrize("library", ["fastapi", "starlette", "aiohttp", "discord", "aiogram", "textual", "_pytest"])
def test_handlers_are_still_there(library: str) -> None:
    names = [name for name in HANDLERS if name.startswith(f"{library}.")]
    assert names
    assert [name for name in names if not stands(name)] == []


def test_former_handlers_are_gone() -> None:
    assert [f"{h.holder}.{n}" for h in FORMER for n in h.names if stands(f"{h.holder}.{n}")] == []


def test_decorators_callbacks_and_bridges_are_still_there() -> None:
    written_in_c = {"builtins.list.sort", "re.Pattern.sub", "builtins.property.getter"}
    names = [n for row in (*DECORATIONS, *CALLBACKS) for n in row.names if "*" not in n] + list(BRIDGES)
    missing = [n for n in names if stands(n) is False and n not in written_in_c]
    # What the stubs declare, which is where the engine leads, need not stand in the source under that name.
    assert missing == ["functools._SingleDispatchCallable.register"]


def test_hooks_have_their_classes() -> None:
    bases = [h.base for h in HOOKS if "*" not in h.base]
    assert [b for b in bases if stands(b) is False] == []


def test_every_row_has_a_source() -> None:
    assert all(row.source for row in (*TAKES_ASYNC, *FORMER, *MARKS, *HOOKS, *DECORATIONS, *CALLBACKS))


WRAPPERS = {
    "annotated": """
        def decorator(method: Callable[..., Awaitable[None] | None]):
            def inner(*args):
                if args:
                    return None
                return method(*args)
            return inner
    """,
    "awaits": """
        def decorator(method):
            async def inner(*args):
                if args:
                    return await method(*args)
                return await method()
            return cast(object, inner)
    """,
    "asks": """
        def decorator(method):
            async def inner(*args):
                out = method(*args)
                if inspect.isawaitable(out):
                    return await out
                return out
            return cast(object, inner)
    """,
    "awaits one": """
        def decorator(method):
            async def inner(*args):
                if args:
                    return method(*args)
                return await method()
            return cast(object, inner)
    """,
    "asks in vain": """
        def decorator(method):
            def inner(*args):
                out = method(*args)
                print(inspect.isawaitable(out))
                return str(out)
            return inner
    """,
}


@pytest.mark.parametrize(
    ("wrapper", "is_fine"),
    [("annotated", True), ("awaits", True), ("asks", True), ("awaits one", False), ("asks in vain", False)],
)
def test_a_decorator_that_awaits_or_takes_awaitables(tmp_path: Path, wrapper: str, is_fine: bool) -> None:
    head = "import inspect\nfrom collections.abc import Awaitable, Callable\nfrom typing import cast\n"
    source = head + textwrap.dedent(WRAPPERS[wrapper]) + "\n@decorator\ndef f(): ...\n"
    assert (reason(tmp_path, {"m.py": source}, "m.py:f") == "") is is_fine
