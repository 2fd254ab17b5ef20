"""The lines below a warning that belong to it: its source line and the tracebacks."""

from __future__ import annotations

import re
from dataclasses import replace

from autoawait.detection.runtime_log.warning import Frame

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
_LONGEST = 1000  # lines; a traceback may be long, and other programs may write in between


class WarningBlock:
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
        self._left = _LONGEST
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
