"""The lab's ``peers``: each tool's words are read as they are, and the comparison is the same for all."""

from __future__ import annotations

import re
import subprocess
import sys
import venv
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.lab import checkers as checkers_module
from tests.lab.checkers import (
    LOCK,
    Checker,
    Diagnostic,
    environment,
    fix,
    inspect,
    read_basedpyright,
    read_mypy,
    read_pyrefly,
    read_ty,
    ty,
)
from tests.lab.copies import copied
from tests.lab.environments import LabError, Locked, own_script
from tests.lab.mutate import Removal, remove_awaits
from tests.lab.packages import Project
from tests.lab.peers import Repair, Showing, Sighting, list_unseen, peers, tables
from tests.lab.robbed import Function, Robbed, robbed
from tests.lab.tables import Table
from tests.lab.tool import Answer, Said
from tests.lab.wounds import Choice, Mutant

EVERY = Choice(every=1)
MODULE = Path("shop/m.py")

# What each tool printed, shortened in the number of its diagnostics only.
TY = """[
  {
    "check_name": "unused-awaitable",
    "description": "unused-awaitable: Object of type `CoroutineType[Any, Any, Row]` is not awaited",
    "severity": "minor",
    "fingerprint": "7a1b", "location": {"path": "shop/m.py",
      "positions": {"begin": {"line": 19, "column": 5}, "end": {"line": 19, "column": 12}}}
  },
  {
    "check_name": "revealed-type",
    "description": "revealed-type: Revealed type: `Literal[1]`",
    "severity": "info",
    "fingerprint": "7a1c", "location": {"path": "shop/m.py",
      "positions": {"begin": {"line": 1, "column": 1}, "end": {"line": 1, "column": 2}}}
  }
]"""
PYREFLY = """{
  "errors": [
    {
      "line": 19, "column": 5, "stop_line": 19, "stop_column": 12, "path": "shop/m.py", "code": -2,
      "name": "unused-coroutine",
      "description": "Result of async function call is unused. Did you forget to `await`?",
      "concise_description": "Result of async function call is unused. Did you forget to `await`?",
      "severity": "error"
    },
    {
      "line": 1, "column": 13, "stop_line": 1, "stop_column": 14, "path": "shop/m.py", "code": -2,
      "name": "reveal-type", "description": "revealed type: Literal[1]",
      "concise_description": "revealed type: Literal[1]", "severity": "info"
    }
  ]
}"""
MYPY = """\
{"file": "shop/m.py", "line": 1, "column": 12, "end_line": 1, "end_column": 13, "message": "Revealed type is \
\\"Literal[1]?\\"", "hint": null, "code": "misc", "severity": "note"}
{"file": "shop/m.py", "line": 137, "column": 4, "end_line": 137, "end_column": 11, "message": "Value of type \
\\"Coroutine[Any, Any, Row]\\" must be used", "hint": "Are you missing an await?", "code": "unused-coroutine", \
"severity": "error"}
"""
BASEDPYRIGHT = """{
    "version": "1.40.2", "time": "1790000000000",
    "generalDiagnostics": [
        {
            "file": "/tmp/snip/shop/m.py", "severity": "error",
            "message": "Result of async function call is not used; use \\"await\\" or assign result to variable",
            "range": {"start": {"line": 18, "character": 4}, "end": {"line": 18, "character": 11}},
            "rule": "reportUnusedCoroutine"
        },
        {
            "file": "/tmp/snip/shop/m.py", "severity": "error", "message": "Expected expression",
            "range": {"start": {"line": 20, "character": 4}, "end": {"line": 20, "character": 5}}
        },
        {
            "file": "/tmp/snip/shop/m.py", "severity": "information", "message": "Type of \\"1\\" is \\"int\\"",
            "range": {"start": {"line": 0, "character": 4}, "end": {"line": 0, "character": 5}}
        }
    ],
    "summary": {"filesAnalyzed": 1, "errorCount": 2, "warningCount": 0, "informationCount": 1, "timeInSec": 0.5}
}"""


