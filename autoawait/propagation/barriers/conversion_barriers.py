"""Why a function cannot become async, whoever calls it: one small question after the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from autoawait.dataflow.uses import called_name
from autoawait.edits.await_placement import Barrier
from autoawait.knowledge.async_barriers import BRIDGE_MAKERS, BRIDGE_NAMES, BRIDGE_SPELLINGS, BRIDGES
from autoawait.knowledge.dunders import ADVICE, MAY_BE_ASYNC, OUTCOMES, DunderOutcome
from autoawait.knowledge.hooks import HOOKS, Hook
from autoawait.project.index import Function, Index, own_nodes
from autoawait.project.memoize import memoize
from autoawait.project.packaging_entry_points import Script, scripts_of
from autoawait.propagation.barriers.decorator_barriers import DecoratorBarriers
from autoawait.propagation.barriers.reasons import stays_sync
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.qualified_names import NameQualifier
from autoawait.types.engine import TypeEngine

_DUNDER = re.compile(r"__\w+__")
_DIRECT = frozenset({"debug"})  # keyword arguments that do not concern what is run


@dataclass(frozen=True, slots=True)
class LoopStart:
    """A call that starts an event loop and waits for it. ``inner`` is the call that could be awaited in its place, or
    the function that could be called there (with the arguments after it); None where neither is in sight."""

    call: ast.Call
    inner: ast.expr | None


class ConversionBarriers:
    """Why the functions of one index cannot become async; ``read`` asks the engine about many of them at once."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._classes = classes
        self.qualifier = NameQualifier(index, engine)
        self.decorator_barriers = DecoratorBarriers(self.qualifier)

    @cached_property
    def _scripts(self) -> tuple[Script, ...]:
        return scripts_of(self._index)

    def read(self, functions: Sequence[Function]) -> None:
        """Ask about the decorators of many functions, and what in them may start a loop, with one question."""
        self.qualifier.read((f.file, n) for f in functions for n in (*f.node.decorator_list, *_possible_loop_starts(f)))

    def of(self, function: Function, group: OverrideGroup) -> Barrier | None:
        """Why a function cannot become async, whatever its callers are; None if it can."""
        questions = (
            self._out_of_reach,
            self._dunder,
            self._hook,
            self.decorator_barriers.obstacle,
            self._generator,
            self._script,
            self._loop_start,
        )
        found = (question(function) for question in questions)
        return next((b for b in found if b), None) or self._override(function, group)

    def loop_starts(self, function: Function) -> tuple[LoopStart, ...]:
        """The calls in a function's own body that start an event loop and wait for it."""
        return tuple(
            LoopStart(call, _awaitable_in(call, takes_coroutine))
            for call in _possible_loop_starts(function)
            if (takes_coroutine := self._takes_coroutine(function, call)) is not None
        )

    def is_command(self, function: Function) -> bool:
        """Whether a sync function is run from the command line: a Click or Typer command, or a console script."""
        is_script = any(script.means(function) for script in self._scripts)
        return not function.is_async and (is_script or self.decorator_barriers.is_command(function))

    def notes(self, function: Function) -> tuple[str, ...]:
        """What may go wrong when a function becomes async, in words."""
        found: list[str] = []
        if function.node.name == "__call__":
            found.append("objects of its class can be called, and not every such call may be known")
        if self.may_stop(function):
            found.append(f"a `StopIteration` from the `next(...)` of `{function.qualname}` would become a RuntimeError")
        return tuple(found)

    def may_stop(self, function: Function) -> bool:
        """Whether a ``StopIteration`` may leave a function, which no coroutine can raise (PEP 479)."""
        return not function.is_generator and any(map(_is_bare_next, own_nodes(function.node.body)))

    # one question each

    def _out_of_reach(self, function: Function) -> Barrier | None:
        if function.file.path in self._index.foreign:
            return stays_sync("it is defined outside the project", "")
        if function.is_dead:
            return stays_sync("it is defined in code that never runs", "")
        return None

    def _dunder(self, function: Function) -> Barrier | None:
        name = function.node.name
        if not _DUNDER.fullmatch(name) or (name in MAY_BE_ASYNC and function.owner):
            return None
        outcome = OUTCOMES.get(name)
        why = outcome.value if outcome else "Python or a library calls it without awaiting it"
        if outcome is DunderOutcome.GIVEN and name not in ADVICE:
            return stays_sync(why, "write an async method with a name of its own")
        return stays_sync(why, ADVICE.get(name, ""))

    def is_hook(self, function: Function) -> bool:
        """Whether a method is one that a framework calls by its name and that may be async."""
        hook = self._hook_of(function)
        return hook is not None and not hook.why

    def _hook(self, function: Function) -> Barrier | None:
        hook = self._hook_of(function)
        return stays_sync(hook.why, hook.advice) if hook and hook.why else None

    def _generator(self, function: Function) -> Barrier | None:
        """What async generators do not have: ``return`` with a value, ``yield from``, ``send`` (PEP 525)."""
        if not function.is_generator:
            return None
        nodes = list(own_nodes(function.node.body))
        if any(isinstance(node, ast.Return) and node.value is not None for node in nodes):
            return stays_sync("an async generator cannot return a value", "yield the value instead")
        unused = {node.value for node in nodes if isinstance(node, ast.Expr)}
        for node in nodes:
            if isinstance(node, ast.YieldFrom) and node not in unused:
                why = "it uses the value of a `yield from`, which async generators do not have"
                return stays_sync(why, "write the loop out")
            if isinstance(node, ast.Yield) and node not in unused:
                why = "it uses the values sent to its `yield`, so its callers would have to call `asend`"
                return stays_sync(why, "make it and its callers async by hand")
        return None

    def _script(self, function: Function) -> Barrier | None:
        script = next((script for script in self._scripts if script.means(function)), None)
        if script is None:
            return None
        why = f"{self._index.shown(script.path)} declares it as the command `{script.name}`, which is not awaited"
        return stays_sync(why, "keep it sync and call `asyncio.run(...)` in it, as `--bridge` does")

    def _loop_start(self, function: Function) -> Barrier | None:
        call = next((start.call for start in self.loop_starts(function) if start.inner is None), None)
        if call is None:
            return None
        why = f"it runs an event loop with `{ast.unparse(call.func)}`, which fails where one is running already"
        return stays_sync(why, "await what it runs instead")

    def _override(self, function: Function, group: OverrideGroup) -> Barrier | None:
        if group.foreign and self._hook_of(function) is None:
            name = f"`{group.foreign}.{function.node.name}`"
            why = f"it overrides {name}, which is sync and defined outside the project"
            return stays_sync(why, "give the async method a name of its own")
        return stays_sync(group.unknown, "") if group.unknown else None

    # what the questions ask

    def _hook_of(self, function: Function) -> Hook | None:
        """The row of a method that a framework calls by its name, whether it may be async or not."""
        lineage = self._classes.lineage(function)[1:] if function.owner else ()
        named = (h for h in HOOKS if any(fnmatchcase(function.node.name, pattern) for pattern in h.names))
        return next((h for h in named if any(fnmatchcase(base, h.base) for base in lineage)), None)

    def _takes_coroutine(self, function: Function, call: ast.Call) -> bool | None:
        """Whether a call starts a loop: True with a coroutine, False with a function; None if it does not."""
        half = _half(call)
        named = self.qualifier.of(function.file, half)
        known = [BRIDGES[name] for name in named.names if name in BRIDGES]
        if known or named.names:
            return known[0] if known else None
        name = ast.unparse(half.func)
        return BRIDGE_SPELLINGS.get(name, BRIDGE_SPELLINGS.get(called_name(half)))


