"""Comments by which an author says that a finding is not wanted."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from typing import Final

from autoawait.diagnostics.finding import Finding
from autoawait.diagnostics.rules import named
from autoawait.project.source import SourceFile

ALL: Final = frozenset({"*"})  # what a comment without codes suppresses

_OURS = re.compile(r"#\s*autoawait:\s*ignore(?![\w-])(?:\[([^\]]*)\])?")
# What people write for type checkers about a dropped coroutine; each is the author's word for AW101.
_THEIRS = re.compile(r"#\s*(type|pyright|ty):\s*ignore\[([^\]]*)\]")
# Without a code it says that the types at this line are not what they seem: findings that rest on them are answered.
_SILENT = re.compile(r"#\s*(?:type|pyright|ty|pyre|pytype):\s*(?:ignore|disable)(?![\w-])")
_ANY_TYPE = re.compile(r"#\s*type:\s*ignore(?![\w\[-])")
_DECLARED = frozenset({"AW105", "AW106", "AW108", "AW402"})
_DROPPED = frozenset({"AW101", "AW401", "AW402"})  # the last two where no `await` could stand anyway
_DROPPED_ON_PURPOSE: Mapping[str, frozenset[str]] = {
    "type": frozenset({"unused-coroutine", "unused-awaitable"}),
    "pyright": frozenset({"reportUnusedCoroutine"}),
    "ty": frozenset({"unused-awaitable"}),
}


def is_suppressed(source: SourceFile, finding: Finding) -> bool:
    """Whether a comment on the lines of a finding of this file speaks of its code."""
    lines = suppressed(source)
    if not lines:
        return False
    first = source.spot(finding.span.start).line
    last = source.spot(max(finding.span.start, finding.span.end - 1)).line
    codes = frozenset().union(*(lines.get(line, frozenset()) for line in range(first, last + 1)))
    return bool(codes & {finding.code, *ALL})


@lru_cache(maxsize=16)  # a file's findings are asked for one after the other
def suppressed(source: SourceFile) -> Mapping[int, frozenset[str]]:
    """The codes that are suppressed on each 1-based line, ALL for every code; lines without any are absent.

    A comment on the first or last line of a logical line speaks for the whole of it, one in between
    for its own line: an element of a long list can be excused without its neighbours.
    """
    return _said(source, _codes) if "ignore" in source.text else {}


@lru_cache(maxsize=16)
def silenced(source: SourceFile) -> frozenset[int]:
    """The 1-based lines of which the author has told some type checker to be silent."""
    if _SILENT.search(source.text) is None:
        return frozenset()
    return frozenset(_said(source, lambda comment: ALL if _SILENT.search(comment) else frozenset()))


def _said(source: SourceFile, codes_of: Callable[[str], frozenset[str]]) -> Mapping[int, frozenset[str]]:
    """What comments say of each line, read by ``codes_of``."""
    lines: dict[int, frozenset[str]] = {}
    for first, last, comments in _logical_lines(source.text, codes_of):
        for line, codes in comments.items():
            covered = range(first, last + 1) if line in (first, last) else (line,)
            for number in covered:
                lines[number] = lines.get(number, frozenset()) | codes
    return lines


def _logical_lines(
    text: str, codes_of: Callable[[str], frozenset[str]]
) -> Iterator[tuple[int, int, dict[int, frozenset[str]]]]:
    """First line, last line, and the suppressing comments by line, of each logical line that has any."""
    first = 0
    comments: dict[int, frozenset[str]] = {}
    for token in _tokens(text):
        line = token.start[0]
        if token.type == tokenize.COMMENT:
            if codes := codes_of(token.string):
                comments[line] = codes
        elif token.type == tokenize.NEWLINE:
            if comments:
                yield first, line, comments
            first, comments = 0, {}
        elif token.type == tokenize.NL:
            if not first:  # a comment on a line of its own speaks of nothing
                comments = {}
        elif not first and token.type not in (tokenize.INDENT, tokenize.DEDENT):
            first = line


def _tokens(text: str) -> Iterator[tokenize.TokenInfo]:
    try:
        # Newlines are translated, so that a lone carriage return ends a line here as it does for ast.
        yield from tokenize.generate_tokens(io.StringIO(text, newline=None).readline)
    except (tokenize.TokenError, SyntaxError):
        return  # the rest of a file that parses but does not tokenize has no comments that we can trust


def _codes(comment: str) -> frozenset[str]:
    codes: set[str] = set()
    for match in _OURS.finditer(comment):
        if match[1] is None:
            return ALL
        words = (word.strip() for word in match[1].split(","))
        codes |= {rule.code for word in words if (rule := named(word))}
    for match in _THEIRS.finditer(comment):
        if _DROPPED_ON_PURPOSE[match[1]] & {word.strip() for word in match[2].split(",")}:
            codes |= _DROPPED
    if _ANY_TYPE.search(comment):
        codes |= _DECLARED
    return frozenset(codes)
