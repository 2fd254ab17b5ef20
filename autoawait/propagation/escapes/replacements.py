"""What takes the place of a function: another one, by a monkeypatch, or the result of a call on it, by a rebinding.

``socket.send = socket.debug_send``, ``setattr(cls, "run", timed)``, ``socket.send = MethodType(debug_send, socket)``;
``app = wrap(app)``.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping

from autoawait.dataflow.uses import called_name
from autoawait.project.index import Function, Unit
from autoawait.project.memoize import memoize
from autoawait.project.source import SourceFile, Spot
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.references import Reference
from autoawait.types.expressions import definition_of, type_of

_REPLACING = frozenset({"setattr", "__setattr__"})


def monkeypatched_with(facts: ProjectFacts, reference: Reference) -> Function | None:
    """The function of the project that takes the place of the one that is named, or whose place that takes."""
    unit = reference.unit
    bound = unit.parents.get(reference.node)
    node = bound if bound is not None and _bound_by(bound) is reference.node else reference.node
    match (reference.into if node is reference.node else None) or unit.parents.get(node):
        case ast.Assign(targets=[ast.Attribute() as target], value=value):
            found = _defined(facts, unit, (_bound_by(value) or value) if target is node else target)
        case ast.Call(args=[receiver, ast.Constant(value=str(name)) as text, value]) as call if (
            called_name(call) in _REPLACING
        ):
            if text is node:
                found = _defined(facts, unit, value)
            else:
                found = list(_methods(facts, unit, receiver, name)) if value is node else []
        case _:
            return None
    functions = [d for d in found if isinstance(d, Function) and not facts.is_foreign(d)]
    return functions[0] if len(functions) == len(found) == 1 else None


def _defined(facts: ProjectFacts, unit: Unit, node: ast.expr) -> list[Function | ast.ClassDef | None]:
    return [facts.index.definition(place) for place in definition_of(facts.engine, unit.file, node)]


def _methods(facts: ProjectFacts, unit: Unit, receiver: ast.expr, name: str) -> Iterator[Function]:
    """The methods of a name that the classes have which an expression is, or is an object of."""
    own = facts.classes.of_self(unit.file, receiver)
    ask = (facts.engine, unit.file, receiver)
    classes = [own] if own else facts.classes.at([*definition_of(*ask), *type_of(*ask)])
    for one in dict.fromkeys(classes):
        yield from one.methods.get(name, ())


def _bound_by(node: ast.AST | None) -> ast.expr | None:
    """The function that ``MethodType(function, object)`` makes a method of; None for anything else."""
    match node:
        case ast.Call(args=[function, _]) if called_name(node) == "MethodType":
            return function
    return None


def is_rebound(parents: Mapping[ast.AST, ast.AST], node: ast.AST) -> bool:
    """Whether a node is part of an assignment that rebinds it to the result of a call on it."""
    child, around = node, parents.get(node)
    while isinstance(around, ast.Call | ast.keyword | ast.Starred):
        child, around = around, parents.get(around)
    if not isinstance(around, ast.Assign) or not isinstance(node, ast.expr):
        return False
    return (child is around.value or child in around.targets) and _rebinds(around, node)


@memoize
def rebound_in(file: SourceFile) -> Mapping[Spot, ast.expr]:
    """The targets of such assignments in a file, by their places."""
    assigned = (node for node in ast.walk(file.tree) if isinstance(node, ast.Assign))
    found = (target for statement in assigned for target in statement.targets if _rebinds(statement, target))
    return {file.spot(file.span(target).start): target for target in found}


def _rebinds(statement: ast.Assign, target: ast.expr) -> bool:
    """Whether a statement assigns to a target the result of a call on its own value."""
    name, value = ast.unparse(target), statement.value
    arguments = [*value.args, *(k.value for k in value.keywords)] if isinstance(value, ast.Call) else []
    return [ast.unparse(t) for t in statement.targets] == [name] and name in map(ast.unparse, arguments)
