"""A log as lines of text, whatever wrapped them: an encoding, colours, JSON, newlines that were written out."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

_COLOUR = re.compile(r"\x1b\[[0-9;]*m")
# In order: the mark of UTF-32 begins with that of UTF-16. PowerShell's `2> run.log` writes UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

_MESSAGES = ("log", "message", "msg", "event", "text", "textPayload")


class LogError(Exception):
    """A log that was asked for cannot be read. The message names it."""


@dataclass(frozen=True, slots=True)
class Log:
    """The text of a log, and the name by which it is spoken of."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of what the program wrote; ``number`` is the 1-based line of the log that it came in."""

    number: int
    text: str


def load_log(path: Path, stdin: BinaryIO) -> Log:
    """The log at a path, ``-`` being ``stdin``. Raises LogError where it cannot be read."""
    if path == Path("-"):
        return decoded("stdin", stdin.read())
    try:
        return decoded(str(path), path.read_bytes())
    except OSError as error:
        raise LogError(f"{path}: the log cannot be read: {error.strerror or error}") from error


def decoded(name: str, data: bytes) -> Log:
    """A log from its bytes: UTF-8 unless a byte order mark says otherwise; what does not decode is replaced."""
    encoding = next((encoding for mark, encoding in _MARKS if data.startswith(mark)), "utf-8")
    return Log(name, data.decode(encoding, errors="replace"))


def lines_of(log: Log) -> list[LogLine]:
    """What the program wrote, line by line."""
    found: list[LogLine] = []
    for number, text in enumerate(re.split(r"\r\n|\r|\n", log.text), 1):
        found += [LogLine(number, _COLOUR.sub("", line) if "\x1b" in line else line) for line in _unwrapped(text)]
    return found


def _unwrapped(line: str) -> Iterator[str]:
    """The lines that one line of a log holds: the texts of a JSON record, or those between written-out newlines."""
    if line.startswith("{"):
        try:
            record = json.loads(line)
        except ValueError:
            record = None
        if isinstance(record, dict):
            for text in _texts(record):
                yield from text.removesuffix("\n").split("\n")
            return
    if "was never awaited\\n" in line:
        line = line.replace('\\"', '"').replace("\\n", "\n")
    yield from line.split("\n")


def _texts(record: Mapping[str, object]) -> list[str]:
    """What a JSON record says: its message, if it has one under a usual name, else all of its texts."""
    texts = {key: value for key, value in record.items() if isinstance(value, str)}
    return [texts[key] for key in _MESSAGES if key in texts] or list(texts.values())
