"""How published code treats calls that are there to wait (``autoawait.knowledge.consumers.WAITING``): whether they are
awaited where they stand alone, or dropped. Read from the text: such names are asyncio's own in all that is counted."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.consumers import WAITING
from autoawait.project.source import SourceFile, load
from tests.lab.packages import Project
from tests.lab.tables import Table

_NAMES = sorted(name.rpartition(".")[2] for name in WAITING)


def table(projects: Sequence[Project]) -> Table:
    """Statements that are nothing but such a call, by its name: with ``await`` before it, and without."""
    paths = (path for project in projects for path in project.files())
    files = (source for path in paths if isinstance(source := load(path), SourceFile))
    found = Counter(said for source in files for said in statements(source.tree))
    rows = [(name, found[name, True], found[name, False]) for name in _NAMES]
    return Table("Waits that stand alone", ("asyncio", "awaited", "dropped"), rows)


def statements(tree: ast.Module) -> Iterator[tuple[str, bool]]:
    """The name of each such call that is a statement, and whether it is awaited."""
    for value in _alone(ast.walk(tree)):
        call = value.value if isinstance(value, ast.Await) else value
        if isinstance(call, ast.Call) and called_name(call) in _NAMES:
            yield called_name(call), call is not value


def _alone(nodes: Iterable[ast.AST]) -> Iterator[ast.expr]:
    return (node.value for node in nodes if isinstance(node, ast.Expr))
