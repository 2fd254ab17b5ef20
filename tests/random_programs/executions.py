"""Programs are executed: ``python -m tests.random_programs.executions`` does so in one interpreter, for speed.

Reads the paths of main programs on stdin, one a line; prints one JSON object: path → what the program printed, and what
it wrote to stderr. A coroutine that nobody awaited is among that.
"""

from __future__ import annotations

import contextlib
import gc
import io
import json
import runpy
import signal
import subprocess
import sys
import traceback
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from tests.paths import ROOT

_SECONDS = 5  # for a program that takes milliseconds


@dataclass(frozen=True, slots=True)
class Ran:
    """What a program printed, and what it complained of: an exception, or a coroutine that was never awaited."""

    printed: str
    complained: str

    @property
    def is_well(self) -> bool:
        return not self.complained


def executed(mains: Iterable[Path], root: Path) -> dict[Path, Ran]:
    """Execute programs, each the main module of a package in ``root``."""
    command = [
        sys.executable,
        "-B",
        "-W",
        "always::RuntimeWarning",
        "-m",
        "tests.random_programs.executions",
        str(root),
    ]
    listing = "\n".join(map(str, mains))
    child = subprocess.run(command, cwd=ROOT, input=listing, capture_output=True, text=True, timeout=1200)
    if child.returncode:
        raise RuntimeError(child.stderr)
    answers: Mapping[str, tuple[str, str]] = json.loads(child.stdout)
    return {Path(path): Ran(*answer) for path, answer in answers.items()}


def main() -> None:
    sys.path.insert(0, sys.argv[1])
    signal.signal(signal.SIGALRM, _too_long)
    sys.stdout.write(json.dumps({path: _execute(path) for path in sys.stdin.read().splitlines()}))


def _execute(path: str) -> tuple[str, str]:
    printed, said = io.StringIO(), io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(printed):
        signal.alarm(_SECONDS)
        try:
            runpy.run_path(path, run_name="__main__")
        except Exception:  # noqa: BLE001 - whatever a program raises is its result
            traceback.print_exc()
        signal.alarm(0)
        gc.collect()  # coroutines nobody awaited are told of now, not during the next program
        gc.freeze()  # what there is need not be searched again
    return printed.getvalue(), said.getvalue()


def _too_long(_signal: int, _frame: FrameType | None) -> None:
    raise TimeoutError


if __name__ == "__main__":
    main()
