"""Where another tool is better than ours, or ours is not what one should think, in sentences that numbers write."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from statistics import median

from tests.lab.scores import OURS, Alarms, Pace, Recovery, Score, rate, tools, total

_MOST = 5  # packages named in one sentence


@dataclass(frozen=True, slots=True)
class _Measure:
    """A number of a score, of which more is better, how it is spoken of, and what is to be known beside it (given
    theirs and ours with unsafe fixes)."""

    verb: str
    value: Callable[[Score], float]
    aside: Callable[[Score, Score], str]


def _noticed(score: Score) -> float:
    return score.noticed / (score.missing or 1)


def _repaired(score: Score) -> float:
    return score.repaired / (score.missing or 1)


def _by_default(theirs: Score, unsafe: Score) -> str:
    has_extras = theirs.by_default < theirs.noticed
    return f" ({theirs.by_default / theirs.missing:.1%} with its default rules)" if has_extras else ""


def _with_unsafe(theirs: Score, unsafe: Score) -> str:
    return f" ({_repaired(unsafe):.1%} with --unsafe-fixes)" if unsafe.missing else ""


_MEASURES = (
    _Measure("notices more of the missing awaits", _noticed, _by_default),
    _Measure("repairs more of the missing awaits", _repaired, _with_unsafe),
)


@dataclass(frozen=True, slots=True)
class _Cost:
    """A number of a pace, of which less is better, and how it is spoken of."""

    verb: str
    ours: str
    value: Callable[[Pace], float]


_COSTS = (
    _Cost("is faster than", "takes {:.1f} times as long", lambda pace: pace.seconds),
    _Cost("holds less memory than", "holds {:.1f} times as much", lambda pace: pace.megabytes),
)


def shortfalls(
    scores: Sequence[Score], alarms: Sequence[Alarms], paces: Sequence[Pace], recoveries: Sequence[Recovery] = ()
) -> list[str]:
    """A sentence for each measure in which another tool is better, over all packages and on which of them; where
    more fixes repair less; and where nothing comes back at all."""
    others = [tool for tool in tools(scores) if tool not in OURS]
    found = [sentence for tool in others for measure in _MEASURES for sentence in _by(measure, tool, scores)]
    costs = (line for cost in _COSTS for line in _cheaper(cost, paces))
    return [*found, *_quieter(alarms), *costs, *_unsafe_repairs_less(scores), *_never_async(recoveries)]


def _by(measure: _Measure, tool: str, scores: Sequence[Score]) -> Iterator[str]:
    both = _shared(scores, tool)
    theirs, ours, unsafe = (total(both, name) for name in (tool, *OURS))
    whole = ""
    if theirs.missing and ours.missing and measure.value(theirs) > measure.value(ours):
        figures = f"{measure.value(theirs):.1%} against {measure.value(ours):.1%}"
        whole = f" than {OURS[0]}: {figures}{measure.aside(theirs, unsafe)}"
    places = _where(measure, tool, both)
    if whole or places:
        yield f"{tool} {measure.verb}{';'.join(filter(None, (whole, places)))}."


def _where(measure: _Measure, tool: str, both: Sequence[Score]) -> str:
    """On which packages the other tool is better; nothing if there is but one."""
    packages = list(dict.fromkeys(score.package for score in both if score.missing))
    table = {(name, one): measure.value(total(both, name, one)) for name in (tool, OURS[0]) for one in packages}
    better = [package for package in packages if table[tool, package] > table[OURS[0], package]]
    if better and len(packages) > 1:
        better.sort(key=lambda package: table[OURS[0], package] - table[tool, package])
        named = [f"{one} ({table[tool, one]:.1%} against {table[OURS[0], one]:.1%})" for one in better]
        return f" on {len(better)} of {len(packages)} packages: {_listed(named)}"
    return ""


def _shared(scores: Sequence[Score], tool: str) -> list[Score]:
    """The scores on packages that the other tool was tried on: a total over others would compare nothing."""
    packages = {score.package for score in scores if score.tool == tool}
    return [score for score in scores if score.package in packages]


def _quieter(alarms: Sequence[Alarms]) -> Iterator[str]:
    for tool in dict.fromkeys(one.tool for one in alarms if one.tool not in OURS):
        packages = {one.package for one in alarms if one.tool == tool}
        ours = rate([one for one in alarms if one.tool == OURS[0] and one.package in packages])
        theirs = rate([one for one in alarms if one.tool == tool])
        if theirs < ours:
            yield (
                f"{tool} says less of unmodified code than {OURS[0]}: {theirs:.2f} against {ours:.2f} findings in "
                "100,000 lines."
            )


def _cheaper(cost: _Cost, paces: Sequence[Pace]) -> Iterator[str]:
    """Each other command against ours on the same subject."""
    ours = {pace.subject: pace for pace in paces if pace.command == "autoawait check"}
    others = [pace for pace in paces if not pace.command.startswith("autoawait") and pace.subject in ours]
    for command in dict.fromkeys(pace.command for pace in others):
        ratios = {p.subject: cost.value(ours[p.subject]) / (cost.value(p) or 1) for p in others if p.command == command}
        cheaper = [subject for subject, ratio in ratios.items() if ratio > 1]
        if cheaper:
            worst = max(ratios, key=lambda subject: ratios[subject])
            yield (
                f"{command} {cost.verb} autoawait check on {len(cheaper)} of {len(ratios)} projects: autoawait check "
                f"{cost.ours.format(median(ratios.values()))} at the median, and {ratios[worst]:.1f} times at the most "
                f"({worst})."
            )


def _unsafe_repairs_less(scores: Sequence[Score]) -> Iterator[str]:
    """A withdrawn fix takes the others of its file with it: what is applied beside it can undo safe fixes."""
    packages = list(dict.fromkeys(score.package for score in scores if score.tool == OURS[1]))
    pairs = {package: [total(scores, tool, package).repaired for tool in OURS] for package in packages}
    worse = [f"{package} ({unsafe} against {safe})" for package, (safe, unsafe) in pairs.items() if unsafe < safe]
    if worse:
        yield (
            f"With --unsafe-fixes fewer awaits come back than without on {len(worse)} of {len(packages)} packages: "
            f"{_listed(worse)}."
        )


def _never_async(recoveries: Sequence[Recovery]) -> Iterator[str]:
    functions = [one.functions for one in recoveries]
    lost = sum(one.removed for one in functions)
    if lost and not any(one.restored for one in functions):
        share = sum(one.explained for one in recoveries) / lost
        yield (
            f"Nothing makes a plain function async: of {lost // _modes(recoveries):,} async functions made plain none "
            f"came back (recall 0.0%), and of {share:.1%} of them it is said why."
        )


def _modes(recoveries: Sequence[Recovery]) -> int:
    """In how many modes each function was tried."""
    return len({one.mode for one in recoveries})


def _listed(items: Sequence[str]) -> str:
    more = f" and {len(items) - _MOST} more" if len(items) > _MOST else ""
    return ", ".join(items[:_MOST]) + more
