"""Turn planned edits of one file into its new bytes. The only package that imports libcst.

Reading order: ``blocks`` (which statements there are), ``insertions`` (edits that only insert, made without
libcst), ``chunks`` (what must be parsed for the others), ``layout`` (how new lines are written), ``shapes``,
``replacements``, ``expressions`` and ``statements`` (the new form of each node), ``surroundings`` and
``transform`` (find the nodes and put the new forms in), ``single_edit`` and ``text_changes`` (one edit as text).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.chunks import chunk_of, merged
from autoawait.edits.rewrite.errors import RewriteError
from autoawait.edits.rewrite.insertions import INSERTING_KINDS, insertions
from autoawait.edits.rewrite.layout import manner_of
from autoawait.edits.rewrite.text_changes import text_edits
from autoawait.edits.rewrite.transform import transform
from autoawait.project.source import SourceFile
from autoawait.project.text_edits import TextEdit, apply_edits

__all__ = ["RewriteError", "Rewritten", "rewrite"]

_ADDING_LINES = (EditKind.ASYNC_WITH, EditKind.YIELD_FROM)


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
        raise RewriteError(f"the bytes do not survive decoding as {source.encoding}", spot=source.spot(0))
    _refuse_edits_in_replaced(source, wanted)
    inserted = insertions(source, (edit for edit in wanted if edit.kind in INSERTING_KINDS))
    changed = _changes(source, [edit for edit in wanted if edit.kind not in INSERTING_KINDS], inserted)
    texts = {edit: (text,) for edit, text in inserted.items()} | changed.texts
    order = {edit: text.start for edit, text in inserted.items()}
    wanted.sort(key=lambda edit: (order.get(edit, edit.span.start), edit.turn))
    body = apply_edits(source.body, changed.pieces)
    return Rewritten(body.decode("utf-8").encode(source.encoding), {edit: texts.get(edit, ()) for edit in wanted})


def _outermost_first(edit: Edit) -> tuple[int, int, str, tuple[int, ...], str]:
    return edit.span.start, -edit.span.end, edit.kind.value, edit.items, edit.text


def _refuse_edits_in_replaced(source: SourceFile, wanted: Sequence[Edit]) -> None:
    """``wanted`` are ordered, those that replace before what is in them; two of one node are found later."""
    end = 0
    for edit in wanted:
        if edit.span.end <= end:
            spot = source.spot(edit.span.start)
            raise RewriteError(f"the edit {edit.kind.value!r} is inside what is replaced", edit, spot)
        if edit.kind is EditKind.REPLACE:
            end = edit.span.end


@dataclass(frozen=True, slots=True)
class _Changes:
    """The changed ranges of a body in order, and the texts of the edits that change more than they insert."""

    pieces: list[TextEdit]
    texts: dict[Edit, tuple[TextEdit, ...]]


def _changes(source: SourceFile, edits: Sequence[Edit], inserted: Mapping[Edit, TextEdit]) -> _Changes:
    """The chunks of the edits, with what is inserted in them, and the other insertions."""
    manners = {edit: manner_of(source, edit) for edit in edits if edit.kind in _ADDING_LINES}
    own = {edit: chunk_of(source, edit) for edit in edits}
    changes = _Changes([], {})
    loose = list(inserted.values())
    for chunk, members in merged(own):
        inside = tuple(i for i in loose if chunk.start < i.start < chunk.end)
        loose = [i for i in loose if i not in inside]
        result = transform(replace(chunk, insertions=inside), members, manners)
        changes.pieces.append(TextEdit(source.path, chunk.start, chunk.end, result.text))
        for edit in members:
            # An edit of a whole statement by itself is written with its own statement; there is one for each at most.
            whole = result if edit in result.alone else transform(own[edit], [edit], manners)
            changes.texts[edit] = text_edits(edit, whole.alone[edit])
    changes.pieces.extend(loose)
    changes.pieces.sort(key=lambda piece: (piece.start, piece.end))
    return changes
