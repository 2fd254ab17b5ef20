"""``autoawait graph``: the whole tool on small projects, and what it writes for Graphviz."""

from __future__ import annotations

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autoawait import cli
from autoawait.cli.reports.graph import dot, tree
from autoawait.cli.reports.text import plain
from autoawait.pipeline.queries.call_graph import Graph, Node, State, Step
from tests.projects import REFUSED, write_project


def draw(*arguments: str) -> Result:
    return CliRunner().invoke(cli.app, ["graph", *arguments])


# --- the tree ---------------------------------------------------------------------------------------------------------

PRICE = """\
shop.rules.price (shop/rules.py:4) would become async
  what is asynchronous in it:
    shop.store.fetch (shop/store.py:8) async - line 5: not awaited (AW102)
      asyncio.tasks.sleep outside the project - line 9: awaited
  what calls it:
    shop.main.report (shop/main.py:7) async - line 19: would await it
    shop.rules.cart (shop/rules.py:8) would become async - line 9: would await it
      shop.main, module level (shop/main.py:23) starts it - line 23: would start a loop for it

`price` would become async, together with `cart`
"""


@pytest.mark.parametrize("name", ["price", "rules.price", "shop.rules.price", "price()", "shop/rules.py:5"])
def test_a_chain_goes_down_to_libraries_and_up_to_where_it_ends(here: Path, name: str) -> None:
    result = draw(name)
    assert (result.exit_code, result.stdout) == (0, PRICE)


def test_what_hands_a_coroutine_on_is_told_apart_from_what_awaits(here: Path) -> None:
    lines = draw("report").stdout.splitlines()
    assert (
        "    shop.store.fetch (shop/store.py:8) async - line 9: passed to `asyncio.create_task`, shown above" in lines
    )
    assert "    asyncio.tasks.gather outside the project - line 10: awaited" in lines
    assert "    shop.store.stream (shop/store.py:13) async - line 11: not awaited (AW201)" in lines
    assert lines[-5:] == [
        "      shop.store.fetch (shop/store.py:8) async - line 5: not awaited (AW102), shown above",
        "  what calls it:",
        "    shop.main, module level (shop/main.py:24) sync - line 24: passes what it gives to `asyncio.run`",
        "",
        "`report` is async",
    ]


def test_a_barrier_is_named_with_its_reason(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(tmp_path, REFUSED))
    lines = draw("price").stdout.splitlines()
    assert lines[0] == "shop.rules.price (shop/rules.py:4) cannot become async"
    barred = "it must stay sync: Python would raise TypeError"
    assert (
        f"      shop.cart.Cart.__len__ (shop/cart.py:11) cannot become async: {barred} - line 12: would await it"
        in lines
    )
    assert "    shop.rules.cart (shop/rules.py:8) would become async - line 9: would await it" in lines
    assert lines[-1].endswith(
        f"`Cart.total` calls it, `Cart.__len__` calls that, and `Cart.__len__` {barred.removeprefix('it ')}"
    )


def test_functions_without_anything_async_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": """\
            class Base:
                def run(self): ...

            class Child(Base):
                def run(self): ...

            async def idle(): ...

            def caller(base: Base):
                base.run()
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    assert draw("idle").stdout.splitlines() == [
        "a.idle (a.py:7) async",
        "  what is asynchronous in it: nothing",
        "  what calls it: nothing",
        "",
        "`idle` is async, though nothing in it is awaited",
    ]
    lines = draw("Child.run").stdout.splitlines()
    assert lines[0] == "a.Child.run (a.py:5) would become async: together with `Base.run`"
    assert "    a.caller (a.py:9) would become async - line 10: would await it" in lines
    assert lines[-1] == (
        "nothing in `Child.run` makes it async; if something did: `Child.run` would become async, together with "
        "`Base.run`, `caller`"
    )


# --- which function is meant ------------------------------------------------------------------------------------------


