"""What is written down about the project is what the project does."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from autoawait import __version__, cli
from autoawait.diagnostics import rules
from autoawait.project import settings
from autoawait.project.options import Options, Source, keys_of
from tests.paths import ROOT
from tests.projects import write_project

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def block(marker: str) -> str:
    """The code block of the README after an HTML comment."""
    found = re.search(rf"^<!-- {re.escape(marker)} -->\n```\w+\n(.*?)^```$", README, re.DOTALL | re.MULTILINE)
    assert found, f"README.md has a block {marker}"
    return found[1]


# --- rules ------------------------------------------------------------------------------------------------------------


def test_the_page_of_rules_is_what_explain_says(request: pytest.FixtureRequest) -> None:
    page = ROOT / "docs" / "rules.md"
    if request.config.getoption("--update-fixtures"):
        page.write_text(rules.page(), encoding="utf-8")
    assert page.read_text(encoding="utf-8") == rules.page()


def test_every_code_in_our_source_is_a_rule_and_every_rule_is_used() -> None:
    sources = [path for path in (ROOT / "autoawait").rglob("*.py") if path.parent.name != "rules"]
    used = {code for path in sources for code in re.findall(r'"(AW\d{3})"', path.read_text(encoding="utf-8"))}
    assert used == set(rules.RULES)


def test_explanations_and_fixtures_speak_of_rules_that_exist() -> None:
    expectations = [path.read_text(encoding="utf-8") for path in (ROOT / "fixtures").rglob("expected.txt")]
    texts = [README, *(rule.explanation for rule in rules.RULES.values()), *expectations]
    assert {code for text in texts for code in re.findall(r"AW\d{3}", text)} <= set(rules.RULES)


# --- the README -------------------------------------------------------------------------------------------------------


# The project of the refusal that the README shows.
REFUSED = {
    "pyproject.toml": "",
    "shop/__init__.py": "",
    "shop/store.py": "async def fetch(number: int) -> int:\n    return number\n",
    "shop/rules.py": """\
        from shop.store import fetch


        def price(number: int) -> int:
            return fetch(number) * 2
        """,
    "shop/cart.py": """\
        from shop.rules import price


        class Cart:
            def __init__(self, numbers: list[int]) -> None:
                self.numbers = numbers

            def total(self) -> int:
                return sum([price(n) for n in self.numbers])

            def __len__(self) -> int:
                return self.total()
        """,
}


def test_the_refusal_in_the_readme_is_what_is_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write_project(tmp_path, REFUSED))
    printed = CliRunner().invoke(cli.app, ["check", "shop", "--quiet"]).output
    assert printed.strip() == block("report: refusal").strip()


def test_options_of_fix_and_check_differ_by_what_is_done_with_what_is_found() -> None:
    def options(command: str) -> set[str]:
        printed = CliRunner().invoke(cli.app, [command, "--help"]).output
        return set(re.findall(r"^  (?:-\w, )?(--[a-z-]+)", printed, re.MULTILINE))

    assert options("fix") - options("check") == {"--diff", "--interactive"}
    assert options("check") - options("fix") == {"--update-baseline"}


def test_the_page_of_settings_has_all_with_their_defaults(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z-]+)` \| (?:`(.*?)`|\w+) \|", page, re.MULTILINE))
    assert set(rows) == set(keys_of(Options, Source.FILE))
    defaults = "".join(f"{key} = {value}\n" for key, value in rows.items() if value)
    (tmp_path / "pyproject.toml").write_text(f"[tool.autoawait]\n{defaults}", encoding="utf-8")
    assert settings.load_settings(tmp_path) == settings.Settings(tmp_path)
    assert {key for key, value in rows.items() if not value} == {"python", "baseline"}


def test_the_example_of_settings_is_one(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```toml\n(.*?)```", page, re.DOTALL)
    (tmp_path / "pyproject.toml").write_text(example, encoding="utf-8")
    assert settings.load_settings(tmp_path).ignore_calls == ("app.telemetry.send",)


PAGES = sorted([ROOT / "README.md", ROOT / "ARCHITECTURE.md", *(ROOT / "docs").glob("*.md")])


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_between_pages_lead_somewhere(page: Path) -> None:
    """Files, and the headings in them, by the names that GitHub gives to headings."""
    for file, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", page.read_text(encoding="utf-8")):
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), file
        if anchor:
            headings = re.findall(r"^#+ (.*)$", target.read_text(encoding="utf-8"), re.MULTILINE)
            assert anchor in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}, anchor


def test_the_index_has_all_pages() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    assert set(re.findall(r"\]\(([\w-]+\.md)\)", index)) == {
        page.name for page in PAGES if page.parent.name == "docs"
    } - {"README.md"}


@pytest.mark.parametrize("name", ["demo", "tests"])
def test_commands_of_the_readme_are_one_line_of_shell(name: str) -> None:
    command = block(f"command: {name}")
    assert command.count("\n") == 1
    assert subprocess.run(["bash", "-n", "-c", command], check=False).returncode == 0
    assert all(Path(ROOT / path).exists() for path in re.findall(r"fixtures/\S+", command))


def test_ci_runs_the_command_of_the_readme() -> None:
    script = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    (function,) = re.findall(r"^command_of\(\) \{\n.*?^\}\n", script, re.DOTALL | re.MULTILINE)
    found = subprocess.run(
        ["bash", "-c", f"{function}command_of tests"], cwd=ROOT, check=True, capture_output=True, text=True
    )
    assert found.stdout == block("command: tests")
    assert "tests=$(command_of tests)" in script
    assert 'bash -euo pipefail -c "$tests"' in script
    assert os.access(ROOT / ".ci" / "run", os.X_OK)


# --- the package ------------------------------------------------------------------------------------------------------


def test_the_extra_and_the_group_are_the_same() -> None:
    assert PROJECT["project"]["optional-dependencies"]["dev"] == PROJECT["dependency-groups"]["dev"]


def test_the_version_is_the_same_everywhere() -> None:
    assert PROJECT["project"]["version"] == __version__


def test_what_fixtures_need_is_installed_for_the_tests() -> None:
    files = (tomllib.loads(path.read_text(encoding="utf-8")) for path in (ROOT / "fixtures").rglob("case.toml"))
    needed = {name for table in files for name in table.get("requires", ())}
    names = (re.split(r"[^\w.-]", requirement)[0] for requirement in PROJECT["dependency-groups"]["dev"])
    dev = {name.removesuffix(".py").replace("-", "_") for name in names}
    assert needed <= dev


def test_dependencies_are_bounded_and_used() -> None:
    imports = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "autoawait").rglob("*.py"))
    for requirement in PROJECT["project"]["dependencies"]:
        name = re.split(r"[^\w-]", requirement)[0]
        assert "<" in requirement or "python_version" in requirement, requirement
        assert re.search(rf"^\s*(import|from) {name}\b", imports, re.MULTILINE) or name == "ty", requirement
