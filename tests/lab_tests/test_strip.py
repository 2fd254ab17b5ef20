"""The proof of the lab's `strip`: which functions it strips, that it takes nothing else, that it counts right."""

from __future__ import annotations

import ast
import dataclasses
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from autoawait.project.source import SourceFile, load
from tests.lab import __main__ as command
from tests.lab import aftermath
from tests.lab.judge import Verdict, verdict_on
from tests.lab.mutate import Removal
from tests.lab.packages import Project
from tests.lab.strip import Score, Stripped, list_cases, strip, tables
from tests.lab.stripping import LostAsync, candidates, own_lines, strip_functions
from tests.lab.tables import markdown
from tests.lab.tool import Answer, Said
from tests.lab.trees import differences
from tests.lab.wounds import Choice, Loss, Mutant, compiles

EVERY = Choice(every=1)
UNASKED = "what it awaits was not asked about: nothing is done with it"

PROGRAM = """\
import db

class Store:
    def __init__(self, key):
        self.key = key

    async def load(self):
        return (await db.fetch(self.key)).rows

    async def pipe(self):
        async with db.pipe() as pipe:
            await pipe.run(self)

async def first(store):
    rows = await store.load()
    return rows[0]

async def leaf(future):
    return await future
"""


def parsed(text: str, path: Path = Path("program.py")) -> SourceFile:
    source = load(path, text.encode())
    assert isinstance(source, SourceFile)
    return source


def candidate_names(text: str) -> list[str]:
    return [one.name for one in candidates(parsed(text))]


def mutant_of(folder: Path, text: str, choice: Choice = EVERY) -> Mutant[Loss]:
    path = folder / "program.py"
    path.write_bytes(text.encode())
    (mutant,) = strip_functions([path], choice)
    return mutant


def stripped_text(folder: Path, text: str) -> str:
    return mutant_of(folder, text).source.text


def judged(mutant: Mutant[Loss], text: str) -> Verdict[Loss]:
    return verdict_on([mutant], {mutant.source.path: text.encode()})


# Each program, and the functions of it that are stripped.
FORMS = {
    "an await of a call": ("async def f(g):\n    await g()\n", ["f"]),
    "an await of a call of a call": ("async def f(g):\n    return await g()()\n", ["f"]),
    "no await at all": ("async def f(g):\n    return g()\n", []),
    "a plain function": ("def f(g):\n    return g()\n", []),
    "an await of a name": ("async def f(g):\n    await g\n", []),
    "an await of a name beside one of a call": ("async def f(g):\n    await g\n    await g()\n", []),
    "an await of an attribute": ("async def f(g):\n    await g.done\n", []),
    "an await of an await": ("async def f(g):\n    await (await g())\n", []),
    "an await inside the arguments of an awaited call": ("async def f(g):\n    await g(await g())\n", ["f"]),
    "async with": ("async def f(g):\n    async with g():\n        await g()\n", []),
    "async for": ("async def f(g):\n    async for x in g():\n        await x()\n", []),
    "with and for": ("async def f(g):\n    with g():\n        for x in g():\n            await x()\n", ["f"]),
    "an async comprehension": ("async def f(g):\n    await g([x async for x in g()])\n", []),
    "an async generator expression": ("async def f(g):\n    await g(x async for x in g())\n", []),
    "an await in a list comprehension": ("async def f(g):\n    return [await g(x) for x in g]\n", ["f"]),
    "an await in a generator expression": ("async def f(g):\n    return g(await x() for x in g)\n", []),
    "an await in its condition": ("async def f(g):\n    return g(x for x in g if await x())\n", []),
    "an await in its first iterable": ("async def f(g):\n    return sum(x for x in await g())\n", ["f"]),
    "an await in its second iterable": ("async def f(g):\n    return sum(x for y in g for x in await y())\n", []),
    "a generator": ("async def f(g):\n    yield await g()\n", []),
    "a yield in a nested function": (
        "async def f(g):\n    def h():\n        yield 1\n    return await g(h)\n",
        ["f"],
    ),
    "a nested function's awaits are its own": (
        "async def f(g):\n    async def h():\n        await g()\n    return h\n",
        ["f.h"],
    ),
    "a nested function, both": (
        "async def f(g):\n    async def h():\n        await g()\n    await h()\n",
        ["f", "f.h"],
    ),
    "a nested function that cannot": (
        "async def f(g):\n    async def h():\n        await g\n    await h()\n",
        ["f"],
    ),
    "a nested function in one that cannot": (
        "async def f(g):\n    async def h():\n        await g()\n    await g\n",
        ["f.h"],
    ),
    "a nested function's decorator and default belong outside": (
        "async def f(g):\n    @(await g())\n    def h(x=await g()): ...\n",
        ["f"],
    ),
    "such a default that is no call": ("async def f(g):\n    def h(x=await g): ...\n    await g()\n", []),
    "a lambda's default belongs outside": ("async def f(g):\n    return lambda x=await g(): x\n", ["f"]),
    "a lambda's yield does not": ("async def f(g):\n    await g(lambda: (yield))\n", ["f"]),
    "a class inside": (
        "async def f(g):\n    class C:\n        async def m(self):\n            await g()\n    await g(C)\n",
        ["f", "f.C.m"],
    ),
    "decorators": ("@cached\n@retry(3)\nasync def f(g):\n    await g()\n", ["f"]),
    "methods": (
        "class C:\n    async def __aenter__(self):\n        await self.f()\n"
        "    @classmethod\n    async def f(cls):\n        await cls.g()\n",
        ["C.__aenter__", "C.f"],
    ),
    "overloads stay": (
        "@overload\nasync def f(x: int) -> int: ...\n@overload\nasync def f(x: str) -> str: ...\n"
        "async def f(x):\n    return await g(x)\n",
        ["f"],
    ),
    "a one-liner": ("async def f(g): return await g()\n", ["f"]),
    "two statements on a line": ("async def f(g): await g(); await g()\n", ["f"]),
    "a walrus, a star, a condition": (
        "async def f(g):\n    if x := await g():\n        g(*await x())\n    assert await g()\n",
        ["f"],
    ),
    "a byte order mark": ("\ufeffasync def f(g):\n    await g()\n", []),
}


