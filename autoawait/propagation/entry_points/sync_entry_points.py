"""Where an event loop may be started for a call, and by which library: ``asyncio.run(f())``.

At the start of a program; in a function that only the main block calls, and that starts another loop by what it calls
of a package; and, opt-in by ``--bridge``, in commands and console scripts: the command line calls them without
awaiting, so they stay sync.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator
from dataclasses import replace
from functools import cached_property

from autoawait.detection.draft import Draft
from autoawait.diagnostics.finding import Applicability, Edit, EditKind, Fix
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index, Unit
from autoawait.project.occurrences import dotted_name
from autoawait.project.source import SourceFile
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.barriers.package_loop_starters import LoopWay, PackageLoopStarters
from autoawait.propagation.conversion_graph import HARMLESS
from autoawait.propagation.def_edits.imports import module_import
from autoawait.propagation.facts import ProjectFacts
from autoawait.propagation.reachability import nearest
from autoawait.resolution.reference_roles import Role
from autoawait.types.engine import Kind

_AT_MODULE_LEVEL = Barrier(
    "AW402",
    "it is called at module level, where no `await` can stand",
    "call it from an async function that `asyncio.run(...)` starts, below `if __name__ == '__main__':`",
)
# A module that imports asyncio beside another one runs there.
_LIBRARIES = ("asyncio", "trio", "anyio")
_LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


class SyncEntryPoints:
    """The sync entry points of one project; none where a loop is not ``wanted`` there."""

    def __init__(
        self,
        facts: ProjectFacts,
        barriers: ConversionBarriers,
        package_loop_starters: PackageLoopStarters,
        own: Collection[str],
        *,
        wanted: bool,
    ) -> None:
        self._facts = facts
        self._barriers = barriers
        self._package_loop_starters = package_loop_starters
        self._loop_library = _EventLoopLibrary(facts.index, own)
        self._wanted = wanted
        self._known: dict[Function, bool] = {}
        self._starting: dict[Function, LoopWay | None] = {}

    def is_sync_entry_point(self, function: Function | None) -> bool:
        """Whether no loop is running in a function, and a call in it may start one: a command that nothing else calls,
        or what the main block alone calls and that starts another loop."""
        if function is None:
            return False
        if function not in self._known:
            is_command = self._wanted and self._barriers.is_command(function) and not self._is_called(function)
            self._known[function] = is_command or self._starts_another(function) is not None
        return self._known[function]

    def _starts_another(self, function: Function) -> LoopWay | None:
        """How a function of which only the main block makes use starts a loop by what it calls of a package."""
        if function not in self._starting:
            is_plain = not (function.is_async or function.is_generator or function.outer or function.owner)
            way = self._package_loop_starters.way(function) if is_plain else None
            self._starting[function] = way if way and way.is_sure and self._is_main(function) else None
        return self._starting[function]

    def _is_main(self, function: Function) -> bool:
        """Whether each use of a function is a call below a main guard, and there is one."""
        if function.node.decorator_list:
            return False
        found = [r for r in self._facts.references.to([function])[function] if r.role not in HARMLESS]
        return bool(found) and all(
            r.is_certain_call and r.unit.function is None and any(map(_is_main_guard, r.unit.ancestors(r.node)))
            for r in found
        )

    def start_of_program(self, unit: Unit, call: ast.Call, callee: Function) -> tuple[Edit, ...] | Barrier:
        """The edits that start a loop at a call of a module: below its main guard only, elsewhere nothing awaits it."""
        around = list(unit.ancestors(call))
        is_in_other_code = any(isinstance(node, (ast.ClassDef, ast.Lambda)) for node in around)
        if is_in_other_code or not any(map(_is_main_guard, around)):
            return _AT_MODULE_LEVEL
        return self.start(unit, call, callee)

    def start(self, unit: Unit, call: ast.Call, callee: Function | None) -> tuple[Edit, ...] | Barrier:
        """The edits that run the result of a call, by the library of the callee's module or its own."""
        return self._loop_library.start(unit.file, call, callee.file if callee else unit.file)

    def doubt(self, unit: Unit, call: ast.Call) -> str:
        """What is to be said of a call that would start many loops, or one beside another."""
        if any(isinstance(around, _LOOPS) for around in unit.ancestors(call)):
            return "each iteration of the loop around it would start an event loop of its own"
        if unit.function is None or (way := self._starts_another(unit.function)) is None:
            return ""
        return (
            f"{way.words(unit.function)}; here it would run in a loop of its own, "
            "and what it keeps of that loop cannot be used in the other"
        )

    def bridged(self, draft: Draft) -> Draft:
        """A draft that needs a sync entry point, with a loop started in place of its ``await``; others as they are."""
        site, finding = draft.site, draft.finding
        if finding.fix is None or not self.is_sync_entry_point(draft.needs) or draft.given.kind is not Kind.COROUTINE:
            return draft
        awaiting = Edit(site.unit.file.path, site.unit.file.span(site.node), EditKind.AWAIT)
        if finding.fix.edits != (awaiting,) or not isinstance(site.node, ast.Call):
            return draft
        place = draft.given.definition
        definition = (
            self._facts.index.definition(place) if place and place.path not in self._facts.index.foreign else None
        )
        begun = self.start(site.unit, site.node, definition if isinstance(definition, Function) else None)
        if isinstance(begun, Barrier):
            finding = replace(finding, code=begun.code, fix=None, reason=begun.reason, advice=begun.advice)
        else:
            doubt = self.doubt(site.unit, site.node)
            applicability = Applicability.UNSAFE if doubt else finding.applicability
            reason = "; ".join(filter(None, [finding.reason, doubt]))
            finding = replace(finding, fix=Fix(begun, applicability), reason=reason)
        return replace(draft, finding=finding, needs=None)

    def _is_called(self, function: Function) -> bool:
        found = self._facts.references.to([function])[function]
        return any(r.role is Role.CALL and r.unit.function is not None for r in found)


