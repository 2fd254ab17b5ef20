"""Tables for the terminal and for Markdown, JSON for the rest."""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Table as RichTable
from rich.text import Text

from tests.lab.documents import text_of

# A pipe has no width of its own; tables cut to 80 columns would lose the reasons.
CONSOLE = Console(width=None if sys.stdout.isatty() else 170, highlight=False)


@dataclass(frozen=True, slots=True)
class Table:
    """What is shown, on a terminal or in a page: columns of text or numbers; numbers stand to the right."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[object]]

    def cells(self) -> list[list[str]]:
        """The rows as text."""
        return [[_cell(value) for value in row] for row in self.rows]

    def is_numeric(self, number: int) -> bool:
        """Whether a column has nothing but numbers, shares and ``-``."""
        return bool(self.rows) and all(_looks_like_number(row[number]) for row in self.rows)


def show(table: Table) -> None:
    """Print a table."""
    CONSOLE.print(Text(f"\n{table.title}", style="bold"))
    grid = RichTable()
    for number, column in enumerate(table.columns):
        grid.add_column(column, justify="right" if table.is_numeric(number) else "left", overflow="fold")
    for row in table.cells():
        grid.add_row(*map(Text, row))
    CONSOLE.print(grid)


def markdown(table: Table) -> str:
    """A table as Markdown, below its title in bold; ends with a newline."""
    rules = ["--:" if table.is_numeric(number) else "---" for number in range(len(table.columns))]
    rows = [table.columns, rules, *([cell.replace("|", "\\|") for cell in row] for row in table.cells())]
    return "\n".join([f"**{table.title}**", "", *(f"| {' | '.join(row)} |" for row in rows), ""])


def say(text: str) -> None:
    """Print a line as it is, however long."""
    CONSOLE.print(Text(text), soft_wrap=True)


def percent(part: int, whole: int) -> str:
    """``97.5%``, or ``-`` of nothing."""
    return share(part / whole if whole else None)


def share(value: float | None) -> str:
    """``0.975`` as ``97.5%``, None as ``-``."""
    return "-" if value is None else f"{100 * value:.1f}%"


def write_json(file: Path | None, document: dict[str, object]) -> None:
    """Write a document of dataclasses, paths and plain values; nothing without a file."""
    if file:
        file.write_text(text_of(document), encoding="utf-8")


def _looks_like_number(value: object) -> bool:
    return isinstance(value, int | float) or re.fullmatch(r"[\d.,]*[\d%]|-", str(value)) is not None


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)