@pytest.mark.parametrize(("text", "names"), FORMS.values(), ids=FORMS)
def test_a_function_is_stripped_if_it_is_async_for_awaits_of_calls_only(
    text: str, names: list[str], tmp_path: Path
) -> None:
    assert compiles(ast.parse(text.removeprefix("\ufeff")))
    assert candidate_names(text) == names
    path = tmp_path / "program.py"
    path.write_bytes(text.encode())
    lost = [loss for mutant in strip_functions([path], EVERY) for loss in mutant.removals]
    assert [loss.name for loss in lost if isinstance(loss, LostAsync)] == names


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("async def f(g):\n    await g()\n", "def f(g):\n    g()\n"),
        ("async   def f(g): return(await(g()))\n", "def f(g): return((g()))\n"),
        ("async \\\n def f(g):\n    await \\\n        g()\n", "def f(g):\n    g()\n"),
        ("async\tdef f(g):\n    return await\tg()\n", "def f(g):\n    return g()\n"),
        (
            "async def f(g):\n    x = (\n        await\n        g()\n    )\n",
            "def f(g):\n    x = (\n        g()\n    )\n",
        ),
        ("async def f(g):\n    (await # why\n     g())\n", "def f(g):\n    (# why\n     g())\n"),
        ("# async\n@d  # await\nasync def f(g):  # async\n    await g()  # ü await\n", None),
        ("async def f(g):\r\n    await g()\r\n", "def f(g):\r\n    g()\r\n"),
        ("async def f(g):\n    return f'{g} await' + await g('async def')\n", None),
        ("async def f(g):\n    return not await g() and-await g() ** 2\n", None),
        ("async def f(ü):\n    return 'ü', await ü(), [await ü(await ü())]\n", None),
    ],
)
def test_only_the_tokens_and_the_space_behind_them_go(before: str, after: str | None, tmp_path: Path) -> None:
    if after is None:
        after = before.replace("\nasync def f", "\ndef f").removeprefix("async ")
        for callee in ("g", "ü"):
            after = after.replace(f"await {callee}(", f"{callee}(")
    assert stripped_text(tmp_path, before) == after


def test_an_f_string_is_stripped_only_where_its_places_are_true(tmp_path: Path) -> None:
    text = "async def f(g):\n    return f'{await g()} {await g()!r:>{await g()}}'\n\nasync def h(g):\n    await g()\n"
    mutant = mutant_of(tmp_path, text)
    names = [loss.name for loss in mutant.removals if isinstance(loss, LostAsync)]
    assert names in (["h"], ["f", "h"])
    assert judged(mutant, text).restored == mutant.removals


def test_a_file_that_parses_but_does_not_compile_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "program.py"
    path.write_text("async def f(g):\n    await g(lambda: await g())\n")
    assert candidate_names(path.read_text()) == ["f"]
    assert strip_functions([path], EVERY) == ()


