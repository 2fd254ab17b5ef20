"""Complaints found by their place, and those that an edit has brought."""

from __future__ import annotations

import ast
from dataclasses import replace

import pytest

from autoawait.pipeline import new_diagnostics
from autoawait.pipeline.new_diagnostics import still_lacks_await
from autoawait.project.source import Spot
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import Checked, CheckerDiagnostic, Kind
from tests.sources import PATH, node_at, source_of

SOURCE = source_of("take(f(), key=f(1))\nöä(f().x)\n")


def complaint(
    start: tuple[int, int],
    end: tuple[int, int],
    *,
    code: str = "invalid-argument-type",
    message: str = "wrong",
    found: Kind = Kind.UNKNOWN,
    expected: str = "",
) -> CheckerDiagnostic:
    return CheckerDiagnostic(PATH, Spot(PATH, *start), Spot(PATH, *end), code, message, found, expected)


def new_complaints(before: Checked, after: Checked) -> list[CheckerDiagnostic]:
    """Those of one function, of which all lines are."""
    return new_diagnostics.new_complaints(before, after, lambda _: None)


def complaints(*known: CheckerDiagnostic) -> CheckerDiagnostics:
    found = CheckerDiagnostics()
    found.add({PATH: Checked(known)})
    return found


def test_a_complaint_is_found_at_its_very_expression() -> None:
    one = complaint((1, 5), (1, 8))
    found = complaints(one)
    assert found.at(SOURCE, node_at(SOURCE, "f()")) == [one]
    assert found.at(SOURCE, node_at(SOURCE, "f(1)")) == []
    assert found.at(SOURCE, node_at(SOURCE, "f")) == []


def test_columns_are_bytes() -> None:
    one = complaint((2, 5), (2, 10))
    assert complaints(one).at(SOURCE, node_at(SOURCE, "f().x")) == [one]


def test_rounds_add_up_and_repeat_nothing() -> None:
    one, two = complaint((1, 5), (1, 8)), complaint((1, 5), (1, 8), code="other")
    found = complaints(one)
    found.add({PATH: Checked((one, two))})
    assert found.at(SOURCE, node_at(SOURCE, "f()")) == [one, two]


def call() -> ast.Call:
    node = node_at(SOURCE, "take(f(), key=f(1))")
    assert isinstance(node, ast.Call)
    return node


def test_a_keyword_argument_may_be_complained_of_with_its_name() -> None:
    one = complaint((1, 10), (1, 18), expected="int")
    argument = call().keywords[0].value
    assert complaints(one).at_argument(SOURCE, argument, call()) == one
    assert complaints(one).at_argument(SOURCE, call().args[0], call()) is None


def test_an_argument_counts_only_if_its_type_was_the_matter() -> None:
    argument = call().args[0]
    assert complaints(complaint((1, 5), (1, 8))).at_argument(SOURCE, argument, call()) is None
    one = complaint((1, 5), (1, 8), found=Kind.COROUTINE)
    assert complaints(one).at_argument(SOURCE, argument, call()) == one


# --- before and after -------------------------------------------------------------------------------------------------

OLD = complaint((1, 0), (1, 4), message="old")
NEW = complaint((5, 0), (5, 4), message="new")
PARTIAL = complaint((5, 0), (5, 4), message="Attribute `x` is not defined on `None` in `A | None`")


@pytest.mark.parametrize(
    ("before", "after", "new"),
    [
        ((), (), []),
        ((), (NEW,), [NEW]),
        ((OLD,), (OLD,), []),
        ((OLD,), (NEW,), [NEW]),
        ((OLD,), (), []),
        ((OLD,), (OLD, OLD), [OLD]),
        ((OLD, OLD), (OLD, NEW), [NEW]),
    ],
)
def test_what_was_not_there_before_is_new(
    before: tuple[CheckerDiagnostic, ...], after: tuple[CheckerDiagnostic, ...], new: list[CheckerDiagnostic]
) -> None:
    assert new_complaints(Checked(before), Checked(after)) == new


def test_the_same_words_elsewhere_are_the_same_complaint() -> None:
    moved = complaint((9, 0), (9, 4), message="old")
    assert new_complaints(Checked((OLD,)), Checked((moved,))) == []


def test_a_complaint_about_the_awaitable_makes_room_for_one_about_a_part_of_the_value() -> None:
    about = complaint((5, 0), (5, 9), message="found a coroutine", found=Kind.COROUTINE)
    assert new_complaints(Checked((about,)), Checked((PARTIAL,))) == []
    plain = complaint((5, 0), (5, 9), message="found an int", found=Kind.PLAIN)
    assert new_complaints(Checked((plain,)), Checked((PARTIAL,))) == [PARTIAL]
    elsewhere = complaint((6, 0), (6, 9), message="found a coroutine", found=Kind.COROUTINE)
    assert new_complaints(Checked((elsewhere,)), Checked((PARTIAL,))) == [PARTIAL]


