"""Which row of the table of detectors is about a coroutine, by its uses and by what becomes of it as an argument."""

from __future__ import annotations

import ast
from typing import Any

import pytest

from autoawait.dataflow.uses import Use, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.case import Case, RoundFacts
from autoawait.detection.classification import code_of, is_certain, is_fine
from autoawait.detection.detectors import DETECTORS
from autoawait.resolution.argument_sinks import ArgumentSink, Sink
from autoawait.resolution.call_results import CallResult, CallSite
from autoawait.types.engine import Kind
from tests.sources import marked, unit_of

# What the function of an argument does with it, by its name.
FATES = {
    "takes": Sink.TAKEN,
    "reads": Sink.VALUE,
    "shows": Sink.SILENT,
    "calls": Sink.FUNCTION,
    "wonders": Sink.UNKNOWN,
}


def called(use: Use) -> str:
    assert isinstance(use.at, ast.Call)
    return called_name(use.at)


def case_of(body: str, *, awaited: str = "") -> Case:
    unit = unit_of(body)
    node = marked(unit)
    usage = uses_of(unit, node)
    fates = {use: ArgumentSink(FATES[called(use)], "in words") for use in usage.of(UseKind.ARGUMENT)}
    no_sources: Any = None
    result = CallResult(Kind.COROUTINE, awaited=awaited)
    return Case(no_sources, RoundFacts({}, fates), CallSite(unit, node), result, usage)


def row_about(case: Case) -> tuple[str, Use | None]:
    """The first row that is about its uses, and the use that decides."""
    rows = ((row.name, row.with_use(case)) for row in DETECTORS if row.uses and row.reason)
    return next(((name, seen.use) for name, seen in rows if seen), (DETECTORS[-1].name, None))


@pytest.mark.parametrize(
    "body",
    [
        "await f()",
        "takes(f())",
        "_ = f()",
        "f().close()",
        "iscoroutine(f())",
        "x = f()\nif p: await x\nelse: takes(x)",
        "x = f()\nawait x\nprint",
        "if (x := f()): await x",
        "x = f()\nif x: await x",
        "x = f()\nf'{x}'\nawait x",
        "x = p\nif p: x = f()\nif p: await x\nelse: x.y",
        "lambda: f()",
    ],
)
def test_right_as_it_stands(body: str) -> None:
    case = case_of(body)
    assert is_fine(case)
    assert row_about(case)[0] in {"awaited", "driven by hand", "nothing wrong"}


@pytest.mark.parametrize(
    ("body", "code", "certain"),
    [
        ("f()", "AW101", True),
        ("x = f()", "AW101", True),
        ("f().x", "AW102", True),
        ("for x in f(): p", "AW102", True),
        ("with f(): p", "AW102", True),
        ("x = f()\nreturn x.y", "AW102", True),
        ("x = f()\nx.close()\nx.y", "AW102", True),
        ("x = f()\np.x = x\nx.y", "AW102", True),
        ("async for x in f(): p", "AW203", True),
        ("async with f(): p", "AW203", True),
        ("if f(): p", "AW103", True),
        ("x = f()\nif not x: p", "AW103", True),
        ("f'{f()}'", "AW104", True),
        ("shows(f())", "AW104", False),
        ("reads(f())", "AW105", True),
        ("sum([f()])", "AW109", True),
        ("any(f() for x in p)", "AW109", True),
        ("x = f()\nif x is None: p", "AW103", True),
        ("x = p\nif p: x = f()\nif x: p", "AW103", False),
    ],
)
def test_mistakes(body: str, code: str, certain: bool) -> None:
    case = case_of(body)
    row, use = row_about(case)
    assert row in {"used as its value", "tested and returned", "used for nothing"}
    assert use is not None and (code_of(case, use), is_certain(case, use)) == (code, certain)
    assert case.words(use) and not is_fine(case)


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("x = f()\nif p: await x\nelse: x.y", "used in two ways"),
        ("x = f()\ntakes(x)\nx.y", "used in two ways"),
        ("calls(f())", "given for its function"),
        ("wonders(f())", "passed on"),
        ("return f()", "returned"),
        ("p.x = f()", "stored"),
        ("yield f()", "stored"),
        ("x = f()\np.x = x\nreturn x", "stored"),
        # what raises counts more than what is open
        ("x = f()\nwonders(x)\nx.y", "used as its value"),
    ],
)
def test_other_rows(body: str, expected: str) -> None:
    case = case_of(body)
    assert row_about(case)[0] == expected
    assert not is_fine(case)


def test_a_test_for_none_is_certain_where_the_value_may_be_none() -> None:
    body = "x = f()\nif x is not None: wonders(x)"
    for awaited, expected in (("int | None", True), ("int", False)):
        case = case_of(body, awaited=awaited)
        _, use = row_about(case)
        assert use is not None and is_certain(case, use) is expected


def test_words_come_from_the_argument() -> None:
    for body, code in (("reads(f())", "AW105"), ("wonders(f())", "AW302"), ("calls(f())", "AW403")):
        case = case_of(body)
        _, use = row_about(case)
        assert use is not None and (case.words(use), code_of(case, use)) == ("in words", code)
