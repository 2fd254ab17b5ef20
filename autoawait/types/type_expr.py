"""Types as text, worded by a checker or written as annotations, parsed into one form.

Unions may use either notation (``A | B``, ``Union[A, B]``), and so may callables (``(int) -> X``,
``Callable[[int], X]``). ``A & ~B`` is a narrowed type, ``T@f`` a type variable. A hover's ``def f() -> X`` counts as a
callable. Parentheses, quotes and variance notes around a type are ignored.
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
# The kind of an intersection is that of its strongest part.
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
# concurrent.futures has a Future as well, and libraries have Tasks of their own.
_AMBIGUOUS = frozenset({"Future", "Task"})
_EVERYDAY = frozenset([*dir(builtins), *typing.__all__, *collections.abc.__all__, *types.__all__])
_EVERYDAY |= {"TypeIs", "LiteralString", "EllipsisType"}  # newer than the oldest Python that we run on
# Callable objects of the standard library: which of their type arguments a call returns.
_CALL_GIVES = {"partial": 0, "_lru_cache_wrapper": 0, "_Wrapped": 3}

_VARIANCE = re.compile(r" \((?:in|co|contra|bi)variant\)$")
_SIGNATURE = re.compile(r"(?:def|bound method|class) ")
_CALLED_CLASS = re.compile(r"class ([\w.]+)")
_CLASS = re.compile(r"<class '(.+)'>$")
_NAME = re.compile(r"[\w.]+")
_ATOM = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(\[{]|[)\]}]"""
_SEPARATORS = ("\n", " -> ", " | ", " & ", ", ", ",", " = ")
_SPLITTERS = {one: re.compile(f"{_ATOM}|{re.escape(one)}") for one in _SEPARATORS}
_AWAITABLE = re.compile(rf"\b(?:{'|'.join(AWAITABLES)})\b")
_AWAITABLE_OR_RUNNING = re.compile(rf"\b(?:{'|'.join((*AWAITABLES, *RUNNING))})\b")
_AWAITED_ONCE = re.compile(rf"\b(?:{'|'.join((*AWAITABLES, *RUNNING, *GENERATORS))})\b")
_UNIONS = frozenset({"Union", "Optional"})
# Types that accept anything, so that passing a coroutine to them proves nothing.
_OPEN = re.compile(r"(\w+\.)*(Any|Unknown|object)")


class Form(Enum):
    """How a type is composed."""

    NAME = "name"
    SUBSCRIPT = "subscript"
    UNION = "union"
    INTERSECTION = "intersection"
    CALLABLE = "callable"


@dataclass(frozen=True, slots=True)
class TypeExpr:
    """A type. ``text`` is all of it; ``name`` the whole name or, of a subscript, what is subscripted; ``parts`` are the
    members of a union or intersection, the arguments of a subscript, or the return type of a callable; ``head`` is what
    precedes the arrow of a callable."""

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
    """Parse a type; what cannot be taken apart is a name."""
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
    given = parse(text)
    if given.form is Form.CALLABLE:
        return Kind.PLAIN
    if given.form is Form.UNION:
        return _kind_of_union(frozenset(kind_of(part.text) for part in given.parts))
    if given.form is Form.INTERSECTION:
        said = [part for part in given.parts if not part.text.startswith("~")] or given.parts
        return min((kind_of(part.text) for part in said), key=_STRENGTH.index)
    if given.name == "Top" and given.parts:
        return kind_of(given.parts[0].text)
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
    """The type that calling a value of this type gives; None if it is not callable or the text does not say."""
    called = parse(text)
    if match := _CALLED_CLASS.match(called.text):
        return match[1]
    if called.form is Form.CALLABLE:
        return _qualified(called.parts[0].text, called.head) if called.parts else None
    if called.form is Form.UNION:
        return either(call_gives(part.text) for part in called.parts if part.text != "None")
    if called.form is Form.INTERSECTION:
        return next((given for part in called.parts if (given := call_gives(part.text))), None)
    if named := _CLASS.match(called.text):
        return named[1]
    if called.last_name == "Callable" and len(called.parts) > 1:
        return called.parts[1].text
    if called.name == "type" and called.parts:
        return called.parts[0].text
    if called.name == "Overload" and called.parts:
        return either(call_gives(part.text) for part in called.parts)
    if len(called.parts) > _CALL_GIVES.get(called.name, len(called.parts)):
        argument = called.parts[_CALL_GIVES[called.name]]
        return call_gives(argument.text) if called.name == "partial" else argument.text
    return None


