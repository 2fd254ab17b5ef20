"""The lab's own proof: its comparison tells the truth, before it is believed about anything else."""

from __future__ import annotations

import ast
import json
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from autoawait.project.source import SourceFile, load
from tests.lab import clean, restore, waits
from tests.lab.environments import LabError
from tests.lab.judge import Verdict, judge
from tests.lab.mutate import Choice, Mutant, mutate, remove_awaits
from tests.lab.packages import LOCK, PACKAGES, Project, projects
from tests.lab.process import measured
from tests.lab.speed import module_of_length
from tests.lab.tables import show, write_json
from tests.lab.tool import Answer, Said
from tests.lab.trees import differences

EVERY = Choice(every=1)

PROGRAM = """\
async def plain(db):
    await db.save()

async def assigned(db):
    row = await db.fetch(1)
    return row

async def attribute(db):
    return (await db.fetch(1)).name

async def glued(db):
    return(await(db.fetch(1)))

async def several_lines(db):
    return (
        await
        db.fetch(1)
    )

async def several(db):
    async with db.begin() as tx, db.lock():
        async for row in tx:
            print(row)
    return sum([await f(x) async for x in db])
"""


def mutant_of(text: str, choice: Choice = EVERY) -> Mutant:
    mutant = remove_awaits(Path("program.py"), text, choice)
    assert mutant is not None
    return mutant


def judged(mutant: Mutant, text: str) -> Verdict:
    return judge(mutant.removals, mutant.source, load(mutant.source.path, text.encode()))


def parsed(path: Path, text: str | None = None) -> SourceFile:
    source = load(path, text.encode() if text is not None else None)
    assert isinstance(source, SourceFile)
    return source


def test_the_truth_restores_everything_and_adds_nothing() -> None:
    mutant = mutant_of(PROGRAM)
    verdict = judged(mutant, PROGRAM)
    assert verdict.restored == mutant.removals
    assert len(mutant.removals) == 6
    assert verdict == Verdict(mutant.removals, (), ())


def test_the_mutant_itself_restores_nothing_and_adds_nothing() -> None:
    mutant = mutant_of(PROGRAM)
    verdict = judged(mutant, mutant.source.text)
    assert verdict.missed == mutant.removals
    assert verdict == Verdict((), mutant.removals, ())


def test_an_await_at_another_node_is_a_miss_and_an_extra() -> None:
    mutant = mutant_of("async def f(db):\n    return (await db.fetch(1)).name\n")
    verdict = judged(mutant, "async def f(db):\n    return await db.fetch(1).name\n")
    assert verdict.missed == mutant.removals
    assert not verdict.restored
    assert [(extra.line, extra.what) for extra in verdict.extra] == [(2, "plain -> await")]


def test_a_needless_await_is_an_extra_beside_the_restoration() -> None:
    text = "async def f(db):\n    key = db.key()\n    return await db.fetch(key)\n"
    mutant = mutant_of(text)
    verdict = judged(mutant, text.replace("= db.key", "= await db.key"))
    assert verdict.restored == mutant.removals
    assert [(extra.line, extra.text) for extra in verdict.extra] == [(2, "key = await db.key()")]


def test_two_awaits_for_one_are_no_restoration() -> None:
    text = "async def f(db):\n    await db.save()\n"
    verdict = judged(mutant_of(text), text.replace("await db.save()", "await (await db.save())"))
    assert not verdict.restored
    assert [extra.what for extra in verdict.extra] == ["plain -> await await"]


@pytest.mark.parametrize(
    ("before", "after", "what"),
    [
        ("for x in db:", "async for x in db:", "plain -> async"),
        ("[x for x in db]", "[x async for x in db]", "plain -> async"),
        ("async with db:", "with db:", "async -> plain"),
        ("with db, dc:\n        pass", "with db:\n        async with dc:\n            pass", "different skeleton"),
        ("sum(x for x in db)", "sum([x for x in db])", "different skeleton"),
        ("x = 1", "x = 1.0", "different skeleton"),
        ("x = 1", "x = 1; y = 2", "different skeleton"),
    ],
)
def test_any_other_change_is_an_extra(before: str, after: str, what: str) -> None:
    tail = "\n        pass" if before.endswith(":") else ""
    text = f"async def f(db, dc):\n    await db.save()\n    {before}{tail}\n"
    mutant = mutant_of(text)
    verdict = judged(mutant, text.replace(before, after))
    assert [extra.what for extra in verdict.extra] == [what]
    has_kept_its_statements = "y = 2" not in after
    assert bool(verdict.restored) is has_kept_its_statements


