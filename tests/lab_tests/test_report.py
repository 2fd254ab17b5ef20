"""The page of results is what its data says, and says what is not so good by itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from typer.testing import CliRunner

from tests.lab import __main__ as lab
from tests.lab import report, strip
from tests.lab.apps import Examined
from tests.lab.causes import Case
from tests.lab.checkers import Checker, ty
from tests.lab.clean import Cleanliness, Remark
from tests.lab.documents import from_text, text_of
from tests.lab.environments import LabError
from tests.lab.importing import Imports
from tests.lab.measurements import Failure, Measurement
from tests.lab.origin import Machine, Origin, Subject, origin
from tests.lab.packages import Project
from tests.lab.page import files, page
from tests.lab.peers import Repair, Showing, Sighting
from tests.lab.restore import Trial
from tests.lab.scores import OURS, Alarms, Pace, Score, alarms, paces, rate, recoveries, scores, tools, total
from tests.lab.sections import by_size, rounded, speed_chart, tools_chart
from tests.lab.shortfalls import shortfalls
from tests.lab.speed import Patience, Timing
from tests.lab.strip import Stripped
from tests.lab.summary import Results, Summary, summary
from tests.lab.tables import Table
from tests.lab.wounds import Choice

T = TypeVar("T")

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


UNSEEN = case("missed", "… gives unknown, left alone: it is never awaited")
EXTRA = case("extra", "AW101 fixed (safe): … is not awaited")
TRIALS = (
    trial("shop", "safe", 8, UNSEEN, UNSEEN, EXTRA),
    trial("bar", "safe", 30),
    trial("shop", "unsafe", 9, UNSEEN),
    trial("bar", "unsafe", 30),
)


def stripped(package: str, mode: str, restored: int = 0) -> Stripped:
    functions = strip.Score(restored, 4 - restored, 1 if restored else 0)
    return Stripped(
        package, mode, Choice(every=1), functions, strip.Score(restored, 8), 3, 1, 1, 0, 1.0, 90.0, (UNSEEN,)
    )


STRIPPED = tuple(stripped(package, mode) for mode in ("safe", "unsafe") for package in ("shop", "bar"))


def showing(tool: str, package: str, missing: int, noticed: int, *repairs: Repair, extras: int = 0) -> Showing:
    """One that notices the first so many losses, the last ``extras`` of them by rules that are off by default."""
    codes = ["c"] * (noticed - extras) + ["x"] * extras + [""] * (missing - noticed)
    losses = tuple(Sighting("a.py", 3, "f()", "f", "statement", tuple(filter(None, [code]))) for code in codes)
    return Showing(package, tool, "1", Choice(seed=1), losses, 0, 20, 10, frozenset({"x"}), repairs, 1.5, 100.0)


SHOWINGS = (
    showing("autoawait", "shop", 10, 9, Repair("safe", 8, 1, 0), Repair("unsafe", 9, 0, 0)),
    showing("autoawait", "bar", 30, 30, Repair("safe", 30, 0, 0), Repair("unsafe", 30, 0, 0)),
    showing("ty", "shop", 10, 5, Repair("batch", 1, 0, 0)),
    showing("ty", "bar", 30, 6, Repair("batch", 0, 0, 0)),
    showing("mypy", "shop", 10, 10, extras=4),
)
REMARK = Remark("AW101", "safe", "proved", "a.py", 3, "f()", "`f` is not awaited", "", is_genuine=False)
BUG = replace(REMARK, is_genuine=True)
CLEAN = (Cleanliness("shop", "1.0", 2000, 0, 1.0, (BUG,)), Cleanliness("bar", "2.0", 90_000, 1, 2.0, (REMARK,)))


def timing(subject: str, lines: int, command: str, seconds: float | None, megabytes: float | None) -> Timing:
    return Timing(subject, lines, command, f"{command} PROJECT", 3, seconds, seconds, megabytes, limit=600.0)


TIMINGS = (
    timing("shop", 2000, "autoawait check", 1.0, 90.04),
    timing("shop", 2000, "ty", 0.5, 60.0),
    timing("shop", 2000, "mypy", 4.0, 80.0),
    timing("bar", 90_000, "autoawait check", 12.0, 190.0),
    timing("bar", 90_000, "ty", 3.0, 160.0),
    timing("bar", 90_000, "mypy", None, None),
    timing("bar long.py", 3000, "autoawait fix -", 1.0, 90.0),
)
FAILURES = (Failure("peers (mypy)", "bar", "mypy failed (2)"),)
COMMANDS = {name: f"python -m tests.lab {name}" for name in ("restore", "strip", "clean", "peers", "speed")}
RESULTS = Results(SHOWINGS, TRIALS, STRIPPED, CLEAN, TIMINGS, FAILURES, COMMANDS)
SUMMARY = summary(ORIGIN, RESULTS)
APPLIED = (Examined("inn", "1.0", 4000, Imports((), 20, 3), 0, (), (), 1.0, 90.0),)


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
    assert report.Wish(("arq", "redis"), ("arq", "together"), 7, Patience(2), 3).commands() == {
        "restore": "python -m tests.lab restore --packages arq,redis --seed 7",
        "strip": "python -m tests.lab strip --packages arq,redis",
        "clean": "python -m tests.lab clean --packages arq,redis",
        "apps": "python -m tests.lab apps --draw 3",
        "peers": "python -m tests.lab peers --packages arq,redis --seed 7",
        "speed": "python -m tests.lab speed --sizes arq,together --runs 2",
        "report": "python -m tests.lab report --packages arq,redis --sizes arq,together --seed 7 --runs 2 --draw 3",
    }
    assert report.Wish((), ("arq",), 1, Patience()).commands()["report"].endswith("--sizes arq --seed 1 --no-apps")
    assert report.Wish((), ("arq",), 1, Patience()).commands()["clean"] == "python -m tests.lab clean"


@pytest.fixture
def shop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lab of one package whose measurements are made up, and that writes elsewhere; gives where."""
    root = tmp_path / "shop"
    root.mkdir()
    (root / "a.py").write_text("async def f(db):\n    await db.save()\n")
    monkeypatch.setattr(lab, "projects", lambda names: [Project("shop", "1.0", root, tmp_path / "env")])
    monkeypatch.setattr(lab, "cache", lambda: tmp_path / "cache")
    monkeypatch.setattr(report, "DOCS", tmp_path / "docs")

    def made(name: str, cls: type[T], results: Sequence[T], by: str = "") -> Callable[..., Measurement[T]]:
        return lambda *options: Measurement(name, cls, lambda project: results, [name, by], by=by)

    def peering(choice: Choice, checker: Checker | None) -> Measurement[Showing]:
        by = checker.name if checker else ""
        return made("peers", Showing, [one for one in SHOWINGS[::2] if one.tool == (by or "autoawait")], by)()

    fakes: dict[str, object] = {
        "checkers": lambda: [ty(Path("ty"), "0.1")],
        "restoring": made("restore", Trial, TRIALS[::2]),
        "stripping": made("strip", Stripped, STRIPPED[::2]),
        "cleaning": made("clean", Cleanliness, CLEAN[:1]),
        "peering": peering,
        "timing": made("speed", Timing, TIMINGS[:2]),
    }
    for name, fake in fakes.items():
        monkeypatch.setattr(report, name, fake)
    monkeypatch.setattr(report.Progress, "of_applications", lambda self, chosen: APPLIED[: len(chosen) // 10])
    return tmp_path / "docs"


def test_the_command_measures_once_and_writes_the_page(shop: Path) -> None:
    first = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3"])
    assert first.exit_code == 0, first.output
    text = (shop / "lab.md").read_text(encoding="utf-8")
    assert "`python -m tests.lab report --packages shop --sizes shop --seed 3 --draw 1`" in text
    assert "```sh\npython -m tests.lab apps --draw 1\n```" in text
    assert "| imports that are missing | 15.0% | - |" in text
    assert "| shop | 1.0 | 2 |" in text
    assert "ty 0.1" in text
    assert report.written(shop) == dict(files(report.read(shop)))
    second = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3"])
    assert second.output.count("shop: measured 2") == 6
    fresh = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--seed", "3", "--fresh"])
    assert ": measured" not in fresh.output


def test_without_applications_the_page_has_no_section_of_them(shop: Path) -> None:
    result = CliRunner().invoke(lab.app, ["report", "--packages", "shop", "--no-apps"])
    assert result.exit_code == 0, result.output
    assert "applications" not in (shop / "lab.md").read_text(encoding="utf-8")


def failed(project: Project) -> list[Timing]:
    raise LabError("ty failed (2)")


def test_a_measurement_that_fails_is_on_the_page_and_in_the_exit_code(
    shop: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "timing", lambda *_: Measurement("speed", Timing, failed, None))
    result = CliRunner().invoke(lab.app, ["report", "--packages", "shop"])
    assert result.exit_code == 1
    assert "speed failed on shop: ty failed (2)" in result.output
    assert "- speed failed on shop: `ty failed (2)`" in (shop / "lab.md").read_text(encoding="utf-8")


def test_a_command_that_fails_beside_others_is_one_as_well(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = [TIMINGS[0], replace(TIMINGS[5], failure="mypy failed (2): no memory")]
    monkeypatch.setattr(report, "timing", lambda *_: Measurement("speed", Timing, lambda _: found, None))
    result = CliRunner().invoke(lab.app, ["report", "--packages", "shop"])
    assert result.exit_code == 1
    assert "speed (mypy) failed on bar: mypy failed (2): no memory" in result.output


def test_where_nothing_can_be_measured_nothing_is_written(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("restoring", "stripping", "cleaning", "peering", "timing"):
        monkeypatch.setattr(report, name, lambda *_: Measurement("speed", Timing, failed, None))
    result = CliRunner().invoke(lab.app, ["report", "--packages", "shop"])
    assert result.exit_code == 2
    assert "nothing could be measured: ty failed (2)" in result.output
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


def test_each_tool_has_a_score_for_each_way_in_which_it_repairs() -> None:
    assert scores(SHOWINGS) == [
        Score("autoawait", "shop", 10, 9, 9, 8, 1),
        Score("autoawait --unsafe-fixes", "shop", 10, 9, 9, 9, 0),
        Score("autoawait", "bar", 30, 30, 30, 30, 0),
        Score("autoawait --unsafe-fixes", "bar", 30, 30, 30, 30, 0),
        Score("ty", "shop", 10, 5, 5, 1, 0),
        Score("ty", "bar", 30, 6, 6, 0, 0),
        Score("mypy", "shop", 10, 10, 6, 0, 0),
    ]


def test_totals_are_of_one_tool() -> None:
    assert total(scores(SHOWINGS), "autoawait") == Score("autoawait", "all", 40, 39, 39, 38, 1)
    assert total(scores(SHOWINGS), "autoawait", "shop") == Score("autoawait", "shop", 10, 9, 9, 8, 1)
    assert total([], "autoawait") == Score("autoawait", "all", 0, 0, 0, 0, 0)


def test_our_tools_come_first() -> None:
    assert tools(reversed(scores(SHOWINGS))) == ["autoawait --unsafe-fixes", "autoawait", "mypy", "ty"]


def test_alarms_and_paces_keep_what_is_compared() -> None:
    found = alarms(CLEAN, SHOWINGS, {"shop": 2000, "bar": 90_000})
    assert found[:2] == [Alarms("autoawait", "shop", 2000, 1, 1, 0), Alarms("autoawait", "bar", 90_000, 1, 0, 1)]
    assert found[2] == Alarms("ty", "shop", 2000, 20)
    assert rate(found[:2]) == pytest.approx(2.174, abs=0.001)
    assert rate([]) == 0
    assert paces(TIMINGS)[0] == Pace("autoawait check", "shop", 2000, 1.0, 90.0)
    assert len(paces(TIMINGS)) == len(TIMINGS) - 1, "what took too long has no pace"


# --- what is not so good ----------------------------------------------------------------------------------------------

GOOD = [Score("autoawait", "shop", 10, 9, 9, 9, 0), Score("autoawait", "bar", 30, 30, 30, 30, 0)]


def test_nothing_is_said_of_a_tool_that_is_not_better() -> None:
    peer = [Score("peer", "shop", 10, 9, 9, 0, 0), Score("peer", "bar", 30, 30, 30, 9, 0)]
    assert shortfalls([*GOOD, *peer], [Alarms("peer", "shop", 10, 0), Alarms(OURS[0], "shop", 10, 0)], []) == []


def test_a_tool_that_notices_more_is_named_with_both_numbers() -> None:
    peer = [Score("peer", "shop", 10, 10, 10, 0, 0), Score("peer", "bar", 30, 30, 30, 0, 0)]
    assert shortfalls([*GOOD, *peer], [], []) == [
        "peer notices more of the missing awaits than autoawait: 100.0% against 97.5%; on 1 of 2 packages: shop "
        "(100.0% against 90.0%).",
    ]


def test_what_is_noticed_by_rules_that_are_off_by_default_is_told() -> None:
    (sentence,) = shortfalls([GOOD[0], Score("peer", "shop", 10, 10, 6, 0, 0)], [], [])
    assert sentence.endswith(" than autoawait: 100.0% against 90.0% (60.0% with its default rules).")


def test_a_tool_that_repairs_more_is_told_with_our_unsafe_fixes() -> None:
    unsafe = Score(OURS[1], "shop", 10, 9, 9, 10, 0)
    (sentence,) = shortfalls([replace(GOOD[0]), unsafe, Score("peer", "shop", 10, 9, 9, 10, 0)], [], [])
    assert sentence.endswith(
        "peer repairs more of the missing awaits than autoawait: 100.0% against 90.0% (100.0% with --unsafe-fixes)."
    )


def test_a_tool_that_is_better_on_one_package_only_is_named_too() -> None:
    peer = [Score("peer", "shop", 10, 10, 10, 10, 0), Score("peer", "bar", 30, 20, 20, 20, 0)]
    assert shortfalls([*GOOD, *peer], [], []) == [
        "peer notices more of the missing awaits on 1 of 2 packages: shop (100.0% against 90.0%).",
        "peer repairs more of the missing awaits on 1 of 2 packages: shop (100.0% against 90.0%).",
    ]


def test_a_tool_is_compared_on_the_packages_that_it_was_tried_on() -> None:
    (sentence,) = shortfalls([*GOOD, Score("peer", "shop", 10, 10, 10, 0, 0)], [], [])
    assert sentence == "peer notices more of the missing awaits than autoawait: 100.0% against 90.0%."


def test_no_more_than_five_packages_are_named() -> None:
    ours = [Score("autoawait", f"p{number}", 10, number, number, 0, 0) for number in range(8)]
    peers = [Score("peer", f"p{number}", 10, 9, 9, 0, 0) for number in range(8)]
    (sentence,) = shortfalls([*ours, *peers], [], [])
    assert "; on 8 of 8 packages: p0 (90.0% against 0.0%), p1" in sentence
    assert sentence.endswith("p4 (90.0% against 40.0%) and 3 more.")


def test_a_quieter_tool_is_named() -> None:
    found = [Alarms(OURS[0], "shop", 50_000, 3), Alarms("peer", "shop", 50_000, 1), Alarms(OURS[0], "x", 9, 9)]
    assert shortfalls([], found, []) == [
        "peer says less of unmodified code than autoawait: 2.00 against 6.00 findings in 100,000 lines."
    ]


def test_a_faster_command_is_named_with_the_median_and_the_worst() -> None:
    assert shortfalls([], [], paces(TIMINGS)) == [
        "ty is faster than autoawait check on 2 of 2 projects: autoawait check takes 3.0 times as long at the median, "
        "and 4.0 times at the most (bar).",
        "ty holds less memory than autoawait check on 2 of 2 projects: autoawait check holds 1.3 times as much at the "
        "median, and 1.5 times at the most (shop).",
        "mypy holds less memory than autoawait check on 1 of 1 projects: autoawait check holds 1.1 times as much at "
        "the median, and 1.1 times at the most (shop).",
    ]
    others = [pace for pace in paces(TIMINGS) if not pace.command.startswith("autoawait")]
    slow = [replace(pace, seconds=100.0, megabytes=999.0) if pace in others else pace for pace in paces(TIMINGS)]
    assert shortfalls([], [], slow) == []


def test_functions_that_never_come_back_are_told_by_the_numbers() -> None:
    lost = recoveries(STRIPPED)
    assert shortfalls([], [], [], lost) == [
        "Nothing makes a plain function async: of 8 async functions made plain none came back (recall 0.0%), and of "
        "75.0% of them it is said why."
    ]
    some = recoveries([*STRIPPED[1:], stripped("shop", "safe", 2)])
    assert shortfalls([], [], [], some) == []


def test_unsafe_fixes_that_undo_safe_ones_are_told() -> None:
    unsafe = [Score(OURS[1], "shop", 10, 9, 9, 4, 0), Score(OURS[1], "bar", 30, 30, 30, 30, 0)]
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
        "- Of the same awaits the type checkers notice: ty 27.5%, mypy 100.0%; their own fixes put back ty 2.5%.",
        "- In 92,000 lines of code as published it has 2 findings (2.17 in 100,000 lines; a reader agrees with 1), and "
        "would change 1 file with",
        "- `autoawait check` takes 1.0 s for shop (2,000 lines; ty alone 0.5 s), 12.0 s for bar (90,000 lines; ty "
        "alone 3.0 s).",
        "- An editor's buffer of 3,000 lines takes 1.0 s (bar long.py).",
        "- peers (mypy) failed on bar: `mypy failed (2)`",
        "- mypy notices more of the missing awaits than autoawait: 100.0% against 90.0% (60.0% with its default "
        "rules).",
        "- ty is faster than autoawait check on 2 of 2 projects",
        "- Nothing makes a plain function async: of 8 async functions",
        "| autoawait | 1 | 40 | 39 | 97.5% | 97.5% | - | - | 0 | 40 | 20 |",
        "| mypy | - | 10 | - | - | - | - |",
        "| all | safe | 8 | 0 | 8 | 0 | 0.0% | - | 0.0% |",
        "| missed | 2 | 1 | … gives unknown, left alone: it is never awaited |",
        "| bar | 90,000 | 12.00 | 3.00 | - |",
        "| bar long.py, `fix -` | 3,000 | 1.00 | - | - |",
        "| bar | 90,000 | mypy | 3 | > 600 | - | - | - | - |",
        "- measured 2026-01-01 10:00 to 2026-01-02 11:00 (UTC)",
        "- Python 3.11.7, ty 0.0.105\n",
        "- Some CPU, 2 cores, 8 GiB, Linux x86_64",
        "```sh\npython -m tests.lab clean\n```",
    ):
        assert sentence in text


def test_functions_that_come_back_are_a_headline() -> None:
    found = recoveries([stripped("shop", "safe", 2), stripped("bar", "safe", 1)])
    text = page(replace(SUMMARY, recoveries=tuple(found)))
    assert (
        "- Of 8 async functions made plain **37.5%** are async again with safe fixes (precision 60.0%), and 15.8% of "
        "their awaits are back."
    ) in text
    assert "Nothing makes a plain function async" not in text


def test_without_others_that_is_said() -> None:
    ours = summary(ORIGIN, replace(RESULTS, showings=SHOWINGS[:2]))
    text = page(ours)
    assert "- No other tool was given the packages with missing awaits in this run." in text
    assert "the type checkers notice" not in text


def test_every_tool_is_in_the_charts() -> None:
    tools = tools_chart(SUMMARY.scores)
    assert [group.label for group in tools.groups] == ["autoawait", "autoawait --unsafe-fixes", "ty", "mypy"]
    assert tools.groups[2].notes == ("27.5% (11)", "2.5% (1)")
    times = speed_chart(TIMINGS)
    assert times.series == ("autoawait", "ty", "mypy")
    assert [len(points) for points in times.points] == [2, 2, 1], "what took too long has no point"
    assert times.is_joined


def test_memory_has_a_table_by_size() -> None:
    table = by_size("Memory", TIMINGS, lambda timing: timing.megabytes)
    assert table.columns == ("project", "lines", "autoawait", "ty", "mypy")
    assert table.cells()[1] == ["bar", "90,000", "190.00", "160.00", "-"]


def test_details_hold_the_long_tables_behind_an_empty_line() -> None:
    text = page(SUMMARY)
    assert text.count("<details>") == text.count("</details>") >= 4
    assert "</summary>\n\n|" in text
    assert "|\n\n</details>" in text
    assert "\n\n\n" not in text


def test_a_page_of_nothing_can_be_read() -> None:
    nothing = Results((), (), (), (), (), (), COMMANDS)
    assert "## In short" in page(summary(replace(ORIGIN, packages=()), nothing))
    assert "## In short" in page(Summary(ORIGIN, (), (), (), (), (), ()))


def test_a_table_keeps_the_digits_that_are_shown() -> None:
    table = rounded(Table("t", ["a", "b"], [["x", 1.23456], ["y", 2]]))
    assert table == Table("t", ("a", "b"), (("x", 1.23), ("y", 2)))


PARTIAL = [
    replace(SUMMARY, scores=()),
    replace(SUMMARY, recoveries=()),
    replace(SUMMARY, alarms=()),
    replace(SUMMARY, paces=()),
    replace(SUMMARY, sections=()),
]


@pytest.mark.parametrize("partial", PARTIAL)
def test_any_part_may_be_missing(partial: Summary) -> None:
    assert page(partial).startswith("# autoawait on published packages\n")
