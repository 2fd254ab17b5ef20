"""What we read out of ty's words: recorded ones, the real ty's of today, and words made up for the edges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, CheckerDiagnostic, Kind, TypeFact
from autoawait.types.ty.wording import (
    expected_type,
    fact_of,
    found_kind,
    is_about_suppression,
    says_busy,
    says_unreachable,
    suggests_async,
)
from autoawait.types.type_expr import awaited_of, call_gives, kind_of, nominal_of
from tests.types.expected import COMPLAINT_ROWS, FACTS
from tests.types.record import COMPLAINTS, RECORDED, ask, complaints_of


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, TypeFact], Checked]:
    return ask(tmp_path_factory.mktemp("project").resolve())


def recorded_hovers() -> dict[str, str]:
    return dict(json.loads((RECORDED / "hovers.json").read_text("utf-8")))


def recorded_complaints() -> list[tuple[str, str, str]]:
    return [tuple(row) for row in json.loads((RECORDED / "complaints.json").read_text("utf-8"))]


def without_text(fact: TypeFact) -> TypeFact:
    return TypeFact(
        "",
        fact.value,
        fact.called,
        fact.returned,
        fact.awaited,
        fact.nominal,
        instance=fact.instance,
        unreachable=fact.unreachable,
    )


def test_every_recorded_hover_has_an_expectation() -> None:
    assert recorded_hovers().keys() == FACTS.keys()


@pytest.mark.parametrize("question", FACTS)
def test_recorded_hovers_are_understood(question: str) -> None:
    fact = fact_of(recorded_hovers()[question])
    assert without_text(fact) == FACTS[question]
    assert fact.text == recorded_hovers()[question]


def test_ty_still_says_the_same_of_names(live: tuple[dict[str, TypeFact], Checked]) -> None:
    assert {question: without_text(fact) for question, fact in live[0].items()} == FACTS


def test_recorded_complaints_are_understood() -> None:
    read = [
        (line, code, found_kind(message), expected_type(message), suggests_async(message))
        for line, code, message in recorded_complaints()
    ]
    assert read == COMPLAINT_ROWS


def test_ty_still_complains_of_the_same(live: tuple[dict[str, TypeFact], Checked]) -> None:
    assert complaints_of(live[1]) == recorded_complaints()
    ordered = sorted(live[1].complaints, key=lambda it: (it.start, it.end, it.code))
    assert [(it.found, it.expected, it.suggests_async) for it in ordered] == [row[2:] for row in COMPLAINT_ROWS]


def test_ty_still_marks_unreachable_code(live: tuple[dict[str, TypeFact], Checked]) -> None:
    lines = COMPLAINTS.read_text("utf-8").splitlines()
    marked = [lines[start.line - 1][start.column : end.column] for start, end in live[1].unreachable]
    assert "takes(fetch(2))" in marked
    assert "takes(fetch(3))" in marked


def test_documentation_is_no_part_of_the_type() -> None:
    rule = "-" * 45
    assert fact_of(f"def f() -> int\n{rule}\nGives -> Awaitable[int]\n\n{rule}\nmore").text == "def f() -> int"
    assert fact_of(f"Both\n{rule}\n").nominal == "Both"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("", Kind.UNKNOWN),
        ("...", Kind.UNKNOWN),
        ("Any", Kind.UNKNOWN),
        ("Never", Kind.UNKNOWN),
        ("Todo", Kind.UNKNOWN),
        ("@Todo(something new)", Kind.UNKNOWN),
        ("Self@method", Kind.UNKNOWN),
        ("None", Kind.PLAIN),
        ("list[Coroutine[Any, Any, int]]", Kind.PLAIN),
        ('Literal["Coroutine[Any, Any, int] | x"]', Kind.PLAIN),
        ("Literal['it\\'s | Awaitable[int]']", Kind.PLAIN),
        ("types.CoroutineType[Any, Any, int]", Kind.COROUTINE),
        ("asyncio.futures.Future[int]", Kind.AWAITABLE),
        ("concurrent.futures._base.Future[int]", Kind.PLAIN),
        ("AsyncGeneratorType[int, None]", Kind.ASYNC_ITERATOR),
        ("AsyncIterator[int] | AsyncGenerator[int, None]", Kind.ASYNC_ITERATOR),
        ("AsyncIterator[int] | None", Kind.MAYBE),
        ("AbstractAsyncContextManager[int, None]", Kind.ASYNC_CONTEXT),
        ("CoroutineType[Any, Any, int] | Coroutine[Any, Any, str]", Kind.COROUTINE),
        ("Task[int] | Coroutine[Any, Any, int]", Kind.AWAITABLE),
        ("Task[int] | Unknown", Kind.MAYBE),
        ("int | Unknown", Kind.UNKNOWN),
        ("int | str", Kind.PLAIN),
        ("(Task[int] & ~AlwaysFalsy) | None", Kind.MAYBE),
        ("Unknown & Awaitable[Unknown]", Kind.AWAITABLE),
        ("Unknown & Top[Coroutine[Any, Any, Any]]", Kind.COROUTINE),
        ("object & ~None", Kind.UNKNOWN),
        ("Plain & ~AlwaysFalsy", Kind.PLAIN),
        ("~None & ~AlwaysFalsy", Kind.UNKNOWN),
        ("(Awaitable[int])", Kind.AWAITABLE),
        ("(() -> Awaitable[int])", Kind.PLAIN),
        ("Awaitable[int] (covariant)", Kind.AWAITABLE),
        ("Overload[(x: int) -> Awaitable[int], (x: str) -> int]", Kind.PLAIN),
    ],
)
def test_kind_of(text: str, kind: Kind) -> None:
    assert kind_of(text) is kind


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("int", None),
        ("_Wrapped[(x: int), int, (x: int), Awaitable[int]]", "Awaitable[int]"),
        ("partial[(x: int) -> (() -> int)]", "() -> int"),
        ("partial[int]", None),
        ("_Wrapped[int]", None),
        ("Overload[(x: int) -> Awaitable[int], (x: str) -> int]", "Awaitable[int] | int"),
        ("Overload[(x: int) -> int | None, (x: str) -> int, () -> str | None]", "int | None | str"),
        ("((x: int) -> (() -> int)) | (() -> str)", "(() -> int) | str"),
        ("((x: int) -> int) | Own", None),
        ("((x: int) -> int) | None", "int"),
        ("(() -> int) & ~AlwaysFalsy", "int"),
        ("Own & ~AlwaysFalsy", None),
        ("<class 'Box[int]'>", "Box[int]"),
        ("type[A | B]", "A | B"),
        ("type", None),
        ("[T, *Ts, **P](x: T, *a: *Ts) -> Box[T]", "Box[T@]"),
        ("def f[T: int = bool](x: T) -> dict[T, Tea]", "dict[T@f, Tea]"),
        ("bound method Box[int].put[U](x: U) -> int | U", "int | U@put"),
        ("bound method Box[int].put(x: int) -> U", "U"),
        ('def f(x: str = "\\") -> int") -> Awaitable[int]', "Awaitable[int]"),
    ],
)
def test_call_gives(text: str, given: str | None) -> None:
    assert call_gives(text) == given


@pytest.mark.parametrize(
    ("text", "awaited"),
    [
        ("Coroutine[Any, Any, dict[str, int]]", "dict[str, int]"),
        ("Awaitable", ""),
        ("Task[int] | Coroutine[Any, Any, str]", "int | str"),
        ("Task | Coroutine[Any, Any, str]", ""),
        ("Task[int] | None", ""),
        ("Own & Awaitable[int]", "int"),
        ("Top[Awaitable[object]]", "object"),
        ("Unknown", ""),
    ],
)
def test_awaited_of(text: str, awaited: str) -> None:
    assert awaited_of(text) == awaited


@pytest.mark.parametrize(
    ("text", "nominal"),
    [
        ("Own", "Own"),
        ("package.module.Own[int]", "Own"),
        ("Own & ~AlwaysFalsy", "Own"),
        ("int & ~AlwaysFalsy", ""),
        ("Own | None", ""),
        ("() -> Own", ""),
        ("Task[int]", "Task"),
        ("Coroutine[Any, Any, Own]", ""),
        ("list[Own]", ""),
        ("T@f", ""),
        ("<module 'asyncio'>", ""),
    ],
)
def test_nominal_of(text: str, nominal: str) -> None:
    assert nominal_of(text) == nominal


def test_a_message_without_types_tells_nothing() -> None:
    message = "`return` with value in async generator"
    assert found_kind(message) is Kind.UNKNOWN
    assert expected_type(message) == ""
    assert not suggests_async(message)


@pytest.mark.parametrize(
    ("code", "expected"),
    [("unused-ignore-comment", True), ("unused-type-ignore-comment", True), ("unused-awaitable", False)],
)
def test_complaints_about_suppression(code: str, expected: bool) -> None:
    spot = Spot(Path("a.py"), 1, 0)
    assert is_about_suppression(CheckerDiagnostic(spot.path, spot, spot, code, "")) is expected


def test_words_of_the_server() -> None:
    assert says_unreachable("Code is unreachable\nThis may depend on your current environment and settings")
    assert says_unreachable("Code is always unreachable")
    assert not says_unreachable("`x` is unused")
    assert says_busy("ty is busy: too many queued requests")
    assert not says_busy("request handler panicked")