@memoize
def _possible_loop_starts(function: Function) -> list[ast.Call]:
    """The calls of a body that are named like one that starts a loop; of ``async_to_sync(f)(x)`` the whole."""
    calls = [n for n in own_nodes(function.node.body) if isinstance(n, ast.Call)]
    named = [c for c in calls if called_name(_half(c)) in BRIDGE_NAMES]
    halves = {c.func for c in named}
    return sorted((c for c in named if c not in halves), key=lambda c: (c.lineno, c.col_offset))


def _half(call: ast.Call) -> ast.Call:
    """Of ``async_to_sync(f)(x)`` what makes the function that is called, of any other call itself."""
    return call.func if isinstance(call.func, ast.Call) and called_name(call.func) in BRIDGE_MAKERS else call


def _awaitable_in(call: ast.Call, takes_coroutine: bool) -> ast.expr | None:
    """What could be awaited in place of a call that starts a loop: its argument, if that is a call or a function."""
    half = _half(call)
    if half is call and called_name(call) in BRIDGE_MAKERS:
        return None  # what it makes is called elsewhere
    argument = half.args[0] if half.args else None
    if {k.arg for k in half.keywords} - _DIRECT or (takes_coroutine and len(half.args) != 1):
        return None
    if takes_coroutine:
        return argument if isinstance(argument, ast.Call) else None
    return argument if isinstance(argument, (ast.Name, ast.Attribute)) else None


def _is_bare_next(node: ast.AST) -> bool:
    match node:
        case ast.Call(func=ast.Name(id="next"), args=[_]):
            return True
    return False
