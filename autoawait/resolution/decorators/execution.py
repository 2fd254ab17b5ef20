"""What a run of a function's body may return: its statements, each branch that may be taken."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import Protocol

from autoawait.project.index import own_nodes
from autoawait.project.syntax import TRIES, FunctionNode
from autoawait.resolution.decorators.values import UNKNOWN, Constant, Scope, Values, constant, joined, merged


class Evaluator(Protocol):
    """What expressions and definitions stand for."""

    def evaluate(self, node: ast.expr, scope: Scope) -> Values: ...

    def truth(self, node: ast.expr, scope: Scope) -> bool | None: ...

    def define(self, node: FunctionNode | ast.ClassDef, scope: Scope) -> Values: ...

    def bind(self, target: ast.expr, values: Values, scope: Scope) -> None: ...


class Execution:
    """One run of a body. Of what an error leads to, a mere constant is not counted: where the function below is
    async, calling it raises no error."""

    def __init__(self, evaluator: Evaluator, scope: Scope) -> None:
        self._evaluator = evaluator
        self._scope = scope
        self._returned: list[Values] = []
        self._handling = 0

    def returned(self, body: Sequence[ast.stmt]) -> Values:
        """What a run may return. Its end counts only where nothing else is returned."""
        falls = self._block(body)
        if not self._returned:
            return constant(None) if falls else frozenset()
        return joined(self._returned)

    def _block(self, body: Sequence[ast.stmt]) -> bool:
        """Run statements; whether the end of the block may be reached."""
        return all(self._statement(statement) for statement in body)

    def _statement(self, node: ast.stmt) -> bool:
        match node:
            case ast.Return():
                self._return(node)
                return False
            case ast.Raise() | ast.Continue() | ast.Break():
                return False
            case ast.If():
                return self._if(node)
            case ast.For() | ast.While():
                return self._loop(node)
            case ast.With():
                for item in node.items:
                    if item.optional_vars:
                        self._evaluator.bind(item.optional_vars, UNKNOWN, self._scope)
                return self._block(node.body)
            case ast.Match():
                return self._branches([(case.body) for case in node.cases], may_skip=True)
        if isinstance(node, TRIES):
            return self._try(node)
        self._simple(node)
        return True

    def _simple(self, node: ast.stmt) -> None:
        """What neither leaves nor branches."""
        match node:
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                self._scope.names[name] = self._evaluator.define(node, self._scope)
            case ast.Assign(targets=targets, value=value):
                values = self._evaluator.evaluate(value, self._scope)
                for target in targets:
                    self._evaluator.bind(target, values, self._scope)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._evaluator.bind(target, self._evaluator.evaluate(value, self._scope), self._scope)
            case ast.AugAssign(target=target):
                self._evaluator.bind(target, UNKNOWN, self._scope)
            case ast.Expr(value=ast.Call() as call):
                self._evaluator.evaluate(call, self._scope)

    def _return(self, node: ast.Return) -> None:
        values = self._evaluator.evaluate(node.value, self._scope) if node.value else constant(None)
        if self._handling:
            values = frozenset(value for value in values if not isinstance(value, Constant))
        if values:
            self._returned.append(values)

    def _if(self, node: ast.If) -> bool:
        truth = self._evaluator.truth(node.test, self._scope)
        if truth is not None:
            return self._block(node.body if truth else node.orelse)
        return self._branches([node.body, node.orelse], may_skip=False)

    def _branches(self, bodies: Sequence[Sequence[ast.stmt]], *, may_skip: bool) -> bool:
        before = dict(self._scope.names)
        after = dict(before) if may_skip else None
        left: dict[str, Values] = {}
        for body in bodies:
            self._become(before)
            if self._block(body):
                after = merged(after, self._scope.names) if after is not None else dict(self._scope.names)
            else:
                left = merged(left, self._scope.names)
        # A function that was made where the body is left still finds the names of there.
        self._become({**left, **(after if after is not None else before)})
        return after is not None

    def _loop(self, node: ast.For | ast.While) -> bool:
        truth = None
        if isinstance(node, ast.While):
            truth = self._evaluator.truth(node.test, self._scope)
        else:
            self._evaluator.bind(node.target, UNKNOWN, self._scope)
        if truth is False:
            return self._block(node.orelse)
        for _ in range(2):  # what the first round binds, the second finds
            self._branches([node.body], may_skip=True)
        is_endless = truth is True and not any(isinstance(n, ast.Break) for n in own_nodes(node.body))
        return not is_endless and self._block(node.orelse)

    def _try(self, node: ast.Try) -> bool:
        before = dict(self._scope.names)
        falls = self._block(node.body) and self._block(node.orelse)
        after = dict(self._scope.names)
        self._become(merged(before, after))
        self._handling += 1
        handled = self._branches([handler.body for handler in node.handlers], may_skip=False)
        self._handling -= 1
        handled = handled and bool(node.handlers)
        if falls:
            self._become(merged(after, self._scope.names) if handled else {**self._scope.names, **after})
        return self._block(node.finalbody) and (falls or handled)

    def _become(self, names: dict[str, Values]) -> None:
        """Closures hold the scope itself: its names change in place."""
        names = dict(names)
        self._scope.names.clear()
        self._scope.names.update(names)
