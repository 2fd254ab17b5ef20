"""The report for people: what is wrong and where, how that is known, and what would change.

shop/orders.py:12:13: AW102 coroutine-used-as-value `fetch_order` gives a coroutine, its attribute is read
   |
12 |     total = fetch_order(number).total
   |             ^^^^^^^^^^^^^^^^^^^
   = `fetch_order` is an async function (shop/store.py:4)
   = help: await it (safe)
12 -     total = fetch_order(number).total
12 +     total = (await fetch_order(number)).total
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path

from autoawait.cli.reports.concise import headline
from autoawait.cli.reports.excerpt import excerpt
from autoawait.cli.reports.suggestion import Hunk, hunks
from autoawait.cli.reports.summary import remaining
from autoawait.cli.reports.text import Line, Style, line, shown
from autoawait.diagnostics.finding import Applicability, Finding, Fix, Link, Outcome
from autoawait.diagnostics.location import location_of
from autoawait.project.text_edits import TextEdit

_LONGEST = 12  # lines of one side of a suggestion; a whole `with` body may move
_MOST = 10  # places of a change: of a long chain of callers the patch shows all
_MOST_LINKS = 30
_HELP = {
    Applicability.SAFE: "help: this change is safe",
    Applicability.UNSAFE: "help: this change is likely what you want; --unsafe-fixes applies it",
}


def full(outcome: Outcome, base: Path, columns: int | None = None, *, with_changes: bool = True) -> Iterator[Line]:
    """The findings that are not fixed, each with an empty line after it; paths relative to ``base``.

    A change that fixes several is shown with the first; ``with_changes`` is False where it is shown in another way.
    Source lines are cut to the ``columns`` of a terminal.
    """
    first: dict[Fix, Finding] = {}
    chains: dict[tuple[Link, ...], Finding] = {}
    for finding in remaining(outcome):
        yield headline(finding, outcome, base, finding.message)
        shown_before = first.setdefault(finding.fix, finding) if finding.fix else finding
        is_new = shown_before is finding
        suggested = _suggested(finding, outcome) if is_new and with_changes else []
        place = location_of(finding, outcome)
        margin = " " * len(str(max([place.line, *map(_last_number, suggested[:_MOST])])))
        if finding.path in outcome.sources:
            yield from excerpt(outcome.sources[finding.path], place, margin, columns)
        known, note = ((), "") if is_new else (shown_before.chain, "")
        if finding.fix is None:
            known, note = _shown_chain(finding, chains, outcome, base)
        yield from (_note(margin, text) for text in _notes(finding, known, base, note))
        if is_new:
            yield from _change(finding, suggested, base, margin)
        else:
            where = location_of(shown_before, outcome)
            yield _note(
                margin, f"fixed together with {shown(shown_before.path, base)}:{where.line}:{where.column}, shown above"
            )
        yield line("")


def _last_number(hunk: Hunk) -> int:
    return hunk.line - 1 + min(max(len(hunk.old), len(hunk.new)), _LONGEST)


def _shown_chain(
    finding: Finding, chains: dict[tuple[Link, ...], Finding], outcome: Outcome, base: Path
) -> tuple[tuple[Link, ...], str]:
    """The links that a finding before has shown, and where that is: all of them, or all behind the definition."""
    tails = [tail for tail, least in ((finding.chain, 2), (finding.chain[1:], 1)) if len(tail) >= least]
    found = next((tail for tail in tails if tail in chains), ())
    note = ""
    if len(found) > 1:
        place = location_of(chains[found], outcome)
        note = (
            f"the same {len(found)} places as at {shown(chains[found].path, base)}:{place.line}:{place.column}, above"
        )
    for tail in tails:
        chains.setdefault(tail, finding)
    return found, note


def _notes(finding: Finding, known: Container[Link], base: Path, same: str) -> Iterator[str]:
    if finding.reason:
        yield finding.reason
    links = [link for link in finding.chain if link not in known]
    for link in links[:_MOST_LINKS]:
        text = link.text.lstrip()
        yield f"{link.text.removesuffix(text)}{shown(link.path, base)}:{link.line}:{link.column}: {text}"
    if len(links) > _MOST_LINKS:
        yield f"and {len(links) - _MOST_LINKS} more places"
    if same:
        yield same
    if finding.advice:
        yield f"help: {finding.advice}"


def _note(margin: str, text: str) -> Line:
    return ((f"{margin} = ", Style.FRAME), (text, Style.PLAIN))


def _suggested(finding: Finding, outcome: Outcome) -> list[Hunk]:
    edits = sorted(finding.fix.edits if finding.fix else (), key=lambda edit: edit.turn)
    texts: dict[Path, list[TextEdit]] = {}
    for edit in edits:
        for text in outcome.texts.get(edit, ()):
            texts.setdefault(text.path, []).append(text)
    sources = ((outcome.sources.get(path), changes) for path, changes in texts.items())
    return [hunk for source, changes in sources if source for hunk in hunks(source, changes)]


def _change(finding: Finding, suggested: Sequence[Hunk], base: Path, margin: str) -> Iterator[Line]:
    if finding.applicability is not Applicability.NONE:
        yield _note(margin, _HELP[finding.applicability])
    path = finding.path
    for hunk in suggested[:_MOST]:
        if hunk.path != path:
            path = hunk.path
            yield line(f"{margin}   {shown(path, base)}", Style.PLACE)
        yield from _side(hunk.line, hunk.old, "-", Style.REMOVED, margin)
        yield from _side(hunk.line, hunk.new, "+", Style.ADDED, margin)
    yield from _left_out(suggested, margin)


def _left_out(suggested: Sequence[Hunk], margin: str) -> Iterator[Line]:
    if len(suggested) > _MOST:
        files = len({hunk.path for hunk in suggested[_MOST:]})
        where = "1 file" if files == 1 else f"{files} files"
        more = f"and {len(suggested) - _MOST} more changes in {where}: `autoawait fix --diff` shows all"
        yield _note(margin, more)


def _side(first: int, texts: tuple[str, ...], sign: str, style: Style, margin: str) -> Iterator[Line]:
    for number, text in enumerate(texts[:_LONGEST], first):
        yield ((f"{number:>{len(margin)}} ", Style.FRAME), (f"{sign} {text}".rstrip(), style))
    if len(texts) > _LONGEST:
        yield line(f"{margin} {sign} ... {len(texts) - _LONGEST} more lines", style)
