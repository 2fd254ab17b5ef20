"""A language server that misbehaves as told: ``python fake_server.py FOLDER BEHAVIOUR-AS-JSON``.

Every message it gets goes to ``FOLDER/log.jsonl`` together with the number of the run. Behaviour:

    crash      replies after which each run ends ([2, 0]: the first after two, the second at once)
    silent     no answer to anything but the greeting
    greetless  no answer at all
    busy       so many questions are refused as too many
    busy_code  the error code for that
    panics     lines (0-based) at which a question is an error
    garbage    bytes sent instead of the first reply
    patient    answers only when nothing more comes in, and the last question first
    asks       puts questions of its own, and answers only when it has their answers
    pause      seconds before each answer
    encoding, version, refuses    of the greeting
    slow_end   does not leave when told to
"""

from __future__ import annotations

import json
import select
import sys
import time
from pathlib import Path
from typing import Any

FOLDER, BEHAVIOUR = Path(sys.argv[1]), json.loads(sys.argv[2])
INPUT, OUTPUT = sys.stdin.buffer.raw, sys.stdout.buffer  # type: ignore[attr-defined]
RUN = len(list(FOLDER.glob("run-*")))


def read(size: int) -> bytes:
    data = b""
    while len(data) < size:
        more = INPUT.read(size - len(data))
        if not more:
            sys.exit()
        data += more
    return data


def receive() -> dict[str, Any]:
    head = b""
    while not head.endswith(b"\r\n\r\n"):
        head += read(1)
    message = json.loads(read(int(head.split(b":")[1])))
    with (FOLDER / "log.jsonl").open("a", encoding="utf-8") as log:
        log.write(json.dumps({"run": RUN, **message}) + "\n")
    return dict(message)


def send(**message: object) -> None:
    body = json.dumps({"jsonrpc": "2.0", **message}).encode()
    OUTPUT.write(b"content-type: x\r\nContent-Length: %d\r\n\r\n%b" % (len(body), body))
    OUTPUT.flush()


def greet(number: int) -> None:
    if BEHAVIOUR.get("greetless"):
        return
    send(id=10**6, result="an answer to nothing")
    if "refuses" in BEHAVIOUR:
        send(id=number, error={"code": -32603, "message": BEHAVIOUR["refuses"]})
        return
    capabilities = {"positionEncoding": BEHAVIOUR.get("encoding", "utf-8")}
    server = {"name": "fake", "version": BEHAVIOUR.get("version", "0.0.108")}
    send(id=number, result={"capabilities": capabilities, "serverInfo": server})


def answer(message: dict[str, Any]) -> None:
    time.sleep(BEHAVIOUR.get("pause", 0))
    number, place = message["id"], message["params"].get("position", {})
    if BEHAVIOUR.get("busy", 0) > 0:
        BEHAVIOUR["busy"] -= 1
        words = "fake is busy: too many queued requests"
        send(id=number, error={"code": BEHAVIOUR.get("busy_code", -32803), "message": words})
    elif place.get("line") in BEHAVIOUR.get("panics", ()):
        send(id=number, error={"code": -32603, "message": "request handler panicked"})
    else:
        send(id=number, result=result(message["method"], place))


def result(method: str, place: dict[str, int]) -> object:
    if method == "textDocument/diagnostic":
        return {"kind": "full", "items": []}
    if method == "textDocument/definition":
        return {"uri": "untitled:1", "range": {"start": place, "end": place}}
    words = f"def at_{place['line']}_{place['character']}() -> Awaitable[int]"
    return {"contents": {"kind": "plaintext", "value": words}}


def main() -> None:
    (FOLDER / f"run-{RUN}").touch()
    print("first words", "last words", sep="\n", file=sys.stderr, flush=True)
    waiting: list[dict[str, Any]] = []
    replies, most = 0, 0
    limit = [*BEHAVIOUR.get("crash", ()), *[sys.maxsize] * 9][RUN]
    while True:
        if replies >= limit:
            sys.exit(3)
        message = receive()
        if message["method"] == "initialize":
            greet(message["id"])
        elif message["method"] == "exit" and not BEHAVIOUR.get("slow_end"):
            sys.exit()
        elif "id" in message and message["method"] != "shutdown" and not BEHAVIOUR.get("silent"):
            waiting.append(message)
        if BEHAVIOUR.get("patient") and select.select([INPUT], [], [], 0.05)[0]:
            continue
        if waiting and "garbage" in BEHAVIOUR:
            OUTPUT.write(BEHAVIOUR["garbage"].encode())
            OUTPUT.flush()
            time.sleep(5)
        if waiting and BEHAVIOUR.pop("asks", False):
            send(id="a", method="workspace/configuration", params={"items": [{}, {}]})
            send(id="b", method="client/registerCapability", params={"registrations": []})
            send(id=10**6, result="an answer to nothing")
            send(method="window/logMessage", params={"type": 3, "message": "hello"})
            (FOLDER / "answers.json").write_text(json.dumps([receive_answer(waiting) for _ in "ab"]))
        most = max(most, len(waiting))
        (FOLDER / "most").write_text(str(most))
        replies += len(waiting)
        while waiting:
            answer(waiting.pop())


def receive_answer(waiting: list[dict[str, Any]]) -> dict[str, Any]:
    """The next answer; questions that come before it have to wait."""
    while "method" in (message := receive()):
        waiting.append(message)
    return message


if __name__ == "__main__":
    main()
