"""Who stands above a function that starts a loop of its own and waits for it: none of them may run in a loop.

``asyncio.run`` fails where a loop runs already (KNOWLEDGE C.5), however many plain calls lie between.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from autoawait.project.index import Function
from autoawait.propagation.barriers.async_barriers import AsyncBarriers
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference, References


@dataclass(frozen=True, slots=True)
class LoopStarterCallers:
    """The functions that call one that waits for a loop, directly or not, each with one that it calls.

    ``perhaps`` are those of which one call on the way may be of something else: nothing is known of its receiver.
    """

    surely: Mapping[Function, Function]
    perhaps: Mapping[Function, Function]


class LoopStarters:
    """Answers for the functions of one project; each one's callers are looked for once, and only above bridges."""

    def __init__(self, candidates: Iterable[Function], boundaries: AsyncBarriers, references: References) -> None:
        self._candidates = candidates
        self._boundaries = boundaries
        self._references = references
        self._known: dict[Function, Sequence[Reference]] = {}

    @cached_property
    def _starting(self) -> tuple[Function, ...]:
        """The plain functions that start a loop and wait for it."""
        plain = [f for f in self._candidates if not f.is_async]
        self._boundaries.read(plain)
        return tuple(f for f in plain if self._boundaries.bridges(f))

    def above(self, awaiting: Collection[Function]) -> LoopStarterCallers:
        """All that stands above the bridges; those of ``awaiting`` become async and wait for no loop any more."""
        origins = {f: f for f in self._starting if f not in awaiting}
        surely = self._climbed(origins)
        guessed = {
            caller: surely[f] for f in surely for caller in self._callers(f, Certainty.UNKNOWN) if caller not in surely
        }
        perhaps = self._climbed(guessed)
        return LoopStarterCallers(surely, {f: origin for f, origin in perhaps.items() if f not in surely})

    def _climbed(self, origins: Mapping[Function, Function]) -> dict[Function, Function]:
        """Some functions with all that surely calls them, nearest first, each with the origin of the one it calls."""
        found = dict(origins)
        fresh = list(origins)
        while fresh:
            self._learn(fresh)
            following: dict[Function, Function] = {}
            for called in fresh:
                for caller in self._callers(called, Certainty.CERTAIN):
                    if caller not in found:
                        following.setdefault(caller, found[called])
            found.update(following)
            fresh = list(following)
        return found

    def _learn(self, functions: Iterable[Function]) -> None:
        if unknown := [f for f in functions if f not in self._known]:
            self._known.update(self._references.to(unknown))

    def _callers(self, called: Function, certainty: Certainty) -> Iterable[Function]:
        """The functions in whose bodies one is called."""
        for reference in self._known[called]:
            caller = reference.unit.function
            if reference.role is Role.CALL and reference.certainty is certainty and caller is not None:
                yield caller
