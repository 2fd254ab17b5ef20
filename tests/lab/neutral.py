"""Code in which nothing is missing: what most of a project is, and what must be read and judged all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from random import Random
from textwrap import dedent, indent

# Methods of unlike classes share their names, as they do in real projects; chains use these names too.
VERBS = ("apply", "check", "close", "count", "get", "load", "parse", "read", "run", "send", "update", "write")
NOUNS = ("account", "basket", "cable", "device", "event", "folder", "graph", "invoice", "job", "key", "lease", "meter")


@dataclass(frozen=True, slots=True)
class Name:
    """A function or class as others see it: the module that has it, and whether its calls are awaited."""

    module: str
    name: str
    is_async: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A function or class: its text, what it is called by others, and which names of other modules it needs."""

    text: str
    name: Name
    needs: tuple[Name, ...] = ()


def neutral(chance: Random, module: str, number: int, known: Sequence[Name], async_share: float) -> Block:
    """One function or class for a module; ``known`` are functions that it may call."""
    if chance.random() < async_share:
        return _function(chance, module, number, known, is_async=True)
    make = chance.choice((_function, _function, _record))
    return make(chance, module, number, known)


def _function(chance: Random, module: str, number: int, known: Sequence[Name], *, is_async: bool = False) -> Block:
    """A function of some steps, each of which may call another function, awaited where that is async."""
    name = Name(module, f"{chance.choice(VERBS)}_{chance.choice(NOUNS)}_{number}", is_async)
    callable_ = [each for each in known if is_async or not each.is_async]
    needs = [chance.choice(callable_) for _ in range(chance.randrange(3))] if callable_ else []
    steps = [chance.choice(_STEPS)(chance) for _ in range(chance.randint(1, 4))]
    steps += [_call(each) for each in needs]
    chance.shuffle(steps)
    head = f"{'async ' if is_async else ''}def {name.name}(n: int) -> int:\n    total = n\n"
    return Block(head + indent("".join(steps), "    ") + "    return total\n", name, tuple(needs))


def _record(chance: Random, module: str, number: int, known: Sequence[Name]) -> Block:
    """A class with methods that are called like those of other classes."""
    name = Name(module, f"{chance.choice(NOUNS).title()}{number}")
    verbs = chance.sample(VERBS, chance.randint(2, 4))
    head = f"class {name.name}:\n    def __init__(self, size: int) -> None:\n        self.size = size\n"
    methods = [
        f"\ndef {verb}(self, n: int) -> int:\n    total = self.size\n"
        + indent(chance.choice(_STEPS)(chance), "    ")
        + (f"    total += self.{verbs[place - 1]}(n - 1) if n > 0 else 0\n" if place else "")
        + "    return total\n"
        for place, verb in enumerate(verbs)
    ]
    return Block(head + indent("".join(methods), "    "), name)


def _call(name: Name) -> str:
    if not name.name[0].islower():
        return f"total += {name.name}(total).size\n"
    return f"total += {'await ' if name.is_async else ''}{name.name}(total % 7)\n"


def _loop(chance: Random) -> str:
    return dedent(f"""\
        for step in range({chance.randint(2, 5)}):
            if step % {chance.randint(2, 4)}:
                total += step
    """)


def _table(chance: Random) -> str:
    pairs = ", ".join(f'"{noun}": {chance.randrange(100)}' for noun in chance.sample(NOUNS, 3))
    return dedent(f"""\
        table = {{{pairs}}}
        total += sum(value for key, value in table.items() if key > "{chance.choice(NOUNS)}")
    """)


def _branch(chance: Random) -> str:
    return dedent(f"""\
        if total > {chance.randrange(1000)}:
            total -= {chance.randrange(100)}
        elif total == {chance.randrange(1000)}:
            total = len(f"{{total}} {chance.choice(NOUNS)}s")
    """)


def _attempt(chance: Random) -> str:
    return dedent(f"""\
        try:
            total = int(f"{{total}}{chance.randrange(10)}") % 10_007
        except ValueError:
            total = 0
    """)


_STEPS: Sequence[Callable[[Random], str]] = (_loop, _table, _branch, _attempt)
