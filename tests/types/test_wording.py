"""What we read out of ty's words: recorded ones, the real ty's of today, and words made up for the edges."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from autoawait.source import Spot
from autoawait.types.engine import Checked, Complaint, Kind, TypeFact
from autoawait.types.wording import (
    awaited_of,
    call_gives,
    expected_type,
    fact_of,
    found_kind,
    is_about_suppression,
    kind_of,
    nominal_of,
    says_busy,
    says_unreachable,
    suggests_async,
)
from tests.types.record import COMPLAINTS, RECORDED, ask, complaints_of


def gives(called: Kind, returned: str, awaited: str = "", nominal: str = "") -> TypeFact:
    """Something that can be called."""
    return TypeFact("", Kind.PLAIN, called, returned, awaited, nominal)


def an_instance(value: Kind, awaited: str = "", nominal: str = "") -> TypeFact:
    return TypeFact("", value, Kind.UNKNOWN, "", awaited, nominal, instance=True)


def neither(value: Kind, unreachable: bool = False) -> TypeFact:
    return TypeFact("", value, unreachable=unreachable)


# What each question of questions.py.txt must be understood as.
FACTS = {
    "fetch(1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "untyped(1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, Unknown]", awaited="Unknown"),
    "passed_on(1)": gives(Kind.UNKNOWN, "Unknown"),
    "stream()": gives(Kind.ASYNC_ITERATOR, "AsyncIterator[int]"),
    "session()": gives(Kind.ASYNC_CONTEXT, "_AsyncGeneratorContextManager[int, None]"),
    "decorated(1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "cached(1)": gives(Kind.AWAITABLE, "Awaitable[int]", awaited="int"),
    "wrapped(1)": gives(Kind.UNKNOWN, "Unknown"),
    "same(fetch)": gives(Kind.UNKNOWN, "T@same"),
    "some_or_none(1)": gives(Kind.MAYBE, "Coroutine[Any, Any, int] | None"),
    "any_or_some(1)": gives(Kind.MAYBE, "Any | Coroutine[Any, Any, int]"),
    "two_ways(1)": gives(Kind.AWAITABLE, "Task[str] | Coroutine[Any, Any, str]", awaited="str"),
    'arrows("a|b")': gives(Kind.PLAIN, 'Literal[") -> x"]'),
    "makes_callable(lambda x: lambda: fetch(x))": gives(Kind.PLAIN, "() -> Awaitable[int]"),
    'many_words(1, "", b"")': gives(Kind.PLAIN, "(int, /) -> Awaitable[str]"),
    "either(1)": gives(Kind.COROUTINE, "Coroutine[Any, Any, int]", awaited="int"),
    'either("")': gives(Kind.PLAIN, "str"),
    "either": gives(Kind.MAYBE, "Coroutine[Any, Any, int] | str"),
    "alias(1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "shorter()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "partly()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    'table["a"](1)': gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "rows[i](1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "unknown(1)": neither(Kind.UNKNOWN),
    "unknown.method(1)": neither(Kind.UNKNOWN),
    "chosen(1)": gives(Kind.MAYBE, "CoroutineType[Any, Any, int] | None"),
    "partly.keywords": an_instance(Kind.PLAIN),
    "functools.partial(fetch, i)()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "never": gives(Kind.UNKNOWN, "Never"),
    'greeting = "äöü 🐍"; passed_on(2)': gives(Kind.UNKNOWN, "Unknown"),
    "callback()": gives(Kind.AWAITABLE, "Awaitable[None]", awaited="None"),
    "perhaps(1)": gives(Kind.AWAITABLE, "Awaitable[None]", awaited="None"),
    "either_way(1)": gives(Kind.MAYBE, "Awaitable[None] | None"),
    "runs.run()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "runs.start()": gives(Kind.AWAITABLE, "Awaitable[int]", awaited="int"),
    "kind()": gives(Kind.PLAIN, "Own", nominal="Own"),
    "kind.of_class()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, None]", awaited="None"),
    "kind2()": gives(Kind.PLAIN, "Own | Plain"),
    "variable": neither(Kind.UNKNOWN),
    "variable_kind()": gives(Kind.UNKNOWN, "T@values"),
    "box.get()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, int]", awaited="int"),
    "box.items()": gives(Kind.ASYNC_ITERATOR, "AsyncIterable[int]"),
    "box.itself()": gives(Kind.PLAIN, "Box[int]", nominal="Box"),
    "future": an_instance(Kind.AWAITABLE, awaited="int", nominal="Future"),
    "task": an_instance(Kind.MAYBE),
    "lock": an_instance(Kind.PLAIN, nominal="Lock"),
    "lock.acquire()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, Literal[True]]", awaited="Literal[True]"),
    "anything": neither(Kind.UNKNOWN),
    "noted": an_instance(Kind.AWAITABLE, awaited="int"),
    "pair": an_instance(Kind.PLAIN),
    "pair[0]": an_instance(Kind.AWAITABLE, awaited="int"),
    "own(1)": an_instance(Kind.PLAIN, nominal="Own"),
    "own.future": an_instance(Kind.AWAITABLE, awaited="int"),
    "own.attribute": an_instance(Kind.MAYBE),
    "own.make()": gives(Kind.PLAIN, "Own", nominal="Own"),
    "own.of_class()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, None]", awaited="None"),
    "own.of_nobody()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, None]", awaited="None"),
    "own.deep()": gives(Kind.COROUTINE, "CoroutineType[Any, Any, Plain]", awaited="Plain"),
    "own.absent": neither(Kind.UNKNOWN),
    "number": an_instance(Kind.PLAIN),
    "pool.submit(print)": gives(Kind.AWAITABLE, "Future[_T@submit]", awaited="_T@submit", nominal="Future"),
    "Own()": gives(Kind.PLAIN, "Own", nominal="Own"),
    "Plain(1)": gives(Kind.PLAIN, "Plain", nominal="Plain"),
    "Plain": gives(Kind.PLAIN, "Plain", nominal="Plain"),
    "Box[int]": gives(Kind.PLAIN, "Box[int]", nominal="Box"),
    "Number(1)": neither(Kind.PLAIN),
    "asyncio": neither(Kind.PLAIN),
    "asyncio.Lock()": gives(Kind.PLAIN, "Lock", nominal="Lock"),
    "asyncio.Task(fetch(1))": gives(Kind.AWAITABLE, "Task", nominal="Task"),
    "asyncio.timeout(1)": gives(Kind.PLAIN, "Timeout", nominal="Timeout"),
    "list()": gives(Kind.PLAIN, "list"),
    "dict(a=1)": gives(Kind.PLAIN, "dict"),
    "asyncio.sleep(1)": gives(Kind.COROUTINE, "CoroutineType[Any, Any, None]", awaited="None"),
    "asyncio.gather(fetch(1), fetch(2))": gives(
        Kind.AWAITABLE,
        "Future[tuple[_T1@gather, _T2@gather]]",
        awaited="tuple[_T1@gather, _T2@gather]",
        nominal="Future",
    ),
    "asyncio.wait_for(fetch(1), 2)": gives(
        Kind.COROUTINE, "CoroutineType[Any, Any, _T@wait_for]", awaited="_T@wait_for"
    ),
    "asyncio.create_task(fetch(1))": gives(
        Kind.AWAITABLE, "Task[_T@create_task]", awaited="_T@create_task", nominal="Task"
    ),
    "asyncio.get_running_loop().run_in_executor(None, print)": gives(
        Kind.AWAITABLE, "Future[_T@run_in_executor]", awaited="_T@run_in_executor", nominal="Future"
    ),
    'asyncio.open_connection("")': gives(
        Kind.COROUTINE,
        "CoroutineType[Any, Any, tuple[StreamReader, StreamWriter]]",
        awaited="tuple[StreamReader, StreamWriter]",
    ),
    "functools.partial(fetch, 1)": gives(Kind.PLAIN, "partial", nominal="partial"),
    "contextlib.AsyncExitStack()": gives(Kind.PLAIN, "AsyncExitStack", nominal="AsyncExitStack"),
    "contextlib.suppress()": gives(Kind.PLAIN, "suppress", nominal="suppress"),
    "print(1)": gives(Kind.PLAIN, "None"),
    "max(1, 2)": gives(Kind.UNKNOWN, "SupportsRichComparisonT@max"),
    'len("")': gives(Kind.PLAIN, "int"),
    "open(path)": gives(Kind.PLAIN, "TextIOWrapper[_WrappedBuffer]", nominal="TextIOWrapper"),
    "functools.wraps(fetch)(fetch)": an_instance(Kind.PLAIN, nominal="_Wrapper"),
    "own_or_none.make()": gives(Kind.PLAIN, "Own", nominal="Own"),
    "mixed  # narrowed": an_instance(Kind.COROUTINE, awaited="int | Any"),
    "anything  # narrowed": neither(Kind.UNKNOWN),
    "anything()  # narrowed": gives(Kind.UNKNOWN, "object"),
    "fetch(2)": neither(Kind.UNKNOWN, unreachable=True),
    "fetch(3)": neither(Kind.UNKNOWN, unreachable=True),
}

# Line, code, kind found, type expected, whether async is suggested; for complaints.py.txt in order of place.
COMPLAINT_ROWS = [
    ("fetch(1)", "unused-awaitable", Kind.COROUTINE, "", True),
    ("asyncio.sleep(1)", "unused-awaitable", Kind.COROUTINE, "", True),
    ("for _ in stream(): pass", "not-iterable", Kind.ASYNC_ITERATOR, "", False),
    ("for _ in fetch(1): pass", "not-iterable", Kind.COROUTINE, "", False),
    ("for _ in own: pass", "not-iterable", Kind.PLAIN, "", False),
    ("async for _ in fetch(1): pass", "not-iterable", Kind.COROUTINE, "", False),
    ("async for _ in [1]: pass", "not-iterable", Kind.PLAIN, "", False),
    ("[x for x in stream()]", "not-iterable", Kind.ASYNC_ITERATOR, "", False),
    ("with own: pass", "invalid-context-manager", Kind.PLAIN, "", True),
    ("with lock: pass", "invalid-context-manager", Kind.PLAIN, "", True),
    ("with session(): pass", "invalid-context-manager", Kind.ASYNC_CONTEXT, "", True),
    ("with fetch(1): pass", "invalid-context-manager", Kind.COROUTINE, "", False),
    ("async with fetch(1): pass", "invalid-context-manager", Kind.COROUTINE, "", False),
    ('async with open("x"): pass', "invalid-context-manager", Kind.PLAIN, "", False),
    ("list(stream())", "invalid-argument-type", Kind.ASYNC_ITERATOR, "Iterable[Unknown]", False),
    ("next(stream())", "invalid-argument-type", Kind.ASYNC_ITERATOR, "SupportsNext[Unknown]", False),
    ("fetch(1).x", "missing-attribute", Kind.COROUTINE, "", False),
    ("fetch(1)[0]", "not-subscriptable", Kind.COROUTINE, "", False),
    ("fetch(1)()", "not-callable", Kind.COROUTINE, "", False),
    ("fetch(1).x = 3", "missing-attribute", Kind.COROUTINE, "", False),
    ("fetch(1) + 1", "unsupported-operator", Kind.COROUTINE, "", False),
    ("1 + fetch(1)", "unsupported-operator", Kind.COROUTINE, "", False),
    ("-fetch(1)", "unsupported-operator", Kind.COROUTINE, "", False),
    ("1 in fetch(1)", "unsupported-operator", Kind.COROUTINE, "", False),
    ("not fetch(1)", "redundant-condition", Kind.COROUTINE, "", True),
    ("if fetch(1): pass", "redundant-condition", Kind.COROUTINE, "", True),
    ("assert fetch(1)", "redundant-condition", Kind.COROUTINE, "", True),
    ("a, b = fetch(1)", "not-iterable", Kind.COROUTINE, "", False),
    ("c: int = fetch(1)", "invalid-assignment", Kind.COROUTINE, "int", False),
    ("d: list[int] = [fetch(1)]", "invalid-assignment", Kind.PLAIN, "list[int]", False),
    ("d.append(fetch(1))", "invalid-argument-type", Kind.COROUTINE, "int", False),
    ("d[fetch(1)]", "invalid-argument-type", Kind.COROUTINE, "", False),
    ('e: Row = {"a": fetch(1)}', "invalid-argument-type", Kind.COROUTINE, "int", False),
    ('e["a"] = fetch(1)', "invalid-assignment", Kind.COROUTINE, "int", False),
    ("own.value = fetch(1)", "invalid-assignment", Kind.COROUTINE, "int", False),
    ("takes(fetch(1))", "invalid-argument-type", Kind.COROUTINE, "int", False),
    ("takes(future)", "invalid-argument-type", Kind.AWAITABLE, "int", False),
    ('takes("x")', "invalid-argument-type", Kind.PLAIN, "int", False),
    ("takes(union)", "invalid-argument-type", Kind.MAYBE, "int", False),
    ("len(fetch(1))", "invalid-argument-type", Kind.COROUTINE, "Sized", False),
    (
        "max(fetch(1), 2)",
        "invalid-argument-type",
        Kind.COROUTINE,
        "SupportsDunderLT[Any] | SupportsDunderGT[Any]",
        False,
    ),
    ("sum(fetch(i) for i in range(3))", "no-matching-overload", Kind.UNKNOWN, "", False),
    ("print(*fetch(1))", "not-iterable", Kind.COROUTINE, "", False),
    ("keywords(**fetch(1))", "invalid-argument-type", Kind.COROUTINE, "", False),
    ("raise fetch(1)", "invalid-raise", Kind.COROUTINE, "", False),
    ("return fetch(1)", "invalid-explicit-return", Kind.COROUTINE, "int", False),
    ("fetch(1)", "unused-awaitable", Kind.COROUTINE, "", False),
    ("return fetch(1)", "invalid-explicit-return", Kind.COROUTINE, "AsyncIterator[int]", False),
    ("await 3", "invalid-await", Kind.PLAIN, "", False),
    ("await own", "invalid-await", Kind.PLAIN, "", False),
    ("await fetch(1).x", "missing-attribute", Kind.COROUTINE, "", False),
    ("future.x", "missing-attribute", Kind.AWAITABLE, "", False),
    ("union.x", "missing-attribute", Kind.MAYBE, "", False),
    ("yield fetch(1)  # ty: ignore", "unused-ignore-comment", Kind.UNKNOWN, "", False),
    ("def default(x: int = fetch(1)) -> None: ...", "invalid-parameter-default", Kind.COROUTINE, "int", False),
    ("class Base(fetch(1)): pass", "invalid-base", Kind.COROUTINE, "", False),
    ("one = 1  # type: ignore", "unused-type-ignore-comment", Kind.UNKNOWN, "", False),
    ("if not fetch(1):", "redundant-condition", Kind.COROUTINE, "", False),
]


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
    assert is_about_suppression(Complaint(spot.path, spot, spot, code, "")) is expected


def test_words_of_the_server() -> None:
    assert says_unreachable("Code is unreachable\nThis may depend on your current environment and settings")
    assert says_unreachable("Code is always unreachable")
    assert not says_unreachable("`x` is unused")
    assert says_busy("ty is busy: too many queued requests")
    assert not says_busy("request handler panicked")
