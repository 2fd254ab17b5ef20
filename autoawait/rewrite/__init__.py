"""Turn planned edits of one file into its new bytes. The only package that imports libcst.

Reading order: ``blocks`` and ``chunks`` (which statements must be parsed at all), ``manner`` (how new
lines are written), ``expressions`` and ``statements`` (the new form of each node), ``transform`` (finds
the nodes and puts the new forms in), ``alone`` and ``texts`` (what one edit amounts to as text).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from autoawait.diagnostics import Edit, EditKind, TextEdit
from autoawait.rewrite.chunks import chunk_of, merged
from autoawait.rewrite.errors import RewriteError
from autoawait.rewrite.manner import manner_of
from autoawait.rewrite.texts import text_edits
from autoawait.rewrite.transform import transform
from autoawait.source import SourceFile

__all__ = ["RewriteError", "Rewritten", "rewrite"]

_ADDING_LINES = (EditKind.ASYNC_WITH, EditKind.YIELD_FROM)


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A file's new bytes as they go to disk, and what each edit amounts to as text.

    The texts of one edit, applied alone to ``SourceFile.body``, give what this edit alone would give.
    Texts of edits in each other seldom overlap (a split ``with`` moves its body to the right); where two
    insert at one offset, those of the outer node, which are given first here, come first.
    """

    data: bytes
    texts: dict[Edit, tuple[TextEdit, ...]]


def rewrite(source: SourceFile, edits: Iterable[Edit]) -> Rewritten:
    """Apply all edits to the file.

    Raises RewriteError where an edit finds no node of its kind at its span, where two edits want the
    same node, and where the file or a statement would not come back from libcst byte for byte.
    """
    wanted = sorted(set(edits), key=_outermost_first)
    if source.text.encode(source.encoding) != source.data:
        raise RewriteError(f"{source.path}: the bytes do not survive decoding as {source.encoding}")
    manners = {edit: manner_of(source, edit) for edit in wanted if edit.kind in _ADDING_LINES}
    own = {edit: chunk_of(source, edit) for edit in wanted}
    body = source.body
    texts: dict[Edit, tuple[TextEdit, ...]] = {}
    for chunk, members in reversed(merged(own)):
        result = transform(chunk, members, manners)
        body = body[: chunk.start] + result.text.encode("utf-8") + body[chunk.end :]
        for edit in members:
            # An edit of a whole statement by itself is written with its own statement; there is one for each at most.
            whole = result if edit in result.alone else transform(own[edit], [edit], manners)
            texts[edit] = text_edits(edit, whole.alone[edit])
    return Rewritten(body.decode("utf-8").encode(source.encoding), {edit: texts[edit] for edit in wanted})


def _outermost_first(edit: Edit) -> tuple[int, int, str, tuple[int, ...]]:
    return edit.span.start, -edit.span.end, edit.kind.value, edit.items