def test_a_name_of_several_lists_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": "",
        "pkg/__init__.py": "",
        "pkg/a.py": "class A:\n    def run(self): ...\n\n\ndef run(): ...\n",
        "b.py": """\
            from typing import overload

            @overload
            def over(x: int) -> int: ...
            @overload
            def over(x: str) -> str: ...
            def over(x): return x

            def outer():
                def inner(): ...
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    result = draw("run")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == (
        "error: 2 functions are called 'run': give more of the name, or PATH:LINE\n"
        "  pkg.a.A.run  pkg/a.py:2\n"
        "  pkg.a.run  pkg/a.py:5\n"
    )
    assert draw("A.run").stdout.startswith("pkg.a.A.run (pkg/a.py:2)")
    assert draw("pkg.a.run").stdout.startswith("pkg.a.run (pkg/a.py:5)")  # the whole name, though another ends like it
    assert draw("over").stdout.startswith("b.over (b.py:7)")
    assert draw("outer.inner").stdout.startswith("b.outer.<locals>.inner (b.py:10)")


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("prize", "no function of the project is called 'prize'; did you mean price?"),
        ("ules.price", "no function of the project is called 'ules.price'; did you mean price?"),
        ("xyz", "no function of the project is called 'xyz'; PATH:LINE names one by its place"),
        ("shop/rules.py:1", "shop/rules.py:1 is not in a function"),
        ("shop/rules.py:99", "shop/rules.py has 9 lines, so there is no line 99"),
        ("shop/nix.py:1", "shop/nix.py: no such file"),
    ],
)
def test_what_is_no_function_is_said(here: Path, name: str, message: str) -> None:
    result = draw(name)
    assert (result.exit_code, result.stdout, result.stderr) == (2, "", f"error: {message}\n")


# --- DOT --------------------------------------------------------------------------------------------------------------


@dataclass
class Digraph:
    name: str
    nodes: dict[str, dict[str, str]]
    edges: list[tuple[str, str, dict[str, str]]]


_TOKEN = re.compile(r'\s*(?:("(?:[^"\\]|\\.)*")|(->)|([A-Za-z_]\w*|-?\d+)|([{}\[\]=,;]))')


def parsed(text: str) -> Digraph:
    """What a text in DOT says. Fails on anything that the grammar at graphviz.org/doc/info/lang.html has not."""
    tokens: list[str] = []
    at = 0
    while text[at:].strip():
        match = _TOKEN.match(text, at)
        assert match, f"no token: {text[at : at + 40]!r}"
        tokens.append(match[match.lastindex or 0])
        at = match.end()
    position = 0

    def take(*wanted: str) -> str:
        nonlocal position
        token = tokens[position]
        assert not wanted or token in wanted, f"{token!r} where {wanted} is due"
        position += 1
        return token

    def value() -> str:
        token = take()
        if token.startswith('"'):
            return re.sub(r"\\(.)", lambda m: "\n" if m[1] == "n" else m[1], token[1:-1])
        assert re.fullmatch(r"\w+|-?\d+", token), token
        return token

    def attributes() -> dict[str, str]:
        found = {}
        take("[")
        while tokens[position] != "]":
            key = value()
            take("=")
            found[key] = value()
            if tokens[position] == ",":
                take(",")
        take("]")
        return found

    take("digraph")
    graph = Digraph(value(), {}, [])
    take("{")
    while tokens[position] != "}":
        first = value()
        if tokens[position] == "=":
            take("=")
            value()
        elif tokens[position] == "->":
            take("->")
            graph.edges.append((first, value(), attributes()))
        elif first == "node":
            attributes()
        else:
            graph.nodes[first] = attributes()
        take(";")
    take("}")
    assert position == len(tokens)
    return graph


def test_the_graph_for_graphviz_has_the_same_nodes_and_calls(here: Path) -> None:
    graph = parsed(draw("price", "--format", "dot").stdout)
    assert graph.name == "shop.rules.price"
    titles = {key: node["label"].partition("\n")[0] for key, node in graph.nodes.items()}
    assert {(titles[a], titles[b]) for a, b, _ in graph.edges} == {
        ("shop.rules.price", "shop.store.fetch"),
        ("shop.store.fetch", "asyncio.tasks.sleep"),
        ("shop.main.report", "shop.rules.price"),
        ("shop.rules.cart", "shop.rules.price"),
        ("shop.main, module level", "shop.rules.cart"),
    }
    dashed = {titles[a] for a, _, look in graph.edges if look.get("style") == "dashed"}
    assert dashed == {"shop.main, module level"}


AWKWARD = Node('f."<\\locals>"', Path("/p/a\\b.py"), 3, State.BARRED, 'says "no"\nand \\n is no line')
LIBRARY = Node("x.y[0]{}", None, 0, State.OUTSIDE)
GRAPH = Graph(AWKWARD, (Step(AWKWARD, LIBRARY, 5, 'passed to `g("a\\\\b")`', binds=False),), (), 'all "is" said \\')


def test_what_means_something_in_dot_is_escaped() -> None:
    graph = parsed(dot(GRAPH, Path("/p")))
    assert graph.nodes["n0"]["label"] == f"{AWKWARD.name}\na\\b.py:3\ncannot become async\n{AWKWARD.note}"
    assert graph.edges == [("n0", "n1", {"label": 'line 5: passed to `g("a\\\\b")`', "style": "dashed"})]


@pytest.mark.skipif(shutil.which("dot") is None, reason="Graphviz is not installed")
def test_graphviz_takes_it() -> None:
    drawn = subprocess.run(["dot", "-Tplain"], input=dot(GRAPH, Path("/p")).encode(), capture_output=True, check=True)
    assert drawn.stdout.startswith(b"graph ")


def test_long_chains_and_circles_are_drawn_once() -> None:
    nodes = [Node(f"f{number}", Path("/p/a.py"), number, State.ASYNC) for number in range(1, 3001)]
    steps = [Step(a, b, a.line, "awaited") for a, b in zip(nodes, [*nodes[1:], nodes[0]], strict=True)]
    lines = [plain(parts) for parts in tree(Graph(nodes[0], tuple(steps), (), "done"), Path("/p"))]
    assert len(lines) == 3000 + 5
    assert lines[3001].strip().startswith("f1 (a.py:1) async - line 3000: awaited, shown above")


def test_what_hands_a_coroutine_on_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": """\
            async def request(path: str) -> int: ...

            def logout():
                return request("/logout")

            def broken() -> int:
                return request("/broken") + 1

            async def close() -> None:
                await logout()
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    lines = draw("request").stdout.splitlines()
    assert "    a.logout (a.py:3) sync - line 4: returns what it gives" in lines
    assert "      a.close (a.py:9) async - line 10: awaits it" in lines
    assert lines[5].startswith("    a.broken (a.py:6) ")
    assert lines[5].endswith(" - line 7: would await it")


