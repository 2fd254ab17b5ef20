"""Small random functions, and what really happens in them: Python itself is the interpreter to compare with.

Each binding in a generated function makes a value that carries the binding's number, each read hands
the value it sees to ``use`` together with the read's number. What is true and what raises is decided
by chance, so that one function runs in many ways.
"""

from __future__ import annotations

import ast
import random
import textwrap
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from hypothesis import strategies as st

Pair = tuple[int, int]
_NAMES = ("a", "b")
_MAKERS = frozenset({"v", "each", "cm", "swallower"})
_STEPS = 80
_T = TypeVar("_T")


class BoomError(Exception):
    """What generated code raises and catches."""


class Stop(BaseException):
    """A function has run for long enough. Generated code never catches it."""


@dataclass(frozen=True)
class Token:
    """A value that knows which binding made it."""

    number: int


@dataclass
class Observed:
    """One execution: what decides it, and the (binding, read) pairs that happened; read 0 is the binding itself."""

    chance: random.Random
    pairs: set[Pair] = field(default_factory=set)
    steps: int = 0

    def decide(self) -> bool:
        """What a generated condition gives."""
        self.steps += 1
        if self.steps > _STEPS:
            raise Stop
        return self.chance.random() < 0.5

    def fail(self) -> None:
        """What runs at each place that may raise."""
        if self.decide() and self.decide():
            raise BoomError

    def use(self, value: object, read: int) -> object:
        """A read of a name."""
        if isinstance(value, Token):
            self.pairs.add((value.number, read))
        self.fail()
        return value

    def make(self, number: int) -> Token:
        """The value of a binding."""
        self.fail()
        return self.token(number)

    def token(self, number: int) -> Token:
        """A value for a binding that is now made."""
        self.pairs.add((number, 0))
        return Token(number)

    def each(self, number: int) -> Iterator[Token]:
        """The values of a loop variable."""
        while self.decide():
            yield self.token(number)

    @contextmanager
    def entered(self, number: int) -> Iterator[Token]:
        """A context manager that lets exceptions through."""
        self.fail()
        yield self.token(number)

    @contextmanager
    def swallower(self, number: int) -> Iterator[Token]:
        """One that does not, now and then."""
        self.fail()
        try:
            yield self.token(number)
        except BoomError:
            if self.decide():
                raise


def pairs_of(text: str, seed: int, times: int) -> set[Pair]:
    """The pairs of some executions of ``f``."""
    chance = random.Random(seed)
    found: set[Pair] = set()
    code = compile(text, "<generated>", "exec", dont_inherit=True)
    for _ in range(times):
        run = Observed(chance)
        names: dict[str, object] = {"c": run.decide, "use": run.use, "v": run.make, "each": run.each}
        names |= {"cm": run.entered, "swallower": run.swallower, "BoomError": BoomError}
        exec(code, names)
        function = names["f"]
        assert callable(function)
        with suppress(BoomError, Stop, NameError):
            function()
        found |= run.pairs
    return found


def numbered(tree: ast.Module) -> tuple[dict[int, ast.Name], dict[int, ast.Name]]:
    """The binding and the reading Name of each number in a generated text."""
    bindings: dict[int, ast.Name] = {}
    reads: dict[int, ast.Name] = {}
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name() as name], value=ast.Call() as call)
                | ast.NamedExpr(target=name, value=ast.Call() as call)
                | ast.For(target=ast.Name() as name, iter=ast.Call() as call)
                | ast.withitem(optional_vars=ast.Name() as name, context_expr=ast.Call() as call)
            ) if isinstance(call.func, ast.Name) and call.func.id in _MAKERS:
                bindings[ast.literal_eval(call.args[0])] = name
            case ast.Call(func=ast.Name(id="use"), args=[ast.Name() as name, ast.Constant(value=int() as number)]):
                reads[number] = name
    return bindings, reads


# --- generation -------------------------------------------------------------------------------------------------------


@st.composite
def functions(draw: st.DrawFn, without: frozenset[str] = frozenset()) -> str:
    """The text of a function over the names a and b. ``without`` names the forms that are not to occur."""
    return "def f():\n" + _Writer(draw, without).block(_Place(3, loop=False, final=False))


@dataclass(frozen=True)
class _Place:
    """How deep a statement may nest, whether a loop is around it, and a ``finally``."""

    depth: int
    loop: bool
    final: bool

    @property
    def below(self) -> _Place:
        return _Place(self.depth - 1, self.loop, self.final)


