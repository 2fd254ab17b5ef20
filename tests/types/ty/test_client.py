"""The client against a server that crashes, keeps silent, refuses and talks nonsense."""

from __future__ import annotations

import gc
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, EngineError, Kind, TypeFact
from autoawait.types.environment import Environment
from autoawait.types.ty.client import TyEngine

FAKE = Path(__file__).with_name("fake_server.py")
NO_ENVIRONMENT = Environment(None, "for a test")
Start = Callable[..., TyEngine]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start an engine on a fake server of the given behaviour."""
    engines = []

    def starting(timeout: float = 5, window: int = 64, **behaviour: object) -> TyEngine:
        command = (sys.executable, str(FAKE), str(tmp_path), json.dumps(behaviour))
        engines.append(TyEngine(tmp_path, NO_ENVIRONMENT, timeout=timeout, window=window, command=command))
        return engines[-1]

    yield starting
    for engine in engines:
        engine.close()


def spots(folder: Path, count: int) -> list[Spot]:
    return [Spot(folder / "a.py", line, line % 7) for line in range(1, count + 1)]


def names(facts: list[TypeFact]) -> list[str]:
    return [fact.text.removeprefix("def ").partition("(")[0] for fact in facts]


def expected(asked: list[Spot]) -> list[str]:
    return [f"at_{spot.line - 1}_{spot.column}" for spot in asked]


def log(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "log.jsonl").read_text("utf-8").splitlines()]


def is_running(pid: int) -> bool:
    shown = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return shown.stdout.strip()[:1] not in ("", "Z")


def ends(pid: int, seconds: float = 10) -> bool:
    """Whether the process is gone before the time is over."""
    until = time.monotonic() + seconds
    while is_running(pid) and time.monotonic() < until:
        time.sleep(0.02)
    return not is_running(pid)


def test_answers_come_in_the_order_of_the_questions(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 30)
    facts = start(patient=True).facts(asked)
    assert names(facts) == expected(asked)
    assert facts[0].called is Kind.AWAITABLE


def test_what_prepares_the_server_is_asked_first_and_answers_nothing(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 5)
    engine = start(window=4)
    engine.prepare(asked)
    assert names(engine.facts(asked[:2])) == expected(asked[:2])
    lines = [m["params"]["position"]["line"] for m in log(tmp_path) if m["method"] == "textDocument/hover"]
    assert lines == [0, 1, 2, 3, 4, 0, 1]


def test_preparation_refused_as_too_much_is_no_harm(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 20)
    engine = start(busy=10)
    engine.prepare(asked[:10])
    assert names(engine.facts(asked)) == expected(asked)
    assert engine.refused == 0


def test_preparation_that_kills_the_server_is_no_harm_either(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 3)
    engine = start(crash=[2])
    engine.prepare(spots(tmp_path, 10))
    assert names(engine.facts(asked)) == expected(asked)


def test_no_more_questions_are_under_way_than_the_window_holds(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 40)
    assert names(start(patient=True, window=8).facts(asked)) == expected(asked)
    assert (tmp_path / "most").read_text() == "8"


def test_identical_questions_are_asked_once(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 2) * 3
    engine = start()
    assert names(engine.facts(asked)) == expected(asked)
    assert engine.check([tmp_path / "a.py"] * 2) == [Checked()] * 2
    assert [it["method"] for it in log(tmp_path)].count("textDocument/hover") == 2
    assert [it["method"] for it in log(tmp_path)].count("textDocument/diagnostic") == 1


def test_nothing_is_asked_for_nothing(start: Start) -> None:
    engine = start(greetless=True, timeout=0.2)
    assert engine.facts([]) == [] == engine.check([])


def test_the_greeting(start: Start, tmp_path: Path) -> None:
    environment = Environment(tmp_path / "env", "for a test")
    command = (sys.executable, str(FAKE), str(tmp_path), "{}")
    with TyEngine(tmp_path / ".", environment, command=command) as engine:
        engine.check([tmp_path / "a.py"])
    greeting, then = log(tmp_path)[:2]
    assert then["method"] == "initialized"
    assert greeting["params"]["processId"] == os.getpid()
    assert greeting["params"]["rootUri"] == tmp_path.as_uri()
    assert greeting["params"]["capabilities"]["general"] == {"positionEncodings": ["utf-8"]}
    options = greeting["params"]["initializationOptions"]
    assert options["configuration"]["environment"] == {"python": str(tmp_path / "env")}


def test_questions_of_the_server_are_answered(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 3)
    assert names(start(asks=True).facts(asked)) == expected(asked)
    answers = {it["id"]: it["result"] for it in json.loads((tmp_path / "answers.json").read_text())}
    assert answers == {"a": [None, None], "b": None}


@pytest.mark.parametrize("code", [-32803, -32802, -32801])
def test_a_busy_server_is_asked_again(start: Start, tmp_path: Path, code: int) -> None:
    asked = spots(tmp_path, 20)
    engine = start(busy=9, busy_code=code, window=4)
    assert names(engine.facts(asked)) == expected(asked)
    assert engine.refused == 0


def test_a_server_that_is_always_busy_is_given_up(start: Start, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match=r"did not answer within 0\.3 seconds"):
        start(busy=10**9, timeout=0.3).facts(spots(tmp_path, 3))


def test_an_error_for_one_question_leaves_the_others(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 4)
    engine = start(panics=[1, 2])
    facts = engine.facts(asked)
    assert [fact == TypeFact() for fact in facts] == [False, True, True, False]
    assert engine.definitions(asked[:2]) == [(), ()]
    assert engine.refused > 0


def test_places_that_are_no_files_are_left_out(start: Start, tmp_path: Path) -> None:
    assert start().definitions(spots(tmp_path, 1)) == [()]


def test_a_slow_server_is_waited_for_while_it_answers(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 6)
    assert names(start(pause=0.15, timeout=0.6).facts(asked)) == expected(asked)


def test_a_silent_server_is_an_error_with_its_last_words(start: Start, tmp_path: Path) -> None:
    engine = start(silent=True, timeout=0.3)
    with pytest.raises(EngineError, match=r"did not answer within 0\.3 seconds\nfirst words\nlast words"):
        engine.facts(spots(tmp_path, 3))
    assert not is_running(engine.pid)
    with pytest.raises(EngineError, match="did not answer"):
        engine.facts(spots(tmp_path, 1))


def test_a_server_that_does_not_greet_is_an_error(start: Start, tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="did not answer"):
        start(greetless=True, timeout=0.3).facts(spots(tmp_path, 1))


def test_a_server_that_reads_nothing_does_not_block_us(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import time; time.sleep(20)")
    with TyEngine(tmp_path, NO_ENVIRONMENT, timeout=0.3, command=command) as engine:
        engine.overlay(tmp_path / "a.py", "x = 1\n" * 50_000)
        with pytest.raises(EngineError, match="did not answer"):
            engine.facts(spots(tmp_path, 2_000))


def test_after_a_crash_the_rest_is_asked_of_a_new_server(start: Start, tmp_path: Path) -> None:
    asked = spots(tmp_path, 30)
    engine = start(crash=[5], window=10)
    first = engine.pid
    engine.overlay(tmp_path / "a.py", "x = 1\n")
    engine.overlay(tmp_path / "b.py", "y = 1\n")
    assert names(engine.facts(asked)) == expected(asked)
    assert engine.pid != first
    assert not is_running(first)
    opened = [
        (it["run"], Path(it["params"]["textDocument"]["uri"]).name) for it in log(tmp_path) if "Open" in it["method"]
    ]
    assert opened == [(0, "a.py"), (0, "b.py"), (1, "a.py"), (1, "b.py")]
    hovers = [it for it in log(tmp_path) if it["method"] == "textDocument/hover"]
    assert len([it for it in hovers if it["run"] == 1]) <= 25


def test_two_crashes_are_an_error_that_says_so(start: Start, tmp_path: Path) -> None:
    engine = start(crash=[3, 3])
    with pytest.raises(EngineError, match=r"died twice: it ended \(exit status 3\)\nfirst words\nlast words"):
        engine.facts(spots(tmp_path, 300))
    assert not is_running(engine.pid)


def test_a_server_that_ends_at_once_is_an_error(tmp_path: Path) -> None:
    command = (sys.executable, "-c", "raise SystemExit('cannot')")
    with TyEngine(tmp_path, NO_ENVIRONMENT, command=command) as engine, pytest.raises(EngineError, match="cannot"):
        engine.facts(spots(tmp_path, 1))


@pytest.mark.parametrize(
    "garbage",
    [
        "Traceback (most recent call last):\n",
        "Content-Length: x\r\n\r\n{}",
        "Content-Length: 4\r\n\r\nnope",
        "Content-Length: 2\r\n\r\n[]",
        "Content-Type: x\r\n\r\n",
    ],
)
def test_garbage_is_an_error(start: Start, tmp_path: Path, garbage: str) -> None:
    with pytest.raises(EngineError, match=r"died twice: it sent something that is not JSON-RPC"):
        start(garbage=garbage).facts(spots(tmp_path, 1))


def test_a_missing_executable_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="cannot be started"):
        TyEngine(tmp_path, NO_ENVIRONMENT, command=(str(tmp_path / "no-such-ty"), "server"))


@pytest.mark.parametrize(
    ("behaviour", "message"),
    [
        ({"encoding": "utf-16"}, "does not count columns in UTF-8 bytes"),
        ({"version": "0.0.1"}, r"has version 0\.0\.1, but autoawait needs ty[<>]"),
        ({"refuses": "no workspace"}, "refused to start: no workspace"),
    ],
)
def test_a_server_we_do_not_know_is_an_error(
    start: Start, tmp_path: Path, behaviour: dict[str, str], message: str
) -> None:
    engine = start(**behaviour)
    with pytest.raises(EngineError, match=message):
        engine.facts(spots(tmp_path, 1))
    assert not is_running(engine.pid)


def test_overlays_are_opened_changed_and_closed(start: Start, tmp_path: Path) -> None:
    engine, path = start(), tmp_path / "ü a.py"
    engine.overlay(path, "early")
    engine.overlay(path, "ready")
    engine.check([path])
    engine.overlay(path, "later")
    engine.uncover(path)
    engine.uncover(path)
    engine.overlay(path, "again")
    engine.check([path])
    told = [it for it in log(tmp_path) if it["method"].startswith("textDocument/did")]
    assert [it["method"].removeprefix("textDocument/did") for it in told] == ["Open", "Change", "Close", "Open"]
    assert told[0]["params"]["textDocument"]["text"] == "ready"
    assert told[1]["params"]["contentChanges"] == [{"text": "later"}]
    assert {it["params"]["textDocument"]["uri"] for it in told} == {path.as_uri()}
    versions = [it["params"]["textDocument"]["version"] for it in told if "Close" not in it["method"]]
    assert versions == sorted(set(versions))


def test_an_overlay_taken_back_before_the_first_question_is_never_sent(start: Start, tmp_path: Path) -> None:
    engine = start()
    engine.overlay(tmp_path / "a.py", "x")
    engine.uncover(tmp_path / "a.py")
    engine.check([tmp_path / "a.py"])
    assert not [it for it in log(tmp_path) if it["method"].startswith("textDocument/did")]


def test_closing_twice_is_allowed_and_asking_afterwards_is_not(start: Start, tmp_path: Path) -> None:
    engine = start()
    engine.check([tmp_path / "a.py"])
    engine.close()
    engine.close()
    assert [it["method"] for it in log(tmp_path)][-2:] == ["shutdown", "exit"]
    with pytest.raises(EngineError, match="closed"):
        engine.check([tmp_path / "a.py"])


def test_a_server_that_does_not_leave_is_ended(start: Start, tmp_path: Path) -> None:
    engine = start(slow_end=True)
    engine.check([tmp_path / "a.py"])
    engine.close()
    assert not is_running(engine.pid)


def test_a_forgotten_engine_ends_its_server(start: Start, tmp_path: Path) -> None:
    command = (sys.executable, "-c", "import time; time.sleep(60)")
    pid = (engine := TyEngine(tmp_path, NO_ENVIRONMENT, command=command)).pid
    assert is_running(pid)
    del engine
    gc.collect()
    assert ends(pid)


CHILD = """
import sys, time
from pathlib import Path
from autoawait.project.source import Spot
from autoawait.types.environment import Environment
from autoawait.types.ty.client import TyEngine
folder = Path(sys.argv[1])
with TyEngine(folder, Environment(None, "")) as engine:
    engine.check([folder / "a.py"])
    print(engine.pid, flush=True)
    {then}
