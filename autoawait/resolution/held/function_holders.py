"""What holds a function that is called later by a name or key, if all that happens to it can be found."""

from __future__ import annotations

from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.resolution.held.argparse_namespaces import ArgparseNamespaces
from autoawait.resolution.held.displays import LookupTables, LoopedDisplays, TestedKeys
from autoawait.resolution.held.getattr_partials import GetattrPartials
from autoawait.resolution.held.holding import Holding
from autoawait.resolution.partials import Partials
from autoawait.resolution.reference_roles import ReferenceRole, Role
from autoawait.types.engine import TypeEngine


class FunctionHolders:
    """What holds functions in one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences, partials: Partials) -> None:
        self._argparse_namespaces = ArgparseNamespaces(index, engine, names)
        self._getattr_partials = GetattrPartials(index, engine, names, partials)
        self._looped_displays = LoopedDisplays(index, engine, names)
        self._lookup_tables = LookupTables(index, engine, names)
        self._tested_keys = TestedKeys(index, engine, names)

    def holding(self, occurrence: Occurrence, reference_role: ReferenceRole) -> Holding | None:
        """What holds a function where it is named, with all that is held beside it; None if nothing does, or if
        the function may be reached there in ways that are not seen."""
        if reference_role.role is Role.PASSED and reference_role.into is not None:
            return self._argparse_namespaces.holding(occurrence, reference_role.into)
        if reference_role.role is Role.PARTIAL:
            return self._getattr_partials.holding(occurrence)
        if reference_role.role is Role.STORED:
            held = self._looped_displays.holding(occurrence) or self._lookup_tables.holding(occurrence)
            return held or self._tested_keys.holding(occurrence)
        return None
