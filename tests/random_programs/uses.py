"""What a function does with what a call gives. X is the call; each use leaves something to print in ``out``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.random_programs.draw import Gives


@dataclass(frozen=True, slots=True)
class Use:
    """``how`` is how the function around it is defined, and called: see HOW."""

    body: str
    how: str = "async"


# How a function is defined, and what its caller prints.
HOW = {
    "async": ("async def", "await C"),
    "sync": ("def", "C"),
    "gives a coroutine": ("def", "await C"),
    "gives a task": ("def", "await C"),
    "async generator": ("async def", "[row async for row in C]"),
    "gives an async iterator": ("def", "[row async for row in C]"),
    "generator": ("def", "list(C)"),
}

# Places of a number. Each may stand in an async function, those of a value in a sync one as well.
PLACES = {
    "statement": "X\nout = 0",
    "many statements": "X\nX\nX\nout = 0",
    "many assigned": "one = X\ntwo = X\nout = [one, two, X]",
    "assigned": "out = X",
    "annotated": "out: int = X",
    "argument": "out = max(X, X)",
    "keyword": "out = dict(found=X)",
    "printed": "print(X)\nout = 0",
    "condition": "out = 0\nif X > 3:\n    out = 1",
    "truth": "out = 0\nif X:\n    out = 1",
    "negated": "out = not X",
    "returned": "out = 0\nreturn X",
    "f-string": "out = f'{X} of {X:>3}'",
    "comprehension element": "out = [X for _ in range(2)]",
    "comprehension condition": "out = [n for n in range(9) if X > n]",
    "comprehension source": "out = [n for n in range(X)]",
    "dict comprehension": "out = {n: X for n in range(2)}",
    "operand": "out = X + X * 2",
    "minus": "out = -X",
    "compared": "out = 1 < X < 9",
    "and": "out = X and X",
    "or": "out = X or 1",
    "list": "out = [X, X]",
    "dict": "out = {'found': X, 'all': [X]}",
    "tuple unpacked": "one, two = X, X\nout = one + two",
    "subscript": "out = 'abc'[X % 3]",
    "conditional": "out = X if X else 0",
    "walrus": "out = 0\nif (found := X) > 2:\n    out = found",
    "method": "out = X.bit_length()",
    "augmented": "out = 1\nout += X",
    "loop": "out = 0\nfor n in range(X):\n    out += n",
    "assertion": "assert X\nout = 1",
    "starred": "out = max(*[X, X])",
    "match": "match X:\n    case 1:\n        out = 'one'\n    case found:\n        out = found",
    "while": "out = 0\nwhile out < X:\n    out += 1",
    "element stored": "out = {}\nout['found'] = X",
    "try": "try:\n    out = X\nfinally:\n    print('done')",
    "slice": "out = list(range(9))[:X]",
    "in": "out = X in [1, X]",
    "formatted": "out = '%s' % X",
    "lambda": "out = (lambda found: found + 1)(X)",
}
_AWAITABLES = {
    "later": "pending = X\nout = await pending",
    "gather": "out = await asyncio.gather(X, X)",
    "gather of a list": "pending = [X, X]\nout = await asyncio.gather(*pending)",
    "list awaited": "pending = [X for _ in range(2)]\nout = [await one for one in pending]",
    "waited for": "out = await asyncio.wait_for(X, 5)",
    "given to what awaits": "async def settled(pending):\n    return await pending\nout = await settled(X)",
    "guarded": "out = X\nif inspect.isawaitable(out):\n    out = await out",
    "guarded by isawaitable in one": "found = X\nout = await found if inspect.isawaitable(found) else found",
    "kept in a dict": "pending = {'one': X}\nout = await pending['one']",
    "ensured": "pending = asyncio.ensure_future(X)\nout = await pending",
    "shielded": "out = await asyncio.shield(X)",
    "kept on an object": "kept = types.SimpleNamespace(pending=X)\nout = await kept.pending",
    "appended": "pending = []\npending.append(X)\nout = await asyncio.gather(*pending)",
    "either": "pending = X if len('x') else None\nout = await pending if pending is not None else 0",
}
_COROUTINES = {
    "closed": "pending = X\npending.close()\nout = 0",
    "task": "pending = asyncio.create_task(X)\nout = await pending",
    "task in a list": "out = await asyncio.gather(*[asyncio.create_task(X) for _ in range(2)])",
    "told to be one": "pending = X\nout = inspect.iscoroutine(pending) and await pending",
}
_TASKS = {
    "callback": "pending = X\npending.add_done_callback(lambda done: print('done'))\nout = await pending",
    "dropped": "X\nout = 0\nawait asyncio.sleep(0.001)",
    "result": "pending = X\nawait asyncio.wait([pending])\nout = pending.result()",
    "cancelled": "pending = X\npending.cancel()\nout = 0",
}
_ASYNC_ITERATORS = {
    "loop": "out = []\nasync for row in X:\n    out.append(row)",
    "comprehension": "out = [row async for row in X]",
    "comprehension, argument": "out = sum([row async for row in X])",
    "comprehension, condition": "out = 0\nif [row async for row in X if row]:\n    out = 1",
    "set comprehension": "out = sorted({row async for row in X})",
    "later": "rows = X\nout = []\nasync for row in rows:\n    out.append(row)",
    "anext": "out = await anext(X)",
    "by hand": "rows = X\nout = [await rows.__anext__(), await rows.__anext__()]",
    "given to what reads": "async def read(rows):\n    return [row async for row in rows]\nout = await read(X)",
    "nested": "out = [(one, two) async for one in X async for two in X]",
    "aiter": "rows = aiter(X)\nout = await anext(rows)",
    "in a list": "out = [row for rows in [X, X] for row in [one async for one in rows]]",
    "f-string": "out = f'{[row async for row in X]}'",
    "kept on an object": "kept = types.SimpleNamespace(rows=X)\nout = [row async for row in kept.rows]",
    "returned": "out = 0\nreturn [row async for row in X]",
}
_ITERATORS_LATER = {
    "loop": "out = []\nasync for row in await X:\n    out.append(row)",
    "comprehension": "out = [row async for row in await X]",
    "later": "rows = await X\nout = [row async for row in rows]",
    "anext": "out = await anext(await X)",
    "both later": "pending = X\nrows = await pending\nout = []\nasync for row in rows:\n    out.append(row)",
}
_ASYNC_CONTEXTS = {
    "with": "async with X as found:\n    out = found",
    "with, nothing bound": "async with X:\n    out = 0",
    "two": "async with X as one, X as two:\n    out = one + two",
    "later": "context = X\nasync with context as found:\n    out = found",
    "by hand": "context = X\nout = await context.__aenter__()\nawait context.__aexit__(None, None, None)",
    "stack": "async with contextlib.AsyncExitStack() as stack:\n    out = await stack.enter_async_context(X)",
    "in a loop": "out = 0\nfor context in [X, X]:\n    async with context as found:\n        out += found",
}
_CONTEXTS = {
    "with": "with X as found:\n    out = found",
    "two": "with X as one, X as two:\n    out = one + two",
    "stack": "with contextlib.ExitStack() as stack:\n    out = stack.enter_context(X)",
    "by hand": "context = X\nout = context.__enter__()\ncontext.__exit__(None, None, None)",
}
_ITERATORS = {
    "loop": "out = []\nfor row in X:\n    out.append(row)",
    "list": "out = list(X)",
    "sum": "out = sum(X)",
    "comprehension": "out = [row for row in X]",
    "next": "out = next(X)",
    "unpacked": "one, two = X\nout = one + two",
    "starred": "out = [*X]",
    "yield from": "yield from X",
}


def _awaited(place: str) -> str:
    return place.replace("X", "(await X)")


def _table(bodies: Mapping[str, str], how: str = "async") -> dict[str, Use]:
    return {name: Use(body, how) for name, body in bodies.items()}


_IN_PLACES = {name: Use(_awaited(body)) for name, body in PLACES.items()}
_PASSED_ON = {"passed on": Use("return X", "gives a coroutine"), "generated": Use("yield (await X)", "async generator")}

# The uses that are right for what a call gives.
USES: Mapping[Gives, Mapping[str, Use]] = {
    Gives.VALUE: {
        **_table(PLACES),
        **{f"{name}, sync": Use(body, "sync") for name, body in PLACES.items()},
        "generated, sync": Use("yield X", "generator"),
        "guarded": Use(_AWAITABLES["guarded"]),
        "generated": Use("yield X", "async generator"),
    },
    Gives.COROUTINE: {**_IN_PLACES, **_table(_AWAITABLES), **_table(_COROUTINES), **_PASSED_ON},
    Gives.TASK: {**_IN_PLACES, **_table(_AWAITABLES), **_table(_TASKS), "passed on": Use("return X", "gives a task")},
    Gives.ASYNC_ITERATOR: {
        **_table(_ASYNC_ITERATORS),
        "passed on": Use("return X", "gives an async iterator"),
        "yielded": Use("async for row in X:\n    yield row", "async generator"),
    },
    Gives.COROUTINE_OF_ITERATOR: _table(_ITERATORS_LATER),
    Gives.ASYNC_CONTEXT: _table(_ASYNC_CONTEXTS),
    Gives.CONTEXT: {**_table(_CONTEXTS), **{f"{name}, sync": Use(body, "sync") for name, body in _CONTEXTS.items()}},
    Gives.ITERATOR: {name: Use(body, "generator" if "yield" in body else "sync") for name, body in _ITERATORS.items()},
}
# Right whether the call gives a value or something that can be awaited.
EITHER = _table({name: _AWAITABLES[name] for name in ("guarded", "guarded by isawaitable in one")})
