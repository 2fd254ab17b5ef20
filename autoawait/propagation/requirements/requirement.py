"""What follows at one place that names a function, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference

# What is imported is called elsewhere, what is compared is not called at all; of an async function `patch` makes an
# AsyncMock (docs.python.org, unittest.mock).
HARMLESS = frozenset({Role.IMPORT, Role.MOCKED, Role.ASKED})


@dataclass(frozen=True, eq=False)
class Requirement:
    """What follows at one reference: ``edits`` there, the ``caller`` that must become async as well, or the ``barrier``
    that forbids it; ``doubt`` says in words why this may not be all. ``accepts``: the place takes async functions, and
    calls and awaits them. ``other_callees`` are functions that the same call may reach, ``indirect_callers`` those that
    call the function by the name of a parameter: all of them must become async as well."""

    reference: Reference
    edits: tuple[Edit, ...] = ()
    caller: Function | None = None
    barrier: Barrier | None = None
    doubt: str = ""
    accepts: bool = False
    other_callees: tuple[Function, ...] = ()
    indirect_callers: tuple[Function, ...] = ()

    @property
    def needed(self) -> tuple[Function, ...]:
        """All functions that must become async because of it."""
        return (*([self.caller] if self.caller else []), *self.indirect_callers, *self.other_callees)
