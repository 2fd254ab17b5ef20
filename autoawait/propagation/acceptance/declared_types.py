"""What a declared type says of a place that takes a function: it holds async ones, aliases of types looked through."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from autoawait.project.bindings import defaults
from autoawait.project.index import Unit
from autoawait.project.source import SourceFile
from autoawait.types.engine import TypeEngine, TypeFact
from autoawait.types.expressions import fact_of, facts_of
from autoawait.types.type_expr import holds_async_callables, is_async_callable

# Forms of ``typing`` whose arguments are what the annotation says itself.
_WRAPPERS = frozenset({"Optional", "Union", "Annotated", "Final", "ClassVar"})


def holds_async(engine: TypeEngine, unit: Unit, node: ast.expr) -> bool:
    """Whether an expression is such a name, its value or in its value, that is declared to hold async functions."""
    kept, is_element = _kept_in(unit, node)
    kept = kept or _declared(unit, node)
    if kept is None:
        return False
    if (holds_async_callables if is_element else is_async_callable)(ast.unparse(kept)):
        return True
    names = [(name, is_inside) for name, is_inside in _names(kept) if is_element or not is_inside]
    facts = facts_of(engine, ((unit.file, name) for name, _ in names))
    return any(_stands_for(fact, is_inside, is_element) for fact, (_, is_inside) in zip(facts, names, strict=True))


def is_beside_async(engine: TypeEngine, unit: Unit, node: ast.expr) -> bool:
    """Whether ``handler or f`` chooses between an expression and what is an async callable by its type."""
    around = unit.parent(node)
    others = [around.body, around.orelse] if isinstance(around, ast.IfExp) else getattr(around, "values", [])
    if not isinstance(around, ast.IfExp | ast.BoolOp) or node not in others:
        return False
    return any(is_async_by_type(engine, unit.file, other) for other in others if other is not node)


def is_async_by_type(engine: TypeEngine, file: SourceFile, node: ast.expr) -> bool:
    """Whether a name means an async callable by its type, or a union with one."""
    is_name = isinstance(node, ast.Name | ast.Attribute)
    return is_name and is_async_callable(fact_of(engine, file, node).text)


def _names(annotation: ast.expr, *, is_inside: bool = False) -> Iterator[tuple[ast.expr, bool]]:
    """The names of the types that a value of an annotation may have, and whether its elements have them instead. What
    stands in a ``Callable`` is neither."""
    match annotation:
        case ast.Name() | ast.Attribute():
            yield annotation, is_inside
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            yield from (*_names(left, is_inside=is_inside), *_names(right, is_inside=is_inside))
        case ast.Subscript(value=ast.Name(id=head) | ast.Attribute(attr=head) as value, slice=given):
            arguments = given.elts if isinstance(given, ast.Tuple) else [given]
            if head in _WRAPPERS:
                yield from (found for a in arguments for found in _names(a, is_inside=is_inside))
            elif head != "Callable":
                yield value, is_inside
                yield from (found for a in arguments for found in _names(a, is_inside=True))


def _kept_in(unit: Unit, node: ast.expr) -> tuple[ast.expr | None, bool]:
    """The annotation of the assignment whose value an expression chooses or builds, and whether in a container."""
    is_element, child = False, node
    for around in unit.ancestors(node):
        match around:
            case ast.AnnAssign() if around.value is child:
                return around.annotation, is_element
            case ast.arguments():
                return next((p.annotation for p, default in defaults(around) if default is child), None), is_element
            case ast.IfExp() if child is not around.test:
                pass
            case ast.BoolOp() if child is around.values[-1]:
                pass
            case ast.Dict(values=held) | ast.List(elts=held) | ast.Tuple(elts=held) | ast.Set(elts=held):
                if child not in held:
                    break
                is_element = True
            case _:
                break
        child = around
    return None, is_element


def _declared(unit: Unit, node: ast.expr) -> ast.expr | None:
    """The annotation of a local name."""
    if not isinstance(node, ast.Name):
        return None
    around = (unit.parent(other) for other in unit.mentions.get(node.id, ()))
    declared = (a for a in around if isinstance(a, ast.AnnAssign) and ast.unparse(a.target) == node.id)
    return next((a.annotation for a in declared), None)


def _stands_for(fact: TypeFact, is_inside: bool, is_element: bool) -> bool:
    """Whether a name in an annotation is an alias of what an expression may be there: of async callables or, for an
    element, of a container of such, where the name stands for that as a whole."""
    return (holds_async_callables if is_element and not is_inside else is_async_callable)(fact.text)
