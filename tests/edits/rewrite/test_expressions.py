"""``await`` in every place where an expression can stand: parentheses where they are needed, none elsewhere."""

from __future__ import annotations

import pytest

from autoawait.diagnostics.finding import EditKind
from tests.edits.rewriting import check, inside

AWAIT, UNAWAIT = EditKind.AWAIT, EditKind.UNAWAIT

PARENTHESISED = [
    ("«f()».y", "(await f()).y"),
    ("«f()».y()", "(await f()).y()"),
    ("«f()»[0]", "(await f())[0]"),
    ("«f()»[1:2]", "(await f())[1:2]"),
    ("«f()»(1)", "(await f())(1)"),
    ("del «f()».a", "del (await f()).a"),
    ("del «f()»[0]", "del (await f())[0]"),
    ("«f()».a = 1", "(await f()).a = 1"),
    ("«f()»[0] = 1", "(await f())[0] = 1"),
    ("«f()».a += 1", "(await f()).a += 1"),
    ("«f()».a: int = 1", "(await f()).a: int = 1"),
    ("for «f()».a in y: pass", "for (await f()).a in y: pass"),
    ("with y as «f()».a: pass", "with y as (await f()).a: pass"),
    ("await «f()»", "await (await f())"),
    ("x = «a.b.c()».d, 1", "x = (await a.b.c()).d, 1"),
    ("x = «f()». y", "x = (await f()). y"),
    ("x = «f()» .y", "x = (await f()) .y"),
    ("@«f()».y\ndef g(): pass", "@(await f()).y\ndef g(): pass"),
    ("x = f'{«f()».y}'", "x = f'{(await f()).y}'"),
    ("x = «f().y».z", "x = (await f().y).z"),
    ("x = «f()[0]».z", "x = (await f()[0]).z"),
    ("x = «y».z", "x = (await y).z"),
]

