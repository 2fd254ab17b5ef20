"""Where names occur in the project's files: offsets in the text, and the nodes at them.

The bytes of each file are searched once per name. Only the parts of a tree that contain a match are descended into.
"""

from __future__ import annotations

import ast
import builtins
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from autoawait.project.index import Function, Index, Module, Unit, module_unit
from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile, Spot

_WORD = re.compile(rb"[A-Za-z_\x80-\xff][\w\x80-\xff]*")
_AS = re.compile(rb"as\s+([A-Za-z_\x80-\xff][\w\x80-\xff]*)")
_BEFORE_AS = re.compile(rb"([A-Za-z_\x80-\xff][\w\x80-\xff]*)\s+\Z")
_LONGEST = 250  # bytes of a name and the space after it
_CALLED = re.compile(rb"(?<!def )(?<!class )\b([A-Za-z_\x80-\xff][\w\x80-\xff]*)\(")
_LOOPED = re.compile(rb"for\s+([\w\x80-\xff, ()]+?)\s+in\b")
_OF_BUILTINS = frozenset(dir(builtins)).union(*map(dir, (str, bytes, list, dict, set, tuple, int, float)))
_DOTTED = re.compile(r"(?:[^\W\d]\w*[.:])*[^\W\d]\w*")

Place = ast.Name | ast.Attribute | ast.alias | ast.Constant
_PACKAGES = frozenset({"site-packages", "dist-packages"})
_PLACES = (ast.Name, ast.Attribute, ast.alias, ast.Constant)


@dataclass(frozen=True, eq=False)
class Occurrence:
    """A node with a ``name``. ``around`` are its ancestors, innermost first, up to the module; ``function`` is the
    innermost function whose body contains the node.

    ``spot`` is where an engine can be asked about it; None for strings.
    """

    file: SourceFile
    node: Place
    name: str
    around: tuple[ast.AST, ...]
    spot: Spot | None
    function: Function | None


