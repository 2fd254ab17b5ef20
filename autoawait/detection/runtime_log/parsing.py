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

_WARNING = re.compile(r"Warning: coroutine(?: method '(?P<method>\w+)' of)? '(?P<name>[^']+)' was never awaited")
# What stands before it. Of a path with spaces what is before the last of them is lost; its end is enough to find it.
_PLACE = re.compile(r"(?:(?P<path>(?:[A-Za-z]:)?[^\s:\"']+):(?P<line>\d+): )?(?:\w+\.)*\w*$")
_LONGEST = 1024  # characters of a place; a line of a log may have millions
_EXIT = frozenset({"sys", "<sys>"})

# the lines below a warning
_FRAME = re.compile(r"File \"(?P<path>[^\"]+)\", line(?:no)? (?P<line>\d+)(?:, in (?P<function>[^\s,]+))?")
_CREATED = "Coroutine created at"
_ALLOCATED = "Object allocated at (most recent call last)"
# pytest keeps the object, and so tracemalloc takes it for a new one: this traceback is that of the collection.
_COLLECTED = "Object allocated at:"
_HEADS = (_CREATED, _ALLOCATED, _COLLECTED)
_HINT = "Enable tracemalloc to get"
_PYTEST_HINT = "Enable tracemalloc to get traceback where"
_OTHERS = ("Traceback (most recent call last)", "Exception ignored")
# Behind these a line of a log goes on with what the program wrote: `web-1  | text`, `host python[7]: text`.
_BREAK = re.compile(r"\| |\]: ")
_MOST_LINES = 1000  # lines; a traceback may be long, and other programs may write in between


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
        block = _WarningBlock(before if len(before) <= _LONGEST else "", match.string[match.end() :])
        for line in lines[number + 1 : end]:
            if not block.takes(line.text):
                break
        reported = Frame(place["path"], int(place["line"]), text=block.text) if place["path"] else None
        form = _form(before, reported, block)
        yield LoggedWarning(
            match["name"], match["method"] or "", reported, block.created, form, log, lines[number].number
        )


def _form(before: str, reported: Frame | None, block: _WarningBlock) -> WarningForm:
    if block.by_pytest or (reported and "/_pytest/" in reported.path.replace("\\", "/")):
        return WarningForm.PYTEST
    if reported is None:
        return WarningForm.RAISED
    if reported.path in _EXIT:
        return WarningForm.EXIT
    return WarningForm.LOGGING if "py.warnings" in before else WarningForm.PLAIN


class _WarningBlock:
    """Takes the lines below a warning one by one. ``text`` is the source line that the warning shows.

    ``prefix`` is what stands before the warning on its line (a time stamp, the name of a container), which the lines
    below may have as well; ``rest`` what stands behind it, if newlines were lost.
    """

    def __init__(self, prefix: str, rest: str) -> None:
        self.text = ""
        self.by_pytest = False
        self._frames: dict[str, list[Frame]] = {head: [] for head in _HEADS}
        self._prefixes = [_pattern(cut) for cut in _cuts(prefix)]
        self._is_prefixed = False  # some line below has the prefix, so that the others are of other programs
        self._section = ""
        self._indent = 0  # that of the last frame
        self._is_closed = False  # only the head of a traceback is ours from here on
        self._is_torn = False  # something stands among the frames, so that the last one may not be the innermost
        self._left = _MOST_LINES
        if _FRAME.search(rest):
            self._flattened(rest)

    @property
    def created(self) -> tuple[Frame, ...]:
        """The frames in which the coroutine was made, innermost last, if all of them are there."""
        return () if self._is_torn else tuple(self._frames[_CREATED] or self._frames[_ALLOCATED])

    def takes(self, line: str) -> bool:
        """Take the next line; False where it is not part of the warning any more."""
        self._left -= 1
        if self._left < 0:
            return False
        body = self._without_prefix(line)
        if body is None:
            return True
        text = body.strip()
        if head := next((head for head in _HEADS if head in text), ""):
            self._section, self._is_closed = head, False
            self.by_pytest |= head == _COLLECTED
            return True
        if (match := _FRAME.search(text)) is not None:
            self._is_torn |= bool(self._section) and self._is_closed
            self._indent = len(body) - len(body.lstrip())
            self._add(match)
            return bool(self._section) and not self._is_torn
        if not text or _HINT in text:
            self.by_pytest |= text.startswith(_PYTEST_HINT)
            self._is_closed = True
            return True
        return not text.startswith(_OTHERS) and self._takes_source(body, text)

    def _takes_source(self, body: str, text: str) -> bool:
        """A source line, that of a frame or of the warning; or one line of another origin."""
        indent = len(body) - len(body.lstrip())
        frames = self._frames.get(self._section, [])
        is_closed, is_flat = self._is_closed, self._indent == 0  # flat: indentation was lost on the way
        if frames and not is_closed and (indent > self._indent or (is_flat and not frames[-1].text)):
            if not frames[-1].text:
                frames[-1] = replace(frames[-1], text=text)  # further ones mark the columns below it
            return True
        if indent and not self.text and not is_closed:
            self.text = text
            return True
        self._is_closed = True
        return not is_closed

    def _without_prefix(self, line: str) -> str | None:
        """A line without its prefix; None for one of another program that writes to the same log."""
        for prefix in self._prefixes:
            if (match := prefix.match(line)) is not None:
                self._is_prefixed = True
                return line[match.end() :]
        return None if self._is_prefixed and line.strip() else line

    def _add(self, match: re.Match[str]) -> None:
        if self._section:
            frame = Frame(match["path"], int(match["line"]), match["function"] or "")
            self._frames[self._section].append(frame)

    def _flattened(self, rest: str) -> None:
        """The frames of a traceback that stands on the line of the warning."""
        heads = re.compile("|".join(map(re.escape, _HEADS)))
        for match in re.finditer(f"{heads.pattern}|{_FRAME.pattern}", rest):
            if heads.fullmatch(match[0]):
                self._section = match[0]
            else:
                self._add(match)


def _cuts(prefix: str) -> list[str]:
    """A prefix and its beginnings, longest first: the lines below may lack its last part."""
    ends = [match.end() for match in _BREAK.finditer(prefix)]
    return [cut for cut in dict.fromkeys([prefix, *(prefix[:end] for end in reversed(ends))]) if cut]


def _pattern(prefix: str) -> re.Pattern[str]:
    """What a prefix looks like on other lines: the same with other numbers."""
    return re.compile(r"\d+".join(re.escape(part) for part in re.split(r"\d+", prefix)))
