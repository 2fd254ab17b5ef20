"""Types as text, as a checker words them and as annotations are written, parsed into one form.

A union stands in either notation (``A | B``, ``Union[A, B]``), a callable as ``(int) -> X`` or ``Callable[[int], X]``;
``A & ~B`` is what a narrowed type is, ``T@f`` a type variable. A hover's ``def f() -> X`` counts as a callable.
Parentheses, quotes and notes of variance around a type are no part of it.
"""

from __future__ import annotations

import builtins
import collections.abc
import re
import types
import typing
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum
from functools import cache

from autoawait.knowledge.annotations import AWAITABLES, GENERATORS, RUNNING
from autoawait.types.engine import AWAITABLE_KINDS, Kind

_KINDS = {
    "Coroutine": Kind.COROUTINE,
    "CoroutineType": Kind.COROUTINE,
    "Awaitable": Kind.AWAITABLE,
    "Future": Kind.AWAITABLE,
    "Task": Kind.AWAITABLE,
    "AsyncGenerator": Kind.ASYNC_ITERATOR,
    "AsyncGeneratorType": Kind.ASYNC_ITERATOR,
    "AsyncIterator": Kind.ASYNC_ITERATOR,
    "AsyncIterable": Kind.ASYNC_ITERATOR,
    "_AsyncGeneratorContextManager": Kind.ASYNC_CONTEXT,
    "AbstractAsyncContextManager": Kind.ASYNC_CONTEXT,
    "AsyncContextManager": Kind.ASYNC_CONTEXT,
    **dict.fromkeys(("", "...", "Unknown", "Any", "object", "Never", "NoReturn", "Divergent", "Self"), Kind.UNKNOWN),
    **dict.fromkeys(("Todo", "@Todo", "AlwaysTruthy", "AlwaysFalsy"), Kind.UNKNOWN),
}
# In an intersection the strongest of its parts holds.
_STRENGTH = (
    Kind.COROUTINE,
    Kind.AWAITABLE,
    Kind.ASYNC_ITERATOR,
    Kind.ASYNC_CONTEXT,
    Kind.MAYBE,
    Kind.UNKNOWN,
    Kind.PLAIN,
)
HARMLESS = frozenset({Kind.PLAIN, Kind.UNKNOWN})
# concurrent.futures.Future reads the same, and libraries have Tasks of their own.
_AMBIGUOUS = frozenset({"Future", "Task"})
_EVERYDAY = frozenset(
    {
        *dir(builtins),
        *typing.__all__,
        *collections.abc.__all__,
        *types.__all__,
        "TypeIs",
        "LiteralString",
        "EllipsisType",
    }
)
# Callable objects of the standard library that ty spells out: which type argument a call gives.
_CALL_GIVES = {"partial": 0, "_lru_cache_wrapper": 0, "_Wrapped": 3}

