"""The edits of a function that turns asynchronous and of what follows it: each kind in many forms."""

from __future__ import annotations

import sys

import pytest

from autoawait.diagnostics import EditKind
from autoawait.rewrite import RewriteError, rewrite
from tests.rewriting import Planned, check, inside, loaded, planned

ASYNC_DEF, DECORATE, REPLACE = EditKind.ASYNC_DEF, EditKind.DECORATE, EditKind.REPLACE
WRAP, UNWRAP, AWAIT = EditKind.WRAP, EditKind.UNWRAP, EditKind.AWAIT
NAME, AFTER, BEFORE = EditKind.IMPORT_NAME, EditKind.IMPORT_AFTER, EditKind.IMPORT_BEFORE

# fmt: off
FUNCTIONS = [
    ("«def f(): pass»", "async def f(): pass"),
    ("«def f():\n    pass»\n", "async def f():\n    pass\n"),
    ("«def   f ( x ) :  # why\n    pass»\n", "async def   f ( x ) :  # why\n    pass\n"),
    ("«def\tf():\n\tpass»\n", "async def\tf():\n\tpass\n"),
    ("class A:\n    «def f(self):\n        pass»\n", "class A:\n    async def f(self):\n        pass\n"),
    ("class A:\n\t@a\n\t«def f(self): pass»\n", "class A:\n\t@a\n\tasync def f(self): pass\n"),
    ("def g():\n    «def f(): pass»\n", "def g():\n    async def f(): pass\n"),
    ("«def g():\n    «def f(): pass»»\n", "async def g():\n    async def f(): pass\n"),
    ("@a\n@b(1)\n# why\n«def f(): pass»\n", "@a\n@b(1)\n# why\nasync def f(): pass\n"),
    ("if x:\n  «def f(): pass»\nelse: pass\n", "if x:\n  async def f(): pass\nelse: pass\n"),
    ("try:\n    x\nexcept E:\n    «def f(): pass»\n", "try:\n    x\nexcept E:\n    async def f(): pass\n"),
    ("«def f(\n    a,  # one\n    *, b=1\n) -> 'int': # two\n    g»", "async def f(\n    a,  # one\n    *, b=1\n) -> 'int': # two\n    g"),
    ("«def \\\n  f(): pass»\n", "async def \\\n  f(): pass\n"),
    ("\f\n«def f(): pass»\n", "\f\nasync def f(): pass\n"),
    ("\f«def f(): pass»\n", "\fasync def f(): pass\n"),
    ("x = 1\r\n«def f():\r\n    pass»\r\n", "x = 1\r\nasync def f():\r\n    pass\r\n"),
    ("x = 1\r«def f():\r    pass»\r", "x = 1\rasync def f():\r    pass\r"),
    ("é = 'é€😀'; x = 1\n«def ü(): pass»\n", "é = 'é€😀'; x = 1\nasync def ü(): pass\n"),
    ("a; b\n«def f():\n  yield 1»\n", "a; b\nasync def f():\n  yield 1\n"),
    ("match x:\n    case 1:\n        «def f(): return»\n", "match x:\n    case 1:\n        async def f(): return\n"),
    ("«def f(g=lambda: 1): pass; x»\n", "async def f(g=lambda: 1): pass; x\n"),
]

# fmt: on

DECORATED = [
    ("«def f(): pass»", "@m.asyncio\ndef f(): pass"),
    ("@a\n«def f():\n    pass»\n", "@a\n@m.asyncio\ndef f():\n    pass\n"),
    ("@a  # one\n# two\n«def f(): pass»\n", "@a  # one\n# two\n@m.asyncio\ndef f(): pass\n"),
    ("# one\n«def f(): pass»\n", "# one\n@m.asyncio\ndef f(): pass\n"),
    ("class A:\n\t«def f(self): pass»\n", "class A:\n\t@m.asyncio\n\tdef f(self): pass\n"),
    ("class A:\n    @a\n\n    «def f(self): pass»", "class A:\n    @a\n\n    @m.asyncio\n    def f(self): pass"),
    ("class A:\r\n  «async def f(self): pass»\r\n", "class A:\r\n  @m.asyncio\r\n  async def f(self): pass\r\n"),
    ("class A:\n\f  «def f(self): pass»\n", "class A:\n\f  @m.asyncio\n  def f(self): pass\n"),
    ("é = 1\n«def ü(): pass»\n", "é = 1\n@m.asyncio\ndef ü(): pass\n"),
]

