"""Whole runs in which functions become async, on the real engine: what the golden cases do not show."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Applicability, Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings
from tests.paths import FIXTURES

LEAF = "import asyncio\n\n\nasync def fetch(n: int = 0) -> int:\n    return n\n\n\n"


def outcome_of(folder: Path, files: dict[str, str], *, unsafe: bool = False, propagate: bool = True) -> Outcome:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    settings = Settings(folder, python=Path(sys.prefix), unsafe_fixes=unsafe, propagate=propagate)
    return run(Request((folder,), settings))


def after(outcome: Outcome, name: str) -> str:
    return next(change.after.decode() for change in outcome.changes if change.path.name == name)


CALLED = "def price() -> int:\n    return fetch() + 1\n\n\nasync def main() -> None:\n    print(price())\n"


def test_no_propagate_leaves_plain_functions_and_says_so(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"m.py": LEAF + CALLED}, propagate=False)
    assert [(f.code, f.reason.split(";")[0]) for f in outcome.findings] == [("AW402", "`price` is not async")]
    assert outcome.changes == ()


def test_the_chain_of_a_finding_is_the_tree_of_what_follows(tmp_path: Path) -> None:
    [finding] = outcome_of(tmp_path, {"m.py": LEAF + CALLED}).findings
    assert [link.text for link in finding.chain] == [
        "async def fetch(n: int = 0) -> int:",
        "becomes async: def price() -> int:",
        "  also changes: print(price())",
    ]


@pytest.mark.parametrize(
    "use", ["asyncio.create_task(load())", "asyncio.gather(load(), load())", "asyncio.run(load())"]
)
def test_a_call_that_is_used_as_a_coroutine_stays(tmp_path: Path, use: str) -> None:
    text = f"def load():\n    fetch().bit_length()\n\n\ndef start():\n    return {use}\n"
    outcome = outcome_of(tmp_path, {"m.py": LEAF + text}, unsafe=True)
    assert after(outcome, "m.py") == LEAF + text.replace("def load", "async def load").replace(
        "fetch()", "(await fetch())"
    )


def test_what_the_value_of_a_turned_call_needs_is_awaited_too(tmp_path: Path) -> None:
    text = (
        "class Row:\n    async def load(self) -> int:\n        return 1\n\n\n"
        "async def row() -> Row:\n    return Row()\n\n\n"
        "def first():\n    return row().load()\n\n\nasync def main() -> None:\n    print(first() + 1)\n"
    )
    made = after(outcome_of(tmp_path, {"m.py": text}, unsafe=True), "m.py")
    assert "(await row()).load()" in made
    compile(made, "m.py", "exec")


def test_a_callback_whose_type_is_async_takes_an_async_function(tmp_path: Path) -> None:
    text = (
        "from collections.abc import Awaitable, Callable\n\n\n"
        "async def each(hook: Callable[[int], Awaitable[None]]) -> None:\n    await hook(1)\n\n\n"
        "def seen(n: int) -> None:\n    fetch(n)\n\n\nasync def main() -> None:\n    await each(seen)\n"
    )
    outcome = outcome_of(tmp_path, {"m.py": LEAF + text})
    assert after(outcome, "m.py") == LEAF + text.replace("def seen", "async def seen").replace(
        "    fetch(n)", "    await fetch(n)"
    )


def test_an_independent_chain_goes_on_where_another_is_refused(tmp_path: Path) -> None:
    text = (
        "class C:\n    def __len__(self) -> int:\n        return other()\n\n\n"
        "def other() -> int:\n    return fetch() + 2\n\n\n"
    )
    outcome = outcome_of(tmp_path, {"m.py": LEAF + text + CALLED})
    assert sorted(f.code for f in outcome.findings) == ["AW102", "AW402"]
    assert "async def price" in after(outcome, "m.py")
    assert "async def other" not in after(outcome, "m.py")


def test_edits_stay_within_the_given_paths(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text(LEAF + "def price() -> int:\n    return fetch() + 1\n", encoding="utf-8")
    (tmp_path / "main.py").write_text(
        "from lib import price\n\n\nasync def main():\n    print(price())\n", encoding="utf-8"
    )
    settings = Settings(tmp_path, python=Path(sys.prefix))
    outcome = run(Request((tmp_path / "lib.py",), settings))
    [finding] = outcome.findings
    assert (finding.code, outcome.changes) == ("AW402", ())
    assert "main.py, which is not among the given paths" in finding.reason


def test_the_call_of_a_parameter_stays_within_the_given_paths_too(tmp_path: Path) -> None:
    (tmp_path / "lib.py").write_text("async def twice(action):\n    return action() * 2\n", encoding="utf-8")
    main = "from lib import twice\n\n\ndef price():\n    return fetch() + 1\n\n\nasync def main():\n    "
    (tmp_path / "main.py").write_text(LEAF + main + "print(await twice(price))\n", encoding="utf-8")
    settings = Settings(tmp_path, unsafe_fixes=True, python=Path(sys.prefix))
    outcome = run(Request((tmp_path / "main.py",), settings))
    [finding] = outcome.findings
    assert (finding.code, outcome.changes) == ("AW402", ())
    assert "lib.py, which is not among the given paths" in finding.reason
    assert len(run(Request((tmp_path,), settings)).changes) == 2


def test_the_checker_holds_a_class_to_a_protocol_that_it_is_passed_for(tmp_path: Path) -> None:
    text = (
        "from typing import Protocol\n\n\nclass Store(Protocol):\n    def price(self) -> int: ...\n\n\n"
        "class Disk:\n    def price(self) -> int:\n        return fetch() + 1\n\n\n"
        "def show(store: Store) -> None:\n    print(store.price())\n\n\nshow(Disk())\n"
    )
    outcome = outcome_of(tmp_path, {"m.py": LEAF + text}, unsafe=True)
    assert [f.code for f in outcome.findings] == ["AW904"]
    assert "Expected `Store`, found `Disk`" in outcome.findings[0].reason
    assert outcome.changes == ()


def test_what_the_checker_says_of_a_value_that_it_sees_only_now_is_told(tmp_path: Path) -> None:
    """`path` was wrong before; that nobody could see it is no reason to leave the `await` out."""
    text = (
        "import os\n\n\nasync def names() -> list[bytes]:\n    return []\n\n\n"
        "def shown(path: str) -> str:\n    return path\n\n\n"
        "def listed(fetched):\n    for name in names():\n        shown(name)\n"
    )
    safe = outcome_of(tmp_path, {"m.py": LEAF + text})
    unsafe = outcome_of(tmp_path, {"m.py": LEAF + text}, unsafe=True)
    assert safe.changes == ()
    assert "async def listed" in after(unsafe, "m.py")
    assert "the type checker would report an error at m.py:" in unsafe.findings[0].reason
    assert "found `bytes`" in unsafe.findings[0].reason


VERIFICATION = FIXTURES / "pipeline" / "verification"
DOUBTED = VERIFICATION / "a-complaint-in-a-file-that-only-uses-a-function-makes-its-fix-alone-wait" / "before"


@pytest.mark.parametrize("unsafe", [False, True])
def test_a_fix_that_the_checker_doubts_is_one_that_waits_for_consent(tmp_path: Path, *, unsafe: bool) -> None:
    files = {path.name: path.read_text(encoding="utf-8") for path in DOUBTED.iterdir()}
    outcome = outcome_of(tmp_path, files, unsafe=unsafe)
    doubted, plain = outcome.findings
    assert (doubted.path.name, plain.path.name) == ("core.py", "main.py")
    assert doubted.fix and doubted.fix.applicability is Applicability.UNSAFE
    assert "the type checker would report an error at " in doubted.reason
    assert ": Cannot subscript object of type `None`" in doubted.reason
    assert outcome.fixed == ({doubted, plain} if unsafe else {plain})
    assert len(outcome.changes) == (2 if unsafe else 1)


def test_a_value_with_a_name_is_spoken_of_where_it_comes_from(tmp_path: Path) -> None:
    text = (
        "import asyncio\n\n\ndef names() -> list[str]:\n    return ['a']\n\n\nasync def show() -> None:\n"
        "    found = asyncio.get_running_loop().run_in_executor(None, names)\n"
        "    for name in found:\n        print(name)\n"
    )
    outcome = outcome_of(tmp_path, {"m.py": text})
    assert [f.callee for f in outcome.findings] == ["asyncio.get_running_loop().run_in_executor"]
    assert after(outcome, "m.py") == text.replace("= asyncio", "= await asyncio")
