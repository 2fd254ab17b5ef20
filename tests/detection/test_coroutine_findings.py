"""Coroutines in whole runs: what is left alone, what is mended, what is only told."""

from __future__ import annotations

import pytest

from tests.pipeline.checks import check_fix, check_found, check_noop, check_unsafe

LEFT_ALONE = {
    "awaited": "await fetch()",
    "awaited by way of a name": "x = fetch()\nawait x",
    "one branch awaited": "x = fetch()\nif plain():\n  await x\nelse:\n  x.close()",
    "gathered": "await asyncio.gather(fetch(), *[fetch(n) for n in range(3)])",
    "gathered from a list": "jobs = []\nfor n in range(3):\n  jobs.append(fetch(n))\nawait asyncio.gather(*jobs)",
    "scheduled": "task = asyncio.create_task(fetch())\nreturn task",
    "a task that is dropped": "asyncio.create_task(fetch())",
    "a future that is dropped": "asyncio.ensure_future(fetch())",
    "stated intention": "_ = fetch()",
    "closed": "x = fetch()\nx.close()",
    "asked what it is": "assert inspect.iscoroutine(fetch())",
    "yielded": "yield fetch()",
    "in a lambda": "return lambda: fetch()",
    "a plain call": "plain()\nx = plain() + 1",
    "the function itself": "asyncio.get_running_loop().call_soon(fetch)\nif fetch: pass",
    "unknown": "import nowhere\nnowhere.fetch()\nnowhere.x.y().z",
    "under pytest.raises": "import pytest\nwith pytest.raises(TypeError):\n  len(fetch())",
    "in dead code": "return\nfetch()",
    "under TYPE_CHECKING": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n  fetch()",
    "under if False": "if False:\n  fetch()\nelse:\n  plain()",
    "excused": "fetch()  # autoawait: ignore",
    "tested only where it may be something else": "x = None\nif plain():\n  x = fetch()\nif x is not None:\n  await x",
    "cast": "from typing import cast\nawait cast(Any, fetch())",
}
MENDED = {
    "dropped": ("fetch()", "await fetch()"),
    "never read": ("x = fetch()", "x = await fetch()"),
    "attribute": ("row().name", "(await row()).name"),
    "method": ("row().save()", "(await row()).save()"),
    "chain of two": ("await row().load()", "await (await row()).load()"),
    "subscript": ("items()[0]", "(await items())[0]"),
    "operand": ("x = 1 + fetch()\nprint(x)", "x = 1 + await fetch()\nprint(x)"),
    "name used as a value": ("x = row()\nx.save()\nprint(x.name)", "x = await row()\nx.save()\nprint(x.name)"),
    "condition": ("if fetch():\n  pass", "if await fetch():\n  pass"),
    "negation": ("if not fetch():\n  pass", "if not await fetch():\n  pass"),
    "assertion": ("assert fetch()", "assert await fetch()"),
    "comparison": ("if fetch() > 1:\n  pass", "if await fetch() > 1:\n  pass"),
    "f-string": ("return f'{text()}!'", "return f'{await text()}!'"),
    "unpacked": ("a, b = items()\nprint(a)", "a, b = await items()\nprint(a)"),
    "iterated": ("for x in items():\n  print(x)", "for x in await items():\n  print(x)"),
    "comprehension": ("return [x for x in items()]", "return [x for x in await items()]"),
    "argument of a builtin": ("return abs(fetch())", "return abs(await fetch())"),
    "argument of json": ("return json.dumps(fetch())", "return json.dumps(await fetch())"),
    "sum of calls": ("return sum(fetch(n) for n in range(3))", "return sum([await fetch(n) for n in range(3)])"),
    "joined": ("return ','.join([text()])", "return ','.join([await text()])"),
    "misplaced": ("await row().name", "(await row()).name"),
    "misplaced before a call": ("await row().save()", "(await row()).save()"),
    "misplaced before a subscript": ("return (await items()[0])", "return ((await items())[0])"),
    "in a conditional": (
        "x = row() if plain() else None\nif x:\n  x.save()",
        "x = await row() if plain() else None\nif x:\n  x.save()",
    ),
}


def function(body: str) -> str:
    return "async def function():\n" + "".join(f"    {line}\n" for line in body.splitlines())


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in LEFT_ALONE.items()])
def test_left_alone(body: str) -> None:
    check_noop(function(body))


@pytest.mark.parametrize(("before", "after"), [pytest.param(*pair, id=name) for name, pair in MENDED.items()])
def test_mended(before: str, after: str) -> None:
    check_fix(function(before), function(after))


# --- where the value goes to another function -------------------------------------------------------------------------

CONSUMERS = {
    "annotated": "def take(x: Awaitable[int]) -> None: ...",
    "awaiting": "async def take(x):\n    return await x",
    "scheduling": "def take(x):\n    return asyncio.create_task(x)",
    "passing on": "def inner(x):\n    asyncio.run(x)\ndef take(x):\n    inner(x)",
    "with star arguments": "async def take(*xs):\n    for x in xs: await x",
    "keeping for later": (
        "class Job:\n    def __init__(self, work):\n        self.work = work\n"
        "    async def run(self):\n        await self.work\n"
        "def take(x): return Job(x)"
    ),
}


