"""Signatures read from the text of a hover: which parameter takes an argument, and its type."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

from autoawait.types.type_expr import groups, is_awaitable_text, is_awaitable_type, says_nothing, split

_CALLABLES = re.compile(r"->|\bCallable\b")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter: its name without stars, and its type as text, empty if the signature has none."""

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
        """Whether it takes either an awaitable or a plain value: ``Awaitable[T] | T``."""
        parts = [is_awaitable_type(part) for part in split(self.type, " | ")]
        return any(parts) and not all(parts)

    @property
    def takes_functions(self) -> bool:
        return bool(_CALLABLES.search(self.type)) and not self.is_awaitable

    def is_open(self, variables: frozenset[str]) -> bool:
        """Whether its type accepts anything; ``variables`` are the signature's type variables."""
        return not self.type or says_nothing(self.type) or bool(variables & set(re.findall(r"\w+", self.type)))


@dataclass(frozen=True, slots=True)
class Signature:
    """The parameters of one callable and the names of its type variables."""

    parameters: tuple[Parameter, ...]
    variables: frozenset[str] = frozenset()

    def parameter_of(self, call: ast.Call, argument: ast.expr) -> Parameter | None:
        """The parameter that takes an argument of a call; None if there is none."""
        for keyword in call.keywords:
            if keyword.value is argument:
                named = [p for p in self.parameters if p.name == keyword.arg and not p.star]
                return next(iter(named or [p for p in self.parameters if p.star == "**"]), None)
        positional = [p for p in self.parameters if p.star == "*" or not (p.star or p.keyword_only)]
        place = _position(call, argument)
        return next((p for number, p in enumerate(positional) if p.star == "*" or number == place), None)


def _position(call: ast.Call, argument: ast.expr) -> int:
    for number, given in enumerate(call.args):
        if given is argument or (isinstance(given, ast.Starred) and given.value is argument):
            return number
    return len(call.args)


def signature_of(text: str) -> Signature | None:
    """The signature in a hover's text like ``def f[T](a: int, *b: T) -> T``; None unless there is exactly one."""
    text = " ".join(text.split())
    if text.startswith("Overload[") or not (brackets := list(groups(text))):
        return None
    variables: frozenset[str] = frozenset()
    if text[brackets[0][0]] == "[" and len(brackets) > 1:
        variables = frozenset(re.findall(r"\w+", text[brackets[0][0] : brackets[0][1]]))
        brackets = brackets[1:]
    start, end = brackets[0]
    if text[start] != "(" or (not text[end:].lstrip().startswith(("->", ":")) and not text.startswith("class ")):
        return None
    parts = [part.strip() for part in split(text[start + 1 : end - 1], ",")]
    keyword_only = False
    parameters: list[Parameter] = []
    for part in parts:
        if part == "*":
            keyword_only = True
        elif part not in {"/", ""}:
            parameters.append(_parameter(part, keyword_only, named=start > 0))
    return Signature(tuple(parameters), variables)


def signatures_of(text: str) -> list[Signature]:
    """The signatures in a hover's text, one per overload; those that cannot be parsed are left out."""
    found = (signature_of(part) for part in split(text, "\n"))
    return [signature for signature in found if signature is not None]


def _parameter(part: str, keyword_only: bool, *, named: bool) -> Parameter:
    star = "**" if part.startswith("**") else "*" if part.startswith("*") else ""
    name, colon, kind = part.lstrip("*").partition(": ")
    if not colon and not named:
        return Parameter("", name, star)  # a callable type need not name its parameters: ``(int, str) -> None``
    return Parameter(re.split(r"\s*=", name)[0], split(kind, " = ")[0].strip(), star, keyword_only)
