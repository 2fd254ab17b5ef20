"""Functions that stayed plain and of which no finding speaks: what they await, that nobody sees to be awaitable.

What the truth awaits is known here, and what the tool noted about the same calls. A function awaits something that was
not recognised itself, or nothing but functions that did not come back either: then their reason is its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from autoawait.project.source import SourceFile
from tests.lab.causes import Told, miss
from tests.lab.mutate import Removal
from tests.lab.stripping import LostAsync
from tests.lab.wounds import Loss, Mutant

WAITS = "it awaits only functions that are not async again either"


@dataclass(frozen=True, slots=True)
class Unseen:
    """Why a function stayed plain, without the names of the place, and what was said where; ``only_waits`` for others
    that stayed plain too."""

    cause: str
    said: tuple[str, ...]
    only_waits: bool


class Unrecognised:
    """Answers for the missed functions of one run."""

    def __init__(self, missed: Sequence[Loss], told: Told, mutants: Iterable[Mutant[Loss]]) -> None:
        functions = [loss for loss in missed if isinstance(loss, LostAsync)]
        self._names = frozenset(_last(function.name) for function in functions)
        self._told = told
        self._sources: Mapping[Path, SourceFile] = {mutant.source.path: mutant.source for mutant in mutants}
        around = {(function.path, line): function for function in functions for line in function.lines}
        self._awaits: dict[LostAsync, list[Removal]] = {}
        for loss in missed:
            if isinstance(loss, Removal) and (function := around.get((loss.path, loss.line))) is not None:
                self._awaits.setdefault(function, []).append(loss)

    def of(self, function: LostAsync) -> Unseen | None:
        """What is known of a function; None if all that it awaits came back."""
        awaits = self._awaits.get(function, [])
        own = [one for one in awaits if _last(one.callee) not in self._names]
        if own:
            case = miss(own[0], self._told, self._sources[own[0].path])
            return Unseen(f"what it awaits {_told(case.cause)}", (f"{case.text}: {case.cause}", *case.said), False)
        return Unseen(WAITS, tuple(one.text for one in awaits), True) if awaits else None


def _told(cause: str) -> str:
    return cause if cause.startswith("gives") else f"was {cause}"


def _last(name: str) -> str:
    return name.partition("(")[0].rpartition(".")[2]