_VARIANCE = re.compile(r" \((?:in|co|contra|bi)variant\)$")
_SIGNATURE = re.compile(r"(?:def|bound method|class) ")
_CALLED_CLASS = re.compile(r"class ([\w.]+)")
_CLASS = re.compile(r"<class '(.+)'>$")
_NAME = re.compile(r"[\w.]+")
_ATOM = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(\[{]|[)\]}]"""
_SPLITTERS = {
    separator: re.compile(f"{_ATOM}|{re.escape(separator)}")
    for separator in ("\n", " -> ", " | ", " & ", ", ", ",", " = ")
}
_AWAITABLE = re.compile(rf"\b(?:{'|'.join(AWAITABLES)})\b")
_AWAITABLE_OR_RUNNING = re.compile(rf"\b(?:{'|'.join((*AWAITABLES, *RUNNING))})\b")
_AWAITED_ONCE = re.compile(rf"\b(?:{'|'.join((*AWAITABLES, *RUNNING, *GENERATORS))})\b")
_UNIONS = frozenset({"Union", "Optional"})
# Types that accept whatever is passed: nothing follows from a coroutine passed to them.
_OPEN = re.compile(r"(\w+\.)*(Any|Unknown|object)")


class Form(Enum):
    """How a type is put together."""

    NAME = "name"
    SUBSCRIPT = "subscript"
    UNION = "union"
    INTERSECTION = "intersection"
    CALLABLE = "callable"


@dataclass(frozen=True, slots=True)
class TypeExpr:
    """A type. ``text`` is all of it, ``name`` what is subscripted or the whole name, ``parts`` are the types of a union
    or intersection, the arguments of a subscript, what a callable gives; ``head`` is what stands before its arrow."""

    form: Form
    text: str
    name: str = ""
    parts: tuple[TypeExpr, ...] = ()
    head: str = ""

    @property
    def last_name(self) -> str:
        """The name without the modules before it."""
        return self.name.rpartition(".")[2]


@cache
def parse(text: str) -> TypeExpr:
    """A type as a value; what cannot be read any further is a name."""
    text = _unwrapped(text)
    head, *gives = split(text, " -> ")
    if gives or _SIGNATURE.match(text):
        return TypeExpr(Form.CALLABLE, text, parts=(parse(" -> ".join(gives)),) if gives else (), head=head)
    for separator, form in ((" | ", Form.UNION), (" & ", Form.INTERSECTION)):
        if len(parts := split(text, separator)) > 1:
            return TypeExpr(form, text, parts=tuple(map(parse, parts)))
    name, bracket, rest = text.partition("[")
    if bracket and rest.endswith("]"):
        return TypeExpr(Form.SUBSCRIPT, text, name, tuple(map(parse, split(rest[:-1], ", "))))
    return TypeExpr(Form.NAME, text, text)


@cache
def kind_of(text: str) -> Kind:
    """The kind of a value of the type that ``text`` names."""
    return _kind(parse(text))


def _kind(given: TypeExpr) -> Kind:
    if given.form is Form.CALLABLE:
        return Kind.PLAIN
    if given.form is Form.UNION:
        return _kind_of_union(frozenset(map(_kind, given.parts)))
    if given.form is Form.INTERSECTION:
        said = [part for part in given.parts if not part.text.startswith("~")] or given.parts
        return min(map(_kind, said), key=_STRENGTH.index)
    if given.name == "Top" and given.parts:
        return _kind(given.parts[0])
    if "@" in given.name or given.name.startswith("~"):
        return Kind.UNKNOWN
    if given.name.startswith("concurrent."):
        return Kind.PLAIN
    return _KINDS.get(given.last_name if given.name != "..." else "...", Kind.PLAIN)


def _kind_of_union(kinds: frozenset[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= AWAITABLE_KINDS:
        return Kind.AWAITABLE
    return Kind.UNKNOWN if kinds <= HARMLESS else Kind.MAYBE


@cache
def call_gives(text: str) -> str | None:
    """The type that calling a value of this type gives; None if it is not callable or that is not said."""
    return _given_by(parse(text))


def _given_by(called: TypeExpr) -> str | None:
    if match := _CALLED_CLASS.match(called.text):
        return match[1]
    if called.form is Form.CALLABLE:
        return _qualified(called.parts[0].text, called.head) if called.parts else None
    if called.form is Form.UNION:
        return either(_given_by(part) for part in called.parts if part.text != "None")
    if called.form is Form.INTERSECTION:
        return next((given for part in called.parts if (given := _given_by(part))), None)
    if named := _CLASS.match(called.text):
        return named[1]
    if called.last_name == "Callable" and len(called.parts) > 1:
        return called.parts[1].text
    if called.name == "type" and called.parts:
        return called.parts[0].text
    if called.name == "Overload" and called.parts:
        return either(map(_given_by, called.parts))
    if len(called.parts) > _CALL_GIVES.get(called.name, len(called.parts)):
        argument = called.parts[_CALL_GIVES[called.name]]
        return _given_by(argument) if called.name == "partial" else argument.text
    return None


def awaited_of(text: str) -> str:
    """The type that awaiting a value of this type gives; empty where it is not surely awaitable."""
    return _awaited(parse(text))


def _awaited(given: TypeExpr) -> str:
    if _kind(given) not in AWAITABLE_KINDS:
        return ""
    if given.form is Form.UNION:
        return either(_awaited(part) or None for part in given.parts) or ""
    if given.form is Form.INTERSECTION:
        return next((awaited for part in given.parts if (awaited := _awaited(part))), "")
    if given.name == "Top" and given.parts:
        return _awaited(given.parts[0])
    return given.parts[-1].text if given.parts else ""


def nominal_of(text: str) -> str:
    """The bare name of the class that a value of this type is an instance of, where that class is worth
    a look: none of the well-known types, or one whose name several classes have."""
    return _nominal(parse(text))


def _nominal(given: TypeExpr) -> str:
    if given.form is Form.INTERSECTION:
        return next((name for part in given.parts if (name := _nominal(part))), "")
    if given.form in (Form.UNION, Form.CALLABLE):
        return ""
    is_known = (given.last_name in _KINDS or given.last_name in _EVERYDAY) and given.last_name not in _AMBIGUOUS
    return given.last_name if _NAME.fullmatch(given.name) and not is_known else ""


# is it awaitable? as annotations and signatures word it


def names_awaitable(text: str, *, running: bool = False) -> bool:
    """Whether an annotation names, anywhere, a type of what `await` takes; with ``running`` also a Future or Task."""
    return bool((_AWAITABLE_OR_RUNNING if running else _AWAITABLE).search(text))


def is_awaitable_text(text: str) -> bool:
    """Whether a type as text names a kind of awaitable (or generator, which older code awaits) anywhere."""
    return bool(_AWAITED_ONCE.search(text))


def is_awaitable_type(text: str) -> bool:
    """Whether a type as text is a kind of awaitable itself, or a union with one; what holds or gives one is none."""
    return any(_AWAITED_ONCE.fullmatch(name) for part in alternatives(text) for name in _names(part))


def _names(given: TypeExpr) -> list[str]:
    """The names of a type, if it has any: of a narrowed one those of all its parts."""
    return [part.last_name for part in (given.parts if given.form is Form.INTERSECTION else (given,))]


def is_async_callable(text: str) -> bool:
    """Whether a type as text is a callable whose calls may give something awaitable, or a union with one.

    In the words of an annotation (``Callable[[str], Awaitable[None]]``) or of ty (``(str, /) -> Awaitable[None]``).
    """
    return any(is_awaitable_type(_given_by(part) or "") for part in alternatives(text))


def holds_async_callables(text: str) -> bool:
    """Whether a type as text is a container of such callables: ``dict[str, Callable[[], Awaitable[None]]]``."""
    arguments = (a.text for part in alternatives(text) if not _given_by(part) for a in part.parts)
    return any(is_async_callable(a) or holds_async_callables(a) for a in arguments)


def says_nothing(text: str) -> bool:
    """Whether a type as text takes whatever there is, or a union has such a part."""
    return any(_OPEN.fullmatch(part.strip()) for part in split(text, " | "))


def alternatives(text: str) -> Iterator[TypeExpr]:
    """The types of which a value may have any, of a union in either notation; any other type alone. Of overloads, one a
    line, the first counts."""
    text = split(text, "\n")[0]
    while (text := _unwrapped(text))[:1] in ("'", '"'):
        text = text[1:-1]
    given = parse(text)
    if given.form is Form.UNION or (given.form is Form.SUBSCRIPT and given.last_name in _UNIONS):
        yield from (one for part in given.parts for one in alternatives(part.text))
    else:
        yield given


# unions as text


def union_parts(text: str) -> list[str]:
    """The types of which a value may have any: the text itself if it is no union."""
    return [text] if len(split(text, " -> ")) > 1 else split(text, " | ")


def either(types: Iterable[str | None]) -> str | None:
    """The union of the types as text, None as soon as one of them is not known."""
    given = list(types)
    known = [text for text in given if text is not None]
    if not known or len(known) < len(given):
        return None
    parts = dict.fromkeys(part for text in known for part in union_parts(text))
    return next(iter(parts)) if len(parts) == 1 else " | ".join(map(_in_union, parts))


def _in_union(text: str) -> str:
    return f"({text})" if len(split(text, " -> ")) > 1 else text


def _qualified(returned: str, head: str) -> str:
    """Word the type variables that the head ``def f[T](x: T)`` declares as ty does elsewhere: ``T@f``."""
    brackets = list(groups(head))
    if len(brackets) < 2 or brackets[-2][1] != brackets[-1][0] or head[brackets[-2][0]] != "[":
        return returned
    start, end = brackets[-2]
    owner = re.split(r"[\s.]", head[:start])[-1]
    variables = [re.split(r"[:=]", part)[0].strip(" *") for part in split(head[start + 1 : end - 1], ", ")]
    names = "|".join(map(re.escape, variables))
    return re.sub(rf"(?<![\w.@])(?:{names})(?![\w@])", rf"\g<0>@{owner}", returned)


def groups(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each outermost bracket, in order."""
    depth = start = 0
    for match in re.finditer(_ATOM, text):
        if match[0] in "([{":
            start = match.start() if depth == 0 else start
            depth += 1
        elif match[0] in ")]}":
            depth -= 1
            if depth == 0:
                yield start, match.end()


def split(text: str, separator: str) -> list[str]:
    """The parts between separators that stand outside brackets and strings."""
    if separator not in text:
        return [text]
    parts = []
    depth = start = 0
    for match in _SPLITTERS[separator].finditer(text):
        token = match[0]
        if token in "([{":
            depth += 1
        elif token in ")]}":
            depth -= 1
        elif token == separator and depth == 0:
            parts.append(text[start : match.start()])
            start = match.end()
    return [*parts, text[start:]]


def _unwrapped(text: str) -> str:
    """Without the parentheses around the whole and without a note of variance."""
    text = _VARIANCE.sub("", text.strip())
    while text.startswith("(") and next(groups(text), (0, 0)) == (0, len(text)):
        text = text[1:-1]
    return text
