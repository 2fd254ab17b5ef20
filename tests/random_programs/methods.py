"""Methods: forms that give something of each kind, and stubs that give nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.random_programs.decorators import draw_decorator
from tests.random_programs.draw import Draw, Gives


@dataclass(frozen=True, slots=True)
class Form:
    """The source of a method M. N is a number; T its annotation, one of ``types`` or none."""

    gives: Gives
    source: str
    types: tuple[str, ...]


_ROWS = ("AsyncIterator[int]", "AsyncGenerator[int, None]", "AsyncIterable[int]")
_LATER = ("Awaitable[int]", "Coroutine[Any, Any, int]")
_WRONG_ROWS = ("None", "list[int]")

FORMS: Mapping[str, Form] = {
    "plain": Form(Gives.VALUE, "def M(self, x: int)T:\n    return x + N\n", ("int", "Any")),
    "async": Form(Gives.COROUTINE, "async def M(self, x: int)T:\n    return x + N\n", ("int", "Any")),
    "async with a pause": Form(
        Gives.COROUTINE, "async def M(self, x: int)T:\n    await asyncio.sleep(0)\n    return x + N\n", ("int",)
    ),
    "plain, forwards to async": Form(
        Gives.COROUTINE,
        "def M(self, x: int)T:\n    return self.H(x)\nasync def H(self, x: int) -> int:\n    return x + N\n",
        _LATER,
    ),
    "plain, starts a task": Form(
        Gives.TASK,
        "def M(self, x: int)T:\n    return asyncio.create_task(self.H(x))\n"
        "async def H(self, x: int) -> int:\n    return x + N\n",
        ("asyncio.Task[int]", "Awaitable[int]"),
    ),
    "async generator": Form(Gives.ASYNC_ITERATOR, "async def M(self, x: int)T:\n    yield x\n    yield x + N\n", _ROWS),
    "async generator, wrongly annotated": Form(
        Gives.ASYNC_ITERATOR, "async def M(self, x: int)T:\n    yield x\n    yield x + N\n", _WRONG_ROWS
    ),
    "plain, forwards to async generator": Form(
        Gives.ASYNC_ITERATOR,
        "def M(self, x: int)T:\n    return self.H(x)\nasync def H(self, x: int):\n    yield x\n    yield x + N\n",
        _ROWS,
    ),
    "async, gives an async generator": Form(
        Gives.COROUTINE_OF_ITERATOR,
        "async def M(self, x: int)T:\n    return self.H(x)\nasync def H(self, x: int):\n    yield x\n    yield x + N\n",
        _ROWS,
    ),
    "async context manager": Form(
        Gives.ASYNC_CONTEXT,
        "@contextlib.asynccontextmanager\nasync def M(self, x: int)T:\n    yield x + N\n",
        ("AsyncIterator[int]", "AsyncGenerator[int, None]"),
    ),
    "async context manager, wrongly annotated": Form(
        Gives.ASYNC_CONTEXT,
        "@contextlib.asynccontextmanager\nasync def M(self, x: int)T:\n    yield x + N\n",
        ("None", "int"),
    ),
    "plain, forwards to async context manager": Form(
        Gives.ASYNC_CONTEXT,
        "def M(self, x: int)T:\n    return self.H(x)\n"
        "@contextlib.asynccontextmanager\nasync def H(self, x: int):\n    yield x + N\n",
        ("AbstractAsyncContextManager[int]",),
    ),
    "context manager": Form(
        Gives.CONTEXT,
        "@contextlib.contextmanager\ndef M(self, x: int)T:\n    yield x + N\n",
        ("Iterator[int]", "None"),
    ),
    "generator": Form(Gives.ITERATOR, "def M(self, x: int)T:\n    yield x\n    yield x + N\n", ("Iterator[int]",)),
}
_STUB_BODIES = {
    "raises": "raise NotImplementedError",
    "raises with a message": "raise NotImplementedError('to be done')",
    "pass": "pass",
    "dots": "...",
    "docstring": '"""Does it."""',
    "docstring and raises": '"""Does it."""\n    raise NotImplementedError',
}
_STUB_TYPES = {
    "none": "",
    "int": " -> int",
    "None": " -> None",
    "Any": " -> Any",
    "AsyncIterator": " -> AsyncIterator[int]",
    "AsyncGenerator": " -> AsyncGenerator[int, None]",
    "Awaitable": " -> Awaitable[int]",
    "AsyncContextManager": " -> AbstractAsyncContextManager[int]",
    "T": " -> T",
}
# Annotations that a stub of what is overridden by something of a kind may well have, right or wrong.
_MEANT = {
    Gives.VALUE: ("int", "None", "T"),
    Gives.COROUTINE: ("int", "None", "Awaitable", "T"),
    Gives.TASK: ("int", "Awaitable"),
    Gives.ASYNC_ITERATOR: ("AsyncIterator", "AsyncGenerator"),
    Gives.ASYNC_CONTEXT: ("AsyncContextManager", "AsyncIterator"),
    Gives.CONTEXT: (),
    Gives.ITERATOR: (),
    Gives.COROUTINE_OF_ITERATOR: ("AsyncIterator",),
}

# What a sync stub gives by its annotation.
_SAID = {
    " -> Awaitable[int]": Gives.COROUTINE,
    " -> AsyncIterator[int]": Gives.ASYNC_ITERATOR,
    " -> AsyncGenerator[int, None]": Gives.ASYNC_ITERATOR,
    " -> AbstractAsyncContextManager[int]": Gives.ASYNC_CONTEXT,
}


@dataclass(frozen=True, slots=True)
class Slot:
    """What all methods of one name have in common."""

    name: str
    is_property: bool = False


@dataclass(frozen=True, slots=True)
class Method:
    """The source of a method, what its call gives (or for a stub seems to give), and the source of its decorator."""

    source: str
    gives: Gives
    decorator: str = ""


def draw_method(draw: Draw, slot: Slot, label: str, gives: Gives | None = None) -> Method:
    """A method that does something; ``gives`` is what its call has to give, if that matters."""
    fitting = {name: form for name, form in FORMS.items() if gives in (None, form.gives)}
    form = draw.one(label, fitting)
    returned = draw.name_of(f"{label} annotation", *form.types, "none")
    source = form.source.replace("T:", f" -> {returned}:" if returned != "none" else ":").replace(
        "N\n", f"{draw.number()}\n"
    )
    source = source.replace("M(", f"{slot.name}(").replace("H(", f"{draw.names.new('_inner')}(")
    if slot.is_property:
        return Method(_as_property(source, slot.name), form.gives)
    if gives is None and draw.yes(f"decorated {label}", 0.4):
        drawn = draw_decorator(draw, form.gives)
        return Method(f"{drawn.line}\n{source}", drawn.gives, drawn.source)
    return Method(source, form.gives)


def draw_stub(draw: Draw, slot: Slot, label: str, gives: Gives, is_generic: bool, is_abstract: bool) -> Method:
    """A method that is there to be overridden by one whose call gives something."""
    meant = {name: _STUB_TYPES[name] for name in ("none", "Any", *_MEANT[gives]) if name != "T" or is_generic}
    returned = draw.one(f"{label} annotation", meant)
    body = draw.one(f"{label} body", _STUB_BODIES)
    is_async = draw.yes(f"{label} async", 0.6 if gives is not Gives.VALUE else 0.3)
    source = f"{'async def' if is_async else 'def'} {slot.name}(self, x: int){returned}:\n    {body}\n"
    if slot.is_property:
        source = _as_property(source, slot.name, "")
    elif is_abstract:
        source = "@abc.abstractmethod\n" + source
    return Method(source, Gives.COROUTINE if is_async else _SAID.get(returned, Gives.VALUE))


def _as_property(source: str, name: str, first: str = "\n    x = 1") -> str:
    """The same method without its parameter; ``first`` says what the value of that is."""
    head, _, rest = source.partition(f"def {name}(self, x: int)")
    signature, _, body = rest.partition("\n")
    return f"@property\n{head}def {name}(self){signature}{first}\n{body}"
