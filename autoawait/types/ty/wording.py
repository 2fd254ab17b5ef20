"""All reading of what ty says: hovers, types and diagnostics. Written for ty 0.0.108.

A hover is a signature, then a rule of dashes, then documentation. Signatures as ty words them:

    def fetch(x: int) -> CoroutineType[Any, Any, int]      function; one a line if no overload was selected
    bound method Repo.get(k: int) -> Awaitable[str]        method of an instance
    class Lock()                                           class that is called here
    <class 'Lock'>, type[Lock]                             class elsewhere
    (int, /) -> Awaitable[str]                             callable; in unions and intersections in parentheses
    Overload[(x: int) -> str, (x: str) -> int]             overloads inside a union
    partial[() -> CoroutineType[Any, Any, int]]            callable object
    T@f, Self@f, T (declared in ``def f[T](...)``)         type variables
    (Foo & ~AlwaysFalsy) | None                            narrowed types
    Never                                                  unreachable code

How ty complains of async things at sync places (inside ``async def`` and elsewhere alike):

    for over an async iterator       not-iterable: Object of type `AsyncIterator[int]` is not iterable; no hint
    for over a coroutine             not-iterable, the same words
    async for over a coroutine       not-iterable: Object of type `CoroutineType[...]` is not async-iterable
    with over an async manager       invalid-context-manager, and "Consider using `async with` here"
    (a class with only __aenter__)   the same
    with over a coroutine            invalid-context-manager without the hint
    list(agen()), next(agen())       invalid-argument-type, found `AsyncIterator[int]`
    if f(), not f(), assert f()      redundant-condition, and "Did you mean to `await`" where await is legal
    f() as a statement               unused-awaitable (coroutines only), and the same hint where await is legal
    f() == 1, str(f()), f"{f()}"     nothing
"""

from __future__ import annotations

import builtins
import collections.abc
import re
import types
import typing
from collections.abc import Iterable, Iterator
from functools import cache

from autoawait.types.engine import AWAITABLE_KINDS, CheckerDiagnostic, Kind, TypeFact

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
_HARMLESS = frozenset({Kind.PLAIN, Kind.UNKNOWN})
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

_DOCUMENTATION = re.compile(r"^-{10,}$", re.MULTILINE)
_VARIANCE = re.compile(r" \((?:in|co|contra|bi)variant\)$")
_SIGNATURE = re.compile(r"(?:def|bound method|class) ")
_CALLED_CLASS = re.compile(r"class ([\w.]+)")
_CLASS = re.compile(r"<class '(.+)'>$")
_NAME = re.compile(r"[\w.]+")
_ATOM = r""""(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[(\[{]|[)\]}]"""
_SPLITTERS = {
    separator: re.compile(f"{_ATOM}|{re.escape(separator)}") for separator in ("\n", " -> ", " | ", " & ", ", ")
}

_FOUND = re.compile(
    r"(?:[Ff]ound|(?:of|has|on|with) type|Argument type|Yield type|in union) `([^`]+)`"
    r"|objects of type `([^`]+)` and `([^`]+)`|^`([^`]+)` is not awaitable"
)
_EXPECTED = re.compile(
    r"(?:[Ee]xpected|(?:declared|annotated yield|annotated parameter|return) type|upper bound) `([^`]+)`"
    r"|is not assignable to (?:attribute `[^`]+` of type )?`([^`]+)`"
)
_HINT = re.compile(r"Did you mean to `await`|Consider using `async (?:with|for)`|use `async for`")
_ABOUT_SUPPRESSION = frozenset(
    {
        "unused-ignore-comment",
        "unused-type-ignore-comment",
        "invalid-ignore-comment",
        "ignore-comment-unknown-rule",
        "renamed-rule-in-ignore-comment",
        "blanket-ignore-comment",
    }
)