BARE = [
    ("«f()»", "await f()"),
    ("x = «f()»", "x = await f()"),
    ("x = y = «f()»", "x = y = await f()"),
    ("x: int = «f()»", "x: int = await f()"),
    ("x += «f()»", "x += await f()"),
    ("x, y = «f()»", "x, y = await f()"),
    ("x = *«f()», 1", "x = *await f(), 1"),
    ("x = [*«f()»]", "x = [*await f()]"),
    ("x = {*«f()»}", "x = {*await f()}"),
    ("x = {**«f()»}", "x = {**await f()}"),
    ("x = {«f()»: «f()»}", "x = {await f(): await f()}"),
    ("x = {«f()», 1}", "x = {await f(), 1}"),
    ("x = («f()», 1)", "x = (await f(), 1)"),
    ("x = «f()», 1", "x = await f(), 1"),
    ("return «f()»", "return await f()"),
    ("return «f()», 1", "return await f(), 1"),
    ("yield «f()»", "yield await f()"),
    ("x = yield «f()»", "x = yield await f()"),
    ("raise «f()»", "raise await f()"),
    ("raise «f()» from «f()»", "raise await f() from await f()"),
    ("assert «f()», «f()»", "assert await f(), await f()"),
    ("if «f()»: pass\nelif «f()»: pass", "if await f(): pass\nelif await f(): pass"),
    ("while «f()»: pass\nelse: «f()»", "while await f(): pass\nelse: await f()"),
    ("for x in «f()»: pass", "for x in await f(): pass"),
    ("async for x in «f()»: pass", "async for x in await f(): pass"),
    ("with «f()»: pass", "with await f(): pass"),
    ("with «f()» as x, «f()» as y: pass", "with await f() as x, await f() as y: pass"),
    ("async with «f()» as x: pass", "async with await f() as x: pass"),
    ("try: pass\nexcept «f()»: pass", "try: pass\nexcept await f(): pass"),
    (
        "try: «f()»\nexcept E: «f()»\nelse: «f()»\nfinally: «f()»",
        "try: await f()\nexcept E: await f()\nelse: await f()\nfinally: await f()",
    ),
    ("-«f()»", "-await f()"),
    ("+«f()»", "+await f()"),
    ("~«f()»", "~await f()"),
    ("not «f()»", "not await f()"),
    ("«f()» ** 2", "await f() ** 2"),
    ("2**«f()»", "2**await f()"),
    ("-«f()»**-«f()»", "-await f()**-await f()"),
    ("«f()» + «f()»", "await f() + await f()"),
    ("«f()» @ 1", "await f() @ 1"),
    ("«f()» << 1 | «f()»", "await f() << 1 | await f()"),
    ("«f()» < «f()» <= 2", "await f() < await f() <= 2"),
    ("x is «f()»", "x is await f()"),
    ("x not in «f()»", "x not in await f()"),
    ("«f()» and «f()» or «f()»", "await f() and await f() or await f()"),
    ("«f()» if «f()» else «f()»", "await f() if await f() else await f()"),
    ("x = (y := «f()»)", "x = (y := await f())"),
    ("g(«f()», *«f()», k=«f()», **«f()»)", "g(await f(), *await f(), k=await f(), **await f())"),
    ("x[«f()»]", "x[await f()]"),
    ("x[«f()»:«f()»:«f()»]", "x[await f():await f():await f()]"),
    ("x[«f()», 1]", "x[await f(), 1]"),
    ("[«f()» for x in «f()» if «f()»]", "[await f() for x in await f() if await f()]"),
    ("{«f()» for x in y for z in «f()»}", "{await f() for x in y for z in await f()}"),
    ("{«f()»: «f()» for x in y}", "{await f(): await f() for x in y}"),
    ("g(x for x in «f()»)", "g(x for x in await f())"),
    ("f'{«f()»}'", "f'{await f()}'"),
    ("f'a {«f()»!r:>{«f()»}} b'", "f'a {await f()!r:>{await f()}} b'"),
    ("f'x {«f()» = } y'", "f'x {await f() = } y'"),
    ("f'f()={«f()»=:>4}'", "f'f()={await f()=:>4}'"),
    ("f'{(«f()»)=}'", "f'{(await f())=}'"),
    ("f'a={a}{«f()»}'", "f'a={a}{await f()}'"),
    ("f\"{«f('x')»}\"", "f\"{await f('x')}\""),
    ("f\"{g(f'{«f()»}')}\"", "f\"{g(f'{await f()}')}\""),
    ("x = ('a' f'{«f()»}'\n     f'é{«f(1)»}' 'b')", "x = ('a' f'{await f()}'\n     f'é{await f(1)}' 'b')"),
    ("x = rf'\\d{«f()»}'", "x = rf'\\d{await f()}'"),
    ("x = f'''\né {«f()»}\n{«f()»}'''", "x = f'''\né {await f()}\n{await f()}'''"),
    ("@«f()»\ndef g(): pass", "@await f()\ndef g(): pass"),
    ("@a\n@b\n@«f()»\n@c\nclass G:\n    x = 1", "@a\n@b\n@await f()\n@c\nclass G:\n    x = 1"),
    ("def g(x=«f()», *, y=«f()»): pass", "def g(x=await f(), *, y=await f()): pass"),
    ("x = lambda y=«f()»: y", "x = lambda y=await f(): y"),
    ("class G(«f()», k=«f()»): pass", "class G(await f(), k=await f()): pass"),
    ("match «f()»:\n    case 1 if «f()»: «f()»", "match await f():\n    case 1 if await f(): await f()"),
    ("global x; x = «f()»; y = «f()»", "global x; x = await f(); y = await f()"),
    ("import a; «f()»", "import a; await f()"),
    ("x = «f(«f(«f()»)»)»", "x = await f(await f(await f()))"),
    ("x = «y»", "x = await y"),
    ("x = «a.b»", "x = await a.b"),
    ("x = «a[0]»", "x = await a[0]"),
    ("x = «a().b(c)[0]»", "x = await a().b(c)[0]"),
    ("x = a if b else «c.d»", "x = a if b else await c.d"),
    ("del x, y[«f()»]", "del x, y[await f()]"),
    ("print(«f(\n    1,  # one\n)», 2)", "print(await f(\n    1,  # one\n), 2)"),
    ("x = 'é' + «f('é')»", "x = 'é' + await f('é')"),
    ("x = 1 + \\\n    «f()»", "x = 1 + \\\n    await f()"),
    ("if x: \\\n    «f()»", "if x: \\\n    await f()"),
]

