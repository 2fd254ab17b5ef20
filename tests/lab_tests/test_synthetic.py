"""The lab's made-up projects: they are what was asked for, and what is said of them is true when they are executed."""

from __future__ import annotations

import ast
import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.lab import scale
from tests.lab.environments import LabError
from tests.lab.process import Run, TooSlowError
from tests.lab.scale import Patience, Size, tables
from tests.lab.speed import Command
from tests.lab.synthetic import Recipe, Synthetic, asynchronous, functions, synthetic
from tests.paths import ROOT

SMALL = Recipe(6_000, depth=12, family=9)
RECIPES = [SMALL, Recipe(2_000), Recipe(20_000, seed=3), Recipe(5_000, depth=1, family=1), Recipe(4_000, 4, 2, 0.9)]

each_recipe = pytest.mark.parametrize("recipe", RECIPES, ids=lambda recipe: f"{recipe.lines}x{recipe.depth}")


@each_recipe
def test_a_project_has_the_size_asked_for_and_compiles(recipe: Recipe) -> None:
    made = synthetic(recipe)
    assert recipe.lines <= made.lines <= recipe.lines * 1.02
    for path, text in made.files.items():
        if path.endswith(".py"):
            compile(ast.parse(text, path, feature_version=(3, 10)), path, "exec")


def test_a_recipe_always_makes_the_same_project_and_each_seed_another() -> None:
    text = repr(synthetic(SMALL).files)
    assert text == repr(synthetic(SMALL).files)
    assert text != repr(synthetic(Recipe(6_000, depth=12, family=9, seed=2)).files)
    told = [digest_elsewhere(hash_seed) for hash_seed in ("1", "2")]
    assert told == [hashlib.sha256(text.encode()).hexdigest()] * 2


def digest_elsewhere(hash_seed: str) -> str:
    """The digest of the small project's files in another process, whose sets have another order."""
    code = (
        "import hashlib\n"
        "from tests.lab.synthetic import Recipe, synthetic\n"
        f"print(hashlib.sha256(repr(synthetic({SMALL}).files).encode()).hexdigest())\n"
    )
    environment = {"PYTHONHASHSEED": hash_seed}
    child = subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=environment, capture_output=True, text=True)
    return child.stdout.strip()


@each_recipe
def test_chains_are_as_deep_and_families_as_large_as_asked_for(recipe: Recipe) -> None:
    for number, chain in enumerate(synthetic(recipe).chains):
        has_family = recipe.family > 1 and recipe.depth > 3
        plain = recipe.depth + (recipe.family - 1 if has_family else 0)
        assert len(chain.turned) == plain + (number % 2)  # every second ends in `main`, which turns as well
        assert (chain.entry in chain.turned) == bool(number % 2)


@each_recipe
def test_what_must_turn_is_plain_and_nothing_but_the_seeds_lacks_an_await(recipe: Recipe) -> None:
    made = synthetic(recipe)
    defined = dict(functions(made.files))
    assert all(isinstance(defined[name], ast.FunctionDef) for name in made.turned)
    coroutines = {name.rpartition(":")[2] for name in asynchronous(made.files)}
    lacking = [name for name, node in defined.items() if coroutines & unawaited(node)]
    assert sorted(lacking) == sorted(chain.seed for chain in made.chains)


def unawaited(function: ast.AST) -> set[str]:
    """The names of functions that are called without await."""
    awaited = {node.value for node in ast.walk(function) if isinstance(node, ast.Await)}
    calls = (node for node in ast.walk(function) if isinstance(node, ast.Call) and node not in awaited)
    return {call.func.id for call in calls if isinstance(call.func, ast.Name)}


@pytest.mark.parametrize("recipe", [SMALL, Recipe(5_000, depth=1, family=1)], ids=["deep", "flat"])
def test_every_chain_works_from_its_entry_once_what_must_turn_has(recipe: Recipe, tmp_path: Path) -> None:
    made = synthetic(recipe)
    made.write(tmp_path)
    assert "error" in executed(made, tmp_path)
    for path, text in repaired(made).items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    results = executed(made, tmp_path)
    assert len(results) == len(made.chains)
    assert all(isinstance(result, int | None) for result in results)


def executed(made: Synthetic, root: Path) -> list[object]:
    """What each entry gives, in a process of its own where every module is imported; ``error`` for those that fail."""
    entries = [chain.entry.replace("/", ".").replace(".py:", ":") for chain in made.chains]
    modules = [path.removesuffix(".py").replace("/", ".") for path in made.files if path.endswith(".py")]
    code = f"""\
import asyncio, importlib, inspect, json, warnings
warnings.simplefilter("ignore")
for name in {modules}:
    importlib.import_module(name)
results = []
for module, _, name in (entry.partition(":") for entry in {entries}):
    try:
        result = getattr(importlib.import_module(module), name)(1)
        results.append(asyncio.run(result) if inspect.iscoroutine(result) else "error")
    except (TypeError, AttributeError):
        results.append("error")
print(json.dumps(results))
"""
    child = subprocess.run([sys.executable, "-B", "-c", code], cwd=root, capture_output=True, text=True, check=True)
    results = json.loads(child.stdout.splitlines()[-1])
    assert isinstance(results, list)
    return results


