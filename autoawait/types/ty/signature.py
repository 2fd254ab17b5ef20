"""Which parameter of a signature takes an argument, and of what type it is, by a hover's text."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import dataclass

from autoawait.types.ty.wording import call_gives, union_parts

_AWAITABLES = re.compile(r"\b(Awaitable|Coroutine|CoroutineType|Future|Task|Generator)\b")
_CALLABLES = re.compile(r"->|\bCallable\b")
# Types that accept whatever is passed: nothing follows from a coroutine passed to them.
_OPEN = re.compile(r"(\w+\.)*(Any|Unknown|object)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its bare name (without stars) and its type as text, empty where the signature has none."""

    name: str
    type: str
    star: str = ""
    keyword_only: bool = False

    @property
    def takes_awaitables(self) -> bool:
        return is_awaitable_text(self.type)

    @property
    def is_awaitable(self) -> bool:
        """Whether it takes an awaitable itself."""
        return is_awaitable_type(self.type)

    @property
    def takes_either(self) -> bool:
        """Whether it takes an awaitable itself, and a value as well: ``Awaitable[T] | T``."""
        parts = [is_awaitable_type(part) for part in _parts(self.type, " | ")]
        return any(parts) and not all(parts)

    @property
    def takes_functions(self) -> bool:
        return bool(_CALLABLES.search(self.type)) and not self.is_awaitable

    def is_open(self, variables: frozenset[str]) -> bool:
        """Whether its type says nothing of what it takes; ``variables`` are the signature's type variables."""
        return not self.type or says_nothing(self.type) or bool(variables & set(re.findall(r"\w+", self.type)))


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of one callable and the names of its type variables."""

    parameters: tuple[Parameter, ...]
    variables: frozenset[str] = frozenset()

    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None:
        """The parameter that takes an argument of a call; None where the signature has none such."""
        for keyword in call.keywords:
            if keyword.value is argument:
                named = [p for p in self.parameters if p.name == keyword.arg and not p.star]
                return next(iter(named or [p for p in self.parameters if p.star == "**"]), None)
        positional = [p for p in self.parameters if p.star == "*" or not (p.star or p.keyword_only)]
        place = _position(call, argument)
        for number, parameter in enumerate(positional):
            if parameter.star == "*":
                return parameter
            if number == place:
                return parameter
        return None


def _position(call: ast.Call, argument: ast.expr) -> int:
    for number, given in enumerate(call.args):
        if given is argument or (isinstance(given, ast.Starred) and given.value is argument):
            return number
    return len(call.args)


def says_nothing(text: str) -> bool:
    """Whether a type as text takes whatever there is, or a union has such a part."""
    return any(_OPEN.fullmatch(part) for part in _parts(text, " | "))


def is_awaitable_text(text: str) -> bool:
    """Whether a type as text names a kind of awaitable (or generator, which older code awaits) anywhere."""
    return bool(_AWAITABLES.search(text))


def is_async_callable(text: str) -> bool:
    """Whether a type as text is a callable whose calls may give something awaitable, or a union with one.

    In the words of an annotation (``Callable[[str], Awaitable[None]]``) or of ty (``(str, /) -> Awaitable[None]``).
    """
    return any(is_awaitable_type(call_gives(part) or "") for part in _alternatives(text))


def holds_async_callables(text: str) -> bool:
    """Whether a type as text is a container of such callables: ``dict[str, Callable[[], Awaitable[None]]]``."""
    arguments = (a for part in _alternatives(text) if not call_gives(part) for a in _arguments(part))
    return any(is_async_callable(a) or holds_async_callables(a) for a in arguments)


def is_awaitable_type(text: str) -> bool:
    """Whether a type as text is a kind of awaitable itself, or a union with one; what holds or gives one is none."""
    heads = (part.partition("[")[0].rpartition(".")[2] for part in _alternatives(text))
    return any(_AWAITABLES.fullmatch(head) for head in heads)


def _alternatives(text: str) -> Iterator[str]:
    """The parts of a union, in either notation; any other type alone."""
    text = text.strip()
    while text[:1] in ("'", '"') or (text.startswith("(") and _groups(text) == [(0, len(text))]):
        text = text[1:-1].strip()
    parts = union_parts(text)
    if len(parts) > 1:
        yield from (one for part in parts for one in _alternatives(part))
    elif text.partition("[")[0].rpartition(".")[2] in {"Union", "Optional"}:
        yield from (one for part in _arguments(text) for one in _alternatives(part))
    else:
        yield text


def _arguments(text: str) -> list[str]:
    """What stands in the brackets at the end of a type as text."""
    return _parts(text[text.index("[") + 1 : -1]) if text.endswith("]") else []


def signature_of(text: str) -> Signature | None:
    """The signature in a hover's text like ``def f[T](a: int, *b: T) -> T``; None where there is not exactly one."""
    text = " ".join(text.split())
    if text.startswith("Overload[") or not (groups := _groups(text)):
        return None
    variables: frozenset[str] = frozenset()
    if text[groups[0][0]] == "[" and len(groups) > 1:
        variables = frozenset(re.findall(r"\w+", text[groups[0][0] : groups[0][1]]))
        groups = groups[1:]
    start, end = groups[0]
    if text[start] != "(" or (not text[end:].lstrip().startswith(("->", ":")) and not text.startswith("class ")):
        return None
    parts = _parts(text[start + 1 : end - 1])
    keyword_only = False
    parameters: list[Parameter] = []
    for part in parts:
        if part == "*":
            keyword_only = True
        elif part not in {"/", ""}:
            parameters.append(_parameter(part, keyword_only, named=start > 0))
    return Signature(tuple(parameters), variables)


def signatures_of(text: str) -> list[Signature]:
    """The signatures of a hover's text, one for each overload; those that cannot be read are left out."""
    found = (signature_of(part) for part in _parts(text, "\n"))
    return [signature for signature in found if signature is not None]


def _parameter(part: str, keyword_only: bool, *, named: bool) -> Parameter:
    star = "**" if part.startswith("**") else "*" if part.startswith("*") else ""
    name, colon, kind = part.lstrip("*").partition(": ")
    if not colon and not named:
        return Parameter("", name, star)  # a callable type may name no parameters: ``(int, str) -> None``
    return Parameter(re.split(r"\s*=", name)[0], _parts(kind, " = ")[0], star, keyword_only)


def _groups(text: str) -> list[tuple[int, int]]:
    """Start and end of each outermost bracket."""
    found: list[tuple[int, int]] = []
    depth = start = 0
    for place, character in enumerate(text):
        if character in "([{":
            start = place if depth == 0 else start
            depth += 1
        elif character in ")]}":
            depth -= 1
            if depth == 0:
                found.append((start, place + 1))
    return found


def _parts(text: str, separator: str = ",") -> list[str]:
    """The parts between separators outside brackets and quotes, stripped."""
    parts: list[str] = []
    depth = start = 0
    quote = ""
    for place, character in enumerate(text):
        if quote:
            quote = "" if character == quote else quote
        elif character in "\"'":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif depth == 0 and text.startswith(separator, place):
            parts.append(text[start:place].strip())
            start = place + len(separator)
    return [*parts, text[start:].strip()]
