"""Whole programs: stories in one to three modules, with a main function that prints what each of them gives."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count
from random import Random

from tests.random_programs.decorators import draw_decorator
from tests.random_programs.draw import Draw, Gives, Names
from tests.random_programs.hierarchies import Hierarchy, draw_hierarchy
from tests.random_programs.methods import Slot, draw_method
from tests.random_programs.receivers import BOUND, ROUTES, Route
from tests.random_programs.stubs import draw_stub_file
from tests.random_programs.uses import EITHER, HOW, USES, Use

_HEAD = """\
from __future__ import annotations
import abc, asyncio, concurrent.futures, contextlib, functools, inspect, types
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import AbstractAsyncContextManager
from typing import Any, Generic, Protocol, TypeVar
T = TypeVar("T")
Function = TypeVar("Function", bound=Callable[..., Any])
"""
# The pieces of a story, in the order in which they need each other.
_CONTRACT, _IMPLEMENTATION, _USE = range(3)
# Which module has which piece; the last one has the main function.
_LAYOUTS: Mapping[str, Sequence[str]] = {
    "one module": ("main", "main", "main"),
    "classes apart": ("shapes", "shapes", "main"),
    "bases apart": ("shapes", "main", "main"),
    "three modules": ("contract", "shapes", "main"),
    "uses apart": ("shapes", "shapes", "work"),
}

# Only objects of one class may come there.
_EXACT = (ROUTES["isinstance"], ROUTES["parameter of the class"])

# A coroutine that has not started yet holds another one, which nobody would await then.
_NEVER_RIGHT = [frozenset({"decorator:by its result", use}) for use in ("use:closed", "use:cancelled")]


@dataclass(frozen=True, slots=True)
class Story:
    """The definitions of each piece, the expressions that main prints, and all that was drawn."""

    pieces: tuple[str, str, str]
    prints: tuple[str, ...]
    features: frozenset[str]


@dataclass(frozen=True, slots=True)
class Program:
    """A program that is right: the text of each file by its name. ``main.py`` is executed."""

    files: Mapping[str, str]
    features: frozenset[str]


def draw_program(
    seed: int,
    number: int,
    is_shared: bool = False,
    known: Sequence[frozenset[str]] = (),
    only: int | None = None,
    layout: str = "",
) -> Program:
    """The program of a number. ``known`` are sets of features that no story has together; ``only`` is the one story
    that it is to have, of those that it would have, and ``layout`` how it is to be laid out. It imports from the
    package ``p`` with the number."""
    random = Random(f"{seed} {number}")
    names = Names(number, is_shared, random)
    stories = [_story(f"{seed} {number} {n}", names, known) for n in range(random.randint(1, 3))]
    stories = [story for n, story in enumerate(stories) if only in (None, n)]
    layout = layout or random.choice(sorted(_LAYOUTS))
    drawing = Draw(f"{seed} {number} files", names)
    drawing.features.update(*(story.features for story in stories))
    files = dict(_files(f"p{number}", _LAYOUTS[layout], stories, drawing, known))
    return Program(files, frozenset({*drawing.features, f"layout:{layout}"}))


def _story(seed: str, names: Names, known: Sequence[frozenset[str]]) -> Story:
    for attempt in count():
        draw = Draw(f"{seed} {attempt}", names)
        story = _of_function(draw) if draw.yes("of a function", 0.15) else _of_hierarchy(draw)
        if not any(features <= story.features for features in (*_NEVER_RIGHT, *known)):
            return story
    raise AssertionError


def _of_hierarchy(draw: Draw) -> Story:
    make = draw.one("route", ROUTES)
    put_together = make is ROUTES["name put together"]
    h = draw_hierarchy(draw, "_do_" if put_together else "", make not in BOUND)
    route = make(draw, h)
    draw.features.add(f"gives:{h.gives.value}")
    draw.features |= {f"{above.value} above {h.gives.value}" for above in h.above}
    draw.features |= {f"{h.other_gives.value} beside {h.gives.value}"} if h.other_gives else set()
    is_either = _may_take_both(h, route) and make not in _EXACT and draw.yes("both run")
    use = draw.one("use", EITHER if is_either else USES[h.gives])
    text, prints = _used(draw, route, use, h.slot.is_property)
    if is_either and h.other:
        prints.append(prints[0].replace(f"{h.runs.name}()", f"{h.other.name}()"))
    classes = [c.source for c in h.classes]
    first = "".join(h.decorators)
    if draw.yes("bases stand with the classes"):
        return Story((first, "".join(classes), text), tuple(prints), frozenset(draw.features))
    return Story((first + classes[0], "".join(classes[1:]), text), tuple(prints), frozenset(draw.features))


def _may_take_both(h: Hierarchy, route: Route) -> bool:
    """Whether objects of both classes may come, for a use that is right for either."""
    is_either = {h.gives, h.other_gives} <= {Gives.VALUE, Gives.COROUTINE, Gives.TASK} and h.other is not None
    return is_either and f"{h.runs.name}()" in route.invoke and route.owner is None


def _of_function(draw: Draw) -> Story:
    """A function of the module, and a use of what it gives."""
    slot = Slot(draw.names.new("run"))
    method = draw_method(draw, slot, "function")
    source = method.source.replace("(self, ", "(").replace("self.", "")
    if "decorated function" in draw.features and method.gives is not Gives.TASK and draw.yes("decorated twice", 0.3):
        drawn = draw_decorator(draw, method.gives)
        method = type(method)(drawn.line + "\n" + source, drawn.gives, method.decorator + drawn.source)
        source = method.source
    draw.features.add(f"gives:{method.gives.value}")
    routes = {
        "function": Route(slot.name, "", "F()"),
        "function, local name": Route("call", "", "F()", lead=f"call = {slot.name}\n"),
        "function, parameter": Route("call", "call", f"F({slot.name})"),
        "function, default": Route("call", f"call={slot.name}", "F()"),
        "function, table": Route("table[0]", "", "F()", lead=f"table = [{slot.name}]\n"),
    }
    use = draw.one("use", USES[method.gives])
    text, prints = _used(draw, draw.one("route", routes), use, False)
    return Story((method.decorator, source, text), tuple(prints), frozenset(draw.features))


def _used(draw: Draw, route: Route, use: Use, is_property: bool) -> tuple[str, list[str]]:
    """The function that calls, and the expressions that show what it gives."""
    function = draw.names.new("use")
    keyword, shown = HOW[use.how]
    call = "CALLEE" if is_property else f"CALLEE({draw.number()})"
    body = route.lead + use.body.replace("X", call) + ("\nreturn out\n" if "out" in use.body else "\n")
    callee = route.callee
    if callee.startswith("super()") and (" for " in body or "lambda" in body or "def " in body):
        callee = callee.replace("super()", f"super({route.invoke.partition('()')[0]}, self)")  # in a scope of its own
    body = body.replace("CALLEE", callee)
    is_method = route.owner is not None or route.holder
    params = ", ".join(filter(None, ["self" if is_method else "", route.params]))
    text = f"{keyword} {function}({params}):\n{_indented(body)}"
    prints = [shown.replace("C", "INVOKED").replace("INVOKED", route.invoke.replace("F(", f"{function}("))]
    if route.owner:
        route.owner.methods.append(text)
        return route.before, prints
    if route.holder:
        return route.before + route.holder.replace("HERE", _indented(text)), prints
    return route.before + text, prints


def _files(
    package: str, layout: Sequence[str], stories: Sequence[Story], draw: Draw, known: Sequence[frozenset[str]]
) -> Iterator[tuple[str, str]]:
    texts: dict[str, str] = dict.fromkeys((*layout, "main"), "")
    for story in stories:
        for module, piece in zip(layout, story.pieces, strict=True):
            texts[module] += piece
    texts["main"] += _main(stories)
    where: dict[str, str] = {}
    yield "__init__.py", ""
    for module, text in texts.items():
        source = ast.unparse(ast.parse(_HEAD + _imports(package, text, where) + text))
        yield f"{module}.py", source + "\n"
        where |= dict.fromkeys(_defined(text), module)
        if module != "main" and draw.yes("has a stub file", 0.3):
            stub = draw_stub_file(draw, source)
            if not any(features <= draw.features for features in known):
                yield f"{module}.pyi", stub + "\n"


def _main(stories: Sequence[Story]) -> str:
    shown = "".join(f"    print({one})\n" for story in stories for one in story.prints)
    return f"async def main() -> None:\n{shown or '    pass'}\nif __name__ == '__main__':\n    asyncio.run(main())\n"


def _imports(package: str, text: str, where: Mapping[str, str]) -> str:
    used = {node.id for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Name)}
    lines = (f"from {package}.{where[name]} import {name}\n" for name in sorted(used & where.keys()))
    return "".join(lines)


def _defined(text: str) -> Iterator[str]:
    for node in ast.parse(text).body:
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                yield name
            case ast.Assign(targets=[ast.Name(id=name)]) | ast.AnnAssign(target=ast.Name(id=name)):
                yield name


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())
