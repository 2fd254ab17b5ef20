"""What happens to a function where it is named: it is called, passed on, stored, replaced. Syntax alone."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from enum import Enum

from autoawait.dataflow.uses import called_name
from autoawait.project.occurrences import Occurrence
from autoawait.resolution.partials import PARTIALS
from autoawait.types.type_expr import names_awaitable


class Role(Enum):
    """What happens to a function where it is named."""

    CALL = "call"  # it is the callee of `call`
    IMPORT = "import"  # it is imported, which changes nothing by itself
    EXPORTED = "exported"  # its name stands in `__all__`
    MOCKED = "mocked"  # `patch` replaces it by a mock that follows it when it becomes async (an AsyncMock)
    PASSED = "passed"  # it is an argument of `into`
    PARTIAL = "partial"  # it is an argument of `functools.partial`, which is `into`
    STORED = "stored"  # it is put into a name, an attribute, a container or a default
    ALIAS = "alias"  # it is put into a name or attribute whose uses are known, and are references as well
    RETURNED = "returned"  # a function or lambda gives it back, or a generator yields it
    DECORATOR = "decorator"  # it decorates; `call` is the call in `@f(...)`
    STRING = "string"  # its name is looked up as text
    ASKED = "asked"  # it is only looked at, in a way that being async does not change
    ASSIGNED = (
        "assigned"  # something else takes its name: `obj.f = ...`, `f = ...`, `setattr`, `patch` with a replacement
    )
    OTHER = "other"  # any other use of the function itself


@dataclass(frozen=True, slots=True)
class ReferenceRole:
    """A role and the words for it; ``call`` is the call whose callee the name is, ``into`` that whose argument."""

    role: Role
    words: str
    call: ast.Call | None = None
    into: ast.Call | None = None


# Calls that look up a name given as a string (docs.python.org: builtins, operator, pydoc, pkgutil; Django and Werkzeug
# `import_string`, Tornado `import_object`, Celery `send_task`).
_LOOKUPS = frozenset({
    "getattr", "delattr", "methodcaller", "attrgetter",
    "import_string", "import_object", "resolve_name", "locate", "send_task",
})  # fmt: skip
_REPLACING = frozenset({"setattr", "__setattr__"})
# What describes a function (docs.python.org, Data model: special attributes of functions), async or not.
OF_FUNCTIONS = frozenset({"__name__", "__qualname__", "__doc__", "__module__", "__annotations__", "__type_params__"})
_PATCHES = {"patch": 1, "object": 2, "spy": 2}  # and how many arguments name what is patched


def role_of(occurrence: Occurrence) -> ReferenceRole | None:
    """The role of the function that a name means; None for a string that is not looked up as a name."""
    node, around = occurrence.node, occurrence.around
    if isinstance(node, ast.Constant):
        return _of_string(node, around)
    if isinstance(node, ast.alias):
        return ReferenceRole(Role.IMPORT, "it is imported") if isinstance(around[0], ast.ImportFrom) else None
    if not isinstance(node.ctx, ast.Load):
        match around[0]:
            case ast.AnnAssign(value=None, annotation=declared) if names_awaitable(ast.unparse(declared)):
                return ReferenceRole(Role.ASKED, "it is declared to return an awaitable")
        return ReferenceRole(Role.ASSIGNED, "its name is bound to something else")
    return _of_load(node, around)


def _of_load(node: ast.expr, around: tuple[ast.AST, ...]) -> ReferenceRole:
    """The role of a name that is read, climbing through what merely chooses it."""
    child: ast.AST = node
    for number, parent in enumerate(around):
        above = around[number + 1] if number + 1 < len(around) else parent
        match parent:
            case ast.IfExp() if child is not parent.test:
                pass
            case ast.BoolOp() if child is parent.values[-1]:
                pass
            case ast.keyword() if isinstance(above, ast.Call):
                return _argument(above, parent.arg)
            case ast.Call() if child is parent.func:
                return _called(parent, above, plain=child is node)
            case ast.Call():
                return _argument(parent, None)
            case _:
                return _in_form(child, parent)
        child = parent
    return ReferenceRole(Role.OTHER, "it is used as a value")


def _called(call: ast.Call, above: ast.AST, *, plain: bool) -> ReferenceRole:
    if call in getattr(above, "decorator_list", ()):
        return ReferenceRole(Role.DECORATOR, f"it decorates `{getattr(above, 'name', '')}`", call)
    if not plain:
        return ReferenceRole(Role.OTHER, "it is one of several functions that are called there")
    return ReferenceRole(Role.CALL, "it is called", call)


def _argument(call: ast.Call, keyword: str | None) -> ReferenceRole:
    name = f"`{_short(call.func)}`"
    if called_name(call) in PARTIALS:
        return ReferenceRole(Role.PARTIAL, f"it is bound to arguments by {name}", into=call)
    return ReferenceRole(
        Role.PASSED, f"it is passed to {name} as {f'`{keyword}`' if keyword else 'a callback'}", into=call
    )


# The role of a value directly below a node of some classes, whatever its place there.
_FORMS: tuple[tuple[tuple[type[ast.AST], ...], Role, str], ...] = (
    ((ast.arg, ast.FunctionDef, ast.AsyncFunctionDef), Role.OTHER, "it is used in an annotation"),
    ((ast.arguments,), Role.STORED, "it is the default of a parameter"),
    ((ast.Dict,), Role.STORED, "it is stored in a dict"),
    ((ast.List, ast.Tuple, ast.Set), Role.STORED, "it is stored in a container"),
    ((ast.ListComp, ast.SetComp, ast.DictComp), Role.STORED, "it is stored in a container"),
    ((ast.Return,), Role.RETURNED, "it is returned"),
    ((ast.Lambda,), Role.RETURNED, "a lambda returns it"),
    ((ast.Yield,), Role.RETURNED, "it is yielded"),
    ((ast.Compare,), Role.ASKED, "it is compared"),
    ((ast.If, ast.While, ast.Assert, ast.IfExp, ast.BoolOp), Role.ASKED, "it is tested"),
    ((ast.FormattedValue,), Role.ASKED, "it is formatted into a string"),
    ((ast.Expr,), Role.OTHER, "it is named without a call"),
)


def _in_form(child: ast.AST, parent: ast.AST) -> ReferenceRole:
    """The role of a value directly below a form that uses it."""
    if child in getattr(parent, "decorator_list", ()):
        return ReferenceRole(Role.DECORATOR, f"it decorates `{getattr(parent, 'name', '')}`")
    match parent:
        case ast.AnnAssign() if child is parent.annotation:
            return ReferenceRole(Role.OTHER, "it is used in an annotation")
        case ast.Assign() | ast.AnnAssign() | ast.AugAssign() | ast.NamedExpr():
            targets = parent.targets if isinstance(parent, ast.Assign) else [parent.target]
            return ReferenceRole(Role.STORED, f"it is stored in `{_short(targets[0])}`")
        case ast.Attribute():
            is_asked = parent.attr in OF_FUNCTIONS
            role, verb = (Role.ASKED, "read") if is_asked else (Role.OTHER, "used")
            return ReferenceRole(role, f"its attribute `{parent.attr}` is {verb}")
        case ast.UnaryOp(op=ast.Not()):
            return ReferenceRole(Role.ASKED, "it is tested")
        case ast.ClassDef():
            return ReferenceRole(Role.OTHER, f"it is an argument of the class definition of `{parent.name}`")
    known = ((role, words) for classes, role, words in _FORMS if isinstance(parent, classes))
    return ReferenceRole(*next(known, (Role.OTHER, "it is used as a value")))


def _of_string(node: ast.Constant, around: tuple[ast.AST, ...]) -> ReferenceRole | None:
    call = around[1] if isinstance(around[0], ast.keyword) else around[0]
    if isinstance(call, ast.Call):
        name, words = called_name(call), f"`{_short(call.func)}`"
        if name == "hasattr":
            return ReferenceRole(Role.ASKED, f"{words} checks whether it exists", into=call)
        if name in _LOOKUPS:
            return ReferenceRole(Role.STRING, f"{words} looks it up by name", into=call)
        if name in _REPLACING:
            return ReferenceRole(Role.ASSIGNED, f"{words} replaces it", into=call)
        if name in _PATCHES:
            replaced = len(call.args) > _PATCHES[name] or {"new", "new_callable"} & {k.arg for k in call.keywords}
            return ReferenceRole(Role.ASSIGNED if replaced else Role.MOCKED, f"{words} replaces it", into=call)
    if any(_is_all(parent) for parent in around):
        return ReferenceRole(Role.EXPORTED, "it is listed in `__all__`")
    # An import path of some length is hardly anything else.
    if str(node.value).count(".") >= 2 or (":" in str(node.value) and "." in str(node.value)):
        return ReferenceRole(Role.STRING, "a string gives its import path")
    return None


def _is_all(node: ast.AST) -> bool:
    """Whether a statement or call makes ``__all__`` or adds to it."""
    match node:
        case ast.Assign(targets=[target, *_]) | ast.AnnAssign(target=target) | ast.AugAssign(target=target):
            return isinstance(target, ast.Name) and target.id == "__all__"
        case ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"))):
            return True
    return False


def _short(node: ast.expr) -> str:
    """The text of an expression, or of its last name where that is long."""
    text = ast.unparse(node)
    return text if len(text) <= 40 else text.rpartition(".")[2][-40:]
