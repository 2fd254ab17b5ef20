"""Every code that a finding can carry. A rule's docstring is its ``explain`` text and its page in the docs."""

from collections.abc import Mapping

from autoawait.diagnostics.rules import coroutines, files, iteration, places, refusals
from autoawait.diagnostics.rules.rule import Rule

__all__ = ["RULES", "Rule", "named", "page"]

# By code, in the order of the codes.
RULES: Mapping[str, Rule] = {
    rule.code: rule
    for rule in sorted(
        (*coroutines.RULES, *iteration.RULES, *refusals.RULES, *places.RULES, *files.RULES), key=lambda rule: rule.code
    )
}


def named(word: str) -> Rule | None:
    """The rule with this code or name, whatever its case; None if there is none."""
    by_name = {rule.name: rule for rule in RULES.values()}
    return RULES.get(word.upper()) or by_name.get(word.lower())


def page() -> str:
    """All rules as one Markdown page (docs/rules.md)."""
    head = "# Rules\n\nWhat each code of autoawait means; `autoawait explain CODE` prints the same.\n"
    return "\n".join([head, *(f"## {rule.code} {rule.name}\n\n{rule.explanation}\n" for rule in RULES.values())])
