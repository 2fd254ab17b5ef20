"""What one edit amounts to as text: the smallest replacements in the file's body."""

from __future__ import annotations

from itertools import takewhile

from autoawait.diagnostics import Edit, TextEdit
from autoawait.rewrite.transform import Transformed


def text_edits(edit: Edit, result: Transformed) -> tuple[TextEdit, ...]:
    """The replacements that turn the chunk into the result of this one edit, in order."""
    before, after = result.chunk.text.encode("utf-8"), result.text.encode("utf-8")
    if result.kept is None:
        changes = _moved_lines(before, after)
    else:
        old, new = result.kept.before, result.kept.after
        changes = [
            _trimmed(0, before[: old.start], after[: new.start]),
            _trimmed(old.end, before[old.end :], after[new.end :]),
        ]
    return tuple(
        TextEdit(
            edit.path, result.chunk.start + start, result.chunk.start + start + len(old_text), text.decode("utf-8")
        )
        for start, old_text, text in changes
        if old_text != text
    )


_Change = tuple[int, bytes, bytes]


def _moved_lines(before: bytes, after: bytes) -> list[_Change]:
    """A changed head, and lines below that are the same or moved to the right."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    tail = len(list(takewhile(lambda pair: pair[1].endswith(pair[0]), zip(reversed(old), reversed(new), strict=False))))
    head_old, head_new = old[: len(old) - tail], new[: len(new) - tail]
    changes = [_trimmed(0, b"".join(head_old), b"".join(head_new))]
    start = sum(map(len, head_old))
    for line, moved in zip(old[len(head_old) :], new[len(head_new) :], strict=True):
        changes.append((start, b"", moved[: len(moved) - len(line)]))
        start += len(line)
    return changes


def _trimmed(start: int, old: bytes, new: bytes) -> _Change:
    """A replacement at an offset without what both sides have in common at their ends."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    return start + head, old[head : len(old) - tail], new[head : len(new) - tail]