NEW = "AsyncIterator[int]"
REPLACED = [
    ("def f() -> «Iterator[int]»: pass", NEW, "def f() -> AsyncIterator[int]: pass"),
    ("def f()->«Iterator[int]»: pass", NEW, "def f()->AsyncIterator[int]: pass"),
    ("def f() -> («Iterator[int]»): pass", NEW, "def f() -> (AsyncIterator[int]): pass"),
    ("def f() -> (  # why\n    «Iterator[int]»\n): pass", NEW, "def f() -> (  # why\n    AsyncIterator[int]\n): pass"),
    ("def f() -> «t.Iterator[\n    int\n]»:  # why\n    pass", NEW, "def f() -> AsyncIterator[int]:  # why\n    pass"),
    ("def f() -> «'Iterator[int]'»: pass", NEW, "def f() -> 'AsyncIterator[int]': pass"),
    ('def f() -> «"Iterator[int]"»: pass', NEW, 'def f() -> "AsyncIterator[int]": pass'),
    ('def f() -> «r"""Iterator[int]"""»: pass', NEW, 'def f() -> r"""AsyncIterator[int]""": pass'),
    ("def f() -> «u'Iterator[int]'»: pass", NEW, "def f() -> u'AsyncIterator[int]': pass"),
    ("def f() -> «'Iterator[int]'»: pass", '"AsyncIterator[int]"', 'def f() -> "AsyncIterator[int]": pass'),
    ("def f() -> («'Iterator[int]'»): pass", NEW, "def f() -> ('AsyncIterator[int]'): pass"),
    ("def f(x: «Iterator[int]» = 1): pass", NEW, "def f(x: AsyncIterator[int] = 1): pass"),
    ("def f(*x: «'a'», **y: int): pass", NEW, "def f(*x: 'AsyncIterator[int]', **y: int): pass"),
    ("x: «'a'» = 1", "b", "x: 'b' = 1"),
    ("x: A[«'a'»] = 1", "b", "x: A[b] = 1"),
    ("x = «'a'»", "b", "x = b"),
    ("def f() -> «Optional[int]»: pass", "int | None", "def f() -> int | None: pass"),
    ("@«contextmanager»\ndef f():\n    yield", "asynccontextmanager", "@asynccontextmanager\ndef f():\n    yield"),
    ("@a\n@«c.contextmanager»  # why\ndef f(): pass", "c.asynccontextmanager",
     "@a\n@c.asynccontextmanager  # why\ndef f(): pass"),
    ("@(«contextmanager»)\nclass A: pass", "asynccontextmanager", "@(asynccontextmanager)\nclass A: pass"),
    ("«main(1)»", "trio.run(main, 1)", "trio.run(main, 1)"),
    ("x = «main(1)».y", "trio.run(main, 1)", "x = trio.run(main, 1).y"),
    ("x = «main(1)».y", "a or b", "x = (a or b).y"),
    ("x = «main(1)».y", "1", "x = (1).y"),
    ("x = «main(1)» + 1", "a or b", "x = (a or b) + 1"),
    ("x = «main(1)» + 1", "1", "x = 1 + 1"),
    ("x = «main(1)»", "a or b", "x = a or b"),
    ("x = «main(1)»", "a, b", "x = (a, b)"),
    ("x = f(*«main(1)»)", "a or b", "x = f(*(a or b))"),
    ("x = f(«main(1)», k=«main»)", "lambda: a", "x = f(lambda: a, k=lambda: a)"),
    ("x = «(a, b)»", "c", "x = c"),
    ("x = («(a, b)»)", "c", "x = (c)"),
    ("return_ = not«(a, b)»", "c", "return_ = not(c)"),
    ("x = sum«(y for y in z)»", "c", "x = sum(c)"),
    ("x = sum(«(y for y in z)»)", "c", "x = sum(c)"),
    ("x=1 if y else«''»", "c", "x=1 if y else(c)"),
    ("x = f'{«a»}'", "{1}.pop()", "x = f'{({1}.pop())}'"),
    ("x = f'{«a»!r:>{«b»}}'", "lambda: 1", "x = f'{(lambda: 1)!r:>{(lambda: 1)}}'"),
    ("x = «f'{a} é'»", "b", "x = b"),
    ("x = 'é' + «é»", "ü", "x = 'é' + ü"),
    ("x = (\n    «main(\n        1\n    )»\n)", "run(main, 1)", "x = (\n    run(main, 1)\n)"),
    ("x = «main(1)»", "run(\n    main\n)", "x = run(\n    main\n)"),
    ("class A(«b», k=«c»):\n    x = 1", "d", "class A(d, k=d):\n    x = 1"),
    ("for x in «a»: pass", "b", "for x in b: pass"),
    ("with «a» as x: pass", "b", "with b as x: pass"),
]  # fmt: skip

