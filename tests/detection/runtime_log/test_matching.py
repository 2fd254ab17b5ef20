"""From a line of a log to a call of the project: which file, which call, or why none."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.detection.runtime_log.checks import Project, Told, project

WORK = "async def work(n=0): pass\n"
MAIN = """\
    from lib.helper import work

    async def main():
        work(1)
    """


def warning(place: str, name: str = "work", text: str = "") -> str:
    return f"{place}: RuntimeWarning: coroutine '{name}' was never awaited\n" + (f"  {text}\n" if text else "")


def created(*frames: tuple[str, int, str, str], name: str = "work") -> str:
    """A warning with no place worth anything, and the frames in which the coroutine was made."""
    lines = "".join(
        f'  File "{path}", line {line}, in {function}\n    {text}\n' for path, line, function, text in frames
    )
    return f"{warning('sys:1', name)}Coroutine created at (most recent call last)\n{lines}"


@pytest.fixture
def two(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    files = {"lib/__init__.py": "", "lib/helper.py": WORK, "app/main.py": MAIN, "web/main.py": MAIN + "\n    work(2)\n"}
    return project(tmp_path, monkeypatch, files)


# --- which file -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "path",
    ["{root}/app/main.py", "app/main.py", "./web/../app/main.py", "/srv/code/app/main.py", r"D:\code\app\main.py"],
)
def test_a_path_means_the_file_that_ends_like_it(two: Project, path: str) -> None:
    log = warning(f"{path.format(root=two.root)}:4")
    assert two.answers(log) == [Told(1, "work", "confirmed", ("app/main.py:4",), ("AW101 safe fix",))]


def test_an_ambiguous_path_means_none(two: Project) -> None:
    answer = two.answer(warning("/srv/main.py:4"))
    assert (answer["standing"], answer["reason"]) == ("unknown", "/srv/main.py may be app/main.py or web/main.py")
    assert "from this directory" in answer["advice"]


def test_the_source_line_tells_files_apart(two: Project) -> None:
    assert two.answers(warning("/srv/main.py:6", text="work(2)"))[0].places == ("web/main.py:6",)


def test_a_path_of_another_project(two: Project) -> None:
    answer = two.answer(warning("/srv/other.py:4"))
    assert (answer["standing"], answer["reason"]) == ("unknown", "/srv/other.py is not a file of this project")


@pytest.mark.parametrize("line", [("4", "work(7)"), ("40", "")])
def test_code_that_has_changed_since(two: Project, line: tuple[str, str]) -> None:
    answer = two.answer(warning(f"app/main.py:{line[0]}", text=line[1]))
    assert (answer["standing"], answer["places"], answer["open"]) == ("outdated", [], False)
    assert answer["reason"].startswith(f"line {line[0]} of app/main.py is not as in the log")
    assert answer["advice"] == "run the program again for a new log"


@pytest.mark.parametrize(
    "path",
    [
        "/usr/lib/python3.11/asyncio/events.py",
        "/app/.venv/lib/python3.12/site-packages/app/events.py",
        "/usr/lib/python3/dist-packages/events.py",
        r"C:\Python311\Lib\asyncio\events.py",
    ],
)
def test_a_file_of_the_library_is_not_one_of_ours(path: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = {"events.py": f"{WORK}async def main():\n    work()\n"}
    answer = project(tmp_path, monkeypatch, files).answer(warning(f"{path}:3"))
    assert answer["standing"] == "unknown"
    assert "which is not where it was made" in answer["reason"]


# --- which call -------------------------------------------------------------------------------------------------------

CALLS = """\
    import asyncio
    from functools import wraps

    async def work(n=0): return n

    def back():
        return work(1)

    def traced(function):
        @wraps(function)
        def wrapper(*args):
            return function(*args)
        return wrapper

    @traced
    async def decorated(): pass

    async def other(): return work(2)

    async def main():
        await work(3)
        asyncio.create_task(work(4))
        list(map(work, [5]))
        key = lambda: work(6)
        key()
        back()
        decorated()
        await other()
        [work(7) for _ in range(2)]
        x = 1
    """


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return project(tmp_path, monkeypatch, {"app.py": CALLS})


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (21, "used as it should be"),  # the object was another one
        (23, "no call of `work` stands there"),
        (7, "used as it should be"),  # what is returned cannot have been collected there
        (18, "used as it should be"),
        (30, "no call of `work` stands there"),
    ],
)
def test_the_line_of_the_collection_needs_a_call_that_lacks_the_await(calls: Project, line: int, words: str) -> None:
    answer = calls.answer(warning(f"app.py:{line}"))
    assert answer["standing"] == "unknown"
    assert words in answer["reason"]


MADE: list[tuple[list[tuple[str, int, str, str]], dict[str, Any]]] = [
    (
        [("app.py", 26, "main", "back()"), ("app.py", 7, "back", "return work(1)")],
        {"places": ("app.py:26",), "findings": ("AW101 safe fix",)},
    ),
    (
        [("app.py", 27, "main", "decorated()"), ("app.py", 12, "wrapper", "return function(*args)")],
        {"name": "decorated", "places": ("app.py:27",), "findings": ("AW101 safe fix",)},
    ),
    (
        [("app.py", 25, "main", "key()"), ("app.py", 24, "<lambda>", "key = lambda: work(6)")],
        {"places": ("app.py:25",), "findings": ("AW101 safe fix",)},
    ),
    (
        [("app.py", 28, "main", "await other()"), ("app.py", 18, "other", "async def other(): return work(2)")],
        {"places": ("app.py:18",), "findings": ("AW106 safe fix",)},
    ),
    (
        [("app.py", 29, "main", "[work(7) for _ in range(2)]"), ("app.py", 29, "<listcomp>", "")],
        {"places": ("app.py:29",), "findings": ("AW101 safe fix",)},
    ),
    ([("app.py", 21, "main", "await work(3)")], {"standing": "outdated", "places": ("app.py:21",)}),
    ([("app.py", 22, "main", "")], {"places": ("app.py:22",)}),  # started, but its turn never came
    ([("app.py", 23, "main", "")], {"standing": "unknown"}),
    ([("app.py", 7, "back", "return work(1)")], {"standing": "unknown"}),  # who called it is not logged
    ([("app.py", 30, "main", "x = 2")], {"standing": "outdated"}),
]


@pytest.mark.parametrize(("frames", "expected"), MADE)
def test_where_it_was_made(calls: Project, frames: list[tuple[str, int, str, str]], expected: dict[str, Any]) -> None:
    values = {"line": 1, "name": "work", "standing": "confirmed", "places": (), "findings": (), **expected}
    got = calls.answers(created(*frames, name=values["name"]))
    if values["standing"] == "unknown":
        values["places"] = got[0].places  # these may be meant
    assert got == [Told(**values)]


@pytest.mark.parametrize(
    ("frame", "reason"),
    [
        (("app.py", 22, "main", ""), "its turn never came"),
        (("app.py", 23, "main", ""), "by something that calls what it is given"),
        (("app.py", 7, "back", ""), "`back` returns it, and the log does not show which call received it"),
        (("app.py", 21, "main", ""), "the call is awaited in the code as it is now"),
    ],
)
def test_why_there_is_nothing_to_mend(calls: Project, frame: tuple[str, int, str, str], reason: str) -> None:
    assert reason in calls.answer(created(frame))["reason"]


def test_one_call_on_several_ways_is_one_answer(calls: Project) -> None:
    back = ("app.py", 7, "back", "return work(1)")
    ways = [
        created((f"/lib/python3.11/{name}.py", 1, name, "run()"), ("app.py", 26, "main", "back()"), back)
        for name in "ab"
    ]
    (answer,) = calls.report("".join(ways))["log"]
    assert (answer["line"], answer["times"], answer["places"][0]["line"]) == (1, 2, 26)


def test_a_call_that_is_scheduled_is_left_alone(calls: Project) -> None:
    answer = calls.answer(warning("app.py:22"))
    assert (answer["standing"], answer["findings"], answer["open"]) == ("confirmed", [], False)
    assert "its turn never came" in answer["reason"]


def test_a_coroutine_that_a_package_makes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``session.get`` of aiohttp is plain, and makes the coroutine of ``_request``."""
    app = "async def main(session):\n    session.get('url')\n"
    log = created(
        ("app.py", 2, "main", "session.get('url')"),
        ("/venv/lib/python3.11/site-packages/aiohttp/client.py", 900, "get", "self._request(url)"),
        name="ClientSession._request",
    )
    (answer,) = project(tmp_path, monkeypatch, {"app.py": app}).answers(log)
    # That the call gives what it made inside is likely, not certain.
    assert answer == Told(
        1, "ClientSession._request", "confirmed", ("app.py:2",), ("AW101 fix waits for --unsafe-fixes",)
    )


