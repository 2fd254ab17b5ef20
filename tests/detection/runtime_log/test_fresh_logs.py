"""Logs that this Python writes now, followed to the call that lacks the `await`; none are left after a fix."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.detection.runtime_log.checks import Project, project

# Each mistake is on a line with a comment that names it.
APP = """\
    import asyncio
    import threading

    import store


    async def main() -> None:
        store.save(1)  # dropped
        kept = store.later(2)  # passed on
        kept = None
        print(f"{store.load(3)}")  # printed
        await asyncio.sleep(0)


    async def nightly() -> None:
        pass


    if __name__ == "__main__":
        asyncio.run(main())
        thread = threading.Thread(target=nightly)  # handed over
        thread.start()
        thread.join()
    """
STORE = """\
    import importlib

    async def load(number):
        return number

    def later(number):
        return load(number)

    def __getattr__(name):
        return getattr(importlib.import_module("hidden"), name)
    """
HIDDEN = "async def save(number):\n    return number\n"
FILES = {"app.py": APP, "store.py": STORE, "hidden.py": HIDDEN}
TESTS = """\
    import store

    async def test_dropped():
        store.save(1)  # dropped

    async def test_passed_on():
        kept = store.later(2)  # passed on
        kept = None

    def test_sync():
        kept = store.load(3)  # kept
    """
TESTED = {"store.py": STORE, "hidden.py": HIDDEN, "test_app.py": TESTS}
PYTEST = ("-m", "pytest", "-q", "-p", "no:cacheprovider", "-o", "asyncio_mode=auto")


def logged(folder: Path, *command: str, **environment: str) -> str:
    """What a program says on both streams, pytest on standard output."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "PYTHON"))}
    done = subprocess.run(
        [sys.executable, *command], cwd=folder, env={**env, **environment}, capture_output=True, text=True, timeout=300
    )
    assert "was never awaited" in done.stdout + done.stderr or not done.returncode, done.stderr
    return done.stdout + done.stderr


def marked(root: Path) -> dict[str, str]:
    """The place of each mark: ``dropped`` of ``app.py:8``."""
    return {
        match[1]: f"{path.name}:{number}"
        for path in root.glob("*.py")
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if (match := re.search(r"# ([a-z ]+)$", line))
    }


def followed(found: Project, log: str) -> tuple[set[str], int]:
    """The marks that the warnings of a log lead to, and how many warnings have no site."""
    places = {place: mark for mark, place in marked(found.root).items()}
    answers = found.answers(log)
    return (
        {places[a.places[0]] for a in answers if a.standing in ("confirmed", "handed over")},
        sum(a.standing == "unknown" for a in answers),
    )


@pytest.mark.parametrize(
    ("options", "environment", "marks", "unknown"),
    [
        ([], {}, {"dropped", "printed", "handed over"}, 1),
        (["-X", "dev"], {}, {"dropped", "passed on", "printed", "handed over"}, 0),
        (["-X", "tracemalloc=25"], {}, {"dropped", "passed on", "printed", "handed over"}, 0),
        ([], {"PYTHONTRACEMALLOC": "25"}, {"dropped", "passed on", "printed", "handed over"}, 0),
        ([], {"PYTHONASYNCIODEBUG": "1"}, {"dropped", "passed on", "printed", "handed over"}, 0),
        (["-W", "error"], {}, set(), 3),  # without places the two of `load` are the same
    ],
    ids=["plain", "dev", "tracemalloc", "tracemalloc-by-variable", "debug", "error"],
)
def test_a_program(
    options: list[str],
    environment: dict[str, str],
    marks: set[str],
    unknown: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = project(tmp_path, monkeypatch, FILES)
    assert followed(found, logged(tmp_path, *options, "app.py", **environment)) == (marks, unknown)


def test_a_program_that_logs_its_warnings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    head = "import logging\nlogging.basicConfig(format='%(asctime)s %(name)s: %(message)s')\n"
    head += "logging.captureWarnings(True)\n"
    found = project(tmp_path, monkeypatch, FILES)
    (tmp_path / "app.py").write_text(head + (tmp_path / "app.py").read_text(encoding="utf-8"), encoding="utf-8")
    assert followed(found, logged(tmp_path, "app.py", PYTHONASYNCIODEBUG="1"))[0] >= {"dropped", "passed on", "printed"}


@pytest.mark.parametrize(
    ("of_python", "of_pytest", "marks", "unknown"),
    [
        ([], [], {"dropped"}, 2),
        ([], ["--asyncio-debug"], {"dropped", "passed on"}, 1),
        # "Object allocated at" of pytest is where the object was collected
        (["-X", "tracemalloc=2"], [], {"dropped"}, 2),
    ],
    ids=["plain", "debug", "tracemalloc"],
)
def test_a_run_of_pytest(
    of_python: list[str],
    of_pytest: list[str],
    marks: set[str],
    unknown: int,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    found = project(tmp_path, monkeypatch, TESTED)
    assert followed(found, logged(tmp_path, *of_python, *PYTEST, *of_pytest)) == (marks, unknown)


def test_a_run_of_pytest_with_the_line_that_is_advised(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = project(tmp_path, monkeypatch, TESTED)
    plain = logged(tmp_path, *PYTEST)
    advice = next(a["advice"] for a in found.report(plain)["log"] if a["advice"])
    (line,) = re.findall(r"`(import sys; [^`]*)`", advice)
    (tmp_path / "conftest.py").write_text(f"{line}\n", encoding="utf-8")
    assert followed(found, logged(tmp_path, *PYTEST)) == ({"dropped", "passed on", "kept"}, 0)


def test_after_the_fix_the_program_is_silent(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the log nothing is known of ``store.save``, which a module gives by ``__getattr__``."""
    found = project(tmp_path, monkeypatch, FILES)
    before = (tmp_path / "app.py").read_text(encoding="utf-8")
    _, without = found.run("fix", "--diff")
    assert "store.save" not in "".join(line for line in without.splitlines() if line.startswith("+"))
    _, output = found.run("fix", log=logged(tmp_path, "-X", "dev", "app.py"))
    after = (tmp_path / "app.py").read_text(encoding="utf-8")
    assert after == (
        before.replace("    store.save", "    await store.save")
        .replace("= store.later", "= await store.later")
        .replace("{store.load(3)}", "{await store.load(3)}")
    ), output
    (left,) = found.answers(logged(tmp_path, "-X", "tracemalloc=25", "app.py"))
    assert (left.standing, left.findings) == ("handed over", ("AW405 no fix",))
