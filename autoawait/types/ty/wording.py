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
# Of a value that is seen only in part: it may be None, one of several types, or a type variable that nobody bound.
_PARTIAL = ("None", " | ", "Unknown", "@")
_OF_ASYNC = re.compile(r"Coroutine|Awaitable|Async|\basync\b")
_NO_ATTRIBUTE = re.compile(r"Object of type `([^`]+)` has no attribute")
_ON_NONE = re.compile(r"is not defined on `None` in union|^Cannot subscript object of type `None`")


@cache
def fact_of(hover: str) -> TypeFact:
    """What a hover's text says; see TypeFact."""
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
    """The kind of the type that a diagnostic says it found; of several the first async one, else the first."""
    kinds = [kind_of(text) for match in _FOUND.finditer(_first_paragraph(message)) for text in match.groups() if text]
    return next((kind for kind in kinds if kind not in HARMLESS), kinds[0] if kinds else Kind.UNKNOWN)


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


def headline(complaint: CheckerDiagnostic) -> str:
    """The first line of a complaint; what follows explains."""
    return complaint.message.partition("\n")[0]


def subject(complaint: CheckerDiagnostic) -> str:
    """The type that a complaint is about: what it quotes first."""
    return complaint.message.partition("`")[2].partition("`")[0]


def names_async(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint, or its explanation, names anything of async Python."""
    return _OF_ASYNC.search(complaint.message) is not None


def without_attribute(complaint: CheckerDiagnostic) -> str:
    """The type that a complaint says has no such attribute; empty for any other complaint."""
    match = _NO_ATTRIBUTE.match(complaint.message)
    return match[1] if match else ""


def is_on_none(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is that a value may be None, which has no such attribute or item."""
    return _ON_NONE.search(complaint.message) is not None


def is_seen_in_part(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is about a value of which only a part has what it needs, or a part is not known."""
    return any(sign in complaint.message for sign in _PARTIAL)


def is_cut_short(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint leaves out a part of a long union: the awaitable may be in it."""
    return "omitted" in complaint.message


def is_about_override(complaint: CheckerDiagnostic) -> bool:
    """Whether a complaint is that a method does not fit one that it overrides: there are several codes for that."""
    return complaint.code.endswith("-override") or complaint.message.startswith("Override of method")


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
