"""What an engine says of expressions: each is asked about at the end of its name or its bracket.

Questions about many are one batch; a loop that needs an answer for each first hands over all of them. Of an expression
without a name nothing is known.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Sequence
from typing import TypeVar

from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import TypeEngine, TypeFact

# An expression with the file in which it stands.
Expression = tuple[SourceFile, ast.expr]
Places = tuple[Spot, ...]

_Answer = TypeVar("_Answer")
_NOWHERE: Places = ()
_NO_FACT = TypeFact()


def has_name(node: ast.expr) -> bool:
    """Whether an engine can be asked about an expression itself: a name, an attribute or a subscript."""
    return isinstance(node, (ast.Name, ast.Attribute, ast.Subscript))


def callee(node: ast.expr) -> ast.expr:
    """What is called, if an expression is a call, else the expression."""
    return node.func if isinstance(node, ast.Call) else node


def definition_of(engine: TypeEngine, file: SourceFile, node: ast.expr) -> Places:
    """Where what an expression names is defined."""
    return definitions_of(engine, [(file, node)])[0]


def definitions_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where what each expression names is defined."""
    return _answers(asked, engine.definitions, _NOWHERE)


def callees_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where what each call calls is defined; of what is no call, where it is defined itself."""
    return definitions_of(engine, ((file, callee(node)) for file, node in asked))


def type_of(engine: TypeEngine, file: SourceFile, node: ast.expr) -> Places:
    """Where the class of what an expression is is defined."""
    return types_of(engine, [(file, node)])[0]


def types_of(engine: TypeEngine, asked: Iterable[Expression]) -> list[Places]:
    """Where the class of what each expression is is defined."""
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
    asked = list(spots)
    return dict(zip(asked, engine.facts(asked) if asked else (), strict=True))


def definitions_at(engine: TypeEngine, spots: Iterable[Spot]) -> dict[Spot, Places]:
    """Where the name at each spot is defined."""
    asked = list(spots)
    return dict(zip(asked, engine.definitions(asked) if asked else (), strict=True))


def types_at(engine: TypeEngine, spots: Iterable[Spot]) -> dict[Spot, Places]:
    """Where the class of what stands at each spot is defined."""
    asked = list(spots)
    return dict(zip(asked, engine.type_definitions(asked) if asked else (), strict=True))


def prepare_for(engine: TypeEngine, asked: Iterable[Expression]) -> None:
    """Soon there will be questions about the code around these expressions."""
    engine.prepare([spot for file, node in asked if (spot := spot_of(file, node))])


def _answers(
    asked: Iterable[Expression], question: Callable[[Sequence[Spot]], list[_Answer]], nothing: _Answer
) -> list[_Answer]:
    spots = [spot_of(file, node) for file, node in asked]
    named = [spot for spot in spots if spot is not None]
    answers = iter(question(named) if named else ())
    return [nothing if spot is None else next(answers) for spot in spots]


def spot_of(file: SourceFile, node: ast.expr) -> Spot | None:
    """The byte at which an engine is asked about an expression."""
    if isinstance(node, ast.Subscript):
        return file.spot(file.body.index(b"[", file.span(node.value).end))
    return file.spot(file.span(node).end - 1) if has_name(node) else None
