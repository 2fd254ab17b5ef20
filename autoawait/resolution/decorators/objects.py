"""What objects and classes have under a name."""

from __future__ import annotations

import ast
from collections.abc import Callable, Sequence

from autoawait.project.bindings import is_property
from autoawait.project.index import Function
from autoawait.project.syntax import FunctionNode
from autoawait.resolution.class_graph.model import Class, member_of
from autoawait.resolution.decorators.values import (
    UNKNOWN,
    Arguments,
    ClassObject,
    Closure,
    Constant,
    Instance,
    Items,
    Keywords,
    LibraryFunction,
    PartialObject,
    Scope,
    Value,
    Values,
)

_METHOD_OF = LibraryFunction("types.MethodType")
# What every object has from ``object``.
_INHERITED = frozenset({"__new__", "__init__"})


def found_in(one: Class, name: str) -> tuple[Class | None, Sequence[Function]]:
    """The class that binds a name for an object of a class, and the ``def``s by which it does."""
    member = member_of(one, name)
    return member.holder, [f for f in member.functions if not _is_setter(f)]


def _is_setter(function: Function) -> bool:
    names = {ast.unparse(d).rpartition(".")[2] for d in function.node.decorator_list}
    return not names.isdisjoint({"setter", "deleter", "overload"})


def found_after(one: Class, after: Class | None, name: str) -> tuple[Class | None, Sequence[Function]]:
    """The same from the class behind another on: ``super()``."""
    order = one.order[one.order.index(after) + 1 :] if after in one.order else []
    holder = next((c for c in order if name in c.bound), None)
    return holder, holder.methods.get(name, ()) if holder else ()


def closure_of(function: Function, holder: Class, of: ClassObject) -> Closure:
    """A method as a function; the methods of a class inside a function find the names of there."""
    is_local = of.scope.file is function.file and holder is of.one
    scope = of.scope if is_local else Scope(function.file, {})
    return Closure(function.node, scope, holder)


def bound(values: Values, first: Value) -> Values:
    """A function with its first argument given, as methods of an object are."""
    return frozenset({PartialObject(values, Arguments((frozenset({first}),)))})


def kind_of(function: Function) -> str:
    """Whether a ``def`` of a class is a ``property``, a ``classmethod``, a ``staticmethod``, or a plain ``method``."""
    names = {ast.unparse(d).rpartition(".")[2] for d in function.node.decorator_list}
    if is_property(function.node):
        return "property"
    is_static = "staticmethod" in names or function.node.name == "__new__"
    is_of_class = "classmethod" in names or function.node.name == "__init_subclass__"
    return "staticmethod" if is_static else "classmethod" if is_of_class else "method"


def assigned_in(one: Class, name: str) -> ast.expr | None:
    """What the body of a class assigns to a name."""
    for statement in one.node.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                return value
            case ast.AnnAssign(target=ast.Name(id=target), value=ast.expr() as value) if target == name:
                return value
    return None


def inherited(name: str) -> Values:
    """What is found where no class that is known has a name."""
    return frozenset({LibraryFunction(f"builtins.{name}")}) if name in _INHERITED else UNKNOWN


def attribute_of_function(value: Value, name: str) -> Values:
    """What functions have under a name."""
    match name:
        case "__call__" | "__func__" | "__wrapped__" if not (isinstance(value, Closure) and name == "__wrapped__"):
            return frozenset({value})
        case "__get__":
            return bound(frozenset({_METHOD_OF}), value)
        case "__name__" | "__qualname__" | "__module__" | "__doc__" | "__code__":
            return UNKNOWN
        case "func" if isinstance(value, PartialObject):
            return value.function
    return UNKNOWN


def fields_given(one: Class, arguments: Arguments) -> dict[str, Values]:
    """What a dataclass keeps of the arguments that it is called with; empty for another class."""
    if "__init__" in one.bound or not any("dataclass" in ast.unparse(d) for d in one.node.decorator_list):
        return {}
    annotated = (s.target for s in one.node.body if isinstance(s, ast.AnnAssign))
    names = [target.id for target in annotated if isinstance(target, ast.Name)]
    given = dict(zip(names, arguments.positional, strict=False))
    return given | {name: values for name, values in arguments.keywords if name in names}


def literal(values: Values) -> str:
    """The one text that values are, empty if they are anything else."""
    texts = [one.value for one in values if isinstance(one, Constant) and isinstance(one.value, str)]
    return texts[0] if len(texts) == len(values) == 1 else ""


def opaque(of: ClassObject | None) -> Value:
    """Some object of a class, of which nothing else is known."""
    return Instance(of) if of else LibraryFunction("builtins.object")


def says_nothing(node: FunctionNode | ast.Lambda) -> bool:
    """Whether a body is that of a stub."""
    return not isinstance(node, ast.Lambda) and all(map(_is_idle, node.body))


def _is_idle(statement: ast.stmt) -> bool:
    is_text = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant)
    return is_text or isinstance(statement, (ast.Pass, ast.Raise))


def display(node: ast.Tuple | ast.List | ast.Dict, evaluate: Callable[[ast.expr], Values]) -> Values:
    """A tuple, list or dict as it is written; lists and dicts may grow."""
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        named = [(str(k.value), evaluate(v)) for k, v in pairs if isinstance(k, ast.Constant)]
        return frozenset({Keywords(tuple(named), is_open=True)})
    items = [evaluate(e) for e in node.elts if not isinstance(e, ast.Starred)]
    return frozenset({Items(tuple(items), isinstance(node, ast.List) or len(items) < len(node.elts))})


def item(value: Value, keys: Values) -> Values:
    """``value[key]``; empty where that is not known."""
    match value, next(iter(keys)) if len(keys) == 1 else None:
        case (ClassObject() | LibraryFunction(), _):
            return frozenset({value})  # a generic class with its arguments
        case Items(items=items), Constant(value=int() as number) if -len(items) <= number < len(items):
            return items[number]
        case Keywords(items=named), Constant(value=str() as name):
            return dict(named).get(name, frozenset())
    return frozenset()