def awaited_of(text: str) -> str:
    """The type that awaiting a value of this type gives; empty where it is not surely awaitable."""
    given = parse(text)
    if kind_of(text) not in AWAITABLE_KINDS:
        return ""
    if given.form is Form.UNION:
        return either(awaited_of(part.text) or None for part in given.parts) or ""
    if given.form is Form.INTERSECTION:
        return next((awaited for part in given.parts if (awaited := awaited_of(part.text))), "")
    if given.name == "Top" and given.parts:
        return awaited_of(given.parts[0].text)
    return given.parts[-1].text if given.parts else ""


def nominal_of(text: str) -> str:
    """The bare name of the class that a value of this type is an instance of; empty for a well-known type, unless
    several classes have its name."""
    given = parse(text)
    if given.form is Form.INTERSECTION:
        return next((name for part in given.parts if (name := nominal_of(part.text))), "")
    if given.form in (Form.UNION, Form.CALLABLE):
        return ""
    is_known = (given.last_name in _KINDS or given.last_name in _EVERYDAY) and given.last_name not in _AMBIGUOUS
    return given.last_name if _NAME.fullmatch(given.name) and not is_known else ""


# is it awaitable? (types as annotations and signatures spell them)


def names_awaitable(text: str, *, running: bool = False) -> bool:
    """Whether an annotation mentions an awaitable type anywhere; with ``running``, a Future or Task counts too."""
    return bool((_AWAITABLE_OR_RUNNING if running else _AWAITABLE).search(text))


def is_awaitable_text(text: str) -> bool:
    """Whether a type mentions an awaitable (or a generator, which older code awaits) anywhere."""
    return bool(_AWAITED_ONCE.search(text))


def is_awaitable_type(text: str) -> bool:
    """Whether a type is an awaitable itself, or a union with one, not merely something that holds or returns one."""
    return any(
        _AWAITED_ONCE.fullmatch(part.last_name)
        for one in alternatives(text)
        for part in (one.parts if one.form is Form.INTERSECTION else (one,))
    )


def is_async_callable(text: str) -> bool:
    """Whether a type is a callable that may return an awaitable, or a union with one: ``Callable[[str],
    Awaitable[None]]`` in an annotation, ``(str, /) -> Awaitable[None]`` in ty's words."""
    return any(is_awaitable_type(call_gives(part.text) or "") for part in alternatives(text))


def holds_async_callables(text: str) -> bool:
    """Whether a type is a container of such callables: ``dict[str, Callable[[], Awaitable[None]]]``."""
    arguments = (a.text for part in alternatives(text) if not call_gives(part.text) for a in part.parts)
    return any(is_async_callable(a) or holds_async_callables(a) for a in arguments)


def says_nothing(text: str) -> bool:
    """Whether a type accepts anything, or is a union with such a member."""
    return any(_OPEN.fullmatch(part.strip()) for part in split(text, " | "))


def alternatives(text: str) -> Iterator[TypeExpr]:
    """The members of a union in either notation; any other type alone. Of overloads, one per line, the first counts."""
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
    """The members of a union as text; any other type alone."""
    return [text] if len(split(text, " -> ")) > 1 else split(text, " | ")


def either(types: Iterable[str | None]) -> str | None:
    """The union of the types as text; None if any of them is unknown."""
    given = list(types)
    known = [text for text in given if text is not None]
    if not known or len(known) < len(given):
        return None
    parts = dict.fromkeys(part for text in known for part in union_parts(text))
    return next(iter(parts)) if len(parts) == 1 else " | ".join(map(_in_union, parts))


def _in_union(text: str) -> str:
    return f"({text})" if len(split(text, " -> ")) > 1 else text


def _qualified(returned: str, head: str) -> str:
    """The return type, with the type variables of the head ``def f[T](x: T)`` spelled ``T@f`` as elsewhere."""
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
    """The parts of a text between separators, those in brackets and strings aside."""
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
    """A type without parentheses around the whole of it and without a variance note."""
    text = _VARIANCE.sub("", text.strip())
    while text.startswith("(") and next(groups(text), (0, 0)) == (0, len(text)):
        text = text[1:-1]
    return text
