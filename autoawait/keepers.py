"""What keeps a function that is called later by a name or key, if all that becomes of it can be found."""

from __future__ import annotations

from autoawait.getters import Getters
from autoawait.holding import Holding
from autoawait.keyed import Keyed
from autoawait.namespaces import Namespaces
from autoawait.project.index import Index
from autoawait.project.occurrences import Names, Occurrence
from autoawait.roles import Role, Standing
from autoawait.rows import Rows
from autoawait.tables import Tables
from autoawait.types.engine import TypeEngine


class Keepers:
    """Answers for one project."""

    def __init__(self, index: Index, engine: TypeEngine, names: Names) -> None:
        self._namespaces = Namespaces(index, engine, names)
        self._getters = Getters(index, engine)
        self._rows = Rows(index, engine, names)
        self._tables = Tables(index, engine, names)
        self._keyed = Keyed(index, engine, names)

    def holding(self, occurrence: Occurrence, standing: Standing) -> Holding | None:
        """What holds a function where it is named, with all that is held beside it; None if nothing does, or if
        somebody may reach the function there in ways that we do not see."""
        if standing.role is Role.PASSED and standing.into is not None:
            return self._namespaces.holding(occurrence, standing.into)
        if standing.role is Role.PARTIAL:
            return self._getters.holding(occurrence)
        if standing.role is Role.STORED:
            held = self._rows.holding(occurrence) or self._tables.holding(occurrence)
            return held or self._keyed.holding(occurrence)
        return None
