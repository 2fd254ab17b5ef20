"""A child process that is asked many questions at once, in JSON-RPC over its standard streams.

Two threads move the bytes, so that neither a full pipe nor a silent server can block the caller. They and the finalizer
hold only the process and the queues, so dropping the last reference to a Connection, or exiting the interpreter, ends
the child. If we are killed, the child's input closes.
"""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import tempfile
import threading
import time
import weakref
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import IO, Any

Message = dict[str, Any]

_BLOCK = 1 << 16
_PAUSE = 0.01  # seconds to wait after the server says it is busy
_GRACE = 0.05  # seconds for the server to exit by itself when asked to
_DYING = 1.0  # seconds to wait for the exit status once the server has closed its output
_LAST_LINES = 5
_ITSELF = "it ended"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


class ConnectionLostError(Exception):
    """The child has ended, or sent something that is not JSON-RPC. The message says which."""


class Connection:
    """A running child process. Raises OSError if it cannot be started."""

    def __init__(self, command: Sequence[str], directory: Path) -> None:
        self._stderr = tempfile.TemporaryFile()  # noqa: SIM115  a pipe would need a third thread
        self._process = _spawn(command, directory, self._stderr)
        assert self._process.stdin is not None and self._process.stdout is not None
        self._ids = itertools.count(1)
        self._hints: set[object] = set()  # the ids of pending ones
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._inbox: SimpleQueue[list[Message] | str] = SimpleQueue()
        self._threads = (
            threading.Thread(target=_write_all, args=(self._process.stdin, self._outbox), daemon=True),
            threading.Thread(target=_read_all, args=(self._process.stdout, self._inbox), daemon=True),
        )
        for thread in self._threads:
            thread.start()
        self._end = weakref.finalize(self, _kill, self._process)

    @property
    def pid(self) -> int:
        """The child's process id."""
        return self._process.pid

    def ask(
        self,
        method: str,
        questions: Sequence[Message],
        answers: dict[int, Message],
        *,
        window: int,
        timeout: float,
        is_busy: Callable[[Message], bool],
    ) -> None:
        """Call ``method`` with each of the parameters, and store each reply under its index in ``answers``.

        Indexes already in ``answers`` are skipped. At most ``window`` questions are pending at once, fewer after the
        server said it is busy; a question it was too busy for is asked again. Raises ConnectionLostError, or
        TimeoutError if ``timeout`` seconds pass without any reply.
        """
        waiting = deque(index for index in range(len(questions)) if index not in answers)
        flying: dict[object, int] = {}
        deadline = time.monotonic() + timeout
        while waiting or flying:
            batch = []
            while waiting and len(flying) + len(self._hints) < window:
                index, number = waiting.popleft(), next(self._ids)
                flying[number] = index
                batch.append({"jsonrpc": "2.0", "id": number, "method": method, "params": questions[index]})
            self.send(batch)
            before, hints = len(waiting), len(self._hints)
            for reply in self._replies(deadline - time.monotonic()):
                answered = flying.pop(reply.get("id"), None)
                if answered is None:
                    continue
                if is_busy(reply):
                    waiting.append(answered)
                else:
                    answers[answered] = reply
                    deadline = time.monotonic() + timeout
            if len(self._hints) < hints:
                deadline = time.monotonic() + timeout
            if len(waiting) > before:
                window = max(1, window // 2)
                time.sleep(_PAUSE)

    def hint(self, method: str, questions: Sequence[Message]) -> None:
        """Ask only so that the server starts to work; replies are dropped. ``ask`` counts these as pending."""
        numbers = list(itertools.islice(self._ids, len(questions)))
        self._hints.update(numbers)
        self.send(
            {"jsonrpc": "2.0", "id": number, "method": method, "params": question}
            for number, question in zip(numbers, questions, strict=True)
        )

    def post(self, method: str, params: Message) -> int:
        """Ask one question without waiting; returns the number for ``reply_to``."""
        number = next(self._ids)
        self.send([{"jsonrpc": "2.0", "id": number, "method": method, "params": params}])
        return number

    def reply_to(self, number: int, timeout: float) -> Message:
        """Wait for the reply to a posted question, and drop others. Raises ConnectionLostError or TimeoutError."""
        deadline = time.monotonic() + timeout
        while True:
            for reply in self._replies(deadline - time.monotonic()):
                if reply.get("id") == number:
                    return reply

    def notify(self, method: str, params: Message) -> None:
        """Send a notification, which has no reply."""
        self.send([{"jsonrpc": "2.0", "method": method, "params": params}])

    def send(self, messages: Iterable[Message]) -> None:
        """Queue messages for writing. Never blocks; if the server is gone, the next wait for a reply raises."""
        frames = b"".join(map(_frame, messages))
        if frames:
            self._outbox.put(frames)

    def last_words(self) -> str:
        """The last lines that the child wrote to its standard error."""
        self._stderr.seek(0)
        lines = self._stderr.read().decode("utf-8", "replace").split("\n")
        return "\n".join([line for line in lines if line.strip()][-_LAST_LINES:])

    def close(self) -> None:
        """Ask the child to exit, then kill it. Safe to call twice."""
        if not self._end.alive:
            return
        self.post("shutdown", {})
        self.notify("exit", {})
        self._outbox.put(None)
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_GRACE)
        self._end()
        for thread in self._threads:
            thread.join(_DYING)
        self._stderr.close()

    def _replies(self, timeout: float) -> list[Message]:
        """The replies in the next block of bytes. Answers the server's own requests on the way."""
        try:
            arrived = self._inbox.get(timeout=max(timeout, 0))
        except Empty:
            raise TimeoutError from None
        if isinstance(arrived, str):
            self._inbox.put(arrived)  # for whoever asks next
            raise ConnectionLostError(self._ending(arrived))
        asked = [message for message in arrived if "method" in message]
        self._hints.difference_update(message.get("id") for message in arrived if "method" not in message)
        self.send({"jsonrpc": "2.0", "id": it["id"], "result": _default(it)} for it in asked if "id" in it)
        return [message for message in arrived if "method" not in message]

    def _ending(self, reason: str) -> str:
        if reason == _ITSELF:
            with suppress(subprocess.TimeoutExpired):
                reason = f"{reason} (exit status {self._process.wait(_DYING)})"
        words = self.last_words()
        return f"{reason}\n{words}" if words else reason


