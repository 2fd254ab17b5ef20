"""What every part of the propagation asks about a project, as one value."""

from __future__ import annotations

from dataclasses import dataclass

from autoawait.project.index import Function, Index
from autoawait.resolution.argument_sinks import ArgumentSinks
from autoawait.resolution.call_results import CallResults
from autoawait.resolution.class_graph.graph import ClassGraph
from autoawait.resolution.references import Reference, References
from autoawait.types.checker_diagnostics import CheckerDiagnostics
from autoawait.types.engine import TypeEngine


@dataclass(frozen=True, eq=False)
class ProjectFacts:
    """The definitions of a project, what its calls give, and what refers to its functions."""

    index: Index
    engine: TypeEngine
    classes: ClassGraph
    call_results: CallResults
    argument_sinks: ArgumentSinks
    checker_diagnostics: CheckerDiagnostics
    references: References

    def place(self, reference: Reference) -> str:
        """The place of a reference as messages name it."""
        return self.index.place(reference.unit.file, reference.node)

    def is_foreign(self, function: Function) -> bool:
        """Whether a function is defined outside of the project."""
        return function.file.path in self.index.foreign
