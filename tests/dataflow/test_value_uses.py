"""What happens to the value of the marked call ``f()``, form by form (KNOWLEDGE A.4, DESIGN 5)."""

from __future__ import annotations

import ast

import pytest

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of, uses_of_parameter
from tests.sources import function_of, marked, unit_of


def kinds_of(body: str) -> set[str]:
    unit = unit_of(body)
    return {use.kind.value for use in uses_of(unit, marked(unit)).uses}


AWAITED = [
    "await f()",
    "await (f() if p else p)",
    "await (p or f())",
    "x = f()\nawait x",
    "x = y = f()\nawait y\nawait x",
    "x: object = f()\nawait x",
    "x = f() if p else p\nawait x",
    "x = [f()]\nawait x[0]",
    "x = (f(), p)\na, b = x\nawait a\nawait b",
    "a, b = f(), p\nawait a",
    "[a, b] = [p, f()]\nawait b",
    "for x in [f(), p]: await x",
    "for x in [f() for y in p]: await x",
    "[await x for x in [f()]]",
    "x = []\nx.append(f())\nfor y in x: await y",
    "x = []\nx.append(f())\nwhile x: await x.pop()",
    "x = []\nx += [f()]\nfor y in x: await y",
    "x = []\nx.extend([f()])\nawait x[0]",
    "x = deque()\nx.appendleft(f())\nawait x.popleft()",
    "x = list(f() for y in p)\nawait x[0]",
    "x = [p] + [f()]\nawait x[1:][0]",
    "x = [f()]\nfor y in reversed(x): await y",
    "x = [*[f()], p]\nawait x[0]",
    "x = [f()] if p else []\nawait x[0]",
    "x = f()\nasync def h(): await x",
    "while p:\n  if p: await x\n  x = f()",
    "try: x = f()\nfinally: await x",
]
SIMPLE = {
    "dropped": ["f()", "x = f()", "x = f()\ndel x", "x = [f()]", "x = f()\nx = p\nprint(x)", "p.x, y = p, f()"],
    "intended": ["_ = f()", "__ = f()", "unused_x = f()", "_ignored = f()"],
    "consumed": [
        "iscoroutine(f())",
        "inspect.isawaitable(f())",
        "isinstance(f(), Awaitable)",
        "isinstance(f(), (int, asyncio.Future))",
    ],
    "method": ["f().close()", "x = f()\nx.send(None)", "f().__await__()", "f().cr_frame"],
    "lambda": ["p(lambda: f())"],
    "yield": ["yield f()", "x = yield f()"],
    "iterate": ["for x in f(): p", "[x for x in f()]", "{x for y in p for x in f()}"],
    "async iterate": ["async for x in f(): p", "[x async for x in f()]", "x = f()\nasync for y in x: p"],
    "enter": ["with f(): p", "with p as x, f() as y: p", "x = f()\nwith x: p"],
    "async enter": ["async with f(): p", "async with p, f() as y: p"],
    "return": ["return f()", "return f() if p else p", "x = f()\nreturn x", "return [f()]", "return p, f()"],
    "identity": ["x = f()\nif x is None: p", "f() is not p"],
    "argument": [
        "p(f())",
        "p(k=f())",
        "p(*[f()])",
        "p([f()])",
        "p(f() for x in p)",
        "self.x.append(f())",
        "x = f()\np(x)",
        "isinstance(f(), int)",
    ],
    "store": [
        "p.x = f()",
        "p[0] = f()",
        "x = {1: f()}",
        "{x: f() for x in p}",
        "global x\nx = f()",
        "x = f()\ndef h():\n  nonlocal x\n  x = 1",
        "self.append(f())",
        "p.insert(0, f())",
        "x = []\nx.append(f())",
        "class C(p, k=f()): ...",
        "def h(x=f()): ...",
        "lambda x=f(): p",
        "p.x: int = f()",
        "class C:\n  x = f()",
        "p.x = [f()]",
        "{1: [f()]}",
        "x = {f()}\np[x]",
        "for p.x in [f()]: p",
    ],
    "condition": [
        "if f(): p",
        "while f(): p",
        "not f()",
        "assert f()",
        "p if f() else p",
        "f() == 1",
        "1 != f()",
        "f() in p",
        "x = [y for y in p if f()]",
        "match p:\n  case 1 if f(): p",
        "x = f()\nif x: p",
        "any([f()])",
        "all(f() for x in p)",
    ],
    "format": ["f'{f()}'", "f'{p:{f()}}'", "'%s' % f()", "x = f()\nf'{x!r}'", "assert p, f()", "'%s %s' % (f(), p)"],
    "value": [
        "f().x",
        "f().x = 1",
        "f()[0]",
        "p[f()]",
        "p[f():]",
        "f()()",
        "-f()",
        "~f()",
        "f() + 1",
        "p @ f()",
        "x = 1\nx += f()",
        "f() < 1",
        "p < f() < p",
        "p in f()",
        "a, b = f()",
        "[a, *b] = f()",
        "p(*f())",
        "p(**f())",
        "{**f()}",
        "[*f()]",
        "raise f()",
        "raise p from f()",
        "match f():\n  case 1: p",
        "try: p\nexcept f(): p",
        "@f()\ndef h(): ...",
        "@f()\nclass C: ...",
        "''.join([f()])",
        "sum(f() for x in p)",
        "sorted([f()])",
        "x = f()\nx.y",
    ],
    "neutral": [
        "x = f()\nhasattr(x, '__await__')",
        "if [f()]: p",
        "[f()]",
        "not [f()]",
        "p if [f()] else p",
        "[f()].sort",
    ],
}
SEVERAL = [
    ("await (x := f())", {"awaited", "dropped"}),
    ("if (x := f()): p", {"condition", "dropped"}),
    ("x = f()\nif p: await x\nelse: x.y", {"awaited", "value"}),
    ("if (x := f()): await x", {"condition", "awaited"}),
    ("f() or p", {"condition", "dropped"}),
    ("x = f() or p\nx.y", {"condition", "value"}),
    ("x = p and f()\nreturn x", {"return"}),
    ("x = f()\nif x is not None: await x", {"identity", "awaited"}),
    ("x = f()\nreturn x.a, x.b", {"value"}),
    ("p(x := f())\nprint(x)", {"argument"}),
    ("x = [f()]\nif x: return x", {"neutral", "return"}),
    ("x = f()\nwhile True: x = p(x)", {"argument"}),
]


