"""The reports that are one document for a server: GitLab's Code Quality and JUnit."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from autoawait import cli
from autoawait.cli.reports.gitlab import gitlab
from autoawait.cli.reports.junit import junit
from tests.cli.reports.outcomes import SHOP, finding, fixed_shop, outcome, shop, source
from tests.cli.reports.sea import sea

BASE = Path("/work")


def test_gitlab_has_what_its_format_asks_for() -> None:
    issues = json.loads(gitlab(shop(BASE / "app"), BASE))
    assert len({issue.pop("fingerprint") for issue in issues}) == 3
    assert issues[0] == {
        "description": "AW102: `fetch_order` gives a coroutine, its attribute `total` is read\n"
        "`fetch_order` is an async function\nhelp: `autoawait fix` fixes it",
        "check_name": "coroutine-used-as-value",
        "severity": "major",
        "location": {
            "path": "app/shop.py",
            "positions": {"begin": {"line": 2, "column": 13}, "end": {"line": 2, "column": 32}},
        },
    }
    assert [issue["check_name"] for issue in json.loads(gitlab(fixed_shop(BASE), BASE))] == [
        "unknown-consumer",
        "coroutine-formatted",
    ]
    assert gitlab(outcome([], {}, []), BASE) == "[]"


def test_gitlab_fingerprints_stay_when_lines_move(tmp_path: Path) -> None:
    def words(text: str) -> list[str]:
        file = source(tmp_path / "shop.py", text)
        return [
            i["fingerprint"]
            for i in json.loads(gitlab(outcome([finding(file, "AW102", "f(x)", "")], {}, [file]), tmp_path))
        ]

    before = words("async def a():\n    f(x).y\n")
    assert words("import os\n\n\nasync def a():\n    if os:\n        f(x).y\n") == before
    assert words("async def b():\n    f(x).y\n") != before


def test_junit_has_a_suite_for_each_file_and_a_case_for_each_finding() -> None:
    top = ElementTree.fromstring(junit(shop(BASE / "app"), BASE))
    assert top.attrib == {"name": "autoawait", "tests": "3", "failures": "3", "errors": "0"}
    (suite,) = top
    assert suite.attrib == {"name": "app/shop.py", "tests": "3", "failures": "3", "errors": "0"}
    assert suite[0].attrib == {
        "name": "AW102 coroutine-used-as-value (line 2)",
        "classname": "app/shop.py",
        "file": "app/shop.py",
        "line": "2",
    }
    (failure,) = suite[0]
    assert failure.attrib == {
        "type": "AW102",
        "message": "`fetch_order` gives a coroutine, its attribute `total` is read",
    }
    assert failure.text == (
        "app/shop.py:2:13: AW102 `fetch_order` gives a coroutine, its attribute `total` is read\n"
        "`fetch_order` is an async function\nhelp: `autoawait fix` fixes it"
    )


def test_junit_without_findings_has_a_case_that_passed() -> None:
    ((case,),) = ElementTree.fromstring(junit(outcome([], {}, []), BASE))
    assert (case.attrib, len(case)) == ({"name": "nothing to report", "classname": "autoawait"}, 0)


def test_junit_says_what_xml_cannot_hold() -> None:
    file = source(BASE / "shop.py", SHOP)
    bad = finding(file, "AW104", "name(number)", 'a\x00b\x1b<&>"\ud800 日本')
    text = junit(outcome([bad], {}, [file]), BASE)
    assert text.isascii()
    assert ElementTree.fromstring(text)[0][0][0].attrib["message"] == 'a\ufffdb\ufffd<&>"\ufffd 日本'


@pytest.mark.parametrize("output_format", ["gitlab", "junit", "sarif"])
def test_a_document_is_all_that_is_printed_and_the_same_in_every_encoding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, output_format: str
) -> None:
    monkeypatch.chdir(sea(tmp_path))
    result = CliRunner().invoke(cli.app, ["check", "--output-format", output_format])
    assert (result.exit_code, result.stderr) == (1, "")
    assert result.stdout.isascii()
    (ElementTree.fromstring if output_format == "junit" else json.loads)(result.stdout)
