"""Which functions reach, through the code of installed packages, what starts an event loop and waits for it?

What serves or polls in a package ends, some calls deeper, in ``run``, ``run_until_complete`` or ``run_forever``: read
from its source, downwards from the functions asked about, and never for a whole project.
Only calls count that run in the function itself: a call of an ``async def`` makes a coroutine, and an inner function
or a lambda runs where it is called. Where a body or a receiver cannot be read, nothing is known and nothing is said.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.async_barriers import BRIDGES, LOOP_QUESTIONS, RUNNING_TESTS
from autoawait.project.index import Function, own_nodes
from autoawait.project.occurrences import dotted_name
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.class_graph.graph import first_defs
from autoawait.types.expressions import Places, callee, callees_of

# A way to a loop is looked for as many calls deep, and in as many functions of packages for one project: what serves
# needs one to three calls in the packages that were looked at, and five hundred functions are read in some two seconds.
DEEPEST = 6
MOST_FUNCTIONS = 1000


@dataclass(frozen=True, eq=False)
class _Call:
    """A call in the body of a function, or what a ``with`` there enters, and a function that it runs; ``name`` is what
    messages call it."""

    node: ast.expr
    name: str
    function: Function


@dataclass(frozen=True, eq=False)
class _Body:
    """What the body of a function runs: ``start`` is a call in it that starts a loop, if there is one; ``is_sure``:
    it does so where a loop is running as well, as far as the body tells."""

    start: ast.Call | None = None
    calls: tuple[_Call, ...] = ()
    is_sure: bool = True


@dataclass(frozen=True, eq=False)
class LoopWay:
    """The way from a function to a start of a loop: ``names`` are those of what is called one after the other,
    ``place`` where the last of them starts the loop, ``twin`` the async function that does the same in a loop, if any.
    ``is_sure``: it fails where a loop is running; else a body on the way asks whether one is."""

    names: tuple[str, ...]
    place: str
    twin: str
    is_sure: bool

    def words(self, function: Function) -> str:
        """The way as a sentence about the function that it starts from."""
        calls = ", which calls ".join(f"`{name}`" for name in self.names)
        starts = "starts" if self.is_sure else "may start"
        return f"`{function.qualname}` calls {calls}, which {starts} an event loop and waits for it ({self.place})"

    def advice(self, function: Function) -> str:
        """What to do by hand."""
        if self.twin:
            return f"make `{function.node.name}` async by hand and await `{self.twin}` there, which starts no loop"
        return f"call what is async outside of `{function.node.name}`, where no loop is running yet"


_UNREAD = _Body()


class PackageLoopStarters:
    """The functions of one project that reach a start of a loop in a package; each body is read once."""

    def __init__(self, facts: ProjectFacts, barriers: ConversionBarriers) -> None:
        self._facts = facts
        self._barriers = barriers
        self._bodies: dict[Function, _Body] = {}
        self._known: dict[Function, LoopWay | None] = {}
        self._read_foreign = 0

    def ways(self, functions: Collection[Function]) -> dict[Function, LoopWay]:
        """Of some functions of the project, those that reach a start of a loop in a package, with the shortest way."""
        fresh = [f for f in dict.fromkeys(functions) if f not in self._known]
        undecided = fresh
        for depth in range(1, DEEPEST + 1 if fresh else 0):
            reached = self._reached(undecided, depth)
            steps = self._steps(reached, is_sure=True)
            self._known.update((f, self._way(f, steps)) for f in undecided if steps.get(f) is not None)
            undecided = [f for f in undecided if f not in self._known]
        steps = self._steps(self._reached(undecided, DEEPEST), is_sure=False)
        self._known.update((f, self._way(f, steps) if steps.get(f) else None) for f in undecided)
        return {f: way for f in functions if (way := self._known[f]) is not None}

    def way(self, function: Function) -> LoopWay | None:
        """The shortest way of one function."""
        return self.ways([function]).get(function)

    def _reached(self, functions: Sequence[Function], depth: int) -> list[Function]:
        """All that runs when some functions run, those included, so many calls deep; their bodies are read."""
        found = dict.fromkeys(functions)
        layer = list(found)
        for _ in range(depth):
            self._read(layer)
            called = (call.function for function in layer for call in self._body(function).calls)
            layer = [function for function in dict.fromkeys(called) if function not in found]
            found.update(dict.fromkeys(layer))
        return list(found)

    def _body(self, function: Function) -> _Body:
        return self._bodies.get(function, _UNREAD)

    def _read(self, functions: Iterable[Function]) -> None:
        """Read the bodies of some functions, as far as the limit allows."""
        unread = [f for f in functions if f not in self._bodies and f.file.path.suffix != ".pyi"]
        fresh = [f for f in unread if not self._facts.is_foreign(f) or self._is_allowed()]
        asked = [(f.file, node) for f in fresh for node in _run_by(f)]
        self._barriers.qualifier.read((file, node) for file, node in asked if isinstance(node, ast.Call))
        places = dict(zip((node for _, node in asked), callees_of(self._facts.engine, asked), strict=True))
        self._bodies.update((function, self._read_one(function, places)) for function in fresh)

    def _is_allowed(self) -> bool:
        self._read_foreign += 1
        return self._read_foreign <= MOST_FUNCTIONS

    def _read_one(self, function: Function, places: Mapping[ast.expr, Places]) -> _Body:
        is_foreign = self._facts.is_foreign(function)
        by_itself = {start.call for start in self._barriers.loop_starts(function)}
        if is_foreign and (refusing := _refusing(function)):
            return _Body(refusing)
        entered = _entered(function)
        found: dict[Function, _Call] = {}
        for node in _run_by(function):
            if node in by_itself and not is_foreign:
                continue  # what the project's own functions start is known without their calls
            if isinstance(node, ast.Call) and (node in by_itself or self._starts(function, node)):
                return _Body(node, is_sure=not _asks_for_loop(function))
            functions = list(self._callees(places[node], "__init__"))
            if node in entered:
                functions += self._entering(places[node], node)
            for called in functions:
                if not called.is_async and called is not function:
                    found.setdefault(called, _Call(node, _name(node, called), called))
        return _Body(calls=tuple(found.values()))

    def _starts(self, function: Function, call: ast.Call) -> bool:
        """Whether a call starts a loop, by whatever name it is called."""
        names = self._barriers.qualifier.of(function.file, call).names
        return any(name in BRIDGES for name in names)

    def _callees(self, places: Places, made_by: str) -> Iterator[Function]:
        """The functions that stand at some places; of a class, its method of a name."""
        for place in places:
            found = self._facts.index.definition(place)
            if isinstance(found, Function):
                yield found
            elif found is not None:
                for one in self._facts.classes.at([place]):
                    yield from first_defs(one, made_by)

    def _entering(self, places: Places, node: ast.expr) -> Iterator[Function]:
        """What enters the value of a call: by the class that is called, or by what a function says that it gives."""
        makers = self._facts.index.functions_at(places)
        given = [(f.file, f.node.returns) for f in makers if f.node.returns is not None and not f.is_async]
        kinds = callees_of(self._facts.engine, given)
        for found in [places, *kinds] if isinstance(node, ast.Call) else []:
            yield from (f for f in self._callees(found, "__enter__") if f.node.name == "__enter__")

    def _steps(self, functions: Collection[Function], is_sure: bool) -> dict[Function, _Call | None]:
        """Those functions that reach a start, each with the next call on the shortest way; None at the start."""
        callers: dict[Function, list[tuple[Function, _Call]]] = {}
        for function in functions:
            for call in self._body(function).calls:
                callers.setdefault(call.function, []).append((function, call))
        steps: dict[Function, _Call | None] = {
            f: None for f in functions if (body := self._body(f)).start and (body.is_sure or not is_sure)
        }
        layer = list(steps)
        while layer:
            following: list[Function] = []
            for called in layer:
                for caller, call in callers.get(called, ()):
                    if caller not in steps:
                        steps[caller] = call
                        following.append(caller)
            layer = following
        return steps

    def _way(self, function: Function, steps: Mapping[Function, _Call | None]) -> LoopWay:
        calls: list[_Call] = []
        while (step := steps[function]) is not None:
            calls.append(step)
            function = step.function
        body = self._body(function)
        assert body.start is not None, "a way ends at a start"
        nodes = [*(call.node for call in calls[1:]), body.start]
        twins = (twin for call, node in zip(calls, nodes, strict=True) for twin in self._twins(call.function, node))
        line, _ = function.file.line_and_column(function.file.span(body.start).start)
        place = f"{_path(function)}:{line}"
        return LoopWay(tuple(call.name for call in calls), place, next(twins, ""), body.is_sure)

    def _twins(self, function: Function, following: ast.expr) -> Iterator[str]:
        """The async functions for others to call that a function of a package passes to the next call on a way, or
        that what it passes awaits."""
        if not self._facts.is_foreign(function) or not isinstance(following, ast.Call):
            return
        given = [node for argument in following.args for node in ast.walk(argument)]
        awaited = [node.value for node in ast.walk(function.node) if isinstance(node, ast.Await)]
        named = [node for node in [*given, *awaited] if isinstance(node, (ast.Call, ast.Name, ast.Attribute))]
        for places in callees_of(self._facts.engine, [(function.file, node) for node in named]):
            for found in self._facts.index.functions_at(places):
                is_public = not any(part.startswith(("_", "<")) for part in found.qualname.split("."))
                if found.is_async and is_public and self._facts.is_foreign(found):
                    yield found.qualname if found.owner else f"{dotted_name(found.file)}.{found.qualname}"


def _run_by(function: Function) -> list[ast.expr]:
    """The calls that run when a function runs, in the order of the source."""
    if function.is_async:
        return []
    found = (node for node in own_nodes(function.node.body) if isinstance(node, ast.Call))
    return sorted(found, key=lambda call: (call.lineno, call.col_offset))


def _entered(function: Function) -> set[ast.expr]:
    """What the ``with`` statements of a function enter."""
    withs = (node for node in own_nodes(function.node.body) if isinstance(node, ast.With))
    return {item.context_expr for node in withs for item in node.items}


def _asks_for_loop(function: Function) -> bool:
    """Whether a function asks which loop is running, and may decide by that."""
    return any(isinstance(n, ast.Call) and called_name(n) in LOOP_QUESTIONS for n in own_nodes(function.node.body))


def _refusing(function: Function) -> ast.Call | None:
    """The question in a body that raises where a loop is running: ``if loop.is_running(): raise``, or the ``else`` of a
    ``try`` that asks for the running one."""
    for node in own_nodes(function.node.body):
        match node:
            case ast.If(test=ast.Call() as asked, body=[ast.Raise(), *_]) if called_name(asked) in RUNNING_TESTS:
                return asked
            case ast.Try(body=[ast.Expr(value=ast.Call() as asked)], orelse=[ast.Raise(), *_]):
                if called_name(asked) in LOOP_QUESTIONS:
                    return asked
    return None


def _name(node: ast.expr, function: Function) -> str:
    """What a message calls the function of a call: a method with its class, others as they are written there."""
    return function.qualname if function.owner else ast.unparse(callee(node))


def _path(function: Function) -> str:
    """The path of a function's file from the package on."""
    path = function.file.path
    count = len(dotted_name(function.file).split(".")) + (path.stem == "__init__")
    return "/".join(path.parts[-count:])
