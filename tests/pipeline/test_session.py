"""A session that several runs share: each of them says what a run of its own would say."""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Outcome
from autoawait.pipeline.analysis import Request, run
from autoawait.pipeline.session import Buffer, Session
from autoawait.project.settings import Settings

DB = "async def fetch(n: int) -> int:\n    return n\n\n\ndef plain(n: int) -> int:\n    return n\n"
ORDERS = "from db import fetch, plain\n\n\ndef total(n: int) -> int:\n    return fetch(n) + plain(n)\n"
MAIN = "from orders import total\n\n\nasync def main() -> None:\n    print(total(3))\n"
OTHER = "from db import fetch\n\n\nasync def other() -> None:\n    fetch(1)\n"
KEYSTROKES = (("async def", "def"), ("def ", "async def "), ("fetch(", "await fetch("), ("\n\n\n", "\n\n# x\n"))
FILES = {"db.py": DB, "orders.py": ORDERS, "main.py": MAIN, "other.py": OTHER}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    root = tmp_path.resolve() / "shop"
    root.mkdir()
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nversion = "1"\n')
    for name, text in FILES.items():
        (root / name).write_text(text)
    return Settings(root, python=Path(sys.prefix))


@pytest.fixture
def session(settings: Settings) -> Iterator[Session]:
    with Session(settings) as opened:
        yield opened


def said(outcome: Outcome) -> object:
    """All that an outcome says."""
    findings = [(f.code, f.path, f.span, f.message, f.reason, f.fix, f.chain) for f in outcome.findings]
    changes = [(change.path, change.after) for change in outcome.changes]
    return findings, changes, sorted((w.path, w.line, w.column, w.gives, w.because) for w in outcome.unflagged)


def test_runs_of_one_session_say_what_runs_of_their_own_say(settings: Settings, session: Session) -> None:
    rng = random.Random(5)
    texts = dict(FILES)
    unsaved: dict[str, str] = {}
    for _ in range(14):
        name = rng.choice([*FILES])
        old, new = rng.choice(KEYSTROKES)
        text = (unsaved.get(name) or texts[name]).replace(old, new, 1) if rng.random() < 0.7 else FILES[name]
        match rng.choice(["save", "write", "type", "type", "revert", "delete"]):
            case "save":
                texts[name] = text
                unsaved.pop(name, None)
                (settings.root / name).write_text(text)
            case "write":  # and keep it open
                texts[name] = unsaved[name] = text
                (settings.root / name).write_text(text)
            case "type":
                unsaved[name] = text
            case "revert":
                unsaved.pop(name, None)
            case "delete" if name != "db.py":
                (settings.root / name).unlink(missing_ok=True)
                unsaved.pop(name, None)
        buffers = tuple(Buffer(settings.root / name, text.encode()) for name, text in unsaved.items())
        named = tuple(buffer.path for buffer in buffers if not buffer.path.exists())
        there = [name for name in FILES if name in unsaved or (settings.root / name).exists()]
        focus = frozenset(settings.root / name for name in rng.sample(there, 1))
        request = Request((settings.root, *named), settings, buffers, rng.choice([None, focus]))
        assert said(run(request, session=session)) == said(run(request))


def test_the_focus_chooses_findings_and_no_others_change(settings: Settings, session: Session) -> None:
    whole = run(Request((settings.root,), settings), session=session)
    by_file = [
        run(Request((settings.root,), settings, focus=frozenset([settings.root / name])), session=session)
        for name in sorted(FILES)
    ]
    assert [f.code for f in whole.findings] == ["AW102", "AW101"]
    assert [f for outcome in by_file for f in outcome.findings] == list(whole.findings)


def test_a_fix_may_lead_into_files_that_have_findings_of_their_own(settings: Settings, session: Session) -> None:
    main = settings.root / "main.py"
    main.write_text(MAIN + "\n\nasync def more() -> None:\n    main()\n")
    outcome = run(Request((settings.root,), settings, focus=frozenset([settings.root / "orders.py"])), session=session)
    [finding] = outcome.findings
    assert finding in outcome.fixed
    assert finding.fix and {edit.path for edit in finding.fix.edits} == {settings.root / "orders.py", main}


def stops_after(number: int) -> Callable[[], None]:
    """A checkpoint that lets so many questions pass."""
    left = iter(range(number))

    def stop() -> None:
        if next(left, None) is None:
            raise Stopped

    return stop


class Stopped(Exception):  # noqa: N818 - it is no error
    pass


def test_a_run_that_is_stopped_leaves_nothing_behind(settings: Settings, session: Session) -> None:
    request = Request((settings.root,), settings)
    expected = said(run(request))
    questions = 0

    def count() -> None:
        nonlocal questions
        questions += 1

    run(request, session=session, checkpoint=count)
    assert questions > 10
    for last in range(0, questions, 3):
        with pytest.raises(Stopped):
            run(request, session=session, checkpoint=stops_after(last))
        assert said(run(request, session=session)) == expected


def test_only_what_changed_is_parsed_again(settings: Settings, session: Session) -> None:
    request = Request((settings.root,), settings)
    first = run(request, session=session)
    (settings.root / "other.py").write_text(OTHER + "\n")
    second = run(request, session=session)
    again = {path.name for path in first.sources if first.sources[path] is not second.sources[path]}
    assert again == {"other.py"}


def test_a_session_suits_as_long_as_what_it_rests_on_stays(settings: Settings, session: Session) -> None:
    assert session.suits(settings)
    assert not session.suits(Settings(settings.root))
    (settings.root / "ty.toml").write_text("")
    assert not session.suits(settings)