def test_a_mutant_says_what_it_lost_in_order_of_the_source(tmp_path: Path) -> None:
    mutant = mutant_of(tmp_path, PROGRAM)
    told = [
        (loss.name if isinstance(loss, LostAsync) else f"{loss.callee} ({loss.context})", loss.line, loss.text)
        for loss in mutant.removals
        if isinstance(loss, LostAsync | Removal)
    ]
    assert told == [
        ("Store.load", 7, "def load(self):"),
        ("db.fetch (attribute)", 8, "return (db.fetch(self.key)).rows"),
        ("first", 14, "def first(store):"),
        ("store.load (assigned)", 15, "rows = store.load()"),
    ]
    assert [str(loss.flag) for loss in mutant.removals] == ["async", "await", "async", "await"]


def test_the_lines_of_a_function_are_without_those_of_functions_inside() -> None:
    head = "@d(\n  1)\ndef f():\n    x = 1\n"
    inside = "    @d\n    def g():\n        def h(): ...\n    class C:\n        def m(self): ...\n"
    text = f"{head}{inside}    return x\n"
    (function,) = ast.parse(text).body
    assert isinstance(function, ast.FunctionDef)
    assert sorted(own_lines(function)) == [1, 2, 3, 4, 8, 10]


def test_the_choice_counts_functions_over_all_files(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "broken.py"):
        functions = (f"async def {name[0]}{number}(g):\n    await g()\n" for number in range(3))
        (tmp_path / name).write_text("".join(functions) if name != "broken.py" else "async def f(:\n")
    stripped = {
        (every, offset): [
            loss.name
            for mutant in strip_functions(tmp_path.glob("*.py"), Choice(every, offset))
            for loss in mutant.removals
            if isinstance(loss, LostAsync)
        ]
        for every, offset in ((1, 0), (2, 1), (4, 0))
    }
    assert stripped == {(1, 0): ["a0", "a1", "a2", "b0", "b1", "b2"], (2, 1): ["a1", "b0", "b2"], (4, 0): ["a0", "b1"]}


def test_a_seed_draws_the_same_functions_again(tmp_path: Path) -> None:
    text = "".join(f"async def f{number}(g):\n    await g()\n" for number in range(60))
    one, again, other = (mutant_of(tmp_path, text, Choice(3, seed=seed)).source.text for seed in (1, 1, 2))
    assert one == again != other


# Statements of an async function; whether one alone keeps it from being stripped.
STATEMENTS = {
    "await g()": False,
    "x = [await g(y) for y in await g()]": False,
    "return (await g()).x[await g()]": False,
    "def h(x=await g()): return lambda: (yield)": False,
    "g(await g(await g()), *await g(), **(await g()))": False,
    "with await g() as x, g(): pass": False,
    "try: await g()\n    except g: pass\n    finally: await g()": False,
    "x: int = await g() if await g() else -await g()": False,
    "await g": True,
    "async with g: pass": True,
    "async for x in g: await x()": True,
    "{x: y async for x, y in g}": True,
    "g(await g() for x in g)": True,
}