# --- functions that plain code calls ----------------------------------------------------------------------------------

HANDED = """\
    import asyncio
    import threading
    import unittest

    async def work(n=0): return n

    def forward(): return work(1)

    async def main(loop):
        threading.Thread(target=work).start()
        loop.call_soon(work)
        loop.call_later(1, forward)

    class Test(unittest.TestCase):
        async def test_it(self): pass
    """
THREAD = ("/usr/lib/python3.11/threading.py", 982, "run", "self._target(*self._args, **self._kwargs)")
LOOP = ("/usr/lib/python3.11/asyncio/events.py", 80, "_run", "self._context.run(self._callback, *self._args)")
CASE = ("/usr/lib/python3.11/unittest/case.py", 579, "_callTestMethod", "if method() is not None:")


@pytest.fixture
def handed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    return project(tmp_path, monkeypatch, {"app.py": HANDED})


@pytest.mark.parametrize(
    ("frames", "name", "place", "advice"),
    [
        ([THREAD], "work", "app.py:10", "calls `asyncio.run(...)`"),
        ([LOOP], "work", "app.py:11", "calls `asyncio.create_task(...)`"),
        ([LOOP, ("app.py", 7, "forward", "")], "work", "app.py:7", "calls `asyncio.create_task(...)`"),
        ([CASE], "Test.test_it", "app.py:15", "IsolatedAsyncioTestCase"),
    ],
)
def test_a_function_given_to_plain_code_is_mended_where_it_is_given(
    handed: Project, frames: list[tuple[str, int, str, str]], name: str, place: str, advice: str
) -> None:
    report = handed.report(created(*frames, name=name))
    (answer,) = report["log"]
    assert (answer["standing"], answer["places"][0]["line"]) == ("handed over", int(place.partition(":")[2]))
    (finding,) = [f for f in report["findings"] if f["code"] == "AW405"]
    assert f"{finding['path']}:{finding['line']}" == place
    assert advice in finding["advice"]


def test_without_a_traceback_it_is_only_likely(handed: Project) -> None:
    report = handed.report(warning("/usr/lib/python3.11/threading.py:982", text=THREAD[3]))
    (answer,) = report["log"]
    assert (answer["standing"], answer["open"], answer["places"][0]["line"]) == ("handed over", True, 10)
    assert "-X dev" in answer["advice"]
    assert [f["code"] for f in report["findings"]] == []
