"""An editor made of a few lines: it keeps texts, applies edits as the protocol says, and asks the server."""

from __future__ import annotations

import itertools
import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from autoawait.project.file_uris import path_of
from tests.paths import ROOT

Message = dict[str, Any]

PATIENCE = 60.0  # seconds; two cores may be shared by many
EVERYTHING: Message = {
    "general": {"positionEncodings": ["utf-16"]},
    "workspace": {"workspaceEdit": {"documentChanges": True}, "workspaceFolders": True},
    "textDocument": {
        "hover": {"contentFormat": ["markdown", "plaintext"]},
        "codeAction": {
            "codeActionLiteralSupport": {"codeActionKind": {"valueSet": ["quickfix", "source.fixAll"]}},
            "dataSupport": True,
            "resolveSupport": {"properties": ["edit"]},
        },
        "publishDiagnostics": {"relatedInformation": True, "versionSupport": True},
    },
}


class RefusedError(Exception):
    """The server answered with an error: ``code`` and what it says."""

    def __init__(self, error: Message) -> None:
        super().__init__(error.get("message"))
        self.code = error.get("code")


class Editor:
    """A client of one server process, which is to be left by ``leave`` or by ``with editor(...)``.

    ``settings`` is what it answers when it is asked for its configuration, by folder name ("" for none).
    """

    def __init__(self, folders: Sequence[Path], capabilities: Message, options: Message | None) -> None:
        command = (sys.executable, "-m", "autoawait", "server", "-v")
        pipe = subprocess.PIPE
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, cwd=ROOT)
        self.settings: Mapping[str, object] = {}
        self.texts: dict[Path, str] = {}
        self.versions: dict[Path, int] = {}
        self.published: dict[Path, Message] = {}
        self.shown: list[str] = []
        self.registered: list[str] = []
        self.log: list[str] = []
        self._ids = itertools.count(1)
        self._inbox: SimpleQueue[Message | None] = SimpleQueue()
        self._replies: dict[int, Message] = {}
        threading.Thread(target=self._listen, daemon=True).start()
        threading.Thread(target=self._read_log, daemon=True).start()
        named = [{"uri": folder.as_uri(), "name": folder.name} for folder in folders]
        greeting = {"processId": None, "rootUri": None, "capabilities": capabilities, "workspaceFolders": named}
        self.capabilities = self.ask("initialize", {**greeting, "initializationOptions": options})["capabilities"]

    def start(self) -> None:
        """Say that we are ready."""
        self.notify("initialized", {})

    # --- what a user does ---------------------------------------------------------------------------------------------

    def open(self, path: Path, text: str | None = None) -> None:
        """Show a file, with the text that it has on disk unless another is given."""
        self.texts[path] = path.read_bytes().decode("utf-8") if text is None else text
        self.versions[path] = 1
        document = {"uri": path.as_uri(), "languageId": "python", "version": 1, "text": self.texts[path]}
        self.notify("textDocument/didOpen", {"textDocument": document})

    def type(self, path: Path, text: str) -> None:
        """Replace the text of an open file."""
        self.texts[path] = text
        self.versions[path] += 1
        document = {"uri": path.as_uri(), "version": self.versions[path]}
        self.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [{"text": text}]})

    def save(self, path: Path) -> None:
        """Write an open file."""
        path.write_bytes(self.texts[path].encode("utf-8"))
        self.notify("textDocument/didSave", {"textDocument": {"uri": path.as_uri()}})

    def close(self, path: Path) -> None:
        """Close a file without saving it."""
        del self.texts[path], self.versions[path]
        self.notify("textDocument/didClose", {"textDocument": {"uri": path.as_uri()}})

    def diagnostics(self, path: Path) -> list[Message]:
        """What is published about the text that the file has now, when it is."""

        def is_there() -> bool:
            return self.published.get(path, {}).get("version") == self.versions[path]

        self.wait(is_there, f"diagnostics of {path.name}")
        return list(self.published[path]["diagnostics"])

    def actions(self, path: Path, where: Message, *only: str) -> list[Message]:
        """The code actions for a range."""
        context: Message = {"diagnostics": [], **({"only": list(only)} if only else {})}
        document = {"uri": path.as_uri()}
        return self.ask("textDocument/codeAction", {"textDocument": document, "range": where, "context": context}) or []

    def hover(self, path: Path, place: str) -> str:
        """What is told about the place where a text begins; empty if nothing is."""
        question = {"textDocument": {"uri": path.as_uri()}, "position": self.place(path, place)}
        found = self.ask("textDocument/hover", question)
        return found["contents"]["value"] if found else ""

    def place(self, path: Path, text: str) -> Message:
        """The position at which a text begins in an open file."""
        before, found, _ = self.texts[path].partition(text)
        assert found, f"{text!r} is not in {path.name}"
        return {"line": before.count("\n"), "character": len(before.rpartition("\n")[2].encode("utf-16-le")) // 2}

    def apply(self, edit: Message) -> None:
        """Make a workspace edit: in the texts of open files, on disk in others. A wrong version is an error."""
        for change in edit["documentChanges"]:
            path = path_of(change["textDocument"]["uri"])
            assert path
            version = change["textDocument"]["version"]
            assert version == self.versions.get(path), f"{path.name} has another version"
            if path in self.texts:
                self.type(path, applied(self.texts[path], change["edits"]))
            else:
                path.write_bytes(applied(path.read_bytes().decode("utf-8"), change["edits"]).encode("utf-8"))

    # --- the protocol -------------------------------------------------------------------------------------------------

    def ask(self, method: str, params: object) -> Any:  # noqa: ANN401 - what JSON can be
        """The result of a question. Raises RefusedError."""
        return self.result(self.post(method, params))

    def post(self, method: str, params: object) -> int:
        """Ask without waiting; the number to fetch the result with."""
        number = next(self._ids)
        self._send({"id": number, "method": method, "params": params})
        return number

    def result(self, number: int) -> Any:  # noqa: ANN401
        """The result of a question that was posted. Raises RefusedError."""
        self.wait(lambda: number in self._replies, f"the answer to {number}")
        reply = self._replies.pop(number)
        if "error" in reply:
            raise RefusedError(reply["error"])
        return reply["result"]

    def notify(self, method: str, params: object) -> None:
        """Tell the server something."""
        self._send({"method": method, "params": params})

    def wait(self, is_there: Callable[[], bool], what: str) -> None:
        """Take messages in until something is there."""
        until = time.monotonic() + PATIENCE
        while not is_there():
            try:
                message = self._inbox.get(timeout=max(0.0, until - time.monotonic()))
            except Empty:
                raise AssertionError(f"waited {PATIENCE:g} s for {what}\n{''.join(self.log)}") from None
            assert message is not None, f"the server has ended while we waited for {what}\n{''.join(self.log)}"
            self._take(message)

    def settle(self, seconds: float) -> None:
        """Take in what comes within so many seconds."""
        until = time.monotonic() + seconds
        while (left := until - time.monotonic()) > 0:
            try:
                message = self._inbox.get(timeout=left)
            except Empty:
                return
            if message:
                self._take(message)

    def leave(self) -> int:
        """Shut the server down as the protocol wants it; its exit code."""
        self.ask("shutdown", None)
        self.notify("exit", None)
        return self.process.wait(PATIENCE)

    def _take(self, message: Message) -> None:
        method, params = message.get("method"), message.get("params") or {}
        if method is None:
            self._replies[message["id"]] = message
        elif method == "textDocument/publishDiagnostics":
            self.published[path_of(params["uri"]) or Path()] = params
        elif method == "window/showMessage":
            self.shown.append(params["message"])
        elif method == "workspace/configuration":
            names = [item.get("scopeUri", "").rpartition("/")[2] for item in params["items"]]
            self._send({"id": message["id"], "result": [self.settings.get(name) for name in names]})
        elif method == "client/registerCapability":
            self.registered += [registration["method"] for registration in params["registrations"]]
            self._send({"id": message["id"], "result": None})

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode("utf-8")
        assert self.process.stdin is not None
        self.process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(body), body))
        self.process.stdin.flush()

    def _listen(self) -> None:
        stream = self.process.stdout
        assert stream is not None
        while header := stream.readline():
            length = int(header.split(b":")[1])
            while stream.readline().strip():
                pass
            self._inbox.put(json.loads(stream.read(length)))
        self._inbox.put(None)

    def _read_log(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.log.append(line.decode("utf-8", "replace"))


@contextmanager
def editor(*folders: Path, capabilities: Message | None = None, options: Message | None = None) -> Iterator[Editor]:
    """An editor that has these folders open; it leaves politely, whatever happens."""
    running = Editor(folders, EVERYTHING if capabilities is None else capabilities, options)
    try:
        running.start()
        yield running
    finally:
        if running.process.poll() is None:
            assert running.leave() == 0


def applied(text: str, edits: Sequence[Message]) -> str:
    """A text after the edits, whose columns count UTF-16 units; those at one place in their order."""
    lines = text.splitlines(keepends=True)

    def offset(position: Message) -> int:
        before = lines[: position["line"]]
        line = lines[position["line"]] if position["line"] < len(lines) else ""
        units = line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
        return sum(map(len, before)) + len(units)

    pieces, at = [], 0
    for edit in sorted(edits, key=lambda edit: offset(edit["range"]["start"])):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        assert start >= at, "edits do not overlap"
        pieces += [text[at:start], edit["newText"]]
        at = end
    return "".join([*pieces, text[at:]])
