"""Every recorded log, and what is to be said of each of its warnings."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detection.runtime_log.checks import Told, project
from tests.detection.runtime_log.programs import PROGRAMS

LOGS = Path(__file__).parent / "logs"
SAFE, PRINTED, TESTED = ("AW101 safe fix",), ("AW104 safe fix",), ("AW103 safe fix",)

CALLED, MADE = ("helper.py:3",), ("bare2.py:6",)
MULTILINE = [
    Told(1, "work", "confirmed", ("ml.py:7",), SAFE),
    Told(4, "C.m", "confirmed", ("ml.py:11",), SAFE),  # Python names line 13, on which `.m()` stands
    Told(8, "work", "confirmed", ("ml.py:14",), PRINTED),
    Told(11, "work", "confirmed", ("ml.py:16",), TESTED),
    Told(14, "work", "unknown", ("ml.py:15", "ml.py:18")),  # `x = 1` lets go of it
    Told(17, "work", "confirmed", ("ml.py:20", "ml.py:20"), (*SAFE, *SAFE)),  # Python warns of the first only
]
IN_TESTS = ("test_app.py:29",)


def pytest_log(*lines: int, local: tuple[str, ...] = ("test_app.py:17",)) -> list[Told]:
    """The warnings that all runs of the tests have, but the last."""
    return [
        Told(lines[0], "work", "confirmed", ("app.py:4",), SAFE),
        Told(lines[1], "Repo.get", "confirmed", ("test_app.py:10",), SAFE),
        Told(lines[2], "work", "confirmed", ("test_app.py:14",), TESTED),
        Told(lines[3], "work", "unknown", local),  # kept until the test returned to pytest
        Told(lines[4], "T.test_in_testcase", "handed over", ("test_app.py:23",), ("AW405 no fix",)),
        Told(lines[5], "work", "confirmed", IN_TESTS, SAFE),
    ]


ANSWERS = {
    "py311_bare": [
        Told(1, "fetch", "confirmed", ("bare.py:26",), SAFE),
        Told(4, "Svc.save", "confirmed", ("bare.py:28",), SAFE),
        Told(7, "Svc.make", "confirmed", ("bare.py:29",), SAFE),
        Told(10, "Svc.stat", "confirmed", ("bare.py:30",), SAFE),
        Told(13, "sleep", "confirmed", ("bare.py:32",), SAFE),
        Told(17, "fetch", "confirmed", ("bare.py:35",), SAFE),  # the call of the lambda, not that in it
        Told(20, "main.<locals>.inner", "confirmed", ("bare.py:40",), SAFE),
        Told(23, "fetch", "confirmed", ("bare.py:43",), PRINTED),
        Told(26, "fetch", "confirmed", ("bare.py:44",), SAFE),
        Told(29, "fetch", "unknown", ("bare.py:15", "bare.py:50")),  # asyncio/events.py
        Told(32, "fetch", "unknown", ("bare.py:15", "bare.py:50")),  # `del r`
    ],
    "py311_exit_sys1": [Told(1, "work", "unknown", (*MADE, *CALLED))],
    "py311_gc_cycle": [Told(1, "work", "unknown")],  # gc.collect()
    "py311_logging_capture": [Told(1, "work", "confirmed", ("lc.py:6",), SAFE)],
    "py311_multiline": MULTILINE,
    "py313_agen_methods": [
        *MULTILINE,
        Told(20, "asend of agen", "confirmed", ("ml.py:24",), SAFE),  # agen().__anext__()
        Told(23, "asend of agen", "confirmed", ("ml.py:25",), SAFE),
        Told(26, "aclose of agen", "confirmed", ("ml.py:26",), SAFE),
        Told(29, "asend of agen", "confirmed", ("ml.py:27",), SAFE),  # anext(agen())
    ],
    "py311_origin_tracking_depth3": [
        Told(1, "work", "confirmed", ("od.py:7",), SAFE),  # through `def a(): return b()` and `b`
        Told(12, "work", "confirmed", ("od.py:8",)),  # the program looks at `c.cr_origin`
    ],
    "py311_two_files_plain": [
        Told(1, "work", "confirmed", CALLED, SAFE),
        Told(4, "work", "unknown", MADE),  # `c = None`; `make` returns what `work` gives
    ],
    "py311_tracemalloc": [Told(1, "work", "confirmed", CALLED, SAFE), Told(14, "work", "confirmed", MADE, SAFE)],
    "py311_xdev_two_files": [Told(1, "work", "confirmed", CALLED, SAFE), Told(23, "work", "confirmed", MADE, SAFE)],
    "py311_xdev_tracemalloc": [Told(1, "work", "confirmed", CALLED, SAFE), Told(33, "work", "confirmed", MADE, SAFE)],
    "py311_werror": [Told(5, "work", "unknown", (*MADE, *CALLED))],
    "pytest_default": [*pytest_log(13, 19, 25, 31, 37, 47), Told(77, "work", "unknown", ("test_app.py:17",))],
    "pytest_asyncio_debug": [
        *pytest_log(20, 47, 74, 101, 107, 117),
        Told(147, "work", "unknown", ("test_app.py:17",)),
    ],
    "pytest_tracemalloc": [
        *pytest_log(20, 46, 72, 98, 124, 154),
        Told(204, "work", "confirmed", ("test_app.py:33",), ("AW303 no fix",)),  # in a cycle, found by its traceback
    ],
    "pytest_werror": [
        Told(25, "work", "unknown", ("app.py:4", "test_app.py:14", "test_app.py:17")),
        Told(37, "Repo.get", "unknown", ("test_app.py:10",)),
        Told(77, "T.test_in_testcase", "unknown"),
        Told(89, "work", "confirmed", IN_TESTS, SAFE),
    ],
    "trio_unawaited": [Told(1, "sleep", "confirmed", ("trio_bad.py:21",), SAFE)],
}


def test_every_log_has_a_program_and_answers() -> None:
    assert {path.stem for path in LOGS.iterdir()} == set(ANSWERS) == set(PROGRAMS)


@pytest.mark.parametrize("name", ANSWERS)
def test_recorded_logs(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = (LOGS / f"{name}.txt").read_text(encoding="utf-8")
    assert project(tmp_path, monkeypatch, PROGRAMS[name]).answers(log) == ANSWERS[name]


@pytest.mark.parametrize(
    ("name", "advice"),
    [
        ("py311_exit_sys1", "-X dev -X tracemalloc=25"),
        ("py311_gc_cycle", "-X dev -X tracemalloc=25"),
        ("py311_werror", "leave out `-W error`, and run it as `python -X dev"),
        ("py311_two_files_plain", "-X dev -X tracemalloc=25"),
        ("pytest_default", "pytest --asyncio-debug"),
        ("pytest_tracemalloc", "sys.set_coroutine_origin_tracking_depth(25)"),
        ("pytest_werror", "leave out `-W error`, and run `pytest --asyncio-debug`"),
    ],
)
def test_a_warning_without_a_site_says_what_to_run(
    name: str, advice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    log = (LOGS / f"{name}.txt").read_text(encoding="utf-8")
    without = [
        a for a in project(tmp_path, monkeypatch, PROGRAMS[name]).report(log)["log"] if a["standing"] == "unknown"
    ]
    assert without
    assert all(advice in answer["advice"] and answer["open"] for answer in without)
