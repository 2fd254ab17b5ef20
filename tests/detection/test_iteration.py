"""Async iterators and context managers in whole runs."""

from __future__ import annotations

import pytest

from tests.detection.test_coroutine_findings import function
from tests.pipeline.checks import check_fix, check_found, check_noop, check_unsafe

LEFT_ALONE = {
    "iterated": "async for x in stream():\n  print(x)",
    "comprehension": "return [x async for x in stream()]",
    "handed on": "return stream()",
    "closed": "x = stream()\nawait x.aclose()",
    "anext": "return await anext(stream())",
    "entered": "async with session() as s:\n  s.save()",
    "entered by a stack": (
        "async with contextlib.AsyncExitStack() as stack:\n  s = await stack.enter_async_context(session())\n  s.save()"
    ),
    "kept": "s = session()\nasync with s as r:\n  r.save()",
    "a plain lock": "with threading.Lock():\n  plain()",
    "a plain loop": "for x in range(3):\n  print(x)",
    "an unknown manager": "from nowhere import lock\nwith lock() as x:\n  print(x)",
}
MENDED = {
    "for": ("for x in stream():\n  print(x)", "async for x in stream():\n  print(x)"),
    "for over a name": ("s = stream()\nfor x in s:\n  print(x)", "s = stream()\nasync for x in s:\n  print(x)"),
    "comprehension": ("return [x for x in stream()]", "return [x async for x in stream()]"),
    "list": ("return list(stream())", "return [x async for x in stream()]"),
    "set": ("return set(stream())", "return {x async for x in stream()}"),
    "tuple": ("return tuple(stream())", "return tuple([x async for x in stream()])"),
    "sorted": ("return sorted(stream())", "return sorted([x async for x in stream()])"),
    "next": ("return next(stream())", "return await anext(stream())"),
    "unpacked": ("return [*stream()]", "return [*[x async for x in stream()]]"),
    "a coroutine of one": ("async for x in opened():\n  print(x)", "async for x in await opened():\n  print(x)"),
    "a coroutine of one in a plain loop": (
        "for x in opened():\n  print(x)",
        "async for x in await opened():\n  print(x)",
    ),
    "with": ("with session() as s:\n  s.save()", "async with session() as s:\n  s.save()"),
    "with of two": (
        "with session() as a, session() as b:\n  print(a, b)",
        "async with session() as a, session() as b:\n  print(a, b)",
    ),
    "with over a name": ("s = session()\nwith s:\n  pass", "s = session()\nasync with s:\n  pass"),
    "an asyncio lock": ("with asyncio.Lock():\n  pass", "async with asyncio.Lock():\n  pass"),
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in LEFT_ALONE.items()])
def test_left_alone(body: str) -> None:
    check_noop(function(body))


@pytest.mark.parametrize(("before", "after"), [pytest.param(*pair, id=name) for name, pair in MENDED.items()])
def test_mended(before: str, after: str) -> None:
    check_fix(function(before), function(after))


def test_yield_from_becomes_a_loop() -> None:
    check_fix(
        "async def function():\n    for x in stream():\n        yield x\n",
        "async def function():\n    async for x in stream():\n        yield x\n",
    )


def test_next_before_python_3_10() -> None:
    check_fix(function("return next(stream())"), function("return await stream().__anext__()"), target=(3, 9))
    check_noop(function("return next(stream(), None)"), target=(3, 9))


@pytest.mark.parametrize("reader", ["any", "all"])
def test_readers_that_stop_early_change_what_is_read(reader: str) -> None:
    check_unsafe(function(f"return {reader}(stream())"), function(f"return {reader}([x async for x in stream()])"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (
            "class C:\n    def __str__(self):\n        for x in stream(): print(x)\n",
            "AW402 for x in stream(): print(x)",
        ),
        (
            "@property\ndef load(self):\n    with session() as s: print(s)\n",
            "AW402 with session() as s: print(s)",
        ),
        ("with session() as s: print(s)\n", "AW401 with session() as s: print(s)"),
    ],
)
def test_refused(source: str, expected: str) -> None:
    check_found(source, expected)


def test_an_object_that_is_iterated_asynchronously() -> None:
    definition = "class Feed:\n    def __aiter__(self): return self\n    async def __anext__(self) -> int: return 1\n"
    check_fix(
        definition + function("for x in Feed():\n  print(x)"),
        definition + function("async for x in Feed():\n  print(x)"),
    )


def test_an_object_that_may_be_iterated_both_ways() -> None:
    definition = (
        "class Feed:\n    def __aiter__(self): return self\n    async def __anext__(self) -> int: return 1\n"
        "    def __iter__(self): return iter([1])\n"
    )
    check_noop(definition + function("for x in Feed():\n  print(x)"))


AWAITABLE = "class Reply:\n    ok: bool = True\n    def __await__(self):\n        yield\n"


def test_an_awaitable_object_is_the_callers_choice() -> None:
    check_noop(AWAITABLE + "def ask() -> Reply: return Reply()\n" + function("ask()\nprint(ask().ok)"))


def test_a_future_has_no_elements() -> None:
    definition = "def ask() -> asyncio.Future[list[int]]: ...\n"
    check_fix(definition + function("return ask()[0]"), definition + function("return (await ask())[0]"))
    check_noop(definition + function("ask()\nx = ask()\nx.cancel()\nreturn ask()"))
