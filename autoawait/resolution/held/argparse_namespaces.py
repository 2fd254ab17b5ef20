"""Functions that a command line parser stores in what it parses: ``parser.set_defaults(func=run)``.

What was parsed is a ``Namespace`` (``args.func(args)``) or the dict of its attributes (``vars(args)["func"](args)``).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from autoawait.dataflow.uses import called_name
from autoawait.knowledge.argument_parsers import GIVES_NAMESPACE, GIVES_PARSER, NAMESPACE, SETS_DEFAULTS
from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.project.source import SourceFile
from autoawait.resolution.held.holding import HeldCall, HolderSearch, Holding
from autoawait.resolution.qualified_names import NameQualifier
from autoawait.types.engine import TypeEngine
from autoawait.types.expressions import fact_of

_SETTER = "set_defaults"
_TAKING = frozenset({"pop", "get"})
_OF_VARS = "dict[str, Any]"  # the type of `vars(...)` as ty words it
_UNKNOWN = frozenset({"Unknown", "Any"})


@dataclass(frozen=True, eq=False)
class _Read:
    """An expression that reads a name of something: ``whole`` is what it gives, ``of`` whose it is."""

    occurrence: Occurrence
    whole: ast.expr
    of: ast.expr
    is_key: bool = False


class ArgparseNamespaces(HolderSearch):
    """The functions stored so in one project; each name is looked up once."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences) -> None:
        super().__init__(index, engine, names)
        self._qualifier = NameQualifier(index, engine)
        self._known: dict[str, Holding | None] = {}

    def holding(self, occurrence: Occurrence, into: ast.Call) -> Holding | None:
        """What is kept with a function that is an argument of a call: all that is kept by the same name, and where it
        is called. None where the call keeps nothing so, or where more becomes of it than calls."""
        name = next((k.arg for k in into.keywords if k in occurrence.around and k.arg), "")
        if called_name(into) != _SETTER or not name or not self._sets_defaults(occurrence, into):
            return None
        if name not in self._known:
            self._known[name] = self._kept_by(name)
        return self._known[name]

    def _kept_by(self, name: str) -> Holding | None:
        setters = [(o, call) for o in self._names.occurrences({_SETTER}) if (call := _called_at(o)) is not None]
        keeping = [
            (occurrence.file, keyword.value)
            for occurrence, call in setters
            for keyword in call.keywords
            if keyword.arg == name and self._sets_defaults(occurrence, call)
        ]
        words = f"it is stored in the parsed arguments as `{name}`"
        return self._held(keeping, words, lambda: self._calls(name))

    def _sets_defaults(self, occurrence: Occurrence, call: ast.Call) -> bool:
        """Whether a call of ``set_defaults`` is one of a parser."""
        if self._qualifier.of(occurrence.file, call).names & SETS_DEFAULTS:
            return True
        if not isinstance(call.func, ast.Attribute) or self._text(occurrence.file, call.func) not in _UNKNOWN:
            return False
        bound = self._bound(occurrence, call.func.value)
        return any(self._gives(occurrence.file, value, GIVES_PARSER) for value in bound)

    def _bound(self, occurrence: Occurrence, receiver: ast.expr) -> Iterator[ast.expr]:
        """What a receiver is, or is bound to in the code around."""
        if not isinstance(receiver, ast.Name):
            yield receiver
            return
        for node in self._names.unit_of(occurrence).nodes:
            if isinstance(node, ast.Assign) and any(
                isinstance(t, ast.Name) and t.id == receiver.id for t in node.targets
            ):
                yield node.value

    def _gives(self, file: SourceFile, node: ast.expr, makers: frozenset[str]) -> bool:
        return isinstance(node, ast.Call) and bool(self._qualifier.of(file, node).names & makers)

    # the calls

    def _calls(self, name: str) -> list[HeldCall] | None:
        """The calls of what a name of a namespace holds; None if more becomes of it.

        Where no type says that something is a namespace, a variable whose type nobody knows is taken for one.
        """
        reads = list(self._reads(name))
        surely = [read for read in reads if self._is_of_namespace(read)]
        perhaps = [read for read in reads if not read.is_key and self._is_unknown(read)] if not surely else []
        found: list[HeldCall] = []
        for read in surely or perhaps:
            calls = self._calls_of(read.occurrence, read.whole)
            if calls is None:
                return None
            found += calls
        return found

    def _reads(self, name: str) -> Iterator[_Read]:
        for occurrence in self._names.occurrences({name}):
            match occurrence.node, occurrence.around[0]:
                case ast.Attribute(ctx=ast.Load(), value=receiver) as node, _:
                    yield _Read(occurrence, node, receiver)
                case ast.Constant() as key, ast.Call(
                    func=ast.Name(id="getattr"), args=[receiver, second, *_]
                ) as call if second is key:
                    yield _Read(occurrence, call, receiver)
                case ast.Constant() as key, ast.Call(
                    func=ast.Attribute(value=receiver, attr=attr), args=[first, *_]
                ) as call if first is key and attr in _TAKING:
                    yield _Read(occurrence, call, receiver, is_key=True)
                case ast.Constant() as key, ast.Subscript(value=receiver, slice=first, ctx=ast.Load()) as item if (
                    first is key
                ):
                    yield _Read(occurrence, item, receiver, is_key=True)

    def _is_of_namespace(self, read: _Read) -> bool:
        file = read.occurrence.file
        if not read.is_key:
            return self._is_namespace(file, read.of)
        if isinstance(read.of, ast.Call):
            return called_name(read.of) == "vars" and any(self._is_namespace(file, given) for given in read.of.args)
        return self._has_dicts and self._text(file, read.of) == _OF_VARS

    def _is_namespace(self, file: SourceFile, node: ast.expr) -> bool:
        return self._gives(file, node, GIVES_NAMESPACE) or NAMESPACE in self._qualifier.class_of(file, node)

    def _is_unknown(self, read: _Read) -> bool:
        return isinstance(read.of, ast.Name) and self._text(read.occurrence.file, read.of) in _UNKNOWN

    def _text(self, file: SourceFile, node: ast.expr) -> str:
        return fact_of(self._engine, file, node).text

    @cached_property
    def _has_dicts(self) -> bool:
        """Whether the attributes of a namespace are anywhere made a dict."""
        calls = ((o, call) for o in self._names.occurrences({"vars"}) if (call := _called_at(o)) is not None)
        return any(self._is_namespace(o.file, given) for o, call in calls for given in call.args)


def _called_at(occurrence: Occurrence) -> ast.Call | None:
    """The call whose callee a name is."""
    around = occurrence.around[0]
    return around if isinstance(around, ast.Call) and around.func is occurrence.node else None
