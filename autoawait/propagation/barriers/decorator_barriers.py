"""Whether a function may become async below its decorators."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from fnmatch import fnmatchcase

from autoawait.dataflow.uses import called_name
from autoawait.edits.await_placement import Barrier
from autoawait.knowledge.async_barriers import CALLBACKS, DECORATIONS, LOOKING, SyncOnlyRow
from autoawait.knowledge.consumers import ASKS_TO_AWAIT
from autoawait.knowledge.decorators import Effect
from autoawait.knowledge.handlers import FORMER, MARKS, TAKES_ASYNC
from autoawait.project.bindings import positional
from autoawait.project.index import Function, own_nodes
from autoawait.project.source import SourceFile
from autoawait.project.syntax import TRIES, FunctionNode
from autoawait.propagation.barriers.reasons import stays_sync
from autoawait.resolution.decorator_effects import effect_of
from autoawait.resolution.qualified_names import NameQualifier, QualifiedNames
from autoawait.types.expressions import Expression, callee
from autoawait.types.type_expr import is_async_callable

_TAKES_ASYNC = frozenset(f"{h.holder}.{name}" for h in (*TAKES_ASYNC, *FORMER) for name in h.names)
_MARKS = frozenset(f"{h.holder}.{name}" for h in MARKS for name in h.names) | {
    f"{h.holder}.{name}.__call__" for h in MARKS for name in h.names
}
# What a decorator may read of the function that it is given without handing it on.
_COPIED = frozenset(
    ["wraps", "update_wrapper", "iscoroutinefunction", "signature", "callable", "format", "repr", "str"]
)
_FIXTURE = "_pytest.fixtures.fixture"
_UNKNOWN_ADVICE = "if the decorator works with async functions, make the function async by hand"


class DecoratorBarriers:
    """What decorators, and calls that register functions, do with an async function, by tables or their source."""

    def __init__(self, qualifier: NameQualifier) -> None:
        self._qualifier = qualifier

    def read(self, named: Iterable[Expression]) -> None:
        """Ask at once what decorators or callees lead to."""
        self._qualifier.read(named)

    def accepts_async(self, file: SourceFile, node: ast.expr) -> bool | None:
        """Whether a decorator, or a call that a function is passed to, takes async functions; None if unknown."""
        named = self._qualifier.of(file, node)
        if self._takes_async(file, node, named):
            return True
        return False if _row(named.names, (*DECORATIONS, *CALLBACKS)) else None

    def only_looks(self, file: SourceFile, call: ast.Call) -> bool:
        """Whether a call only looks at the functions that it is given."""
        names = self._qualifier.of(file, call).names
        return any(fnmatchcase(name, pattern) for name in names for pattern in LOOKING)

    def fixture(self, function: Function) -> ast.expr | None:
        """The decorator that makes a function a fixture of pytest; async ones need the decorator of their plugin."""
        decorators = function.node.decorator_list
        return next((d for d in decorators if _FIXTURE in self._qualifier.of(function.file, d).names), None)

    def is_command(self, function: Function) -> bool:
        """Whether a decorator makes a function a command that the command line runs."""
        rows = (_row(self._qualifier.of(function.file, d).names, DECORATIONS) for d in function.node.decorator_list)
        return any(row is not None and row.is_command for row in rows)

    def obstacle(self, function: Function) -> Barrier | None:
        """The first decorator below which a function cannot be async."""
        found = (self._of_decorator(function.file, d) for d in function.node.decorator_list)
        return next((obstacle for obstacle in found if obstacle), None)

    def _of_decorator(self, file: SourceFile, decorator: ast.expr) -> Barrier | None:
        named = self._qualifier.of(file, decorator)
        text = ast.unparse(decorator)
        if self._takes_async(file, decorator, named) or named.names & _MARKS:
            return None
        if (row := _row(named.names, DECORATIONS)) is not None:
            return stays_sync(row.why, row.advice)
        if not named.functions:
            return stays_sync(f"its decorator `@{text}` is unknown", _UNKNOWN_ADVICE)
        called = isinstance(decorator, ast.Call)
        unprepared = (f for f in named.functions if not self._is_for_coroutines(f, called=called))
        why = next((why for f in unprepared if (why := _why_not(f.node, called=called))), "")
        return stays_sync(f"its decorator `@{text}` {why}", _UNKNOWN_ADVICE) if why else None

    def _is_for_coroutines(self, decorator: Function, *, called: bool) -> bool:
        """Whether a decorator is declared to take functions that give something awaitable, aliases of types looked
        through, or makes the manager of an ``@asynccontextmanager``, which awaits what it decorates."""
        first = positional(decorator.node)[1 if decorator.owner else 0 :][:1]
        annotated = [parameter for parameter in first if parameter.annotation is not None]
        if any(is_async_callable(self._qualifier.type_of(decorator.file, p)) for p in annotated):
            return True
        names = (self._qualifier.of(decorator.file, d).names for d in decorator.node.decorator_list)
        return called and any("contextlib.asynccontextmanager" in found for found in names)

    def _takes_async(self, file: SourceFile, node: ast.expr, named: QualifiedNames) -> bool:
        if named.names & _TAKES_ASYNC:
            return True
        target = callee(node)
        # Quart inherits the decorators of Flask, and awaits (quart/app.py).
        if isinstance(target, ast.Attribute) and any(name.startswith("flask.") for name in named.names):
            return any(name.startswith("quart.") for name in self._qualifier.class_of(file, target.value))
        return False


def _row(names: frozenset[str], rows: tuple[SyncOnlyRow, ...]) -> SyncOnlyRow | None:
    fitting = (row for row in rows for pattern in row.names if any(fnmatchcase(name, pattern) for name in names))
    return next(fitting, None)


def _why_not(decorator: FunctionNode, *, called: bool) -> str:
    """Why an async function cannot stand below a decorator whose source is read, in words; empty if it can."""
    if _asks_for_async(decorator) or _awaits_what_it_calls(decorator):
        return ""
    effect = effect_of(decorator, called=called)
    if effect is Effect.COROUTINE:
        return "wraps it in an async function that does not await it"
    if effect is not Effect.KEEPS:
        return "does something with the result of its calls that may not work with a coroutine"
    for inner in _decorating(decorator, called):
        parameter = next((a.arg for a in positional(inner)), "")
        if _hands_on(inner, parameter):
            return "passes it to code that may call it"
        if _guards(inner, parameter):
            return "calls it inside `try` or `with`, and a coroutine would only run after that"
    return ""


def _asks_for_async(decorator: FunctionNode) -> bool:
    """Whether a decorator has an answer of its own for coroutine functions, other than to refuse them."""
    for node in ast.walk(decorator):
        if isinstance(node, ast.If) and isinstance(node.test, ast.Call):
            is_asked = ast.unparse(node.test.func).endswith("iscoroutinefunction")
            if is_asked and not any(isinstance(n, ast.Raise) for n in node.body):
                return any(isinstance(n, ast.AsyncFunctionDef) for s in node.body for n in ast.walk(s))
    return False


def _awaits_what_it_calls(decorator: FunctionNode) -> bool:
    """Whether a wrapper is async and awaits what the function below it gives, always or if it can be awaited."""
    called: dict[ast.AST, bool] = {}
    for outer in (n for n in ast.walk(decorator) if isinstance(n, ast.FunctionDef)):
        names = {a.arg for a in positional(outer)}
        for wrapper in (n for n in ast.walk(outer) if isinstance(n, ast.AsyncFunctionDef | ast.FunctionDef)):
            if wrapper is not outer:
                called.update(_calls_awaited(wrapper, names))
    return bool(called) and all(called.values())


def _calls_awaited(wrapper: FunctionNode, names: set[str]) -> Iterator[tuple[ast.AST, bool]]:
    """The calls of what a wrapper's decorator was given, and whether the wrapper awaits each."""
    nodes = list(own_nodes(wrapper.body))
    is_async = isinstance(wrapper, ast.AsyncFunctionDef)
    awaited = {n.value for n in nodes if isinstance(n, ast.Await)}
    # `if iscoroutine(out): return await out`
    probes = any(isinstance(n, ast.Call) and called_name(n) in ASKS_TO_AWAIT for n in nodes) and bool(awaited)
    yield from ((call, is_async and (call in awaited or probes)) for call in _calls_of(nodes, names))


