"""Answers about the calls on a line, for people and as JSON.

shop/orders.py:12:13: `fetch_order(number)`
   |
12 |     total = fetch_order(number).total
   |             ^^^^^^^^^^^^^^^^^^^
   = gives: coroutine, proved by its type and its definition
   = type: `CoroutineType[Any, Any, Order]`
   = defined: shop/store.py:4:11: async def fetch_order(number: int) -> Order:
   = used: shop/orders.py:12:13: its attribute `total` is used
   = flagged: AW102
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from pathlib import Path

from autoawait.cli.reports.excerpt import excerpt
from autoawait.cli.reports.full import full
from autoawait.cli.reports.json_report import json_of, link_json
from autoawait.cli.reports.text import Line, Style, line, shown, shown_outside
from autoawait.diagnostics.finding import Finding, Link, Outcome
from autoawait.diagnostics.location import Location, span_place
from autoawait.pipeline.queries.answer import WhyAnswer
from autoawait.types.engine import Kind

VERSION = 1


def why_report(
    answers: Sequence[WhyAnswer], outcome: Outcome, base: Path, columns: int | None = None
) -> Iterator[Line]:
    """The answers, then their findings as ``check`` reports them; paths relative to ``base``."""
    for answer in answers:
        yield from _told(answer, base, columns)
        yield line("")
    yield from full(_only(outcome, answers), base, columns)


def why_json(answers: Sequence[WhyAnswer], outcome: Outcome, base: Path) -> str:
    """The same as one JSON object; lines and columns as in the report of ``check``."""
    document = {
        "version": VERSION,
        "answers": [_as_json(answer, base) for answer in answers],
        "findings": [json_of(finding, outcome, base) for finding in _only(outcome, answers).findings],
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _only(outcome: Outcome, answers: Sequence[WhyAnswer]) -> Outcome:
    """An outcome with the findings of some answers, none of them fixed."""
    wanted = {finding for answer in answers for finding in _findings(answer)}
    found = tuple(finding for finding in outcome.findings if finding in wanted)
    return replace(outcome, findings=found, fixed=frozenset(), changes=())


def _findings(answer: WhyAnswer) -> tuple[Finding, ...]:
    return (*answer.findings, *filter(None, [answer.follows]))


def _place(answer: WhyAnswer) -> Location:
    return span_place(answer.file, answer.span)


def _told(answer: WhyAnswer, base: Path, columns: int | None) -> Iterator[Line]:
    place = _place(answer)
    margin = " " * len(str(place.line))
    where = f"{shown(answer.file.path, base)}:{place.line}:{place.column}: "
    yield ((where, Style.PLACE), (f"`{answer.text}`", Style.PLAIN))
    yield from excerpt(answer.file, place, margin, columns)
    for word, text in _rows(answer, base):
        yield ((f"{margin} = ", Style.FRAME), (f"{word}: ", Style.CODE), (text, Style.PLAIN))


def _rows(answer: WhyAnswer, base: Path) -> Iterator[tuple[str, str]]:
    yield "gives", f"{_gives(answer.gives)}; {answer.evidence}"
    if answer.type:
        yield "type", f"`{answer.type}`"
    for link in answer.definitions:
        yield "defined", f"{_at(link, base)}: {link.text}" if link.text else _at(link, base)
    if answer.name:
        yield "bound", f"to `{answer.name}`, which is followed"
    for use in answer.uses:
        yield "used", f"{shown(answer.file.path, base)}:{use.line}:{use.column}: {use.words}"
    yield "so", answer.conclusion


def _gives(kind: Kind) -> str:
    return {Kind.UNKNOWN: "unknown", Kind.MAYBE: "perhaps an awaitable", Kind.PLAIN: "a plain value"}.get(
        kind, f"{'an' if kind.value[0] in 'aeiou' else 'a'} {kind.value}"
    )


def _at(link: Link, base: Path) -> str:
    return f"{shown_outside(link.path, base)}:{link.line}:{link.column}"


def _as_json(answer: WhyAnswer, base: Path) -> dict[str, object]:
    return {
        "path": shown(answer.file.path, base),
        **asdict(_place(answer)),
        "text": answer.text,
        "gives": answer.gives.value,
        "evidence": answer.evidence,
        "type": answer.type,
        "definitions": [link_json(link, base) for link in answer.definitions],
        "name": answer.name,
        "uses": [asdict(use) for use in answer.uses],
        "flagged": bool(answer.findings),
        "conclusion": answer.conclusion,
    }
