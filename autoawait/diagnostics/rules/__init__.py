"""Every code that a finding can carry. A rule is a class of its own in the module of its hundred: the class's name is
the code, its docstring the ``explain`` text and the page in the docs."""

import inspect
from collections.abc import Mapping
from dataclasses import dataclass

from autoawait.diagnostics.rules import coroutines, files, iteration, places, refusals


@dataclass(frozen=True, slots=True)
class Rule:
    """A code, its name in kebab case, one line of summary, and the whole explanation in Markdown."""

    code: str
    name: str
    summary: str
    explanation: str


def _rule_of(code: str, page: type) -> Rule:
    explanation = inspect.cleandoc(page.__doc__ or "")
    return Rule(code, vars(page)["name"], explanation.partition("\n")[0], explanation)


# By code, in the order of the codes.
RULES: Mapping[str, Rule] = {
    code: _rule_of(code, page)
    for module in (coroutines, iteration, refusals, places, files)
    for code, page in vars(module).items()
    if code.startswith("AW")
}


def named(word: str) -> Rule | None:
    """The rule with this code or name, whatever its case; None if there is none."""
    by_name = {rule.name: rule for rule in RULES.values()}
    return RULES.get(word.upper()) or by_name.get(word.lower())


def page() -> str:
    """All rules as one Markdown page (docs/rules.md)."""
    head = "# Rules\n\nWhat each code of autoawait means; `autoawait explain CODE` prints the same.\n"
    return "\n".join([head, *(f"## {rule.code} {rule.name}\n\n{rule.explanation}\n" for rule in RULES.values())])
