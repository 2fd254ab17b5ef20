"""Who takes a coroutine object as it is, and who can only take its value.

Decisions rest on types first; these tables answer where types say nothing: builtins and methods that
accept ``object`` or ``Any`` but can do nothing right with a coroutine, and probes that look at one.
"""

from __future__ import annotations

import re
from types import CoroutineType

# What a coroutine object has itself: to use it is no misuse (PEP 492). Python is asked, not listed.
COROUTINE_METHODS = frozenset(dir(CoroutineType))

# Functions that look at any value without using it: they say nothing of what it is.
# ``assert_type`` and ``reveal_type`` are for type checkers and give their argument back (docs.python.org, typing).
LOOKING_AT_ANYTHING = frozenset({"hasattr", "callable", "id", "type", "assertIsInstance", "assert_type", "reveal_type"})
# Functions that look at an awaitable without using its value (Python docs, inspect and asyncio).
PROBES = LOOKING_AT_ANYTHING | {
    "isawaitable",
    "iscoroutine",
    "iscoroutinefunction",
    "isasyncgen",
    "isfuture",
    "getcoroutinestate",
    "getcoroutinelocals",
}

# Calls that are there to wait: what they are given runs without them as well, once it is a task (docs.python.org,
# asyncio-task: `gather` gives the results in a list, `shield` keeps a wait's cancellation from what it waits for).
# In the packages of the lab all 65 that stand alone are awaited (`python -m tests.lab waits` counts them).
WAITING = frozenset({"tasks.gather", "tasks.shield"})

# How code asks of what a call gave whether it has to await it (docs.python.org, inspect and asyncio).
ASKS_TO_AWAIT = frozenset({"isawaitable", "iscoroutine"})
# How it asks of a function beforehand (docs.python.org, inspect and asyncio: `iscoroutinefunction`; starlette, litestar
# and mcp `is_async_callable`, fastapi `_is_coroutine_callable`).
ASKS_FOR_ASYNC = re.compile(r"(^|_)is_?(async|coroutine)(_?(function|callable))?$")

# Where a callee has no type at all, its name may still say that it starts what it is given: create_task,
# ensure_future, run_until_complete, async_create_task, start_soon, spawn (asyncio, anyio, trio).
# Only for silence.
STARTS_BY_NAME = re.compile(
    r"(create|ensure|spawn|schedule|start|add|run|submit|launch)_?.*(task|future|coro|background|soon|job|complete)"
    r"|^(spawn|schedule|submit|gather|wait_for|shield|fire_and_forget)"
)
# Parameters that are called after what they take.
AWAITABLE_NAMES = re.compile(
    r"^_*(coros?|coroutines?|awaitables?|aws?|tasks?|futs?|futures?)(_|$)|_(coro|coroutine|task|future)$"
)

# Builtins that take values out of an iterable and must read them (docs.python.org, Built-in Functions).
ELEMENT_READERS = frozenset({"sum", "any", "all", "min", "max", "sorted"})

# Builtins that hand the elements of an iterable on, as they are.
COLLECTORS = frozenset({"list", "tuple", "set", "frozenset", "iter", "reversed"})

# Builtins whose argument must be a plain value: True where a coroutine raises TypeError, False where
# the result is silently wrong (each row run by tests/knowledge/test_tables.py).
VALUE_BUILTINS: dict[str, bool] = {
    "abs": True,
    "all": True,
    "any": True,
    "ascii": False,
    "bin": True,
    "bool": False,
    "bytearray": True,
    "bytes": True,
    "chr": True,
    "complex": True,
    "dict": True,
    "divmod": True,
    "enumerate": True,
    "filter": True,
    "float": True,
    "format": False,
    "frozenset": True,
    "hash": False,
    "hex": True,
    "int": True,
    "isinstance": False,
    "iter": True,
    "len": True,
    "list": True,
    "map": True,
    "max": True,
    "min": True,
    "next": True,
    "oct": True,
    "ord": True,
    "pow": True,
    "print": False,
    "range": True,
    "repr": False,
    "reversed": True,
    "round": True,
    "set": True,
    "sorted": True,
    "str": False,
    "sum": True,
    "tuple": True,
    "zip": True,
}

# Qualified names of functions that format or serialise what they are given: as above.
VALUE_FUNCTIONS: dict[str, bool] = {
    "builtins.str.join": True,
    "json.dump": True,
    "json.dumps": True,
    "logging.critical": False,
    "logging.debug": False,
    "logging.error": False,
    "logging.exception": False,
    "logging.info": False,
    "logging.log": False,
    "logging.warning": False,
    "logging.Logger.critical": False,
    "logging.Logger.debug": False,
    "logging.Logger.error": False,
    "logging.Logger.exception": False,
    "logging.Logger.info": False,
    "logging.Logger.log": False,
    "logging.Logger.warning": False,
    "pprint.pformat": False,
    "pprint.pp": False,
    "pprint.pprint": False,
}
