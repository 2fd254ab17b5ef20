"""Codes, names and explanations."""

from __future__ import annotations

import re

import pytest

from autoawait.diagnostics.rules import RULES, Rule, named


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.code)
def test_every_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"AW\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    assert rule.summary.endswith(".")
    assert rule.explanation.startswith(rule.summary + "\n\n")
    assert len(rule.explanation) > 300


def test_codes_and_names_are_unique_and_sorted() -> None:
    assert list(RULES) == sorted(RULES)
    assert len({rule.name for rule in RULES.values()}) == len(RULES) == 25


def test_a_misuse_shows_before_and_after() -> None:
    for code, rule in RULES.items():
        if code < "AW3":
            assert len(re.findall(r"\n    \S", rule.explanation)) >= 2, code


def test_a_rule_is_found_by_code_or_name() -> None:
    assert named("aw101") is named("Coroutine-Never-Awaited") is RULES["AW101"]
    assert named("AW1") is None
