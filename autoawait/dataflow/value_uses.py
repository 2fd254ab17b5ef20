"""How a value is used: every expression and statement form in which a coroutine can stand.

``uses_of`` follows a value upward through the forms that pass it on (conditional branches, walrus,
``and``/``or``), through local names to each of their reads, and through containers to where their
elements come out again. What it returns are leaves; nothing here knows what the value *is*.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from dataclasses import replace

from autoawait.dataflow.reaching_definitions import Load, binds, parameter_reach, reach
from autoawait.dataflow.use_forms import (
    FORMS,
    appended_to,
    appending_call,
    asks_for_awaitable,
    comparison,
    in_part,
    is_text,
)
from autoawait.dataflow.uses import Usage, Use, UseKind, called_name, is_intention
from autoawait.knowledge.consumers import COLLECTORS, COROUTINE_METHODS, ELEMENT_READERS, LOOKING_AT_ANYTHING, PROBES
from autoawait.project.index import Unit
from autoawait.project.syntax import FunctionNode


def uses_of(unit: Unit, node: ast.expr) -> Usage:
    """Where the value of an expression of ``unit`` goes."""
    follow = _UseTracker(unit)
    uses = tuple(dict.fromkeys(follow.up(node, element=False)))
    return Usage(uses, follow.name, follow.annotation, follow.has_awaited_rival)


def uses_of_parameter(unit: Unit, function: FunctionNode, parameter: ast.arg) -> Usage:
    """Where the value passed for a parameter goes inside the function whose unit is given."""
    follow = _UseTracker(unit)
    found = parameter_reach(function, parameter)
    starred = parameter in (function.args.vararg, function.args.kwarg)
    uses = [use for load in found.loads for use in follow.up(load.node, element=starred, only=load.only)]
    if found.escapes:
        uses.append(Use(UseKind.STORE, ast.Name(parameter.arg), function, "it is shared with inner functions"))
    return Usage(tuple(dict.fromkeys(uses)), parameter.arg, parameter.annotation)


class _UseTracker:
    """One walk. ``element`` says that what we follow is a container (or iterator) that holds the value."""

    def __init__(self, unit: Unit) -> None:
        self.unit = unit
        self.name = ""
        self.annotation: ast.expr | None = None
        self.has_awaited_rival = False
        self._visited: set[tuple[ast.AST, bool]] = set()

    def up(self, node: ast.expr, *, element: bool, only: bool = True) -> Iterable[Use]:
        if (node, element) in self._visited:
            return []
        self._visited.add((node, element))
        parent = self.unit.parent(node)
        uses = self.in_container(node, parent) if element else self.in_parent(node, parent)
        return uses if only else [replace(use, only=False) for use in uses]

    def read(self, load: Load, sure: bool, element: bool) -> Iterable[Use]:
        """The uses at one read of a name; ``sure``: what was bound is no mere branch of a conditional."""
        if load.inner and not load.only:  # an inner function may run when another binding is in force
            return [Use(UseKind.STORE, load.node, load.node, "an inner function reads it", element, only=False)]
        return self.up(load.node, element=element, only=load.only and sure)

    # the value itself stands below ``parent``

    def in_parent(self, node: ast.expr, parent: ast.AST) -> Iterable[Use]:
        def use(kind: UseKind, how: str = "") -> list[Use]:
            return [Use(kind, node, parent, how)]

        if (form := FORMS.get(type(parent))) is not None:
            return use(*form)
        match parent:
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                return self.assigned(node, parent, element=False)
            case ast.Attribute():
                if parent.attr in COROUTINE_METHODS and not self.sends_something(parent):
                    return use(UseKind.METHOD)
                return use(UseKind.VALUE, f"its attribute `{parent.attr}` is used")
            case ast.Subscript():
                if parent.value is node:
                    return use(UseKind.VALUE, "it is subscripted")
                # A coroutine may be a key, but a new one is in no table yet.
                is_new = isinstance(node, ast.Call) and isinstance(parent.ctx, ast.Load)
                return use(UseKind.VALUE if is_new else UseKind.STORE, "it is used as a key")
            case ast.Call() | ast.keyword():
                return self.in_call(node, parent)
            case ast.Compare():
                return use(*comparison(node, parent))
            case ast.BoolOp() | ast.IfExp():
                return self.in_condition(node, parent)
            case ast.UnaryOp():
                if isinstance(parent.op, ast.Not):
                    return use(UseKind.CONDITION, "it is tested by `not`")
                return use(UseKind.VALUE, "it is used as an operand")
            case ast.BinOp():
                if isinstance(parent.op, ast.Mod) and is_text(parent.left):
                    return use(UseKind.FORMAT, "it is formatted into a string")
                return use(UseKind.VALUE, "it is used as an operand")
            case ast.List() | ast.Tuple() | ast.Set() | ast.ListComp() | ast.SetComp() | ast.GeneratorExp():
                return self.up(parent, element=True)
            case ast.Dict():
                if node in parent.values and parent.keys[parent.values.index(node)] is None:
                    return use(UseKind.VALUE, "it is unpacked")
                return use(UseKind.STORE, "it is stored in a dict")
            case _:
                return use(*in_part(node, parent, self.unit))

    def sends_something(self, method: ast.Attribute) -> bool:
        """Whether something is sent that is not None, which a coroutine that has just begun refuses (PEP 342)."""
        call = self.unit.parent(method)
        if method.attr != "send" or not isinstance(call, ast.Call) or call.func is not method:
            return False
        first = call.args[0] if call.args else None
        return not (isinstance(first, ast.Constant) and first.value is None)

    def in_call(self, node: ast.expr, parent: ast.Call | ast.keyword) -> Iterable[Use]:
        if isinstance(parent, ast.keyword):
            call = self.unit.parent(parent)
            if parent.arg is None:
                return [Use(UseKind.VALUE, node, parent, "it is unpacked")]
            if not isinstance(call, ast.Call):
                return [Use(UseKind.STORE, node, parent, "it is used as a class keyword")]
            return [Use(UseKind.ARGUMENT, node, call, "it is passed on")]
        if parent.func is node:
            return [Use(UseKind.VALUE, node, parent, "it is called")]
        if called_name(parent) == "setattr":
            return [Use(UseKind.STORE, node, parent, "it is stored")]
        if called_name(parent) in LOOKING_AT_ANYTHING:
            return [Use(UseKind.NEUTRAL, node, parent)]
        if called_name(parent) in PROBES or asks_for_awaitable(parent):
            return [Use(UseKind.CONSUMED, node, parent)]
        if (holder := appended_to(parent, self.unit)) is not None:
            return self.read_back(holder, parent)
        return [Use(UseKind.ARGUMENT, node, parent, "it is passed on")]

    def in_condition(self, node: ast.expr, parent: ast.BoolOp | ast.IfExp) -> Iterable[Use]:
        if isinstance(parent, ast.IfExp):
            if parent.test is node:
                return [Use(UseKind.CONDITION, node, parent, "it is used as the condition of a conditional expression")]
            return self.up(parent, element=False)
        if parent.values[-1] is node:
            return self.up(parent, element=False)
        word = "and" if isinstance(parent.op, ast.And) else "or"
        tested = Use(UseKind.CONDITION, node, parent, f"it is tested by `{word}`")
        return [tested, *self.up(parent, element=False)]

    def assigned(self, node: ast.expr, parent: ast.AST, *, element: bool) -> Iterable[Use]:
        if isinstance(parent, ast.NamedExpr):
            return [*self.bound(parent.target, node, element), *self.up(parent, element=element)]
        if isinstance(parent, ast.AugAssign):
            if element and isinstance(parent.target, ast.Name):
                return self.read_back(parent.target, parent)
            return [Use(UseKind.STORE if element else UseKind.VALUE, node, parent, "it is used as an operand")]
        if isinstance(parent, ast.AnnAssign):
            self.annotation = parent.annotation
            return self.bound(parent.target, node, element)
        assert isinstance(parent, ast.Assign)
        return [use for target in parent.targets for use in self.bound(target, node, element)]

    def bound(self, target: ast.expr, node: ast.expr, element: bool) -> Iterable[Use]:
        """The uses of what is bound to a target of an assignment."""
        if isinstance(target, (ast.Tuple, ast.List)):
            if element:
                return self.unpacked(target, node)
            return [Use(UseKind.VALUE, node, target, "it is unpacked")]
        if not isinstance(target, ast.Name):
            return [Use(UseKind.STORE, node, target, "it is stored")]
        if is_intention(target.id):
            return [Use(UseKind.INTENDED, node, target)]
        if not self.is_local(target):
            return [Use(UseKind.STORE, node, target, f"it is assigned to `{target.id}`, which other code can see")]
        self.name = self.name or target.id
        found = reach(self.unit.body, target, self.unit.mentions[target.id])
        rivals = {other for load in found.loads for other in load.others}
        self.has_awaited_rival = self.has_awaited_rival or any(map(self.is_awaited, rivals))
        # Of a conditional expression the other branch may be in force as well.
        sure = not isinstance(node, (ast.IfExp, ast.BoolOp))
        uses = [use for load in found.loads for use in self.read(load, sure, element)]
        if found.escapes:
            uses.append(Use(UseKind.STORE, node, target, f"`{target.id}` is shared with other functions"))
        elif not found.loads:
            uses.append(Use(UseKind.DROPPED, node, target, f"it is assigned to `{target.id}`, which is never read"))
        return uses

    def unpacked(self, target: ast.Tuple | ast.List, container: ast.expr) -> Iterable[Use]:
        """A display unpacked into targets: item by item where both sides can be counted."""
        items = getattr(container, "elts", [])
        if len(items) == len(target.elts) and not any(isinstance(x, ast.Starred) for x in [*items, *target.elts]):
            came_from = [i for i in items if (i, False) in self._visited]
            pairs = [(t, i) for t, i in zip(target.elts, items, strict=True) if i in came_from]
            return [use for t, i in pairs for use in self.bound(t, i, False)]
        return [use for t in target.elts for use in self.bound(t, container, False) if not isinstance(t, ast.Starred)]

    def is_awaited(self, binding: ast.AST) -> bool:
        """Whether a name is bound to an awaited value."""
        parent = self.unit.parent(binding)
        return isinstance(parent, (ast.Assign, ast.AnnAssign)) and isinstance(parent.value, ast.Await)

    def is_local(self, target: ast.Name) -> bool:
        if self.unit.function is None or target not in self.unit.parents:
            return False  # a module's names are seen by others; those of inner functions are not ours
        return not any(isinstance(a, ast.ClassDef) for a in self.unit.ancestors(target))

    def read_back(self, holder: ast.Name, where: ast.AST) -> Iterable[Use]:
        """The uses of the elements of a local list to which the value was added at ``where``."""
        if not self.is_local(holder) or not binds(self.unit.body, holder.id):
            return [Use(UseKind.STORE, holder, where, f"it is added to `{holder.id}`")]
        uses: list[Use] = []
        for other in self.unit.nodes:
            if not (isinstance(other, ast.Name) and other.id == holder.id and isinstance(other.ctx, ast.Load)):
                continue
            if other is not holder and appending_call(other, self.unit) is None:
                uses += self.up(other, element=True)
        return uses or [Use(UseKind.STORE, holder, where, f"it is added to `{holder.id}`")]

    # a container that holds the value stands below ``parent``

    def in_container(self, node: ast.expr, parent: ast.AST) -> Iterable[Use]:
        def use(kind: UseKind, how: str = "") -> list[Use]:
            return [Use(kind, node, parent, how, element=True)]

        match parent:
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
                return self.assigned(node, parent, element=True)
            case ast.Starred():
                outer = self.unit.parent(parent)
                if isinstance(outer, ast.Call):
                    return [Use(UseKind.ARGUMENT, node, outer, "it is passed on", element=True)]
                return self.up(parent, element=True) if isinstance(outer, ast.expr) else use(UseKind.STORE)
            case ast.List() | ast.Tuple() | ast.Set():
                return self.up(parent, element=True)
            case ast.BoolOp() | ast.IfExp():
                if isinstance(parent, ast.IfExp) and parent.test is node:
                    return use(UseKind.NEUTRAL)
                return self.up(parent, element=True)
            case ast.For():
                return self.looped(parent.target, node)
            case ast.comprehension():
                return self.looped(parent.target, node) if parent.iter is node else use(UseKind.NEUTRAL)
            case ast.Call():
                return self.container_argument(node, parent)
            case ast.Subscript():
                if parent.value is not node:
                    return use(UseKind.STORE, "it is used as a key")
                return self.up(parent, element=isinstance(parent.slice, ast.Slice))
            case ast.BinOp():
                if isinstance(parent.op, ast.Mod) and is_text(parent.left):
                    return use(UseKind.FORMAT, "it is formatted into a string")
                return self.up(parent, element=True)
            case ast.Return() | ast.Yield():
                kind = UseKind.RETURN if isinstance(parent, ast.Return) else UseKind.YIELD
                return use(kind, "it is an element of what is returned")
            case ast.Attribute():
                call = self.unit.parent(parent)
                if parent.attr in {"pop", "popleft"} and isinstance(call, ast.Call):
                    return self.up(call, element=False)
                return use(UseKind.NEUTRAL)
            case ast.Compare() | ast.UnaryOp() | ast.If() | ast.While() | ast.Expr():
                return use(UseKind.NEUTRAL)
            case _:
                return use(UseKind.STORE, "it is an element of a container")

    def looped(self, target: ast.expr, node: ast.expr) -> Iterable[Use]:
        """The uses of a loop variable that takes the values out of a container."""
        names = [target] if isinstance(target, ast.Name) else self.columns(target, node)
        if not names:
            return [Use(UseKind.STORE, node, target, "it is an element of a container", element=True)]
        loop = self.unit.parent(target)
        if isinstance(loop, ast.comprehension):
            outer = self.unit.parent(loop)
            loads = [
                n
                for n in ast.walk(outer)
                if isinstance(n, ast.Name) and n.id in {name.id for name in names} and isinstance(n.ctx, ast.Load)
            ]
            return [use for load in loads for use in self.up(load, element=False)]
        found = [use for name in names for use in self.bound(name, node, False)]
        return [use for use in found if use.kind is not UseKind.DROPPED]

    def columns(self, target: ast.expr, container: ast.expr) -> list[ast.Name]:
        """The loop variables that take the value out of the rows of a display: ``for f, n in [(a, 1), (b, 2)]``."""
        variables = target.elts if isinstance(target, (ast.Tuple, ast.List)) else []
        rows = container.elts if isinstance(container, (ast.Tuple, ast.List, ast.Set)) else []
        cells = [row.elts for row in rows if isinstance(row, (ast.Tuple, ast.List)) and len(row.elts) == len(variables)]
        if len(cells) < len(rows):
            return []
        taken = [any((row[n], False) in self._visited for row in cells) for n in range(len(variables))]
        chosen = [variable for variable, is_taken in zip(variables, taken, strict=True) if is_taken]
        names = [v for v in chosen if isinstance(v, ast.Name)]
        return names if len(names) == len(chosen) else []

    def container_argument(self, node: ast.expr, call: ast.Call) -> Iterable[Use]:
        name = called_name(call)
        if isinstance(call.func, ast.Attribute) and call.func.attr == "join" and is_text(call.func.value):
            return [Use(UseKind.VALUE, node, call, "it is joined into a string", element=True)]
        if appended_to(call, self.unit) is not None and called_name(call) != "extend":
            return [Use(UseKind.STORE, node, call, "it is an element of a container within another one", element=True)]
        if (holder := appended_to(call, self.unit)) is not None:
            return self.read_back(holder, call)
        if isinstance(call.func, ast.Name) and name in ELEMENT_READERS:
            kind = UseKind.CONDITION if name in {"any", "all"} else UseKind.VALUE
            return [Use(kind, node, call, f"`{name}` reads the values", element=True)]
        if isinstance(call.func, ast.Name) and name in COLLECTORS:
            return self.up(call, element=True)
        return [Use(UseKind.ARGUMENT, node, call, "it is passed on", element=True)]
