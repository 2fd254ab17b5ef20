"""The baseline: what is known is neither told nor fixed, wherever it moves; what is new is."""

from __future__ import annotations

import json
import os
import stat
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from autoawait import cli
from autoawait.diagnostics.baseline import read_baseline
from autoawait.project.settings import SettingsError

STORE = """\
async def fetch(number: int) -> int:
    return number


async def log(text: str) -> None: ...
"""
OLD = """\
from store import fetch, log


def price(number: int) -> int:
    return fetch(number) * 2


async def report() -> None:
    log("日本")
    print(price(3))
"""
NEW = """

async def more() -> None:
    log("new")
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two old findings, of which one needs a function to become async; the working directory."""
    for name, text in {"pyproject.toml": "", "store.py": STORE, "app.py": OLD}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def known(project: Path) -> Path:
    """The same, with both in a baseline."""
    assert check("--update-baseline").exit_code == 0
    return project


def invoke(*arguments: str, code: str = "") -> Result:
    return CliRunner().invoke(cli.app, arguments, input=code)


def check(*arguments: str) -> Result:
    return invoke("check", "--baseline", "known.json", "--output-format", "concise", *arguments)


def rows(project: Path) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((project / "known.json").read_text(encoding="utf-8"))["findings"]
    return found


# --- making one -------------------------------------------------------------------------------------------------------


def test_a_baseline_names_each_finding_on_a_line(project: Path) -> None:
    result = check("--update-baseline")
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "known.json: 2 known (2 new, 0 gone)\n")
    assert (
        (project / "known.json").read_text(encoding="utf-8")
        == """\
{
  "version": 1,
  "findings": [
    {"path": "app.py", "scope": "price", "text": "fetch(number)", "code": "AW102"},
    {"path": "app.py", "scope": "report", "text": "log(\\"日本\\")", "code": "AW101"}
  ]
}
"""
    )


def test_what_is_known_is_told_in_the_summary_only(known: Path) -> None:
    result = check()
    assert result.exit_code == 0
    assert result.stdout == "Nothing to report (2 files checked)\n2 are in the baseline\n"
    assert json.loads(check("--output-format", "json").stdout)["summary"]["known"] == 2


def test_a_baseline_is_kept_up_to_date(known: Path) -> None:
    (known / "app.py").write_text(OLD.replace("log(", "await log(") + NEW * 2, encoding="utf-8")
    result = check()
    assert result.stdout.splitlines()[-1] == (
        "1 more is in the baseline; 1 of its findings is gone: `autoawait check --update-baseline` removes it"
    )
    assert check("--update-baseline").stderr == "known.json: 3 known (2 new, 1 gone)\n"
    assert [(row["scope"], row.get("count")) for row in rows(known)] == [("more", 2), ("price", None)]
    assert check().exit_code == 0


def test_what_is_not_looked_at_stays_in_the_baseline(known: Path) -> None:
    (known / "app.py").write_text(OLD.replace("log(", "await log("), encoding="utf-8")
    assert check("store.py").stdout == "Nothing to report (1 file checked)\n"
    check("store.py", "--update-baseline")
    assert len(rows(known)) == 2
    (known / "app.py").unlink()
    assert check().stdout.splitlines()[1].startswith("None are in the baseline; 2 of its findings are gone")
    check("--update-baseline")
    assert rows(known) == []


# --- what is new ------------------------------------------------------------------------------------------------------


def test_only_what_is_new_is_reported(known: Path) -> None:
    (known / "app.py").write_text("import os\n\n" + OLD + NEW, encoding="utf-8")
    result = check()
    assert result.exit_code == 1
    assert [line.split(":")[1] for line in result.stdout.splitlines()[:-2]] == ["16"]
    assert result.stdout.splitlines()[-1] == "2 more are in the baseline"


def test_one_more_of_the_same_is_new(known: Path) -> None:
    (known / "app.py").write_text(OLD.replace('log("日本")', 'log("日本")\n    log("日本")'), encoding="utf-8")
    assert check().stdout.startswith("app.py:10:5: AW101 ")


def test_a_finding_stays_known_when_its_code_changes(known: Path) -> None:
    text = OLD + "\n\nclass A:\n    def __len__(self) -> int:\n        return price(1)\n"
    (known / "app.py").write_text(text, encoding="utf-8")
    assert ":5:12: AW402 " in invoke("check", "--output-format", "concise").stdout
    assert check().exit_code == 0


def test_a_file_that_does_not_parse_can_be_known(project: Path) -> None:
    (project / "old.py").write_text("print 1\n", encoding="utf-8")
    check("--update-baseline")
    assert rows(project)[-1] == {"path": "old.py", "scope": "", "text": "", "code": "AW901"}
    assert check().exit_code == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_a_file_whose_name_is_not_text_can_be_known(project: Path) -> None:
    (project / os.fsdecode(b"\xff.py")).touch()
    assert check("--update-baseline").exit_code == 0
    assert rows(project)[-1] == {"path": "\udcff.py", "scope": "", "text": "", "code": "AW902"}
    assert check().exit_code == 0


# --- fixing -----------------------------------------------------------------------------------------------------------


def test_fix_leaves_what_is_known(known: Path) -> None:
    (known / "app.py").write_text(OLD + NEW, encoding="utf-8")
    result = invoke("fix", "--baseline", "known.json")
    assert result.exit_code == 0
    assert (known / "app.py").read_text(encoding="utf-8") == OLD + NEW.replace("log(", "await log(")
    assert result.stdout == "1 found: 1 fixed in 1 file (2 files checked)\n2 more are in the baseline\n"


