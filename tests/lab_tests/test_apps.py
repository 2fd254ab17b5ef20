"""Applications are laid out from their wheels, and each edit in them is counted by what a reader says of it."""

from __future__ import annotations

import subprocess
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.lab import __main__ as lab
from tests.lab import applications, apps, measurements, revisions
from tests.lab.applications import Application, drawn, fixed, named, planned, pool
from tests.lab.apps import OPEN, RIGHT, WRONG, Examined, Hunk, Judgement, judged, judgements, rate
from tests.lab.clean import Remark
from tests.lab.environments import LabError, Locked
from tests.lab.importing import Imports, imports
from tests.lab.measurements import Measurement
from tests.lab.packages import PACKAGES, Project
from tests.lab.sections import apps_section
from tests.lab.tables import markdown
from tests.lab.tool import REPOSITORY, Answer, Said

LINE = "    db.save()"
REMARK = Remark("AW101", "safe", "proved", "shop/a.py", 2, "db.save()", "`db.save` is not awaited", "", False)
UNSAFE = replace(REMARK, applicability="unsafe", text="db.load()")


def examined(*edits: Remark, package: str = "shop", hunks: tuple[Hunk, ...] = ()) -> Examined:
    found = Imports(("shop/old.py",), 10, 1)
    return Examined(package, "1.0", 50_000, found, len(edits) + 1, edits, hunks, 2.0, 90.0)


def judgement(remark: Remark, is_right: bool, package: str = "shop") -> Judgement:
    return Judgement(package, remark.path, remark.text, remark.code, "because", is_right)


