"""Parameters, attributes and local names that may hold a function; where attributes are read and objects made."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field

from autoawait.dataflow.reaching_definitions import arguments_of, binds
from autoawait.dataflow.uses import called_name
from autoawait.project.bindings import assigned_to
from autoawait.project.index import Function, Unit
from autoawait.project.occurrences import Occurrence
from autoawait.project.source import Spot
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.class_graph.model import self_name
from autoawait.types.expressions import definitions_at


@dataclass(frozen=True, slots=True)
class OwnParameter:
    """A parameter of a function of the project."""

    function: Function
    node: ast.arg


@dataclass(frozen=True, slots=True)
class OwnAttribute:
    """An attribute of ``self`` in which a class keeps a parameter; ``method`` is one that does."""

    owner: ast.ClassDef
    name: str
    method: Function = field(compare=False)


@dataclass(frozen=True, slots=True)
class Local:
    """A local variable of a function, to which more than one value may be bound."""

    function: Function
    name: str


Holder = OwnParameter | OwnAttribute | Local


def constructions(facts: ProjectFacts, classes: Collection[ast.ClassDef]) -> Iterator[tuple[Unit, ast.Call]]:
    """The calls that name one of some classes, each with the code it stands in."""
    names = {name for node in classes for name in facts.references.names.also_called(node.name)}
    calls = [
        (occurrence, call)
        for occurrence in facts.references.names.occurrences(names)
        if isinstance(call := occurrence.around[0], ast.Call) and call.func is occurrence.node
    ]
    places = _defined(facts, [occurrence for occurrence, _ in calls])
    for occurrence, call in calls:
        if any(facts.index.definition(place) in classes for place in places[occurrence]):
            yield facts.references.names.unit_of(occurrence), call


def places_of_attribute(facts: ProjectFacts, attribute: OwnAttribute) -> Iterator[tuple[Unit, ast.Attribute]]:
    """The places that lead to an attribute, each with the code it stands in; the engine is asked once about all."""
    bound = set(_bound(facts, attribute))
    named = [o for o in facts.references.names.occurrences([attribute.name]) if isinstance(o.node, ast.Attribute)]
    places = _defined(facts, named)
    for occurrence in named:
        if isinstance(occurrence.node, ast.Attribute) and bound.intersection(places[occurrence]):
            yield facts.references.names.unit_of(occurrence), occurrence.node


def _bound(facts: ProjectFacts, attribute: OwnAttribute) -> Iterator[Spot]:
    """Where the classes that share an attribute declare it, and where their methods bind it."""
    name = attribute.name
    for one in facts.classes.hierarchy(attribute.method, name):
        nodes: list[tuple[str, ast.AST]] = [(name, node) for node in one.node.body]
        nodes += [(f"{self_name(f)}.{name}", node) for f in one.functions for node in f.unit.nodes]
        for text, target in ((text, target) for text, node in nodes for target in assigned_to(node)):
            if ast.unparse(target) == text:
                yield one.file.spot(one.file.span(target).start)


def _defined(facts: ProjectFacts, occurrences: Collection[Occurrence]) -> dict[Occurrence, tuple[Spot, ...]]:
    places = definitions_at(facts.engine, (o.spot for o in occurrences if o.spot is not None))
    return {o: places[o.spot] if o.spot else () for o in occurrences}


def holder_named(unit: Unit, name: str) -> OwnParameter | Local | None:
    """The parameter or local variable that a name means in a unit, its own or that of a function around it; None for
    a name of the module."""
    function = unit.function
    while function is not None:
        if binds(function.node.body, name):
            return Local(function, name)
        parameter = next((p for p in arguments_of(function.node) if p.arg == name), None)
        if parameter is not None:
            return OwnParameter(function, parameter)
        function = function.outer
    return None


def handed_through(call: ast.Call) -> ast.expr | None:
    """The function that a call gives back, bound to arguments or as it is: that of a ``partial`` or ``cast``."""
    match called_name(call), call.args:
        case ("partial", [function, *_]) | ("cast", [_, function]):
            return function
    return None
