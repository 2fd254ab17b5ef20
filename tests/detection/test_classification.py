"""The verdict on a coroutine, from its uses and from what becomes of it as an argument."""

from __future__ import annotations

import ast

import pytest

from autoawait.dataflow.uses import Use, UseKind, called_name
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.classification import FINE, Classification, Verdict, classify
from autoawait.resolution.argument_sinks import ArgumentSink, Sink
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


def judged(body: str, *, optional: bool = False) -> Classification:
    unit = unit_of(body)
    usage = uses_of(unit, marked(unit))
    fates = {use: ArgumentSink(FATES[called(use)], "in words") for use in usage.of(UseKind.ARGUMENT)}
    return classify(usage, fates, optional=optional)


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
    assert judged(body) == FINE


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
    verdict = judged(body)
    assert (verdict.verdict, verdict.code, verdict.certain) == (Verdict.MISTAKE, code, certain)
    assert verdict.use is not None and verdict.words


@pytest.mark.parametrize(
    ("body", "expected", "code"),
    [
        ("x = f()\nif p: await x\nelse: x.y", Verdict.AMBIGUOUS, "AW301"),
        ("x = f()\ntakes(x)\nx.y", Verdict.AMBIGUOUS, "AW301"),
        ("calls(f())", Verdict.FUNCTION_WANTED, "AW403"),
        ("wonders(f())", Verdict.OPEN, "AW302"),
        ("return f()", Verdict.RETURNED, ""),
        ("p.x = f()", Verdict.STORED, ""),
        ("yield f()", Verdict.STORED, ""),
        ("x = f()\np.x = x\nreturn x", Verdict.STORED, ""),
    ],
)
def test_other_verdicts(body: str, expected: Verdict, code: str) -> None:
    verdict = judged(body)
    assert (verdict.verdict, verdict.code) == (expected, code)


def test_what_raises_counts_more_than_what_is_open() -> None:
    assert judged("x = f()\nwonders(x)\nx.y").verdict is Verdict.MISTAKE


def test_a_test_for_none_is_certain_where_the_value_may_be_none() -> None:
    body = "x = f()\nif x is not None: wonders(x)"
    assert judged(body, optional=True).certain
    assert not judged(body).certain


def test_words_come_from_the_argument() -> None:
    assert judged("reads(f())").words == "in words"
    assert judged("wonders(f())").words == "in words"
