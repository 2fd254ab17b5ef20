"""Turn planned edits of one file into its new bytes. The only package that imports libcst.

Reading order: ``blocks`` (which statements there are), ``insertions`` (edits that only insert, made without
libcst), ``chunks`` (what must be parsed for the others), ``manner`` (how new lines are written), ``shapes``,
``substitutes``, ``expressions`` and ``statements`` (the new form of each node), ``surroundings`` and
``transform`` (find the nodes and put the new forms in), ``alone`` and ``texts`` (what one edit amounts to as text).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.diagnostics.finding import Edit, EditKind, TextEdit
from autoawait.edits.rewrite.chunks import chunk_of, merged
from autoawait.edits.rewrite.errors import RewriteError
from autoawait.edits.rewrite.insertions import INSERTING_KINDS, Insertion, insertions
from autoawait.edits.rewrite.layout import manner_of
from autoawait.edits.rewrite.text_changes import text_edits
from autoawait.edits.rewrite.transform import transform
from autoawait.project.source import SourceFile

__all__ = ["RewriteError", "Rewritten", "rewrite"]

_ADDING_LINES = (EditKind.ASYNC_WITH, EditKind.YIELD_FROM)
_Piece = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file's new bytes as they go to disk, and what each edit amounts to as text.

    The texts of one edit, applied alone to ``SourceFile.body``, give what this edit alone would give; only the
    empty lines that several imports at one place share belong to one of them. Texts of edits in each other seldom
    overlap (a split ``with`` moves its body to the right); where two insert at one offset, those given first, whole
    lines and outer nodes, come first.
    """

    data: bytes
    texts: dict[Edit, tuple[TextEdit, ...]]


def rewrite(source: SourceFile, edits: Iterable[Edit]) -> Rewritten:
    """Apply all edits to the file.

    Raises RewriteError where an edit finds no node of its kind at its span, where two edits want the
    same node or one is in what another replaces, where a comment would be lost, and where the file or
    a statement would not come back from libcst byte for byte.
    """
    wanted = sorted(set(edits), key=_outermost_first)
    if source.text.encode(source.encoding) != source.data:
        raise RewriteError(f"{source.path}: the bytes do not survive decoding as {source.encoding}")
    _refuse_edits_in_replaced(source, wanted)
    inserted = insertions(source, (edit for edit in wanted if edit.kind in INSERTING_KINDS))
    changed = _changes(source, [edit for edit in wanted if edit.kind not in INSERTING_KINDS], inserted)
    texts = {edit: (TextEdit(edit.path, i.offset, i.offset, i.text),) for edit, i in inserted.items()} | changed.texts
    order = {edit: i.offset for edit, i in inserted.items()}
    wanted.sort(key=lambda edit: (order.get(edit, edit.span.start), edit.turn))
    body = _joined(source.body, changed.pieces)
    return Rewritten(body.decode("utf-8").encode(source.encoding), {edit: texts.get(edit, ()) for edit in wanted})


def _outermost_first(edit: Edit) -> tuple[int, int, str, tuple[int, ...], str]:
    return edit.span.start, -edit.span.end, edit.kind.value, edit.items, edit.text


def _refuse_edits_in_replaced(source: SourceFile, wanted: Sequence[Edit]) -> None:
    """``wanted`` are ordered, those that replace before what is in them; two of one node are found later."""
    end = 0
    for edit in wanted:
        if edit.span.end <= end:
            place = source.spot(edit.span.start)
            raise RewriteError(f"{place.path}:{place.line}: the edit {edit.kind.value!r} is in what is replaced", edit)
        if edit.kind is EditKind.REPLACE:
            end = edit.span.end


@dataclass(frozen=True, slots=True)
class _Changes:
    """The changed ranges of a body in order, and the texts of the edits that change more than they insert."""

    pieces: list[_Piece]
    texts: dict[Edit, tuple[TextEdit, ...]]


def _changes(source: SourceFile, edits: Sequence[Edit], inserted: Mapping[Edit, Insertion]) -> _Changes:
    """The chunks of the edits, with what is inserted in them, and the other insertions."""
    manners = {edit: manner_of(source, edit) for edit in edits if edit.kind in _ADDING_LINES}
    own = {edit: chunk_of(source, edit) for edit in edits}
    changes = _Changes([], {})
    loose = list(inserted.values())
    for chunk, members in merged(own):
        inside = tuple(i for i in loose if chunk.start < i.offset < chunk.end)
        loose = [i for i in loose if i not in inside]
        result = transform(replace(chunk, insertions=inside), members, manners)
        changes.pieces.append((chunk.start, chunk.end, result.text))
        for edit in members:
            # An edit of a whole statement by itself is written with its own statement; there is one for each at most.
            whole = result if edit in result.alone else transform(own[edit], [edit], manners)
            changes.texts[edit] = text_edits(edit, whole.alone[edit])
    changes.pieces.extend((i.offset, i.offset, i.text) for i in loose)
    changes.pieces.sort(key=lambda piece: piece[:2])
    return changes


def _joined(body: bytes, pieces: Iterable[_Piece]) -> bytes:
    parts, position = [], 0
    for start, end, text in pieces:
        parts += [body[position:start], text.encode("utf-8")]
        position = end
    return b"".join([*parts, body[position:]])
