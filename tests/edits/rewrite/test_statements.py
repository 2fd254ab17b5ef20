"""Every kind of edit but ``await``: loops, ``with``, comprehensions, collecting, ``next`` and ``yield from``."""

from __future__ import annotations

import pytest

from autoawait.diagnostics.finding import EditKind
from tests.edits.rewriting import check, inside

AWAIT = EditKind.AWAIT

LOOPS = [
    ("«for x in y:\n    pass»", "async for x in y:\n    pass"),
    ("«for x in y: pass\nelse:\n    z()»  # no", "async for x in y: pass\nelse:\n    z()  # no"),
    ("«for  x, in(y): pass»", "async for  x, in(y): pass"),
    ("if a:\n\t«for x in y:\n\t\tpass»\n\tb", "if a:\n\tasync for x in y:\n\t\tpass\n\tb"),
    ("«for x in y:\n    «for z in x:\n        pass»»", "async for x in y:\n    async for z in x:\n        pass"),
]

CLAUSES = [
    ("[x for x in «y»]", "[x async for x in y]"),
    ("[(x)for x in(«y»)]", "[(x) async for x in(y)]"),
    ("{x: x for z in «y» if z for x in «z»}", "{x: x async for z in y if z async for x in z}"),
    ("[x\n    for x in «y()»  # c\n    if x]", "[x\n    async for x in y()  # c\n    if x]"),
    ("{x for x in «(a, b)»}", "{x async for x in (a, b)}"),
    ("[x for x in [z for z in «y»]]", "[x for x in [z async for z in y]]"),
]

LISTS = [
    ("sum«(x for x in y)»", "sum([x for x in y])"),
    ("sum(«(x for x in y)», 1)", "sum([x for x in y], 1)"),
    ("z = «(x for x in y)»", "z = [x for x in y]"),
    ("z = («(x for x in y)»)", "z = ([x for x in y])"),
    ("return«(x for x in y)»", "return[x for x in y]"),
    ("sum«(\n    x\n    for x in y\n)»", "sum(\n    [x\n    for x in y]\n)"),
    ("sum«(  # (c\n    x for x in y)»", "sum(  # (c\n    [x for x in y])"),
    ("z = «(\n    x  # c\n    for x in y\n)»", "z = [\n    x  # c\n    for x in y\n]"),
    ("g«(h«(x for x in y)» for y in z)»", "g([h([x for x in y]) for y in z])"),
    ("f'{sum«(x for x in y)»}'", "f'{sum([x for x in y])}'"),
]

COLLECTED = [
    ("z = «y()»", "z = [x async for x in y()]"),
    ("z = («y()»)", "z = ([x async for x in y()])"),
    ("z = («y\n     .z()»)", "z = ([x async for x in y\n     .z()])"),
    ("z = «a or b»", "z = [x async for x in a or b]"),
    ("z = «a if b else c»", "z = [x async for x in (a if b else c)]"),
    ("z = («a if b else c»)", "z = [x async for x in (a if b else c)]"),
    ("z = «lambda: a»", "z = [x async for x in (lambda: a)]"),
    ("for i in(«y()»): pass", "for i in([x async for x in y()]): pass"),
    ("«y()».sort()", "[x async for x in y()].sort()"),
    ("«y()»[0]", "[x async for x in y()][0]"),
    ("z = a if b else «y()»", "z = a if b else [x async for x in y()]"),
]

