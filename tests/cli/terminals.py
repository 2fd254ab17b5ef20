"""Our program on a terminal: a pseudo-terminal of a given width, on which a test types."""

from __future__ import annotations

import os
import re
import select
import struct
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

fcntl = pytest.importorskip("fcntl")  # there are no pseudo-terminals on Windows
termios = pytest.importorskip("termios")
pty = pytest.importorskip("pty")

_TIMEOUT = 240.0  # of a machine that has much else to do
# What decides about colours where the tests run is no part of them.
_COLOURS = ("NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLUMNS", "LINES")


def environment(changes: Mapping[str, str]) -> dict[str, str]:
    return {**{k: v for k, v in os.environ.items() if k not in _COLOURS}, "TERM": "xterm-256color", **changes}


def on_terminal(
    folder: Path,
    *arguments: str,
    typed: Sequence[str] = (),
    columns: int = 100,
    env: Mapping[str, str] | None = None,
) -> tuple[int, str]:
    """The exit code, and all that a terminal has shown. Each of the ``typed`` lines answers a prompt that ends with
    ``? ``; one that is empty ends the input (Ctrl-D), and ``^C`` interrupts."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    process = subprocess.Popen(
        [sys.executable, "-m", "autoawait", *arguments],
        cwd=folder,
        env=environment(env or {}),
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
        preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # so that Ctrl-C reaches it
    )
    os.close(slave)
    shown, waiting, answered = b"", list(typed), 0
    deadline = time.monotonic() + _TIMEOUT
    try:
        while time.monotonic() < deadline:
            if not select.select([master], [], [], 0.1)[0]:
                if process.poll() is not None:
                    break
                continue
            try:
                chunk = os.read(master, 65536)
            except OSError:  # Linux says so where the other side is closed
                break
            if not chunk:
                break
            shown += chunk
            if waiting and shown[answered:].endswith(b"]? "):
                answered = len(shown)
                word = waiting.pop(0)
                os.write(master, {"": b"\x04", "^C": b"\x03"}.get(word, word.encode() + b"\n"))
        return process.wait(timeout=60), shown.decode("utf-8", errors="replace").replace("\r\n", "\n")
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
        os.close(master)


def without_progress(shown: str) -> str:
    """What stays on the screen of what was shown."""
    return re.sub(r"\r\x1b\[2K(?:[a-z]+ \.\.\.)?", "", shown)