"""


def child(folder: Path, then: str) -> tuple[subprocess.Popen[str], int]:
    """A Python process of its own with a real ty, and that one's process id."""
    (folder / "a.py").write_text("def f(x: int): ...\n" + "f(1)\n" * 2000)
    process = subprocess.Popen(
        [sys.executable, "-c", CHILD.replace("{then}", then), str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    return process, int(process.stdout.readline())


KEEP_ASKING = "while True: engine.facts([Spot(folder / 'a.py', line, 0) for line in range(2, 2000)])"


@pytest.mark.parametrize("then", ["time.sleep(60)", KEEP_ASKING])
def test_no_server_outlives_a_killed_parent(tmp_path: Path, then: str) -> None:
    process, pid = child(tmp_path, then)
    assert is_running(pid)
    process.kill()
    process.communicate()
    assert ends(pid)


def test_no_server_outlives_an_interrupt_from_the_terminal(tmp_path: Path) -> None:
    process, pid = child(tmp_path, KEEP_ASKING)
    time.sleep(0.2)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=10)
    assert stderr.rstrip().endswith("KeyboardInterrupt")
    assert ends(pid)


def test_no_server_outlives_the_interpreter(tmp_path: Path) -> None:
    process, pid = child(
        tmp_path, "keep = engine; engine = None; sys.modules['keep'] = keep; keep.__class__.__exit__ = print"
    )
    process.communicate(timeout=10)
    assert ends(pid)