def test_ty_is_read_without_what_it_only_remarks() -> None:
    message = "Object of type `CoroutineType[Any, Any, Row]` is not awaited"
    assert list(read_ty(TY.encode())) == [Diagnostic(MODULE, 19, "unused-awaitable", message)]


def test_pyrefly_is_read_without_what_it_only_remarks() -> None:
    message = "Result of async function call is unused. Did you forget to `await`?"
    assert list(read_pyrefly(PYREFLY.encode())) == [Diagnostic(MODULE, 19, "unused-coroutine", message)]


def test_mypy_is_read_without_its_notes() -> None:
    message = 'Value of type "Coroutine[Any, Any, Row]" must be used'
    assert list(read_mypy(MYPY.encode())) == [Diagnostic(MODULE, 137, "unused-coroutine", message)]


def test_basedpyright_is_read_from_line_one_and_its_syntax_errors_have_no_code() -> None:
    found = list(read_basedpyright(BASEDPYRIGHT.encode()))
    assert [(one.line, one.code) for one in found] == [(19, "reportUnusedCoroutine"), (21, "")]


def test_nothing_to_say_is_read_as_nothing() -> None:
    assert list(read_mypy(b"\n")) == list(read_ty(b"[]")) == list(read_pyrefly(b'{"errors": []}')) == []


PROGRAM = """\
async def first(db):
    await db.a()
    x = 1

class Shop:
    async def second(self, db):
        row = await db.b()

        async def inner():
            return row.name

        def plain():
            return row.name

        return inner, plain

async def third(db):
    async def inner():
        await db.c()
    return inner
"""


def mutant_of(text: str, choice: Choice = EVERY) -> Mutant[Removal]:
    mutant = remove_awaits(Path("/p/m.py"), text, choice)
    assert mutant is not None
    return mutant


def robbed_by(text: str, choice: Choice = EVERY) -> Robbed:
    return robbed([mutant_of(text, choice)], Path("/p"))


def said_at(line: int, code: str = "c", message: str = "m", path: str = "m.py") -> Diagnostic:
    return Diagnostic(Path(path), line, code, message)


def lines_of_news(field: Robbed, truth: Sequence[Diagnostic], mutant: Sequence[Diagnostic]) -> list[tuple[str, int]]:
    """Of what is new: the callee whose await its function lost (``-`` outside), and the line."""
    news = field.news(truth, mutant)
    return [(field.losses[function].callee if function else "-", said.line) for function, said in news]


def test_each_loss_has_its_innermost_function() -> None:
    field = robbed_by(PROGRAM)
    assert {removal.callee: function.number for function, removal in field.losses.items()} == {
        "db.a": 1,
        "db.b": 3,
        "db.c": 4,
    }


@pytest.mark.parametrize(
    ("line", "callee"),
    [(1, "db.a"), (3, "db.a"), (4, "-"), (5, "-"), (6, "db.b"), (10, "db.b"), (15, "db.b"), (17, "-"), (19, "db.c")],
)
def test_a_line_belongs_to_the_innermost_function_that_lost_something(line: int, callee: str) -> None:
    assert lines_of_news(robbed_by(PROGRAM), [], [said_at(line)]) == [(callee, line)]


def test_a_function_that_lost_nothing_is_outside() -> None:
    field = robbed_by(PROGRAM, Choice(every=3))
    assert lines_of_news(field, [], [said_at(2), said_at(7)]) == [("db.a", 2), ("-", 7)]


def test_a_file_that_lost_nothing_is_outside() -> None:
    assert lines_of_news(robbed_by(PROGRAM), [], [said_at(2, path="other.py")]) == [("-", 2)]


def test_functions_are_the_same_where_the_loss_moved_the_lines() -> None:
    text = "async def f(db):\n    return (\n        await\n        db.a()\n    )\nasync def g(db):\n    await db.b()\n"
    field = robbed_by(text)
    assert lines_of_news(field, [said_at(7)], [said_at(6)]) == []
    assert lines_of_news(field, [], [said_at(6)]) == [("db.b", 6)]


