"""Why a function cannot become async, whoever calls it (KNOWLEDGE B and C): one small question after the other."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from functools import cached_property

from autoawait.dataflow.uses import called_name
from autoawait.edits.await_placement import Barrier, placement
from autoawait.knowledge.async_barriers import BRIDGE_MAKERS, BRIDGE_NAMES, BRIDGE_SPELLINGS, BRIDGES
from autoawait.knowledge.dunders import ADVICE, MAY_BE_ASYNC, OUTCOMES, DunderOutcome
from autoawait.knowledge.hooks import HOOKS, Hook
from autoawait.project.index import Function, Index, own_nodes
from autoawait.project.memoize import memoize
from autoawait.project.packaging_entry_points import Script, scripts_of
from autoawait.propagation.decorator_barriers import DecoratorBarriers
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.class_graph.override_groups import OverrideGroup
from autoawait.resolution.qualified_names import NameQualifier
from autoawait.resolution.references import Reference
from autoawait.types.engine import TypeEngine

_DUNDER = re.compile(r"__\w+__")
_FUNCTION, _PLACE = "AW402", "AW401"
_DIRECT = frozenset({"debug"})  # keywords of a bridge that say nothing of what it runs


@dataclass(frozen=True, slots=True)
class AsyncBarrier:
    """Why something cannot become async or follow: ``reason`` is a sentence, ``source`` where it is known from."""

    code: str
    reason: str
    advice: str
    source: str


@dataclass(frozen=True, slots=True)
class LoopStart:
    """A call that starts a loop and waits for it. ``inner`` is the call that could be awaited in its place, or the
    function that could be called so (with the arguments after it); None where that is not plain to see."""

    call: ast.Call
    inner: ast.expr | None


class AsyncBarriers:
    """Answers for the functions of one index; ask ``read`` first for many at once."""

    def __init__(self, index: Index, engine: TypeEngine, classes: ClassGraph) -> None:
        self._index = index
        self._classes = classes
        self._qualifier = NameQualifier(index, engine)
        self.decorations = DecoratorBarriers(self._qualifier)

    @cached_property
    def _scripts(self) -> tuple[Script, ...]:
        return scripts_of(self._index)

    def read(self, functions: Sequence[Function]) -> None:
        """Ask about the decorators and possible bridges of many functions in one question."""
        self._qualifier.read((f.file, d) for f in functions for d in f.node.decorator_list)
        self._qualifier.read((f.file, call) for f in functions for call in _may_bridge(f))

    def of(self, function: Function, family: OverrideGroup) -> AsyncBarrier | None:
        """Why a function cannot become async, whatever its callers are; None if it can."""
        questions = (
            self._out_of_reach,
            self._dunder,
            self._hook,
            self._decorator,
            self._generator,
            self._script,
            self._bridge,
        )
        found = (question(function) for question in questions)
        return next((b for b in found if b), None) or self._family(function, family)

    def bridges(self, function: Function) -> tuple[LoopStart, ...]:
        """The calls in a function's own body that start a loop, or wait for one."""
        return tuple(
            LoopStart(call, _inner(call, takes_coroutine))
            for call in _may_bridge(function)
            if (takes_coroutine := self._takes_coroutine(function, call)) is not None
        )

    def is_command(self, function: Function) -> bool:
        """Whether the command line calls a plain function: a command of Click or Typer, or a script of the package."""
        is_script = any(script.means(function) for script in self._scripts)
        return not function.is_async and (is_script or self.decorations.is_command(function))

    def notes(self, function: Function) -> tuple[str, ...]:
        """What may go wrong when a function becomes async, in words."""
        found: list[str] = []
        if function.node.name == "__call__":
            found.append("whatever is given such an object may call it")
        if self.may_stop(function):
            found.append(f"a `StopIteration` from the `next(...)` of `{function.qualname}` would become a RuntimeError")
        return tuple(found)

    def may_stop(self, function: Function) -> bool:
        """Whether a ``StopIteration`` may leave a function, which no coroutine can raise (PEP 479)."""
        return not function.is_generator and any(map(_is_bare_next, own_nodes(function.node.body)))

    # one question each

    def _out_of_reach(self, function: Function) -> AsyncBarrier | None:
        if function.file.path in self._index.foreign:
            return _no(function, "it stands outside of the project", "", "DESIGN 6")
        if function.is_dead:
            return _no(function, "it stands where the program never comes", "", "DESIGN 6")
        return None

    def _dunder(self, function: Function) -> AsyncBarrier | None:
        name = function.node.name
        if not _DUNDER.fullmatch(name) or (name in MAY_BE_ASYNC and function.owner):
            return None
        outcome = OUTCOMES.get(name)
        why = outcome.value if outcome else "Python or a library calls it, and would not await it"
        source = "C.1: V" if outcome else "C.1: B, an unknown special method"
        if outcome is DunderOutcome.GIVEN and name not in ADVICE:
            return _no(function, why, "write an async method with a name of its own", source)
        return _no(function, why, ADVICE.get(name, ""), source)

    def is_hook(self, function: Function) -> bool:
        """Whether a framework calls a method by its name that takes async ones as well."""
        hook = self._hook_of(function)
        return hook is not None and not hook.why

    def _hook(self, function: Function) -> AsyncBarrier | None:
        hook = self._hook_of(function)
        return _no(function, hook.why, hook.advice, hook.source) if hook and hook.why else None

    def _decorator(self, function: Function) -> AsyncBarrier | None:
        obstacle = self.decorations.obstacle(function)
        return _no(function, obstacle.why, obstacle.advice, obstacle.source) if obstacle else None

    def _generator(self, function: Function) -> AsyncBarrier | None:
        if not function.is_generator:
            return None
        for node in own_nodes(function.node.body):
            if isinstance(node, ast.Return) and node.value is not None:
                return _no(function, "an async generator cannot return a value", "yield the value instead", "B: V")
        unused = {n.value for n in own_nodes(function.node.body) if isinstance(n, ast.Expr)}
        for node in own_nodes(function.node.body):
            if isinstance(node, ast.YieldFrom) and node not in unused:
                why = "it uses what `yield from` gives, which async generators do not have"
                return _no(function, why, "write the loop out", "B: V SyntaxError 'yield from' inside async function")
            if isinstance(node, ast.Yield) and node not in unused:
                why = "it uses what is sent to its `yield`, so its callers would have to `asend`"
                return _no(function, why, "make it and its callers async by hand", "B: V, loses send and throw")
        return None

    def _script(self, function: Function) -> AsyncBarrier | None:
        for script in self._scripts:
            if script.means(function):
                why = f"`{script.path.name}` makes it the command `{script.name}`, which does not await it"
                advice = "keep it plain and call `asyncio.run(...)` in it, as `--bridge` does"
                return _no(function, why, advice, "C.4, E: I nordicopen/pyeasee#52")
        return None

    def _bridge(self, function: Function) -> AsyncBarrier | None:
        for bridge in self.bridges(function):
            if bridge.inner is None:
                why = f"it waits for a loop with `{ast.unparse(bridge.call.func)}`, which fails where one runs already"
                return _no(function, why, "await what it runs instead", "C.5: V RuntimeError")
        return None

    def _family(self, function: Function, family: OverrideGroup) -> AsyncBarrier | None:
        if family.foreign and self._hook_of(function) is None:
            name = f"`{family.foreign}.{function.node.name}`"
            why = f"it overrides {name}, which is outside of the project and not async"
            return _no(function, why, "give the async method a name of its own", "C.3: B, F: mypy [override]")
        if family.unknown:
            return _no(function, family.unknown, "", "C.3: B, callers unseen")
        return None

    # what the questions ask

    def _hook_of(self, function: Function) -> Hook | None:
        """The row for a method that a framework calls by its name, whether it takes async ones or not."""
        lineage = self._classes.lineage(function)[1:] if function.owner else ()
        return next(
            (
                hook
                for hook in (HOOKS if lineage else ())
                if any(fnmatchcase(function.node.name, pattern) for pattern in hook.names)
                if any(fnmatchcase(base, hook.base) for base in lineage)
            ),
            None,
        )

    def _takes_coroutine(self, function: Function, call: ast.Call) -> bool | None:
        """Whether a call starts a loop: True with a coroutine, False with a function; None if it does not."""
        half = _half(call)
        named = self._qualifier.of(function.file, half)
        known = [BRIDGES[name] for name in named.names if name in BRIDGES]
        if known or named.names:
            return known[0] if known else None
        name = ast.unparse(half.func)
        return BRIDGE_SPELLINGS.get(name, BRIDGE_SPELLINGS.get(called_name(half)))