def _spawn(command: Sequence[str], directory: Path, stderr: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the child out of reach of the terminal's Ctrl-C, so that it does not end before we do."""
    pipe = subprocess.PIPE
    if sys.platform == "win32":
        flags = subprocess.CREATE_NEW_PROCESS_GROUP
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr, cwd=directory, creationflags=flags)
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=stderr, cwd=directory, start_new_session=True)


def _kill(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        process.kill()
    process.wait()


def _write_all(stream: IO[bytes], outbox: SimpleQueue[bytes | None]) -> None:
    with suppress(OSError), stream:  # a broken pipe: the reader reports it
        while (frames := outbox.get()) is not None:
            stream.write(frames)
            stream.flush()


def _read_all(stream: IO[bytes], inbox: SimpleQueue[list[Message] | str]) -> None:
    """Read until the end of the stream, and put the reason for its end last."""
    unread = bytearray()
    reason = _ITSELF
    with stream:
        while block := stream.read1(_BLOCK):  # type: ignore[attr-defined]  # of BufferedReader
            unread += block
            try:
                messages = _unframe(unread)
            except ValueError as error:
                reason = f"it sent something that is not JSON-RPC: {error}"
                break
            if messages:
                inbox.put(messages)
    inbox.put(reason)


def _frame(message: Message) -> bytes:
    body = _encode(message).encode("utf-8", "surrogatepass")
    return b"Content-Length: %d\r\n\r\n%b" % (len(body), body)


def _unframe(unread: bytearray) -> list[Message]:
    """Take all complete messages off the front. Raises ValueError if what is there cannot be a message."""
    messages: list[Message] = []
    start = 0
    while (head := unread.find(b"\r\n\r\n", start)) >= 0:
        body = head + 4
        end = body + _length(bytes(unread[start:head]))
        if end > len(unread):
            break
        message = json.loads(unread[body:end])
        if not isinstance(message, dict):
            raise ValueError("a message that is no object")
        messages.append(message)
        start = end
    else:
        if not b"content-length".startswith(bytes(unread[start : start + 14]).lower()):
            raise ValueError(repr(bytes(unread[start : start + 40])))
    del unread[:start]
    return messages


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            return int(value)
    raise ValueError(f"no length in {head[:40]!r}")


def _default(question: Message) -> list[None] | None:
    """How a client without settings or dynamic features answers a server's request."""
    if question["method"] == "workspace/configuration":
        return [None] * len(question.get("params", {}).get("items", ()))
    return None
