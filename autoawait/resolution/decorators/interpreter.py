"""What expressions stand for, and what calls give, while the source of a decorator is run on abstract values.

Every branch is taken whose condition is not known. A run has a budget: what is behind it is unknown.
"""

from __future__ import annotations

import ast
from collections.abc import Sequence

from autoawait.knowledge.decorators import Effect
from autoawait.project.index import Function
from autoawait.project.syntax import FunctionNode
from autoawait.resolution.class_graph.model import Class
from autoawait.resolution.decorators.arguments import arguments_of, bound_parameters, first_parameter
from autoawait.resolution.decorators.definitions import Definition, Definitions
from autoawait.resolution.decorators.execution import Execution
from autoawait.resolution.decorators.library import call_library, decorate
from autoawait.resolution.decorators.objects import (
    assigned_in,
    attribute_of_function,
    bound,
    closure_of,
    display,
    fields_given,
    found_after,
    found_in,
    inherited,
    item,
    kind_of,
    literal,
    says_nothing,
)
from autoawait.resolution.decorators.questions import is_same, is_switch, is_true, of_all
from autoawait.resolution.decorators.values import (
    PLAIN,
    UNKNOWN,
    Arguments,
    ClassObject,
    Closure,
    Constant,
    Decorated,
    Gives,
    Instance,
    Items,
    Keywords,
    LibraryFunction,
    Maker,
    PartialObject,
    Passing,
    Scope,
    SuperObject,
    Value,
    Values,
    constant,
    joined,
)

