"""A command as the user meets it: how long it takes from outside, and how much memory it holds at its height."""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from tests.lab.environments import LabError

_PROC = Path("/proc")
_PAUSE = 0.01
_PATIENCE = 1800.0  # whatever takes longer will not end


@dataclass(frozen=True, slots=True)
class Run:
    """``seconds`` of wall time, ``megabytes`` of resident memory of all its processes together at their height."""

    seconds: float
    megabytes: float
    code: int
    output: bytes
    errors: bytes


class TooSlowError(LabError):
    """A command took longer than it was given."""


def completed(
    what: str, command: Sequence[str | Path], folder: Path, given: bytes = b"", timeout: float = _PATIENCE
) -> Run:
    """A run of a tool that did its job, whether it found something (1) or not (0); ``what`` names it to the user.

    Raises LabError if it did not, TooSlowError if it was not done in so many seconds.
    """
    try:
        run = measured(command, folder, given, timeout)
    except subprocess.TimeoutExpired as error:
        raise TooSlowError(f"{what} took longer than {timeout:g} s") from error
    if run.code not in (0, 1):
        raise LabError(f"{what} failed ({run.code}): {(run.errors or run.output).decode(errors='replace')}")
    return run


def measured(command: Sequence[str | Path], folder: Path, given: bytes = b"", timeout: float = math.inf) -> Run:
    """Run a command in a folder with ``given`` as its input. Raises TimeoutExpired after so many seconds.

    Where ``/proc`` is, memory is sampled over the whole tree of processes (a server that works for the
    command counts), every few milliseconds; elsewhere it is the largest single process's, and nothing times out.
    """
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors, tempfile.TemporaryFile() as source:
        source.write(given)
        source.seek(0)
        started = time.perf_counter()
        child = subprocess.Popen(
            [str(word) for word in command], cwd=folder, stdin=source, stdout=output, stderr=errors
        )
        sampled = _watched(child.pid, started + timeout)
        if _is_running(child.pid):
            _end(child)
            raise subprocess.TimeoutExpired(child.args, timeout)
        _, status, usage = os.wait4(child.pid, 0)
        seconds = time.perf_counter() - started
        child.returncode = os.waitstatus_to_exitcode(status)
        largest = usage.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
        # Not the larger of the two: Linux counts our own size before the child's exec among the child's.
        return Run(seconds, sampled or largest, child.returncode, _content(output), _content(errors))


def _watched(root: int, deadline: float) -> float:
    """Megabytes at the height of a tree of processes, 0 without ``/proc``; returns when its root has, or must end."""
    height = 0
    while _is_running(root) and time.perf_counter() < deadline:
        height = max(height, sum(_resident(pid) for pid in _tree(root)))
        time.sleep(_PAUSE)
    return height * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def _end(child: subprocess.Popen[bytes]) -> None:
    """End a process and all that it started."""
    for pid in _tree(child.pid):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    child.wait()


def _is_running(pid: int) -> bool:
    stat = _read(_PROC / str(pid) / "stat")
    return bool(stat) and stat.rpartition(")")[2].split()[0] not in "ZX"


def _tree(root: int) -> list[int]:
    found = [root]
    for pid in found:  # grows as it is walked
        for thread in (_PROC / str(pid) / "task").glob("*/children"):
            found.extend(int(child) for child in _read(thread).split())
    return found


def _resident(pid: int) -> int:
    """Pages."""
    fields = _read(_PROC / str(pid) / "statm").split()
    return int(fields[1]) if fields else 0


def _read(path: Path) -> str:
    """Empty where the process has just ended."""
    try:
        return path.read_text()
    except OSError:
        return ""


def _content(stream: IO[bytes]) -> bytes:
    stream.seek(0)
    return stream.read()