def _decorating(decorator: FunctionNode, called: bool) -> Iterator[FunctionNode]:
    """The function that takes what is decorated: a factory's inner one, or the decorator itself."""
    inner = [n for n in decorator.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    deeper = [n for i in inner for n in i.body if isinstance(n, (ast.FunctionDef, ast.AsyncFunctionDef))]
    if called and (deeper or not _calls_parameter(decorator)):
        yield from inner
    else:
        yield decorator


def _calls_parameter(decorator: FunctionNode) -> bool:
    return any(_calls_of(ast.walk(decorator), {a.arg for a in positional(decorator)}))


def _calls_of(nodes: Iterable[ast.AST], names: Collection[str]) -> Iterator[ast.Call]:
    """The calls among some nodes of what has one of some names."""
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def _hands_on(decorator: FunctionNode, parameter: str) -> bool:
    """Whether a decorator does more with the function than call it, return it and copy from it."""
    allowed: set[ast.AST] = set()
    for node in ast.walk(decorator):
        match node:
            case ast.Call(func=ast.Name(id=name) as target) if name == parameter:
                allowed.add(target)
            case ast.Call(func=ast.Name(id=name) | ast.Attribute(attr=name)) if name in _COPIED:
                allowed.update(node.args)
            case ast.Return(value=ast.Name() as target):
                allowed.add(target)
            case ast.Attribute(value=ast.Name() as target) if node.attr.startswith("__"):
                allowed.add(target)
            case ast.FormattedValue(value=ast.Name() as target):
                allowed.add(target)
    loads = (n for n in ast.walk(decorator) if isinstance(n, ast.Name) and n.id == parameter)
    return any(n not in allowed for n in loads)


def _guards(decorator: FunctionNode, parameter: str) -> bool:
    """Whether the call of the function stands inside a block that ends before its coroutine is awaited."""
    blocks = (node for node in ast.walk(decorator) if isinstance(node, (*TRIES, ast.With)))
    return any(any(_calls_of(ast.walk(block), {parameter})) for block in blocks)
