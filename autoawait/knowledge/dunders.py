"""What Python does with special methods that are ``async def``: each row is run by tests/test_knowledge.py."""

from __future__ import annotations

from enum import Enum


class DunderOutcome(Enum):
    """What becomes of a special method that gives a coroutine; the value is the words for it."""

    RAISES = "Python would raise TypeError"
    SILENT = "Python would silently take the coroutine for the result"
    NOT_RUN = "Python would discard the coroutine, and its body would never run"
    GIVEN = "whatever triggers it would get a coroutine"


# They are awaited by their protocol, or called by name.
MAY_BE_ASYNC = frozenset({"__call__", "__aenter__", "__aexit__", "__anext__"})

_BY_OUTCOME: dict[DunderOutcome, str] = {
    DunderOutcome.RAISES: "init repr str bytes format hash bool len length_hint int float index complex dir iter aiter "
    "sizeof fspath await reduce getstate",
    DunderOutcome.SILENT: "contains eq ne lt le gt ge exit instancecheck subclasscheck",
    DunderOutcome.NOT_RUN: "setattr delattr setitem delitem del set set_name init_subclass post_init setstate",
    DunderOutcome.GIVEN: "new next reversed copy deepcopy round class_getitem getitem getattr getattribute get missing "
    "enter add sub mul truediv floordiv mod pow and or xor neg pos abs invert matmul lshift rshift divmod trunc floor "
    "ceil",
}
OUTCOMES: dict[str, DunderOutcome] = {
    f"__{name}__": outcome for outcome, names in _BY_OUTCOME.items() for name in names.split()
}

_FACTORY = "make the object first and let an async classmethod (`async def create(cls, ...)`) do the awaiting"
# What to write instead, by the name of the method.
ADVICE: dict[str, str] = {
    "__init__": _FACTORY,
    "__new__": _FACTORY,
    "__post_init__": _FACTORY,
    "__enter__": "write `__aenter__` and use the object with `async with`",
    "__exit__": "write `__aexit__` and use the object with `async with`",
    "__iter__": "write `__aiter__` and iterate over the object with `async for`",
    "__next__": "write `__anext__` and iterate over the object with `async for`",
    "__aiter__": "keep it sync and return an async iterator, or make it an async generator",
    "__del__": "give it an async `close` and await that",
}
