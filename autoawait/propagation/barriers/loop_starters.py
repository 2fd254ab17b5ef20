"""Which functions call one that starts an event loop and waits for it: none of them may run in a loop.

``asyncio.run`` fails where a loop is running (docs.python.org, asyncio-runner), however many sync calls lie between.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property

from autoawait.project.index import Function
from autoawait.propagation.barriers.conversion_barriers import ConversionBarriers
from autoawait.propagation.facts import ProjectFacts
from autoawait.resolution.reference_roles import Role
from autoawait.resolution.references import Certainty, Reference

# Names of calls that start a loop and wait for it: only files with one are looked at.
_STARTS_LOOP = re.compile(rb"\b(?:run|run_until_complete|run_forever|run_sync|async_to_sync|AsyncToSync)\(")


class LoopStarters:
    """The functions of one project that start a loop, and who calls them; each one's callers are looked for once."""

    def __init__(self, facts: ProjectFacts, barriers: ConversionBarriers) -> None:
        self._facts = facts
        self._barriers = barriers
        self._known: dict[Function, Sequence[Reference]] = {}

    @cached_property
    def _starting(self) -> tuple[Function, ...]:
        """The sync functions that start a loop and wait for it."""
        modules = (module for module in self._facts.index.own if _STARTS_LOOP.search(module.file.body))
        sync = [f for module in modules for f in module.functions if not f.is_async]
        self._barriers.read(sync)
        return tuple(f for f in sync if self._barriers.loop_starts(f))

    def callers(self, converted: Collection[Function]) -> tuple[dict[Function, Function], dict[Function, Function]]:
        """The functions that call, directly or not, one that starts a loop, each with that one: first those of which
        this is certain, then those where a call on the way may be of something else, since nothing is known of its
        receiver. The functions of ``converted`` become async and start no loop any more."""
        origins = {f: f for f in self._starting if f not in converted}
        certain = self._with_callers(origins)
        guessed = {
            caller: certain[f]
            for f in certain
            for caller in self._callers(f, Certainty.UNKNOWN)
            if caller not in certain
        }
        possible = self._with_callers(guessed)
        return certain, {f: origin for f, origin in possible.items() if f not in certain}

    def _with_callers(self, origins: Mapping[Function, Function]) -> dict[Function, Function]:
        """Some functions with all that certainly call them, nearest first, each with the origin of the one it calls."""
        found = dict(origins)
        fresh = list(origins)
        while fresh:
            if unknown := [f for f in fresh if f not in self._known]:
                self._known.update(self._facts.references.to(unknown))
            following: dict[Function, Function] = {}
            for called in fresh:
                for caller in self._callers(called, Certainty.CERTAIN):
                    if caller not in found:
                        following.setdefault(caller, found[called])
            found.update(following)
            fresh = list(following)
        return found

    def _callers(self, called: Function, certainty: Certainty) -> Iterable[Function]:
        """The functions in whose bodies one is called."""
        for reference in self._known[called]:
            caller = reference.unit.function
            if reference.role is Role.CALL and reference.certainty is certainty and caller is not None:
                yield caller