@cache
def fact_of(hover: str) -> TypeFact:
    """What a hover's text says; see TypeFact."""
    text = _without_documentation(hover)
    signatures = _split(text, "\n")
    returned = _either(map(call_gives, signatures)) or ""
    is_callable = bool(returned)
    subject = returned or text
    value = Kind.PLAIN if is_callable else kind_of(text)
    return TypeFact(
        text=text,
        value=value,
        called=kind_of(returned) if is_callable else Kind.UNKNOWN,
        returned=returned,
        awaited=awaited_of(subject),
        nominal=nominal_of(subject),
        instance=not is_callable and value is not Kind.UNKNOWN and not text.startswith("<"),
        unreachable=text == "Never",
    )


@cache
def kind_of(text: str) -> Kind:
    """The kind of a value of the type that ``text`` names."""
    text = _unwrapped(text)
    if _SIGNATURE.match(text) or len(_split(text, " -> ")) > 1:
        return Kind.PLAIN
    if len(parts := _split(text, " | ")) > 1:
        return _kind_of_union(frozenset(map(kind_of, parts)))
    if len(parts := _split(text, " & ")) > 1:
        said = [part for part in parts if not part.startswith("~")] or parts
        return min(map(kind_of, said), key=_STRENGTH.index)
    name, arguments = _subscript(text)
    if name == "Top" and arguments:
        return kind_of(arguments[0])
    if "@" in name or name.startswith("~"):
        return Kind.UNKNOWN
    if name.startswith("concurrent."):
        return Kind.PLAIN
    return _KINDS.get(name.rpartition(".")[2] if name != "..." else name, Kind.PLAIN)


@cache
def call_gives(text: str) -> str | None:
    """The type that calling a value of this type gives; None if it is not callable or that is not said."""
    text = _unwrapped(text)
    if match := _CALLED_CLASS.match(text):
        return match[1]
    if len(arrow := _split(text, " -> ")) > 1:
        return _qualified(_unwrapped(" -> ".join(arrow[1:])), arrow[0])
    if len(parts := _split(text, " | ")) > 1:
        return _either(call_gives(part) for part in parts if part != "None")
    if len(parts := _split(text, " & ")) > 1:
        return next((given for part in parts if (given := call_gives(part))), None)
    if match := _CLASS.match(text):
        return match[1]
    name, arguments = _subscript(text)
    if name.rpartition(".")[2] == "Callable" and len(arguments) > 1:
        return arguments[1]
    if name == "type" and arguments:
        return arguments[0]
    if name == "Overload":
        return _either(map(call_gives, arguments))
    if len(arguments) > _CALL_GIVES.get(name, len(arguments)):
        given = arguments[_CALL_GIVES[name]]
        return call_gives(given) if name == "partial" else given
    return None


def awaited_of(text: str) -> str:
    """The type that awaiting a value of this type gives; empty where it is not surely awaitable."""
    text = _unwrapped(text)
    if kind_of(text) not in AWAITABLE_KINDS:
        return ""
    if len(parts := _split(text, " | ")) > 1:
        return _either(awaited_of(part) or None for part in parts) or ""
    if len(parts := _split(text, " & ")) > 1:
        return next((given for part in parts if (given := awaited_of(part))), "")
    name, arguments = _subscript(text)
    if name == "Top" and arguments:
        return awaited_of(arguments[0])
    return arguments[-1] if arguments else ""


def nominal_of(text: str) -> str:
    """The bare name of the class that a value of this type is an instance of, where that class is worth
    a look: none of the well-known types, or one whose name several classes have."""
    text = _unwrapped(text)
    if len(_split(text, " | ")) > 1 or len(_split(text, " -> ")) > 1:
        return ""
    if len(parts := _split(text, " & ")) > 1:
        return next((name for part in parts if (name := nominal_of(part))), "")
    name = _subscript(text)[0]
    bare = name.rpartition(".")[2]
    is_known = (bare in _KINDS or bare in _EVERYDAY) and bare not in _AMBIGUOUS
    return bare if _NAME.fullmatch(name) and not is_known else ""


