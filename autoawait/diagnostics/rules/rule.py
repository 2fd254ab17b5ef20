"""What a rule is."""

from __future__ import annotations

import inspect
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, its name in kebab case, one line of summary, and the whole explanation in Markdown."""

    code: str
    name: str
    summary: str
    explanation: str


def rule_of(page: type) -> Rule:
    """The rule that a class stands for: its name is the code, its docstring the page."""
    explanation = inspect.cleandoc(page.__doc__ or "")
    name: str = vars(page)["name"]
    return Rule(page.__name__, name, explanation.partition("\n")[0], explanation)
