"""Where an ``await`` may stand around the marked call, and what must change for it (KNOWLEDGE B)."""

from __future__ import annotations

import pytest

from autoawait.detection.survey import survey
from autoawait.diagnostics.finding import EditKind
from autoawait.edits.await_placement import AwaitPlacement, Barrier, not_async, placement
from autoawait.project.index import Index
from tests.sources import PATH, function_of, marked, unit_of

NEW, OLD = (3, 11), (3, 10)


def opened(body: str, target: tuple[int, int] = NEW, *, clause: bool = False) -> AwaitPlacement | Barrier:
    unit = unit_of(body)
    return placement(unit, marked(unit), target, clause=clause)


@pytest.mark.parametrize(
    "body",
    [
        "f()",
        "f'{f()}'",
        "x = [f() for y in p]",
        "x = [y for y in f()]",
        "x = [y for y in p if f()]",
        "x = [y for z in p for y in f()]",
        "x = (y for y in f())",
        "x = sum(y for y in f())",
        "x = [[y for y in f()] for z in p]",
        "def h(x=f()): ...",
        "@f()\ndef h(): ...",
        "lambda x=f(): x",
        "class C(f()): ...",
        "@f()\nclass C: ...",
        "x: int = f()",
        "match p:\n  case 1 if f(): ...",
    ],
)
def test_an_await_may_stand_there(body: str) -> None:
    assert opened(body) == AwaitPlacement()


@pytest.mark.parametrize(
    ("body", "code", "reason"),
    [
        ("lambda: f()", "AW401", "lambda"),
        ("lambda: [f() for x in p]", "AW401", "lambda"),
        ("class C:\n  x = f()", "AW401", "class body"),
        ("class C:\n  if p:\n    f()", "AW401", "class body"),
        ("x: f()", "AW401", "annotation"),
        ("def h(x: f()): ...", "AW401", "annotation"),
        ("def h() -> f(): ...", "AW401", "annotation"),
        ("x = (f() for y in p)", "AW401", "generator"),
        ("h(f() for y in p)", "AW401", "generator"),
        ("sum(1, (f() for y in p))", "AW401", "generator"),
        ("for x in (f() for y in p): ...", "AW401", "generator"),
        ("x = (y for y in p if f())", "AW401", "generator"),
        ("x = (y for z in p for y in f())", "AW401", "generator"),
    ],
)
def test_no_await_may_stand_there(body: str, code: str, reason: str) -> None:
    barrier = opened(body)
    assert isinstance(barrier, Barrier)
    assert (barrier.code, reason in barrier.reason, bool(barrier.advice)) == (code, True, True)


@pytest.mark.parametrize(
    "body",
    [
        "x = [[f() for y in z] for z in p]",
        "x = {z: {f() for y in z} for z in p}",
        "x = [sum(f() for y in z) for z in p]",
        "x = [[y for y in z if f()] for z in p]",
    ],
)
def test_one_comprehension_in_another_needs_python_3_11(body: str) -> None:
    assert isinstance(opened(body, NEW), AwaitPlacement)
    barrier = opened(body, OLD)
    assert isinstance(barrier, Barrier)
    assert "3.11" in barrier.reason


@pytest.mark.parametrize(
    "reader", ["sum", "min", "max", "sorted", "list", "tuple", "set", "dict", "','.join", "p.extend"]
)
def test_a_generator_that_is_read_at_once_becomes_a_list(reader: str) -> None:
    unit = unit_of(f"{reader}(f() for y in p)")
    found = placement(unit, marked(unit), OLD)
    assert isinstance(found, AwaitPlacement)
    assert [(unit.file.segment(e.span)[:4], e.kind) for e in found.edits] == [("(f()", EditKind.LIST_OF_GENEXP)]
    assert found.note == ""


@pytest.mark.parametrize("reader", ["any", "all"])
def test_a_reader_that_stops_early_is_noted(reader: str) -> None:
    found = opened(f"{reader}(f() for y in p)")
    assert isinstance(found, AwaitPlacement)
    assert f"`{reader}`" in found.note


def test_the_first_iterable_of_an_async_clause_counts_as_inside() -> None:
    body = "x = (y for y in f())"
    assert opened(body) == AwaitPlacement()
    assert isinstance(opened(body, clause=True), Barrier)


def test_a_plain_function_is_needed_and_named_with_what_to_do() -> None:
    function = function_of("class C:\n    def g(self):\n        f()\n", "C.g")
    assert placement(function.unit, marked(function.unit), NEW) == AwaitPlacement(needs=function)
    barrier = not_async(function)
    assert (barrier.code, barrier.reason) == ("AW402", "`g` is not async")


def test_module_level_has_no_await() -> None:
    index = Index()
    index.add(PATH, b"async def f(): ...\nf()\n")
    [candidate] = survey(index, [PATH]).candidates
    barrier = placement(candidate.site.unit, candidate.site.node, NEW)
    assert isinstance(barrier, Barrier)
    assert (barrier.code, "module level" in barrier.reason) == ("AW401", True)
