"""Which finding is which, from one run to another, though lines have moved meanwhile.

A finding is known by its file, the function or class around it, and its own text. Lines and columns do not count, nor
white space, parentheses, the kind of quotes, or a comma before a closing bracket: what a formatter changes. An `await`
inside does not count either, since fixing one finding must not make another of the one around it. Nor does the code:
it says whether a finding can be fixed, and so may change with a caller in another file. Of findings that are alike in
all this it only counts how many there are.
"""

from __future__ import annotations

import ast
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from autoawait.diagnostics.finding import Finding
from autoawait.project.source import SourceFile, shown

Key = tuple[str, str, str]

_SPACE = re.compile(r"\s+")
_LAYOUT = re.compile(r"\b(?:async|await)\b|\s")
_LAST_COMMA = re.compile(r",(?=[)\]}])")
_QUOTES_AND_PARENTHESES = str.maketrans("'", '"', "()")
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True, slots=True, order=True)
class Fingerprint:
    """What stays of a finding while its lines move.

    ``path`` has slashes and is relative to whatever the asker compares by; ``scope`` is the dotted name of the function
    or class around it, empty at module level; ``text`` its source on one line, empty for a file that takes no part.
    """

    path: str
    scope: str
    text: str

    @property
    def key(self) -> Key:
        """The same for all texts that differ only in what does not count."""
        text = _LAST_COMMA.sub("", _LAYOUT.sub("", self.text))
        return self.path, self.scope, text.translate(_QUOTES_AND_PARENTHESES)


def identity_of(finding: Finding, source: SourceFile | None, base: Path) -> Fingerprint:
    """The identity of a finding, its path relative to ``base``; ``source`` is None for a file that takes no part."""
    path = shown(finding.path, base)
    if source is None:
        return Fingerprint(path, "", "")
    text = _SPACE.sub(" ", source.segment(finding.span)).strip()
    return Fingerprint(path, _scope(source, finding.span.start), text)


def fingerprints(findings: Iterable[Finding], sources: Mapping[Path, SourceFile], base: Path) -> dict[Finding, str]:
    """A different word of 32 hexadecimal digits for each finding, the same one in every run; in their order."""
    seen: Counter[Key] = Counter()
    words: dict[Finding, str] = {}
    for finding in findings:
        key = identity_of(finding, sources.get(finding.path), base).key
        text = "\0".join((*key, str(seen[key])))
        words[finding] = hashlib.sha256(text.encode("utf-8", errors="surrogateescape")).hexdigest()[:32]
        seen[key] += 1
    return words


def _scope(source: SourceFile, offset: int) -> str:
    """The dotted name of the innermost function or class whose statement (decorators included) holds an offset."""
    names: list[str] = []
    inside: list[ast.stmt] = source.tree.body
    while inside:
        holder = next((node for node in inside if _start(source, node) <= offset < source.span(node).end), None)
        if isinstance(holder, _SCOPES):
            names.append(holder.name)
        inside = [] if holder is None else list(_statements(holder))
    return ".".join(names)


def _start(source: SourceFile, node: ast.stmt) -> int:
    starts = [source.span(decorator).start for decorator in getattr(node, "decorator_list", ())]
    return min([source.span(node).start, *starts])


def _statements(node: ast.AST) -> Iterable[ast.stmt]:
    """The statements directly inside a statement, also those of its ``except`` and ``case`` blocks."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.stmt):
            yield child
        elif isinstance(child, (ast.ExceptHandler, ast.match_case)):
            yield from child.body
