"""The lab's speed measurement: what it makes of runs, told on runs that are made up."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.lab import packages, speed
from tests.lab.checkers import Checker
from tests.lab.environments import LabError
from tests.lab.packages import Package, Project
from tests.lab.process import Run, TooSlowError, completed, measured
from tests.lab.speed import Command, Measure, Outcome, Patience, Timing, commands_of, in_turn, ratio, stages_in, tables

VERBOSE = """\
types from /env (as chosen)
/shop/a.py:3: `reading` gives coroutine, left alone: it is passed on
reading: 0.40 s
surveying: 0.30 s
resolving: 0.20 s
proving: 0.10 s
engine: 1.50 s
the engine was asked 2,857 questions (facts 2,414, definitions 404, checks 39)
"""


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "shop"
    (root / "shop").mkdir(parents=True)
    (root / "shop" / "one.py").write_text("x = 1\n" * 40)
    return Project("shop", "1.0", root, tmp_path / "env")


def run(seconds: float, megabytes: float = 100, errors: str = "") -> Run:
    return Run(seconds, megabytes, 0, b"", errors.encode())


def command(name: str) -> Command:
    return Command(name, (name,), Path())


SLOW = TooSlowError("too slow")


def played(script: Mapping[str, Sequence[Outcome]]) -> tuple[Measure, list[str]]:
    """Something that measures by a script, and the names of what it was asked to run."""
    asked: list[str] = []

    def measure(command: Command) -> Run:
        asked.append(command.name)
        outcome = script[command.name][asked.count(command.name) - 1]
        if isinstance(outcome, LabError):
            raise outcome
        return outcome

    return measure, asked


def test_commands_take_turns() -> None:
    measure, asked = played({"a": [run(1), run(2)], "b": [run(3), run(4)]})
    results = in_turn([command("a"), command("b")], 2, measure)
    assert asked == ["a", "b", "a", "b"]
    assert results == {"a": [run(1), run(2)], "b": [run(3), run(4)]}


def test_what_took_too_long_is_not_run_again() -> None:
    measure, asked = played({"a": [run(1)] * 3, "b": [run(2), SLOW]})
    assert in_turn([command("a"), command("b")], 3, measure)["b"] == [run(2), SLOW]
    assert asked == ["a", "b", "a", "b", "a"]


def test_a_ratio_is_the_median_of_the_pairs_not_the_ratio_of_the_medians() -> None:
    ours, theirs = [run(2), run(9), run(30)], [run(1), run(3), run(30)]
    assert ratio(ours, theirs, lambda one: one.seconds) == 2
    assert ratio(ours, [], lambda one: one.seconds) is None


def test_a_pair_that_lacks_one_does_not_count() -> None:
    assert ratio([run(2), run(9)], [run(1), SLOW], lambda one: one.seconds) == 2


def test_stages_are_read_from_the_notes_and_from_nothing_else() -> None:
    assert stages_in(VERBOSE) == {
        "parse": 0.4,
        "candidates, usage": 0.3,
        "engine": 1.5,
        "plan": 0.2,
        "verify": 0.1,
    }
    assert stages_in("reading: a lot\nparsing: 1.00 s\n") == {}


def timings(project: Project, monkeypatch: pytest.MonkeyPatch, mypy: Sequence[Outcome]) -> list[Timing]:
    """Of two paired runs; ours takes twice as long as ty, then three times."""
    names = ("autoawait check", "ty", "mypy")
    monkeypatch.setattr(speed, "commands_of", lambda *_: [command(name) for name in names])
    ours = [run(2, 150), run(6, 150), run(4, 150, VERBOSE)]
    measure, _ = played({names[0]: ours, names[1]: [run(1), run(2)], names[2]: mypy})
    return speed.speed(project, Patience(2, 30), [], measure)


def test_a_timing_is_of_medians_and_pairs(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    ours, ty, mypy = timings(project, monkeypatch, [run(10), run(30)])
    assert (ours.lines, ours.runs, ours.seconds, ours.slowest) == (40, 2, 4, 6)
    assert (ours.x_ty, ours.memory_x_ty) == (2.5, 1.5)
    assert (ty.x_ty, mypy.x_ty) == (1, 12.5)
    assert (ours.verbose_seconds, ours.stages["engine"]) == (4, 1.5)
    assert mypy.stages == {}


def test_tables_show_each_command_and_our_stages(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole, stages, commands = tables(timings(project, monkeypatch, [run(10), run(30)]))
    assert whole.rows[0] == ("shop", 40, "autoawait check", 2, 4, 6, 2.5, 150, 1.5)
    assert [row[2] for row in whole.rows] == ["autoawait check", "ty", "mypy"]
    titles = ["subject", "lines", "parse", "candidates, usage", "engine", "plan", "verify", "start and end", "all"]
    assert stages.columns[:-1] == tuple(titles)
    row = ("shop", 40, 0.4, 0.3, 1.5, 0.2, 0.1, pytest.approx(1.5), 4, "2,857")
    assert stages.rows == [row]
    assert commands.rows[2] == ("mypy", "mypy")


def test_a_command_that_takes_too_long_is_a_row_all_the_same(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = tables(timings(project, monkeypatch, [SLOW]))[0]
    assert whole.cells()[2] == ["shop", "40", "mypy", "1", "> 30", "-", "-", "-", "-"]


def test_a_command_that_fails_is_told_and_the_others_go_on(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    found = timings(project, monkeypatch, [run(1), LabError("mypy failed (2): no memory")])
    assert [one.failure for one in found] == ["", "", "mypy failed (2): no memory"]
    assert tables(found)[0].cells()[2][4] == "failed"
    assert found[0].seconds == 4


def test_large_projects_get_fewer_runs_unless_told() -> None:
    assert [Patience().runs_of(lines) for lines in (10_000, 90_000, 250_000)] == [7, 5, 3]
    assert Patience(2).runs_of(10_000) == 2


def test_the_checkers_have_the_words_that_they_have_everywhere(project: Project) -> None:
    words = ("-m", "{interpreter}", "--in={environment}", ".")
    checker = Checker("peer", "1", Path("/bin/peer"), words, lambda output: [], settings={"peer.cfg": "x"})
    ours, peer = commands_of(project, [checker])
    assert (peer.name, peer.folder) == ("peer", project.root)
    assert peer.words == checker.command(project)
    assert peer.shown(project) == "peer -m ENV/bin/python --in=ENV ."
    assert ours.shown(project).endswith("-m autoawait check PROJECT --python ENV")
    assert ours.folder != project.root  # ``python -m`` would import the measured package


def test_a_checker_has_its_settings_in_a_copy(project: Project) -> None:
    words = ("-c", "from pathlib import Path; print(Path('peer.cfg').read_text())")
    checker = Checker("peer", "1", Path(sys.executable), words, lambda output: [], settings={"peer.cfg": "x"})
    seen: list[bytes] = []

    def measure(command: Command) -> Run:
        if command.name == "peer":
            seen.append(measured(command.words, command.folder).output)
        return run(1)

    speed.speed(project, Patience(1), [checker], measure)
    assert seen == [b"x\n"]
    assert not (project.root / "peer.cfg").exists()


def test_the_module_is_timed_with_its_package_only(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    one = Timing("shop", 1, "c", "c", 1, 1.0)
    monkeypatch.setattr(speed, "speed", lambda *_: [one])
    monkeypatch.setattr(speed, "speed_of_file", lambda *_: replace(one, command=speed.OF_FILE))
    both = speed.all_timings(replace(project, name=speed.FILE_OF), Patience(), [])
    assert [timing.command for timing in both] == ["c", speed.OF_FILE]
    assert speed.all_timings(project, Patience(), []) == [one]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="only /proc tells which processes belong together")
def test_a_command_that_takes_too_long_ends_with_all_it_started(tmp_path: Path) -> None:
    sleep = "import time; time.sleep(60)"
    child = f"subprocess.Popen([sys.executable, '-c', {sleep!r}])"
    code = f"import subprocess, sys, pathlib; pathlib.Path('pid').write_text(str({child}.pid)); {sleep}"
    started = time.perf_counter()
    with pytest.raises(subprocess.TimeoutExpired):
        measured([sys.executable, "-c", code], tmp_path, timeout=1)
    assert time.perf_counter() - started < 10
    stat = Path("/proc") / (tmp_path / "pid").read_text() / "stat"
    deadline = time.perf_counter() + 10
    while stat.exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z" and time.perf_counter() < deadline:
        time.sleep(0.01)
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


def test_together_is_every_package_in_one_project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AUTOAWAIT_LAB_CACHE", str(tmp_path))
    parts = [Project(name, "1", tmp_path / "projects" / name, tmp_path / "env") for name in ("shop", "bank")]
    for part in parts:
        (part.root / part.name).mkdir(parents=True)
        (part.root / part.name / "code.py").write_text("x = 1\n")
        (part.root / "pyproject.toml").write_text("")
    monkeypatch.setattr(packages, "PACKAGES", tuple(Package(part.name) for part in parts))
    monkeypatch.setattr(packages, "projects", lambda: parts)
    whole = packages.together()
    assert [path.relative_to(whole.root).as_posix() for path in whole.files()] == ["bank/code.py", "shop/code.py"]
    assert (whole.name, whole.lines(), whole.python) == ("together", 2, tmp_path / "env")
    (whole.root / "shop" / "code.py").write_text("kept = 1\n")
    assert packages.together().files()[1].read_text() == "kept = 1\n"


def test_a_run_that_did_its_job_is_one_with_findings_or_without(tmp_path: Path) -> None:
    def exiting(code: int) -> list[str]:
        return [sys.executable, "-c", f"import sys; print('why', file=sys.stderr); sys.exit({code})"]

    assert [completed("it", exiting(code), tmp_path).code for code in (0, 1)] == [0, 1]
    with pytest.raises(LabError, match=r"^it failed \(2\): why"):
        completed("it", exiting(2), tmp_path)