class _Writer:
    """Writes one function; each binding and each read gets a number of its own."""

    def __init__(self, draw: st.DrawFn, without: frozenset[str]) -> None:
        self._draw = draw
        self._without = without
        self._last = 0

    def block(self, place: _Place) -> str:
        """One to three statements, indented."""
        count = self._draw(st.integers(1, 3))
        return textwrap.indent("".join(self._statement(place) for _ in range(count)), "    ")

    def _statement(self, place: _Place) -> str:
        simple: list[Callable[[_Place], str]] = [self._bind, self._bind, self._read, self._read, self._jump]
        simple += [self._delete, self._branch, self._comprehension, self._lambda]
        compound: list[Callable[[_Place], str]] = [self._if, self._for, self._while, self._try, self._try]
        compound += [self._with, self._match, self._inner]
        return self._one_of(simple + compound if place.depth else simple)(place)

    def _one_of(self, choices: Sequence[_T]) -> _T:
        return self._draw(st.sampled_from(choices))

    def _has(self, form: str) -> bool:
        return form not in self._without

    def _next(self) -> int:
        self._last += 1
        return self._last

    def _name(self) -> str:
        return self._one_of(_NAMES)

    def _bound(self) -> str:
        return f"({self._name()} := v({self._next()}))"

    def _used(self) -> str:
        return f"use({self._name()}, {self._next()})"

    # simple statements

    def _bind(self, _: _Place) -> str:
        return f"{self._name()} = v({self._next()})\n"

    def _read(self, _: _Place) -> str:
        return f"{self._used()}\n"

    def _delete(self, _: _Place) -> str:
        return f"del {self._name()}\n"

    def _jump(self, place: _Place) -> str:
        jumps = ["raise BoomError"]
        if not place.final:
            jumps += ["return", *(["break", "continue"] if place.loop else [])]
        return self._one_of(["", "if c(): "]) + self._one_of(jumps) + "\n"

    def _branch(self, _: _Place) -> str:
        """An expression that binds, now and then in one branch only."""
        always = [f"use({self._bound()}, 0)\n", f"{self._bound()} and {self._used()}\n"]
        branches = [f"c() and {self._bound()}\n", f"c() or {self._bound()}\n"]
        branches += [f"{self._bound()} if c() else {self._used()}\n", f"c() == {self._bound()} == {self._bound()}\n"]
        return self._one_of(always + (branches if self._has("walrus in a branch") else []))

    def _comprehension(self, _: _Place) -> str:
        name = self._name()
        forms = [f"[{self._used()} for _ in each(0) if c()]\n", f"[{name} for {name} in [{self._used()}]]\n"]
        if self._has("walrus in a comprehension"):
            forms += [f"[({self._used()}, {self._bound()}) for _ in each(0)]\n"]
        return self._one_of(forms)

    def _lambda(self, _: _Place) -> str:
        name = self._name()
        return self._one_of([f"(lambda: {self._used()})()\n", f"(lambda {name}={self._used()}: {name})()\n"])

    # compound statements

    def _if(self, place: _Place) -> str:
        tests = ["c()", self._bound(), f"not {self._bound()}"]
        text = f"if {self._one_of(tests)}:\n{self.block(place.below)}"
        return text + self._maybe(lambda: f"else:\n{self.block(place.below)}")

    def _for(self, place: _Place) -> str:
        inside = _Place(place.depth - 1, loop=True, final=False)
        text = f"for {self._name()} in each({self._next()}):\n{self.block(inside)}"
        return text + self._loop_else(place)

    def _while(self, place: _Place) -> str:
        inside = _Place(place.depth - 1, loop=True, final=False)
        test = self._one_of(["c()", "True", *([f"c() and {self._bound()}"] if self._has("walrus in a branch") else [])])
        # Without a condition nothing would end it.
        return f"while {test}:\n    c()\n{self.block(inside)}" + self._loop_else(place)

    def _loop_else(self, place: _Place) -> str:
        inside = _Place(place.depth - 1, place.loop and self._has("break in the else of a loop"), place.final)
        return self._maybe(lambda: f"else:\n{self.block(inside)}")

    def _try(self, place: _Place) -> str:
        final = self._one_of([True, False])
        # Jumps that leave a ``try`` run its ``finally``.
        loop = place.loop and (not final or self._has("jump over a finally"))
        inside = _Place(place.depth - 1, loop, place.final)
        text = f"try:\n{self.block(inside)}"
        handlers: tuple[str, ...] = ()
        if not final or (self._has("except and finally") and self._one_of([True, False])):
            handlers = self._one_of([("BoomError",), ("NameError", "BoomError"), (f"BoomError as {self._name()}",)])
        for handler in handlers:
            text += f"except {handler}:\n{self.block(inside)}"
        if handlers:
            text += self._maybe(lambda: f"else:\n{self.block(inside)}")
        if final:
            text += f"finally:\n{self.block(_Place(place.depth - 1, loop=False, final=True))}"
        return text

    def _with(self, place: _Place) -> str:
        target = self._maybe(lambda: f" as {self._name()}")
        manager = self._one_of(["cm", *(["swallower"] if self._has("with that swallows") else [])])
        return f"with {manager}({self._next()}){target}:\n{self.block(place.below)}"

    def _match(self, place: _Place) -> str:
        guards = ["", " if c()"] + (
            [f" if {self._bound()} and c()"] if self._has("binding in a case that fails") else []
        )
        text = f"match c():\n    case True{self._one_of(guards)}:\n{textwrap.indent(self.block(place.below), '    ')}"
        return text + self._maybe(lambda: f"    case _:\n{textwrap.indent(self.block(place.below), '    ')}")

    def _inner(self, place: _Place) -> str:
        """A function that reads, in its body or in a default, and may be called later."""
        name = f"g{self._next()}"
        forms = [f"def {name}(x={self._used()}): return x\n", f"def {name}(): return {self._used()}\n"]
        if self._has("default inside an inner function"):
            forms += [f"def {name}():\n    def h(x={self._used()}): return x\n    return h()\n"]
        between = textwrap.dedent(self.block(place.below))
        return self._one_of(forms) + between + f"if c(): {name}()\n"

    def _maybe(self, written: Callable[[], str]) -> str:
        return written() if self._one_of([True, False]) else ""
