"""AW4xx: an await is missing, but cannot stand here."""

from __future__ import annotations

from autoawait.diagnostics.rules.rule import rule_of


class AW401:
    """The value must be awaited, but Python does not allow `await` at this place.

    It is a lambda, a class body, the top level of a module, a default value, an annotation, or a comprehension whose
    scope cannot be async in the Python version that the project must run on.

        names = sorted(users, key=lambda user: user.fetch_name())

    What to do: await before the place, in the async function around it, and use the result there:

        fetched = [(await user.fetch_name(), user) for user in users]

    At the top level of a program, write a `main` coroutine and start it with `asyncio.run(main())`.
    Nothing is changed.
    """

    name = "await-not-allowed-here"


class AW402:
    """The value must be awaited, but the function around it is plain and cannot become async.

    The use is as wrong as in AW101 to AW109. An `await` needs an `async def`, and then every caller of that function
    needs an `await` too, and so on. Somewhere on that way is a place that cannot follow: a special method that Python
    calls itself, a callback of code that does not await, a caller at module level, a decorator of which nothing is
    known, an override of a class outside of the project. The report names the way and the place, and what would have
    become async as well.

        class Cart:
            def __len__(self) -> int:
                return count_items(self.number)

    Nothing is changed, not even the part of the chain that could. What to do: what the report advises for the place,
    such as an async method of another name beside a special method, or run the coroutine where the program starts
    (`asyncio.run`). With `--bridge` commands of Click and Typer and console scripts, which stay plain, do so for each
    call of theirs that needs it. With `--no-propagate` no function becomes async, and each such place is reported.
    """

    name = "function-not-async"


class AW403:
    """A call stands where the function itself is wanted, or the function where its call is.

    Some APIs call an async function themselves and take it uncalled; others take the coroutine that a call gives.

        nursery.start_soon(worker(7))        # trio and anyio call it themselves
        nursery.start_soon(worker, 7)

        asyncio.run(main)                    # asyncio takes the coroutine
        asyncio.run(main())

    An `await` would be wrong at either place. What to do: as in the second line of each pair. Nothing is changed.
    """

    name = "call-given-for-function"


class AW404:
    """An `await`, `async for` or `async with` stands in a plain function, so the file does not compile.

    Python says "'await' outside async function". People commit it all the same: in code that is imported late, or not
    tested.

        def total(number):
            return (await fetch_order(number)).total

    becomes

        async def total(number):
            return (await fetch_order(number)).total

    and every caller of `total` awaits it, and becomes async where that is needed. Where a caller cannot follow nothing
    is changed, and the report says which and why.
    """

    name = "await-outside-async"


class AW405:
    """An async function was given to code that calls it like a plain one, so its coroutine is never awaited.

    It is found with `--from-log` only: the log shows that the standard library or an installed package called the
    function. It stands at the place where the function is given away, or at its `def` where there is no single one.

        threading.Thread(target=worker).start()        # a thread calls worker() and drops the coroutine

        threading.Thread(target=lambda: asyncio.run(worker())).start()

    No `await` can mend it, because the call is not in the project. What to do: give a plain function that starts the
    coroutine, use the asynchronous form of the API, or, for tests, `unittest.IsolatedAsyncioTestCase` or a plugin such
    as pytest-asyncio. Nothing is changed.
    """

    name = "async-function-called-as-plain"


RULES = tuple(map(rule_of, (AW401, AW402, AW403, AW404, AW405)))
