"""Tables for the terminal, JSON for the rest."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from enum import Enum
from pathlib import Path

from rich.console import Console
from rich.table import Table
from rich.text import Text

# A pipe has no width of its own; tables cut to 80 columns would lose the reasons.
CONSOLE = Console(width=None if sys.stdout.isatty() else 170, highlight=False)


def show(title: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; numbers stand to the right."""
    CONSOLE.print(Text(f"\n{title}", style="bold"))
    table = Table()
    body = [list(row) for row in rows]
    for number, column in enumerate(columns):
        is_number = bool(body) and all(isinstance(row[number], int | float) for row in body)
        looks_like_number = bool(body) and all(str(row[number])[-1:] in "0123456789%-" for row in body)
        table.add_column(column, justify="right" if is_number or looks_like_number else "left", overflow="fold")
    for row in body:
        table.add_row(*(Text(_cell(cell)) for cell in row))
    CONSOLE.print(table)


def say(text: str) -> None:
    """Print a line as it is, however long."""
    CONSOLE.print(Text(text), soft_wrap=True)


def percent(part: int, whole: int) -> str:
    """``97.5%``, or ``-`` of nothing."""
    return f"{100 * part / whole:.1f}%" if whole else "-"


def write_json(file: Path | None, document: dict[str, object]) -> None:
    """Write a document of dataclasses, paths and plain values; nothing without a file."""
    if file:
        file.write_text(json.dumps(document, default=_plain, indent=1) + "\n", encoding="utf-8")


def _cell(value: object) -> str:
    return f"{value:,.2f}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else str(value)


def _plain(value: object) -> object:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
