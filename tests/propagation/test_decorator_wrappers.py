"""Whether a decorator hands the call of an async function straight on, by the form of its wrapper."""

from __future__ import annotations

import ast

import pytest

from autoawait.knowledge.decorators import Effect
from autoawait.project.syntax import FunctionNode
from autoawait.propagation.barriers.decorator_wrappers import effect_of


def decorator(text: str) -> FunctionNode:
    node = ast.parse(text).body[0]
    assert isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
    return node


AWAITING = """
def d(fn):
    @wraps(fn)
    async def wrapper(*args):
        return await fn(*args)
    return wrapper
"""
PASSING = """
def d(fn):
    def wrapper(*args):
        log(fn)
        return fn(*args)
    return wrapper
"""
RUNNING = """
def d(fn):
    def wrapper(*args):
        return asyncio.run(fn(*args))
    return wrapper
"""
SILENT = """
def d(fn):
    def wrapper(*args):
        tasks.append(fn(*args))
    return wrapper
"""
REGISTERING = """
def d(fn):
    registry.append(fn)
    return fn
"""
TWO_WAYS = """
def d(fn):
    def wrapper(*args):
        if args:
            return fn(*args)
        return asyncio.run(fn(*args))
    return wrapper
"""
WRAPPING_ELSEWHERE = """
def d(fn):
    return Wrapper(fn)
"""
GENERATING = """
def d(fn):
    def wrapper(*args):
        yield fn(*args)
    return wrapper
"""
TWO_WRAPPERS = """
def d(fn):
    def one(): return fn()
    async def two(): return await fn()
    return one if fn else two
"""
CHOOSING = """
def d(fn):
    def one(): return fn()
    async def two(): return await fn()
    if iscoroutinefunction(fn):
        return two
    return one
"""
CHANGING = """
def d(fn):
    def wrapper(*args):
        return len(fn(*args))
    return wrapper
"""


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        (AWAITING, Effect.COROUTINE),
        (PASSING, Effect.KEEPS),
        (RUNNING, Effect.PLAIN),
        (REGISTERING, Effect.KEEPS),
        (TWO_WAYS, Effect.UNKNOWN),
        (WRAPPING_ELSEWHERE, Effect.UNKNOWN),
        (GENERATING, Effect.UNKNOWN),
        (TWO_WRAPPERS, Effect.UNKNOWN),
        (CHOOSING, Effect.UNKNOWN),
        (CHANGING, Effect.UNKNOWN),
        ("async def d(fn): return fn", Effect.UNKNOWN),
        ("def d(fn): pass", Effect.UNKNOWN),
    ],
)
def test_a_bare_decorator(text: str, effect: Effect) -> None:
    assert effect_of(decorator(text), called=False) is effect


def test_a_wrapper_that_returns_nothing_gives_no_coroutine() -> None:
    assert effect_of(decorator(SILENT), called=False) in {Effect.PLAIN, Effect.UNKNOWN}


def factory(text: str) -> str:
    return "def factory(option):\n" + text.replace("\n", "\n    ") + "\n    return d\n"


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        (AWAITING, Effect.COROUTINE),
        (PASSING, Effect.KEEPS),
        (RUNNING, Effect.PLAIN),
        (REGISTERING, Effect.KEEPS),
        (GENERATING, Effect.UNKNOWN),
    ],
)
def test_a_factory_of_decorators(text: str, effect: Effect) -> None:
    assert effect_of(decorator(factory(text)), called=True) is effect


def test_one_function_for_both_ways_of_decorating() -> None:
    text = """
def d(fn=None, *, option=1):
    if fn is None:
        return partial(d, option=option)
    async def wrapper(*args):
        return await fn(*args)
    return wrapper
"""
    assert effect_of(decorator(text), called=True) is Effect.COROUTINE