COLLECTED_LISTS = [
    ("z = «list(y())»", "z = [x async for x in y()]"),
    ("z = («list(y())»)", "z = ([x async for x in y()])"),
    ("z = «list( y() )»", "z = [x async for x in y()]"),
    ("z = «list(y(),)»", "z = [x async for x in y()]"),
    ("z = «list(x)»", "z = [x async for x in x]"),
    ("z = «list((y()))»", "z = [x async for x in (y())]"),
    ("z = «list(a if b else c)»", "z = [x async for x in (a if b else c)]"),
    ("z = «list(w for w in y)»", "z = [x async for x in (w for w in y)]"),
    ("z = «list(lambda: y)»[0]", "z = [x async for x in (lambda: y)][0]"),
    ("z = «list(\n    y(),  # all\n)»", "z = [\n    x async for x in y()  # all\n]"),
    ("z = «list(  # why\n    y()\n)»", "z = [  # why\n    x async for x in y()\n]"),
    ("f'{«list(y())»}'", "f'{[x async for x in y()]}'"),
    ("z = w if «list(y())»else 2", "z = w if [x async for x in y()]else 2"),
]

COLLECTED_SETS = [
    ("z = «set(y())»", "z = {x async for x in y()}"),
    ("z = «set(s)»", "z = {x async for x in s}"),
    ("f'{«set(y())»}'", "f'{({x async for x in y()})}'"),
    ("f'{1, «set(y())»}'", "f'{1, {x async for x in y()}}'"),
    ("f'{(«set(y())»)}'", "f'{({x async for x in y()})}'"),
    ("z = {«set(y())»: 1}", "z = {({x async for x in y()}): 1}"),
    ("z = «set(\n    # all\n    y()\n)» | w", "z = {\n    # all\n    x async for x in y()\n} | w"),
]

NEXT = [
    ("z = «next(y)»", "z = await anext(y)"),
    ("z = «next(y, None)»", "z = await anext(y, None)"),
    ("z = «next(y, None)».z", "z = (await anext(y, None)).z"),
    ("z = («next(y)»).z", "z = (await anext(y)).z"),
    ("z = «next(\n    y,\n    1,\n)»", "z = await anext(\n    y,\n    1,\n)"),
    ("z = «builtins.next(y)»[0]", "z = (await builtins.anext(y))[0]"),
    ("z = a if «next(y)»else b", "z = a if (await anext(y))else b"),
    ("z = «next(next)»", "z = await anext(next)"),
]

NEXT_METHOD = [
    ("z = «next(y)»", "z = await y.__anext__()"),
    ("z = «next(y())».z", "z = (await y().__anext__()).z"),
    ("z = («next(y)»).z", "z = (await y.__anext__()).z"),
    ("z = «next(a or b)»", "z = await (a or b).__anext__()"),
    ("z = «next((a or b))»", "z = await (a or b).__anext__()"),
    ("z = «next(await y)»", "z = await (await y).__anext__()"),
    ("z = «next(w for w in y)»", "z = await (w for w in y).__anext__()"),
    ("z = «next(\n    y\n    .z(),  # c\n)»", "z = await (\n    y\n    .z()  # c\n).__anext__()"),
    ("z = «next(\n    a if b else c\n)»", "z = await (\n    a if b else c\n).__anext__()"),
]

YIELDED = [
    ("«yield from y()»", "async for item in y():\n    yield item"),
    ("«yield from y()»  # all", "async for item in y():  # all\n    yield item"),
    ("# before\n«yield from y()»;\nz()", "# before\nasync for item in y():\n    yield item\nz()"),
    ("if z: «yield from y()»", "if z:\n    async for item in y():\n        yield item"),
    (
        "if z: «yield from y()»  # all\nelse: w()",
        "if z:\n    async for item in y():  # all\n        yield item\nelse: w()",
    ),
    ("try: z()\nexcept E: «yield from y()»", "try: z()\nexcept E:\n    async for item in y():\n        yield item"),
    ("«(yield from y())»", "async for item in y():\n    yield item"),
    ("«(yield from y()\n .z())»", "async for item in (y()\n .z()):\n    yield item"),
    ("«yield from (y()\n .z())»", "async for item in (y()\n .z()):\n    yield item"),
    ("item = item2 = 1\n«yield from item»", "item = item2 = 1\nasync for item3 in item:\n    yield item3"),
    ("«yield from y»\n«yield from z»", "async for item in y:\n    yield item\nasync for item in z:\n    yield item"),
    ("yield 'item'\n«yield from y»", "yield 'item'\nasync for item2 in y:\n    yield item2"),
]

