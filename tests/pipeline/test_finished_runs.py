"""A run ends finished: a culprit takes only its own fix along, and what is left to do is reported at once."""

from __future__ import annotations

import sys
from pathlib import Path

from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.project.settings import Settings

CLIENT = """\
from generated import Join, Toggle


class Client:
    async def resolve(self, key: str) -> int:
        return len(key)

    async def send(self, data) -> bool:
        return True

    def toggle(self, key: str, seconds: int) -> bool:
        self.send(Toggle(channel=self.resolve(key), seconds=seconds))
        return True
"""
CONTENT = """\
class Html:
    async def parse(self, text: str) -> dict:
        return {"text": text}


class TextContent:
    def __init__(self, text: str) -> None:
        self.text = text

    def write(self, markup):
        return dict(markup=markup, **Html().parse(self.text))
"""
ARTICLE = """\
class Article:
    def __init__(self, content, markup=None):
        self.content = content
        self.markup = markup

    def write(self):
        return {"type": "article", "message": self.content.write(self.markup)}
"""
STORES = """\
from typing import Protocol


class Store(Protocol):
    def price(self) -> int: ...


async def fetch() -> int:
    return 1


async def name() -> str:
    return "x"


class Disk:
    def price(self) -> int:
        return fetch() + 1


def show(store: Store) -> None:
    print(store.price())


async def before() -> str:
    return name().upper()


async def main() -> str:
    show(Disk())
    return name().lower()


async def after() -> str:
    return name().title()
"""


def outcome_of(folder: Path, files: dict[str, str]) -> Outcome:
    for name, text in files.items():
        (folder / name).write_text(text)
    settings = Settings(folder, python=Path(sys.prefix), unsafe_fixes=True)
    return run(Request((folder,), settings))


def left(outcome: Outcome) -> list[str]:
    """The places and codes of what is not fixed."""
    found = (f for f in outcome.findings if f not in outcome.fixed)
    return [f"{f.path.name}:{outcome.sources[f.path].spot(f.span.start).line} {f.code}" for f in found]


def test_what_can_be_seen_only_with_the_fix_is_reported_by_the_same_run(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"client.py": CLIENT})
    assert left(outcome) == ["client.py:12 AW302"]
    assert b"await self.send(Toggle(channel=self.resolve(key)" in outcome.changes[0].after


def test_a_call_that_may_reach_what_becomes_async_is_reported_by_the_same_run(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"content.py": CONTENT, "article.py": ARTICLE})
    assert left(outcome) == ["article.py:7 AW304"]
    assert [change.path.name for change in outcome.changes] == ["content.py"]


def test_a_comment_silences_a_call_that_may_reach_what_becomes_async(tmp_path: Path) -> None:
    article = ARTICLE.replace("markup)}", "markup)}  # autoawait: ignore[AW304]")
    assert left(outcome_of(tmp_path, {"content.py": CONTENT, "article.py": article})) == []


def test_a_class_that_no_longer_fits_withdraws_its_own_fix_alone(tmp_path: Path) -> None:
    outcome = outcome_of(tmp_path, {"stores.py": STORES})
    assert left(outcome) == ["stores.py:18 AW904"]
    assert outcome.changes[0].after.decode() == STORES.replace("name()", "(await name())").replace(
        "def (await name())", "def name()"
    )
    [refused] = [f for f in outcome.findings if f.code == "AW904"]
    assert "stores.py:30:10: " in refused.reason
    assert refused.chain[-1].text == "the type checker would complain of: show(Disk())"
    assert (refused.chain[-1].line, refused.chain[-1].column) == (30, 10)
