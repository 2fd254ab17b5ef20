"""AW1xx: a coroutine stands where its result was meant."""


class AW101:
    """A coroutine is created and dropped, so its code never runs.

    The call stands as a statement of its own, or its result is assigned to a name that is never read.
    Calling an `async def` function only creates a coroutine. Until something awaits it, not one line of the
    function runs; Python says "coroutine ... was never awaited" at best, and only when the object is collected.

        async def close(self) -> None:
            self.connection.flush()          # nothing is flushed

        async def close(self) -> None:
            await self.connection.flush()

    Also reported, with an unsafe fix: a dropped `asyncio.gather(...)` or `asyncio.shield(...)`, whose only purpose
    is to wait for what runs anyway; and what a function of the project returns that is typed as `Awaitable` and
    nothing more.

    Left alone: `_ = f()`, which says that dropping is intended; other tasks and futures, which run anyway;
    calls that `ignore-calls` names; lines where a type checker has already been told so
    (`# type: ignore[unused-coroutine]`, `# pyright: ignore[reportUnusedCoroutine]`, `# ty: ignore[unused-awaitable]`).
    """

    name = "coroutine-never-awaited"


class AW102:
    """A coroutine is used as if it were the value that awaiting it gives.

    An attribute of it is read, it is subscripted, called, unpacked, iterated over, raised, or stands beside an
    operator. A coroutine supports none of that, so the line raises as soon as it runs.

        total = fetch_order(number).total            # AttributeError: 'coroutine' object has no attribute 'total'

        total = (await fetch_order(number)).total

    If the value is assigned to a name first (`order = fetch_order(number)`), the `await` goes into the assignment,
    provided that every use of the name wants the result; if some do not, see AW301.
    Left alone: `close`, `send`, `throw` and the other attributes that a coroutine does have.
    """

    name = "coroutine-used-as-value"


class AW103:
    """A coroutine is used as a condition or compared, so the outcome is the same whatever its result is.

    A coroutine object is always true, and equal to nothing but itself. Nothing raises: the branch is
    simply the wrong one, or always the same one. This concerns `if`, `elif`, `while`, `assert`, `not`, `and`, `or`,
    conditional expressions, `match`, `in`, `is`, `==` and the like.

        if is_allowed(user):                 # always true: everyone is allowed

        if await is_allowed(user):

    Not handled: something that may be a value or a coroutine (`X | Awaitable[X]`), where the test is often what tells
    the two apart.
    """

    name = "coroutine-in-condition"


class AW104:
    """A coroutine is turned into text or data.

    It is used in an f-string, or passed to something that can only use its value: `str()`, `print()`, `len()`,
    `int()`, `json.dumps()`, `str.join()`, a logging call. Some of these raise; the others print
    `<coroutine object f at 0x7f...>` where the result should be.

        print(f"hello {user_name(7)}")

        print(f"hello {await user_name(7)}")

    Where nothing would raise and the object itself might be wanted, as in `print(f())`, the fix is unsafe.
    """

    name = "coroutine-formatted"


class AW105:
    """A coroutine is passed where the parameter is known to take a value.

    The parameter is annotated with a type that no coroutine fits, or the type checker rejects the argument.

        async def store(row: Row) -> None: ...

        await store(load(7))                 # load gives a coroutine, store wants a Row

        await store(await load(7))

    Left alone: parameters that take awaitables, `object`, `Any`, a type variable, and functions of the project that
    await or schedule what they are given. A parameter of which nothing is known is AW302.
    """

    name = "coroutine-as-argument"


class AW106:
    """An async function returns a coroutine instead of its result, so its callers would have to await twice.

    Either the return annotation is not awaitable, or no caller in the project awaits a second time.

        async def current_user() -> User:
            return load_user(session.id)

        async def current_user() -> User:
            return await load_user(session.id)

    Without the `await`, a `try` or `with` around the `return` is left before the coroutine runs, and so does not
    guard it.
    Left alone: functions whose callers do await twice, and those annotated to return an awaitable.
    """

    name = "coroutine-returned"


class AW107:
    """The `await` applies to the wrong part: to an attribute, subscript or call of a coroutine.

    `await f().x` means `await (f().x)`. The attribute `x` is looked up on the coroutine, which raises before
    anything is awaited. The `await` belongs inside parentheses.

        name = await fetch_user(7).name

        name = (await fetch_user(7)).name

    If the result is awaitable itself (`await client().get()` with an async `client`), an `await` is added inside
    and the outer one stays.
    """

    name = "misplaced-await"


class AW108:
    """A coroutine is assigned to a target that is annotated with a type that no coroutine fits.

    The annotation says what was meant, and later uses rely on it.

        count: int = count_rows()

        count: int = await count_rows()

    This concerns local names, attributes and items. With `--unsafe-fixes` also a
    name that another branch binds to an awaited value (or to any value, where this one stands below
    `if iscoroutinefunction(f)`), an attribute that its class only uses as a value, and a coroutine in a tuple or
    dict that is declared to hold values.
    Left alone: targets annotated with an awaitable, `object` or `Any`.
    """

    name = "coroutine-assigned"


class AW109:
    """A collection is filled with coroutines, and its elements are used as if they were the results.

    The elements of a list, set, dict or generator are coroutines, and whatever consumes the collection wants values.

        total = sum(price(item) for item in items)

        total = sum([await price(item) for item in items])

    A generator expression becomes a list, because an async generator could not be consumed by a sync function.
    With `any` and `all` the list no longer stops early, so there the fix is unsafe.
    Left alone: collections that reach `asyncio.gather`, `asyncio.wait`, a task group or any other consumer of
    awaitables. If you want the awaits to run at the same time, write `await asyncio.gather(*...)` by hand.
    """

    name = "coroutine-in-container"