@pytest.mark.parametrize("definition", [pytest.param(text, id=name) for name, text in CONSUMERS.items()])
def test_a_function_that_takes_coroutines(definition: str) -> None:
    call = "await take(fetch())" if "async def take" in definition else "take(fetch())"
    check_noop(f"{definition}\n{function(call)}")


def test_a_class_that_keeps_its_work_and_awaits_it() -> None:
    job = CONSUMERS["keeping for later"].split("def take")[0]
    check_noop(f"{job}\n{function('await Job(fetch()).run()')}")


@pytest.mark.parametrize(
    "definition",
    [
        "def take(x: int) -> None: ...",
        "def take(*, x: int = 0, **rest: int) -> None: ...",
        "class take:\n    def __init__(self, x: int) -> None: ...",
        "def take(x):\n    return x + 1",
    ],
)
def test_a_function_that_wants_the_value(definition: str) -> None:
    call = "print(take(x=fetch()))"
    check_fix(f"{definition}\n{function(call)}", f"{definition}\n{function(call.replace('fetch', 'await fetch'))}")


def test_a_function_that_gives_back_what_it_takes() -> None:
    check_noop("def same(x):\n    return x\n" + function("await same(fetch())"))


def test_a_function_of_which_nothing_is_known() -> None:
    source = "def take(x): ...\n" + function("take(fetch())")
    check_found(source, "AW302 take(fetch())")


def test_a_function_that_wants_a_function() -> None:
    source = "def later(f: Callable[[], Awaitable[int]]) -> None: ...\n" + function("later(fetch())")
    outcome = check_found(source, "AW403 later(fetch())")
    assert "pass `fetch`" in outcome.findings[0].advice


def test_awaited_here_and_used_there() -> None:
    check_found(function("x = row()\nif plain():\n  await x\nelse:\n  x.save()"), "AW301 x = row()")


# --- returned ---------------------------------------------------------------------------------------------------------


def test_returned_against_the_annotation() -> None:
    check_fix(
        "async def get() -> int:\n    return fetch()\n",
        "async def get() -> int:\n    return await fetch()\n",
    )


def test_returned_to_callers_that_use_the_value() -> None:
    caller = function("print((await get()).name)")
    check_fix(f"async def get():\n    return row()\n{caller}", f"async def get():\n    return await row()\n{caller}")


def test_returned_to_callers_that_await_twice() -> None:
    check_noop("async def get():\n    return row()\n" + function("await (await get())"))


def test_returned_to_nobody_that_is_known() -> None:
    check_unsafe("async def get():\n    return row()\n", "async def get():\n    return await row()\n")


@pytest.mark.parametrize(
    "source",
    [
        "def get():\n    return fetch()\n",
        "def get() -> Awaitable[int]:\n    return fetch()\n",
        "async def get() -> Coroutine[Any, Any, int]:\n    return fetch()\n",
        "get = lambda: fetch()\n",
    ],
)
def test_returned_as_it_is(source: str) -> None:
    check_noop(source)


def test_a_plain_function_that_returns_a_coroutine_gives_one() -> None:
    definition = "def get():\n    return row()\n"
    check_fix(definition + function("get().save()"), definition + function("(await get()).save()"))


def test_a_plain_function_that_returns_different_things_gives_nobody_knows_what() -> None:
    check_noop("def get(x):\n    if x: return fetch()\n    return plain()\n" + function("get(1)"))
    check_noop("def get(x):\n    return get(x)\n" + function("get(1)"))


# --- decorators -------------------------------------------------------------------------------------------------------

KEEPING = """
def logged(f):
    @functools.wraps(f)
    async def wrapper(*args):
        return await f(*args)
    return wrapper
"""
RUNNING = """
def blocking(f):
    def wrapper(*args):
        return asyncio.run(f(*args))
    return wrapper
"""


def test_a_decorator_that_awaits() -> None:
    work = KEEPING + "@logged\nasync def work(): ...\n"
    check_fix(work + function("work()"), work + function("await work()"))


def test_a_decorator_that_passes_on() -> None:
    work = "def seen(f):\n    return f\n@seen\nasync def work(): ...\n"
    check_fix(work + function("work()"), work + function("await work()"))


def test_a_decorator_that_runs() -> None:
    check_noop(RUNNING + "@blocking\nasync def work(): ...\n" + function("work()"))


def test_a_decorator_of_which_nothing_is_known() -> None:
    check_noop("from nowhere import wrap\n@wrap\nasync def work(): ...\n" + function("work()"))


def test_a_manager_entered_by_a_plain_with() -> None:
    check_fix(
        function("with session() as s:\n  s.save()"),
        function("async with session() as s:\n  s.save()"),
    )


# --- attributes -------------------------------------------------------------------------------------------------------


def test_kept_in_an_attribute_whose_value_is_used() -> None:
    rest = "    def show(self):\n        return self.found.name\n"
    check_unsafe(
        "class C:\n    async def start(self):\n        self.found = row()\n" + rest,
        "class C:\n    async def start(self):\n        self.found = await row()\n" + rest,
    )