def known(*found: Judgement) -> apps.Judgements:
    return {(one.package, one.path, one.text, one.code): one for one in found}


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cache of the lab whose environment is made already."""
    monkeypatch.setenv("AUTOAWAIT_LAB_CACHE", str(tmp_path))
    monkeypatch.setattr(Locked, "make", lambda self: None)
    return tmp_path


# --- the pins ---------------------------------------------------------------------------------------------------------


def test_the_pins_are_whole_and_of_other_packages_than_the_labs() -> None:
    names = [one.name for one in [*fixed(), *pool()]]
    assert len(names) == len(set(names))
    assert len(fixed()) == 16
    assert len(pool()) >= 60
    assert all(one.version for one in [*fixed(), *pool()])
    assert all(one.folders for one in fixed())
    assert not set(names) & {package.name for package in PACKAGES}


def test_a_draw_is_the_same_for_the_same_seed() -> None:
    assert drawn(1) == drawn(1)
    assert len({tuple(drawn(seed)) for seed in range(5)}) == 5
    assert len(set(drawn(3))) == applications.DRAWN
    assert set(drawn(3)) <= set(pool())


def test_applications_are_found_by_name() -> None:
    assert [one.name for one in named(("maubot", "letta"))] == ["maubot", "letta"]
    assert named(()) == []
    with pytest.raises(LabError, match="no such application: nope;"):
        named(("maubot", "nope"))


def test_judgements_are_of_known_applications_and_say_why() -> None:
    found = judgements()
    assert {one.package for one in found.values()} <= {one.name for one in [*fixed(), *pool()]}
    assert all(len(one.reason) > 40 for one in found.values())


# --- laying out -------------------------------------------------------------------------------------------------------


def wheel(folder: Path) -> None:
    with zipfile.ZipFile(folder / "shop-1.0-py3-none-any.whl", "w") as archive:
        for name in ("shop/a.py", "shop/b.pyi", "shop/logo.svg", "extra/c.py", "tests/t.py", "top.py"):
            archive.writestr(name, "")
        archive.writestr("shop-1.0.dist-info/METADATA", "Name: shop\nRequires-Python: >=3.9\n\ntext")


@pytest.mark.parametrize(
    ("folders", "modules"), [((), ["extra/c.py", "shop/a.py"]), (("shop",), ["shop/a.py"])], ids=["all", "one"]
)
def test_a_wheel_becomes_a_project_once(
    folders: tuple[str, ...], modules: list[str], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[list[str]] = []

    def pip(command: list[str], **_: object) -> None:
        asked.append(command)
        wheel(Path(command[command.index("-d") + 1]))

    monkeypatch.setattr(subprocess, "run", pip)
    project = applications.laid_out(Application("shop", "1.0", folders))
    assert project == applications.laid_out(Application("shop", "1.0", folders))
    assert len(asked) == 1
    assert asked[0][-1] == "shop==1.0"
    assert [path.relative_to(project.root).as_posix() for path in project.files()] == modules
    assert not list(project.root.rglob("*.svg"))
    assert 'requires-python = ">=3.9"' in (project.root / "pyproject.toml").read_text()
    assert (project.root, project.python) == (home / "apps/projects/shop-1.0", home / "apps/env")


def test_without_a_wheel_or_its_code_nothing_is_laid_out(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(subprocess, "run", lambda command, **_: wheel(Path(command[command.index("-d") + 1])))
    with pytest.raises(LabError, match="the wheel of shop has no code in store"):
        applications.laid_out(Application("shop", "1.0", ("store",)))

    def fail(command: list[str], **_: object) -> None:
        raise subprocess.CalledProcessError(1, command)

    monkeypatch.setattr(subprocess, "run", fail)
    with pytest.raises(LabError, match="could not download a wheel of shop==1.0 for Python 3.11"):
        applications.laid_out(Application("shop", "1.0"))


# --- imports ----------------------------------------------------------------------------------------------------------


def test_imports_are_looked_up_in_the_project_and_the_environment(tmp_path: Path) -> None:
    site = tmp_path / "env" / "lib" / "python3" / "site-packages"
    for folder in (tmp_path / "shop" / "shop" / "sub", site / "web"):
        folder.mkdir(parents=True)
    (site / "stubbed.pyi").write_text("")
    (site / "compiled.so").write_text("")
    (tmp_path / "shop" / "shop" / "b.py").write_text("print 1\n")
    (tmp_path / "shop" / "shop" / "sub" / "a.py").write_text(
        "import os.path, web, stubbed, compiled\nfrom . import a\nfrom ..b import c\nfrom .none import d\n"
        "def f():\n    import web.none\n    from shop.sub import a\n"
    )
    found = imports(Project("shop", "1.0", tmp_path / "shop", tmp_path / "env"))
    assert found == Imports(("shop/b.py",), 9, 3)


# --- examining --------------------------------------------------------------------------------------------------------


def test_what_is_edited_is_kept_with_the_lines_that_are_written(tmp_path: Path) -> None:
    module = tmp_path / "shop" / "a.py"
    module.parent.mkdir()
    module.write_text(f"async def f(db):\n{LINE}\n    db.load()\n")

    def fixer(copy: Project, unsafe: bool) -> Answer:
        (path,) = copy.files()
        said = Said("AW101", "a message", "", path, 2, "db.save", "safe", "proved", is_fixed=True)
        other = replace(said, line=3, is_fixed=False)
        return Answer((other, said), {path: path.read_bytes().replace(b"db.save", b"await db.save")}, (), 1.5, 9.0)

    found = apps.examine(Project("shop", "1.0", tmp_path / "shop", tmp_path / "env"), fixer)
    assert [(edit.path, edit.line, edit.text) for edit in found.edits] == [("a.py", 2, "db.save()")]
    assert found.hunks == (Hunk("a.py", 2, (LINE,), ("    await db.save()",)),)
    assert (found.lines, found.remarks, found.seconds) == (3, 2, 1.5)


# --- numbers ----------------------------------------------------------------------------------------------------------


def test_edits_are_counted_by_what_a_reader_says() -> None:
    results = [examined(REMARK, UNSAFE), examined(REMARK, package="bar")]
    record = known(judgement(REMARK, True), judgement(UNSAFE, False))
    assert judged(results, record) == {("safe", RIGHT): 1, ("unsafe", WRONG): 1, ("safe", OPEN): 1}
    assert rate(results, record) == 1.0
    assert rate([], record) == 0.0


def test_tables_have_the_groups_side_by_side_and_each_application() -> None:
    groups = {"fixed": [examined(REMARK, UNSAFE), examined(package="inn")], "drawn": [examined(REMARK, package="bar")]}
    section = apps_section(groups, known(judgement(REMARK, True), judgement(UNSAFE, False)), "command")
    text = "".join(markdown(table) for table in (*section.tables, *section.folded))
    for row in (
        "|  | fixed | drawn |",
        "| imports that are missing | 10.0% | 10.0% |",
        "| precision of safe edits | 100.0% | - |",
        "| precision of unsafe edits | 0.0% | - |",
        "| safe edits, not reviewed | 0 | 1 |",
        "| wrong edits per 100,000 lines | 1.00 | 0.00 |",
        "| shop | 50,000 | 1 | 10 | 1 | 1 | 0 | 0 | 100.0% | 0 | 1 | 0 | 0.0% | 2.00 | 2.00 |",
        "| all fixed | 100,000 | 2 | 20 | 2 | 1 | 0 | 0 | 100.0% | 0 | 1 | 0 | 0.0% | 1.00 | 4.00 |",
    ):
        assert row in text
    assert "all drawn" not in text


def test_edits_are_listed_with_their_lines_and_what_was_judged_in_vain(capsys: pytest.CaptureFixture[str]) -> None:
    gone = replace(REMARK, text="gone()")
    elsewhere = judgement(REMARK, False, "other")
    record = known(judgement(REMARK, False), judgement(gone, True), elsewhere)
    apps.list_edits([examined(REMARK, hunks=(Hunk("shop/a.py", 2, (LINE,), ("    await db.save()",)),))], record)
    assert capsys.readouterr().out.splitlines() == [
        "shop shop/a.py:2: AW101 (safe, proved; wrong)",
        "    `db.save` is not awaited",
        "  shop/a.py:2",
        f"    -{LINE}",
        "    +    await db.save()",
        "shop shop/old.py: not parsed by this Python",
        "shop shop/a.py: AW101 is no longer edited: gone()",
    ]


# --- commands ---------------------------------------------------------------------------------------------------------


def examining(application: Application, home: Path = REPOSITORY) -> Measurement[Examined]:
    def measure(project: Project) -> list[Examined]:
        if project.name == "letta":
            raise LabError("autoawait on letta took longer than 1800 s")
        edits = [REMARK] if home == REPOSITORY else []
        return [examined(*edits, package=project.name)]

    return Measurement("apps", Examined, measure, [application, str(home)], home)


def test_an_application_that_fails_is_named_and_takes_nothing_with_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measurements, "examining", examining)
    result = CliRunner().invoke(lab.app, ["apps", "--packages", "letta,maubot", "--draw", "1", "--list"])
    assert result.exit_code == 1
    assert "letta failed: autoawait on letta took longer than 1800 s" in result.output
    assert "maubot shop/a.py:2: AW101 (safe, proved; not reviewed)" in result.output
    assert "all drawn" in result.output
    again = CliRunner().invoke(lab.app, ["apps", "--packages", "maubot"])
    assert "maubot: measured 2" in again.output
    assert "all named" not in again.output


def test_two_revisions_are_compared_on_applications(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measurements, "examining", examining)
    monkeypatch.setattr(lab, "projects", lambda names: [])
    result = CliRunner().invoke(lab.app, ["compare", "HEAD", "--apps", "maubot,letta"])
    assert result.exit_code == 0, result.output
    assert "new edit: maubot shop/a.py:2: db.save()" in result.output
    assert "letta is left out, HEAD failed: autoawait on letta took longer" in result.output
    without = CliRunner().invoke(lab.app, ["compare", "HEAD"])
    assert "apps" not in without.output


def test_where_an_application_lies_is_known_before_it_is_there(home: Path) -> None:
    assert planned(Application("shop", "1.0")).root == home / "apps" / "projects" / "shop-1.0"
    assert not (home / "apps").exists()
    assert revisions.EXAMINED.name == "apps"
