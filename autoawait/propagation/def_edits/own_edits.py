"""What changes in the ``def`` and the body of a function that becomes async, or why it cannot."""

from __future__ import annotations

import ast
import re
from collections.abc import Collection
from pathlib import Path

from autoawait.detection.draft import edit_of
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function, Index
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.conversion_graph import Requirement
from autoawait.propagation.def_edits.async_def import Shape, async_def_edits
from autoawait.propagation.entry_points.pytest_plugins import Plugins, is_test
from autoawait.resolution.class_graph.override_groups import OverrideGroup

_NOT_GIVEN, _GIVE = "which is not among the given paths", "add that file to the paths"


class DefEdits:
    """Makes the edits of functions one by one; only files of ``editable`` may change."""

    def __init__(self, index: Index, barriers: ConversionBarriers, tests: Plugins, editable: Collection[Path]) -> None:
        self._index = index
        self._barriers = barriers
        self._tests = tests
        self._editable = frozenset(editable)
        self._broken = {path: _text(path) for path in index.broken.keys() - index.foreign}  # others cannot name ours

    def of(self, function: Function, group: OverrideGroup, shape: Shape) -> list[Edit] | Barrier:
        """What changes in one function of a group, or why it cannot become async."""
        if function.is_async:
            return []
        if (barrier := self._barriers.of(function, group) or self._out_of_sight(function)) is not None:
            return barrier
        fixture = self._barriers.decorator_barriers.fixture(function)
        as_fixture = self._tests.fixture_edits(function, fixture) if fixture is not None else ()
        as_test = self._tests.edits(function) or ()
        parts = (async_def_edits(function, shape), as_fixture, as_test, self._without_loop_starts(function))
        barrier = next((part for part in parts if isinstance(part, Barrier)), None)
        return barrier or [edit for part in parts if not isinstance(part, Barrier) for edit in part]

    def has_async_caller(self, function: Function) -> bool:
        """Whether something calls a function that takes async ones: a framework, or what runs the tests."""
        decorators = self._barriers.decorator_barriers
        is_registered = any(decorators.accepts_async(function.file, d) for d in function.node.decorator_list)
        is_run_by_tests = is_test(function) or decorators.fixture(function) is not None
        return is_registered or is_run_by_tests or self._barriers.is_hook(function)

    def within_editable(self, requirement: Requirement) -> Requirement:
        """A requirement, refused where its edits fall outside the files that may change."""
        path = next((edit.path for edit in requirement.edits if edit.path not in self._editable), None)
        if path is None:
            return requirement
        words = f"it is called in {self._index.shown(path)}, {_NOT_GIVEN}"
        return Requirement(requirement.reference, barrier=Barrier("AW402", words, _GIVE))

    def _out_of_sight(self, function: Function) -> Barrier | None:
        """Why a function must stay as it is because of the files that take part."""
        name, path = function.node.name, function.file.path
        if (broken := self._broken_file_with(name)) is not None:
            words = f"{self._index.shown(broken)} does not parse, and it mentions `{name}`"
            return Barrier("AW402", words, "fix that file first")
        if path not in self._editable:
            return Barrier("AW402", f"it is defined in {self._index.shown(path)}, {_NOT_GIVEN}", _GIVE)
        return None

    def _without_loop_starts(self, function: Function) -> tuple[Edit, ...] | Barrier:
        """``asyncio.run(f())`` becomes ``await f()``: a loop is running there."""
        edits: list[Edit] = []
        for loop_start in self._barriers.loop_starts(function):
            if not isinstance(loop_start.inner, ast.Call) or loop_start.call.args != [loop_start.inner]:
                words = f"it runs an event loop with `{ast.unparse(loop_start.call.func)}`"
                return Barrier("AW402", words, "await what it runs instead")
            edits.append(edit_of(function.unit, loop_start.call, EditKind.UNWRAP))
            edits.append(edit_of(function.unit, loop_start.inner, EditKind.AWAIT))
        return tuple(edits)

    def _broken_file_with(self, name: str) -> Path | None:
        """The first file that does not parse and mentions a name: nobody knows what for."""
        word = re.compile(rb"\b" + name.encode("utf-8") + rb"\b")
        return next((path for path, text in self._broken.items() if word.search(text)), None)


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        return b""