def test_kept_in_an_attribute_and_awaited_later() -> None:
    check_noop(
        "class C:\n    async def start(self):\n        self.found = row()\n"
        "    async def show(self):\n        return (await self.found).name\n"
    )


def test_assigned_against_the_declared_type() -> None:
    check_fix(
        "class C:\n    n: int = 0\n    async def start(self) -> None:\n        self.n = fetch()\n",
        "class C:\n    n: int = 0\n    async def start(self) -> None:\n        self.n = await fetch()\n",
    )


# --- habits -----------------------------------------------------------------------------------------------------------


def test_what_is_awaited_elsewhere_in_the_file_is_likely_meant_here() -> None:
    calls = "async def a(db): await db.query(1)\nasync def b(db): await db.query(2)\nasync def c(db): {}db.query(3)\n"
    check_unsafe(calls.format(""), calls.format("await "))


def test_a_name_of_several_words_that_the_project_defines_as_async_only() -> None:
    source = "class Repo:\n    async def load_all(self): ...\nasync def a(db):\n    {}db.load_all()\n"
    check_unsafe(source.format(""), source.format("await "))


def test_an_awaitable_that_is_dropped_where_the_others_are_awaited() -> None:
    source = "def ask() -> Awaitable[int]: ...\nasync def a(): await ask()\nasync def b(): await ask()\n"
    check_unsafe(source + "async def c(): ask()\n", source + "async def c(): await ask()\n")
    bare = source.replace("await ", "") + "async def c(): ask()\n"
    check_unsafe(bare, bare.replace(": ask", ": await ask"))


def test_a_method_that_a_test_replaces_may_be_anything() -> None:
    source = "class C:\n    async def load(self): ...\n    async def a(self, monkeypatch):\n"
    check_noop(source + "        monkeypatch.setattr(self, 'load', 1)\n        self.load()\n")


def test_properties_are_awaited_like_calls() -> None:
    source = "class P:\n    @property\n    async def done(self) -> int: return 1\n"
    check_fix(
        source + "async def g(p: P): return p.done + 1\n", source + "async def g(p: P): return await p.done + 1\n"
    )
    check_noop(source + "async def g(p: P): return await p.done\n")


def test_one_await_is_no_habit() -> None:
    check_noop("async def a(db): await db.query(1)\nasync def b(db): db.query(2)\nasync def c(db): db.query(3)\n")


def test_methods_that_builtin_values_have_are_never_guessed() -> None:
    check_noop("class Q:\n    async def append(self, x): ...\nasync def a(db): db.append(1)\n")


# --- places where no await can stand ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("fetch()\n", "AW401 fetch()"),
        ("class C:\n    n = fetch() + 1\n", "AW401 n = fetch() + 1"),
        ("class C:\n    def __init__(self):\n        fetch()\n", "AW402 fetch()"),
        ("class C:\n    def __len__(self):\n        return row().name\n", "AW402 return row().name"),
        ("async def load():\n    return lambda: row().name\n", "AW401 return lambda: row().name"),
        ("async def load():\n    return (row().name for n in 'ab')\n", "AW401 return (row().name for n in 'ab')"),
        (
            "lock = threading.Condition()\nasync def load():\n    with lock:\n        row().save()\n",
            "AW401 row().save()",
        ),
    ],
)
def test_refused(source: str, expected: str) -> None:
    check_found(source, expected)


@pytest.mark.parametrize("lock", ["Lock", "RLock"])
def test_no_await_while_a_lock_of_threads_is_held(lock: str) -> None:
    source = f"lock = threading.{lock}()\n" + function("with lock:\n  row().save()")
    check_found(source, "AW401 row().save()")


def test_a_value_wanted_two_functions_down() -> None:
    definition = "def inner(x):\n    return x.bit_length()\ndef take(x):\n    return inner(x)\n"
    source = definition + function("take(fetch())")
    check_fix(source, source.replace("take(fetch())", "take(await fetch())"))


def test_one_comprehension_in_another_before_python_3_11() -> None:
    source = function("return [[row().name for n in m] for m in ['ab']]")
    check_found(source, "AW401 return [[row().name for n in m] for m in ['ab']]", target=(3, 10))
    check_fix(source, source.replace("row()", "(await row())"), target=(3, 11))


def test_code_that_survives_the_mistake_is_changed_on_request_only() -> None:
    body = "try:\n  return {}.name\nexcept AttributeError:\n  return None"
    check_unsafe(function(body.format("row()")), function(body.format("(await row())")))


def test_a_value_that_is_wrong_with_the_await_too_is_awaited_on_request_only() -> None:
    check_unsafe(function("return len(fetch())"), function("return len(await fetch())"))


def test_a_caller_of_the_same_name_may_lead_into_a_file_not_read_yet() -> None:
    definition = "class Box:\n    async def sleep(self):\n        return self.sleep()\n"
    caller = "async def g():\n    print((await asyncio.sleep(1, '')).upper())\n"
    check_unsafe(definition + caller, definition.replace("self.sleep()", "await self.sleep()") + caller)
