"""Where ``await`` may stand, and what must change around it (tests/edits compile each on the running Python)."""

from __future__ import annotations

import ast
from dataclasses import dataclass

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.knowledge.consumers import COLLECTORS, ELEMENT_READERS
from autoawait.project.index import Function, Unit

# Since 3.11 an asynchronous comprehension may stand inside a synchronous one (bpo-33346).
_NESTED_ASYNC_COMPREHENSIONS = (3, 11)
_Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp
_TYPE_SCOPES = frozenset({"TypeAlias", "TypeVar", "ParamSpec", "TypeVarTuple"})


@dataclass(frozen=True, slots=True)
class Barrier:
    """Why no ``await`` can stand at a place, and what to do by hand."""

    code: str
    reason: str
    advice: str


@dataclass(frozen=True, slots=True)
class AwaitPlacement:
    """The edits that let an ``await`` stand at a place; ``note`` where they change what is evaluated.

    ``needs`` is the sync function around the place, which must become async first.
    """

    edits: tuple[Edit, ...] = ()
    note: str = ""
    needs: Function | None = None


def not_async(function: Function) -> Barrier:
    """The refusal for a place in a sync function that is to stay sync."""
    name = function.node.name
    return Barrier("AW402", f"`{name}` is not async", f"make `{name}` async and await it where it is called")


_MODULE = Barrier(
    "AW401",
    "`await` is not allowed at module level",
    "move it into an async function and run that with `asyncio.run(...)`",
)
_CLASS = Barrier("AW401", "it is in a class body, where `await` is not allowed", "set it from an async method")
_LAMBDA = Barrier("AW401", "it is inside a lambda, where `await` is not allowed", "write an inner `async def` instead")
_ANNOTATION = Barrier("AW401", "it is in an annotation, where `await` is not allowed", "compute it before")
_NESTED = Barrier(
    "AW401",
    "before Python 3.11 `await` is not allowed in a comprehension inside another one",
    "write the outer comprehension as a loop",
)
_GENERATOR = Barrier(
    "AW401",
    "an `await` would turn the generator expression into an async generator, which its reader cannot iterate",
    "make a list of the awaited values first",
)


def placement(unit: Unit, node: ast.expr, target: tuple[int, int], *, clause: bool = False) -> AwaitPlacement | Barrier:
    """Whether ``await`` may stand at ``node`` on Python ``target`` and later, and what it takes.

    With ``clause``, ``node`` is the iterable of a comprehension's clause that is to become ``async for``.
    """
    edits: list[Edit] = []
    note = ""
    nested = False
    path: list[ast.AST] = [node, *unit.ancestors(node)]
    for number, around in enumerate(path[1:], 1):
        if (barrier := _scope_barrier(around, path[number - 1])) is not None:
            return barrier
        if not isinstance(around, _Comprehension):
            continue
        if _through_first_iterable(around, path[:number]) and not (clause and number == 2):
            continue
        if nested and unit.function is not None and target < _NESTED_ASYNC_COMPREHENSIONS:
            return _NESTED
        nested = True
        if isinstance(around, ast.GeneratorExp):
            if (reader := _reader(unit, around)) is None:
                return _GENERATOR
            edits.append(Edit(unit.file.path, unit.file.span(around), EditKind.LIST_OF_GENEXP))
            if reader in {"any", "all"}:
                note = f"`{reader}` no longer stops early: the whole list is built first"
    if unit.function is None:
        return _MODULE
    return AwaitPlacement(tuple(edits), note, None if unit.function.is_async else unit.function)


def _scope_barrier(around: ast.AST, child: ast.AST) -> Barrier | None:
    match around:
        case ast.Lambda() if child is around.body:
            return _LAMBDA
        case ast.ClassDef() if child in around.body:
            return _CLASS
        case ast.AnnAssign(annotation=part) | ast.FunctionDef(returns=part) | ast.AsyncFunctionDef(returns=part):
            return _ANNOTATION if child is part else None
    return _ANNOTATION if isinstance(around, ast.arg) or type(around).__name__ in _TYPE_SCOPES else None


def _through_first_iterable(comprehension: _Comprehension, below: list[ast.AST]) -> bool:
    """Whether the path into a comprehension leads to its first iterable, which the scope around it evaluates."""
    first = comprehension.generators[0]
    return len(below) > 1 and below[-1] is first and below[-2] is first.iter


def _reader(unit: Unit, genexp: ast.GeneratorExp) -> str | None:
    """The builtin (or ``join``) that reads a generator expression; None for a reader that we do not know."""
    call = unit.parents.get(genexp)
    if not isinstance(call, ast.Call) or call.args[:1] != [genexp]:
        return None
    match call.func:
        case ast.Name(id=name) if name in ELEMENT_READERS | COLLECTORS | {"dict"}:
            return name
        case ast.Attribute(attr="join" | "extend" | "update" | "fromkeys" as name):
            return name
    return None
