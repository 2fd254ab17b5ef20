"""What the source alone says: definitions by place, units, candidates, habits and attributes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from autoawait.dataflow.uses import called_name
from autoawait.detection.candidates import async_properties, candidates
from autoawait.detection.survey import chain_top, survey
from autoawait.project.index import Function, Index, name_end, own_nodes
from autoawait.project.source import Spot
from autoawait.resolution.class_graph.graph import ClassGraph
from tests.core.fake_engine import FakeEngine
from tests.sources import function_of, marked, module_of, node_at, source_of, unit_of

# --- index ------------------------------------------------------------------------------------------------------------

NESTED = """\
async def a(): ...
class B:
    def c(self):
        async def d(): yield 1
        class E: ...
    if True:
        @property
        def  f(self): ...
try: ...
except E:
    def g(): ...
else:
    def h(): ...
finally:
    def i(): ...
with x:
    def j(): ...
match x:
    case 1:
        def k(): ...
for x in y:
    def l(): ...
else:
    async def  \\
      m(): ...
"""


def test_every_definition_is_found_in_source_order() -> None:
    found = [f.qualname for f in module_of(NESTED).functions]
    assert found == ["a", "B.c", "B.c.<locals>.d", "B.f", *"ghijklm"]


def test_what_a_function_is() -> None:
    by_name = {f.qualname: f for f in module_of(NESTED).functions}
    inner, method = by_name["B.c.<locals>.d"], by_name["B.c"]
    assert (inner.is_async, inner.is_generator, inner.owner, inner.outer) == (True, True, None, method)
    assert (method.is_async, method.is_generator, method.outer) == (False, False, None)
    assert method.owner is not None and method.owner.name == "B"


@pytest.fixture
def index(tmp_path: Path) -> Index:
    (tmp_path / "module.py").write_text(NESTED)
    (tmp_path / "broken.py").write_text("def (:\n")
    index = Index()
    index.add(tmp_path / "module.py")
    return index


@pytest.mark.parametrize(
    ("line", "column", "name"),
    [
        (1, 10, "a"),
        (2, 6, "B"),
        (3, 8, "c"),
        (4, 18, "d"),
        (5, 14, "E"),
        (8, 13, "f"),
        (1, 6, ""),
        (7, 9, ""),
        (99, 0, ""),
    ],
)
def test_a_definition_is_found_by_the_place_of_its_name(
    index: Index, tmp_path: Path, line: int, column: int, name: str
) -> None:
    found = index.definition(Spot(tmp_path / "module.py", line, column))
    node = found.node if isinstance(found, Function) else found
    assert (node.name if node else "") == name


def test_classes_are_found_by_name(index: Index, tmp_path: Path) -> None:
    classes = ClassGraph(index, FakeEngine())
    [found] = classes.named(tmp_path / "module.py", "E")
    assert (found.node.name, found.node.lineno) == ("E", 5)
    assert classes.named(tmp_path / "module.py", "F") == []


def test_files_that_cannot_be_read_hold_nothing(index: Index, tmp_path: Path) -> None:
    for _ in range(2):
        assert index.module(tmp_path / "broken.py") is None
        assert ClassGraph(index, FakeEngine()).named(tmp_path / "nowhere.py", "E") == []
    assert index.definition(Spot(tmp_path / "broken.py", 1, 4)) is None
    assert index.definition(Spot(tmp_path / "module.so", 1, 4)) is None
    assert {path.name for path in index.broken} == {"broken.py", "nowhere.py"}


def test_own_nodes_are_those_of_no_inner_scope() -> None:
    body = ast.parse("a\ndef f(): b\nclass C: c\nlambda: d\n[e for x in y]\n").body
    names = {n.id for n in own_nodes(body) if isinstance(n, ast.Name)}
    assert names == {"a", "e", "x", "y"}


def test_a_unit_holds_decorators_and_defaults_of_inner_functions_but_no_bodies() -> None:
    unit = unit_of("@a\ndef h(x: b = c) -> d:\n  e\nlambda: i")
    assert {n.id for n in unit.nodes if isinstance(n, ast.Name)} == {"a", "b", "c", "d", "i"}


def test_parents_of_inner_functions_are_known_too() -> None:
    unit = unit_of("def h():\n  return x.y")
    inner = node_at(unit.file, "x")
    assert isinstance(unit.parent(inner), ast.Attribute)
    assert isinstance(unit.parent(unit.body[0]), ast.Module)
    assert [type(node).__name__ for node in unit.ancestors(inner)] == []


@pytest.mark.parametrize(
    ("text", "column"),
    [("name", 3), ("a.name", 5), ("äö.name", 8), ("a [0]", 2), ("f(1)[2]", 4), ("f(1)", None), ("a + b", None)],
)
def test_where_an_engine_is_asked_about_an_expression(text: str, column: int | None) -> None:
    source = source_of(f"{text}\n")
    spot = name_end(source, node_at(source, text))
    assert (spot.column if spot else None) == column


# --- candidates -------------------------------------------------------------------------------------------------------


def is_f(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and called_name(node) == "f"


def sites(text: str, function: str) -> list[str]:
    """The text of the candidates of a function; ``f`` is async, ``prop`` an awaitable property."""
    found_function = function_of(text, function)
    unit, wanted = found_function.unit, None if found_function.is_async else is_f
    found = candidates(unit, frozenset({"prop"}), wanted)
    return [unit.file.segment(unit.file.span(c.site.node)) for c in found]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("f()", ["f()"]),
        ("await f()", []),
        ("_ = f()", []),
        ("x = f()\nawait x", []),
        ("x = f()\nreturn x.y", ["f()"]),
        ("for x in y: pass", ["y"]),
        ("with y: pass", ["y"]),
        ("[x for x in y.z]", ["y.z"]),
        ("return y.prop.z", ["y.prop"]),
        ("y.prop()", ["y.prop()"]),
        ("return y.other.z", []),
        ("return\nf()", []),
        ("if p:\n  raise E\n  f()", []),
        ("while p:\n  continue\n  f()", []),
        ("if False: f()\nelse: g()", ["g()"]),
        ("if typing.TYPE_CHECKING: f()\nelse: g()", ["g()"]),
        ("if 1: f()\nelse: g()", ["f()"]),
        ("try:\n  return\nfinally: f()", ["f()"]),
    ],
)
def test_candidates_of_an_async_function(body: str, expected: list[str]) -> None:
    text = "async def run(p):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    assert sites(text, "run") == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("f()", ["f()"]),
        ("g()", []),
        ("return f()", []),
        ("x.append(f())", []),
        ("return f().x", ["f()"]),
        ("len(f())", ["f()"]),
        ("len2(f())", ["f()"]),
        ("create(f())\nreturn 1", ["f()"]),
        ("x: int = f()\nprint(x)", ["f()"]),
    ],
)
def test_candidates_of_a_plain_function_are_what_is_surely_wrong(body: str, expected: list[str]) -> None:
    text = "def run(p):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    assert sites(text, "run") == expected


def test_candidates_of_a_module(tmp_path: Path) -> None:
    index = Index()
    index.add(tmp_path / "a.py", b"async def f(): ...\nf()\nx = f()\nclass C:\n    f().x\n    y = f() + 1\n")
    found = survey(index, [tmp_path / "a.py"]).candidates
    assert [c.site.node.lineno for c in found] == [2, 5, 6]


def test_a_survey_looks_at_plain_code_only_where_something_async_is_called(tmp_path: Path) -> None:
    index = Index()
    path, other = tmp_path / "a.py", tmp_path / "b.py"
    index.add(path, b"async def f(): ...\nf()\ndef g():\n    f()\ndef h():\n    k()\nasync def i():\n    k()\n")
    index.add(other, b"async def j():\n    f()\n")
    found = survey(index, [path])
    lines = [c.site.node.lineno for c in found.candidates]
    assert lines == [2, 4, 8]
    assert {unit.function.qualname for unit in found.units if unit.function} == {"f", "i", "j"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("class C:\n    @property\n    async def a(self): ...\n", {"a"}),
        ("class C:\n    @property\n    def a(self) -> Awaitable[int]: ...\n", {"a"}),
        ("class C:\n    @functools.cached_property\n    def a(self) -> 'asyncio.Task[int]': ...\n", {"a"}),
        ("class C:\n    @property\n    def a(self) -> int: ...\n", set()),
        ("class C:\n    async def a(self): ...\n", set()),
        ("@property\nasync def a(self): ...\n", set()),
    ],
)
def test_properties_that_may_have_to_be_awaited(text: str, expected: set[str]) -> None:
    assert async_properties(module_of(text).functions) == expected


@pytest.mark.parametrize(("text", "top"), [("f().x[0]()", "f().x[0]()"), ("f() + 1", "f()"), ("g(f().x)", "f().x")])
def test_the_chain_that_begins_with_a_call(text: str, top: str) -> None:
    unit = unit_of(text)
    assert unit.file.segment(unit.file.span(chain_top(unit, marked(unit)))) == top


# --- attributes -------------------------------------------------------------------------------------------------------
