"""Whole runs on an engine that misbehaves: what it breaks is told, and what it does not break goes on."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from autoawait.diagnostics.finding import Edit, Outcome
from autoawait.edits.rewrite import RewriteError, Rewritten, rewrite
from autoawait.pipeline import analysis, session
from autoawait.pipeline.analysis import Request
from autoawait.pipeline.culprits import TrialBudget
from autoawait.project.settings import Settings
from autoawait.project.source import SourceFile, Spot
from autoawait.types.engine import Checked, CheckerDiagnostic, EngineError, Kind, TypeFact
from tests.fake_engine import FakeEngine, NamingEngine

SOURCE = """\
async def first():
    one()


async def second():
    two()


async def third():
    two()
"""
KINDS = {"one": Kind.COROUTINE, "two": Kind.COROUTINE}


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path.resolve() / "module.py"
    path.write_text(SOURCE)
    return path


def run(path: Path, engine: FakeEngine, monkeypatch: pytest.MonkeyPatch) -> Outcome:
    monkeypatch.setattr(session, "TyEngine", lambda root, environment: engine)
    return analysis.run(Request((path,), Settings(root=path.parent)))


def codes(outcome: Outcome) -> list[tuple[int, str]]:
    """Line and code of each finding."""
    return [(outcome.sources[f.path].spot(f.span.start).line, f.code) for f in outcome.findings]


def after(outcome: Outcome) -> str:
    [change] = outcome.changes
    return change.after.decode()


def test_what_the_engine_knows_is_awaited(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = NamingEngine({"one": Kind.COROUTINE, "two": Kind.PLAIN})
    outcome = run(path, engine, monkeypatch)
    assert codes(outcome) == [(2, "AW101")]
    assert after(outcome) == SOURCE.replace("one()", "await one()")
    assert outcome.fixed == set(outcome.findings)
    assert engine.is_closed


def test_an_engine_that_knows_nothing_makes_no_findings(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(path, FakeEngine(), monkeypatch)
    assert (outcome.findings, outcome.changes) == ((), ())


@pytest.mark.parametrize("questions", range(10))
def test_an_engine_that_dies_ends_the_run(path: Path, monkeypatch: pytest.MonkeyPatch, questions: int) -> None:
    engine = NamingEngine(KINDS, dies_after=questions)
    with pytest.raises(EngineError, match="died"):
        run(path, engine, monkeypatch)
    assert engine.is_closed
    assert path.read_text() == SOURCE


class Unreachable(NamingEngine):
    """Takes every place for one that is never reached."""

    def facts(self, spots: list[Spot]) -> list[TypeFact]:  # type: ignore[override]
        return [TypeFact("Never", called=Kind.COROUTINE, unreachable=True) for _ in super().facts(spots)]


def test_nothing_is_said_of_code_that_is_never_reached(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(path, Unreachable(KINDS), monkeypatch)
    assert (outcome.findings, outcome.changes) == ((), ())


class Complaining(NamingEngine):
    """Complains of a line, once it is edited."""

    def __init__(self, line: int) -> None:
        super().__init__(KINDS)
        self.line = line

    def report(self, path: Path) -> Checked:
        """See FakeEngine."""
        text = self.overlays.get(path, "").splitlines()
        if len(text) < self.line or "await" not in text[self.line - 1]:
            return Checked()
        start = Spot(path, self.line, text[self.line - 1].encode().index(b"await"))
        return Checked(
            (CheckerDiagnostic(path, start, start, "invalid-await", "Too much is awaited\nsays the checker"),)
        )


@pytest.mark.parametrize(("line", "name"), [(2, "one"), (6, "two"), (10, "two")])
def test_a_fix_that_brings_a_complaint_is_withdrawn_and_the_others_go_on(
    path: Path, monkeypatch: pytest.MonkeyPatch, line: int, name: str
) -> None:
    outcome = run(path, Complaining(line), monkeypatch)
    assert codes(outcome) == [(n, "AW904" if n == line else "AW101") for n in (2, 6, 10)]
    [refused] = [f for f in outcome.findings if f.code == "AW904"]
    assert refused.fix is None
    assert (
        refused.reason
        == f"the fix was withdrawn: the type checker would report an error at {path.name}:{line}:5: Too much is awaited"
    )
    assert f"`{name}()`" in refused.message
    assert after(outcome).count("await ") == 2
    assert after(outcome).splitlines()[line - 1] == f"    {name}()"


def test_a_complaint_outside_every_function_withdraws_all_of_the_file(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Outside(Complaining):
        def report(self, path: Path) -> Checked:
            """See FakeEngine."""
            if "await" not in self.overlays.get(path, ""):
                return Checked()
            start = Spot(path, 4, 0)
            return Checked((CheckerDiagnostic(path, start, start, "invalid-await", "The module is wrong"),))

    outcome = run(path, Outside(0), monkeypatch)
    assert codes(outcome) == [(2, "AW904"), (6, "AW904"), (10, "AW904")]
    assert (outcome.changes, outcome.fixed) == ((), frozenset())


class Distant(NamingEngine):
    """Complains of the third function where the await in the first one is made."""

    def report(self, path: Path) -> Checked:
        """See FakeEngine."""
        if "await one" not in self.overlays.get(path, ""):
            return Checked()
        start = Spot(path, 10, 4)
        return Checked((CheckerDiagnostic(path, start, start, "some-code", "Expected `Awaitable`, found something"),))


def test_the_fix_without_which_a_complaint_is_gone_is_withdrawn_wherever_it_is(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run(path, Distant(KINDS), monkeypatch)
    assert codes(outcome) == [(2, "AW904"), (6, "AW101"), (10, "AW101")]
    assert after(outcome) == SOURCE.replace("two()", "await two()").replace("def await two()", "def two()")


def test_without_trials_the_place_of_a_complaint_says_which_fix_is_withdrawn(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(TrialBudget, "spend", lambda self: False)
    outcome = run(path, Distant(KINDS), monkeypatch)
    assert (10, "AW904") in codes(outcome)
    assert "await one()" not in "".join(change.after.decode() for change in outcome.changes)


class Indifferent(Distant):
    """Complains of plain values in the same case."""

    def report(self, path: Path) -> Checked:
        """See FakeEngine."""
        complaints = super().report(path).complaints
        message = "Operator `+` is not supported between `str` and `int`"
        return Checked(tuple(replace(complaint, message=message) for complaint in complaints))


def test_a_complaint_about_plain_values_withdraws_nothing_and_makes_its_fix_unsafe(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome = run(path, Indifferent(KINDS), monkeypatch)
    assert codes(outcome) == [(2, "AW101"), (6, "AW101"), (10, "AW101")]
    assert [f.applicability.value for f in outcome.findings] == ["unsafe", "safe", "safe"]
    assert f"{path.name}:10:5: Operator `+`" in outcome.findings[0].reason
    assert after(outcome).count("await ") == 2


def test_a_complaint_outside_every_function_falls_on_what_is_merely_likely(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Outside(Complaining):
        def report(self, path: Path) -> Checked:
            """See FakeEngine."""
            if "return await" not in self.overlays.get(path, ""):
                return Checked()
            start = Spot(path, 4, 0)
            return Checked((CheckerDiagnostic(path, start, start, "invalid-await", "The module is wrong"),))

    source = SOURCE.replace("third():\n    two()", "third():\n    return two()")
    path.write_text(source)
    monkeypatch.setattr(session, "TyEngine", lambda root, environment: Outside(0))
    outcome = analysis.run(Request((path,), Settings(root=path.parent, unsafe_fixes=True)))
    assert codes(outcome) == [(2, "AW101"), (6, "AW101"), (10, "AW904")]
    assert after(outcome) == source.replace("    one()", "    await one()").replace("    two()", "    await two()")


class Fickle(NamingEngine):
    """Sees something else in every round: the plan never settles."""

    rounds = 0

    def check(self, paths: list[Path]) -> list[Checked]:  # type: ignore[override]
        self.rounds += 1
        self.kinds = {"one": Kind.COROUTINE, "two": Kind.COROUTINE if self.rounds % 2 else Kind.PLAIN}
        start = [Spot(path, 2, 4) for path in paths]
        return [Checked((CheckerDiagnostic(s.path, s, s, str(self.rounds), "an async thing"),)) for s in start]


def test_a_run_ends_even_if_the_checker_never_agrees(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(path, Fickle(KINDS), monkeypatch)
    assert {code for _, code in codes(outcome)} <= {"AW101", "AW904"}
    assert (2, "AW904") in codes(outcome)
    assert "await one()" not in "".join(change.after.decode() for change in outcome.changes)


def refusing(name: str, *, is_told: bool) -> object:
    """A ``rewrite`` that cannot make the edits of lines with a name; it tells which edit, or not."""

    def attempt(source: SourceFile, edits: frozenset[Edit]) -> Rewritten:
        for edit in sorted(edits, key=lambda e: e.span):
            if name in source.segment(edit.span):
                raise RewriteError("cannot be written", source, edit.span.start, edit if is_told else None)
        return rewrite(source, edits)

    return attempt


def test_an_edit_that_cannot_be_written_is_withdrawn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autoawait.edits.apply.rewrite", refusing("two", is_told=True))
    outcome = run(path, NamingEngine(KINDS), monkeypatch)
    assert codes(outcome) == [(2, "AW101"), (6, "AW904"), (10, "AW904")]
    assert after(outcome) == SOURCE.replace("one()", "await one()")
    assert [f.reason for f in outcome.findings if f.code == "AW904"] == [
        f"the fix was withdrawn: {path.name}:{line}:5: cannot be written" for line in (6, 10)
    ]


def test_columns_of_places_count_characters(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(SOURCE.replace("two()", "'ö€😀'; two()"), encoding="utf-8")
    outcome = run(path, Complaining(6), monkeypatch)
    assert [f.reason for f in outcome.findings if f.code == "AW904"] == [
        f"the fix was withdrawn: the type checker would report an error at {path.name}:6:12: Too much is awaited"
    ]
    monkeypatch.setattr("autoawait.edits.apply.rewrite", refusing("two", is_told=True))
    outcome = run(path, NamingEngine(KINDS), monkeypatch)
    assert [f.reason for f in outcome.findings if f.code == "AW904"] == [
        f"the fix was withdrawn: {path.name}:{line}:12: cannot be written" for line in (6, 10)
    ]


def test_where_nobody_knows_which_edit_is_wrong_all_of_the_file_are(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("autoawait.edits.apply.rewrite", refusing("two", is_told=False))
    outcome = run(path, NamingEngine(KINDS), monkeypatch)
    assert codes(outcome) == [(2, "AW904"), (6, "AW904"), (10, "AW904")]
    assert outcome.changes == ()


def test_a_result_that_does_not_parse_is_withdrawn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(source: SourceFile, edits: frozenset[Edit]) -> Rewritten:
        return Rewritten(b"def (:\n", rewrite(source, edits).texts)

    monkeypatch.setattr("autoawait.edits.apply.rewrite", broken)
    outcome = run(path, NamingEngine(KINDS), monkeypatch)
    assert {code for _, code in codes(outcome)} == {"AW904"}
    assert all("does not parse" in finding.reason for finding in outcome.findings)


def test_a_result_that_says_something_else_is_withdrawn(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(source: SourceFile, edits: frozenset[Edit]) -> Rewritten:
        made = rewrite(source, edits)
        return Rewritten(made.data.replace(b"third", b"fourth"), made.texts)

    monkeypatch.setattr("autoawait.edits.apply.rewrite", wrong)
    outcome = run(path, NamingEngine(KINDS), monkeypatch)
    assert {code for _, code in codes(outcome)} == {"AW904"}
    assert outcome.changes == ()


def test_the_notes_tell_stages_without_waiting_and_what_was_asked(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    notes = run(path, NamingEngine(KINDS), monkeypatch).notes
    stages = [match[1] for note in notes if (match := re.fullmatch(r"(\w+): \d+\.\d\d s", note))]
    assert stages == ["reading", "surveying", "resolving", "proving", "engine"]
    assert re.fullmatch(r"the engine was asked \d+ questions \((\w+ \d+(, )?)+\)", notes[-1])


def test_the_engine_is_prepared_for_each_async_function_that_may_lack_an_await(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_text(f"{SOURCE}\nasync def fourth():\n    await one()\n\ndef plain():\n    one()\n")
    engine = NamingEngine(KINDS)
    run(path, engine, monkeypatch)
    assert engine.prepared == [Spot(path, line, 6) for line in (2, 6, 10)]


def test_the_engine_is_not_prepared_for_what_is_only_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = path.with_name("other.py")
    other.write_text(SOURCE)
    (path.parent / "pyproject.toml").write_text("")
    engine = NamingEngine(KINDS)
    run(path, engine, monkeypatch)
    assert {spot.path for spot in engine.prepared} == {path}