def test_a_result_that_does_not_parse_is_broken_and_restores_nothing() -> None:
    mutant = mutant_of(PROGRAM)
    verdict = judged(mutant, "async def f(:\n")
    assert verdict.missed == mutant.removals
    assert verdict.broken == (Path("program.py"),)


def test_a_function_loses_one_await_at_most() -> None:
    mutant = mutant_of(
        "async def f(db):\n    await db.a()\n    await db.b()\n    async def g():\n        await db.c()\n"
    )
    assert [removal.callee for removal in mutant.removals] == ["db.a", "db.c"]


def test_every_nth_await_goes_from_the_offset() -> None:
    text = "".join(f"async def f{number}(db):\n    await db.m{number}()\n" for number in range(12))
    mutant = mutant_of(text, Choice(every=5, offset=1))
    assert [removal.callee for removal in mutant.removals] == ["db.m1", "db.m6", "db.m11"]


def test_a_seed_draws_the_same_lot_again() -> None:
    text = "".join(f"async def f{number}(db):\n    await db.m{number}()\n" for number in range(60))
    one, again, other = (mutant_of(text, Choice(every=4, seed=seed)).removals for seed in (1, 1, 2))
    assert one == again != other
    assert 5 < len(one) < 30


def test_a_removal_says_where_what_and_how() -> None:
    removals = mutant_of(PROGRAM).removals
    assert [(removal.line, removal.context) for removal in removals] == [
        (2, "statement"),
        (5, "assigned"),
        (9, "attribute"),
        (12, "returned"),
        (16, "returned"),
        (23, "element"),
    ]
    source = mutant_of(PROGRAM).source
    assert {source.segment(removal.span) for removal in removals} == {"db.save()", "db.fetch(1)", "f(x)"}


def test_only_the_token_and_its_space_go() -> None:
    assert mutant_of("async def f(g):\n    return(await(g()))\n").source.text == "async def f(g):\n    return((g()))\n"
    assert mutant_of("async def f(g):\n    x = (await\\\n  g()).y # ü\n").source.text.endswith("    x = (g()).y # ü\n")
    assert mutant_of("async def f(g):\n    (await # why\n  g())\n").source.text.endswith("    (# why\n  g())\n")


def test_awaits_are_counted_over_the_files_in_sorted_order(tmp_path: Path) -> None:
    for name in ("b.py", "a.py", "broken.py"):
        (tmp_path / name).write_text("async def f(db):\n    await db.a()\nasync def g(db):\n    await db.b()\n")
    (tmp_path / "broken.py").write_text("await = 1\n")
    mutants = mutate(tmp_path.glob("*.py"), Choice(every=3))
    assert [(m.source.path.name, m.removals[0].callee) for m in mutants] == [("a.py", "db.a"), ("b.py", "db.b")]


def test_an_await_in_an_f_string_goes_only_if_its_place_is_true() -> None:
    mutant = mutant_of('async def f(db):\n    return f"await {await db.a()} {1}"\nasync def g(db):\n    await db.b()\n')
    assert mutant.removals[-1].callee == "db.b"
    assert judged(mutant, mutant.truth.text).restored == mutant.removals