OWN_PARENTHESES = [
    ("(«f()»)", "(await f())"),
    ("((«f()»))", "((await f()))"),
    ("(«f()»).x", "(await f()).x"),
    ("((«f()»)).x", "((await f())).x"),
    ("await («f()»)", "await (await f())"),
    ("return(«f()»)", "return(await f())"),
    ("not(«f()»)", "not(await f())"),
    ("x = yield(«f()»)", "x = yield(await f())"),
    ("x = 1 in(«f()»)", "x = 1 in(await f())"),
    ("x = y if(«f()»)else(«f()»)", "x = y if(await f())else(await f())"),
    ("x = [y for y in(«f()»)if(«f()»)]", "x = [y for y in(await f())if(await f())]"),
    ("for x in(«f()»): pass", "for x in(await f()): pass"),
    ("with(«f()»)as x: pass", "with(await f())as x: pass"),
    ("x = (\n    «f()»\n)", "x = (\n    await f()\n)"),
    (
        "x = (  # why\n    «f(\n        1\n    )»  # because\n).y",
        "x = (  # why\n    await f(\n        1\n    )  # because\n).y",
    ),
    ("x = («a\n     .b()\n     .c()»)", "x = (await a\n     .b()\n     .c())"),
    ("x = («a\n     .b()»\n     .c())", "x = ((await a\n     .b())\n     .c())"),
    ("g((«f()»))", "g((await f()))"),
    ("f'{(«f()»)}'", "f'{(await f())}'"),
]

TOUCHING_WORDS = [
    ("x=y if «f(1)»else 2", "x=y if (await f(1))else 2"),
    ("x=«f(1)»if y else 2", "x=(await f(1))if y else 2"),
    ("x=«f()»and y", "x=(await f())and y"),
    ("x=«f()»in y", "x=(await f())in y"),
    ("x=[«f()»for y in z]", "x=[(await f())for y in z]"),
    ("return«[f][0]()»", "return(await [f][0]())"),
    ("return«''.f()»", "return(await ''.f())"),
    ("x = not«{}[f]()»", "x = not(await {}[f]())"),
    ("return«''.f()».y", "return(await ''.f()).y"),
]

LOOSER_THAN_AWAIT = [
    ("x = «a or b»", "x = await (a or b)"),
    ("x = («a or b»)", "x = await (a or b)"),
    ("x = ((«a or b»))", "x = (await (a or b))"),
    ("x = («a or b»).c", "x = (await (a or b)).c"),
    ("return(«a or b»)", "return(await (a or b))"),
    ("x = «a + b»", "x = await (a + b)"),
    ("x = «-a»", "x = await (-a)"),
    ("x = «not a»", "x = await (not a)"),
    ("x = «a < b»", "x = await (a < b)"),
    ("x = «a if b else c»", "x = await (a if b else c)"),
    ("x = («a if b else c»\n     )[0]", "x = (await (a if b else c\n     ))[0]"),
    ("x = «lambda: a»", "x = await (lambda: a)"),
    ("x = («y := a»)", "x = await (y := a)"),
    ("x = «await a»", "x = await (await a)"),
    ("x = («yield»)", "x = await (yield)"),
    ("x = «(a, b)»", "x = await (a, b)"),
    ("x = «[a]»", "x = await [a]"),
    ("x = «{a}»[0]", "x = (await {a})[0]"),
]

MOVED = [
    ("x = «await «f()».x»", "x = (await f()).x"),
    ("x = «await «f()»[0]»", "x = (await f())[0]"),
    ("x = «await «f()»()»", "x = (await f())()"),
    ("return «await «f()».x»", "return (await f()).x"),
    ("x = not «await «f()»[0]»", "x = not (await f())[0]"),
    ("x = («await «f()».x»).y", "x = (await f()).x.y"),
    ("x = ((«await «f()».x»)).y", "x = (((await f()).x)).y"),
    ("x = («await «f()».x»)", "x = ((await f()).x)"),
    ("x = («await «f()».x» # why\n     ).y", "x = ((await f()).x # why\n     ).y"),
    ("x = («await «f()»\n     .x»).y", "x = ((await f())\n     .x).y"),
    ("return(«await «f()».x»)", "return((await f()).x)"),
    ("return(«await «f()».x»).y", "return((await f()).x).y"),
    ("x = «await «f()».x()», «f()»", "x = (await f()).x(), await f()"),
    ("g(«await «f(«f()»)».x», k=1)", "g((await f(await f())).x, k=1)"),
    ("x = «await(«f()».x)»", "x = ((await f()).x)"),
]