UNWRAPPED = [
    ("«r(f())»", "f()"),
    ("x = «asyncio.run(f())»", "x = f()"),
    ("x = «asyncio.run(f(),)»", "x = f()"),
    ("x = «r( f() )»", "x = f()"),
    ("x = «r (f())»", "x = f()"),
    ("x = «r((f()))»", "x = (f())"),
    ("x = («r(f())»)", "x = (f())"),
    ("x = «r(f())».y", "x = (f()).y"),
    ("x = «r(a or b)»", "x = (a or b)"),
    ("x = («r(a or b)»)", "x = (a or b)"),
    ("x = «r(a or b)».y", "x = (a or b).y"),
    ("x = «r(await f())»", "x = await f()"),
    ("x = «r(await f())».y", "x = (await f()).y"),
    ("x = -«r(await f())»", "x = -await f()"),
    ("x = «r(y for y in z)»", "x = (y for y in z)"),
    ("x = «r((a, b))»", "x = (a, b)"),
    ("x = «r(\n    f(\n        1\n    )\n)»", "x = f(\n        1\n    )"),
    ("x = «r(\n    a\n    .b()\n)»", "x = (\n    a\n    .b()\n)"),
    ("x = «r(  # one\n    f()\n)»", "x = (  # one\n    f()\n)"),
    ("x = «r(\n    f(),  # one\n)»", "x = (\n    f()  # one\n)"),
    ("x = «r(\n    f()  # one\n)».y", "x = (\n    f()  # one\n).y"),
    ("x=1 if y else«[r][0](z)»", "x=1 if y else(z)"),
    ("x = «r(f())»if y else 2", "x = (f())if y else 2"),
    ("x = f'{«r({1})»}'", "x = f'{({1})}'"),
    ("x = f'{«r(f())»=}'", "x = f'{f()=}'"),
    ("x = «r(«s(f())»)»", "x = f()"),
    ("@«r(f)»\ndef g(): pass", "@f\ndef g(): pass"),
    ("x = «r('é')», é", "x = ('é'), é"),
    ("x = «loop.run_until_complete(self.f())»", "x = self.f()"),
]

