"""Where the value bound to a local name goes: reaching definitions of one name in one function.

An abstract run over the statements in order of evaluation. The state is the set of bindings that may
be in force; branches join, loops run twice (enough for one name: the second pass brings the bindings
of the first round to the top of the loop), an exception may come from anywhere in a ``try`` body.
"""

from __future__ import annotations

import ast
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from autoawait.project.syntax import TRIES, FunctionNode

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp

_COMPREHENSIONS = (ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)
_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_State = frozenset[ast.AST]


@dataclass(frozen=True, slots=True)
class Load:
    """A read of the name. ``others`` are further bindings that may be in force there, ``only`` says that there are
    none; ``inner`` that an inner function reads it, which may run at any time."""

    node: ast.Name
    only: bool
    inner: bool = False
    others: frozenset[ast.AST] = frozenset()


@dataclass(frozen=True, slots=True)
class Reach:
    """Where a binding goes. ``escapes``: the name is global, nonlocal, or rebound by an inner function."""

    loads: tuple[Load, ...]
    escapes: bool


def reach(body: Sequence[ast.stmt], binding: ast.Name, mentions: Container[ast.AST] | None = None) -> Reach:
    """The reads that may see the value bound at ``binding`` (a Name in Store context) within ``body``.

    ``body`` is that of the function (or module) whose local the name is. ``mentions``, if given, are
    the nodes of the body that have the name below them; other expressions are passed over.
    """
    run = _AbstractRun(binding.id, mentions)
    run.block(body, frozenset())
    return run.reach_of(binding)


def parameter_reach(function: FunctionNode, parameter: ast.arg) -> Reach:
    """The reads that may see the value passed for ``parameter``."""
    run = _AbstractRun(parameter.arg)
    run.block(function.body, run.bind(parameter))
    return run.reach_of(parameter)


def binds(body: Iterable[ast.stmt], name: str) -> bool:
    """Whether the statements of a function bind ``name`` themselves, inner scopes left out."""
    stack: list[ast.AST] = list(body)
    while stack:
        node = stack.pop()
        if isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            if node.name == name:
                return True
            continue
        if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, (ast.Store, ast.Del)):
            return True
        if isinstance(node, ast.alias) and (node.asname or node.name.split(".")[0]) == name:
            return True
        if isinstance(node, ast.ExceptHandler | ast.MatchAs | ast.MatchStar) and node.name == name:
            return True
        if isinstance(node, (ast.Lambda, *_COMPREHENSIONS)):
            continue
        stack.extend(ast.iter_child_nodes(node))
    return False


def arguments_of(function: FunctionNode | ast.Lambda) -> list[ast.arg]:
    """All parameters of a function, in order."""
    a = function.args
    return [*a.posonlyargs, *a.args, *a.kwonlyargs, *filter(None, (a.vararg, a.kwarg))]


