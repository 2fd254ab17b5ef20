"""Reads what ty says in hovers and diagnostics. Written for ty 0.0.108.

A hover is a signature, a line of dashes, and documentation. These are the forms of signatures:

    def fetch(x: int) -> CoroutineType[Any, Any, int]      function; one per line if no overload was selected
    bound method Repo.get(k: int) -> Awaitable[str]        method of an instance
    class Lock()                                           class that is called here
    <class 'Lock'>, type[Lock]                             class as a value
    (int, /) -> Awaitable[str]                             callable; in unions and intersections in parentheses
    Overload[(x: int) -> str, (x: str) -> int]             overloads inside a union
    partial[() -> CoroutineType[Any, Any, int]]            callable object
    T@f, Self@f, T (declared in ``def f[T](...)``)         type variables
    (Foo & ~AlwaysFalsy) | None                            narrowed types
    Never                                                  unreachable code

What ty reports for async values in sync code (the same inside and outside ``async def``):

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

import re
from functools import cache

from autoawait.types.engine import CheckerDiagnostic, Kind, TypeFact
from autoawait.types.type_expr import HARMLESS, awaited_of, call_gives, either, kind_of, nominal_of, split

_DOCUMENTATION = re.compile(r"^-{10,}$", re.MULTILINE)
_FOUND = re.compile(
    r"(?:[Ff]ound|(?:of|has|on|with) type|Argument type|Yield type|in union) `([^`]+)`"
    r"|objects of type `([^`]+)` and `([^`]+)`|^`([^`]+)` is not awaitable"
)
_EXPECTED = re.compile(
    r"(?:[Ee]xpected|(?:declared|annotated yield|annotated parameter|return) type|upper bound) `([^`]+)`"
    r"|is not assignable to (?:attribute `[^`]+` of type )?`([^`]+)`"
)
_HINT = re.compile(r"Did you mean to `await`|Consider using `async (?:with|for)`|use `async for`")
# Signs of a type that is only partly known: it may be None, one of several types, or an unbound type variable.
_PARTIAL = ("None", " | ", "Unknown", "@")
_OF_ASYNC = re.compile(r"Coroutine|Awaitable|Async|\basync\b")
_NO_ATTRIBUTE = re.compile(r"Object of type `([^`]+)` has no attribute")


@cache
def fact_of(hover: str) -> TypeFact:
    """The fact that a hover states."""
    text = _without_documentation(hover)
    signatures = split(text, "\n")
    returned = either(map(call_gives, signatures)) or ""
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


def found_kind(message: str) -> Kind:
    """The kind of the type that a message says was found; of several, the first async one, else the first."""
    kinds = [kind_of(text) for match in _FOUND.finditer(_first_paragraph(message)) for text in match.groups() if text]
    return next((kind for kind in kinds if kind not in HARMLESS), kinds[0] if kinds else Kind.UNKNOWN)


def expected_type(message: str) -> str:
    """The type that a message says was expected; empty if it names none."""
    match = _EXPECTED.search(_first_paragraph(message))
    return (match[1] or match[2]) if match else ""


def suggests_async(message: str) -> bool:
    """Whether a message suggests ``await``, ``async with`` or ``async for``."""
    return _HINT.search(message) is not None


def is_about_suppression(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is only about a comment that suppresses others: ``unused-ignore-comment`` and such."""
    return "ignore-comment" in complaint.code


def headline(complaint: CheckerDiagnostic) -> str:
    """The first line of a complaint, without explanations."""
    return complaint.message.partition("\n")[0]


def subject(complaint: CheckerDiagnostic) -> str:
    """The type that a complaint is about: the first that it quotes."""
    return complaint.message.partition("`")[2].partition("`")[0]


def quoted(complaint: CheckerDiagnostic) -> set[str]:
    """All that the first line of a complaint quotes: types, and names."""
    return {*headline(complaint).split("`")[1::2]}


def names_async(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint or its explanation mentions anything async."""
    return _OF_ASYNC.search(complaint.message) is not None


def without_attribute(complaint: CheckerDiagnostic) -> str:
    """The type that a complaint says lacks an attribute; empty for other complaints."""
    match = _NO_ATTRIBUTE.match(complaint.message)
    return match[1] if match else ""


def is_seen_in_part(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is about a type that is only partly known, or that only partly fits."""
    return any(sign in complaint.message for sign in _PARTIAL)


def is_cut_short(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint omits members of a long union, one of which may be the awaitable."""
    return "omitted" in complaint.message


def is_about_override(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint says that a method is not compatible with one it overrides; several codes do."""
    return complaint.code.endswith("-override") or complaint.message.startswith("Override of method")


def says_bases_differ(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint says that a class inherits incompatible definitions of a method from two bases."""
    return complaint.message.startswith("Base classes for class")


def says_unreachable(message: str) -> bool:
    """Whether a hint marks code as unreachable, so that ty does not check it."""
    return message.startswith(("Code is unreachable", "Code is always unreachable"))


def says_busy(message: str) -> bool:
    """Whether an error only says that too many requests are pending."""
    return "busy" in message


def _first_paragraph(message: str) -> str:
    return message.partition("\n\n")[0]


def _without_documentation(hover: str) -> str:
    match = _DOCUMENTATION.search(hover)
    return (hover[: match.start()] if match else hover).strip()