WITHS = [
    ("«with a: pass»", "async with a: pass", ()),
    ("«with a, b:\n    pass»", "async with a, b:\n    pass", ()),
    ("«with a, b:\n    pass»", "async with a, b:\n    pass", (0, 1)),
    ("«with(a): pass»", "async with(a): pass", (0,)),
    ("«with (\n    a as b,\n    c,\n): pass»", "async with (\n    a as b,\n    c,\n): pass", ()),
    ("«with a, b: pass»", "with a:\n    async with b: pass", (1,)),
    ("«with a, b: pass»", "async with a:\n    with b: pass", (0,)),
    (
        "«with a, b() as c, d:  # why\n    x»\n\n    # end\ny",
        "with a:\n    async with b() as c:\n        with d:  # why\n            x\n\n            # end\ny",
        (1,),
    ),
    ("«with a, b, c as d, e:\n    x»", "with a:\n    async with b, c as d:\n        with e:\n            x", (1, 2)),
    ("if z:\n  «with a, b:\n    x»", "if z:\n  with a:\n    async with b:\n      x", (1,)),
    (
        "«with a, b:\n    x = '''\n  kept\n'''\n    y(1,\n      2)»",
        "with a:\n    async with b:\n        x = '''\n  kept\n'''\n        y(1,\n          2)",
        (1,),
    ),
    ("«with (a, b as c): x»", "with a:\n    async with b as c: x", (1,)),
    ("«with(a, b as c): x»", "with a:\n    async with b as c: x", (1,)),
    ("«with (\n    a,\n    b as c,\n):\n    x»", "with a:\n    async with b as c:\n        x", (1,)),
    (
        "«with (\n    a,  # one\n    b,\n    c,  # two\n):\n    x»",
        "with (\n    a,  # one\n):\n    async with b:\n"
        "        with (\n            c,  # two\n        ):\n            x",
        (1,),
    ),
    (
        "«with (  # zero\n    a,\n    b  # one\n):\n    x»",
        "with (  # zero\n    a,\n):\n    async with (\n        b  # one\n    ):\n        x",
        (1,),
    ),
    ("«with (a\n      .b() as c, d):\n    x»", "with (a\n      .b() as c):\n    async with d:\n        x", (1,)),
    ("«with (a, b\n      .c() as d):\n    x»", "with a:\n    async with (b\n          .c() as d):\n        x", (1,)),
    ("«with (\n    a, b,\n    c\n):\n    x»", "with a, b:\n    async with c:\n        x", (2,)),
]


def check_inside(before: str, after: str, *kinds: EditKind, items: tuple[int, ...] = ()) -> None:
    check(inside(before), inside(after), *kinds, items=items)


@pytest.mark.parametrize(("before", "after"), LOOPS)
def test_a_loop_becomes_asynchronous(before: str, after: str) -> None:
    check_inside(before, after, EditKind.ASYNC_FOR)


@pytest.mark.parametrize(("before", "after"), CLAUSES)
def test_a_clause_becomes_asynchronous(before: str, after: str) -> None:
    check_inside(before, after, EditKind.ASYNC_CLAUSE)


@pytest.mark.parametrize(("before", "after"), LISTS)
def test_a_generator_expression_becomes_a_list(before: str, after: str) -> None:
    check_inside(before, after, EditKind.LIST_OF_GENEXP)


@pytest.mark.parametrize(("before", "after"), COLLECTED)
def test_an_iterable_is_collected(before: str, after: str) -> None:
    check_inside(before, after, EditKind.COLLECT)


@pytest.mark.parametrize(("before", "after"), COLLECTED_LISTS)
def test_a_call_of_list_becomes_a_comprehension(before: str, after: str) -> None:
    check_inside(before, after, EditKind.COLLECT_LIST)


