"""Ask the real ty about the sample files and write its words to JSON: ``python -m tests.types.record``.

Read the diff before committing it: the tests compare what we read out of those words with the tables
of expected.py, so a change of wording shows there.
"""

from __future__ import annotations

import ast
import json
import sys
import tempfile
from pathlib import Path

from autoawait.project.source import Spot
from autoawait.types.engine import Checked, TypeFact
from autoawait.types.environment import Environment
from autoawait.types.ty.client import TyEngine

RECORDED = Path(__file__).parent / "recorded"
QUESTIONS = RECORDED / "questions.py.txt"
COMPLAINTS = RECORDED / "complaints.py.txt"
# The stubs' answers depend on the version of Python, ours must not depend on who runs the tests.
TY_TOML = '[environment]\npython-version = "3.11"\n'


def questions(path: Path) -> dict[str, Spot]:
    """The spot to ask about for each line that ends in an ``# ask`` comment, by the line without it."""
    text = path.read_text("utf-8")
    lines = text.splitlines()
    found = {}
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Expr) and "# ask" in (line := lines[node.lineno - 1]):
            code = line.replace("# ask", "").strip()
            assert code not in found
            found[code] = spot_of(path, node.value)
    return found


def spot_of(path: Path, value: ast.expr) -> Spot:
    """Where to ask what ``value`` is, or if it is a call, what it calls."""
    asked = value.func if isinstance(value, ast.Call) else value
    if isinstance(asked, ast.Subscript):
        assert asked.value.end_lineno is not None and asked.value.end_col_offset is not None
        return Spot(path, asked.value.end_lineno, asked.value.end_col_offset)
    assert asked.end_lineno is not None and asked.end_col_offset is not None
    return Spot(path, asked.end_lineno, asked.end_col_offset - 1)


def ask(folder: Path) -> tuple[dict[str, TypeFact], Checked]:
    """What the real ty says now: a fact for each question, and all about the file of complaints."""
    (folder / "ty.toml").write_text(TY_TOML)
    for sample in (QUESTIONS, COMPLAINTS):
        (folder / sample.stem).write_bytes(sample.read_bytes())
    spots = questions(folder / QUESTIONS.stem)
    with TyEngine(folder, Environment(Path(sys.prefix), "for a test")) as engine:
        facts = dict(zip(spots, engine.facts(list(spots.values())), strict=True))
        (checked,) = engine.check([folder / COMPLAINTS.stem])
    return facts, checked


def complaints_of(checked: Checked) -> list[tuple[str, str, str]]:
    """Line of code, code and message of each complaint, in order of place."""
    lines = COMPLAINTS.read_text("utf-8").splitlines()
    ordered = sorted(checked.complaints, key=lambda it: (it.start, it.end, it.code))
    return [(lines[it.start.line - 1].strip(), it.code, it.message) for it in ordered]


def record() -> None:
    with tempfile.TemporaryDirectory() as folder:
        facts, checked = ask(Path(folder).resolve())
    write(RECORDED / "hovers.json", {code: fact.text for code, fact in facts.items()})
    write(RECORDED / "complaints.json", complaints_of(checked))


def write(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    record()
