"""What decorators of packages make of functions: what we read out of their source, and what happens when they run.

The packages live in an environment of their own. They are imported by a child process alone, which is the judge.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autoawait.knowledge.decorators import Effect
from autoawait.project.index import Function, Index
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.decorators.reader import DecoratorReader
from autoawait.types.engine import Kind
from autoawait.types.environment import Environment
from autoawait.types.ty.client import TyEngine
from tests.lab.environments import Locked, cache, interpreter
from tests.lab.tables import Table

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

_HERE = Path(__file__)
_ENVIRONMENT = Locked(
    cache() / "decorators", _HERE.with_name("decorators-lock.txt"), cache() / "decorators" / "lock-stamp"
)
_BARE = {False: Kind.PLAIN, True: Kind.COROUTINE}

# Runs in the environment of the decorators, for one of them: what calling each function gives, as a line of JSON.
_JUDGE = """
import asyncio, importlib, inspect, json, sys
def kind(value):
    if inspect.iscoroutine(value):
        value.close()
        return "coroutine"
    if inspect.isawaitable(value):
        return "task or future"
    if hasattr(value, "__aenter__"):
        return "async context manager"
    return "async iterator" if hasattr(value, "__aiter__") else "plain"
async def judged(name):
    try:
        module = importlib.import_module(name)
    except BaseException as error:
        return "refused: " + type(error).__name__
    try:
        return kind(module.call())
    except BaseException as error:
        return "fails: " + type(error).__name__
out = {name: asyncio.run(judged(name)) for name in sys.argv[1:]}
print("\\n" + json.dumps(out))
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """A decorator, and functions that it can decorate."""

    use: str
    setup: str
    takes: str = ""
    given: str = ""
    body: str = "return 1"

    def module(self, *, is_async: bool) -> str:
        """A module with one function below the decorator, and a call of that."""
        keyword = "async def" if is_async else "def"
        return (
            f"{self.setup}\n\n\n@{self.use}\n{keyword} work({self.takes}):\n    {self.body}\n\n\n"
            f"def call():\n    return work({self.given})\n"
        )


@dataclass(frozen=True, slots=True)
class Showing:
    """What a decorator makes of a function: by our reading, and by running it."""

    use: str
    is_async: bool
    effect: Effect
    read: str
    ran: str

    @property
    def verdict(self) -> str:
        """Where it cannot run there is nothing to judge."""
        if self.ran.startswith(("fails", "refused")):
            return "not judged"
        if self.read == "unknown":
            return "unknown"
        return "agrees" if self.read == self.ran else "WRONG"


def usages() -> list[Usage]:
    """All that are measured."""
    table: dict[str, Any] = tomllib.loads(_HERE.with_name("decorators.toml").read_text(encoding="utf-8"))
    return [Usage(**row) for row in table["decorator"]]


def showings(python: Path | None = None) -> list[Showing]:
    """Each decorator over a sync and an async function. Raises LabError if the environment cannot be made."""
    if python is None:
        _ENVIRONMENT.make()
        python = _ENVIRONMENT.folder
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve()
        cases = {
            f"case_{number}_{'async' if is_async else 'sync'}": (usage, is_async)
            for number, usage in enumerate(usages())
            for is_async in (False, True)
        }
        for name, (usage, is_async) in cases.items():
            (root / f"{name}.py").write_text(usage.module(is_async=is_async), encoding="utf-8")
        read = _read(root, list(cases), python)
        with ThreadPoolExecutor(2) as pool:
            ran = dict(zip(cases, pool.map(lambda name: _run(root, name, python), cases), strict=True))
    return [
        Showing(usage.use, is_async, read[name], _words(read[name], usage, is_async=is_async), ran[name])
        for name, (usage, is_async) in cases.items()
    ]


def _read(root: Path, names: Sequence[str], python: Path) -> dict[str, Effect]:
    index = Index()
    works: dict[str, Function] = {}
    for name in names:
        module = index.add(root / f"{name}.py")
        assert module is not None
        works[name] = next(f for f in module.functions if f.qualname == "work")
    with TyEngine(root, Environment(python, "of the decorators")) as engine:
        reader = DecoratorReader(index, engine, ClassGraph(index, engine))
        return {name: reader.effect(work, _bare(work)) for name, work in works.items()}


def _bare(work: Function) -> Kind:
    if work.is_generator:
        return Kind.ASYNC_ITERATOR if work.is_async else Kind.PLAIN
    return _BARE[work.is_async]


def _words(effect: Effect, usage: Usage, *, is_async: bool) -> str:
    """What a call gives by an effect, in the words of the judge."""
    if effect is Effect.MAYBE:
        return "unknown"
    if effect is not Effect.KEEPS:
        return effect.value
    kept = "async iterator" if usage.body.startswith("yield") else "coroutine"
    return kept if is_async else "plain"


def _run(root: Path, name: str, python: Path) -> str:
    try:
        done = subprocess.run(
            [str(interpreter(python)), "-c", _JUDGE, name],
            cwd=root,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        found: dict[str, str] = json.loads(done.stdout.strip().splitlines()[-1])
    except (subprocess.TimeoutExpired, IndexError, ValueError):
        return "fails: no answer"
    return found[name]


def table(found: Sequence[Showing]) -> Table:
    """One line a decorator and kind of function, and how many of each verdict."""
    rows = [[s.use, "async" if s.is_async else "sync", s.effect.value, s.ran, s.verdict] for s in found]
    counts = Counter(s.verdict for s in found)
    return Table(
        f"Decorators of packages ({', '.join(f'{n} {verdict}' for verdict, n in sorted(counts.items()))})",
        ("decorator", "function", "read", "a call gave", "verdict"),
        rows,
    )
