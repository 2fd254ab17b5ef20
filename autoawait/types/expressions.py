"""Questions to an engine about expressions, each asked at the end of its name or at its bracket.

Questions about many expressions are one batch; code that loops over expressions asks about all of them first. Nothing
is known about an expression without a name.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import TypeEngine, TypeFact

# An expression and the file that contains it.
Expression = tuple[SourceFile, ast.expr]
Places = tuple[Spot, ...]

_Answer = TypeVar("_Answer")
_NOWHERE: Places = ()
_NO_FACT = TypeFact()


def has_name(node: ast.expr) -> bool:
    """Whether an engine can be asked about an expression: it is a name, an attribute or a subscript."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def callee(node: ast.expr) -> ast.expr:
    """The callee of a call; any other expression itself."""
    return node.func if isinstance(node, ast.Call) else node


def definition_of(engine: TypeEngine, file: SourceFile, node: ast.expr) -> Places:
    """Where what an expression names is defined."""
    return definitions_of(engine, [(file, node)])[0]


def definitions_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where what each expression names is defined."""
    return _answers(asked, engine.definitions, _NOWHERE)


def callees_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where the callee of each call, or any other expression itself, is defined."""
    return definitions_of(engine, ((file, callee(node)) for file, node in asked))


def type_of(engine: TypeEngine, file: SourceFile, node: ast.expr) -> Places:
    """Where the class of an expression's value is defined."""
    return types_of(engine, [(file, node)])[0]


def types_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where the class of each expression's value is defined."""
    return _answers(asked, engine.type_definitions, _NOWHERE)


def fact_of(engine: TypeEngine, file: SourceFile, node: ast.expr) -> TypeFact:
    """What an expression is."""
    return facts_of(engine, [(file, node)])[0]


def facts_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[TypeFact]:
    """What each expression is."""
    return _answers(asked, engine.facts, _NO_FACT)


def fact_at(engine: TypeEngine, spot: Spot) -> TypeFact:
    """What the name at a spot is."""
    return engine.facts([spot])[0]


def facts_at(engine: TypeEngine, spots: Iterable[Spot]) -> dict[Spot, TypeFact]:
    """What the name at each spot is."""
    return _by_spot(spots, engine.facts)


def definitions_at(engine: TypeEngine, spots: Iterable[Spot]) -> dict[Spot, Places]:
    """Where the name at each spot is defined."""
    return _by_spot(spots, engine.definitions)


def types_at(engine: TypeEngine, spots: Iterable[Spot]) -> dict[Spot, Places]:
    """Where the class of the value at each spot is defined."""
    return _by_spot(spots, engine.type_definitions)


def prepare_for(engine: TypeEngine, asked: Iterable[Expression]) -> None:
    """Announce questions about the code around these expressions; see TypeEngine.prepare."""
    engine.prepare([spot for file, node in asked if (spot := spot_of(file, node))])


def _by_spot(spots: Iterable[Spot], question: Callable[[Sequence[Spot]], list[_Answer]]) -> dict[Spot, _Answer]:
    asked = list(spots)
    return dict(zip(asked, question(asked) if asked else (), strict=True))


def _answers(
    asked: Iterable[Expression], question: Callable[[Sequence[Spot]], list[_Answer]], nothing: _Answer
) -> list[_Answer]:
    spots = [spot_of(file, node) for file, node in asked]
    named = [spot for spot in spots if spot is not None]
    answers = iter(question(named) if named else ())
    return [nothing if spot is None else next(answers) for spot in spots]


def spot_of(file: SourceFile, node: ast.expr) -> Spot | None:
    """The spot at which an engine is asked about an expression; None if it has no name."""
    if isinstance(node, ast.Subscript):
        return file.spot(file.body.index(b"[", file.span(node.value).end))
    return file.spot(file.span(node).end - 1) if has_name(node) else None
