"""The warnings of a log: text into values, in every shape that Python, pytest and ``logging`` write.

    /app/helper.py:3: RuntimeWarning: coroutine 'work' was never awaited
    Coroutine created at (most recent call last)
      File "/app/main.py", line 5, in main
        helper.call_it()
      File "/app/helper.py", line 3, in call_it
        work()
      work()

The line below the last frame belongs to the first line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from autoawait.detection.runtime_log.log import Log, LogLine, lines_of
from autoawait.detection.runtime_log.warning import Frame, LoggedWarning, WarningForm
from autoawait.detection.runtime_log.warning_block import WarningBlock

_WARNING = re.compile(r"Warning: coroutine(?: method '(?P<method>\w+)' of)? '(?P<name>[^']+)' was never awaited")
# What stands before it. Of a path with spaces what is before the last of them is lost; its end is enough to find it.
_PLACE = re.compile(r"(?:(?P<path>(?:[A-Za-z]:)?[^\s:\"']+):(?P<line>\d+): )?(?:\w+\.)*\w*$")
_LONGEST = 1024  # characters of a place; a line of a log may have millions
_EXIT = frozenset({"sys", "<sys>"})


def warnings_in(logs: Iterable[Log]) -> tuple[LoggedWarning, ...]:
    """The warnings of some logs in their order, those that are the same in every respect as one."""
    found: dict[LoggedWarning, tuple[LoggedWarning, int]] = {}
    for log in logs:
        for warned in _in_lines(log.name, lines_of(log)):
            key = replace(warned, log="", line=0)
            first, times = found.get(key, (warned, 0))
            found[key] = (first, times + 1)
    return tuple(replace(first, times=times) for first, times in found.values())


def _in_lines(log: str, lines: list[LogLine]) -> Iterable[LoggedWarning]:
    matches = [(number, match) for number, line in enumerate(lines) if (match := _WARNING.search(line.text))]
    ends = [*(number for number, _ in matches[1:]), len(lines)]
    for (number, match), end in zip(matches, ends, strict=False):
        start = max(0, match.start() - _LONGEST)
        place = _PLACE.search(match.string[start : match.start()])
        assert place is not None, "it matches nothing at all"
        before = match.string[: start + place.start()]
        block = WarningBlock(before if len(before) <= _LONGEST else "", match.string[match.end() :])
        for line in lines[number + 1 : end]:
            if not block.takes(line.text):
                break
        reported = Frame(place["path"], int(place["line"]), text=block.text) if place["path"] else None
        form = _form(before, reported, block)
        yield LoggedWarning(
            match["name"], match["method"] or "", reported, block.created, form, log, lines[number].number
        )


def _form(before: str, reported: Frame | None, block: WarningBlock) -> WarningForm:
    if block.by_pytest or (reported and "/_pytest/" in reported.path.replace("\\", "/")):
        return WarningForm.PYTEST
    if reported is None:
        return WarningForm.RAISED
    if reported.path in _EXIT:
        return WarningForm.EXIT
    return WarningForm.LOGGING if "py.warnings" in before else WarningForm.PLAIN
