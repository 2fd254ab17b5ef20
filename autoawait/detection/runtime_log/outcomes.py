"""What the analysis has to say of each warning: the site, its finding and fix, or why there is none."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from autoawait.dataflow.uses import UseKind
from autoawait.dataflow.value_uses import uses_of
from autoawait.detection.draft import place_of
from autoawait.detection.runtime_log.calls import giving_back
from autoawait.detection.runtime_log.confirmed import ConfirmedWarnings
from autoawait.detection.runtime_log.log import Log
from autoawait.detection.runtime_log.log_paths import LogPaths
from autoawait.detection.runtime_log.matching import Match, matched
from autoawait.detection.runtime_log.parsing import warnings_in
from autoawait.detection.runtime_log.sync_callers import SyncCaller, findings_of, handed_over
from autoawait.detection.runtime_log.warning import LoggedWarning
from autoawait.diagnostics.finding import Finding, Link, LogAnswer, LogStanding
from autoawait.project.index import Index
from autoawait.project.source import Span
from autoawait.resolution.call_results import CallSite

_MOST = 3  # places that may be meant, for a warning without a site
_NO_TURN = "it goes to something that awaits it, and its turn never came: the loop ended first, or it was cancelled"
_MEANT = {
    UseKind.INTENDED: "the name that it is assigned to says that it is not wanted",
    UseKind.CONSUMED: _NO_TURN,
    UseKind.ARGUMENT: _NO_TURN,  # the plan has asked what becomes of it there
    UseKind.AWAITED: "it is awaited on another way through the function",
    UseKind.METHOD: "it is closed, driven or looked at as a coroutine",
}


@dataclass(frozen=True, eq=False)
class Witness:
    """All warnings of the logs of one run, matched with the project: before anything is planned."""

    index: Index
    matches: tuple[Match, ...]
    handed: Mapping[LoggedWarning, SyncCaller]
    editable: Collection[Path]
    confirmed: ConfirmedWarnings

    @property
    def findings(self) -> list[Finding]:
        """Those that no plan makes: of functions that were handed over."""
        return findings_of(self.handed.values())

    def answers(self, found: Sequence[Finding], spoken_of: Collection[CallSite]) -> tuple[LogAnswer, ...]:
        """An answer to each warning, those that differ by where they stand in the log alone as one. ``found`` are all
        findings, ``spoken_of`` the sites about which there was one before comments and settings were asked."""
        first: dict[LogAnswer, LogAnswer] = {}
        for answer in (self._answer(match, found, spoken_of) for match in self.matches):
            key = replace(answer, log="", line=0, times=0)
            known = first.get(key)
            first[key] = replace(known, times=known.times + answer.times) if known else answer
        return tuple(first.values())

    def _answer(self, match: Match, found: Sequence[Finding], spoken_of: Collection[CallSite]) -> LogAnswer:
        warned = match.warned
        places = tuple(Link.at(site.unit.file, site.unit.file.span(site.node).start) for site in match.sites)
        answer = LogAnswer(warned.log, warned.line, warned.times, warned.shown, match.standing, places)
        answer = replace(answer, reason=match.reason, advice=match.advice)
        if (handed := self.handed.get(warned)) is not None:
            return _handed_answer(answer, handed, found)
        if match.standing is LogStanding.UNKNOWN:
            return replace(answer, places=self._likely(warned, found), is_open=True)
        about = _about(match.sites, found)
        is_silent = not about and match.standing is LogStanding.CONFIRMED
        reason = self._silence(match.sites[0], spoken_of) if is_silent else match.reason
        return replace(answer, findings=about, reason=reason)

    def _silence(self, site: CallSite, spoken_of: Collection[CallSite]) -> str:
        """Why there is no finding about a confirmed site."""
        if site.unit.file.path not in self.editable:
            return "it is outside the given paths"
        if any(spoken.node is site.node for spoken in spoken_of):
            return "a comment or a setting says that it is meant, or a test replaces what is called"
        uses = uses_of(site.unit, site.node)
        return next((words for kind, words in _MEANT.items() if uses.has(kind)), "its use is right as far as is known")

    def _likely(self, warned: LoggedWarning, found: Sequence[Finding]) -> tuple[Link, ...]:
        """The places of findings about calls that may have given the coroutine of a warning, as far as no other
        warning is about them."""
        names = warned.called_names | giving_back(self.index, warned.called_names)
        same = [f for f in found if f.callee.rpartition(".")[2] in names and f.place not in self._spots]
        links = (Link.at(self.index.modules[f.path].file, f.span.start) for f in same[:_MOST])
        return tuple(replace(link, text=f.code) for link, f in zip(links, same, strict=False))

    @cached_property
    def _spots(self) -> frozenset[tuple[Path, Span]]:
        """The places about which there is a warning already."""
        confirmed = (m for m in self.matches if m.standing is LogStanding.CONFIRMED)
        return frozenset([*(place_of(site) for m in confirmed for site in m.sites), *(f.place for f in self.findings)])


def witnessed(logs: Sequence[Log], index: Index, bases: Sequence[Path], editable: Collection[Path]) -> Witness:
    """Read logs, and find the sites of their warnings. ``bases`` are the directories that relative paths begin at."""
    located = LogPaths(index, bases)
    matches = tuple(matched(warned, located) for warned in warnings_in(logs))
    handed = {m.warned: h for m in matches if (h := handed_over(m, index, editable)) is not None}
    plain = {f.node.name for module in index.own for f in module.functions if not f.is_async} if matches else ()
    return Witness(index, matches, handed, editable, ConfirmedWarnings(matches, editable, frozenset(plain)))


def _handed_answer(answer: LogAnswer, handed: SyncCaller, found: Sequence[Finding]) -> LogAnswer:
    answer = replace(answer, standing=LogStanding.HANDED, places=handed.places)
    if not handed.is_certain:
        return replace(answer, is_open=True)
    made = handed.finding
    about = tuple(f for f in found if made and f.code == made.code and f.place == made.place)
    return replace(answer, findings=about, reason=made.message if made else answer.reason, advice="")


def _about(sites: Sequence[CallSite], found: Sequence[Finding]) -> tuple[Finding, ...]:
    """The findings that speak of some sites: about the expression itself, or awaiting it."""
    spots = {place_of(site) for site in sites}
    return tuple(f for f in found if f.place in spots or spots & f.awaited)