def test_what_was_said_before_is_not_new_wherever_it_stands_in_the_function() -> None:
    field = robbed_by(PROGRAM)
    assert lines_of_news(field, [said_at(2)], [said_at(3)]) == []
    assert lines_of_news(field, [said_at(2)], [said_at(7)]) == [("db.b", 7)]


def test_one_more_of_the_same_is_new() -> None:
    field = robbed_by(PROGRAM)
    assert lines_of_news(field, [said_at(2)], [said_at(2), said_at(3)]) == [("db.a", 3)]
    assert lines_of_news(field, [said_at(2), said_at(3)], [said_at(3)]) == []


def test_another_code_or_other_words_are_new_but_not_other_digits() -> None:
    field = robbed_by(PROGRAM)
    truth = [said_at(2, "c", "defined on line 7")]
    assert lines_of_news(field, truth, [said_at(2, "c", "defined on line 12")]) == []
    assert lines_of_news(field, truth, [said_at(2, "d", "defined on line 7")]) == [("db.a", 2)]
    assert lines_of_news(field, truth, [said_at(2, "c", "used on line 7")]) == [("db.a", 2)]


def test_an_await_at_module_level_is_lost_by_the_module() -> None:
    field = robbed_by("await f()\nasync def g(db):\n    await db.b()\n")
    assert lines_of_news(field, [], [said_at(1), said_at(3)]) == [("f", 1), ("db.b", 3)]
    assert Function(Path("m.py"), 0) in field.losses


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Two modules with an await each, one of them typed, beside the environment of the tests."""
    root = tmp_path / "shop"
    (root / "shop").mkdir(parents=True)
    (root / "pyproject.toml").write_text('[project]\nname = "shop"\nrequires-python = ">=3.10"\n')
    (root / "shop" / "one.py").write_text(
        "async def load() -> int:\n    return 1\n\nasync def one() -> None:\n    await load()\n"
    )
    (root / "shop" / "two.py").write_text("async def two(db):\n    return await db.load()\n")
    return Project("shop", "1.0", root, Path(sys.prefix))


# A checker that complains of each line with `load()` and no `await`, of each module's first line as well.
FAKE = """
import json, sys
from pathlib import Path
for path in sorted(Path().rglob("*.py")):
    for number, line in enumerate(path.read_text().splitlines(), 1):
        codes = ["always"] * (number == 1)
        if "load()" in line and "await" not in line and "def" not in line:
            codes += ["lost"] if "return" not in line else ["extra"]
            print(json.dumps({"file": str(path), "line": 99, "code": "far", "message": "m", "severity": "error"}))
        for code in codes:
            print(json.dumps({"file": str(path), "line": number, "code": code, "message": "m", "severity": "error"}))
if "--fix" in sys.argv:
    one = Path("shop/one.py")
    one.write_text(one.read_text().replace("    load()", "    await load()"))