UNWRAPPED_AND_AWAITED = [
    ("«r(«f()»)»", "await f()"),
    ("x = «r(«f()»)».y", "x = (await f()).y"),
    ("x = («r(«f()»)»).y", "x = (await f()).y"),
    ("x = «r(«f()»)»[0]()", "x = (await f())[0]()"),
    ("x = «r((«f()»))».y", "x = (await f()).y"),
    ("x = «r(«a or b»)»", "x = await (a or b)"),
    ("x = «r(«a or b»)».y", "x = (await (a or b)).y"),
    ("x = -«r(«f()»)» ** 2", "x = -await f() ** 2"),
    ("x = «r(\n    «f()»\n)»", "x = await f()"),
    ("x = «r(\n    «f()»  # why\n)»", "x = (\n    await f()  # why\n)"),
    ("x = «r(\n    «f()»\n)».y", "x = (\n    await f()\n).y"),
    ("x = «r(«a\n      .b()»)»", "x = (await a\n      .b())"),
    ("return «r(«f()»)»", "return await f()"),
    ("x = y if «r(«f()»)»else 1", "x = y if (await f())else 1"),
    ("x = f'{«r(«f()»)».y}'", "x = f'{(await f()).y}'"),
    ("x = «r(«f(«r(«g()»)»)»)»", "x = await f(await g())"),
]

WRAPPED = [
    ("«main()»", "asyncio.run(main())"),
    ("sys.exit(«main()»)", "sys.exit(asyncio.run(main()))"),
    ("raise SystemExit(«main()»)", "raise SystemExit(asyncio.run(main()))"),
    ("x = («main()»).y", "x = (asyncio.run(main())).y"),
    ("x = «main()».y", "x = asyncio.run(main()).y"),
    ("x = «a or b»", "x = asyncio.run(a or b)"),
    ("x = «(a, b)»", "x = asyncio.run((a, b))"),
    ("x = (\n    «main(\n        1  # one\n    )»  # two\n)", "x = (\n    asyncio.run(main(\n        1  # one\n    ))  # two\n)"),
    ("x=1 if y else«[f][0]()»", "x=1 if y else(asyncio.run([f][0]()))"),
    ("x = f'{«main()»}'", "x = f'{asyncio.run(main())}'"),
    ("x = sum«(y for y in z)»", "x = sum(asyncio.run((y for y in z)))"),
    ("x = (y := «main('é')»)", "x = (y := asyncio.run(main('é')))"),
]  # fmt: skip


@pytest.mark.parametrize(("before", "after"), FUNCTIONS)
def test_a_function_becomes_asynchronous(before: str, after: str) -> None:
    check(before, after, ASYNC_DEF)


@pytest.mark.skipif(sys.version_info < (3, 12), reason="the syntax is newer")
def test_a_generic_function_becomes_asynchronous() -> None:
    check("«def f[T: (int, str), *Ts](x: T) -> T: pass»", "async def f[T: (int, str), *Ts](x: T) -> T: pass", ASYNC_DEF)


@pytest.mark.parametrize(("before", "after"), DECORATED)
def test_a_function_is_decorated(before: str, after: str) -> None:
    check(before, after, (DECORATE, "m.asyncio"))


@pytest.mark.parametrize(("before", "text", "after"), REPLACED)
def test_an_expression_is_replaced(before: str, text: str, after: str) -> None:
    check(before, after, (REPLACE, text))


@pytest.mark.parametrize(("before", "after"), UNWRAPPED)
def test_a_call_is_taken_away_from_its_argument(before: str, after: str) -> None:
    check(inside(before), inside(after), UNWRAP)


@pytest.mark.parametrize(("before", "after"), UNWRAPPED_AND_AWAITED)
def test_the_argument_is_awaited_in_the_place_of_the_call(before: str, after: str) -> None:
    kinds = [UNWRAP, AWAIT] * (before.count("«") // 2)
    check(inside(before), inside(after), *kinds)


@pytest.mark.parametrize(("before", "after"), WRAPPED)
def test_an_expression_becomes_an_argument(before: str, after: str) -> None:
    check(before, after, (WRAP, "asyncio.run"))
