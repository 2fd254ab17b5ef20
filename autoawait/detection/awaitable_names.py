"""Names that the project annotates with something awaitable: callbacks, attributes, and aliases of such types.

``Send = Callable[[Message], Awaitable[None]]`` makes every ``send: Send`` a name whose calls may have to be
awaited, though no ``async def`` is called so. Read from the text: whether it is so at a place the engine says.
"""

from __future__ import annotations

import ast
import re
from bisect import bisect_right
from collections.abc import Iterable, Sequence

from autoawait.knowledge.annotations import AWAITABLES
from autoawait.project.index import Module
from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile

_RETURNED = re.compile(rb"\breturn\s+(?:[\w.]+\.)?(\w+)\(")
_PARTIAL = re.compile(rb"(\w+)[ \t]*=[ \t]*(?:[\w.]+\.)?partial(?:method)?\(\s*(?:[\w.]+\.)?(\w+)\s*[,)]")
_LAST_NAME = re.compile(rb"([A-Za-z_\x80-\xff][\w\x80-\xff]*)\s*\Z")
_KEPT = re.compile(rb"^[ \t]+self\.(\w+)[ \t]*=[ \t]*(\w+)[ \t]*$", re.MULTILINE)


def annotated_awaitables(modules: Iterable[Module]) -> frozenset[str]:
    """The names of parameters, variables and attributes that are annotated with a callable of something awaitable."""
    read = list(modules)
    words = {*AWAITABLES, *_aliases(read)}
    pattern = re.compile(rb"\b(?:" + b"|".join(w.encode() for w in sorted(words)) + rb")\b")
    declared = frozenset(name for module in read for name in _annotated(module.file, pattern))
    return declared | {kept for module in read for kept, name in _kept_names(module.file) if name in declared}


@memoize
def _kept_names(file: SourceFile) -> Sequence[tuple[str, str]]:
    """The attributes of ``self`` that take what a name holds, and that name."""
    return [(match[1].decode(), match[2].decode()) for match in _KEPT.finditer(file.body)]


def _annotated(file: SourceFile, type_words: re.Pattern[bytes]) -> Iterable[str]:
    known = _annotations(file)
    if type_words not in known:
        known[type_words] = frozenset(_names_before(file.body, type_words))
    return known[type_words]


@memoize
def _annotations(_: SourceFile) -> dict[re.Pattern[bytes], frozenset[str]]:
    """The annotated names of a file, by the words that were looked for."""
    return {}


def _names_before(body: bytes, type_words: re.Pattern[bytes]) -> Iterable[str]:
    """The names before the colons that certain words follow on the same line, with no ``=`` between.

    The words are rare: to find them first and look back is several times as fast as one pattern for all of it.
    """
    for match in type_words.finditer(body):
        before, colon, between = body[body.rfind(b"\n", 0, match.start()) + 1 : match.start()].rpartition(b":")
        if colon and b"=" not in between and (name := _LAST_NAME.search(before)):
            yield name[1].decode()


def with_forwarders(modules: Iterable[Module], names: frozenset[str]) -> frozenset[str]:
    """Names with those of sync functions that return what a call of one of the names gives, of partial objects that
    call it, and so on."""
    returned: dict[str, set[str]] = {}
    for module in modules:
        for name, caller in _returned(module):
            returned.setdefault(name, set()).add(caller)
    known, fresh = set(names), set(names)
    while fresh:
        fresh = {caller for name in fresh for caller in returned.get(name, ())} - known
        known |= fresh
    return frozenset(known)


@memoize
def _returned(module: Module) -> Sequence[tuple[str, str]]:
    """What sync functions return a call of, by name, and their own names; and the same of partial objects."""
    found = [(match[2].decode(), match[1].decode()) for match in _PARTIAL.finditer(module.file.body)]
    starts = [module.file.line_starts[f.node.lineno - 1] for f in module.functions]
    for match in _RETURNED.finditer(module.file.body):
        place = bisect_right(starts, match.start()) - 1
        if place >= 0 and not module.functions[place].is_async:
            found.append((match[1].decode(), module.functions[place].node.name))
    return found


def _aliases(modules: Iterable[Module]) -> set[str]:
    """The names of module-level aliases of awaitable types, and of aliases of these."""
    assigned = [(name, text) for module in modules for name, text in _assigned(module)]
    found: set[str] = set()
    words = re.compile("|".join(AWAITABLES))
    while fresh := {name for name, text in assigned if name not in found and words.search(text)}:
        found |= fresh
        words = re.compile(rf"\b(?:{'|'.join(sorted(fresh))})\b")
    return found


@memoize
def _assigned(module: Module) -> Sequence[tuple[str, str]]:
    found = []
    for statement in module.file.tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                found.append((name, module.file.segment(module.file.span(value))))
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                found.append((name, module.file.segment(module.file.span(value))))
    return found
