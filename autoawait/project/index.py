"""The functions, classes and scopes of source files.

One pass over the statements of each file finds the definitions; the expressions of a function are walked only when
its ``unit`` is asked for. A definition is looked up by the position of its name, which is what a type engine gives.
"""

from __future__ import annotations

import ast
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from autoawait.project.bindings import is_property, names_bound_by, parameters
from autoawait.project.source import BrokenFile, Located, SourceFile, Spot, load, shown
from autoawait.project.syntax import TRIES, FunctionNode, scope_children


@dataclass(frozen=True, eq=False)
class Function:
    """A ``def`` or ``async def``. ``owner`` is the class whose body contains it, ``outer`` the enclosing function.

    ``is_dead``: it is in code that never runs, such as below ``if TYPE_CHECKING``.
    """

    file: SourceFile
    node: FunctionNode
    qualname: str
    owner: ast.ClassDef | None
    outer: Function | None
    is_dead: bool = False

    @property
    def is_async(self) -> bool:
        return isinstance(self.node, ast.AsyncFunctionDef)

    @cached_property
    def is_generator(self) -> bool:
        return any(isinstance(n, (ast.Yield, ast.YieldFrom)) for n in own_nodes(self.node.body))

    @cached_property
    def spot(self) -> Spot:
        """The position of the name."""
        return _name_spot(self.file, self.node)

    @property
    def name_start(self) -> int:
        """The byte offset of the name."""
        return self.file.offset(self.spot.line, self.spot.column)

    @cached_property
    def unit(self) -> Unit:
        """The code of its own body."""
        return _unit(self.file, self, tuple(self.node.body))


@dataclass(frozen=True, eq=False)
class Module:
    """The definitions of one file; ``by_line`` finds a function or class by the line of its name.

    ``bound`` are the names of its parameters, properties, variables and attributes.
    """

    file: SourceFile
    functions: tuple[Function, ...]
    by_line: dict[int, Function | ast.ClassDef]
    bound: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Unit:
    """The code of one scope: a function's own body, or a module's with those of its classes.

    ``parents`` maps each node to its parent; ``nodes`` are all nodes in source order. The bodies of inner functions are
    units of their own, but their decorators and defaults belong here.
    """

    file: SourceFile
    function: Function | None
    body: tuple[ast.stmt, ...]
    parents: dict[ast.AST, ast.AST] = field(repr=False)
    nodes: tuple[ast.AST, ...] = field(repr=False)

    @cached_property
    def _inner_parents(self) -> dict[ast.AST, ast.AST]:
        """``parents`` for the bodies of inner functions too, which may read names of this scope."""
        found: dict[ast.AST, ast.AST] = {}
        for statement in self.body:
            for node in ast.walk(statement):
                found.update((child, node) for child in ast.iter_child_nodes(node))
        return found

    def parent(self, node: ast.AST) -> ast.AST:
        """The parent of a node in this unit or in a function inside it; the module for a statement of the body."""
        return self.parents.get(node) or self._inner_parents.get(node) or self.file.tree

    @cached_property
    def mentions(self) -> dict[str, set[ast.AST]]:
        """For each name, the nodes where it occurs and all their ancestors."""
        found: dict[str, set[ast.AST]] = {}
        for node in self.nodes:
            if isinstance(node, ast.Name):
                around = found.setdefault(node.id, set())
                climbing: ast.AST | None = node
                while climbing is not None and climbing not in around:
                    around.add(climbing)
                    climbing = self.parents.get(climbing)
        return found

    @cached_property
    def dead(self) -> frozenset[ast.stmt]:
        """The statements that never run: those in a dead branch, or after one that leaves its block."""
        found: set[ast.stmt] = set(_after_leaving(self.body))
        for node in self.nodes:
            if isinstance(node, ast.stmt):
                found.update(dead_block(node) or ())
                found.update(s for block in blocks(node) for s in _after_leaving(block))
        return frozenset(found)

    def ancestors(self, node: ast.AST) -> Iterator[ast.AST]:
        """The ancestors of a node, innermost first, up to a statement of the unit's body."""
        while (parent := self.parents.get(node)) is not None:
            yield parent
            node = parent


