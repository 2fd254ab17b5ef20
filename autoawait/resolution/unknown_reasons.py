"""Why it is unknown what an expression gives, for those who ask."""

from __future__ import annotations

import ast

from autoawait.project.index import Index
from autoawait.project.source import Spot
from autoawait.types.engine import TypeFact
from autoawait.types.expressions import has_name


def why_unknown(index: Index, called: ast.expr, fact: TypeFact, places: tuple[Spot, ...]) -> str:
    """The words for why neither the type of what is called nor the places where it is defined say what it gives."""
    if not has_name(called):
        return "what is called has no name"
    if fact.unreachable:
        return "the type checker takes this place for unreachable"
    if not places:
        return f"{_words(fact)}, and no definition is found"
    functions = index.functions_at(places)
    if not functions:
        return f"{_words(fact)}, and it is defined by no def"
    if any(f.node.decorator_list for f in functions):
        return "its decorators cannot be read"
    return f"{_words(fact)}, and its def does not tell"


def _words(fact: TypeFact) -> str:
    if fact.returned:
        return f"its type says that a call gives `{fact.returned}`"
    return f"its type is `{fact.text}`" if fact.text and fact.text != "Unknown" else "its type is not known"
