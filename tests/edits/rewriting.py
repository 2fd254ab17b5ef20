"""Marked code for the tests of rewriting: ``«f()».x`` says which node an edit is for."""

from __future__ import annotations

import ast
import itertools
import textwrap
from collections.abc import Iterable, Sequence
from pathlib import Path

from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.proof import prove
from autoawait.edits.rewrite import Rewritten, rewrite
from autoawait.project.source import SourceFile, Span, load
from autoawait.project.text_edits import TextEdit

PATH = Path("example.py")
TARGET = (3, 11)
NOT_TOGETHER = (EditKind.COLLECT, EditKind.ANEXT_METHOD)
# A kind, or one with the text that it needs.
Planned = EditKind | tuple[EditKind, str]


def inside(text: str) -> str:
    """The text as the body of an async function."""
    return "async def main():\n" + textwrap.indent(text, "    ")


def loaded(data: bytes) -> SourceFile:
    source = load(PATH, data)
    assert isinstance(source, SourceFile), source
    return source


def unmarked(text: str) -> tuple[str, list[Span]]:
    """The text without its marks, and the byte spans that they enclose, in the order of their starts."""
    plain = ""
    spans: list[Span] = []
    open_marks: list[int] = []
    for character in text:
        if character == "«":
            open_marks.append(len(spans))
            spans.append(Span(len(plain.encode()), -1))
        elif character == "»":
            number = open_marks.pop()
            spans[number] = Span(spans[number].start, len(plain.encode()))
        else:
            plain += character
    return plain, spans


def planned(text: str, *kinds: Planned, items: tuple[int, ...] = ()) -> tuple[str, tuple[Edit, ...]]:
    """The text without marks, and an edit for each mark; the last kind is that of all further marks."""
    plain, spans = unmarked(text)
    named = itertools.chain(kinds or [EditKind.AWAIT], itertools.repeat(kinds[-1] if kinds else EditKind.AWAIT))
    return plain, tuple(_edit(span, kind, items) for span, kind in zip(spans, named, strict=False))


def _edit(span: Span, planned: Planned, items: tuple[int, ...]) -> Edit:
    kind, text = planned if isinstance(planned, tuple) else (planned, "")
    return Edit(PATH, span, kind, items if kind is EditKind.ASYNC_WITH else (), text)


def applied(body: bytes, texts: Iterable[TextEdit]) -> bytes:
    """The body after these replacements; where two stand at one offset, the first given comes first."""
    last_first = [*texts][::-1]
    for text in sorted(last_first, key=lambda text: (text.start, text.end), reverse=True):
        body = body[: text.start] + text.text.encode() + body[text.end :]
    return body


def check(before: str, after: str, *kinds: Planned, items: tuple[int, ...] = (), encoding: str = "utf-8") -> None:
    """The marked text becomes the other one, which compiles and is proved; each edit's text alone does the same."""
    plain, edits = planned(before, *kinds, items=items)
    check_edits(loaded(plain.encode(encoding)), edits, after)


def check_edits(source: SourceFile, edits: Sequence[Edit], after: str) -> None:
    result = rewrite(source, edits)
    assert result.data.decode(source.encoding) == after
    compile(after, "after.py", "exec", dont_inherit=True)
    assert prove(source, edits, result.data, TARGET) is None
    for edit in edits:
        alone = rewrite(source, [edit])
        assert applied(source.body, result.texts[edit]).decode().encode(source.encoding) == alone.data
    check_texts_together(source, edits, result)


def check_texts_together(source: SourceFile, edits: Sequence[Edit], result: Rewritten) -> None:
    """An editor that applies the texts of all edits gets the same code, parentheses aside."""
    if any(edit.kind in NOT_TOGETHER or edit.items for edit in edits):
        return  # these say where parentheses go by what stands around without the other edits
    texts = [text for edit in result.texts for text in result.texts[edit]]
    together = applied(source.body, texts).decode()
    assert ast.dump(ast.parse(together)) == ast.dump(ast.parse(result.data.decode(source.encoding)))
