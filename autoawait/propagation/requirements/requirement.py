"""What follows at one place that names a function, as a value."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.diagnostics.finding import Edit
from autoawait.edits.await_placement import Barrier
from autoawait.project.index import Function
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Reference

CODE = "AW402"
# What is imported is called elsewhere, what is compared is not called at all; a mock made by `patch` follows what it
# replaces (KNOWLEDGE F).
HARMLESS = frozenset({Role.IMPORT, Role.MOCKED, Role.ASKED})


@dataclass(frozen=True, eq=False)
class Requirement:
    """What follows at one reference: ``edits`` there, ``caller`` that must become async as well, or the ``barrier``
    that forbids it; ``doubt`` in words where it is not certain that this is all. ``accepts``: the place takes async
    functions, and calls and awaits them. ``also`` are functions that the same call may reach, and that must become
    async with it; ``through`` those that call it by the name of a parameter, and must become async as well."""

    reference: Reference
    edits: tuple[Edit, ...] = ()
    caller: Function | None = None
    barrier: Barrier | None = None
    doubt: str = ""
    accepts: bool = False
    also: tuple[Function, ...] = ()
    through: tuple[Function, ...] = ()

    @property
    def needed(self) -> tuple[Function, ...]:
        """All functions that must become async because of it."""
        return (*([self.caller] if self.caller else []), *self.through, *self.also)


def place_of(reference: Reference) -> str:
    """The file's name and the 1-based line of a reference, for a report."""
    return f"{reference.unit.file.path.name}:{reference.line}"
