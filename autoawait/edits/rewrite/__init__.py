"""Turn planned edits of one file into its new bytes. The only package that imports libcst.

Reading order: ``blocks`` (which statements there are), ``insertions`` (edits that only insert, made without
libcst), ``chunks`` (what must be parsed for the others), ``expressions`` and ``statements`` (the new form of each
node, made of ``shapes``), ``positions`` and ``transform`` (find the nodes and put the new forms in), ``single_edit``
(one edit as text).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.rewrite.chunks import chunk_of, merged
from autoawait.edits.rewrite.errors import RewriteError
from autoawait.edits.rewrite.insertions import INSERTING_KINDS, insertions
from autoawait.edits.rewrite.transform import transform
from autoawait.project.source import SourceFile
from autoawait.project.text_edits import TextEdit, apply_edits

__all__ = ["RewriteError", "Rewritten", "rewrite"]


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
        raise RewriteError(f"the bytes do not survive decoding as {source.encoding}", source, 0)
    _refuse_edits_in_replaced(source, wanted)
    inserted = insertions(source, (edit for edit in wanted if edit.kind in INSERTING_KINDS))
    pieces, changed = _changes(source, [edit for edit in wanted if edit.kind not in INSERTING_KINDS], inserted)
    texts = {edit: (text,) for edit, text in inserted.items()} | changed
    order = {edit: text.start for edit, text in inserted.items()}
    wanted.sort(key=lambda edit: (order.get(edit, edit.span.start), edit.turn))
    body = apply_edits(source.body, pieces)
    return Rewritten(body.decode("utf-8").encode(source.encoding), {edit: texts.get(edit, ()) for edit in wanted})


def _outermost_first(edit: Edit) -> tuple[int, int, str, tuple[int, ...], str]:
    return edit.span.start, -edit.span.end, edit.kind.value, edit.items, edit.text


def _refuse_edits_in_replaced(source: SourceFile, wanted: Sequence[Edit]) -> None:
    """``wanted`` are ordered, those that replace before what is in them; two of one node are found later."""
    end = 0
    for edit in wanted:
        if edit.span.end <= end:
            reason = f"the edit {edit.kind.value!r} is inside what is replaced"
            raise RewriteError(reason, source, edit.span.start, edit)
        if edit.kind is EditKind.REPLACE:
            end = edit.span.end


def _changes(
    source: SourceFile, edits: Sequence[Edit], inserted: Mapping[Edit, TextEdit]
) -> tuple[list[TextEdit], dict[Edit, tuple[TextEdit, ...]]]:
    """The changed ranges of a body in order, the chunks of the edits with what is inserted in them, and the other
    insertions; and what each edit alone does."""
    own = {edit: chunk_of(source, edit) for edit in edits}
    pieces: list[TextEdit] = []
    texts: dict[Edit, tuple[TextEdit, ...]] = {}
    loose = list(inserted.values())
    for chunk, members in merged(own):
        inside = tuple(i for i in loose if chunk.start < i.start < chunk.end)
        loose = [i for i in loose if i not in inside]
        text, alone = transform(replace(chunk, insertions=inside), members)
        pieces.append(TextEdit(source.path, chunk.start, chunk.end, text))
        for edit in members:
            # An edit of a whole statement by itself is written with its own statement; there is one for each at most.
            texts[edit] = alone[edit] if edit in alone else transform(own[edit], [edit])[1][edit]
    return sorted([*pieces, *loose], key=lambda piece: (piece.start, piece.end)), texts