@pytest.mark.parametrize(("start", "end", "is_new"), [((4, 0), (6, 0), False), ((6, 0), (7, 0), True)])
def test_code_that_was_unreachable_had_no_complaints(
    start: tuple[int, int], end: tuple[int, int], is_new: bool
) -> None:
    before = Checked((), ((Spot(PATH, *start), Spot(PATH, *end)),))
    assert bool(new_complaints(before, Checked((NEW,)))) is is_new


def test_a_suppression_that_is_now_useless_is_no_complaint() -> None:
    useless = complaint((5, 0), (5, 4), code="unused-ignore-comment", message="Unused `ty: ignore` directive")
    assert new_complaints(Checked(), Checked((useless,))) == []


def test_a_complaint_that_only_says_more_exactly_what_is_amiss_is_not_new() -> None:
    def about(name: str, method: str, code: str = "invalid-context-manager") -> CheckerDiagnostic:
        message = f"Object of type `{name}` cannot be used with `async with`: no `{method}`"
        return complaint((5, 0), (5, 4), code=code, message=message, found=Kind.PLAIN)

    before = Checked((about("Limit", "__aenter__"),))
    assert new_complaints(before, Checked((about("Limit", "__aexit__"),))) == []
    for other in (about("Other", "__aexit__"), about("Limit", "__aexit__", "another-code")):
        assert new_complaints(before, Checked((other,))) == [other]


@pytest.mark.parametrize(
    ("old", "now", "is_new"),
    [
        ("Result[Unknown]", "Result[Cursor]", False),
        ("Result[Unknown]", "Result[dict[str, int]]", False),
        ("Pair[Unknown, int]", "Pair[str, int]", False),
        ("Pair[Unknown, int]", "Pair[str, str]", True),
        ("Result[Cursor]", "Result[Other]", True),
        ("Result[Unknown]", "Other[Cursor]", True),
    ],
)
def test_a_complaint_of_a_type_that_was_known_in_part_is_not_new(old: str, now: str, is_new: bool) -> None:
    def about(name: str) -> CheckerDiagnostic:
        message = f"Object of type `{name}` has no attribute `fetchall`"
        return complaint((5, 0), (5, 4), code="missing-attribute", message=message, found=Kind.PLAIN)

    assert bool(new_complaints(Checked((about(old),)), Checked((about(now),)))) is is_new


def test_a_union_of_which_some_can_be_awaited_now_is_no_worse_than_what_could_not() -> None:
    def about(text: str) -> CheckerDiagnostic:
        return complaint((5, 0), (5, 4), code="invalid-await", message=f"`{text}` is not awaitable")

    coroutine = "CoroutineType[Any, Any, list[int]]"
    for old, new, is_new in (
        ("list[int]", f"list[int] | {coroutine}", False),
        (f"list[int] | {coroutine}", "list[int]", False),
        ("list[int]", f"None | {coroutine}", True),
        (coroutine, "list[int]", True),
        ("dict[str, int | None]", f"None | {coroutine}", True),
    ):
        assert bool(new_complaints(Checked((about(old),)), Checked((about(new),)))) is is_new, (old, new)
    elsewhere = complaint((6, 0), (6, 4), code="invalid-await", message="`list[int]` is not awaitable")
    assert new_complaints(Checked((elsewhere,)), Checked((about(f"list[int] | {coroutine}"),)))


def test_a_warning_about_the_value_that_is_seen_now_is_the_author_s() -> None:
    warning = replace(complaint((5, 0), (5, 4), message="always true", found=Kind.PLAIN), is_error=False)
    assert new_complaints(Checked(), Checked((warning,))) == []
    unawaited = replace(warning, code="unused-awaitable")
    assert new_complaints(Checked(), Checked((unawaited,))) == [unawaited]


@pytest.mark.parametrize(
    ("text", "lacks"),
    [
        ("Awaitable[Response[int]]", True),
        ("Future[int]", True),
        ("CoroutineType[Any, Any, int]", False),  # such a one an edit may have made
        ("Response[int]", False),
    ],
)
def test_an_awaitable_without_the_attributes_of_its_value_was_there_before(text: str, lacks: bool) -> None:
    about = complaint((5, 0), (5, 4), code="missing-attribute", message=f"Object of type `{text}` has no attribute `x`")
    assert still_lacks_await(about) is lacks
