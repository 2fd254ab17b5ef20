"""Comments that excuse a finding, and comments that do not."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Finding
from autoawait.diagnostics.suppression import ALL, is_suppressed, silenced, suppressed
from autoawait.project.source import SourceFile, Span, load


def source(text: str) -> SourceFile:
    loaded = load(Path("m.py"), text.encode())
    assert isinstance(loaded, SourceFile)
    return loaded


def excused(text: str, code: str = "AW101", where: str = "f()") -> bool:
    file = source(text)
    start = file.body.index(where.encode())
    return is_suppressed(file, Finding(code, file.path, Span(start, start + len(where.encode())), "message"))


@pytest.mark.parametrize(
    ("comment", "codes"),
    [
        ("# autoawait: ignore", ALL),
        ("#autoawait:ignore", ALL),
        ("# autoawait: ignore  fired on purpose", ALL),
        ("# noqa: E501  # autoawait: ignore", ALL),
        ("# autoawait: ignore[AW101]", {"AW101"}),
        ("# autoawait: ignore[AW101, aw302] both", {"AW101", "AW302"}),
        ("# autoawait: ignore[unknown-consumer]", {"AW302"}),
        ("# type: ignore[unused-coroutine]", {"AW101", "AW401", "AW402"}),
        ("# type: ignore[attr-defined, unused-awaitable]", {"AW101", "AW401", "AW402"}),
        ("# pyright: ignore[reportUnusedCoroutine]", {"AW101", "AW401", "AW402"}),
        ("# ty: ignore[unused-awaitable]", {"AW101", "AW401", "AW402"}),
        ("# type: ignore[misc]  # autoawait: ignore[AW102]", {"AW102"}),
        ("# type: ignore", {"AW105", "AW106", "AW108", "AW402"}),
        ("# type: ignore[attr-defined]", None),
        ("# pyright: ignore[unused-coroutine]", None),
        ("# pyright: ignore", None),
        ("# ty: ignore", None),
        ("# noqa", None),
        ("# autoawait: ignored", None),
        ("# autoawait: ignore-this", None),
        ("# autoawait: ignore[AW999]", None),
        ("# autoawait: ignore[]", None),
        ("# autoawait", None),
    ],
)
def test_what_a_comment_suppresses(comment: str, codes: set[str] | None) -> None:
    assert suppressed(source(f"f()  {comment}\ng()\n")) == ({1: codes} if codes else {})


def test_only_the_named_code_is_suppressed() -> None:
    assert excused("f()  # autoawait: ignore[AW101]\n")
    assert not excused("f()  # autoawait: ignore[AW101]\n", code="AW102")
    assert excused("f()  # autoawait: ignore\n", code="AW102")


def test_text_in_a_string_is_no_comment() -> None:
    assert not excused('f(); x = "# autoawait: ignore"\n')
    assert not excused('x = """\nf()  # autoawait: ignore\n"""\n')


def test_other_lines_are_not_excused() -> None:
    assert not excused("f()\ng()  # autoawait: ignore\n")
    assert not excused("# autoawait: ignore\nf()\n")
    assert not excused("f()\n# autoawait: ignore\n")


@pytest.mark.parametrize(
    "text",
    [
        "g(  # autoawait: ignore\n    f(),\n    1,\n)\n",
        "g(\n    f(),\n    1,\n)  # autoawait: ignore\n",
        "g(\n    f(),  # autoawait: ignore\n    1,\n)\n",
        "if (\n    f()\n    and 1\n):  # autoawait: ignore\n    pass\n",
        "def g():\n    # before\n\n    f()  # autoawait: ignore\n",
        "x = 1\\\n    + f()  # autoawait: ignore\n",
    ],
)
def test_a_comment_at_either_end_of_a_statement_or_on_the_line_counts(text: str) -> None:
    assert excused(text)


@pytest.mark.parametrize(
    "text",
    [
        "g(\n    f(),\n    1,  # autoawait: ignore\n)\n",
        "if x:  # autoawait: ignore\n    f()\n",
        "g(\n    # autoawait: ignore\n    1,\n)\nf()\n",
    ],
)
def test_a_comment_in_the_middle_speaks_for_its_own_line(text: str) -> None:
    assert not excused(text)


def test_a_comment_on_any_line_of_the_call_itself_counts() -> None:
    assert excused(
        "f(\n    1,\n    2,  # autoawait: ignore\n    3,\n)\n", where="f(\n    1,\n    2,  # autoawait: ignore\n"
    )


def test_a_lone_carriage_return_ends_a_line() -> None:
    assert excused("g()\rf()  # autoawait: ignore\rh()\r")
    assert not excused("g()\rf()  # autoawait: ignore\rh()\r", where="h()")


def test_nothing_is_tokenized_without_the_word() -> None:
    assert suppressed(source("f()  # noqa\n")) == {}


def test_what_does_not_tokenize_suppresses_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "f()  # autoawait: ignore\n"
    file = source(text)
    object.__setattr__(file, "text", "f()  # autoawait: ignore\n  g(\n")  # what ast would never have let through
    assert suppressed(file) == {1: ALL}


@pytest.mark.parametrize(
    ("comment", "is_silenced"),
    [
        ("# type: ignore", True),
        ("# type: ignore[misc]", True),
        ("# type:ignore[misc]  # why", True),
        ("# pyright: ignore[reportGeneralTypeIssues]", True),
        ("# ty: ignore[invalid-assignment]", True),
        ("# pytype: disable=attribute-error", True),
        ("# type: ignored", False),
        ("# prototype: ignore", False),
        ("# noqa: E501", False),
        ("# autoawait: ignore", False),
    ],
)
def test_a_line_of_which_a_type_checker_is_told_to_be_silent(comment: str, is_silenced: bool) -> None:
    assert silenced(source(f"a = f(\n    1,\n)  {comment}\ng()\n")) == ({1, 2, 3} if is_silenced else set())
