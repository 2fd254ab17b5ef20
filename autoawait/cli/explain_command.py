"""``autoawait explain``: what a code means."""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Annotated

import typer

from autoawait.cli.output import print_error
from autoawait.cli.reports.summary import Exit
from autoawait.diagnostics.rules import RULES, named


def _codes_like(incomplete: str) -> Iterator[tuple[str, str]]:
    """The codes that begin like what is typed, each with its name, for the shell to offer."""
    return ((code, rule.name) for code, rule in RULES.items() if code.startswith(incomplete))


def explain(
    code: Annotated[
        str | None,
        typer.Argument(
            metavar="CODE", help="A code (AW101) or its name; without one, list all codes.", autocompletion=_codes_like
        ),
    ] = None,
) -> None:
    """Explain what a code means, why it is bad, what is not handled."""
    if code is None:
        for rule in RULES.values():
            typer.echo(f"{rule.code}  {rule.name:31} {rule.summary}")
        return
    rule_asked = named(code)
    if rule_asked is None:
        words = [*RULES, *(rule.name for rule in RULES.values())]
        near = difflib.get_close_matches(code, words, n=3) or difflib.get_close_matches(code.upper(), words, n=3)
        hint = f"; did you mean {' or '.join(near)}?" if near else "; `autoawait explain` lists all"
        print_error(f"unknown code {code!r}{hint}")
        raise typer.Exit(Exit.FAILED)
    typer.echo(f"{rule_asked.code} {rule_asked.name}\n\n{rule_asked.explanation}")