_STEPS = 4000  # expressions of one run
_DEPTH = 16  # calls inside of each other
_PLAIN_NODES = (ast.JoinedStr, ast.BinOp, ast.Set, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (Decorated, Closure, PartialObject, Passing, Gives)


class Interpreter:
    """One reading of the decorators of one function."""

    def __init__(self, definitions: Definitions, below: Decorated) -> None:
        self._definitions = definitions
        self._below = below
        self._steps = 0
        self._running: list[ast.AST] = []
        self._stored: dict[str, Values] = {}
        self._assigned: dict[ast.expr, Values] = {}

    # expressions

    def evaluate(self, node: ast.expr, scope: Scope) -> Values:
        """What an expression may stand for."""
        self._steps += 1
        if self._steps > _STEPS:
            return UNKNOWN
        match node:
            case ast.Constant(value=value):
                return constant(value) if not isinstance(value, complex) and value is not ... else PLAIN
            case ast.Name(id=name):
                values = scope.find(name)
                return self._global(node, scope) if values is None else values
            case ast.Attribute():
                return self._attribute(node, scope)
            case ast.Call():
                return self._call_node(node, scope)
            case ast.Subscript():
                return self._subscript(node, scope)
            case ast.Lambda():
                return frozenset({Closure(node, scope)})
        return self._compound(node, scope)

    def _compound(self, node: ast.expr, scope: Scope) -> Values:
        match node:
            case ast.IfExp(test=test, body=body, orelse=orelse):
                truth = self.truth(test, scope)
                taken = [body, orelse] if truth is None else [body if truth else orelse]
                return joined([self.evaluate(one, scope) for one in taken])
            case ast.BoolOp():
                return self._bool_op(node, scope)
            case ast.UnaryOp(op=ast.Not()) | ast.Compare():
                truth = self.truth(node, scope)
                return PLAIN if truth is None else constant(truth)
            case ast.NamedExpr(target=target, value=value):
                values = self.evaluate(value, scope)
                self.bind(target, values, scope)
                return values
            case ast.Tuple() | ast.List() | ast.Dict():
                return display(node, lambda item: self.evaluate(item, scope))
        return PLAIN if isinstance(node, _PLAIN_NODES) else UNKNOWN

    def truth(self, node: ast.expr, scope: Scope) -> bool | None:
        """Whether a condition holds; None if that is not known."""
        match node:
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                truth = self.truth(operand, scope)
                return None if truth is None else not truth
            case ast.BoolOp(op=operation, values=values):
                ends = isinstance(operation, ast.Or)
                answers: list[bool | None] = []
                for value in values:
                    answers.append(self.truth(value, scope))
                    if answers[-1] is ends:
                        return ends
                return None if None in answers else not ends
            case ast.Compare(left=left, ops=[operation], comparators=[right]):
                ones, others = self.evaluate(left, scope), self.evaluate(right, scope)
                return of_all(ones, lambda one: of_all(others, lambda other: is_same(one, other, operation)))
            case ast.Compare():
                return None
        return of_all(self.evaluate(node, scope), is_true)

    def _bool_op(self, node: ast.BoolOp, scope: Scope) -> Values:
        ends = isinstance(node.op, ast.Or)
        found: list[Values] = []
        for value in node.values[:-1]:
            values = self.evaluate(value, scope)
            found.append(frozenset(one for one in values if is_true(one) is not (not ends)))
            if of_all(values, is_true) is ends:
                return joined(found)
        return joined([*found, self.evaluate(node.values[-1], scope)])

    def _subscript(self, node: ast.Subscript, scope: Scope) -> Values:
        values, keys = self.evaluate(node.value, scope), self.evaluate(node.slice, scope)
        kept = self._stored.get(ast.unparse(node.value), UNKNOWN)
        return joined([item(value, keys) or kept for value in values])

    # names and attributes

    def _global(self, node: ast.Name | ast.Attribute, scope: Scope) -> Values:
        """What a name stands for that no function binds."""
        if isinstance(node, ast.Name) and node.id == "super":
            return frozenset({LibraryFunction("builtins.super")})
        found = self._definitions.of(scope.file, node)
        is_bound = isinstance(node, ast.Attribute)
        return joined([self.defined(one, is_bound=is_bound) for one in found]) if found else UNKNOWN

    def defined(self, one: Definition, *, is_bound: bool) -> Values:
        """What a definition defines; a method that ``is_bound`` has some object."""
        if isinstance(one, LibraryFunction):
            return frozenset({one})
        if isinstance(one, Class):
            return frozenset({ClassObject(one, Scope(one.file, {}))})
        if not isinstance(one, Function):
            return self._value_of(one[1], Scope(one[0], {}))
        holder = self._definitions.classes.around(one)
        if holder is not None and is_bound:
            of = ClassObject(holder, Scope(holder.file, {}))
            return self._member(Instance(of), of, one, holder)
        return self._wrapped(Closure(one.node, Scope(one.file, {}), holder), one.node.decorator_list)

    def define(self, node: FunctionNode | ast.ClassDef, scope: Scope) -> Values:
        """What a statement inside of a function defines."""
        if isinstance(node, ast.ClassDef):
            one = self._definitions.class_at(scope.file, node)
            return frozenset({ClassObject(one, scope)}) if one else UNKNOWN
        return self._wrapped(Closure(node, scope), node.decorator_list)

    def _wrapped(self, closure: Closure, decorators: list[ast.expr]) -> Values:
        values: Values = frozenset({closure})
        for decorator in reversed(decorators):
            if decorator in self._running or len(self._running) > _DEPTH:
                return UNKNOWN
            self._running.append(decorator)
            values = self.call(self.evaluate(decorator, closure.scope), Arguments((values,)))
            self._running.pop()
        return values

    def _attribute(self, node: ast.Attribute, scope: Scope) -> Values:
        base = self.evaluate(node.value, scope)
        found = joined([self.attribute(value, node.attr) for value in base])
        return found if found and found != UNKNOWN else self._global(node, scope)

    def attribute(self, value: Value, name: str) -> Values:
        """What a value has under a name."""
        match value:
            case Instance(of=of, fields=fields):
                return fields[name] if name in fields else self._of_class(value, of, found_in(of.one, name), name)
            case ClassObject(one=one):
                return self._of_class(value, value, found_in(one, name), name)
            case SuperObject(instance=Instance(of=of) as instance, after=after):
                return self._of_class(instance, of, found_after(of.one, after, name), name)
            case SuperObject(instance=ClassObject() as of, after=after):
                return self._of_class(of, of, found_after(of.one, after, name), name)
            case Keywords() | Items():
                return bound(frozenset({LibraryFunction(f"builtins.{name}")}), value)
        return attribute_of_function(value, name) if isinstance(value, _FUNCTIONS) else UNKNOWN

    def _of_class(
        self,
        value: Value,
        of: ClassObject,
        found: tuple[Class | None, Sequence[Function]],
        name: str,
    ) -> Values:
        holder, functions = found
        if holder is None:
            return inherited(name)
        if functions:
            return joined([self._member(value, of, function, holder) for function in functions])
        assigned = assigned_in(holder, name)
        if assigned is None:
            return UNKNOWN
        return self._value_of(assigned, Scope(holder.file, {}, of.scope if holder is of.one else None))

    def _member(self, value: Value, of: ClassObject, function: Function, holder: Class) -> Values:
        """A method as an object or a class has it."""
        kind = kind_of(function)
        closure = closure_of(function, holder, of)
        if kind == "property":
            return self.invoke(closure, Arguments((frozenset({value}),))) if isinstance(value, Instance) else UNKNOWN
        others = [d for d in function.node.decorator_list if not ast.unparse(d).endswith(kind)]
        values = self._wrapped(closure, others)
        if kind == "classmethod":
            return bound(values, of)
        return bound(values, value) if kind == "method" and isinstance(value, Instance) else values

    def bind(self, target: ast.expr, values: Values, scope: Scope) -> None:
        """Let a name, or a field of an object, stand for some values."""
        match target:
            case ast.Name(id=name):
                scope.names[name] = values
            case ast.Attribute(value=value, attr=name):
                for one in self.evaluate(value, scope):
                    if isinstance(one, Instance):
                        one.fields[name] = one.fields.get(name, frozenset()) | values
            case ast.Subscript(value=value):
                text = ast.unparse(value)
                self._stored[text] = self._stored.get(text, frozenset()) | values
            case ast.Tuple(elts=targets) | ast.List(elts=targets):
                known = [v.items for v in values if isinstance(v, Items) and len(v.items) == len(targets)]
                for number, inner in enumerate(targets):
                    self.bind(inner, joined([items[number] for items in known]) or UNKNOWN, scope)
            case ast.Starred(value=value):
                self.bind(value, UNKNOWN, scope)

    # calls

    def _call_node(self, node: ast.Call, scope: Scope) -> Values:
        called = self.evaluate(node.func, scope)
        if called == {LibraryFunction("builtins.super")}:
            return self._super(scope)
        arguments = arguments_of(node, lambda argument: self.evaluate(argument, scope))
        if called == {LibraryFunction("builtins.getattr")} and (found := self._getattr(arguments)):
            return found
        given = self.call(called, arguments)
        if given == UNKNOWN:
            given = frozenset({self._definitions.gives(scope.file, node.func)})
        return given

    def call(self, called: Values, arguments: Arguments) -> Values:
        """What a call of any of some values may give; what cannot be called is only counted where nothing else is."""
        able = [value for value in called if not isinstance(value, Constant)]
        return joined([self._call(value, arguments) for value in able]) if able else UNKNOWN

    def _call(self, value: Value, arguments: Arguments) -> Values:
        match value:
            case Decorated():
                return frozenset({Effect.KEEPS})
            case Closure():
                return self.invoke(value, arguments)
            case PartialObject(function=function, arguments=first):
                return self.call(function, arguments.after(first))
            case Passing(function=function):
                return self.call(function, arguments)
            case Gives(effect=effect):
                return frozenset({effect})
            case Maker(name=name) if arguments.positional:
                return decorate(name, arguments.positional[0])
            case LibraryFunction(name=name):
                return call_library(name, arguments, self._below)
            case ClassObject():
                return self._construct(value, arguments)
            case Instance():
                return self.call(self.attribute(value, "__call__"), arguments)
        return UNKNOWN

    def invoke(self, closure: Closure, arguments: Arguments) -> Values:
        """What a call of a function gives by its ``def``."""
        node = closure.node
        if closure.is_async:
            return frozenset({Effect.ASYNC_ITERATOR if closure.is_generator else Effect.COROUTINE})
        if closure.is_generator:
            return PLAIN
        if self._running.count(node) > 1 or len(self._running) > _DEPTH or says_nothing(node):
            return UNKNOWN
        names = bound_parameters(node, arguments, lambda default: self.evaluate(default, closure.scope))
        first = names.get(first_parameter(node), UNKNOWN)
        scope = Scope(closure.scope.file, names, closure.scope, closure.owner, first)
        self._running.append(node)
        if isinstance(node, ast.Lambda):
            given = self.evaluate(node.body, scope)
        else:
            given = Execution(self, scope).returned(node.body)
        self._running.pop()
        return given

    def _construct(self, of: ClassObject, arguments: Arguments) -> Values:
        made = self.call(self.attribute(of, "__new__"), arguments.after(Arguments((frozenset({of}),))))
        for one in made:
            if isinstance(one, Instance) and one.of.one is of.one:
                one.fields.update(fields_given(of.one, arguments))
                self.call(self.attribute(one, "__init__"), arguments)
        return made

    def _getattr(self, arguments: Arguments) -> Values | None:
        name = literal(arguments.positional[1]) if len(arguments.positional) > 1 else ""
        if not name:
            return None
        found = joined([self.attribute(value, name) for value in arguments.positional[0]])
        return found | arguments.positional[2] if found == UNKNOWN and len(arguments.positional) > 2 else found

    def _super(self, scope: Scope) -> Values:
        around = scope.of_method()
        return frozenset(SuperObject(one, around.owner) for one in around.first) if around else UNKNOWN

    def _value_of(self, assigned: ast.expr, scope: Scope) -> Values:
        """What a statement of a module or of a class binds to a name, which may need that name itself."""
        if assigned not in self._assigned:
            self._assigned[assigned] = UNKNOWN
            # Whether it is still true, or None, when the function is called, nobody knows.
            values = self.evaluate(assigned, scope)
            self._assigned[assigned] = frozenset(Effect.PLAIN if is_switch(value) else value for value in values)
        return self._assigned[assigned]
