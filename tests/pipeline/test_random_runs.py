"""Whole runs over random async functions: safe fixes give code that compiles, and nothing is left to fix safely."""

from __future__ import annotations

import sys
import tempfile
import warnings
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autoawait.diagnostics.finding import Applicability, Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings
from tests.pipeline.checks import HEAD

CALLS = (
    "fetch()",
    "fetch(1)",
    "text()",
    "items()",
    "row()",
    "maybe()",
    "stream()",
    "session()",
    "plain()",
    "unknown()",
)
# Places in which X stands.
EXPRESSIONS = (
    "X",
    "(X)",
    "X.name",
    "X.save()",
    "X[0]",
    "X + 1",
    "-X",
    "not X",
    "X == X",
    "X < 1 < X",
    "X and X",
    "X or X",
    "(X if X else X)",
    "(lambda: X)",
    "[X, X]",
    "{'k': X}",
    "(X, *X)",
    "[y for y in X]",
    "[X for y in X if X]",
    "sum(X for y in X)",
    "any([X])",
    "list(X)",
    "next(X)",
    "len(X)",
    "str(X)",
    "f'{X} {X!r:>{X}}'",
    "'%s' % X",
    "print(X, sep=X)",
    "await X",
    "(await X).name",
    "await asyncio.gather(X, X)",
    "asyncio.create_task(X)",
    "unknown(X, *X, **X)",
    "(z := X)",
    "a.b(X)",
)
STATEMENTS = (
    "X",
    "a = X",
    "a = b = X",
    "a, b = X",
    "a += X",
    "a: int = X",
    "a.b = X",
    "a[X] = X",
    "return X",
    "assert X, X",
    "raise X",
    "del X[0]",
    "if X:\n    S\nelse:\n    S",
    "while X:\n    S\n    break",
    "for b in X:\n    S",
    "async for b in X:\n    S",
    "with X as b:\n    S",
    "with X, X:\n    S",
    "async with X as b:\n    S",
    "try:\n    S\nexcept TypeError:\n    S\nfinally:\n    S",
    "def g(c=X):\n    return X",
    "async def g():\n    S",
    "match X:\n    case 1 if X: S",
    "a = X; print(a)",
    "a = X\nif a:\n    await a",
    "class C:\n    d = X",
)


@st.composite
def sources(draw: st.DrawFn) -> str:
    """A module with one or two async functions."""
    bodies = [_filled(draw, "".join(f"{line}\n" for line in draw(_LINES)), 3) for _ in range(draw(st.integers(1, 2)))]
    names = "".join(f"async def function_{n}(a, b):\n{_indented(body)}" for n, body in enumerate(bodies))
    return HEAD + "from nowhere import unknown\n" + names


_LINES = st.lists(st.sampled_from(STATEMENTS), min_size=1, max_size=4)


def _filled(draw: st.DrawFn, text: str, depth: int) -> str:
    """The text with statements for S and expressions for X."""
    lines: list[str] = []
    for line in text.splitlines():
        if line.strip().endswith("S") and (line.strip() == "S" or ": S" in line):
            inner = draw(st.sampled_from(STATEMENTS if depth and line.strip() == "S" else STATEMENTS[:7]))
            margin = line[: len(line) - len(line.lstrip())]
            head = line[len(margin) : -1]
            lines += [
                margin + (head if not n else "") + part for n, part in enumerate(_filled(draw, inner, 0).splitlines())
            ]
        else:
            lines.append(_expressed(draw, line, 2))
    return "".join(f"{line}\n" for line in lines)


def _expressed(draw: st.DrawFn, text: str, depth: int) -> str:
    while "X" in text:
        choices = (*EXPRESSIONS, *CALLS * 4, "a", "b") if depth else (*CALLS, "a")
        text = text.replace("X", draw(st.sampled_from(choices)), 1)
        depth -= 1 if depth else 0
    return text


def _indented(text: str) -> str:
    return "".join(f"    {line}\n" for line in text.splitlines())


def compiles(text: str) -> bool:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the code is random, and some of it is odd
            compile(text, "<random>", "exec", dont_inherit=True)
    except SyntaxError:
        return False
    return True


def applied(text: str) -> Outcome:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "module.py"
        path.write_text(text, encoding="utf-8")
        return run(
            Request((path,), Settings(path.parent, python=Path(sys.prefix), target_version=sys.version_info[:2]))
        )


@settings(max_examples=25, suppress_health_check=[HealthCheck.filter_too_much])
@given(sources().filter(compiles))
def test_safe_fixes_compile_and_leave_none_behind(text: str) -> None:
    outcome = applied(text)
    for change in outcome.changes:
        after = change.after.decode()
        assert compiles(after)
        again = applied(after)
        assert again.changes == ()
        left = [f for f in again.findings if f.applicability is Applicability.SAFE]
        assert left == []
