"""What holds a function that is called later by a name or key, if all that happens to it can be found."""

from __future__ import annotations

from autoawait.project.index import Index
from autoawait.project.occurrences import Occurrence, Occurrences
from autoawait.resolution.held.argparse_namespaces import ArgparseNamespaces
from autoawait.resolution.held.getattr_partials import GetattrPartials
from autoawait.resolution.held.holding import Holding
from autoawait.resolution.held.lookup_tables import LookupTables
from autoawait.resolution.held.looped_displays import LoopedDisplays
from autoawait.resolution.held.tested_keys import TestedKeys
from autoawait.resolution.partials import Partials
from autoawait.resolution.reference_roles import ReferenceRole, Role
from autoawait.types.engine import TypeEngine


class Keepers:
    """What holds functions in one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Occurrences, partials: Partials) -> None:
        self._namespaces = ArgparseNamespaces(index, engine, names)
        self._getters = GetattrPartials(index, engine, partials)
        self._rows = LoopedDisplays(index, engine, names)
        self._tables = LookupTables(index, engine, names)
        self._keyed = TestedKeys(index, engine, names)

    def holding(self, occurrence: Occurrence, standing: ReferenceRole) -> Holding | None:
        """What holds a function where it is named, with all that is held beside it; None if nothing does, or if
        the function may be reached there in ways that are not seen."""
        if standing.role is Role.PASSED and standing.into is not None:
            return self._namespaces.holding(occurrence, standing.into)
        if standing.role is Role.PARTIAL:
            return self._getters.holding(occurrence)
        if standing.role is Role.STORED:
            held = self._rows.holding(occurrence) or self._tables.holding(occurrence)
            return held or self._keyed.holding(occurrence)
        return None
