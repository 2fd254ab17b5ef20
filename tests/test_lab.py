"""The lab's own proof: its comparison tells the truth, before it is believed about anything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.source import SourceFile, load
from tests.lab.compare import Verdict, judge
from tests.lab.mutate import Choice, Mutant, mutate, remove_awaits
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


def parsed(text: str) -> SourceFile:
    source = load(Path("program.py"), text.encode())
    assert isinstance(source, SourceFile)
    return source


def test_the_truth_restores_everything_and_adds_nothing() -> None:
    mutant = mutant_of(PROGRAM)
    verdict = judged(mutant, PROGRAM)
    assert verdict.restored == mutant.removals
    assert len(mutant.removals) == 6
    assert not verdict.missed and not verdict.extra and not verdict.broken


def test_the_mutant_itself_restores_nothing_and_adds_nothing() -> None:
    mutant = mutant_of(PROGRAM)
    verdict = judged(mutant, mutant.source.text)
    assert verdict.missed == mutant.removals
    assert not verdict.restored and not verdict.extra


def test_an_await_at_another_node_is_a_miss_and_an_extra() -> None:
    mutant = mutant_of("async def f(db):\n    return (await db.fetch(1)).name\n")
    verdict = judged(mutant, "async def f(db):\n    return await db.fetch(1).name\n")
    assert verdict.missed == mutant.removals and not verdict.restored
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
    source = parsed(PROGRAM)
    assert not list(differences(source.tree, parsed(PROGRAM + "# a comment\n").tree))
