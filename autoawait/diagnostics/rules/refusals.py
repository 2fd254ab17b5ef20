"""AW3xx: probably a missing await, but the code does not say enough to add it."""


class AW301:
    """The same coroutine is awaited or scheduled in some places and used as a value in others.

    A coroutine can be awaited only once. With an `await` in the assignment, the places that await now would await a
    value; without it, the others use a coroutine. Only the author knows which is meant.

        order = fetch_order(7)
        if order.paid:               # wants the result
            await order              # wants the coroutine

    What to do: await in the assignment, and remove the later `await`; or give the result a name of its own.
    Nothing is changed.
    """

    name = "ambiguous-use"


class AW302:
    """A coroutine is passed to something unknown.

    The parameter has no type and the function cannot be read, so it may await its argument or fail
    on it.

        registry.add(load(7))        # what is registry?

    What to do: add the `await` if the value is meant; else annotate the parameter with `Awaitable`, name the call in
    `ignore-calls`, or write `# autoawait: ignore[AW302]` on the line. Nothing is changed.
    """

    name = "unknown-consumer"


class AW303:
    """A log shows that a coroutine was never awaited, but the code does not say where the `await` belongs.

    It is found with `--from-log` only. Python warned about a coroutine that this call made, so something is wrong here
    or wherever the coroutine goes: it is stored in an attribute or a collection, or yielded, or the call is typed as
    returning a value (a subclass, an untyped library or a mock may differ).

        self.pending.append(save(7))         # and nobody ever awaits what is in `pending`

    What to do: await it here if its value is wanted; or await it where it is taken out again. If it may be left
    behind, call its `close()`, or write `# autoawait: ignore[AW303]` on the line. Nothing is changed.
    """

    name = "never-awaited-in-a-run"


class AW304:
    """What a call gives depends on the class of the object: one method is async, and another that overrides it is not.

    With an `await` the call fails on the object whose method is sync; without it, nothing runs on the other.

        class Emitter:
            async def publish(self, text): ...

        class Silent(Emitter):
            def publish(self, text): ...       # sync

        emitter.publish("hello")               # which one is it?

    It is found too where a fix makes a method async, and a call of that name on an object of unknown type may reach it.

    What to do: make all of these methods async, and await the call. Nothing is changed.
    """

    name = "overridden-differently"