class Index:
    """All loaded files by path. ``foreign`` ones, from outside the project, are loaded on demand.

    ``read`` loads and indexes a file, by default from disk. Messages name files relative to ``root``.
    """

    def __init__(self, read: Reader | None = None, root: Path = Path()) -> None:
        self._root = root
        self._read = read or indexed
        self.modules: dict[Path, Module] = {}
        self.foreign: set[Path] = set()
        self.broken: dict[Path, BrokenFile] = {}

    @property
    def own(self) -> list[Module]:
        """The project's own modules, as a new list: lookups may load foreign modules while it is iterated."""
        return [module for path, module in self.modules.items() if path not in self.foreign]

    def add(self, path: Path, data: bytes | None = None) -> Module | None:
        """Load and index a file; None if that fails (``broken`` says why)."""
        found = self._read(path, data)
        if isinstance(found, BrokenFile):
            self.broken[path] = found
            return None
        self.modules[path] = found
        return found

    def module(self, path: Path) -> Module | None:
        """The module at a path, loaded now if necessary; None if it cannot be read as Python."""
        if path in self.broken:
            return None
        if path not in self.modules:
            self.foreign.add(path)
            self.add(path)
        return self.modules.get(path)

    def functions_of(self, path: Path) -> Sequence[Function]:
        """The functions of the module at a path; none if it cannot be read."""
        module = self.module(path)
        return module.functions if module else ()

    def function_around(self, path: Path, line: int) -> Function | None:
        """The innermost function around a 1-based line of a file; None for code of the module."""
        around = (f for f in self.functions_of(path) if f.node.lineno <= line <= (f.node.end_lineno or f.node.lineno))
        return max(around, key=lambda f: f.node.lineno, default=None)

    @cached_property
    def by_name(self) -> Mapping[str, Sequence[Function]]:
        """The functions of the project by name. Only valid once all its files are loaded."""
        found: dict[str, list[Function]] = {}
        for function in (function for module in self.own for function in module.functions):
            found.setdefault(function.node.name, []).append(function)
        return found

    def shown(self, path: Path) -> str:
        """A path as messages name it: relative to the project's root."""
        return shown(path, self._root)

    def place(self, file: SourceFile, node: Located) -> str:
        """The position of a node as messages name it, ``pkg/module.py:3:1``; for an attribute, that of its name."""
        line, column = file.line_and_column(file.name_start(node))
        return f"{self.shown(file.path)}:{line}:{column}"

    def qualified_name(self, spot: Spot) -> str:
        """The dotted name of the function at a spot, with all directories of its path; empty if there is none."""
        found = self.definition(spot)
        if not isinstance(found, Function):
            return ""
        parts = [p for p in spot.path.with_suffix("").parts if p not in {"/", "__init__"}]
        return ".".join([*parts, found.qualname])

    def definition(self, spot: Spot) -> Function | ast.ClassDef | None:
        """The function or class whose name is at a spot, if any."""
        if spot.path.suffix not in {".py", ".pyi"}:
            return None
        module = self.module(spot.path)
        found = module.by_line.get(spot.line) if module else None
        if module is None or found is None:
            return None
        node = found.node if isinstance(found, Function) else found
        return found if _name_spot(module.file, node) == spot else None  # it may be a parameter on the same line

    def name_at(self, spot: Spot) -> str:
        """The qualified name of the function, or the name of the class, at a spot; empty if there is neither."""
        found = self.definition(spot)
        return found.qualname if isinstance(found, Function) else found.name if found else ""

    def functions_at(self, spots: Iterable[Spot]) -> list[Function]:
        """The functions whose names are at some spots."""
        return [found for found in map(self.definition, spots) if isinstance(found, Function)]

    def is_own(self, path: Path) -> bool:
        """Whether a file is loaded and belongs to the project."""
        return path in self.modules and path not in self.foreign


# Takes a path and, for unsaved text in an editor, the bytes that replace those on disk.
Reader = Callable[[Path, bytes | None], Module | BrokenFile]


def indexed(path: Path, data: bytes | None = None) -> Module | BrokenFile:
    """Load and index a file; ``data`` as for ``load``."""
    loaded = load(path, data)
    if isinstance(loaded, BrokenFile):
        return loaded
    try:
        return index_file(loaded)
    except RecursionError:
        return BrokenFile(path, "AW903", "is nested too deeply to be read")


