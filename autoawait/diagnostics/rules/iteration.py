"""AW2xx: a sync statement is used on something that needs the async one, or the other way round."""


class AW201:
    """An async iterator is iterated over synchronously.

    A `for` loop, a comprehension, `list()`, `set()`, `next()` or `yield from` asks for `__iter__` or `__next__`, which
    an async generator or async iterator does not have: TypeError as soon as the line runs.

        for row in cursor.rows():

        async for row in cursor.rows():

    `list(rows())` becomes `[x async for x in rows()]`, `next(rows)` becomes `await anext(rows)` (before Python 3.10
    `await rows.__anext__()`), and `yield from rows()` becomes a loop that yields.
    Not handled: an async iterator passed to other functions that iterate, such as `zip`, `enumerate` or `sorted`; they
    are reported, with the advice to collect the elements first.
    """

    name = "sync-iteration"


class AW202:
    """An async context manager is entered with a sync `with`.

    The object has `__aenter__` and `__aexit__` but not `__enter__`, so the `with` raises before its body runs.

        with pool.connection() as connection:

        async with pool.connection() as connection:

    If only some items of the `with` are async, it is split into nested statements, in the same order.
    Left alone: objects that are both, such as a lock with a deprecated sync form.
    """

    name = "sync-with"


class AW203:
    """`async for` or `async with` is used on a coroutine that has to be awaited first.

    The function is a coroutine function that *returns* an async iterator or manager. Its call must be awaited before
    the statement can use the result.

        async for row in open_cursor():

        async for row in await open_cursor():

    Not handled: a coroutine whose result is neither; see AW102.
    """

    name = "async-over-coroutine"