@pytest.mark.parametrize(("before", "after"), COLLECTED_SETS)
def test_a_call_of_set_becomes_a_comprehension(before: str, after: str) -> None:
    check_inside(before, after, EditKind.COLLECT_SET)


@pytest.mark.parametrize(("before", "after"), NEXT)
def test_next_becomes_anext(before: str, after: str) -> None:
    check_inside(before, after, EditKind.ANEXT)


@pytest.mark.parametrize(("before", "after"), NEXT_METHOD)
def test_next_becomes_the_method(before: str, after: str) -> None:
    check_inside(before, after, EditKind.ANEXT_METHOD)


@pytest.mark.parametrize(("before", "after"), YIELDED)
def test_yield_from_becomes_a_loop(before: str, after: str) -> None:
    check_inside(before, after, EditKind.YIELD_FROM)


@pytest.mark.parametrize(("before", "after", "items"), WITHS)
def test_a_with_becomes_asynchronous(before: str, after: str, items: tuple[int, ...]) -> None:
    check_inside(before, after, EditKind.ASYNC_WITH, items=items)


TOGETHER = [
    ("sum«(«f(x)» for x in y)»", "sum([await f(x) for x in y])", [EditKind.LIST_OF_GENEXP, AWAIT]),
    ("[«f(x)».z for x in «g()»]", "[(await f(x)).z async for x in g()]", [AWAIT, EditKind.ASYNC_CLAUSE]),
    ("[x for x in ««f()»»]", "[x async for x in await f()]", [EditKind.ASYNC_CLAUSE, AWAIT]),
    ("[x for x in («««f()»».y»)]", "[x async for x in ((await f()).y)]", [EditKind.ASYNC_CLAUSE, AWAIT, AWAIT]),
    ("z = «list(«f()»)»", "z = [x async for x in await f()]", [EditKind.COLLECT_LIST, AWAIT]),
    ("z = «list(«s»)»", "z = [x async for x in await s]", [EditKind.COLLECT_LIST, AWAIT]),
    ("z = «set(«f()».y)»", "z = {x async for x in (await f()).y}", [EditKind.COLLECT_SET, AWAIT]),
    ("z = ««f()»».y", "z = [x async for x in await f()].y", [AWAIT, EditKind.COLLECT]),
    ("z = «next(«f()», «f()»)»", "z = await anext(await f(), await f())", [EditKind.ANEXT, AWAIT]),
    ("z = «next(«f()»)»", "z = await (await f()).__anext__()", [EditKind.ANEXT_METHOD, AWAIT]),
    ("«for x in «f()»:\n    «f(x)»»", "async for x in await f():\n    await f(x)", [EditKind.ASYNC_FOR, AWAIT]),
    ("«with «f()» as x: «f(x)»»", "async with await f() as x: await f(x)", [EditKind.ASYNC_WITH, AWAIT]),
    ("«yield from «f()».y»", "async for item in (await f()).y:\n    yield item", [EditKind.YIELD_FROM, AWAIT]),
    (
        "«with «f()»:\n    «for x in y: «yield from x»»»",
        "async with await f():\n    async for x in y:\n        async for item in x:\n            yield item",
        [EditKind.ASYNC_WITH, AWAIT, EditKind.ASYNC_FOR, EditKind.YIELD_FROM],
    ),
]


@pytest.mark.parametrize(("before", "after", "kinds"), TOGETHER)
def test_edits_in_each_other_are_made_from_the_inside_out(before: str, after: str, kinds: list[EditKind]) -> None:
    check_inside(before, after, *kinds)


def test_edits_in_a_split_with_move_along() -> None:
    check_inside(
        "«with a, «f()» as b:\n    «f(b)».x\n    «with c, d: «f()»»»",
        "with a:\n    async with await f() as b:\n        (await f(b)).x\n"
        "        with c:\n            async with d: await f()",
        EditKind.ASYNC_WITH,
        AWAIT,
        AWAIT,
        EditKind.ASYNC_WITH,
        AWAIT,
        items=(1,),
    )