class Occurrences:
    """The occurrences of names in the project, above all of its functions and the names they are imported as."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self._module_units: dict[SourceFile, Unit] = {}

    def unit_of(self, occurrence: Occurrence) -> Unit:
        """The unit that contains the occurrence."""
        file = occurrence.file
        if occurrence.function is not None:
            return occurrence.function.unit
        if file not in self._module_units:
            self._module_units[file] = module_unit(file, range(len(file.body)))
        return self._module_units[file]

    @cached_property
    def _renamed(self) -> dict[str, set[str]]:
        """For each name, the other names it is imported as."""
        found: dict[str, set[str]] = {}
        for module in self._index.own:
            for name, other in _renamings(module.file):
                if name != other:
                    found.setdefault(name, set()).add(other)
        return found

    @cached_property
    def _places(self) -> dict[str, dict[SourceFile, list[int]]]:
        """The offsets of each name searched for so far, by file and in order."""
        own = {f.node.name for m in self._index.own for f in m.functions}
        return self._found(own.union(*map(self.also_called, own)))

    def _found(self, names: Iterable[str]) -> dict[str, dict[SourceFile, list[int]]]:
        wanted = frozenset(names)
        found: dict[str, dict[SourceFile, list[int]]] = {name: {} for name in wanted}
        for module in self._index.own:
            places = _searched(module.file).places_of(wanted)
            for name in wanted & places.keys():
                found[name][module.file] = places[name]
        return found

    @cached_property
    def of_values(self) -> frozenset[str]:
        """The names of variables and attributes that are called somewhere, so may hold an object with ``__call__``."""
        called: set[bytes] = set()
        for module in self._index.own:
            called.update(_called(module.file))
        return held_names(self._index.own) & {name.decode() for name in called}

    def also_called(self, name: str) -> set[str]:
        """A name and all names it is imported as, directly or through other imports."""
        found = {name}
        waiting = [name]
        while waiting:
            fresh = self._renamed.get(waiting.pop(), set()) - found
            found |= fresh
            waiting += fresh
        return found

    def occurrences(self, names: Iterable[str]) -> Iterator[Occurrence]:
        """The nodes with one of these names, and the strings that end with one, by file and in order."""
        wanted = frozenset(names)
        files: dict[SourceFile, list[int]] = {}
        if fresh := wanted - self._places.keys():
            self._places.update(self._found(fresh))
        for name in sorted(wanted):
            for file, places in self._places[name].items():
                files.setdefault(file, []).extend(places)
        for module in self._index.own:
            if module.file in files:
                functions: dict[ast.AST, Function] = {f.node: f for f in module.functions}
                yield from _OccurrenceSearch(module.file, wanted, sorted(files[module.file]), functions).run()


def held_names(modules: Iterable[Module]) -> frozenset[str]:
    """The names of all variables, parameters and attributes.

    Names of methods of built-in types are left out: they are common, and few hold anything callable.
    """
    found: set[str] = set()
    for module in modules:
        found |= module.bound
        found |= _looped(module.file)
    return frozenset(found) - _OF_BUILTINS


@memoize
def _looped(file: SourceFile) -> frozenset[str]:
    """The names that loops and comprehensions bind."""
    loops = _LOOPED.findall(file.body)
    return frozenset(name.decode() for loop in loops for name in _WORD.findall(loop))


@memoize
def _called(file: SourceFile) -> frozenset[bytes]:
    return frozenset(_CALLED.findall(file.body))


class _Searched:
    """A file that is searched for each name once."""

    def __init__(self, body: bytes) -> None:
        self._body = body
        self._names: set[str] = set()
        self._places: dict[str, list[int]] = {}

    def places_of(self, names: frozenset[str]) -> dict[str, list[int]]:
        """The offsets, in order, of at least those of these names that occur."""
        if fresh := names - self._names:
            coded = {name.encode(): name for name in fresh}
            for match in _WORD.finditer(self._body):
                if (name := coded.get(match[0])) is not None:
                    self._places.setdefault(name, []).append(match.start())
            self._names |= fresh
        return self._places


@memoize
def _searched(file: SourceFile) -> _Searched:
    return _Searched(file.body)


def dotted_name(file: SourceFile) -> str:
    """The dotted name of a module: from ``site-packages`` on, else from the outermost directory that is a package."""
    parts = [] if file.path.stem == "__init__" else [file.path.stem]
    folder = file.path.parent
    for start in _PACKAGES.intersection(folder.parts):
        return ".".join([*folder.parts[folder.parts.index(start) + 1 :], *parts])
    while any((folder / f"__init__{suffix}").exists() for suffix in (".py", ".pyi")):
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


@memoize
def _renamings(file: SourceFile) -> Sequence[tuple[str, str]]:
    """The words before and after each ``as``; none is used twice, as in "as well as".

    Searching for ``as`` first is several times as fast as a pattern that begins with any word.
    """
    found, end = [], 0
    for match in _AS.finditer(file.body):
        if name := _BEFORE_AS.search(file.body[max(match.start() - _LONGEST, end) : match.start()]):
            found.append((name[1].decode(), match[1].decode()))
            end = match.end()
    return found


class _OccurrenceSearch:
    """A descent into a tree that skips every node without a match inside."""

    def __init__(
        self, file: SourceFile, names: frozenset[str], places: Sequence[int], functions: dict[ast.AST, Function]
    ) -> None:
        self.file = file
        self.names = names
        self.places = places
        self.lines = [file.spot(place).line for place in places]
        self.functions = functions

    def run(self) -> Iterator[Occurrence]:
        stack: list[tuple[ast.AST, tuple[ast.AST, ...], Function | None, bool]] = []
        stack.extend((s, (self.file.tree,), None, False) for s in reversed(self.file.tree.body))
        while stack:
            node, around, function, is_text = stack.pop()
            if not is_text and not self.may_hold(node):
                continue
            found = self.occurrence(node, around, function) if isinstance(node, _PLACES) else None
            if found is not None:
                yield found
            inside = (node, *around)
            # Before Python 3.12 the nodes inside an f-string need not lie inside its span.
            is_text = is_text or isinstance(node, ast.JoinedStr)
            inner = self.functions.get(node)
            body = set(inner.node.body) if inner else ()
            children = [(c, inside, inner if c in body else function, is_text) for c in ast.iter_child_nodes(node)]
            stack.extend(reversed(children))

    def may_hold(self, node: ast.AST) -> bool:
        """Whether a match may lie inside a node; always true for nodes without a position of their own."""
        if not isinstance(node, (ast.expr, ast.stmt, ast.excepthandler, ast.arg, ast.keyword, ast.alias)):
            return True
        decorators = getattr(node, "decorator_list", ())
        first = min([node.lineno, *(d.lineno for d in decorators)])
        # Most nodes have no match on their lines, so their offsets need not be computed.
        if bisect_left(self.lines, first) == bisect_right(self.lines, node.end_lineno or node.lineno):
            return False
        span = self.file.span(node)
        start = min([span.start, *(self.file.span(d).start for d in decorators)])
        return bisect_left(self.places, start) < bisect_left(self.places, span.end)

    def occurrence(self, node: Place, around: tuple[ast.AST, ...], function: Function | None) -> Occurrence | None:
        """What a node names, if it is one of the names."""
        span = self.file.span(node)
        match node:
            case ast.Name(id=name):
                last = span.end - 1
            case ast.Attribute(attr=name):
                last = span.end - 1
            case ast.alias(name=name):
                last = span.start + len(name.encode()) - 1
            case ast.Constant(value=str(text)) if _DOTTED.fullmatch(text):
                name, last = re.split("[.:]", text)[-1], -1
            case _:
                return None
        if name not in self.names:
            return None
        # Before Python 3.12, the position of a node inside an f-string may be wrong; then no engine can be asked.
        is_there = last >= 0 and self.file.body.startswith(name.encode(), last + 1 - len(name.encode()))
        spot = self.file.spot(last) if is_there else None
        return Occurrence(self.file, node, name, around, spot, function)
