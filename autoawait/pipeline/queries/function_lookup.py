"""The function that a question is about: by its name, or as much of its end as tells it from others."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Sequence
from pathlib import Path

from autoawait.pipeline.analysis import Project
from autoawait.pipeline.queries.location_lookup import QueryError, QueryLocation, functions_around, module_at
from autoawait.project.index import Function
from autoawait.project.occurrences import dotted_name

_MOST = 20  # candidates that are listed


class AmbiguousError(QueryError):
    """Several functions have the name: the ``candidates``, of which some are left out if there are many."""

    def __init__(self, name: str, candidates: Sequence[Function]) -> None:
        super().__init__(f"{len(candidates)} functions are called {name!r}")
        self.candidates = tuple(map(node_key, candidates[:_MOST]))
        self.others = max(len(candidates) - _MOST, 0)


def qualified(function: Function) -> str:
    """``package.module.Class.method``, as far as its folders are packages."""
    module = dotted_name(function.file)
    return f"{module}.{function.qualname}" if module else function.qualname


def node_key(function: Function) -> tuple[str, Path, int]:
    """What tells a function from all others in a graph: its name and place."""
    return qualified(function), function.file.path, function.node.lineno


def function_named(project: Project, name: str) -> Function:
    """The function of a dotted name, or of the end of one; ``<locals>`` may be left out.

    Of several definitions in one place, such as overloads, it is the last. Raises AmbiguousError, and QueryError where
    there is none.
    """
    functions = [f for module in project.index.own for f in module.functions]
    wanted = _bare(name)
    found = [f for f in functions if f".{_full_name(f)}".endswith(f".{wanted}")]
    # What is asked for by its whole name is meant, although others end like it.
    exact = [f for f in found if wanted in (_bare(qualified(f)), _full_name(f))]
    chosen = list({(f.file.path, f.qualname): f for f in exact or found}.values())
    if not chosen:
        raise QueryError(f"no function of the project is called {name!r}{_hint(wanted, functions)}")
    if len(chosen) > 1:
        raise AmbiguousError(name, chosen)
    return chosen[0]


def function_at(project: Project, place: QueryLocation) -> Function:
    """The innermost function around a line. Raises QueryError as ``module_at`` does, and where there is none."""
    around = functions_around(module_at(project, Path(place.path), place.line), place.line)
    if not around:
        raise QueryError(f"{place.path}:{place.line} is not in a function")
    return around[-1]


def _bare(name: str) -> str:
    return name.replace("<locals>.", "").removesuffix("()")


def _full_name(function: Function) -> str:
    """The name with all folders of its path, whether they are packages or not."""
    folders = [part for part in function.file.path.with_suffix("").parts if part not in ("/", "__init__")]
    return _bare(".".join([*folders, function.qualname]))


def _hint(name: str, functions: Iterable[Function]) -> str:
    near = difflib.get_close_matches(name.rpartition(".")[2], {f.node.name for f in functions}, n=3)
    return f"; did you mean {' or '.join(near)}?" if near else "; PATH:LINE names one by its place"