"""


def fake(fixing: tuple[str, ...] = ()) -> Checker:
    extras = frozenset({"extra"})
    program = FAKE.replace("{", "{{").replace("}", "}}")
    return Checker("fake", "1", Path(sys.executable), ("-c", program), read_mypy, extras, {"fake.cfg": "x"}, fixing)


def silent(copy: Project, unsafe: bool) -> Answer:
    return Answer((), {})


def test_a_peer_is_shown_the_truth_and_the_mutant(project: Project) -> None:
    ours, theirs = peers(project, EVERY, [fake()], silent)
    assert (ours.tool, theirs.tool, theirs.version) == ("autoawait", "fake", "1")
    assert [(loss.path, loss.line, loss.context, loss.codes) for loss in theirs.losses] == [
        ("shop/one.py", 5, "statement", ("lost",)),
        ("shop/two.py", 2, "returned", ("extra",)),
    ]
    assert len(theirs.noticed()) == 2
    assert [loss.path for loss in theirs.noticed(by_default=True)] == ["shop/one.py"]
    assert (theirs.noise, theirs.alarms, theirs.default_alarms) == (2, 2, 2)
    assert theirs.repairs == ()
    assert theirs.seconds > 0 and theirs.megabytes > 0
    assert not (project.root / "fake.cfg").exists()


def test_a_batch_fix_is_judged_by_what_it_changes(project: Project) -> None:
    (theirs,) = peers(project, EVERY, [fake(("--fix",))], silent)[1:]
    assert theirs.repairs == (Repair("batch", 1, 0, 0),)


def test_a_checker_that_does_not_get_through_is_an_error(project: Project) -> None:
    broken = Checker("broken", "1", Path(sys.executable), ("-c", "import sys; sys.exit('no' and 2)"), read_mypy)
    with pytest.raises(LabError, match=r"broken on shop failed \(2\)"):
        inspect(broken, project)


def test_what_a_checker_says_must_be_readable(project: Project) -> None:
    odd = Checker("odd", "1", Path(sys.executable), ("-c", "print('a sentence')"), read_mypy)
    with pytest.raises(LabError, match="odd on shop said what cannot be read"):
        inspect(odd, project)


def test_we_stand_in_the_table_by_the_places_of_our_findings(project: Project) -> None:
    truth = {path.name: path.read_bytes() for path in project.files()}

    def half_a_tool(copy: Project, unsafe: bool) -> Answer:
        one, two = copy.files()
        if b"await" in one.read_bytes():
            return Answer((), {})
        elsewhere = frozenset({(two, 2)})
        said = Said("AW101", "`load` is not awaited", "", one, 5, "load", "safe", "proved", True, elsewhere)
        return Answer((said,), {one: truth["one.py"]} | ({two: truth["two.py"]} if unsafe else {}), (), 2.0, 50.0)

    (ours,) = peers(project, EVERY, [], half_a_tool)
    assert [loss.codes for loss in ours.losses] == [("AW101",), ()]
    assert ours.repairs == (Repair("safe", 1, 0, 0), Repair("unsafe", 2, 0, 0))
    assert (ours.noise, ours.alarms, ours.seconds, ours.megabytes) == (0, 0, 2.0, 50.0)


def showing(tool: str, package: str, *codes: str, repairs: tuple[Repair, ...] = (), noise: int = 0) -> Showing:
    """One with a loss for each code, ``-`` for one that is not noticed; contexts take turns."""
    losses = tuple(
        Sighting("m.py", number, "f()", "f", ("statement", "argument")[number % 2], () if code == "-" else (code,))
        for number, code in enumerate(codes)
    )
    return Showing(package, tool, "1", EVERY, losses, noise, 9, 7, frozenset({"x"}), repairs, 1.5, 100.0)


SHOWINGS = [
    showing("autoawait", "a", "AW1", "-", "-", repairs=(Repair("safe", 1, 0, 0), Repair("unsafe", 1, 1, 0))),
    showing("peer", "a", "-", "c", "x", noise=2),
    showing("autoawait", "b", "AW1", repairs=(Repair("safe", 1, 0, 0), Repair("unsafe", 1, 0, 0))),
    showing("peer", "b", "c"),
]


def table_of(title: str) -> Table:
    return next(table for table in tables(SHOWINGS) if table.title.startswith(title))


def test_the_tables_count_for_each_tool() -> None:
    first, second = table_of("Noticed losses").cells()
    assert first == ["autoawait", "1", "4", "2", "50.0%", "50.0%", "-", "-", "0", "18", "14"]
    assert second == ["peer", "1", "4", "3", "75.0%", "50.0%", "2", "1", "2", "18", "14"]


def test_the_tables_split_by_package_and_context() -> None:
    assert table_of("Noticed, by package").cells() == [
        ["a", "3", "33.3%", "66.7%"],
        ["b", "1", "100.0%", "100.0%"],
        ["all", "4", "50.0%", "75.0%"],
    ]
    assert table_of("Noticed, by context").cells() == [
        ["statement", "3", "66.7%", "66.7%"],
        ["argument", "1", "0.0%", "100.0%"],
    ]


def test_a_tool_without_a_batch_fix_has_dashes_for_it() -> None:
    assert table_of("Repaired").cells() == [
        ["autoawait", "safe", "4", "2", "50.0%", "0", "0"],
        ["autoawait", "unsafe", "4", "2", "50.0%", "1", "0"],
        ["peer", "-", "4", "-", "-", "-", "-"],
    ]


def test_a_package_on_which_a_tool_failed_is_left_out_for_it_alone() -> None:
    noticed, by_package, by_context, *_ = tables(SHOWINGS[:3])
    assert noticed.cells()[1] == ["peer", "1", "3", "2", "66.7%", "33.3%", "2", "1", "2", "9", "7"]
    assert by_package.cells()[1] == ["b", "1", "100.0%", "-"]
    assert len(by_context.rows) == 2


def test_nothing_measured_is_no_rows_but_one_of_all() -> None:
    assert [len(table.rows) for table in tables([])] == [0, 1, 0, 0, 0]


def test_time_and_memory_are_of_all_runs() -> None:
    assert table_of("Whole process").cells()[1] == ["peer", "2", "3.00", "1.50", "1.50", "100.00", "100.00"]


def test_the_list_is_of_what_only_others_notice(capsys: pytest.CaptureFixture[str]) -> None:
    list_unseen(SHOWINGS)
    assert capsys.readouterr().out.splitlines() == [
        "a m.py:1: f()",
        "    f (argument) peer: c",
        "a m.py:2: f()",
        "    f (statement) peer: x",
    ]


def test_the_lock_of_the_peers_pins_each_of_them() -> None:
    pins = dict(line.split("==") for line in LOCK.read_text().splitlines())
    assert {"mypy", "pyrefly", "basedpyright"} <= set(pins)
    assert all(pins.values())


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The environments that are made, none of them really; pip fails for a lock of ``broken``."""
    names: list[str] = []

    def create(folder: Path, **options: object) -> None:
        names.append(folder.name)
        folder.mkdir(exist_ok=True)

    def run(command: Sequence[str], check: bool) -> subprocess.CompletedProcess[bytes]:
        return subprocess.CompletedProcess(command, int("broken" in Path(command[-1]).read_text()))

    monkeypatch.setattr(venv, "create", create)
    monkeypatch.setattr(subprocess, "run", run)
    return names