def index_file(file: SourceFile) -> Module:
    """All functions and classes of a file, in source order."""
    functions: list[Function] = []
    by_line: dict[int, Function | ast.ClassDef] = {}
    bound: set[str] = set()

    def visit(
        body: Iterable[ast.stmt], prefix: str, owner: ast.ClassDef | None, outer: Function | None, dead: bool
    ) -> None:
        for node in body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
                function = Function(file, node, prefix + node.name, owner, outer, dead)
                functions.append(function)
                by_line[node.lineno] = function
                bound.update([*parameters(node), *([node.name] if is_property(node) else [])])
                visit(node.body, f"{prefix}{node.name}.<locals>.", None, function, dead)
            elif isinstance(node, ast.ClassDef):
                by_line[node.lineno] = node
                visit(node.body, f"{prefix}{node.name}.", node, outer, dead)
            else:
                bound.update(names_bound_by(node))
                for inner in blocks(node):
                    visit(inner, prefix, owner, outer, dead or inner is dead_block(node))

    visit(file.tree.body, "", None, None, dead=False)
    return Module(file, tuple(functions), by_line, frozenset(bound))


def blocks(node: ast.stmt) -> Iterator[list[ast.stmt]]:
    """The blocks directly inside a compound statement that opens no scope."""
    if isinstance(node, (ast.If, ast.For, ast.AsyncFor, ast.While)):
        yield node.body
        yield node.orelse
    elif isinstance(node, (ast.With, ast.AsyncWith)):
        yield node.body
    elif isinstance(node, TRIES):
        yield node.body
        yield from (handler.body for handler in node.handlers)
        yield node.orelse
        yield node.finalbody
    elif isinstance(node, ast.Match):
        yield from (case.body for case in node.cases)


def _name_spot(file: SourceFile, node: FunctionNode | ast.ClassDef) -> Spot:
    """The position of the name in a ``def``, ``async def`` or ``class`` statement."""
    keyword = {ast.FunctionDef: "def", ast.AsyncFunctionDef: "async def", ast.ClassDef: "class"}[type(node)]
    start = file.offset(node.lineno, node.col_offset + len(keyword))
    return file.spot(max(file.body.find(node.name.encode("utf-8"), start), start))


def _after_leaving(block: Sequence[ast.stmt]) -> Sequence[ast.stmt]:
    """The statements of a block after the first that surely leaves it."""
    for number, statement in enumerate(block):
        if isinstance(statement, (ast.Return, ast.Raise, ast.Break, ast.Continue)):
            return block[number + 1 :]
    return ()


def dead_block(node: ast.AST) -> list[ast.stmt] | None:
    """The branch of an ``if`` that never runs because of a constant or ``TYPE_CHECKING``; None if both may run."""
    if not isinstance(node, ast.If):
        return None
    test = node.test
    if isinstance(test, ast.Constant):
        return node.orelse if test.value else node.body
    is_name = isinstance(test, (ast.Name, ast.Attribute)) and ast.unparse(test).endswith("TYPE_CHECKING")
    return node.body if is_name else None


def module_unit(file: SourceFile, places: Sequence[int]) -> Unit:
    """A module's own code with its class bodies, limited to statements that contain one of the sorted byte offsets."""
    return _unit(file, None, tuple(file.tree.body), places)


def partial_unit(function: Function, places: Sequence[int]) -> Unit:
    """A function's body, limited to statements that contain one of the sorted byte offsets."""
    return _unit(function.file, function, tuple(function.node.body), places)


def _unit(
    file: SourceFile, function: Function | None, body: tuple[ast.stmt, ...], places: Sequence[int] | None = None
) -> Unit:
    parents: dict[ast.AST, ast.AST] = {}
    nodes: list[ast.AST] = []
    stack: list[ast.AST] = list(reversed(body))
    while stack:
        node = stack.pop()
        if places is not None and isinstance(node, ast.stmt):
            span = file.span(node)
            start = min([span.start, *(file.span(d).start for d in getattr(node, "decorator_list", ()))])
            if bisect_left(places, start) == bisect_left(places, span.end):
                continue
        nodes.append(node)
        children = scope_children(node)
        for child in children:
            parents[child] = node
        stack.extend(reversed(children))
    return Unit(file, function, body, parents, tuple(nodes))


def own_nodes(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    """All nodes of a function's body except those inside inner functions, lambdas and classes."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef, ast.Lambda)):
            stack.extend(ast.iter_child_nodes(node))
