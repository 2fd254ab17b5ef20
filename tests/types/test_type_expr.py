"""Types as text, parsed: in the words of annotations and of a checker."""

from __future__ import annotations

import time

import pytest

from autoawait.types.engine import Kind
from autoawait.types.type_expr import (
    Form,
    alternatives,
    call_gives,
    holds_async_callables,
    is_async_callable,
    is_awaitable_type,
    kind_of,
    names_awaitable,
    parse,
)


@pytest.mark.parametrize(
    ("text", "form", "name", "parts"),
    [
        ("int", Form.NAME, "int", []),
        ("m.Box[int, list[str]]", Form.SUBSCRIPT, "m.Box", ["int", "list[str]"]),
        ("(A | B)", Form.UNION, "", ["A", "B"]),
        ("A | (B | C)", Form.UNION, "", ["A", "B | C"]),
        ("(A & ~B) | None", Form.UNION, "", ["A & ~B", "None"]),
        ("A & ~B", Form.INTERSECTION, "", ["A", "~B"]),
        ("(x: int | str) -> A | B", Form.CALLABLE, "", ["A | B"]),
        ("() -> () -> A", Form.CALLABLE, "", ["() -> A"]),
        ("def f[T](x: T) -> T", Form.CALLABLE, "", ["T"]),
        ("def f(x)", Form.CALLABLE, "", []),
        ("Literal[') | (', \"]\"]", Form.SUBSCRIPT, "Literal", ["') | ('", '"]"']),
        ("T@f (invariant)", Form.NAME, "T@f", []),
        ("[", Form.NAME, "[", []),
    ],
)
def test_what_a_type_is_made_of(text: str, form: Form, name: str, parts: list[str]) -> None:
    parsed = parse(text)
    assert (parsed.form, parsed.name, [part.text for part in parsed.parts]) == (form, name, parts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Union[A, Optional[B]]", ["A", "B"]),
        ("'A | \"B\"'", ["A", "B"]),
        ("typing.Optional[Callable[[], A | B]]", ["Callable[[], A | B]"]),
        ("(A | None) | (() -> B)", ["A", "None", "() -> B"]),
        ("list[A | B]", ["list[A | B]"]),
    ],
)
def test_the_alternatives_of_unions_in_either_notation(text: str, found: list[str]) -> None:
    assert [one.text for one in alternatives(text)] == found


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("Awaitable[int]", True),
        ("int | asyncio.Future[int]", True),
        ("Optional['Coroutine[Any, Any, int]']", True),
        ("Future[int] & Own", True),
        ("list[Awaitable[int]]", False),
        ("Callable[[], Awaitable[int]]", False),
        ("(x) -> typing.Awaitable[int]", False),
        ("AwaitableList", False),
    ],
)
def test_what_is_awaitable_itself(text: str, answer: bool) -> None:
    assert is_awaitable_type(text) is answer


@pytest.mark.parametrize(
    ("text", "is_one", "holds"),
    [
        ("Callable[[str], Awaitable[None]]", True, False),
        ("(str, /) -> Awaitable[None]", True, False),
        ("Callable[..., Awaitable[None] | None] | None", True, False),
        ("Callable[[Awaitable[None]], None]", False, False),
        ("dict[str, Callable[[], Awaitable[None]]]", False, True),
        ("list[dict[str, (int) -> Coroutine[Any, Any, int]]]", False, True),
    ],
)
def test_async_callables_and_what_holds_them(text: str, is_one: bool, holds: bool) -> None:
    assert (is_async_callable(text), holds_async_callables(text)) == (is_one, holds)


def test_names_anywhere_in_an_annotation() -> None:
    assert names_awaitable("Callable[..., Awaitable[None] | None]")
    assert not names_awaitable("AsyncGenerator[int] | Future[int]")
    assert names_awaitable("AsyncGenerator[int] | Future[int]", running=True)


def test_the_kinds_of_narrowed_types_and_of_what_classes_give() -> None:
    assert kind_of("(Coroutine[Any, Any, int] & ~AlwaysFalsy) | None") is Kind.MAYBE
    assert call_gives("<class 'A'> | <class 'B'>") == "A | B"
    assert call_gives("def f[T](x: T) -> list[T]") == "list[T@f]"


def test_a_long_type_takes_time_in_proportion() -> None:
    def seconds(count: int) -> float:
        text = " | ".join(f"Box[int, list[C{count}_{number}]]" for number in range(count))
        since = time.process_time()
        assert len(list(alternatives(text))) == count
        return time.process_time() - since

    seconds(100)
    assert seconds(16_000) < 60 * seconds(1_000) + 0.2  # 256 times were it the square