def test_an_environment_is_made_once_for_a_lock_and_a_layout(tmp_path: Path, made: list[str]) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("a==1\n")
    one = Locked(tmp_path / "env", lock, tmp_path / "env" / "stamp", "1")
    other = Locked(tmp_path / "env", lock, tmp_path / "env" / "stamp", "2")
    finished: list[str] = []
    for locked in (one, one, other, other):
        locked.make(lambda: finished.append("yes"))
    assert (len(made), len(finished)) == (2, 2)
    lock.write_text("a==2\n")
    other.make()
    assert len(made) == 3


def test_an_environment_that_broke_is_made_again(tmp_path: Path, made: list[str]) -> None:
    lock = tmp_path / "lock.txt"
    lock.write_text("broken==1\n")
    locked = Locked(tmp_path / "env", lock, tmp_path / "stamp")
    for _ in range(2):
        with pytest.raises(LabError, match="pip could not install"):
            locked.make()
    assert len(made) == 2


def test_a_script_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(LabError, match="no nix in or beside"):
        Locked(tmp_path, tmp_path / "lock", tmp_path / "stamp").script("nix")


def live_ty() -> Checker:
    return ty(own_script("ty"), version("ty"))


def test_ty_notices_what_it_knows_and_repairs_nothing(project: Project) -> None:
    (theirs,) = peers(project, EVERY, [live_ty()], silent)[1:]
    assert [loss.codes for loss in theirs.losses] == [("unused-awaitable",), ()]
    assert (theirs.noise, theirs.alarms) == (0, 0)
    assert theirs.repairs == (Repair("batch", 0, 0, 0),)


