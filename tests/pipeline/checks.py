"""The verbs of whole-run tests: ``check_noop``, ``check_fix``, ``check_unsafe`` and ``check_found``.

A source is a module without its head: ``HEAD`` stands above it and defines what may have to be awaited.
"""

from __future__ import annotations

import sys
import tempfile
import textwrap
from pathlib import Path

from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings

HEAD = """\
import asyncio, contextlib, functools, inspect, json, logging, threading
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from typing import Any, Protocol

class Row:
    name: str = ""
    def save(self) -> None: ...
    async def load(self) -> "Row": return self

async def fetch(number: int = 0) -> int: return number
async def text() -> str: return ""
async def items() -> list[int]: return []
async def row() -> Row: return Row()
async def maybe() -> Row | None: return None
async def stream() -> AsyncIterator[int]: yield 1
async def opened() -> AsyncIterator[int]: return stream()
@contextlib.asynccontextmanager
async def session() -> AsyncIterator[Row]: yield Row()
def plain() -> int: return 1
"""
NEWEST = sys.version_info[:2]


def check_noop(source: str, *, target: tuple[int, int] = NEWEST) -> None:
    """The source is right: nothing is found, even by those who ask for unsafe fixes."""
    outcome = _check(source, unsafe=True, target=target)
    assert [_shown(outcome, number) for number in range(len(outcome.findings))] == []
    assert outcome.changes == ()


def check_fix(before: str, after: str, *, target: tuple[int, int] = NEWEST) -> None:
    """Safe fixes make the one of the other, and leave that as it is."""
    _check_becomes(before, after, unsafe=False, target=target)


def check_unsafe(before: str, after: str, *, target: tuple[int, int] = NEWEST) -> None:
    """Only unsafe fixes make the one of the other."""
    assert _check(before, unsafe=False, target=target).changes == ()
    _check_becomes(before, after, unsafe=True, target=target)


def check_found(source: str, *expected: str, target: tuple[int, int] = NEWEST) -> Outcome:
    """Findings without a fix; each expected one is a code and the text of its line."""
    outcome = _check(source, unsafe=True, target=target)
    assert [_shown(outcome, number) for number in range(len(outcome.findings))] == list(expected)
    assert outcome.changes == ()
    assert all(finding.reason or finding.advice for finding in outcome.findings)
    return outcome


def _check_becomes(before: str, after: str, *, unsafe: bool, target: tuple[int, int]) -> None:
    wanted = HEAD + textwrap.dedent(after)
    compile(wanted, "<after>", "exec", dont_inherit=True)
    outcome = _check(before, unsafe=unsafe, target=target)
    assert "".join(change.after.decode() for change in outcome.changes) == wanted
    assert _check(after, unsafe=unsafe, target=target).changes == ()


def _check(source: str, *, unsafe: bool, target: tuple[int, int]) -> Outcome:
    text = HEAD + textwrap.dedent(source)
    compile(text, "<source>", "exec", dont_inherit=True)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder).resolve() / "module.py"
        path.write_text(text, encoding="utf-8")
        settings = Settings(path.parent, python=Path(sys.prefix), target_version=target, unsafe_fixes=unsafe)
        return run(Request((path,), settings))


def _shown(outcome: Outcome, number: int) -> str:
    finding = outcome.findings[number]
    source = outcome.sources[finding.path]
    return f"{finding.code} {source.line(source.spot(finding.span.start).line).strip()}"