def repaired(made: Synthetic) -> dict[str, str]:
    """The files with the functions of the chains async, and all calls of functions and methods in them awaited."""
    touched = made.turned | {chain.entry for chain in made.chains}
    called = {name.rpartition(":")[2].rpartition(".")[2] for name in made.turned}
    called |= {
        name.rpartition(":")[2] for name, node in functions(made.files) if isinstance(node, ast.AsyncFunctionDef)
    }
    texts: dict[str, str] = {}
    for path in {name.partition(":")[0] for name in touched}:
        lines = made.files[path].splitlines(keepends=True)
        for name, node in functions({path: made.files[path]}):
            if name in touched:
                texts_of(node, called, lines)
        texts[path] = "".join(lines)
    return texts


def texts_of(function: ast.FunctionDef | ast.AsyncFunctionDef, called: set[str], lines: list[str]) -> None:
    """Make a function async in the lines of its file."""
    awaiting = ast.unparse(_Awaiting(called).visit(function)).splitlines(keepends=True)
    head = awaiting[0] if awaiting[0].startswith("async") else f"async {awaiting[0]}"
    margin = " " * function.col_offset
    text = "".join(margin + line for line in [head, *awaiting[1:]])
    assert function.end_lineno is not None
    lines[function.lineno - 1 : function.end_lineno] = [text + "\n", *[""] * (function.end_lineno - function.lineno)]


class _Awaiting(ast.NodeTransformer):
    """Awaits the calls of some functions."""

    def __init__(self, called: set[str]) -> None:
        self._called = called

    def visit_Call(self, node: ast.Call) -> ast.expr:
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else ast.unparse(node.func)
        return ast.Await(node) if name in self._called else node


# --- how checking them grows --------------------------------------------------------------------------------------


def played(command: Command) -> Run:
    """A run that takes as many seconds as the project has modules, and finds one thing, in a chain."""
    # Ours is told the project's folder, the checker runs in it.
    folders = [word for word in command.words if isinstance(word, Path) and (word / "app").is_dir()]
    modules = len([*(folders or [command.folder])[0].rglob("module_*.py")])
    if "--verbose" not in command.words:
        return Run(modules, 10 * modules, 1, b"", b"")
    seed = synthetic(Recipe(4_000, 4, 3)).chains[0].seed.partition(":")[0]
    findings = [{"path": f"x/{seed}", "line": 3, "applicability": "safe"}]
    return Run(modules, 0, 1, json.dumps({"findings": findings}).encode(), b"reading: 1.50 s\n")


def test_a_size_is_measured_beside_the_type_checker() -> None:
    size = scale.scale(Recipe(4_000, 4, 3), Patience(2), played)
    assert (size.seeds, size.turning, size.runs) == (2, 13, 2)
    assert (size.seconds, size.ty_seconds, size.megabytes) == (10, 10, 100)
    assert (size.found, size.safe, size.stages) == (1, 1, {"parse": 1.5})


def test_a_finding_where_nothing_is_missing_stops_the_measurement() -> None:
    def measure(command: Command) -> Run:
        findings = [{"path": "app/elsewhere.py", "line": 3, "applicability": "none"}]
        return Run(1, 1, 1, json.dumps({"findings": findings}).encode(), b"")

    with pytest.raises(LabError, match="nothing is missing: app/elsewhere.py:3"):
        scale.scale(Recipe(2_000, 2, 1), Patience(1), measure)


def test_growth_is_over_that_of_the_lines() -> None:
    sizes = [
        Size(1_000, 1, 80, 3, 2.0, 50.0, 1.0, 40.0, 1, 1, {"parse": 0.5}),
        Size(4_000, 4, 320, 3, 12.0, 100.0, 3.0, 70.0, 4, 4, {"parse": 2.0}),
        Size(8_000, 8, 640, 1),
    ]
    costs, stages, growth = tables(sizes)
    assert costs.rows[1] == (4_000, 4, 320, 4, 4, 3, 12.0, 3.0, 4.0, 100.0, 70.0)
    assert stages.rows[0] == (1_000, 0.5, "-", "-", "-", "-")
    assert growth.rows[0] == (4_000, 4.0, 1.5, 0.5, 1.0, "-", "-", "-", "-")
    assert growth.rows[1] == (8_000, 8.0, *["-"] * 7)


def test_a_run_that_takes_too_long_is_a_dash() -> None:
    def measure(command: Command) -> Run:
        raise TooSlowError("it took too long")

    size = scale.scale(Recipe(2_000, 2, 1), Patience(1), measure)
    assert size.seconds is None
    assert tables([size])[0].rows[0][6:] == ("-",) * 5