class _AbstractRun:
    """One abstract run for one name. ``seen``: read -> bindings that may be in force at it."""

    def __init__(self, name: str, mentions: Container[ast.AST] | None = None) -> None:
        self.name = name
        self._mentions = mentions
        self.seen: dict[ast.Name, set[ast.AST]] = {}
        self.bindings: set[ast.AST] = set()
        self.captured: list[ast.Name] = []
        self.escapes = False
        self._breaks: list[list[_State]] = []
        self._continues: list[list[_State]] = []
        self._raised: list[set[ast.AST]] = []

    def reach_of(self, binding: ast.AST) -> Reach:
        """Where one of the bindings goes, after the run."""
        seen = ((node, bindings) for node, bindings in self.seen.items() if binding in bindings)
        loads = [Load(node, found == {binding}, others=frozenset(found - {binding})) for node, found in seen]
        loads += [Load(node, len(self.bindings) == 1, inner=True) for node in self.captured]
        return Reach(tuple(loads), self.escapes)

    # statements: each returns the state after it, None where it does not go on

    def block(self, body: Iterable[ast.stmt], state: _State | None) -> _State | None:
        for statement in body:
            if state is None:
                return None
            state = self.statement(statement, state)
        return state

    def statement(self, node: ast.stmt, state: _State) -> _State | None:
        if isinstance(node, TRIES):
            return self.attempt(node, state)
        match node:
            case ast.If():
                state = self.expression(node.test, state)
                return _join(self.block(node.body, state), self.block(node.orelse, state))
            case ast.For() | ast.AsyncFor():
                return self.loop(node, self.expression(node.iter, state))
            case ast.While():
                return self.loop(node, state)
            case ast.With() | ast.AsyncWith():
                for item in node.items:
                    state = self.expression(item.context_expr, state)
                    if item.optional_vars:
                        state = self.expression(item.optional_vars, state)
                # A context manager may swallow an exception from anywhere in its body.
                return _join(self.block(node.body, state), state)
            case ast.Match():
                return self.match(node, state)
            case ast.Return() | ast.Raise():
                self.children(node, state)
                return None
            case ast.Break() | ast.Continue():
                stack = self._breaks if isinstance(node, ast.Break) else self._continues
                if stack:
                    stack[-1].append(state)
                return None
            case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.ClassDef():
                return self.definition(node, state)
            case ast.Global() | ast.Nonlocal():
                self.escapes = self.escapes or self.name in node.names
                return state
            case ast.Import() | ast.ImportFrom():
                bound = {(a.asname or a.name.split(".")[0]) for a in node.names}
                return self.bind(node) if self.name in bound else state
            case ast.Assign() | ast.AnnAssign() | ast.AugAssign():
                return self.assignment(node, state)
            case _:
                return self.children(node, state)

    def assignment(self, node: ast.Assign | ast.AnnAssign | ast.AugAssign, state: _State) -> _State:
        if isinstance(node, ast.AugAssign) and isinstance(node.target, ast.Name) and node.target.id == self.name:
            self.load(node.target, state)  # it reads before it binds
        if node.value is not None:
            state = self.expression(node.value, state)
        elif isinstance(node, ast.AnnAssign):
            return state  # a bare annotation binds nothing
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            state = self.expression(target, state)
        return state

    def loop(self, node: ast.For | ast.AsyncFor | ast.While, state: _State) -> _State | None:
        self._breaks.append([])
        top: _State = state
        after: _State = state
        for _ in range(2):
            self._continues.append([])
            inner = self.expression(node.test if isinstance(node, ast.While) else node.target, top)
            if isinstance(node, ast.While):
                after = _join(after, inner) or after
            end = self.block(node.body, inner)
            for jump in self._continues.pop():
                end = _join(end, jump)
            top = _join(top, end) or top
        left: _State | None = _join(after, top)
        if isinstance(node, ast.While) and _is_always(node.test):
            left = None
        jumps = self._breaks.pop()  # before ``else``: a break there belongs to the loop around
        left = self.block(node.orelse, left)
        for jump in jumps:
            left = _join(left, jump)
        return left

    def attempt(self, node: ast.Try, state: _State) -> _State | None:
        self._raised.append(set(state))  # all that may be in force when ``finally`` begins, however it is reached
        self._raised.append(set(state))
        end = self.block(node.orelse, self.block(node.body, state))
        anywhere = self._raised.pop()
        for outer in self._raised:
            outer |= anywhere
        thrown: _State = frozenset(anywhere)
        for handler in node.handlers:
            inner = self.expression(handler.type, thrown) if handler.type else thrown
            if handler.name == self.name:
                inner = self.bind(handler)
            end = _join(end, self.block(handler.body, inner))
        whatever: _State = frozenset(self._raised.pop())
        if not node.finalbody:
            return end
        after = self.block(node.finalbody, _join(end, whatever))
        return after if end is not None else None

    def match(self, node: ast.Match, state: _State) -> _State | None:
        state = self.expression(node.subject, state)
        end: _State | None = state
        for case in node.cases:
            inner = state
            for part in ast.walk(case.pattern):
                names = (getattr(part, "name", None), getattr(part, "rest", None))
                if isinstance(part, ast.pattern) and self.name in names:
                    inner = self.bind(part)
            if case.guard:
                inner = self.expression(case.guard, inner)
                state |= inner  # the guard may have bound it, and the next case is tried
                end = _join(end, inner)
            end = _join(end, self.block(case.body, inner))
        return end

    def definition(self, node: FunctionNode | ast.ClassDef, state: _State) -> _State:
        for decorator in node.decorator_list:
            state = self.expression(decorator, state)
        if isinstance(node, ast.ClassDef):
            for base in [*node.bases, *(k.value for k in node.keywords)]:
                state = self.expression(base, state)
            for statement in node.body:
                self.capture(statement)
        else:
            for default in _defaults(node):
                state = self.expression(default, state)
            self.capture_function(node)
        return self.bind(node) if node.name == self.name else state

    # expressions

    def expression(self, node: ast.expr, state: _State) -> _State:
        if self._mentions is not None and node not in self._mentions:
            return state
        if isinstance(node, ast.Name):
            if node.id != self.name:
                return state
            if isinstance(node.ctx, ast.Load):
                self.load(node, state)
                return state
            return self.bind(node) if isinstance(node.ctx, ast.Store) else frozenset()
        if isinstance(node, ast.NamedExpr):
            return self.expression(node.target, self.expression(node.value, state))
        if isinstance(node, (ast.BoolOp, ast.Compare)):
            values = node.values if isinstance(node, ast.BoolOp) else [node.left, *node.comparators]
            for number, value in enumerate(values):  # of a comparison two are evaluated, else one; others may be
                after = self.expression(value, state)
                state = after if number < 1 + isinstance(node, ast.Compare) else state | after
            return state
        if isinstance(node, ast.IfExp):
            state = self.expression(node.test, state)
            return self.expression(node.body, state) | self.expression(node.orelse, state)
        if isinstance(node, _COMPREHENSIONS):
            return self.comprehension(node, state)
        if isinstance(node, ast.Lambda):
            for default in _defaults(node):
                state = self.expression(default, state)
            if all(a.arg != self.name for a in arguments_of(node)):
                self.capture(node.body)
            return state
        return self.children(node, state)

    def comprehension(self, node: Comprehension, state: _State) -> _State:
        state = self.expression(node.generators[0].iter, state)
        own = {n.id for g in node.generators for n in ast.walk(g.target) if isinstance(n, ast.Name)}
        if self.name in own:
            return state
        parts = [p for p in (getattr(node, name, None) for name in ("key", "value", "elt")) if p is not None]
        inner = [part for clause in node.generators for part in (clause.iter, *clause.ifs)][1:] + parts
        for _ in range(2):  # as a loop: a walrus binds for the next round, or never
            after = state
            for part in inner:
                after = self.expression(part, after)
            state |= after
        return state

    def children(self, node: ast.AST, state: _State) -> _State:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, ast.expr):
                state = self.expression(child, state)
            elif isinstance(child, (ast.keyword, ast.Slice, ast.withitem)):
                state = self.children(child, state)
        return state

    # the name itself

    def load(self, node: ast.Name, state: _State) -> None:
        self.seen.setdefault(node, set()).update(state)

    def bind(self, node: ast.AST) -> _State:
        self.bindings.add(node)
        for raised in self._raised:
            raised.add(node)
        return frozenset([node])

    def capture_function(self, node: FunctionNode) -> None:
        if any(a.arg == self.name for a in arguments_of(node)):
            return
        if any(isinstance(n, ast.Nonlocal) and self.name in n.names for s in node.body for n in ast.walk(s)):
            self.escapes = True
        elif binds(node.body, self.name):
            return
        for statement in node.body:
            self.capture(statement)

    def capture(self, node: ast.AST) -> None:
        """Note the reads inside an inner scope: they may run at any time."""
        if isinstance(node, ast.Name):
            if node.id == self.name and isinstance(node.ctx, ast.Load) and node not in self.captured:
                self.captured.append(node)
        elif isinstance(node, _FUNCTIONS):
            for outside in (*node.decorator_list, *_defaults(node)):
                self.capture(outside)
            self.capture_function(node)
        elif isinstance(node, ast.Lambda) and any(a.arg == self.name for a in arguments_of(node)):
            for default in _defaults(node):
                self.capture(default)
        else:
            for child in ast.iter_child_nodes(node):
                self.capture(child)


def _defaults(function: FunctionNode | ast.Lambda) -> list[ast.expr]:
    return [*function.args.defaults, *(d for d in function.args.kw_defaults if d)]


def _join(a: _State | None, b: _State | None) -> _State | None:
    if a is None or b is None:
        return a if b is None else b
    return a | b


def _is_always(test: ast.expr) -> bool:
    return isinstance(test, ast.Constant) and bool(test.value)
