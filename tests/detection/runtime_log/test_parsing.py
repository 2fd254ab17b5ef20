"""Logs as they come: with prefixes, without newlines, in other encodings, torn."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest

from autoawait.detection.runtime_log.log import Log, LogError, decoded, load_log
from autoawait.detection.runtime_log.parsing import warnings_in
from autoawait.detection.runtime_log.warning import Frame, LoggedWarning, WarningForm

WARNING = "/app/helper.py:3: RuntimeWarning: coroutine 'work' was never awaited"
CREATED = f"""\
{WARNING}
Coroutine created at (most recent call last)
  File "/app/main.py", line 5, in main
    helper.call_it()
  File "/app/helper.py", line 3, in call_it
    work()
  work()
RuntimeWarning: Enable tracemalloc to get the object allocation traceback
"""
FRAMES = (Frame("/app/main.py", 5, "main", "helper.call_it()"), Frame("/app/helper.py", 3, "call_it", "work()"))


def read(text: str) -> tuple[LoggedWarning, ...]:
    return warnings_in([Log("run.log", text)])


def only(text: str) -> LoggedWarning:
    (warned,) = read(text)
    return warned


def with_prefix(prefix: str, text: str = CREATED) -> str:
    """Each line behind a prefix, in which # is the number of the line."""
    return "".join(f"{prefix.replace('#', str(n))}{line}\n" for n, line in enumerate(text.splitlines(), 17))


@pytest.mark.parametrize(
    "log",
    [
        CREATED,
        CREATED.replace("\n", "\r\n"),
        f"starting\n{CREATED}stopped\n",
        with_prefix("web-1  | "),
        with_prefix("2026-11-22T10:23:#.123456+00:00 app[web.1]: "),
        with_prefix("Nov 22 10:23:# host python[70#]: "),
        with_prefix("\x1b[33mweb-1  | \x1b[0m"),
        # another container writes in between
        with_prefix("web-1  | ").replace("web-1  |   File", "db-1   | LOG: checkpoint\nweb-1  |   File"),
        # one JSON record a line, as of Docker's json-file, or one for all lines
        "".join(json.dumps({"log": f"{line}\n", "stream": "stderr"}) + "\n" for line in CREATED.splitlines()),
        json.dumps({"level": "WARNING", "message": CREATED}),
    ],
    ids=["plain", "crlf", "among-others", "compose", "heroku", "journald", "colour", "mixed", "json-lines", "json"],
)
def test_a_warning_is_read_whole(log: str) -> None:
    warned = only(log)
    assert (warned.reported, warned.created) == (Frame("/app/helper.py", 3, text="work()"), FRAMES)


@pytest.mark.parametrize(
    "log",
    [
        f"[py.warnings] {CREATED}".replace("\n", " "),
        CREATED.replace("\n", "\\n").replace('"', '\\"'),
        "\n".join(line.strip() for line in CREATED.splitlines()),
    ],
    ids=["in-one-line", "written-out", "no-indentation"],
)
def test_a_warning_that_lost_its_layout_keeps_its_frames(log: str) -> None:
    assert [(frame.path, frame.line) for frame in only(log).created] == [("/app/main.py", 5), ("/app/helper.py", 3)]


def test_a_logger_that_prefixes_the_first_line_only() -> None:
    warned = only(f"2026-11-22 10:23:25,228 WARNING py.warnings: {WARNING}\n  work()\n\nnext\n")
    assert warned.form is WarningForm.LOGGING
    assert warned.reported == Frame("/app/helper.py", 3, text="work()")


def test_a_container_around_such_a_logger() -> None:
    log = f"web-1  | 2026-11-22 10:23:25 WARNING py.warnings: {WARNING}\nweb-1  |   work()\nweb-1  | next\n"
    assert only(log).reported == Frame("/app/helper.py", 3, text="work()")


def test_a_traceback_behind_the_warning_is_no_part_of_it() -> None:
    other = 'Traceback (most recent call last):\n  File "/app/other.py", line 9, in f\n    g()\n'
    assert only(CREATED + other).created == FRAMES
    allocated = (
        f'{WARNING}\n  work()\nObject allocated at (most recent call last):\n  File "/app/helper.py", lineno 3\n'
    )
    assert only(allocated + "    work()\n" + other).created == (Frame("/app/helper.py", 3, "", "work()"),)


def test_frames_with_something_among_them_are_not_trusted() -> None:
    torn = CREATED.replace('  File "/app/helper.py"', 'GET /health 200\n  File "/app/helper.py"')
    assert only(torn).created == ()
    assert only(torn).reported is not None


def test_what_pytest_takes_for_the_allocation_is_the_collection() -> None:
    log = (
        "test_app.py::test_it\n  /app/test_app.py:5: RuntimeWarning: coroutine 'work' was never awaited\n    c = None\n"
        '  \n  Object allocated at:\n    File "/app/test_app.py", line 5\n      c = None\n'
    )
    warned = only(log)
    assert (warned.form, warned.created) == (WarningForm.PYTEST, ())
    assert warned.reported == Frame("/app/test_app.py", 5, text="c = None")


def test_the_same_warning_is_counted() -> None:
    first, second = read(f"{CREATED}{WARNING}\n  work()\n{CREATED}")
    assert (first.times, first.line, second.times, second.line) == (2, 1, 1, 9)


def test_places_of_windows_and_of_paths_with_spaces() -> None:
    windows = only(r"C:\app\helper.py:3: RuntimeWarning: coroutine 'Svc.save' was never awaited")
    assert windows.reported == Frame(r"C:\app\helper.py", 3)
    assert windows.called_names == {"save"}
    spaced = only("/home/me/my app/helper.py:3: RuntimeWarning: coroutine 'work' was never awaited")
    assert spaced.reported == Frame("app/helper.py", 3)


@pytest.mark.parametrize("stuff", ["x" * 500_000, "a:" * 200_000, "/" * 500_000, "1: " * 200_000])
def test_a_line_may_be_very_long(stuff: str) -> None:
    """It takes no time that grows with the square of its length: the test would not end."""
    assert [w.name for w in read(f"{stuff}\n{stuff} RuntimeWarning: coroutine 'work' was never awaited\n{stuff}")] == [
        "work"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "the docs say that coroutine 'work' was never awaited is a common warning",
        "/app/helper.py:3: DeprecationWarning: coroutine 'work' is old",
        "",
    ],
)
def test_what_is_no_warning(text: str) -> None:
    assert read(text) == ()


def test_encodings() -> None:
    assert [decoded("x", CREATED.encode(code)).text for code in ("utf-8-sig", "utf-16", "utf-32")] == [CREATED] * 3
    assert only(decoded("x", b"\xff\xfe\xfa" + b"\n").text + CREATED).created == FRAMES
    assert only(decoded("x", b"caf\xe9\n" + CREATED.encode()).text).created == FRAMES


def test_a_log_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(LogError, match="gone.log: the log cannot be read: No such file"):
        load_log(tmp_path / "gone.log", io.BytesIO())
