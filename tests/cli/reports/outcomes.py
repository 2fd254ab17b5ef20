"""Outcomes made by hand, for reports to be tried on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from autoawait.diagnostics.finding import Applicability, Change, Edit, EditKind, Finding, Fix, Link, Outcome
from autoawait.project.source import SourceFile, Span, load
from autoawait.project.text_edits import TextEdit

SHOP = """\
async def report(number):
    total = fetch_order(number).total
    log(number)
    return f"{total}: {name(number)}"
"""


def source(path: Path, text: str) -> SourceFile:
    loaded = load(path, text.encode())
    assert isinstance(loaded, SourceFile)
    return loaded


def awaited(file: SourceFile, text: str, parentheses: bool = False) -> tuple[Edit, tuple[TextEdit, ...]]:
    """The edit that awaits an expression of the file, and what it amounts to."""
    start = file.body.index(text.encode())
    span = Span(start, start + len(text.encode()))
    before, after = ("(await ", ")") if parentheses else ("await ", "")
    texts = [TextEdit(file.path, start, start, before)]
    if after:
        texts.append(TextEdit(file.path, span.end, span.end, after))
    return Edit(file.path, span, EditKind.AWAIT), tuple(texts)


def finding(
    file: SourceFile,
    code: str,
    text: str,
    message: str,
    edits: Iterable[Edit] = (),
    applicability: Applicability = Applicability.SAFE,
    **more: object,
) -> Finding:
    start = file.body.index(text.encode())
    edits = tuple(edits)
    fix = Fix(edits, applicability) if edits else None
    return Finding(code, file.path, Span(start, start + len(text.encode())), message, fix=fix, **more)  # type: ignore[arg-type]


def outcome(
    findings: Sequence[Finding],
    texts: Mapping[Edit, tuple[TextEdit, ...]],
    sources: Iterable[SourceFile],
    fixed: Iterable[Finding] = (),
    changes: Sequence[Change] = (),
    files: int = 3,
) -> Outcome:
    by_path = {file.path: file for file in sources}
    return Outcome(tuple(findings), frozenset(fixed), tuple(changes), dict(texts), by_path, files, ("ty took 0.1 s",))


def shop(folder: Path) -> Outcome:
    """A safe, an unsafe and a refused finding in one file, nothing fixed."""
    file = source(folder / "shop.py", SHOP)
    edit, texts = awaited(file, "fetch_order(number)", parentheses=True)
    other, other_texts = awaited(file, "name(number)")
    chain = (Link(folder / "store.py", 4, "`fetch_order` is defined here", 11),)
    findings = [
        finding(
            file,
            "AW102",
            "fetch_order(number)",
            "`fetch_order` gives a coroutine, its attribute `total` is read",
            [edit],
            callee="store.fetch_order",
            reason="`fetch_order` is an async function",
            chain=chain,
        ),
        finding(
            file,
            "AW302",
            "log(number)",
            "`log` takes a coroutine",
            reason="nothing is known of it",
            advice="annotate its parameter",
        ),
        finding(file, "AW104", "name(number)", "`name` is formatted", [other], Applicability.UNSAFE),
    ]
    return outcome(findings, {edit: texts, other: other_texts}, [file])


def fixed_shop(folder: Path) -> Outcome:
    """The same with the safe finding fixed."""
    before = shop(folder)
    after = SHOP.replace("fetch_order(number)", "(await fetch_order(number))")
    change = Change(folder / "shop.py", SHOP.encode(), after.encode())
    return outcome(before.findings, before.texts, before.sources.values(), before.findings[:1], [change])