@given(
    functions=st.lists(st.lists(st.sampled_from(sorted(STATEMENTS)), max_size=4), min_size=1, max_size=6),
    depths=st.lists(st.integers(0, 2), min_size=6, max_size=6),
    seed=st.none() | st.integers(0, 5),
)
def test_a_stripped_file_compiles_and_differs_in_nothing_but_flags(
    functions: list[list[str]], depths: list[int], seed: int | None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Random functions, some nested: what is stripped is exactly what may be, and truth restores exactly that."""
    lines: list[str] = []
    for number, (statements, depth) in enumerate(zip(functions, depths, strict=False)):
        indent = "    " * min(depth, number)
        head = [f"{'    ' * level}def outer{number}_{level}(g):" for level in range(min(depth, number))]
        body = "\n    ".join(statements or ["pass"]).replace("\n", f"\n{indent}")
        lines += [*head, f"{indent}async def f{number}(g):", f"{indent}    {body}"]
    text = "\n".join([*lines, ""])
    wanted = [
        f"f{number}"
        for number, statements in enumerate(functions)
        if statements and not any(STATEMENTS[statement] for statement in statements)
    ]
    assert [name.rpartition(".")[2] for name in candidate_names(text)] == wanted
    path = tmp_path_factory.mktemp("random") / "program.py"
    path.write_text(text)
    mutants = strip_functions([path], Choice(1 if seed is None else 2, seed=seed))
    for mutant in mutants:
        assert compiles(mutant.source.tree)
        changes = list(differences(mutant.source.tree, mutant.truth.tree))
        assert not any(change.reshaped for change in changes)
        assert [change.where for change in changes] == [loss.where for loss in mutant.removals]
        lost = [loss for loss in mutant.removals if isinstance(loss, LostAsync)]
        assert mutant.source.text.count("async def") == text.count("async def") - len(lost)
        assert judged(mutant, text) == Verdict(mutant.removals, (), ())
        assert judged(mutant, mutant.source.text) == Verdict((), mutant.removals, ())
    assert mutants or seed is not None or not wanted


RESTORED = {"the truth": (PROGRAM, 2, 2), "the mutant": (None, 0, 0)}


@pytest.mark.parametrize(("text", "functions", "awaits"), RESTORED.values(), ids=RESTORED)
def test_the_truth_restores_everything_the_mutant_nothing_and_neither_adds(
    text: str | None, functions: int, awaits: int, tmp_path: Path
) -> None:
    mutant = mutant_of(tmp_path, PROGRAM)
    verdict = judged(mutant, mutant.source.text if text is None else text)
    assert sum(isinstance(loss, LostAsync) for loss in verdict.restored) == functions
    assert sum(isinstance(loss, Removal) for loss in verdict.restored) == awaits
    assert not verdict.extra
    assert not verdict.broken


@pytest.mark.parametrize(
    ("before", "after", "restored", "extras"),
    [
        pytest.param(
            "def __init__", "async def __init__", 4, [("plain -> async", True)], id="a function that was plain"
        ),
        pytest.param("rows[0]", "await rows[0]", 4, [("plain -> await", False)], id="an await that was not"),
        pytest.param(
            "(await db.fetch(self.key)).rows",
            "await db.fetch(self.key).rows",
            3,
            [("plain -> await", False)],
            id="an await at another node",
        ),
        pytest.param(
            "await store.load()", "await (await store.load())", 3, [("plain -> await await", False)], id="two for one"
        ),
        pytest.param("rows[0]", "rows[1]", 4, [("different skeleton", False)], id="another value"),
        pytest.param(
            "await store.load()",
            "list(await store.load())",
            3,
            [("different skeleton", False)],
            id="a changed skeleton",
        ),
        pytest.param(
            "    rows = await store.load()\n",
            "    rows = await store.load()\n    rows = rows\n",
            2,
            [("different skeleton", True)],
            id="another statement in the function",
        ),
        pytest.param("async with db", "with db", 4, [("async -> plain", False)], id="an async with undone"),
        pytest.param("async def leaf(f", "def leaf(f", 0, [], id="no program: a plain function that awaits"),
    ],
)
def test_any_other_change_is_an_extra(
    before: str, after: str, restored: int, extras: list[tuple[str, bool]], tmp_path: Path
) -> None:
    mutant = mutant_of(tmp_path, PROGRAM)
    assert PROGRAM.count(before) == 1
    verdict = judged(mutant, PROGRAM.replace(before, after))
    assert len(verdict.restored) == restored
    assert len(verdict.restored) + len(verdict.missed) == 4
    assert [(extra.what, extra.is_of_function) for extra in verdict.extra] == extras
    assert bool(verdict.broken) is (restored == 0)


def test_shares_of_nothing_are_none() -> None:
    assert (Score().recall, Score().precision, Score().f1) == (None, None, None)
    assert (Score(missed=2).recall, Score(missed=2).precision, Score(missed=2).f1) == (0.0, None, 0.0)
    score = Score(restored=2, missed=2) + Score(restored=1, extra=1)
    assert score == Score(3, 2, 1)
    assert (score.removed, score.recall, score.precision, score.f1) == (5, 0.6, 0.75, 2 / 3)


ONE = "async def one(db):\n    await db.save()\n\ndef other(db):\n    return db\n"
TWO = """\
from shop.one import one

async def two(db):
    async def inner():
        await db.log()
    await one(db)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two modules with three functions to strip, beside an environment that nobody looks at."""
    root = tmp_path / "shop"
    (root / "shop").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nrequires-python = ">=3.10"\n')
    (root / "shop" / "one.py").write_text(ONE)
    (root / "shop" / "two.py").write_text(TWO)
    return Project("shop", "1.0", root, tmp_path / "env")


Teller = Callable[[Project], Sequence[Said]]


def said_at(path: Path, line: int, message: str = "it", reason: str = "", is_fixed: bool = False) -> Said:
    places = frozenset({(path, line)})
    return Said("AW402", message, reason, path, line, "", "none", "proved", is_fixed, places)


def fixed(project: Project, files: Mapping[str, str] | None = None, findings: Teller | None = None) -> Stripped:
    """The project measured with a tool that writes these files and tells these findings."""

    def tool(copy: Project, unsafe: bool) -> Answer:
        assert "await" not in "".join(path.read_text() for path in copy.files())
        results = {path: files[path.name].encode() for path in copy.files() if files and path.name in files}
        return Answer(tuple(findings(copy)) if findings else (), results, (), 1.5, 64.0)

    (result,) = strip(project, EVERY, tool, ("safe",))
    return result


def test_strip_scores_each_mode_by_what_the_tool_changes(project: Project) -> None:
    def half_a_tool(copy: Project, unsafe: bool) -> Answer:
        one, two = copy.files()
        return Answer((), {one: ONE.encode(), two: TWO.encode()} if unsafe else {one: ONE.encode()}, (), 1.5, 64.0)

    safe, unsafe = strip(project, EVERY, half_a_tool)
    assert (safe.mode, safe.functions, safe.awaits, safe.broken) == ("safe", Score(1, 2, 0), Score(1, 2, 0), 0)
    assert (safe.explained, safe.unseen, safe.waiting, safe.unexplained) == (0, 2, 0, 0)
    assert (safe.seconds, safe.megabytes) == (1.5, 64.0)
    assert [(case.kind, str(case.path), case.line, case.what, case.cause) for case in safe.cases] == [
        ("missed", "shop/two.py", 3, "two", UNASKED),
        ("missed", "shop/two.py", 4, "two.inner", UNASKED),
    ]
    assert (unsafe.mode, unsafe.functions, unsafe.awaits) == ("unsafe", Score(3), Score(3))
    assert unsafe.cases == ()
    assert [path.read_text() for path in project.files()] == [ONE, TWO]


def test_an_extra_counts_against_what_it_is_of(project: Project) -> None:
    meddled = ONE.replace("def other", "async def other").replace("return db", "return await db")
    result = fixed(project, {"one.py": meddled})
    assert (result.functions, result.awaits) == (Score(1, 2, 1), Score(1, 2, 1))
    assert [(case.kind, case.line, case.what) for case in result.cases if case.kind == "extra"] == [
        ("extra", 4, "plain -> async"),
        ("extra", 5, "plain -> await"),
    ]


def test_a_result_that_does_not_compile_is_broken_and_restores_nothing(project: Project) -> None:
    result = fixed(project, {"one.py": ONE.replace("async ", "")})
    assert (result.broken, result.functions, result.awaits) == (1, Score(0, 3), Score(0, 3))


@pytest.mark.parametrize(
    ("module", "said", "explained"),
    [
        pytest.param(1, {"line": 6}, ["two"], id="in the function"),
        pytest.param(1, {"line": 3}, ["two"], id="on its def"),
        pytest.param(1, {"line": 5}, ["two.inner"], id="in the function inside, which is not the one around"),
        pytest.param(1, {"line": 1}, [], id="outside"),
        pytest.param(1, {"line": 6, "is_fixed": True}, [], id="a fix that was made is no reason"),
        pytest.param(1, {"line": 1, "message": "`two` cannot become async"}, ["two"], id="it names the function"),
        pytest.param(1, {"line": 1, "reason": "two.inner calls it."}, ["two.inner"], id="the reason names it"),
        pytest.param(1, {"line": 1, "message": "two_more, x.two, two.x"}, [], id="other names"),
        pytest.param(0, {"line": 5, "message": "`two` cannot"}, [], id="a function of that name in another file"),
    ],
)
def test_a_miss_is_explained_by_a_finding_in_the_function_or_that_names_it(
    module: int, said: dict[str, object], explained: list[str], project: Project
) -> None:
    result = fixed(project, findings=lambda copy: [said_at(copy.files()[module], **said)])  # type: ignore[arg-type]
    assert [case.what for case in result.cases if case.cause.startswith("AW402")] == explained
    assert (result.explained, result.unseen + result.waiting) == (len(explained), 3 - len(explained))


def test_a_function_that_awaits_only_missed_ones_waits_for_them(project: Project) -> None:
    (project.root / "shop" / "one.py").write_text("async def one(db):\n    return await two(db)\n")
    result = fixed(project)
    assert (result.explained, result.unseen, result.waiting, result.unexplained) == (0, 1, 2, 0)
    assert ("one", "it awaits only functions that are not async again either") in [
        (c.what, c.cause) for c in result.cases
    ]


def test_a_cause_has_no_names_and_joins_what_was_said(project: Project) -> None:
    result = fixed(
        project,
        findings=lambda copy: [
            said_at(copy.files()[0], 2, "`db.save()` is not awaited", "`one` is not async"),
            said_at(copy.files()[0], 1, "`one` is passed on"),
        ],
    )
    (case,) = [case for case in result.cases if case.what == "one"]
    assert (
        case.cause
        == "AW402 function-not-async, no fix: … is not async + AW402 function-not-async, no fix: … is passed on"
    )
    assert case.said[0] == "AW402 none proved: `one` is passed on"


def test_tables_tell_shares_reasons_and_causes(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    results = [
        fixed(project, {"one.py": ONE}, lambda copy: [said_at(copy.files()[1], 5, reason="it is a callback")]),
    ]
    functions, awaits, costs, causes = tables(results)
    assert functions.rows == [("shop", "safe", 3, 1, 2, 0, "33.3%", "100.0%", "50.0%")]
    assert awaits.rows == functions.rows
    assert costs.rows == [("shop", "safe", 2, 1, 1, 0, 0, 0, 1.5, 64.0)]
    assert causes.rows == [
        ("missed", 1, 0, "AW402 function-not-async, no fix: it is a callback"),
        ("missed", 1, 0, UNASKED),
    ]
    assert "| shop | safe |" in markdown(functions)
    list_cases(results)
    printed = capsys.readouterr().out
    assert "missed (safe, shop) shop/two.py:3: def two(db):\n    two\n    one(db): not asked about: " in printed


def test_all_packages_are_summed_up_by_mode() -> None:
    one = Stripped("one", "safe", EVERY, Score(1, 4), Score(), 1, 2, 1, 0, 2.0, 50.0, ())
    two = Stripped("two", "safe", EVERY, Score(2, 0, 1), Score(), 0, 0, 0, 1, 3.0, 40.0, ())
    functions, awaits, costs, _ = tables([one, two])
    assert functions.rows[-1] == ("all", "safe", 7, 3, 4, 1, "42.9%", "75.0%", "54.5%")
    assert awaits.rows[-1] == ("all", "safe", 0, 0, 0, 0, "-", "-", "-")
    assert costs.rows[-1] == ("all", "safe", 4, 1, 2, 1, 0, 1, 5.0, 50.0)


def test_the_command_writes_what_it_measured(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "projects", lambda names: [project])
    monkeypatch.setattr(command, "Tool", lambda: lambda copy, unsafe: Answer((), {}))
    file = tmp_path / "results.json"
    result = CliRunner().invoke(command.app, ["strip", "--packages", "shop", "--every", "2", "--json", str(file)])
    assert result.exit_code == 0
    document = json.loads(file.read_text())
    assert document["measurement"] == "strip"
    assert [(one["mode"], one["functions"]["missed"]) for one in document["results"]] == [("safe", 2), ("unsafe", 2)]
    assert document["results"][0]["choice"] == {"every": 2, "offset": 0, "seed": None}
    assert document["results"][0]["cases"][0]["path"] == "shop/one.py"


def test_the_aftermath_tells_modules_that_broke_and_fixes_of_a_second_run(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    (project.root / "shop" / "odd.py").write_text("import no_such_package\n")
    environment = dataclasses.replace(project, python=Path(sys.prefix))
    runs: list[bool] = []

    def tool(copy: Project, unsafe: bool) -> Answer:
        runs.append(unsafe)
        one = copy.root / "shop" / "one.py"
        one.write_text("raise OSError('gone')\n" if unsafe else ONE)
        return Answer((said_at(one, 2, is_fixed=len(runs) == 4), said_at(one, 1)), {})

    safe, unsafe = aftermath.aftermath(environment, EVERY, tool)
    assert (safe.modules, safe.broken, safe.again) == (2, (), ())
    assert unsafe.broken == (("shop.one", "OSError: gone"), ("shop.two", "OSError: gone"))
    assert [said.line for said in unsafe.again] == [2]
    assert aftermath.table([safe, unsafe]).rows[-2:] == [("all", "safe", 2, 0, 0), ("all", "unsafe", 2, 2, 1)]
    aftermath.list_trouble([unsafe])
    assert "broken (unsafe, shop) shop.one: OSError: gone\n" in capsys.readouterr().out