def test_fix_mends_what_is_known_along_with_what_is_new_where_they_hang_together(known: Path) -> None:
    (known / "app.py").write_text(OLD.replace("fetch(number) * 2", "fetch(number) * fetch(2)"), encoding="utf-8")
    result = invoke("fix", "--baseline", "known.json")
    assert result.exit_code == 0
    text = (known / "app.py").read_text(encoding="utf-8")
    assert "return await fetch(number) * await fetch(2)" in text
    assert "print(await price(3))" in text
    assert '    log("日本")' in text
    assert check().stdout.splitlines()[1].startswith("1 is in the baseline; 1 of its findings is gone")


def test_what_is_known_stays_so_when_something_inside_it_is_mended(known: Path) -> None:
    old = OLD + "\n\nasync def both() -> None:\n    log(str(2))\n"
    (known / "app.py").write_text(old, encoding="utf-8")
    check("--update-baseline")
    (known / "app.py").write_text(old.replace("str(2)", "str(await fetch(2))"), encoding="utf-8")
    assert check().exit_code == 1
    (known / "app.py").write_text(old.replace("str(2)", "str(fetch(2))"), encoding="utf-8")
    check("--update-baseline")
    (known / "app.py").write_text(old.replace("str(2)", "str(await fetch(2))"), encoding="utf-8")
    assert check().exit_code == 0


def test_without_the_baseline_all_is_fixed(known: Path) -> None:
    (known / "pyproject.toml").write_text('[tool.autoawait]\nbaseline = "known.json"\n', encoding="utf-8")
    assert invoke("fix").stdout == "Nothing to report (2 files checked)\n2 are in the baseline\n"
    assert (known / "app.py").read_text(encoding="utf-8") == OLD
    assert invoke("fix", "--no-baseline").exit_code == 0
    assert 'await log("日本")' in (known / "app.py").read_text(encoding="utf-8")


def test_standard_input_has_a_baseline_too(known: Path) -> None:
    result = invoke("fix", "-", "--stdin-filename", "app.py", "--baseline", "known.json", code=OLD + NEW)
    assert result.stdout == OLD + NEW.replace("log(", "await log(")


# --- the file ---------------------------------------------------------------------------------------------------------


def test_a_baseline_of_the_settings_is_where_they_are(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (known / "pyproject.toml").write_text('[tool.autoawait]\nbaseline = "known.json"\n', encoding="utf-8")
    (known / "sub").mkdir()
    monkeypatch.chdir(known / "sub")
    assert invoke("check", "..").exit_code == 0


def test_paths_are_relative_to_the_file(project: Path) -> None:
    (project / "ci").mkdir()
    assert invoke("check", "--baseline", "ci/known.json", "--update-baseline").exit_code == 0
    assert {row.identity.path for row in read_baseline(project / "ci" / "known.json").entries} == {"../app.py"}
    assert invoke("check", "--baseline", "ci/known.json").exit_code == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "baseline not found; create it with --update-baseline"),
        ("nonsense", "is not a valid baseline: Expecting value"),
        ("\xff", "is not a valid baseline: 'utf-8' codec can't decode"),
        ("[]", "is not a baseline of version 1"),
        ('{"version": 2, "findings": []}', "is not a baseline of version 1"),
        ('{"version": 1}', "is not a valid baseline: it has no list of findings"),
        (
            '{"version": 1, "findings": [{"path": "a.py"}]}',
            'is not a valid baseline: {"path": "a.py"} is not a finding',
        ),
    ],
)
def test_what_is_no_baseline_is_an_error_and_stays(project: Path, content: str | None, message: str) -> None:
    if content is not None:
        (project / "known.json").write_bytes(content.encode("latin-1"))
    result = check()
    assert result.exit_code == 2
    assert result.stderr.startswith(f"error: known.json: {message}")
    if content is not None:
        assert check("--update-baseline").exit_code == 2
        assert (project / "known.json").read_bytes() == content.encode("latin-1")


def test_lines_that_a_merge_has_doubled_are_added_up(known: Path) -> None:
    text = (known / "known.json").read_text(encoding="utf-8")
    line = text.splitlines()[3] + "\n"
    (known / "known.json").write_text(text.replace(line, line * 2), encoding="utf-8")
    assert "1 of its findings is gone" in check().stdout
    (known / "known.json").write_text(text.replace(line, "<<<<<<< ours\n" + line), encoding="utf-8")
    with pytest.raises(SettingsError, match="is not a valid baseline"):
        read_baseline(known / "known.json")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("check", "--update-baseline"), "--update-baseline needs --baseline FILE"),
        (("check", "-", "--baseline", "b", "--update-baseline"), "--update-baseline needs files"),
        (("check", "--no-baseline", "--baseline", "b"), "--no-baseline cannot be combined"),
        (
            ("check", "--from-log", "a.log", "--baseline", "b", "--update-baseline"),
            "cannot be combined with --from-log",
        ),
        (("check", "--statistics", "--baseline", "b", "--update-baseline"), "--update-baseline prints no findings"),
    ],
)
def test_options_that_do_not_go_together(project: Path, arguments: tuple[str, ...], message: str) -> None:
    result = invoke(*arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_a_baseline_is_replaced_whole(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = known / "known.json"
    before = file.read_bytes()
    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE((known / "app.py").stat().st_mode)
    (known / "app.py").write_text(OLD + NEW, encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fails)
        result = check("--update-baseline")
    assert (result.exit_code, result.stderr) == (2, "error: [Errno 28] No space left on device\n")
    assert file.read_bytes() == before
    file.chmod(0o600)
    assert check("--update-baseline").exit_code == 0
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(path.name for path in known.iterdir()) == ["app.py", "known.json", "pyproject.toml", "store.py"]


def fails(number: int) -> None:
    raise OSError(28, "No space left on device")