def test_loops_and_managers_are_told_as_what_they_would_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": """\
            async def one() -> int: ...

            def numbers():
                yield one() + 1

            async def right():
                async for item in stream(): ...

            async def stream():
                yield 1

            def total() -> None:
                for number in numbers():
                    print(number)
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    assert (
        "    a.total (a.py:12) would become async - line 13: would iterate over it by `async for`"
        in draw("numbers").stdout.splitlines()
    )
    assert "    a.stream (a.py:9) async - line 7: iterated over by `async for`" in draw("right").stdout.splitlines()
    assert "    a.right (a.py:6) async - line 7: iterates over it by `async for`" in draw("stream").stdout.splitlines()


def test_what_calls_a_function_by_the_name_of_a_parameter_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = {
        "pyproject.toml": "",
        "a.py": """\
            async def one() -> int: ...

            def ask():
                return one() + 1

            def twice(action):
                return action() * 2

            async def main() -> None:
                print(twice(ask))
            """,
    }
    monkeypatch.chdir(write_project(tmp_path, files))
    lines = draw("ask").stdout.splitlines()
    assert "    a.main (a.py:9) async - line 10: hands it to what would await it" in lines
    assert "    a.twice (a.py:6) would become async - line 6: would await it by another name" in lines
    assert lines[-1] == "`ask` would become async, together with `twice`"