def found_kind(message: str) -> Kind:
    """The kind of the type that a diagnostic says it found; of several the first async one, else the first."""
    kinds = [kind_of(text) for match in _FOUND.finditer(_first_paragraph(message)) for text in match.groups() if text]
    return next((kind for kind in kinds if kind not in _HARMLESS), kinds[0] if kinds else Kind.UNKNOWN)


def expected_type(message: str) -> str:
    """The type that a diagnostic says belongs there; empty where it names none."""
    match = _EXPECTED.search(_first_paragraph(message))
    return (match[1] or match[2]) if match else ""


def suggests_async(message: str) -> bool:
    """Whether a diagnostic itself points at ``await``, ``async with`` or ``async for``."""
    return _HINT.search(message) is not None


def is_about_suppression(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is only about a comment that silences others."""
    return complaint.code in _ABOUT_SUPPRESSION


def says_bases_differ(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is about a class that inherits one method from two bases in forms that do not go together."""
    return complaint.message.startswith("Base classes for class")


def says_unreachable(message: str) -> bool:
    """Whether a hint marks code that ty thinks never runs, and so does not check."""
    return message.startswith(("Code is unreachable", "Code is always unreachable"))


def says_busy(message: str) -> bool:
    """Whether an error only means that too many questions are under way."""
    return "busy" in message


def _first_paragraph(message: str) -> str:
    return message.partition("\n\n")[0]


def _without_documentation(hover: str) -> str:
    match = _DOCUMENTATION.search(hover)
    return (hover[: match.start()] if match else hover).strip()


def _kind_of_union(kinds: frozenset[Kind]) -> Kind:
    if len(kinds) == 1:
        return next(iter(kinds))
    if kinds <= AWAITABLE_KINDS:
        return Kind.AWAITABLE
    if kinds <= _HARMLESS:
        return Kind.UNKNOWN
    return Kind.MAYBE


def _either(types: Iterable[str | None]) -> str | None:
    """The union of the types as text, None as soon as one of them is not known."""
    given = list(types)
    known = [text for text in given if text is not None]
    if not known or len(known) < len(given):
        return None
    parts = dict.fromkeys(part for text in known for part in union_parts(text))
    return next(iter(parts)) if len(parts) == 1 else " | ".join(map(_in_union, parts))


def union_parts(text: str) -> list[str]:
    """The types of which a value may have any: the text itself if it is no union."""
    return [text] if len(_split(text, " -> ")) > 1 else _split(text, " | ")


def _in_union(text: str) -> str:
    return f"({text})" if len(_split(text, " -> ")) > 1 else text


def _qualified(returned: str, head: str) -> str:
    """Word the type variables that the head ``def f[T](x: T)`` declares as ty does elsewhere: ``T@f``."""
    groups = list(_groups(head))
    if len(groups) < 2 or groups[-2][1] != groups[-1][0] or head[groups[-2][0]] != "[":
        return returned
    start, end = groups[-2]
    owner = re.split(r"[\s.]", head[:start])[-1]
    variables = [re.split(r"[:=]", part)[0].strip(" *") for part in _split(head[start + 1 : end - 1], ", ")]
    names = "|".join(map(re.escape, variables))
    return re.sub(rf"(?<![\w.@])(?:{names})(?![\w@])", rf"\g<0>@{owner}", returned)


def _groups(text: str) -> Iterator[tuple[int, int]]:
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


def _split(text: str, separator: str) -> list[str]:
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


def _subscript(text: str) -> tuple[str, list[str]]:
    """``name[a, b]`` as the name and its arguments."""
    name, bracket, rest = text.partition("[")
    return (name, _split(rest[:-1], ", ")) if bracket and rest.endswith("]") else (text, [])


def _unwrapped(text: str) -> str:
    """Without the parentheses around the whole and without a note of variance."""
    text = _VARIANCE.sub("", text.strip())
    while text.startswith("(") and next(_groups(text), (0, 0)) == (0, len(text)):
        text = text[1:-1]
    return text