def caller_boundary(reference: Reference, target: tuple[int, int]) -> AsyncBarrier | None:
    """Why the place of a reference cannot await: module level, lambda, class body, annotation, generator expression."""
    node = reference.call or reference.node
    if not isinstance(node, ast.expr):
        return None  # an import
    barrier = placement(reference.unit, node, target)
    if isinstance(barrier, Barrier) and barrier.code == _PLACE:
        return AsyncBarrier(barrier.code, barrier.reason, barrier.advice, "B: V")
    return None


def _no(function: Function, why: str, advice: str, source: str) -> AsyncBarrier:
    name = function.qualname.replace("<locals>.", "")
    return AsyncBarrier(_FUNCTION, f"`{name}` cannot be async: {why}", advice, source)


@memoize
def _may_bridge(function: Function) -> list[ast.Call]:
    """The calls of a body that are named like one that starts a loop; of ``async_to_sync(f)(x)`` the whole."""
    calls = [n for n in own_nodes(function.node.body) if isinstance(n, ast.Call)]
    named = [c for c in calls if called_name(_half(c)) in BRIDGE_NAMES]
    halves = {c.func for c in named}
    return sorted((c for c in named if c not in halves), key=lambda c: (c.lineno, c.col_offset))


def _half(call: ast.Call) -> ast.Call:
    """Of ``async_to_sync(f)(x)`` what makes the function that is called, of any other call itself."""
    return call.func if isinstance(call.func, ast.Call) and called_name(call.func) in BRIDGE_MAKERS else call


def _inner(call: ast.Call, takes_coroutine: bool) -> ast.expr | None:
    """What could be awaited in place of a bridge: its argument if that is a call, or a plain name of a function."""
    half = _half(call)
    if half is call and called_name(call) in BRIDGE_MAKERS:
        return None  # what it makes is called elsewhere
    given = half.args[0] if half.args else None
    if {k.arg for k in half.keywords} - _DIRECT or (takes_coroutine and len(half.args) != 1):
        return None
    if takes_coroutine:
        return given if isinstance(given, ast.Call) else None
    return given if isinstance(given, (ast.Name, ast.Attribute)) else None


def _is_bare_next(node: ast.AST) -> bool:
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id == "next"
        and len(node.args) == 1
    )
