"""AW4xx: an await is missing, but is not possible here."""


class AW401:
    """The value must be awaited, but Python does not allow `await` here.

    The place is a lambda, a class body, the top level of a module, a default value, an annotation, or a
    comprehension whose scope cannot be async in the Python version that the project supports.

        names = sorted(users, key=lambda user: user.fetch_name())

    What to do: await in the async function around the place, and use the result there:

        fetched = [(await user.fetch_name(), user) for user in users]

    At the top level of a program, write a `main` coroutine and start it with `asyncio.run(main())`.
    Nothing is changed.
    """

    name = "await-not-allowed-here"


class AW402:
    """The value must be awaited, but the function around it is sync and cannot become async.

    The use is as wrong as in AW101 to AW109. An `await` needs an `async def`, and then every caller of that
    function needs an `await` too, and so on. Somewhere along that chain is a place that cannot be async: a special
    method that Python calls itself, a callback of code that does not await, a caller at module level, an unknown
    decorator, an override of a method of a class outside the project. The report names the chain and the place, and
    what would have become async as well.

        class Cart:
            def __len__(self) -> int:
                return count_items(self.number)

    Nothing is changed, not even the part of the chain that could. What to do: follow the advice in the report,
    such as an async method of another name beside a special method, or run the coroutine where the program starts
    (`asyncio.run`). With `--bridge`, Click and Typer commands and console scripts, which stay sync, do so for each
    call that needs it. With `--no-propagate` no function becomes async, and each such place is reported.
    """

    name = "function-not-async"


class AW403:
    """A function is called where the function itself is expected, or passed where its call is expected.

    Some APIs take an async function and call it themselves; others take the coroutine that a call returns.

        nursery.start_soon(worker(7))        # trio and anyio call it themselves
        nursery.start_soon(worker, 7)

        asyncio.run(main)                    # asyncio takes the coroutine
        asyncio.run(main())

    An `await` would be wrong in either place. What to do: write it as in the second line of each pair. Nothing is
    changed.
    """

    name = "call-given-for-function"


class AW404:
    """An `await`, `async for` or `async with` is used in a sync function, so the file does not compile.

    Python says "'await' outside async function". It is committed all the same: in code that is imported late, or not
    tested.

        def total(number):
            return (await fetch_order(number)).total

    becomes

        async def total(number):
            return (await fetch_order(number)).total

    and every caller of `total` awaits it, and becomes async where that is needed. Where a caller cannot become
    async, nothing is changed, and the report says which and why.
    """

    name = "await-outside-async"


class AW405:
    """An async function was passed to code that calls it like a sync one, so its coroutine is never awaited.

    It is found with `--from-log` only: the log shows that the standard library or an installed package called the
    function. It is reported where the function is passed, or at its `def` where there is no single such place.

        threading.Thread(target=worker).start()        # a thread calls worker() and drops the coroutine

        threading.Thread(target=lambda: asyncio.run(worker())).start()

    No `await` can fix it, because the call is not in the project. What to do: pass a sync function that runs the
    coroutine, use the asynchronous form of the API, or, for tests, `unittest.IsolatedAsyncioTestCase` or a plugin such
    as pytest-asyncio. Nothing is changed.
    """

    name = "async-function-called-as-plain"
