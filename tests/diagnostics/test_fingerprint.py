"""Which finding is which: what may change without making another of it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Finding
from autoawait.diagnostics.fingerprint import Fingerprint, fingerprints, identity_of
from autoawait.project.source import SourceFile, Span, load

BASE = Path("/work")


def marked(text: str) -> tuple[SourceFile, list[Finding]]:
    """A file and a finding at each call of ``f`` in it, from first to last."""
    file = load(BASE / "shop" / "a.py", text.encode())
    assert isinstance(file, SourceFile)
    calls = [node for node in ast.walk(file.tree) if isinstance(node, ast.Call) and ast.unparse(node.func) == "f"]
    return file, [Finding("AW101", file.path, span, "") for span in sorted(map(file.span, calls))]


def identities(text: str) -> Iterator[Fingerprint]:
    file, findings = marked(text)
    return (identity_of(finding, file, BASE) for finding in findings)


def test_an_identity_is_path_scope_and_text() -> None:
    text = "class A:\n    async def b(self):\n        def c(): return f(\n            1)\nf('é')\n"
    inner, top = identities(text)
    assert inner == Fingerprint("shop/a.py", "A.b.c", "f( 1)")
    assert top == Fingerprint("shop/a.py", "", "f('é')")


@pytest.mark.parametrize(
    ("code", "scope"),
    [
        ("@d(f(1))\nclass A:\n    @e\n    def b(self): ...", "A"),
        ("def g(x=f(1)): ...", "g"),
        ("try: ...\nexcept E:\n    async def g(): f(1)", "g"),
        ("match x:\n    case 1:\n        def g(): f(1)", "g"),
        ("if x: ...\nelse:\n    class A:\n        y = f(1)", "A"),
        ("with x:\n    for y in z:\n        f(1)", ""),
    ],
)
def test_the_scope_is_the_innermost_function_or_class(code: str, scope: str) -> None:
    (found,) = identities(code)
    assert found.scope == scope


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("f(a, 'b')", "import os\n\nif os:\n    f(a, 'b')"),
        ("f(a, 'b')", 'f(\n    a,\n    "b",\n)'),
        ("f([a])", "f([\n    a,\n])"),
        ("f(g(a).b)", "f((await g(a)).b)"),
        ("f(a for a in b)", "f((a async for a in b))"),
    ],
)
def test_what_a_formatter_or_a_fix_changes_does_not_count(before: str, after: str) -> None:
    assert [one.key for one in identities(before)] == [one.key for one in identities(after)]


@pytest.mark.parametrize("other", ["f(b)", "def g(): f(a)", "f(a, b)", "f(await_a)"])
def test_another_text_or_scope_is_another_finding(other: str) -> None:
    assert [one.key for one in identities("f(a)")] != [one.key for one in identities(other)]


def test_fingerprints_differ_and_stay() -> None:
    file, findings = marked("f(1); f(1); f(2)")
    words = fingerprints(findings, {file.path: file}, BASE)
    assert len(set(words.values())) == 3
    later, moved = marked("x = 0\n\nf(1)\nf(1)\ng()\nf(2)")
    assert list(fingerprints(moved, {later.path: later}, BASE).values()) == list(words.values())


def test_a_file_that_takes_no_part_is_one_finding() -> None:
    broken = Finding("AW902", BASE / "\udcff.py", Span(0, 0), "cannot be decoded")
    assert identity_of(broken, None, BASE) == Fingerprint("\udcff.py", "", "")
    assert len(fingerprints([broken], {}, BASE)[broken]) == 32
