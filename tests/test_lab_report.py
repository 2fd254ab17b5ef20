"""The page of results is what its data says, and says what is not so good by itself."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.lab import __main__ as lab
from tests.lab import report
from tests.lab.causes import Case
from tests.lab.clean import Cleanliness, Remark
from tests.lab.documents import from_text, text_of
from tests.lab.measurements import Measurement
from tests.lab.origin import Machine, Origin, Subject, origin
from tests.lab.packages import LabError, Project
from tests.lab.page import files, page, tools_chart
from tests.lab.restore import Trial
from tests.lab.scores import OURS, Alarms, Pace, Score, alarms, paces, rate, scores, tools, total
from tests.lab.shortfalls import shortfalls
from tests.lab.speed import Timing
from tests.lab.summary import Results, Summary, rounded, summary
from tests.lab.tables import Table
from tests.lab.wounds import Choice

ORIGIN = Origin(
    "python -m tests.lab report --seed 1",
    "2026-01-01 10:00",
    "2026-01-02 11:00",
    "0123456789",
    {"Python": "3.11.7", "ty": "0.0.105", "absent": ""},
    Machine("Linux x86_64", "Some CPU", 2, 8.0),
    (Subject("shop", "1.0", 2000), Subject("bar", "2.0", 90_000)),
)


def case(kind: str, cause: str) -> Case:
    return Case(kind, Path("a.py"), 3, "f()", "f (statement)", cause, ())


def trial(package: str, mode: str, restored: int, *cases: Case) -> Trial:
    missed = sum(one.kind == "missed" for one in cases)
    contexts = {"statement": (restored, missed), "returned": (0, 0)}
    return Trial(
        package, mode, Choice(seed=1), restored, missed, len(cases) - missed, 0, 1.23456, 90.0, contexts, cases
    )


NOTICED = case("missed", "AW102 unsafe, not applied: … is not awaited")
UNSEEN = case("missed", "… gives unknown, left alone: it is never awaited")
EXTRA = case("extra", "AW101 fixed (safe): … is not awaited")
TRIALS = (
    trial("shop", "safe", 8, NOTICED, UNSEEN, EXTRA),
    trial("bar", "safe", 30),
    trial("shop", "unsafe", 9, UNSEEN),
    trial("bar", "unsafe", 30),
)
REMARK = Remark("AW101", "safe", "proved", "a.py", 3, "f()", "`f` is not awaited", "")
CLEAN = (Cleanliness("shop", "1.0", 2000, 0, 1.0, ()), Cleanliness("bar", "2.0", 90_000, 1, 2.0, (REMARK,)))
TIMINGS = (
    Timing("shop", 2000, "autoawait check", 3, 1.0, 1.1, 90.04, "words"),
    Timing("shop", 2000, "ty check", 3, 0.5, 0.6, 60.0),
    Timing("bar", 90_000, "autoawait check", 3, 12.0, 13.0, 190.0),
    Timing("bar", 90_000, "ty check", 3, 3.0, 3.1, 160.0),
    Timing("bar long.py", 3000, "autoawait fix -", 3, 1.0, 1.1, 90.0),
)
COMMANDS = {name: f"python -m tests.lab {name}" for name in ("restore", "clean", "speed")}
SUMMARY = summary(ORIGIN, Results(TRIALS, CLEAN, TIMINGS, COMMANDS))


# --- the page in docs -------------------------------------------------------------------------------------------------


def test_the_page_and_its_charts_are_what_the_data_renders_to(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-fixtures"):
        report.write(report.read(), report.DOCS)
    assert report.written() == dict(files(report.read()))


def test_the_data_of_the_page_is_small_and_has_no_listings() -> None:
    text = (report.DOCS / "lab.json").read_text(encoding="utf-8")
    assert len(text) < 200_000
    assert '"said"' not in text
    assert str(Path.home()) not in text


def test_links_and_images_of_the_page_exist() -> None:
    text = (report.DOCS / "lab.md").read_text(encoding="utf-8")
    targets = re.findall(r"\]\(([^)]*)\)", text)
    assert len(targets) >= 3
    assert all((report.DOCS / target).is_file() for target in targets)


# --- writing ----------------------------------------------------------------------------------------------------------


def test_what_is_written_is_read_back_and_renders_to_the_same(tmp_path: Path) -> None:
    report.write(SUMMARY, tmp_path)
    again = report.read(tmp_path)
    assert dict(files(again)) == report.written(tmp_path) == dict(files(SUMMARY))
    assert from_text(Summary, text_of(again)) == again
    assert set(report.written(tmp_path)) == {
        "lab.json", "lab.md", "lab/tools.svg", "lab/contexts.svg", "lab/speed.svg"
    }  # fmt: skip


def test_charts_that_are_no_more_are_removed(tmp_path: Path) -> None:
    (tmp_path / "lab").mkdir()
    (tmp_path / "lab" / "old.svg").write_text("")
    report.write(SUMMARY, tmp_path)
    assert "lab/old.svg" not in report.written(tmp_path)


def test_commands_are_what_was_asked_for() -> None:
    assert report.Wish(("arq", "redis"), 7, 2).commands() == {
        "restore": "python -m tests.lab restore --packages arq,redis --seed 7",
        "clean": "python -m tests.lab clean --packages arq,redis",
        "speed": "python -m tests.lab speed --packages arq,redis --runs 2",
        "report": "python -m tests.lab report --packages arq,redis --seed 7 --runs 2",
    }
    assert report.Wish((), 1, 3).commands()["report"] == "python -m tests.lab report --seed 1 --runs 3"
    assert "--packages aiohttp,httpx," in report.Wish((), 1, 3).commands()["speed"]


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab of one package whose measurements are made up, and that writes elsewhere; gives where."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "a.py").write_text("async def f(db):\n    await db.save()\n")
    monkeypatch.setattr(lab, "projects", lambda names: [Project("shop", "1.0", root, tmp_path / "env")])
    monkeypatch.setattr(lab, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(report, "DOCS", tmp_path / "docs")

    def restoring(choice: Choice) -> Measurement[Trial]:
        return Measurement("restore", Trial, lambda project: TRIALS[::2], choice)

    def cleaning() -> Measurement[Cleanliness]:
        return Measurement("clean", Cleanliness, lambda project: CLEAN[:1], None)

    def timing(runs: int) -> Measurement[Timing]:
        return Measurement("speed", Timing, lambda project: TIMINGS[:2], runs)

    for fake in (restoring, cleaning, timing):
        monkeypatch.setattr(report, fake.__name__, fake)
    return tmp_path / "docs"


def test_the_command_measures_once_and_writes_the_page(shop: Path) -> None:
    first = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3"])
    assert first.exit_code == 0, first.output
    text = (shop / "lab.md").read_text(encoding="utf-8")
    assert "`python -m tests.lab report --packages shop --seed 3 --runs 3`" in text
    assert "| shop | 1.0 | 2 |" in text
    assert report.written(shop) == dict(files(report.read(shop)))
    second = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3"])
    assert second.output.count("shop: measured 2") == 3
    fresh = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3", "--fresh"])
    assert ": measured" not in fresh.output


def test_a_measurement_that_fails_ends_with_code_2_and_writes_nothing(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failed(project: Project) -> list[Timing]:
        raise LabError("ty check failed (2)")

    monkeypatch.setattr(report, "timing", lambda runs: Measurement("speed", Timing, failed, runs))
    result = CliRunner().invoke(lab.app, ["report"])
    assert result.exit_code == 2
    assert "ty check failed (2)" in result.output
    assert not shop.exists()


def test_the_origin_is_this_machine_and_this_revision(tmp_path: Path) -> None:
    found = origin("command", [Project("shop", "1.0", tmp_path, tmp_path)], ["2026-02-01", "2026-01-01"], {"peer": "7"})
    assert (found.first, found.last) == ("2026-01-01", "2026-02-01")
    assert re.fullmatch(r"[0-9a-f]{10}( with changes)?|unknown", found.revision)
    assert found.versions["peer"] == "7"
    assert found.versions["ty"]
    assert found.machine.cores >= 1
    assert found.machine.gigabytes > 0


# --- scores -----------------------------------------------------------------------------------------------------------


def test_a_miss_with_a_finding_is_noticed() -> None:
    assert scores(TRIALS) == [
        Score("autoawait", "shop", 10, 9, 8, 1),
        Score("autoawait", "bar", 30, 30, 30, 0),
        Score("autoawait --unsafe-fixes", "shop", 10, 9, 9, 0),
        Score("autoawait --unsafe-fixes", "bar", 30, 30, 30, 0),
    ]


def test_totals_are_of_one_tool() -> None:
    assert total(scores(TRIALS), "autoawait") == Score("autoawait", "all", 40, 39, 38, 1)
    assert total(scores(TRIALS), "autoawait", "shop") == Score("autoawait", "shop", 10, 9, 8, 1)
    assert total([], "autoawait") == Score("autoawait", "all", 0, 0, 0, 0)


def test_our_tools_come_first() -> None:
    assert tools([Score("peer", "a", 1, 1, 0, 0), *scores(TRIALS)]) == ["autoawait", "autoawait --unsafe-fixes", "peer"]


def test_alarms_and_paces_keep_what_is_compared() -> None:
    assert alarms(CLEAN)[1] == Alarms("autoawait", "bar", 90_000, 1, 1)
    assert rate(alarms(CLEAN)) == pytest.approx(1.087, abs=0.001)
    assert rate([]) == 0
    assert paces(TIMINGS)[0] == Pace("autoawait check", "shop", 2000, 1.0, 90.0)


# --- what is not so good ----------------------------------------------------------------------------------------------

GOOD = [Score("autoawait", "shop", 10, 9, 9, 0), Score("autoawait", "bar", 30, 30, 30, 0)]


def test_nothing_is_said_of_a_tool_that_is_not_better() -> None:
    peer = [Score("peer", "shop", 10, 9, 0, 0), Score("peer", "bar", 30, 30, 9, 0)]
    assert shortfalls([*GOOD, *peer], [Alarms("peer", "shop", 10, 0, 0), Alarms(OURS[0], "shop", 10, 0, 0)], []) == []


def test_a_tool_that_notices_more_is_named_with_both_numbers() -> None:
    peer = [Score("peer", "shop", 10, 10, 0, 0), Score("peer", "bar", 30, 30, 0, 0)]
    unsafe = [replace(score, tool=OURS[1]) for score in GOOD]
    assert shortfalls([*GOOD, *unsafe, *peer], [], []) == [
        "peer notices more of the missing awaits than autoawait: 100.0% against 97.5% (97.5% with --unsafe-fixes).",
        "peer notices more of the missing awaits on 1 of 2 packages: shop (100.0% against 90.0%).",
    ]


def test_a_tool_that_is_better_on_one_package_only_is_named_too() -> None:
    peer = [Score("peer", "shop", 10, 10, 10, 0), Score("peer", "bar", 30, 20, 20, 0)]
    assert shortfalls([*GOOD, *peer], [], []) == [
        "peer notices more of the missing awaits on 1 of 2 packages: shop (100.0% against 90.0%).",
        "peer repairs more of the missing awaits on 1 of 2 packages: shop (100.0% against 90.0%).",
    ]


def test_a_tool_is_compared_on_the_packages_that_it_was_tried_on() -> None:
    (sentence,) = shortfalls([*GOOD, Score("peer", "shop", 10, 10, 0, 0)], [], [])
    assert sentence == "peer notices more of the missing awaits than autoawait: 100.0% against 90.0%."


def test_no_more_than_five_packages_are_named() -> None:
    ours = [Score("autoawait", f"p{number}", 10, number, 0, 0) for number in range(8)]
    peers = [Score("peer", f"p{number}", 10, 9, 0, 0) for number in range(8)]
    sentence = shortfalls([*ours, *peers], [], [])[1]
    assert sentence.startswith(
        "peer notices more of the missing awaits on 8 of 8 packages: p0 (90.0% against 0.0%), p1"
    )
    assert sentence.endswith("p4 (90.0% against 40.0%) and 3 more.")


def test_a_quieter_tool_is_named() -> None:
    found = [Alarms(OURS[0], "shop", 50_000, 3, 0), Alarms("peer", "shop", 50_000, 1, 0), Alarms(OURS[0], "x", 9, 9, 9)]
    assert shortfalls([], found, []) == [
        "peer says less of unmodified code than autoawait: 2.00 against 6.00 findings in 100,000 lines."
    ]


def test_a_faster_command_is_named_with_the_median_and_the_worst() -> None:
    assert shortfalls([], [], paces(TIMINGS)) == [
        "ty check is faster than autoawait check on 2 of 2 packages: autoawait check takes 3.0 times as long at the "
        "median, and 4.0 times at the most (bar)."
    ]
    slow = [replace(pace, seconds=100.0) if pace.command == "ty check" else pace for pace in paces(TIMINGS)]
    assert shortfalls([], [], slow) == []


def test_unsafe_fixes_that_undo_safe_ones_are_told() -> None:
    unsafe = [Score(OURS[1], "shop", 10, 9, 4, 0), Score(OURS[1], "bar", 30, 30, 30, 0)]
    assert shortfalls([*GOOD, *unsafe], [], []) == [
        "With --unsafe-fixes fewer awaits come back than without on 1 of 2 packages: shop (4 against 9)."
    ]


# --- the page ---------------------------------------------------------------------------------------------------------


def test_the_page_says_the_numbers_in_sentences() -> None:
    text = page(SUMMARY)
    for sentence in (
        "Measured on 2 published packages, 92,000 lines of Python, with `python -m tests.lab report --seed 1`.",
        "- Of 40 awaits taken out of working code, autoawait puts **95.0%** back with safe fixes alone and **97.5%** "
        "with `--unsafe-fixes`; it notices 97.5%, those it leaves to you included.",
        "- Beside that it changes 1 place with safe fixes and nothing with `--unsafe-fixes`.",
        "- In 92,000 lines of code as published it has 1 finding (1.09 in 100,000 lines), and would change 1 file with",
        "- A package takes 6.5 s at the median and 12.0 s at the most (bar, 90,000 lines).",
        "- ty check is faster than autoawait check on 2 of 2 packages",
        "- No other tool was given the packages with missing awaits in this run.",
        "| autoawait | 40 | 39 | 97.5% | 38 | 95.0% | 1 | 97.4% | 1 |",
        "- measured 2026-01-01 10:00 to 2026-01-02 11:00 (UTC)",
        "- Python 3.11.7, ty 0.0.105\n",
        "- Some CPU, 2 cores, 8 GiB, Linux x86_64",
        "```sh\npython -m tests.lab clean\n```",
    ):
        assert sentence in text


def test_a_peer_joins_every_table_and_the_chart() -> None:
    peers = (Score("peer", "shop", 10, 5, 0, 0), Score("peer", "bar", 30, 6, 0, 0))
    joined = replace(SUMMARY, scores=SUMMARY.scores + peers)
    text = page(joined)
    assert "| peer | 40 | 11 | 27.5% | 0 | 0.0% | 0 | - | - |" in text
    assert "| bar | 30 | 100.0% | 100.0% | 20.0% | 100.0% | 100.0% |" in text, (
        "a peer that repairs nothing has no column"
    )
    assert "No other tool" not in text
    assert tools_chart(joined.scores).groups[2].notes == ("27.5% (11)", "0.0% (0)")


def test_details_hold_the_long_tables_behind_an_empty_line() -> None:
    text = page(SUMMARY)
    assert text.count("<details>") == text.count("</details>") >= 4
    assert "</summary>\n\n|" in text
    assert "|\n\n</details>" in text
    assert "\n\n\n" not in text


def test_a_page_of_nothing_can_be_read() -> None:
    empty = Summary(replace(ORIGIN, packages=()), (), (), (), ())
    assert "## In short" in page(empty)


def test_a_table_keeps_the_digits_that_are_shown() -> None:
    table = rounded(Table("t", ["a", "b"], [["x", 1.23456], ["y", 2]]))
    assert table == Table("t", ("a", "b"), (("x", 1.23), ("y", 2)))


PARTIAL = [
    replace(SUMMARY, scores=()),
    replace(SUMMARY, alarms=()),
    replace(SUMMARY, paces=()),
    replace(SUMMARY, sections=()),
]


@pytest.mark.parametrize("partial", PARTIAL)
def test_any_part_may_be_missing(partial: Summary) -> None:
    assert page(partial).startswith("# autoawait on published packages\n")
