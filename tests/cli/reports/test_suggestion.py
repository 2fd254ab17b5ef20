"""Lines before and after some edits."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.cli.reports.suggestion import hunks
from autoawait.project.text_edits import TextEdit
from tests.cli.reports.outcomes import source

PATH = Path("/m.py")
TEXT = "a = f(1)\nb = g(\n    2,\n)\nc = 'é'; h()"


@pytest.mark.parametrize(
    ("edits", "expected"),
    [
        ([], []),
        ([(4, 4, "await ")], [(1, ("a = f(1)",), ("a = await f(1)",))]),
        ([(8, 8, ")"), (4, 4, "("), (4, 4, "await ")], [(1, ("a = f(1)",), ("a = (await f(1))",))]),
        (
            [(13, 13, "(await "), (24, 24, ")")],
            [(2, ("b = g(",), ("b = (await g(",)), (4, (")",), ("))",))],
        ),
        ([(13, 24, "x")], [(2, ("b = g(", "    2,", ")"), ("b = x",))]),
        ([(13, 24, "x"), (24, 24, ".y")], [(2, ("b = g(", "    2,", ")"), ("b = x.y",))]),
        ([(35, 35, "await ")], [(5, ("c = 'é'; h()",), ("c = 'é'; await h()",))]),
        ([(8, 9, "\n\n")], [(2, (), ("",))]),
        ([(0, 9, "")], [(1, ("a = f(1)",), ())]),
        ([(4, 8, "x"), (5, 6, "y")], [(1, ("a = f(1)",), ("a = xy",))]),
    ],
)
def test_hunks(edits: list[tuple[int, int, str]], expected: list[tuple[int, tuple[str, ...], tuple[str, ...]]]) -> None:
    found = hunks(source(PATH, TEXT), [TextEdit(PATH, *edit) for edit in edits])
    assert [(hunk.line, hunk.old, hunk.new) for hunk in found] == expected
    assert all(hunk.path == PATH for hunk in found)
