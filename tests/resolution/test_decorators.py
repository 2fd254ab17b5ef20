"""What decorators make of a sync and of an async function by their source, with the real engine for names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from textwrap import dedent, indent

import pytest

from autoawait.knowledge.decorators import Effect
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.decorators.reader import DecoratorReader
from autoawait.types.engine import Kind
from tests.indexed_projects import project

HEAD = """
import asyncio, contextlib, functools, inspect, types
from functools import partial, wraps
registry = []
cache = {}
"""
K, C, P, A, U, M = (
    Effect.KEEPS,
    Effect.COROUTINE,
    Effect.PLAIN,
    Effect.AWAITABLE,
    Effect.UNKNOWN,
    Effect.MAYBE,
)


@dataclass(frozen=True)
class Row:
    """A decorator ``d``, how it is used, and what it gives of a sync and of an async function."""

    name: str
    source: str
    for_sync: Effect
    for_async: Effect
    use: str = "d"


def wrapping(body: str, keyword: str = "def") -> str:
    inner = indent(dedent(body), " " * 8)
    return f"def d(f):\n    @wraps(f)\n    {keyword} wrapper(*args):\n{inner}\n    return wrapper\n"


ROWS = [
    Row("awaiting", wrapping("return await f(*args)", "async def"), C, C),
    Row("passing", wrapping("registry.append(f)\nreturn f(*args)"), K, K),
    Row("running", wrapping("return asyncio.run(f(*args))"), P, P),
    Row("silent", wrapping("registry.append(f(*args))"), P, P),
    Row("registering", "def d(f):\n    registry.append(f)\n    return f\n", K, K),
    Row("sometimes_running", wrapping("if args: return f(*args)\nreturn asyncio.run(f(*args))"), P, M),
    Row("measuring", wrapping("return len(f(*args))"), P, P),
    Row("unreadable", wrapping("return registry[0](f, args)"), U, U),
    Row("generating", wrapping("yield f(*args)"), P, P),
    Row("scheduling", wrapping("return asyncio.ensure_future(f(*args))"), A, A),
    Row("creating_tasks", wrapping("return asyncio.get_running_loop().create_task(f(*args))"), A, A),
    Row("to_thread", wrapping("return asyncio.to_thread(f, *args)"), C, C),
    Row(
        "caching",
        wrapping("if args in cache:\n    return cache[args]\ncache[args] = f(*args)\nreturn cache[args]"),
        K,
        K,
    ),
    Row(
        "trying",
        wrapping("for _ in range(3):\n    try:\n        return f(*args)\n    except OSError:\n        pass"),
        K,
        K,
    ),
    Row("handling", wrapping("try:\n    return f(*args)\nexcept OSError:\n    return None"), K, K),
    Row("async_generating", wrapping("yield f(*args)", "async def"), Effect.ASYNC_ITERATOR, Effect.ASYNC_ITERATOR),
    Row("nothing", "def d(f): pass\n", U, U),
    Row("async_decorator", "async def d(f): return f\n", U, U),
    Row(
        "branching",
        """
        def d(f):
            if inspect.iscoroutinefunction(f):
                async def w(*args): return await f(*args)
            else:
                def w(*args): return f(*args)
            return w
        """,
        K,
        C,
    ),
    Row(
        "early_return",
        """
        def d(f):
            if not asyncio.iscoroutinefunction(f):
                return f
            async def w(*args): return await f(*args)
            return w
        """,
        K,
        C,
    ),
    Row(
        "asked_before",
        """
        def is_async(f):
            while isinstance(f, partial):
                f = f.func
            return inspect.iscoroutinefunction(f) or (callable(f) and inspect.iscoroutinefunction(f.__call__))
        def d(f):
            answer = is_async(f)
            async def one(*args): return await f(*args)
            def two(*args): return f(*args)
            return one if answer else two
        """,
        K,
        C,
    ),
    Row(
        "wrong_way_round",
        """
        def d(f):
            async def one(*args): return f(*args)
            def two(*args): return asyncio.run(f(*args))
            return two if inspect.iscoroutinefunction(f) else one
        """,
        C,
        P,
    ),
    Row(
        "either_wrapper",
        """
        def d(f):
            async def one(*args): return await f(*args)
            def two(*args): return 1
            return one if registry else two
        """,
        M,
        M,
    ),
    Row(
        "partial_of_itself",
        """
        def d(f=None, *, limit=1):
            if f is None:
                return partial(d, limit=limit)
            async def w(*args): return await f(*args)
            return w
        """,
        C,
        C,
        "d(limit=2)",
    ),
    Row("factory", "def d(n):\n    def inner(f):\n        return lambda *a: f(*a)\n    return inner\n", K, K, "d(1)"),
    Row(
        "with_call",
        """
        class d:
            def __init__(self, f): self.f = f
            def __call__(self, *args): return self.f(*args)
        """,
        K,
        K,
    ),
    Row(
        "with_inherited_call",
        """
        class Base:
            def __init__(self, f): self.f = f
            async def __call__(self, *args): return self.f(*args)
        class d(Base):
            def __init__(self, f): super().__init__(f)
        """,
        C,
        C,
    ),
    Row(
        "object",
        """
        class Limiter:
            def limit(self, n):
                def inner(f):
                    @wraps(f)
                    def w(*args): return f(*args)
                    return w
                return inner
        limiter = Limiter()
        d = limiter.limit
        """,
        K,
        K,
        "limiter.limit(3)",
    ),
    Row("cached", "", K, K, "functools.lru_cache(maxsize=3)"),
    Row("context", "", Effect.ASYNC_CONTEXT, Effect.ASYNC_CONTEXT, "contextlib.asynccontextmanager"),
    Row("unknown_name", "", U, U, "missing.thing"),
    Row("endless", "def d(f):\n    return d(f)\n", U, U),
    Row("itself", "d = lambda f: d2(f)\nd2 = d\n", U, U),
]


def module(row: Row) -> str:
    both = "".join(f"@{row.use}\n{keyword} {name}(): return 1\n" for keyword, name in FUNCTIONS.items())
    return f"{HEAD}\n{dedent(row.source)}\n{both}"


FUNCTIONS = {"def": "plain", "async def": "waiting"}


@pytest.fixture(scope="module")
def effects(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, tuple[Effect, Effect]]]:
    files = {f"{row.name}_.py": module(row) for row in ROWS}
    with project(tmp_path_factory.mktemp("decorators"), files) as made:
        reader = DecoratorReader(made.index, made.engine, ClassGraph(made.index, made.engine))
        yield {
            row.name: (
                reader.effect(made.function(f"{row.name}_.py:plain"), Kind.PLAIN),
                reader.effect(made.function(f"{row.name}_.py:waiting"), Kind.COROUTINE),
            )
            for row in ROWS
        }


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_what_a_decorator_gives(row: Row, effects: dict[str, tuple[Effect, Effect]]) -> None:
    assert effects[row.name] == (row.for_sync, row.for_async)
