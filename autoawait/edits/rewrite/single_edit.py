"""What one edit alone makes of its node, as text, whatever the other edits of the statement do.

Only the node is written anew, so that many edits of one long statement need neither a parse nor a walk each.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import takewhile
from pathlib import Path

import libcst as cst

from autoawait.edits.rewrite.errors import LossError
from autoawait.edits.rewrite.positions import NodePositions, shifted
from autoawait.project.source import SourceFile, Span
from autoawait.project.text_edits import TextEdit, common_ends

# A node before or after its edit, and the part in it that is the same in both, if there is one.
EditedForm = tuple[cst.BaseExpression | cst.CompFor, cst.CSTNode | None]
# Parentheses: a clause may follow it without a space.
_ANY = cst.Name("x", lpar=[cst.LeftParen()], rpar=[cst.RightParen()])


def node_edits(
    source: SourceFile, positions: NodePositions, module: cst.Module, indent: str, old: EditedForm, new: EditedForm
) -> tuple[TextEdit, ...]:
    """What an edit of a node does, which is in the ``module`` that these ``positions`` are of, under ``indent``.

    Raises LossError where what libcst writes is not what stands there.
    """
    span = positions.outer_span(old[0])
    (before, old_kept), (after, new_kept) = _written(module, indent, old), _written(module, indent, new)
    if before != source.body[span.start : span.end]:
        raise LossError
    kept = (old_kept, new_kept) if old_kept and new_kept else None
    return text_edits(source.path, span.start, before, after, kept)


def text_edits(
    path: Path, start: int, before: bytes, after: bytes, kept: tuple[Span, Span] | None
) -> tuple[TextEdit, ...]:
    """The smallest replacements, in order, that make of the text at an offset another one; ``kept`` is where one part
    that stays whole is in both."""
    if kept is None:
        changes = [*_moved_lines(before, after)]
    else:
        old, new = kept
        changes = [
            (0, before[: old.start], after[: new.start]),
            (old.end, before[old.end :], after[new.end :]),
        ]
    trimmed = (_trimmed(path, start + offset, *texts) for offset, *texts in changes)
    return tuple(edit for edit in trimmed if edit.start < edit.end or edit.text)


def _written(module: cst.Module, indent: str, form: EditedForm) -> tuple[bytes, Span | None]:
    """The bytes of a node by itself, in the manner of its module, and the span of the kept part in them."""
    node, kept = form
    whole = node if isinstance(node, cst.BaseExpression) else cst.ListComp(_ANY, node)
    line = cst.SimpleStatementLine([cst.Expr(whole)])
    block = cst.If(cst.Integer("1"), cst.IndentedBlock([line], indent=indent)) if indent else line
    sheet = module.with_changes(body=[block], header=[], footer=[])
    positions = NodePositions(sheet)
    span = positions.outer_span(node)
    code = sheet.code.encode("utf-8")[span.start : span.end]
    return code, shifted(positions.span(kept), -span.start) if kept else None


def _moved_lines(before: bytes, after: bytes) -> Iterator[tuple[int, bytes, bytes]]:
    """A changed head, and lines below that are the same or moved to the right."""
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    tail = len(list(takewhile(lambda pair: pair[1].endswith(pair[0]), zip(reversed(old), reversed(new), strict=False))))
    head_old, head_new = old[: len(old) - tail], new[: len(new) - tail]
    yield 0, b"".join(head_old), b"".join(head_new)
    start = sum(map(len, head_old))
    for line, moved in zip(old[len(head_old) :], new[len(head_new) :], strict=True):
        yield start, b"", moved[: len(moved) - len(line)]
        start += len(line)


def _trimmed(path: Path, start: int, old: bytes, new: bytes) -> TextEdit:
    """A replacement at an offset without the characters that both sides have in common at their ends."""
    before, after = old.decode("utf-8"), new.decode("utf-8")
    head, tail = common_ends(before, after)
    first, last = (len(before[:position].encode("utf-8")) for position in (head, len(before) - tail))
    return TextEdit(path, start + first, start + last, after[head : len(after) - tail])