TAKEN_AWAY = [
    ("«await f()»", "f()"),
    ("x = «await f().x»", "x = f().x"),
    ("x = («await f()»)", "x = (f())"),
    ("x = («await f()»).x", "x = f().x"),
    ("x = «await(f())»", "x = (f())"),
    ("x = («await (f())»)", "x = (f())"),
    ("x = «await (a or b)»", "x = (a or b)"),
    ("x = («await (a or b)»).c", "x = (a or b).c"),
    ("return(«await f()»)", "return(f())"),
    ("x = («await f(\n)»).y", "x = (f(\n)).y"),
    ("g(«await # why\n  f()»)", "g(( # why\n  f()))"),
    ("x = «await await_it»", "x = await_it"),
    ("«await («await f()»)»", "(f())"),
]


def check_inside(before: str, after: str, *kinds: EditKind) -> None:
    check(inside(before), inside(after), *kinds)


@pytest.mark.parametrize(("before", "after"), PARENTHESISED)
def test_the_object_of_a_trailer_or_of_another_await_is_parenthesised(before: str, after: str) -> None:
    check_inside(before, after)


@pytest.mark.parametrize(("before", "after"), BARE)
def test_nothing_else_is_parenthesised(before: str, after: str) -> None:
    check_inside(before, after)


@pytest.mark.parametrize(("before", "after"), OWN_PARENTHESES)
def test_parentheses_of_the_call_become_those_of_the_await(before: str, after: str) -> None:
    check_inside(before, after)


@pytest.mark.parametrize(("before", "after"), TOUCHING_WORDS)
def test_a_keyword_without_a_space_is_kept_apart_by_parentheses(before: str, after: str) -> None:
    check_inside(before, after)


@pytest.mark.parametrize(("before", "after"), LOOSER_THAN_AWAIT)
def test_what_binds_looser_than_await_is_parenthesised_itself(before: str, after: str) -> None:
    check_inside(before, after)


@pytest.mark.parametrize(("before", "after"), MOVED)
def test_a_misplaced_await_moves_inside(before: str, after: str) -> None:
    check_inside(before, after, *kinds_of_moves(before))


def kinds_of_moves(before: str) -> list[EditKind]:
    """UNAWAIT where a mark stands before an await, else AWAIT."""
    return [UNAWAIT if rest.startswith("await") else AWAIT for rest in before.split("«")[1:]]


@pytest.mark.parametrize(("before", "after"), TAKEN_AWAY)
def test_an_await_is_taken_away(before: str, after: str) -> None:
    check_inside(before, after, UNAWAIT)


def test_nothing_to_do_leaves_the_bytes() -> None:
    check("x = 1\f\r\ny = 2\n", "x = 1\f\r\ny = 2\n")


def test_many_statements_each_keep_what_is_around_them() -> None:
    before = inside(
        "# first\n"
        "x = «f()»  # one\n"
        "\n"
        "if x:\n"
        "    y = «f()».z; w = 1\n"
        "    # last of the block\n"
        "elif «f(«f()»)»:\n"
        "    pass\n"
        "# end\n"
    )
    after = inside(
        "# first\n"
        "x = await f()  # one\n"
        "\n"
        "if x:\n"
        "    y = (await f()).z; w = 1\n"
        "    # last of the block\n"
        "elif await f(await f()):\n"
        "    pass\n"
        "# end\n"
    )
    check(before, after)


def test_each_edit_alone_keeps_the_indentation_of_broken_lines() -> None:
    before = inside(
        "match «f(\n    1)»:\n"
        "  case 1 if «f(\n        2)»:\n"
        "     try:\n"
        "        x = «f(\n  # why\n          3)».y[«f(\n4)»]\n"
        "     except E: x = («f(\n            5)»)(«f(\n6)»)\n"
    )
    after = inside(
        "match await f(\n    1):\n"
        "  case 1 if await f(\n        2):\n"
        "     try:\n"
        "        x = (await f(\n  # why\n          3)).y[await f(\n4)]\n"
        "     except E: x = (await f(\n            5))(await f(\n6))\n"
    )
    check(before, after)