def test_the_same_program_has_no_differences() -> None:
    path = Path("program.py")
    assert not list(differences(parsed(path, PROGRAM).tree, parsed(path, f"# a comment\n{PROGRAM}").tree))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two modules with an await each, beside an environment that nobody looks at."""
    root = tmp_path / "shop"
    (root / "shop").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nrequires-python = ">=3.10"\n')
    (root / "shop" / "one.py").write_text("async def one(db):\n    await db.save()\n")
    (root / "shop" / "two.py").write_text("async def two(db):\n    key = db.key()\n    return await db.load(key)\n")
    return Project("shop", "1.0", root, tmp_path / "env")


def answer_of(
    copy: Project, results: Mapping[str, str], findings: tuple[Said, ...] = (), notes: tuple[str, ...] = ()
) -> Answer:
    """What a tool would say that writes these results into the modules of a project."""
    changed = {path: results[path.name].encode() for path in copy.files() if path.name in results}
    return Answer(findings, changed, notes)


def test_restore_judges_each_mode_by_what_the_tool_changes(project: Project) -> None:
    truth = {path.name: path.read_text() for path in project.files()}

    def half_a_tool(copy: Project, unsafe: bool) -> Answer:
        assert "await" not in "".join(path.read_text() for path in copy.files())
        return answer_of(copy, truth if unsafe else {"one.py": truth["one.py"]})

    safe, unsafe = restore.restore(project, EVERY, half_a_tool)
    assert (safe.mode, safe.removed, safe.restored, safe.extra, safe.broken) == ("safe", 2, 1, 0, 0)
    assert safe.contexts == {"returned": (0, 1), "statement": (1, 0)}
    assert [(case.kind, str(case.path), case.line, case.cause) for case in safe.cases] == [
        ("missed", "shop/two.py", 3, "not asked about: it is returned")
    ]
    assert (unsafe.mode, unsafe.restored, unsafe.missed, unsafe.cases) == ("unsafe", 2, 0, ())
    assert {path.name: path.read_text() for path in project.files()} == truth


def test_restore_counts_extras_in_files_that_lost_nothing(project: Project) -> None:
    def meddler(copy: Project, unsafe: bool) -> Answer:
        return answer_of(
            copy, {"two.py": "async def two(db):\n    key = await db.key()\n    return await db.load(key)\n"}
        )

    (trial,) = restore.restore(project, Choice(every=2), meddler, ("safe",))
    assert (trial.removed, trial.restored, trial.missed, trial.extra) == (1, 0, 1, 1)
    extra = trial.cases[1]
    assert (extra.kind, str(extra.path), extra.line, extra.what) == ("extra", "shop/two.py", 2, "plain -> await")


def said(code: str, path: Path, line: int, applicability: str = "none", reason: str = "") -> Said:
    message = "`db.save` is not awaited"
    place = frozenset({(path, line)})
    return Said(code, message, reason, path, line, "db.save", applicability, "proved", is_fixed=False, lines=place)


def test_a_miss_is_explained_by_the_finding_on_its_line(project: Project) -> None:
    def cautious(copy: Project, unsafe: bool) -> Answer:
        one, two = copy.files()
        findings = said("AW101", one, 2, reason="the type of `db` is unknown"), said("AW102", two, 3, "unsafe")
        return answer_of(copy, {}, findings)

    (trial,) = restore.restore(project, EVERY, cautious, ("safe",))
    assert [case.cause for case in trial.cases] == [
        "AW101 coroutine-never-awaited, no fix: the type of … is unknown",
        "AW102 coroutine-used-as-value, unsafe, not applied: … is not awaited",
    ]
    assert trial.cases[0].said == ("AW101 none proved: `db.save` is not awaited | the type of `db` is unknown",)


def test_a_miss_without_a_finding_is_explained_by_what_was_weighed(project: Project) -> None:
    def silent(copy: Project, unsafe: bool) -> Answer:
        one = copy.files()[0]
        other = f"{one}:2:13: `key` gives plain, left alone: it is an operand"
        return answer_of(copy, {}, (), (other, f"{one}:2:5: `db.save` gives unknown, left alone: it is never awaited"))

    (trial,) = restore.restore(project, EVERY, silent, ("safe",))
    assert [case.cause for case in trial.cases] == [
        "gives unknown, left alone: it is never awaited",
        "not asked about: it is returned",
    ]


def test_clean_lists_each_finding_with_its_line(project: Project) -> None:
    def alarmist(copy: Project, unsafe: bool) -> Answer:
        two = copy.files()[1]
        return answer_of(copy, {"two.py": "async def two(db): ...\n"}, (said("AW101", two, 2, "safe"),))

    result = clean.clean(project, alarmist)
    assert (result.lines, result.changed) == (5, 1)
    (remark,) = result.remarks
    assert (remark.code, remark.applicability, remark.path, remark.line) == ("AW101", "safe", "shop/two.py", 2)
    assert remark.text == "key = db.key()"
    assert not remark.is_genuine
    assert result.defects == 1


def test_a_reviewed_finding_is_no_defect_and_a_review_of_nothing_is(project: Project) -> None:
    def right(copy: Project, unsafe: bool) -> Answer:
        return answer_of(copy, {}, (said("AW101", copy.files()[1], 2, "unsafe"),))

    bug = clean.Review("shop", "shop/two.py", "key = db.key()", "AW101", "it is one")
    others = replace(bug, package="other", text="x"), replace(bug, text="gone()")
    result = clean.clean(project, right, (bug, others[0]))
    assert (result.remarks[0].is_genuine, result.stale, result.defects) == (True, (), 0)
    result = clean.clean(project, right, (bug, *others))
    assert (result.stale, result.defects) == (others[1:], 1)


def test_every_review_is_of_a_package_of_the_lab_and_says_why() -> None:
    found = clean.reviews()
    assert {review.package for review in found} <= {package.name for package in PACKAGES}
    assert all(len(review.reason) > 80 for review in found)


def test_tables_and_json_tell_the_numbers(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    trials = restore.restore(project, EVERY, lambda copy, unsafe: answer_of(copy, {}))
    for table in restore.tables(trials):
        show(table)
    restore.list_cases(trials)
    printed = capsys.readouterr().out
    assert "missed (unsafe, shop) shop/two.py:3: return db.load(key)" in printed
    write_json(tmp_path / "trials.json", {"trials": trials})
    document = json.loads((tmp_path / "trials.json").read_text())
    assert [trial["missed"] for trial in document["trials"]] == [2, 2]
    assert document["trials"][0]["cases"][0]["path"] == "shop/one.py"


def test_memory_is_that_of_all_processes_together(tmp_path: Path) -> None:
    block = "block = b'x' * 40_000_000; "
    child = f"import time; {block}time.sleep(0.3)"
    one = measured([sys.executable, "-c", child], tmp_path)
    both = measured(
        [sys.executable, "-c", f"import subprocess, sys; {block}subprocess.run({[sys.executable, '-c', child]})"],
        tmp_path,
    )
    assert 0.3 < one.seconds < 5
    assert both.megabytes > one.megabytes + 30


def test_a_measured_command_keeps_its_streams_and_code(tmp_path: Path) -> None:
    code = "import sys; sys.stdout.write(sys.stdin.read().upper()); sys.stderr.write('no'); sys.exit(3)"
    run = measured([sys.executable, "-c", code], tmp_path, b"abc")
    assert (run.output, run.errors, run.code) == (b"ABC", b"no", 3)


def test_the_lock_pins_every_package_of_the_lab() -> None:
    pins = dict(line.split("==") for line in LOCK.read_text().splitlines())
    assert {package.name for package in PACKAGES} <= set(pins)
    assert all(pins.values())


def test_an_unknown_package_is_an_error_that_names_the_known() -> None:
    with pytest.raises(LabError, match=r"no such package: nix; there are: aiohttp, "):
        projects(["nix"])


def test_the_file_to_time_is_the_shortest_that_is_long_enough(project: Project) -> None:
    for name, lines in (("long.py", 90), ("longer.py", 120), ("short.py", 20)):
        (project.root / "shop" / name).write_text("x = 1\n" * lines)
    assert module_of_length(project, 80).name == "long.py"
    with pytest.raises(LabError, match="no module of 200 lines"):
        module_of_length(project, 200)


def test_waits_that_stand_alone_are_counted() -> None:
    code = "await asyncio.gather(a())\ngather(a())\nx = shield(a())\nawait shield(a())\nother()\n"
    assert list(waits.statements(ast.parse(code))) == [("gather", True), ("gather", False), ("shield", True)]
