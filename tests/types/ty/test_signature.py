"""Which parameter of a hovered signature takes an argument, and what it takes."""

from __future__ import annotations

import ast

import pytest

from autoawait.types.signature import Parameter, Signature, signature_of


def taken(signature: str, call: str) -> Parameter | None:
    """The parameter that takes the argument ``X`` of a call."""
    found = signature_of(signature)
    assert isinstance(found, Signature)
    node = ast.parse(call, mode="eval").body
    assert isinstance(node, ast.Call)
    [argument] = [n for n in ast.walk(node) if isinstance(n, ast.Name) and n.id == "X"]
    return found.parameter_of(node, argument)


@pytest.mark.parametrize(
    ("signature", "call", "name", "kind"),
    [
        ("def f(a: int, b: str) -> None", "f(X)", "a", "int"),
        ("def f(a: int, b: str) -> None", "f(1, X)", "b", "str"),
        ("def f(a: int, b: str) -> None", "f(b=X)", "b", "str"),
        ("def f(a: int, *b: str) -> None", "f(1, 2, X)", "b", "str"),
        ("def f(a: int, *b: str) -> None", "f(1, *X)", "b", "str"),
        ("def f(*, b: str) -> None", "f(b=X)", "b", "str"),
        ("def f(a, /, b: str = 'x, y') -> None", "f(1, X)", "b", "str"),
        ("def f(**b: str) -> None", "f(c=X)", "b", "str"),
        ("def f(a: int = 1, **b: str) -> None", "f(a=X)", "a", "int"),
        ("def f(\n    a: dict[str, int],\n    b: str,\n) -> None", "f(1, X)", "b", "str"),
        ("def f(a: (int, str) -> None) -> None", "f(X)", "a", "(int, str) -> None"),
        ("def f[T](a: T) -> T", "f(X)", "a", "T"),
        ("bound method R.get(k: int) -> str", "r.get(X)", "k", "int"),
        ("class Lock(a: int)", "Lock(X)", "a", "int"),
        ("(int, str) -> None", "f(1, X)", "", "str"),
        ("(a: int, /) -> None", "f(X)", "a", "int"),
        ("def f(a: Literal['(', ')'], b: int) -> None", "f(1, X)", "b", "int"),
        ("def f(a) -> None", "f(X)", "a", ""),
    ],
)
def test_the_parameter_of_an_argument(signature: str, call: str, name: str, kind: str) -> None:
    parameter = taken(signature, call)
    assert parameter is not None
    assert (parameter.name, parameter.type) == (name, kind)


@pytest.mark.parametrize(
    ("signature", "call"),
    [
        ("def f() -> None", "f(X)"),
        ("def f(a: int) -> None", "f(1, X)"),
        ("def f(a: int) -> None", "f(b=X)"),
        ("def f(*, b: str) -> None", "f(X)"),
        ("def f(**b: str) -> None", "f(X)"),
    ],
)
def test_an_argument_that_nothing_takes(signature: str, call: str) -> None:
    assert taken(signature, call) is None


@pytest.mark.parametrize(
    "text",
    ["", "int", "Overload[(x: int) -> str, (x: str) -> int]", "list[int]", "Unknown", "<class 'C'>", "type[C]"],
)
def test_not_one_signature(text: str) -> None:
    assert signature_of(text) is None


@pytest.mark.parametrize(
    ("kind", "awaitables", "itself", "functions"),
    [
        ("Awaitable[int]", True, True, False),
        ("Coroutine[Any, Any, T]", True, True, False),
        ("asyncio.Future[int] | None", True, True, False),
        ("Generator[Any, None, T]", True, True, False),
        ("Collection[Task[Any]]", True, False, False),
        ("() -> Awaitable[int]", True, False, True),
        ("() -> None", False, False, True),
        ("Callable[..., Any]", False, False, True),
        ("int", False, False, False),
        ("", False, False, False),
        ("MyTaskList", False, False, False),
    ],
)
def test_what_a_parameter_takes(kind: str, awaitables: bool, itself: bool, functions: bool) -> None:
    parameter = Parameter("a", kind)
    assert (parameter.takes_awaitables, parameter.is_awaitable, parameter.takes_functions) == (
        awaitables,
        itself,
        functions,
    )


@pytest.mark.parametrize(
    ("kind", "is_open"),
    [
        ("", True),
        ("Any", True),
        ("object", True),
        ("int | Any", True),
        ("list[Unknown]", False),
        ("T", True),
        ("list[T]", True),
        ("int", False),
    ],
)
def test_types_that_say_nothing(kind: str, is_open: bool) -> None:
    assert Parameter("a", kind).is_open(frozenset({"T"})) is is_open


def test_type_variables_are_those_in_brackets() -> None:
    found = signature_of("def f[T, *Ts](a: T) -> T")
    assert found is not None
    assert {"T", "Ts"} <= found.variables
    assert signature_of("def f(a: T) -> T") == Signature((Parameter("a", "T"),))


@pytest.mark.parametrize(
    ("kind", "either"),
    [
        ("Awaitable[T] | T", True),
        ("Coroutine[Any, Any, int] | None", True),
        ("Future[T] | Awaitable[T]", False),
        ("Awaitable[int | None]", False),
        ("int | str", False),
        ("", False),
    ],
)
def test_what_takes_a_value_as_well_as_an_awaitable(kind: str, either: bool) -> None:
    assert Parameter("x", kind).takes_either is either
