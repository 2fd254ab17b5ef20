"""What one edit amounts to as text: the smallest replacements in the file's body."""

from __future__ import annotations

from itertools import takewhile

from autoawait.diagnostics.finding import Edit
from autoawait.edits.rewrite.single_edit import SingleEdit
from autoawait.project.text_edits import TextEdit


def text_edits(edit: Edit, alone: SingleEdit) -> tuple[TextEdit, ...]:
    """The replacements that do what this edit alone does, in order."""
    if alone.kept is None:
        changes = _moved_lines(alone.before, alone.after)
    else:
        old, new = alone.kept.before, alone.kept.after
        changes = [
            _trimmed(0, alone.before[: old.start], alone.after[: new.start]),
            _trimmed(old.end, alone.before[old.end :], alone.after[new.end :]),
        ]
    return tuple(
        TextEdit(edit.path, alone.start + start, alone.start + start + len(old_text), text.decode("utf-8"))
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
    """A replacement at an offset without the characters that both sides have in common at their ends."""
    shorter = min(len(old), len(new))
    head = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    while not (_starts_character(old[head:]) and _starts_character(new[head:])):
        head -= 1
    tail = next((n for n in range(shorter - head) if old[-1 - n] != new[-1 - n]), shorter - head)
    while not _starts_character(old[len(old) - tail :]):
        tail -= 1
    return start + head, old[head : len(old) - tail], new[head : len(new) - tail]


def _starts_character(text: bytes) -> bool:
    return text[:1] < b"\x80" or text[:1] >= b"\xc0"
