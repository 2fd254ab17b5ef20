"""Stub files beside modules, which may say less, more or something else than the module."""

from __future__ import annotations

import ast

from tests.random_programs.draw import Draw

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def draw_stub_file(draw: Draw, source: str) -> str:
    """The text of a stub file for a module."""
    kinds = {"right": _Right, "copied": _Copied, "less": _Less, "more": _More, "otherwise": _Otherwise}
    tree = ast.parse(source)
    if any(_is_bare_async_generator(node) for node in ast.walk(tree)):
        draw.features.add("stub file of an async generator")
    if any(isinstance(node, _FUNCTIONS) and not all(map(_stays, node.decorator_list)) for node in ast.walk(tree)):
        draw.features.add("stub file of what is decorated")
    return ast.unparse(draw.one("stub file", kinds)().visit(tree))


class _Copied(ast.NodeTransformer):
    """Bodies and decorators of functions are gone, but those of properties and context managers. So an async generator
    is said to be an async function."""

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        return self.function(node)

    def visit_AsyncFunctionDef(self, node: ast.AsyncFunctionDef) -> ast.AST:
        return self.function(node)

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        node.body = [ast.Expr(ast.Constant(...))]
        node.decorator_list = [one for one in node.decorator_list if _stays(one)]
        return node


class _Right(_Copied):
    """As a careful person writes it: an async generator is a function that gives an iterator."""

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        is_generator = any(isinstance(inner, ast.Yield) for inner in ast.walk(node))
        super().function(node)
        return (
            _made(ast.FunctionDef, node) if is_generator and not any(map(_makes_context, node.decorator_list)) else node
        )


class _Less(_Copied):
    """Nothing is annotated."""

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        super().function(node)
        node.returns = None
        for argument in node.args.args:
            argument.annotation = None
        return node


class _More(_Right):
    """There is a function more, and a method more in each class."""

    def visit_Module(self, node: ast.Module) -> ast.AST:
        self.generic_visit(node)
        node.body += ast.parse("async def never_there(x: int) -> int: ...").body
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body += ast.parse("async def never_there(self) -> int: ...").body
        return node


class _Otherwise(_Copied):
    """What is async is said to be sync, and what is sync is said to be async."""

    def function(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        super().function(node)
        kind = ast.AsyncFunctionDef if isinstance(node, ast.FunctionDef) else ast.FunctionDef
        return node if node.name.startswith("__") or node.decorator_list else _made(kind, node)


def _made(kind: type[ast.AST], node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
    """The same function, of another kind."""
    return ast.copy_location(kind(**{name: getattr(node, name, None) for name in node._fields}), node)


def _stays(decorator: ast.expr) -> bool:
    return _makes_context(decorator) or ast.unparse(decorator) in {"property", "abc.abstractmethod"}


def _makes_context(decorator: ast.expr) -> bool:
    return ast.unparse(decorator) in {"contextlib.asynccontextmanager", "contextlib.contextmanager"}


def _is_bare_async_generator(node: ast.AST) -> bool:
    is_async = isinstance(node, ast.AsyncFunctionDef) and not any(map(_makes_context, node.decorator_list))
    return is_async and any(isinstance(inner, ast.Yield) for inner in ast.walk(node))
