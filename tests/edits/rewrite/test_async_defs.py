"""The edits of a function that turns asynchronous and of what follows it: each kind in many forms."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import libcst
import pytest

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import RewriteError, rewrite
from tests.edits.rewriting import PATH, TARGET, Planned, check, check_edits, inside, loaded, planned

ASYNC_DEF, DECORATE, REPLACE = EditKind.ASYNC_DEF, EditKind.DECORATE, EditKind.REPLACE
WRAP, UNWRAP, AWAIT = EditKind.WRAP, EditKind.UNWRAP, EditKind.AWAIT
NAME, AFTER, BEFORE = EditKind.IMPORT_NAME, EditKind.IMPORT_AFTER, EditKind.IMPORT_BEFORE
GROUP_AFTER, GROUP_BEFORE = EditKind.GROUP_AFTER, EditKind.GROUP_BEFORE

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
    ("«def f(\n    a,  # one\n    *, b=1\n) -> 'int': # two\n    g»",
     "async def f(\n    a,  # one\n    *, b=1\n) -> 'int': # two\n    g"),
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
    ("x = «ã»", "ţ", "x = ţ"),
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
    ("x = (\n    «main(\n      1  # one\n    )»  # two\n)",
     "x = (\n    asyncio.run(main(\n      1  # one\n    ))  # two\n)"),
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


TOGETHER: list[tuple[str, str, list[Planned]]] = [
    ("«def f(): «g()»»", "async def f(): await g()", [ASYNC_DEF, AWAIT]),
    (
        "«def f():\n    # one\n    return «g()».x»  # two\n",
        "async def f():\n    # one\n    return (await g()).x  # two\n",
        [ASYNC_DEF, AWAIT],
    ),
    (
        "«def f() -> «Iterator[int]»:\n    «for x in y:\n        yield x»\n    «yield from z»»\n",
        "async def f() -> AsyncIterator[int]:\n    async for x in y:\n        yield x\n"
        "    async for item in z:\n        yield item\n",
        [ASYNC_DEF, (REPLACE, NEW), EditKind.ASYNC_FOR, EditKind.YIELD_FROM],
    ),
    (
        "@«contextmanager»\n«def f() -> «'Iterator[int]'»:\n    «with g():\n        yield «h()»»»\n",
        "@asynccontextmanager\nasync def f() -> 'AsyncIterator[int]':\n    async with g():\n        yield await h()\n",
        [(REPLACE, "asynccontextmanager"), ASYNC_DEF, (REPLACE, NEW), EditKind.ASYNC_WITH, AWAIT],
    ),
    (
        "class A:\n    @a\n    # why\n    ««def f(self, x=«b»): «r(«g()»)»»»\n",
        "class A:\n    @a\n    # why\n    @m.asyncio\n    async def f(self, x=c): await g()\n",
        [ASYNC_DEF, (DECORATE, "m.asyncio"), (REPLACE, "c"), UNWRAP, AWAIT],
    ),
    (
        "«def f(a, *, b):  # one\n    «def g():\n        «h()»»\n    return g»\n",
        "async def f(a, *, b):  # one\n    async def g():\n        await h()\n    return g\n",
        [ASYNC_DEF, ASYNC_DEF, AWAIT],
    ),
    (
        "««from c import contextmanager»»\n\n@«contextmanager»\n«def f():\n    yield «g()»»\n\n\n«f()»\n",
        "from c import contextmanager, asynccontextmanager\nimport asyncio\n\n@asynccontextmanager\n"
        "async def f():\n    yield await g()\n\n\nasyncio.run(f())\n",
        [
            (NAME, "asynccontextmanager"),
            (AFTER, "import asyncio"),
            (REPLACE, "asynccontextmanager"),
            ASYNC_DEF,
            AWAIT,
            (WRAP, "asyncio.run"),
        ],
    ),
    (
        "««main()»»\n",
        "import asyncio\n\nasyncio.run(main())\n",
        [(GROUP_BEFORE, "import asyncio"), (WRAP, "asyncio.run")],
    ),
    ("«x»; ««main()»»\n", "import a\n\ny; r(main())\n", [(REPLACE, "y"), (GROUP_BEFORE, "import a"), (WRAP, "r")]),
    (
        "«««def f(): «g()»»»»\n",
        "import asyncio\n\n\n@m.asyncio\nasync def f(): await g()\n",
        [(GROUP_BEFORE, "import asyncio"), ASYNC_DEF, (DECORATE, "m.asyncio"), AWAIT],
    ),
    (
        "a = 1; b = «f()»\nclass A: a = 1; b = «f()»\n«def g(): c; «f()»»\n",
        "a = 1; b = r(f())\nclass A: a = 1; b = r(f())\nasync def g(): c; await f()\n",
        [(WRAP, "r"), (WRAP, "r"), ASYNC_DEF, AWAIT],
    ),
    (
        "\\\n«x = 1»; «from m import a»\n",
        "\\\nx = 1; from m import a, b\nimport c\n",
        [(AFTER, "import c"), (NAME, "b")],
    ),
    (
        "x = \\\n  «f()»; «from m import a»\n«def g(): pass»",
        "x = \\\n  r(f()); from m import a, b\nasync def g(): pass",
        [(WRAP, "r"), (NAME, "b"), ASYNC_DEF],
    ),
]


@pytest.mark.parametrize(("before", "after", "kinds"), TOGETHER)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_edits_of_many_kinds_are_made_together(before: str, after: str, kinds: list[Planned], newline: str) -> None:
    check(before.replace("\n", newline), after.replace("\n", newline), *kinds)


def test_a_byte_order_mark_stays() -> None:
    plain, edits = planned("«x»\n«def é(): «é()»»", (GROUP_BEFORE, "import a"), ASYNC_DEF, AWAIT)
    source = loaded(b"\xef\xbb\xbf" + plain.encode())
    result = rewrite(source, edits)
    assert result.data == "\ufeffimport a\n\nx\nasync def é(): await é()".encode()
    assert prove(source, edits, result.data, TARGET) is None


@pytest.mark.parametrize("encoding", ["latin-1", "cp1252"])
def test_the_encoding_stays(encoding: str) -> None:
    check(
        f"# -*- coding: {encoding} -*-\n«'é'»\n««def é(): «é('é')»»»",
        f"# -*- coding: {encoding} -*-\n'é'\n\nimport a\n@ü\nasync def é(): await é('é')",
        (GROUP_AFTER, "import a"),
        ASYNC_DEF,
        (DECORATE, "ü"),
        AWAIT,
        encoding=encoding,
    )


def test_a_function_in_a_split_with_is_decorated_where_it_goes() -> None:
    before = "async def g():\n    «with a, b:\n        ««def f(): «h()»»»\n        return x»\n"
    plain, edits = planned(before, EditKind.ASYNC_WITH, ASYNC_DEF, (DECORATE, "m.asyncio"), AWAIT, items=(1,))
    check_edits(
        loaded(plain.encode()),
        edits,
        "async def g():\n    with a:\n        async with b:\n            @m.asyncio\n"
        "            async def f(): await h()\n            return x\n",
    )


def test_two_decorators_come_in_the_order_of_their_texts() -> None:
    check("@z\n««def f(): pass»»\n", "@z\n@a\n@b\ndef f(): pass\n", (DECORATE, "b"), (DECORATE, "a"))


def test_what_wraps_is_parenthesised_where_it_is_no_primary() -> None:
    check("x = «main()»", "x = (run or r)(main())", (WRAP, "run or r"))


REFUSED: list[tuple[str, Planned, str]] = [
    ("«async def f(): pass»", ASYNC_DEF, "is asynchronous already"),
    ("«class A: pass»", ASYNC_DEF, "is not a function"),
    ("@a\nd«ef f(): pass»", ASYNC_DEF, "there is no node"),
    ("x = «f»", ASYNC_DEF, "there is no node"),
    ("«class A: pass»", (DECORATE, "a"), "is not a function"),
    ("«def f(): pass»", (DECORATE, "a b"), "cannot take 'a b', which is no expression"),
    ("«def f(): pass»", (DECORATE, "a\n@b"), "which is no expression"),
    ("«def f(): pass»", (DECORATE, "a  # b"), "which is no expression"),
    ("«def f(): pass»", (DECORATE, ""), "which is no expression"),
    ("@a\n\\\n«def f(): pass»", (DECORATE, "b"), "continues the line above"),
    ("x = «y»", (REPLACE, "a b"), "cannot become 'a b', which is no expression"),
    ("x = «y»", (REPLACE, ""), "cannot become '', which is no expression"),
    ("x = «y(  # why\n)»", (REPLACE, "z"), "has a comment that would be lost"),
    ("x = «(y,  # why\n)»", (REPLACE, "z"), "has a comment that would be lost"),
    ("x = f'{«y»}'", (REPLACE, '"z"'), "is in an f-string, where its new text cannot stand"),
    ("x: «'y'»", (REPLACE, "Literal['z']"), "has quotes around it in which its new text cannot stand"),
    ("x: «b'y'»", (REPLACE, "z"), "has quotes around it in which its new text cannot stand"),
    ("x: «'y' 'z'»", (REPLACE, "z"), "is a string in several parts"),
    ("«x = 1»", (REPLACE, "y"), "there is no node"),
    ("x = «y»", (WRAP, "a b"), "cannot become 'a b', which is no expression"),
    ("x = «f(y, z)»", UNWRAP, "is not a call with one plain argument"),
    ("x = «f()»", UNWRAP, "is not a call with one plain argument"),
    ("x = «f(*y)»", UNWRAP, "is not a call with one plain argument"),
    ("x = «f(y=z)»", UNWRAP, "is not a call with one plain argument"),
    ("x = «f»", UNWRAP, "is not a call with one plain argument"),
    ("x = («f  # why\n  (y)»)", UNWRAP, "has a comment that would be lost"),
    ("x = («f  # why\n  .run(y)»)", UNWRAP, "has a comment that would be lost"),
    ("x = «f(\n  y  # one\n  ,  # two\n)»", UNWRAP, "has a comment that would be lost"),
    ("«from m import *»", (NAME, "a"), "does not import names from a module"),
    ("«import m»", (NAME, "a"), "does not import names from a module"),
    ("«from m import a»", (NAME, "b, c"), "cannot take 'b, c'"),
    ("«from m import a»", (NAME, "(b)"), "cannot take '(b)', which is no name to import"),
    ("«from m import a»", (NAME, "class"), "cannot take 'class', which is no name to import"),
    ("«from m import a»", (NAME, ""), "which is no name to import"),
    ("if x:\n    «y»", (AFTER, "import a"), "is not a statement of the module itself"),
    ("if x:\n    «y»", (BEFORE, "import a"), "is not a statement of the module itself"),
    ("«x»", (AFTER, "y"), "cannot take 'y', which is no import statement"),
    ("«x»", (AFTER, "import a; import b"), "which is no import statement"),
    ("«x»", (BEFORE, "import a\nimport b"), "which is no import statement"),
    ("«x» \\\n\ny", (AFTER, "import a"), "is continued on the next line"),
    ("\\\n«x»", (BEFORE, "import a"), "continues the line above"),
    ("«'''doc'''»", (BEFORE, "import a"), "is the docstring of the module"),
]


@pytest.mark.parametrize(("before", "kind", "message"), REFUSED)
def test_what_does_not_fit_is_refused_with_its_edit(before: str, kind: Planned, message: str) -> None:
    plain, (edit,) = planned(before, kind)
    with pytest.raises(RewriteError, match=r"^example\.py:\d+: ") as refusal:
        rewrite(loaded(plain.encode()), [edit])
    assert message in str(refusal.value)
    assert refusal.value.edit == edit


@pytest.mark.parametrize(
    ("before", "kinds", "number"),
    [
        ("x = «f(«g()»)»", [(REPLACE, "y"), AWAIT], 1),
        ("x = «f(«g»)»", [(REPLACE, "y"), (REPLACE, "z")], 1),
        ("x = «f(lambda: «g(1)»)»", [(REPLACE, "y"), UNWRAP], 1),
        ("x = ««f»»", [(REPLACE, "y"), (REPLACE, "z")], None),
        ("x = ««f»»", [(WRAP, "y"), (REPLACE, "z")], None),
        ("x = ««f()»»", [(WRAP, "y"), AWAIT], None),
        ("x = ««f(y)»»", [UNWRAP, AWAIT], None),
    ],
)
def test_what_is_replaced_takes_no_other_edit(before: str, kinds: list[Planned], number: int | None) -> None:
    plain, edits = planned(inside(before), *kinds)
    with pytest.raises(RewriteError) as refusal:
        rewrite(loaded(plain.encode()), edits)
    assert refusal.value.edit in (edits if number is None else edits[number : number + 1])


def test_the_body_of_a_function_that_turns_is_not_parsed(monkeypatch: pytest.MonkeyPatch) -> None:
    body = "".join(f"    x{n} = g({n})\n" for n in range(500))
    before = f"@«contextmanager»\n«def f(x=«r(1)») -> «Iterator[int]»:\n    # why\n{body}    return «g()»»\n"
    parsed: list[str] = []
    parse = libcst.parse_module

    def noted(text: str) -> libcst.Module:
        parsed.append(text)
        return parse(text)

    monkeypatch.setattr(libcst, "parse_module", noted)
    kinds: list[Planned] = [(REPLACE, "asynccontextmanager"), ASYNC_DEF, (REPLACE, "None"), (REPLACE, NEW), AWAIT]
    plain, edits = planned(before, *kinds)
    source = loaded(plain.encode())
    result = rewrite(source, edits)
    assert prove(source, edits, result.data, TARGET) is None
    assert result.data.startswith(b"@asynccontextmanager\nasync def f(x=None) -> AsyncIterator[int]:\n    # why\n")
    assert max(text.count("\n") for text in parsed) == 4


def test_what_libcst_does_not_give_back_turns_nevertheless() -> None:
    check("«def f():\r    \f\n    x» \f\r\n", "async def f():\r    \f\n    x \f\r\n", ASYNC_DEF)


def test_every_function_of_a_real_file_turns() -> None:
    source = loaded(Path(ast.__file__).read_bytes())
    nodes = [node for node in ast.walk(source.tree) if isinstance(node, ast.FunctionDef)]
    edits = [Edit(PATH, source.span(node), kind, text="a") for node in nodes for kind in (ASYNC_DEF, DECORATE)]
    result = rewrite(source, edits)
    after = ast.parse(result.data)
    assert not any(isinstance(node, ast.FunctionDef) for node in ast.walk(after))
    assert sum(isinstance(node, ast.AsyncFunctionDef) for node in ast.walk(after)) == len(nodes) > 100
    assert result.data.count(b"@a\n") == len(nodes)
