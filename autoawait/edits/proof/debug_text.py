"""The text that ``f"{x=}"`` shows of its expression, which ``ast`` gives as part of the constant before it."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Sequence

_MARK = "\0"


def without_debug_text(values: Sequence[ast.expr]) -> list[ast.expr]:
    """The values of an f-string with a mark in place of the text of each ``{x=}``."""
    result = list(values)
    for position in range(len(values) - 1):
        constant, shown = values[position], values[position + 1]
        text = constant.value if isinstance(constant, ast.Constant) else None
        if isinstance(text, str) and isinstance(shown, ast.FormattedValue):
            result[position] = ast.copy_location(ast.Constant(_marked(text, shown.value)), constant)
    return result


def _marked(text: str, expression: ast.expr) -> str:
    """The text with a mark in place of the expression that stands before its last ``=``."""
    head, equals, rest = text.rpartition("=")
    if not equals or rest.strip():
        return text
    wanted = ast.dump(expression)
    shortest = max(0, len(head) - 3 * len(ast.unparse(expression)) - 40)  # whatever its layout, it is hardly longer
    for start in range(len(head) - 1, shortest - 1, -1):
        if not head[start].isspace() and _dump(head[start:].strip()) == wanted:
            return head[:start] + _MARK + equals + rest
    return text


def _dump(text: str) -> str | None:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError):
        return None
