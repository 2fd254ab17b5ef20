"""Decorators that a method may have: their source, and what a call gives through them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.random_programs.draw import Draw, Gives

SAME = {gives: gives for gives in Gives}
_COROUTINES = {Gives.COROUTINE, Gives.COROUTINE_OF_ITERATOR}


@dataclass(frozen=True, slots=True)
class Decorator:
    """``source`` defines D; ``line`` is how it stands above a function. It takes what is a key of ``becomes``."""

    source: str
    line: str = "@D"
    becomes: Mapping[Gives, Gives] | None = None

    def through(self, gives: Gives) -> Gives | None:
        """What a call gives through it, where that of the function gives something; None where it cannot stand."""
        return gives if self.becomes is None else self.becomes.get(gives)


_BRANCHES = """\
if inspect.iscoroutinefunction(function):
    WRAPS
    async def wrapper(*args, **kwargs):
        return await function(*args, **kwargs)
else:
    WRAPS
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)
return wrapper
"""
_EARLY = """\
if asyncio.iscoroutinefunction(function):
    async def later(*args, **kwargs):
        return await function(*args, **kwargs)
    return later
def now(*args, **kwargs):
    return function(*args, **kwargs)
return now
"""
_WRAPPER = """\
WRAPS
def wrapper(*args, **kwargs):
    return function(*args, **kwargs)
return wrapper
"""
_BY_RESULT = """\
async def finished(pending):
    return await pending
def wrapper(*args, **kwargs):
    found = function(*args, **kwargs)
    return finished(found) if inspect.iscoroutine(found) else found
return wrapper
"""
_AWAITING = """\
WRAPS
async def wrapper(*args, **kwargs):
    return await function(*args, **kwargs)
return wrapper
"""
_MADE_ASYNC = """\
WRAPS
async def wrapper(*args, **kwargs):
    return function(*args, **kwargs)
return wrapper
"""
_FUTURE = """\
WRAPS
def wrapper(*args, **kwargs):
    return asyncio.ensure_future(function(*args, **kwargs))
return wrapper
"""
_BLOCKING = """\
WRAPS
def wrapper(*args, **kwargs):
    with concurrent.futures.ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(function(*args, **kwargs))).result()
return wrapper
"""
_COLLECTED = """\
WRAPS
async def wrapper(*args, **kwargs):
    return sum([row async for row in function(*args, **kwargs)])
return wrapper
"""
_CLASS = """\
class D:
    def __init__(self, function):
        self.function = function
    def __call__(self, *args, **kwargs):
        return self.function(*args, **kwargs)
    def __get__(self, owner, kind=None):
        return self if owner is None else BOUND
"""
_SELF_PARTIAL = """\
def D(function=None, *, limit=None):
    if function is None:
        return functools.partial(D, limit=limit)
BODY"""
_FACTORY = """\
def D(limit=1):
    def decorated(function):
INNER
    return decorated
"""


def _indented(text: str, depth: int = 1) -> str:
    return "".join("    " * depth + line + "\n" for line in text.splitlines())


def _plain(body: str) -> str:
    return "def D(function):\n" + _indented(body)


def _factory(body: str) -> str:
    return _FACTORY.replace("INNER", _indented(body, 2))


DECORATORS: Mapping[str, Decorator] = {
    "branching": Decorator(_plain(_BRANCHES)),
    "branching early": Decorator(_plain(_EARLY)),
    "branching partial of itself": Decorator(_SELF_PARTIAL.replace("BODY", _indented(_BRANCHES)), "@D(limit=2)"),
    "branching partial of itself, bare": Decorator(_SELF_PARTIAL.replace("BODY", _indented(_BRANCHES))),
    "branching factory": Decorator(_factory(_BRANCHES), "@D(2)"),
    "by its result": Decorator(_plain(_BY_RESULT)),
    "identity": Decorator(_plain("return function\n")),
    "identity factory": Decorator(_factory("return function\n"), "@D()"),
    "wrapper": Decorator(_plain(_WRAPPER)),
    "wrapper factory": Decorator(_factory(_WRAPPER), "@D(limit=3)"),
    "awaiting": Decorator(_plain(_AWAITING), becomes={gives: gives for gives in _COROUTINES}),
    "makes async": Decorator(_plain(_MADE_ASYNC), becomes={Gives.VALUE: Gives.COROUTINE}),
    "gives an iterator later": Decorator(
        _plain(_MADE_ASYNC), becomes={Gives.ASYNC_ITERATOR: Gives.COROUTINE_OF_ITERATOR}
    ),
    "ensure_future": Decorator(_plain(_FUTURE), becomes={Gives.COROUTINE: Gives.TASK}),
    "blocking": Decorator(_plain(_BLOCKING), becomes={Gives.COROUTINE: Gives.VALUE}),
    "collected": Decorator(_plain(_COLLECTED), becomes={Gives.ASYNC_ITERATOR: Gives.COROUTINE}),
    "class, bound by partial": Decorator(_CLASS.replace("BOUND", "functools.partial(self, owner)")),
    "class, bound as a method": Decorator(_CLASS.replace("BOUND", "types.MethodType(self, owner)")),
}
TYPES = {
    "untyped": ("function", ""),
    "by a variable": ("function: Function", " -> Function"),
    "any callable": ("function: Callable[..., Any]", " -> Callable[..., Any]"),
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A decorator as a program has it."""

    source: str
    line: str
    gives: Gives


def draw_decorator(draw: Draw, gives: Gives) -> Drawn:
    """One that may stand above a function whose own call gives something."""
    fitting = {name: one for name, one in DECORATORS.items() if one.through(gives)}
    decorator = draw.one("decorator", fitting)
    is_class = decorator.source.startswith("class")
    name = (draw.names.new_class if is_class else draw.names.new)("Traced" if is_class else "traced")
    source = decorator.source.replace("D(", f"{name}(").replace("partial(D,", f"partial({name},")
    source = source.replace("class D:", f"class {name}:")
    if decorator.source.startswith("def D(function)"):
        taken, given = draw.one("decorator types", TYPES)
        source = source.replace("(function):", f"({taken}){given}:", 1)
    wraps = "@functools.wraps(function)\n" if draw.yes("wraps") else ""
    lines = (line for line in source.splitlines())
    source = "\n".join(line.replace("WRAPS", wraps.strip()) for line in lines if wraps or "WRAPS" not in line)
    result = decorator.through(gives)
    assert result
    return Drawn(source + "\n", decorator.line.replace("@D", f"@{name}"), result)