def test_a_fix_of_ty_is_a_change_of_files(project: Project) -> None:
    """Its batch fix does work, of other things: the proof that we call it rightly when it repairs no await."""
    module = project.root / "shop" / "one.py"
    module.write_text("from typing import cast\n\ndef f(x: int) -> int:\n    return cast(int, x)\n")
    with copied(project) as copy:
        changed = fix(live_ty(), copy)
    assert [path.name for path in changed] == ["one.py"]


# One function for each row of the table in `checkers`.
MISTAKES = {
    "statement, of a coroutine": "num()",
    "statement, of an ``Awaitable``": "later()",
    "attribute, subscript, operand, ``<``": "return row().name | row().items[0] | num() + 1 | num() < 3",
    "argument, ``return`` of a declared type": "use(num()) | return num()",
    "iterated, unpacked": "for x in many(): pass | a, b = many()",
    "condition, ``not``, ``and``": "if ok(): pass | if not ok(): pass | if x and ok(): pass",
    "``assert``": "assert ok()",
    "condition on an ``Awaitable``": "if later(): pass",
    "``f() == 3``, ``f() in [1]``, as a value": "x = num() == 3 | x = num() in [1]",
    "``if f() == 3``, ``if f() is None``": "if num() == 3: pass | if row() is None: pass",
    "``isinstance(f(), int)``": "if isinstance(num(), int): pass",
    "f-string, element, argument of ``object``": 'print(f"{num()}") | print([num()]) | print(num())',
    "assigned and not used, ``_ = f()``": "y = num() | _ = num()",
}

MODULE_OF_MISTAKES = """\
from collections.abc import Awaitable

class Row:
    name: str = ""
    items: list[int] = []

async def row() -> Row: return Row()
async def ok() -> bool: return True
async def num() -> int: return 1
async def many() -> list[int]: return [1, 2]
def later() -> Awaitable[int]: return num()
def use(x: int) -> None: pass

"""


INSTALLED = ["ty", *(["pyrefly", "mypy", "basedpyright"] if environment().is_current() else [])]


def installed_checker(name: str) -> Checker:
    """ty, or one of the others where the lab has installed them."""
    return live_ty() if name == "ty" else getattr(checkers_module, name)(environment().script(name), "")


@pytest.mark.parametrize("name", INSTALLED)
def test_the_table_of_mistakes_says_what_a_tool_notices(name: str, project: Project) -> None:
    checker = installed_checker(name)
    rows = [re.split(r"\s*\|\s*", line)[1:-1] for line in str(checkers_module.__doc__).splitlines() if line[:1] == "|"]
    column = rows[0].index(checker.name)
    table = {row[0]: row[column] for row in rows[2:]}
    assert noticed(checker, project) == table


def noticed(checker: Checker, project: Project) -> dict[str, str]:
    """For each kind of mistake ``+`` if all of it are noticed by default, ``e`` if by an extra rule, ``-`` if none."""
    mistakes = [(name, one) for name, code in MISTAKES.items() for one in code.split(" | ")]
    start = MODULE_OF_MISTAKES.count("\n") + 2
    functions = [f"async def f{n}(x: bool) -> int:\n    {one}\n    return 1\n\n" for n, (_, one) in enumerate(mistakes)]
    (project.root / "shop" / "one.py").write_text(MODULE_OF_MISTAKES + "".join(functions))
    said = inspect(checker, project).diagnostics
    signs: dict[str, set[str]] = {name: set() for name in MISTAKES}
    for number, (name, _) in enumerate(mistakes):
        codes = {one.code for one in said if one.path.name == "one.py" and one.line == start + 4 * number}
        signs[name].add("+" if codes - checker.extras else "e" if codes else "-")
    return {name: "/".join(sorted(found)) for name, found in signs.items()}


@pytest.mark.parametrize("name", INSTALLED)
def test_a_tool_has_a_batch_fix_exactly_if_its_help_says_so(name: str) -> None:
    checker = installed_checker(name)
    words = ["check"] if name in ("ty", "pyrefly") else []
    told = subprocess.run([checker.program, *words, "--help"], capture_output=True, text=True, check=False).stdout
    assert len(told) > 500
    assert bool(re.search(r"--(auto-?)?fix\b", told)) is bool(checker.fixing)
