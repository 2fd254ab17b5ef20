"""What a confirmed site proves, what it does not, and that the run is clean afterwards."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.detection.runtime_log.checks import Files, Project, project


def states(found: Project, log: str | None, *arguments: str) -> list[str]:
    """``file:line CODE applicability`` of each finding, with a log and without one."""
    _, output = found.run("check", *arguments, "--output-format", "json", log=log)
    return [f"{f['path']}:{f['line']} {f['code']} {f['applicability']}" for f in json.loads(output)["findings"]]


def never(line: int, name: str = "work", path: str = "app.py") -> str:
    return f"{path}:{line}: RuntimeWarning: coroutine '{name}' was never awaited\n"


# Of each: the program, the line and name of the warning, what is found without it and with it.
UNKNOWN = "async def main(client):\n    client.send(1)\n"
CASES: dict[str, tuple[str, int, str, list[str], list[str]]] = {
    # what is proved
    "a callee of which nothing is known": (UNKNOWN, 2, "Client.send", [], ["app.py:2 AW101 safe"]),
    "a callee that is inferred from its twins": (
        "async def main(c):\n    await c.send(1)\n    await c.send(2)\n    await c.send(3)\n    c.send(4)\n",
        5,
        "Client.send",
        ["app.py:5 AW101 unsafe"],
        ["app.py:5 AW101 safe"],
    ),
    "something that is only printed": (
        "async def work(): pass\nasync def main():\n    print(work())\n",
        3,
        "work",
        ["app.py:3 AW104 unsafe"],
        ["app.py:3 AW104 safe"],
    ),
    "an awaitable that is dropped": (
        "from typing import Awaitable, Callable\n"
        "async def main(callback: Callable[[], Awaitable[None]]):\n    callback()\n",
        3,
        "callback",
        ["app.py:3 AW101 unsafe"],
        ["app.py:3 AW101 safe"],
    ),
    "a plain function, which becomes async": (
        "def helper(client):\n    client.send(1)\nasync def main(client):\n    helper(client)\n"
        "import asyncio\nasyncio.run(main(None))\n",
        2,
        "Client.send",
        [],
        ["app.py:2 AW101 safe"],
    ),
    # what stays in doubt
    "callers outside of the project": (
        "def helper(client):\n    client.send(1)\n",
        2,
        "Client.send",
        [],
        ["app.py:2 AW101 unsafe"],
    ),
    "a plain function of the same name": (
        f"class Other:\n    def send(self, n): pass\n{UNKNOWN}",
        4,
        "Client.send",
        [],
        ["app.py:4 AW101 unsafe"],
    ),
    "a parameter of which nothing is known": (
        "async def work(): pass\nasync def main(registry):\n    registry.put(work())\n",
        3,
        "work",
        ["app.py:3 AW302 none"],
        ["app.py:3 AW302 unsafe"],
    ),
    "code that survives the failure": (
        "async def work(): pass\nasync def main():\n"
        "    try:\n        work().x\n    except AttributeError:\n        pass\n",
        4,
        "work",
        ["app.py:4 AW102 unsafe"],
        ["app.py:4 AW102 unsafe"],
    ),
    # where an `await` would break the other cases
    "a type that may be plain": (
        "async def work() -> int: return 1\ndef either(flag: bool):\n    return work() if flag else 1\n"
        "def maybe(flag: bool) -> 'int | Coroutine[None, None, int]': return either(flag)\n"
        "async def main():\n    maybe(True)\nfrom collections.abc import Coroutine\n",
        6,
        "maybe",
        [],
        ["app.py:6 AW303 none"],
    ),
    "an override that is async": (
        "class Base:\n    def save(self) -> None: pass\nclass Sub(Base):\n    async def save(self) -> None: pass\n"
        "async def main(item: Base):\n    item.save()\n",
        6,
        "Sub.save",
        [],
        ["app.py:6 AW303 none"],
    ),
    "a place that a coroutine is kept in": (
        "async def work(): pass\nasync def main(pending: list[object]):\n    pending.append(work())\n",
        3,
        "work",
        [],
        ["app.py:3 AW303 none"],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_a_confirmed_site_changes(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, line, callee, without, with_log = CASES[name]
    found = project(tmp_path, monkeypatch, {"app.py": source})
    assert states(found, None) == without
    assert states(found, never(line, callee)) == with_log


@pytest.mark.parametrize(
    ("files", "arguments", "reason"),
    [
        ({"app.py": UNKNOWN.replace("(1)", "(1)  # autoawait: ignore")}, [], "a comment or a setting says"),
        (
            {"app.py": UNKNOWN.replace("(1)", "(1)  # type: ignore[unused-coroutine]")},
            [],
            "a comment or a setting says",
        ),
        (
            {"app.py": UNKNOWN, "pyproject.toml": '[tool.autoawait]\nignore-calls = ["client.send"]'},
            [],
            "a comment or a",
        ),
        ({"app.py": UNKNOWN.replace("client.send", "_ = client.send")}, [], "says that it is not wanted"),
        ({"app.py": UNKNOWN, "other.py": ""}, ["other.py"], "it is outside the given paths"),
    ],
)
def test_the_word_of_the_author_counts_more(
    files: Files, arguments: list[str], reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = project(tmp_path, monkeypatch, files).report(never(2, "Client.send"), *arguments)
    (answer,) = report["log"]
    assert report["findings"] == []
    assert (answer["standing"], answer["open"]) == ("confirmed", False)
    assert reason in answer["reason"]


def test_a_fix_says_why_and_is_proved_like_any_other(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = project(tmp_path, monkeypatch, {"app.py": UNKNOWN})
    (finding,) = found.report(never(2, "Client.send"))["findings"]
    assert (finding["evidence"], finding["reason"]) == ("proved", "Python says that it was never awaited (run.log:1)")
    code, output = found.run("fix", log=never(2, "Client.send"))
    assert code == 0
    assert (found.root / "app.py").read_text(encoding="utf-8") == UNKNOWN.replace("client", "await client", 2).replace(
        "main(await client)", "main(client)"
    )
    assert "run.log:1: `Client.send` was never awaited: app.py:2:11: AW101, fixed" in output
    # The log is older than the code now, and says so.
    code, output = found.run("check", log=f"{never(2, 'Client.send')}  client.send(1)\n")
    assert (code, "is not as in the log" in output) == (0, True)


def test_a_generator_that_hands_a_coroutine_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    app = "async def work(): pass\ndef jobs():\n    yield work()\n"
    log = "sys:1: RuntimeWarning: coroutine 'work' was never awaited\nCoroutine created at (most recent call last)\n"
    found = project(tmp_path, monkeypatch, {"app.py": app})
    assert states(found, f'{log}  File "app.py", line 3, in jobs\n    yield work()\n') == ["app.py:3 AW303 none"]


def test_a_property_that_gives_a_coroutine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its name is called nowhere, and what is called with it did not make the coroutine."""
    app = "async def work(): pass\nclass A:\n    @property\n    def it(self):\n        return work()\n"
    app += "async def main(a, log):\n    log(a.it)\n    a.it.strip()\n"
    log = "sys:1: RuntimeWarning: coroutine 'work' was never awaited\nCoroutine created at (most recent call last)\n"
    found = project(tmp_path, monkeypatch, {"app.py": app})
    for line in (7, 8):
        frames = f'  File "app.py", line {line}, in main\n  File "app.py", line 5, in it\n    return work()\n'
        assert found.answers(log + frames)[0].standing == "unknown"


def test_two_warnings_about_one_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The surer one decides, in whatever order they come."""
    app = "class Other:\n    def call(self): pass\nasync def main(client):\n    client.send(1)\n"
    alias = "sys:1: RuntimeWarning: coroutine 'inner' was never awaited\nCoroutine created at (most recent call last)\n"
    alias += '  File "app.py", line 4, in main\n    client.send(1)\n'
    found = project(tmp_path, monkeypatch, {"app.py": app})
    assert states(found, alias) == ["app.py:4 AW101 unsafe"]
    for log in (alias + never(4, "Client.send"), never(4, "Client.send") + alias):
        assert states(found, log) == ["app.py:4 AW101 safe"]