@pytest.mark.parametrize("body", AWAITED)
def test_it_is_awaited(body: str) -> None:
    assert kinds_of(body) == {"awaited"} or kinds_of(body) == {"awaited", "neutral"}


@pytest.mark.parametrize(("kind", "body"), [(kind, body) for kind, bodies in SIMPLE.items() for body in bodies])
def test_one_use(kind: str, body: str) -> None:
    assert kinds_of(body) == {kind}


@pytest.mark.parametrize(("body", "kinds"), SEVERAL)
def test_several_uses(body: str, kinds: set[str]) -> None:
    assert kinds_of(body) == kinds


def test_every_kind_has_an_example() -> None:
    assert {*SIMPLE, "awaited"} == {kind.value for kind in UseKind}


# --- what is said along with the kinds --------------------------------------------------------------------------------


def test_the_first_name_and_its_annotation_are_told() -> None:
    unit = unit_of("x: int = f()\ny = x\nprint(y)")
    usage = uses_of(unit, marked(unit))
    assert usage.name == "x"
    assert isinstance(usage.annotation, ast.Name) and usage.annotation.id == "int"


def test_without_a_name_there_is_none() -> None:
    unit = unit_of("f().x")
    assert (uses_of(unit, marked(unit)).name, uses_of(unit, marked(unit)).annotation) == ("", None)


@pytest.mark.parametrize(
    ("body", "only"),
    [
        ("x = f()\nx.y", True),
        ("x = p\nif p: x = f()\nx.y", False),
        ("x = f()\nif p: x = None\nx.y", False),
        ("while p:\n  x = f()\n  x.y", True),
    ],
)
def test_whether_another_value_may_be_in_force(body: str, only: bool) -> None:
    unit = unit_of(body)
    assert {use.only for use in uses_of(unit, marked(unit)).uses} == {only}


@pytest.mark.parametrize(("body", "element"), [("p(f())", False), ("p([f()])", True), ("p(*[f()])", True)])
def test_whether_it_comes_in_a_container(body: str, element: bool) -> None:
    unit = unit_of(body)
    assert [use.element for use in uses_of(unit, marked(unit)).uses] == [element]


def test_a_use_tells_where_it_is() -> None:
    unit = unit_of("x = f()\np(k=x)")
    [use] = uses_of(unit, marked(unit)).uses
    assert unit.file.segment(unit.file.span(use.node)) == "x"
    assert isinstance(use.at, ast.Call)
    assert unit.file.segment(unit.file.span(use.at)) == "p(k=x)"


def test_at_module_level_names_are_for_others_to_see() -> None:
    unit = unit_of("global x\nx = f()")
    [use] = uses_of(unit, marked(unit)).uses
    assert (use.kind, "others can see" in use.how or "shared" in use.how) == (UseKind.STORE, True)


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "kinds"),
    [
        ("await p", {"awaited"}),
        ("return p", {"return"}),
        ("p.x", {"value"}),
        ("pass", set()),
        ("p = 1\np.x", set()),
        ("p = p or 1\nawait p", {"condition", "awaited"}),
        ("self.p = p", {"store"}),
        ("def h():\n  nonlocal p\n  p = 1", {"store"}),
        ("def h(): return p.x", {"value"}),
        ("h(p)", {"argument"}),
    ],
)
def test_parameters(body: str, kinds: set[str]) -> None:
    unit = unit_of(body)
    assert unit.function is not None
    parameter = unit.function.node.args.args[0]
    found = uses_of_parameter(unit, unit.function.node, parameter)
    assert ({use.kind.value for use in found.uses}, found.name) == (kinds, "p")


@pytest.mark.parametrize(
    ("source", "kinds"),
    [
        ("async def g(*p):\n    for x in p: await x", {"awaited"}),
        ("async def g(*p):\n    await gather(*p)", {"argument"}),
        ("async def g(*p):\n    return p[0].x", {"value"}),
    ],
)
def test_star_parameters_hold_values(source: str, kinds: set[str]) -> None:
    function = function_of(source, "g")
    assert function.node.args.vararg is not None
    found = uses_of_parameter(function.unit, function.node, function.node.args.vararg)
    assert {use.kind.value for use in found.uses} == kinds