def _is_main_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__":``"""
    if not isinstance(node, ast.If) or not isinstance(node.test, ast.Compare):
        return False
    sides = [node.test.left, *node.test.comparators]
    names = {n.id for n in sides if isinstance(n, ast.Name)}
    texts = {n.value for n in sides if isinstance(n, ast.Constant)}
    return names == {"__name__"} and texts == {"__main__"} and isinstance(node.test.ops[0], ast.Eq)


class _EventLoopLibrary:
    """The event loop libraries of one project's modules; ``own`` are the top names that the project itself defines."""

    def __init__(self, index: Index, own: Collection[str]) -> None:
        self._index = index
        self._own = own
        self._imports: dict[SourceFile, list[SourceFile]] = {}

    def start(self, file: SourceFile, call: ast.Call, written_for: SourceFile) -> tuple[Edit, ...] | Barrier:
        """The edits that run the result of a call in a loop of its own, by the library that a module is written for."""
        runner, edits = self.library_of(written_for), list[Edit]()
        if runner == "asyncio":
            edits.append(Edit(file.path, file.span(call), EditKind.WRAP, text="asyncio.run"))
        elif call.keywords or any(isinstance(a, ast.Starred) for a in call.args):
            return Barrier("AW402", f"`{runner}.run` does not pass keyword arguments on", "use `functools.partial`")
        else:
            words = ", ".join(file.segment(file.span(part)) for part in [call.func, *call.args])
            edits.append(Edit(file.path, file.span(call), EditKind.REPLACE, text=f"{runner}.run({words})"))
        imported = module_import(file, runner, self._own)
        return (*edits, *([imported] if imported else []))

    def library_of(self, file: SourceFile) -> str:
        """asyncio, trio or anyio: what the module imports, else the nearest of those that it imports."""
        for module in nearest([file], self._imported_by):
            named = {name.partition(".")[0] for name in _imported(module)}
            if library := next((name for name in _LIBRARIES if name in named), ""):
                return library
        return "asyncio"

    def _imported_by(self, file: SourceFile) -> list[SourceFile]:
        """The modules of the project that a module imports."""
        if file not in self._imports:
            package = dotted_name(file).split(".")
            if file.path.stem != "__init__":
                package = package[:-1]
            found = (self._modules.get(name) for name in _imported(file, package))
            self._imports[file] = [module for module in found if module is not None]
        return self._imports[file]

    @cached_property
    def _modules(self) -> dict[str, SourceFile]:
        return {dotted_name(module.file): module.file for module in self._index.own}


def _imported(file: SourceFile, package: list[str] | None = None) -> Iterator[str]:
    """The dotted names that a module imports at its top: modules, and what may be one in a package.

    Relative ones are left out without the ``package`` that they start from.
    """
    for statement in file.tree.body:
        match statement:
            case ast.Import():
                yield from (alias.name for alias in statement.names)
            case ast.ImportFrom(level=level) if level == 0 or package is not None:
                base = (package or [])[: len(package or []) - level + 1] if level else []
                start = ".".join([*base, *filter(None, [statement.module])])
                yield start
                yield from (f"{start}.{alias.name}" for alias in statement.names)
