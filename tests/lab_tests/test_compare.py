"""What a change of the tool added and removed, case by case."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.lab import __main__ as lab
from tests.lab import revisions
from tests.lab.causes import Case
from tests.lab.changes import CLEANLINESS, STRIPPED, TRIALS, Comparison, changes, list_changes, table
from tests.lab.clean import Cleanliness, Remark
from tests.lab.environments import LabError
from tests.lab.measurements import Measurement, Progress, in_a_line
from tests.lab.packages import Project
from tests.lab.restore import Trial
from tests.lab.store import Store
from tests.lab.strip import Score, Stripped
from tests.lab.tool import REPOSITORY
from tests.lab.wounds import Choice

LOT = Choice(seed=1)


def case(kind: str, line: int, what: str = "db.save (statement)", text: str = "db.save()") -> Case:
    return Case(kind, Path("shop/a.py"), line, text, what, "a cause", ("AW101 none proved: said",))


def trial(*cases: Case, mode: str = "safe", choice: Choice = LOT, removed: int = 10) -> Trial:
    missed = sum(one.kind == "missed" for one in cases)
    return Trial("shop", mode, choice, removed - missed, missed, len(cases) - missed, 0, 1.0, 1.0, {}, cases)


def told(comparison: Comparison) -> list[tuple[str, str, int]]:
    return [(one.what, one.noted.subject, one.noted.line) for one in comparison.changes]


def test_the_same_results_have_no_changes() -> None:
    results = [trial(case("missed", 3), case("extra", 4)), trial(mode="unsafe")]
    comparison = changes(TRIALS, results, results)
    assert comparison.changes == ()
    assert comparison.totals[:3] == (("safe restored", 9, 9), ("safe missed", 1, 1), ("safe extra", 1, 1))


def test_each_case_is_new_or_gone() -> None:
    before = [trial(case("missed", 3), case("missed", 5), case("extra", 7))]
    after = [trial(case("missed", 5), case("missed", 6), case("extra", 8))]
    comparison = changes(TRIALS, before, after)
    subject = "shop (safe, seed 1)"
    assert told(comparison) == [
        ("newly restored", subject, 3),
        ("no longer extra", subject, 7),
        ("newly missed", subject, 6),
        ("newly extra", subject, 8),
    ]


def test_what_was_said_and_how_the_line_reads_is_not_compared() -> None:
    before = [trial(case("extra", 3, text="await db.save()"))]
    after = [trial(replace(case("extra", 3), said=("other words",)))]
    assert changes(TRIALS, before, after).changes == ()


def test_two_of_a_kind_on_one_line_are_counted() -> None:
    twice, once = [trial(case("missed", 3), case("missed", 3))], [trial(case("missed", 3))]
    assert told(changes(TRIALS, twice, once)) == [("newly restored", "shop (safe, seed 1)", 3)]
    assert told(changes(TRIALS, once, twice)) == [("newly missed", "shop (safe, seed 1)", 3)]


def test_modes_and_mutants_are_told_apart() -> None:
    before = [trial(case("missed", 3)), trial(mode="unsafe"), trial(choice=Choice(offset=2))]
    after = [trial(), trial(case("missed", 3), mode="unsafe"), trial(case("missed", 3), choice=Choice(offset=2))]
    assert told(changes(TRIALS, before, after)) == [
        ("newly restored", "shop (safe, seed 1)", 3),
        ("newly missed", "shop (safe, offset 2)", 3),
        ("newly missed", "shop (unsafe, seed 1)", 3),
    ]


REMARK = Remark(
    "AW101",
    "safe",
    "proved",
    "shop/a.py",
    3,
    "db.save()",
    "`db.save` is not awaited",
    "it is dropped",
    is_genuine=False,
)


def cleanliness(*remarks: Remark) -> list[Cleanliness]:
    return [Cleanliness("shop", "1.0", 100, len(remarks), 1.0, remarks)]


def test_findings_are_new_or_gone() -> None:
    comparison = changes(CLEANLINESS, cleanliness(REMARK), cleanliness(replace(REMARK, applicability="none")))
    assert told(comparison) == [("finding gone", "shop", 3), ("new finding", "shop", 3)]
    assert comparison.changes[0].noted.told == ("`db.save` is not awaited | it is dropped",)
    assert ("safe findings", 1, 0) in comparison.totals
    assert ("none findings", 0, 1) in comparison.totals


def stripped(*cases: Case, removed: int = 4) -> Stripped:
    missed = sum(one.kind == "missed" for one in cases)
    functions = Score(removed - missed, missed, len(cases) - missed)
    return Stripped("shop", "safe", Choice(every=1), functions, Score(7, 2), missed, 0, 0, 0, 1.0, 1.0, cases)


def test_functions_are_newly_restored_or_missed() -> None:
    before = [stripped(case("missed", 3, "Shop.load"), case("missed", 9, "save"))]
    after = [stripped(case("missed", 9, "save"), case("extra", 12, "def"), case("missed", 20, "sell"))]
    comparison = changes(STRIPPED, before, after)
    subject = "shop (safe, offset 0)"
    assert told(comparison) == [
        ("newly restored", subject, 3),
        ("newly missed", subject, 20),
        ("newly extra", subject, 12),
    ]
    assert ("safe async def extra", 0, 1) in comparison.totals
    assert ("safe await restored", 7, 7) in comparison.totals
    assert ("safe explained", 2, 2) in comparison.totals


def test_all_is_printed_with_its_place_and_what_was_said(capsys: pytest.CaptureFixture[str]) -> None:
    comparison = changes(TRIALS, [trial()], [trial(case("missed", 3))])
    nothing = changes(CLEANLINESS, cleanliness(), cleanliness())
    list_changes([comparison, nothing])
    assert capsys.readouterr().out.splitlines() == [
        "newly missed: shop (safe, seed 1) shop/a.py:3: db.save()",
        "    db.save (statement)",
        "    AW101 none proved: said",
        "clean: nothing changed",
    ]
    assert table([comparison]).rows[:3] == [
        ("restore", "safe restored", 10, 9, "-1"),
        ("restore", "safe missed", 0, 1, "+1"),
        ("restore", "safe extra", 0, 0, ""),
    ]


# --- revisions --------------------------------------------------------------------------------------------------------


def test_a_revision_is_checked_out_for_as_long_as_it_is_needed() -> None:
    with revisions.checked_out("HEAD") as home:
        assert (home / "autoawait" / "__main__.py").is_file()
        assert not (home / "tests").exists()
    assert not home.exists()


@pytest.mark.parametrize("revision", ["nope", "", "--all", "HEAD:README.md", "HEAD; ls"])
def test_no_such_revision_is_an_error(revision: str) -> None:
    with pytest.raises(LabError, match="no such revision"), revisions.checked_out(revision):
        pass


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A package of one, with a lab that has nothing else."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "a.py").write_text("async def f(db):\n    await db.save()\n")
    project = Project("shop", "1.0", root, tmp_path / "env")
    monkeypatch.setattr(lab, "projects", lambda names: [project])
    monkeypatch.setattr(lab, "cache", lambda: tmp_path / "cache")

    def stripping(home: Path = REPOSITORY) -> Measurement[Stripped]:
        return Measurement("strip", Stripped, lambda project: [stripped()], None, home)

    monkeypatch.setattr(revisions, "stripping", stripping)
    return project


def test_an_unknown_revision_ends_with_code_2(shop: Project) -> None:
    result = CliRunner().invoke(lab.app, ["compare", "nope"])
    assert result.exit_code == 2
    assert "no such revision: nope" in result.output


def test_both_tools_are_measured_and_compared(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def restoring(choice: Choice, home: Path = REPOSITORY) -> Measurement[Trial]:
        is_here = home == REPOSITORY
        assert choice == Choice(seed=5)
        result = trial() if is_here else trial(case("missed", 3))
        return Measurement("restore", Trial, lambda project: [result], choice, home if is_here else None)

    def cleaning(home: Path = REPOSITORY) -> Measurement[Cleanliness]:
        return Measurement("clean", Cleanliness, lambda project: cleanliness(), None, home)

    monkeypatch.setattr(revisions, "restoring", restoring)
    monkeypatch.setattr(revisions, "cleaning", cleaning)
    result = CliRunner().invoke(lab.app, ["compare", "HEAD", "--seed", "5"])
    assert result.exit_code == 0, result.output
    assert "newly restored: shop (safe, seed 1) shop/a.py:3: db.save()" in result.output
    assert "strip: nothing changed" in result.output
    assert "clean: nothing changed" in result.output


def test_a_package_on_which_a_tool_fails_is_left_out_and_named(shop: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    def cleaning(home: Path = REPOSITORY) -> Measurement[Cleanliness]:
        return Measurement("clean", Cleanliness, lambda project: cleanliness(), None, home)

    def failing(choice: Choice, home: Path = REPOSITORY) -> Measurement[Trial]:
        def measure(project: Project) -> list[Trial]:
            if home != REPOSITORY:
                raise LabError("autoawait failed: a bug\nand where")
            return [trial(case("missed", 3))]

        return Measurement("restore", Trial, measure, [choice, str(home)], home)

    monkeypatch.setattr(revisions, "restoring", failing)
    monkeypatch.setattr(revisions, "cleaning", cleaning)
    result = CliRunner().invoke(lab.app, ["compare", "HEAD", "--fresh"])
    assert result.exit_code == 0, result.output
    assert "shop is left out, HEAD failed: autoawait failed: a bug\n" in result.output
    assert "restore: nothing changed" in result.output


def test_progress_says_what_is_measured_and_what_was(
    shop: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[str] = []

    def measure(project: Project) -> Sequence[Cleanliness]:
        asked.append(project.name)
        return cleanliness(REMARK)

    measurement = Measurement("clean", Cleanliness, measure, None)
    progress = Progress(Store(tmp_path / "results"))
    assert progress.all_of(measurement, [shop]) == progress.all_of(measurement, [shop]) == tuple(cleanliness(REMARK))
    assert asked == ["shop"]
    assert progress.moments[0] == progress.moments[1]
    errors = capsys.readouterr().err.splitlines()
    assert errors[0] == "clean 1/1 shop ..."
    assert errors[2].startswith("clean 1/1 shop: measured 2")


def test_what_fails_is_noted_in_a_line_and_the_others_go_on(
    shop: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def measure(project: Project) -> Sequence[Cleanliness]:
        if project.name == "bad":
            raise LabError(f"mypy failed (2): Traceback\n  in {tmp_path}/cache/x\nMemoryError: {'far ' * 200}")
        return cleanliness()

    progress = Progress(Store(tmp_path / "results"))
    measurement = Measurement("clean", Cleanliness, measure, None, by="mypy")
    assert len(progress.all_of(measurement, [replace(shop, name="bad"), shop])) == 1
    (failure,) = progress.failures
    assert (failure.measurement, failure.package) == ("clean (mypy)", "bad")
    assert failure.reason.startswith("mypy failed (2): Traceback … MemoryError: far")
    assert len(failure.reason) == 300
    assert len(progress.moments) == 1


def test_a_line_has_none_of_this_machines_folders() -> None:
    assert in_a_line(f"no {REPOSITORY}/docs\n\n") == "no ./docs"
    assert in_a_line("") == ""
