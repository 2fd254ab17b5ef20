"""What is shown of a function that turns: the lines that change, and no others."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

from autoawait.cli.reports.applied_changes import after_writing
from autoawait.cli.reports.full import full
from autoawait.cli.reports.json_report import json_report
from autoawait.cli.reports.text import plain
from autoawait.diagnostics.finding import Applicability, Change, Edit, EditKind, Finding, Fix, Link, Outcome
from autoawait.edits.rewrite import rewrite
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit
from tests.cli.reports.outcomes import outcome, source
from tests.edits.rewriting import applied

BASE = Path("/work/app")
FILE = source(
    BASE / "m.py",
    """\
from contextlib import (
    contextmanager,
)
import typing as t


@contextmanager
def opened(name: str) -> t.Iterator[int]:
    yield fetch(name)


class Test:
    def test(self):
        with opened("a") as number:
            assert number


main()
""",
)


def edit(text: str, kind: EditKind, new: str = "", sort: type[ast.AST] = ast.expr) -> Edit:
    """The edit of the one node of a sort that the text begins."""
    start = FILE.body.index(text.encode())
    found = [node for node in ast.walk(FILE.tree) if isinstance(node, (ast.expr, ast.stmt)) and isinstance(node, sort)]
    span = next(FILE.span(node) for node in found if FILE.span(node).start == start)
    return Edit(FILE.path, span, kind, text=new)


# Not in the order in which they stand: the report finds it.
EDITS = (
    edit("def opened", EditKind.ASYNC_DEF, sort=ast.stmt),
    edit("def test", EditKind.ASYNC_DEF, sort=ast.stmt),
    edit("def test", EditKind.DECORATE, "pytest.mark.asyncio", ast.stmt),
    edit("with", EditKind.ASYNC_WITH, sort=ast.stmt),
    edit("fetch(", EditKind.AWAIT),
    edit("contextmanager\n", EditKind.REPLACE, "asynccontextmanager"),
    edit("t.Iterator", EditKind.REPLACE, "t.AsyncIterator[int]"),
    edit("main()", EditKind.WRAP, "asyncio.run"),
    edit("main()", EditKind.GROUP_BEFORE, "import pytest", ast.stmt),
    edit("import typing", EditKind.IMPORT_AFTER, "import asyncio", ast.stmt),
    edit("from contextlib", EditKind.IMPORT_NAME, "asynccontextmanager", ast.stmt),
)
FINDING = Finding(
    "AW101",
    FILE.path,
    EDITS[4].span,
    "dropped",
    fix=Fix(EDITS, Applicability.SAFE),
    chain=(Link(FILE.path, 13, "it", 5),),
)

FULL = """\
m.py:9:11: AW101 coroutine-never-awaited dropped
   |
 9 |     yield fetch(name)
   |           ^^^^^^^^^^^
   = m.py:13:5: it
   = help: this change is safe
 3 +     asynccontextmanager,
 5 + import asyncio
 7 - @contextmanager
 7 + @asynccontextmanager
 8 - def opened(name: str) -> t.Iterator[int]:
 8 + async def opened(name: str) -> t.AsyncIterator[int]:
 9 -     yield fetch(name)
 9 +     yield await fetch(name)
13 -     def test(self):
13 +     @pytest.mark.asyncio
14 +     async def test(self):
14 -         with opened("a") as number:
14 +         async with opened("a") as number:
18 - main()
18 + import pytest
19 +
20 + asyncio.run(main())
"""


def planned() -> Outcome:
    return outcome([FINDING], rewrite(FILE, EDITS).texts, [FILE])


def test_the_full_report_shows_the_changed_lines() -> None:
    assert "\n".join(map(plain, full(planned(), BASE))) == FULL


def test_the_edits_of_the_json_report_make_the_change() -> None:
    edits = json.loads(json_report(planned(), BASE))["findings"][0]["edits"]
    texts = [TextEdit(FILE.path, change["start"], change["end"], change["text"]) for change in edits]
    assert applied(FILE.body, texts) == rewrite(FILE, EDITS).data


def test_places_are_those_after_writing() -> None:
    result = rewrite(FILE, EDITS)
    left = replace(FINDING, span=Span(FILE.body.index(b"assert"), FILE.body.index(b"\n\n\nmain")), fix=None)
    done = outcome([FINDING, left], result.texts, [FILE], [FINDING], [Change(FILE.path, FILE.data, result.data)])
    moved = after_writing(done)
    (found,) = [finding for finding in moved.findings if finding.fix is None]
    assert moved.sources[FILE.path].segment(found.span) == "assert number"
    assert moved.sources[FILE.path].line(found.chain[0].line) == "    async def test(self):"
