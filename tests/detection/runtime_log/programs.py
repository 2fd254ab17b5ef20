"""The programs of which the recorded logs speak, line by line where those say what stands there."""

from __future__ import annotations


def _at(**lines: str) -> str:
    """A module that has these statements of an async function at these lines: ``_26="fetch(1)"``."""
    numbered = {int(number[1:]): text for number, text in lines.items()}
    return "".join(f"{numbered.get(number, '')}\n" for number in range(1, max(numbered) + 1))


BARE = _at(
    _1="import asyncio",
    _3="async def fetch(n): return n",
    _5="class Svc:",
    _6="    async def save(self, n): return n",
    _8="    @classmethod",
    _9="    async def make(cls): return cls()",
    _11="    @staticmethod",
    _12="    async def stat(): return 1",
    _14="def keep():",
    _15="    r = fetch(0)",
    _24="async def main():",
    _25="    svc = Svc()",
    _26="    fetch(1)",
    _28="    svc.save(2)",
    _29="    Svc.make()",
    _30="    Svc.stat()",
    _32="    asyncio.sleep(0)",
    _35="    (lambda: fetch(4))()",
    _37="    async def inner():",
    _38="        pass",
    _40="    inner()",
    _43='    f"{fetch(5)}"',
    _44="    [fetch(i) for i in range(2)]",
    _50="    r = [fetch(6)]",
    _52="    del r",
    _55="asyncio.run(main())",
)
MULTILINE = _at(
    _1="import asyncio",
    _2="async def work(n=0): return n",
    _3="class C:",
    _4="    async def m(self): pass",
    _5="    def self_(self): return self",
    _6="async def main():",
    _7="    work(",
    _8="        1,",
    _9="    )",
    _11="    (C()",
    _12="     .self_()",
    _13="     .m())",
    _14="    print(work(1),",
    _15="          work(2))",
    _16="    if work(3):",
    _17="        pass",
    _18="    x = work(4)",
    _19="    x = 1",
    _20="    work(5); work(6)",
    _22="    async def agen():",
    _23="        yield 1",
    _24="    agen().__anext__()",
    _25="    agen().asend(None)",
    _26="    agen().aclose()",
    _27="    anext(agen())",
    _29="asyncio.run(main())",
)
ORIGIN = _at(
    _1="import asyncio, sys",
    _3="async def work(): pass",
    _4="def a(): return b()",
    _5="def b(): return work()",
    _6="async def main():",
    _7="    a()",
    _8="    c = work()",
    _9="    print(c.cr_origin, c.__name__)",
    _11="    del c",
    _13="sys.set_coroutine_origin_tracking_depth(3)",
    _14="asyncio.run(main())",
)
HELPER = _at(
    _1="async def work(): pass",
    _2="def call_it():",
    _3="    work()",
    _4="def make():",
    _5="    return work()",
)
BARE2 = _at(
    _1="import asyncio",
    _2="import helper",
    _4="async def main():",
    _5="    helper.call_it()",
    _6="    c = helper.make()",
    _7="    c = None",
    _9="asyncio.run(main())",
)
PYTEST_APP = _at(
    _1="async def work(n=0): return n",
    _3="async def outer():",
    _4="    work(1)",
    _5="    return 2",
    _7="class Repo:",
    _8="    async def get(self): pass",
)
PYTEST_TESTS = _at(
    _1="import unittest, pytest",
    _2="from app import Repo, outer, work",
    _4="@pytest.mark.asyncio",
    _5="async def test_inner():",
    _6="    assert await outer() == 2",
    _8="@pytest.mark.asyncio",
    _9="async def test_call_site():",
    _10="    Repo().get()",
    _12="@pytest.mark.asyncio",
    _13="async def test_assert_truthy():",
    _14="    assert work(3)",
    _16="def test_sync():",
    _17="    c = work(2)",
    _22="class T(unittest.TestCase):",
    _23="    async def test_in_testcase(self):",
    _24="        pass",
    _27="class TI(unittest.IsolatedAsyncioTestCase):",
    _28="    async def test_in_iso(self):",
    _29="        work(9)",
    _31="class A: pass",
    _32="def test_cycle():",
    _33="    a = A(); a.c = work(4); a.me = a",
)
CYCLE = _at(_1="import gc", _2="async def work(): pass", _8="gc.collect()")
CAPTURED = _at(_2="async def work(): pass", _5="async def main():", _6="    work()")
TRIO = _at(_1="import trio", _20="async def main():", _21="    trio.sleep(1)")

PYTEST = {"app.py": PYTEST_APP, "test_app.py": PYTEST_TESTS}
TWO_FILES = {"helper.py": HELPER, "bare2.py": BARE2}


# By the name of a log without its end.
PROGRAMS = {
    "py311_bare": {"bare.py": BARE},
    "py311_exit_sys1": TWO_FILES,
    "py311_gc_cycle": {"ex3.py": CYCLE},
    "py311_logging_capture": {"lc.py": CAPTURED},
    "py311_multiline": {"ml.py": MULTILINE},
    "py311_origin_tracking_depth3": {"od.py": ORIGIN},
    "py311_tracemalloc": TWO_FILES,
    "py311_two_files_plain": TWO_FILES,
    "py311_werror": TWO_FILES,
    "py311_xdev_tracemalloc": TWO_FILES,
    "py311_xdev_two_files": TWO_FILES,
    "py313_agen_methods": {"ml.py": MULTILINE},
    "pytest_asyncio_debug": PYTEST,
    "pytest_default": PYTEST,
    "pytest_tracemalloc": PYTEST,
    "pytest_werror": PYTEST,
    "trio_unawaited": {"trio_bad.py": TRIO},
}
