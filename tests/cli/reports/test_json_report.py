"""The JSON report: its schema, and that its edits make the change."""

from __future__ import annotations

import json
from pathlib import Path

from autoawait.cli.reports.json_report import json_report
from tests.cli.reports.outcomes import SHOP, fixed_shop, outcome, shop

BASE = Path("/work")


def test_one_finding_whole() -> None:
    document = json.loads(json_report(shop(BASE / "app"), BASE))
    assert list(document) == ["version", "findings", "fixed", "summary"]
    assert document["version"] == 1
    start = SHOP.index("fetch_order")
    end = start + len("fetch_order(number)")
    assert document["findings"][0] == {
        "code": "AW102",
        "name": "coroutine-used-as-value",
        "message": "`fetch_order` gives a coroutine, its attribute `total` is read",
        "path": "app/shop.py",
        "line": 2,
        "column": 13,
        "end_line": 2,
        "end_column": 32,
        "callee": "store.fetch_order",
        "reason": "`fetch_order` is an async function",
        "advice": "",
        "applicability": "safe",
        "evidence": "proved",
        "chain": [{"path": "app/store.py", "line": 4, "column": 11, "text": "`fetch_order` is defined here"}],
        "edits": [
            {"path": "app/shop.py", "start": start, "end": start, "text": "(await "},
            {"path": "app/shop.py", "start": end, "end": end, "text": ")"},
        ],
    }


def test_a_refusal_carries_its_reason_and_no_edits() -> None:
    refused = json.loads(json_report(shop(BASE), BASE))["findings"][1]
    assert refused["message"] == "`log` takes a coroutine: nothing is known of it"
    assert refused["applicability"] == "none"
    assert refused["edits"] == []


def test_the_summary_counts() -> None:
    assert json.loads(json_report(shop(BASE), BASE))["summary"] == {
        "found": 3,
        "fixed": 0,
        "safe": 1,
        "unsafe": 1,
        "none": 1,
        "files": 3,
        "changed": 0,
        "known": 0,
        "gone": 0,
    }


def test_what_is_fixed_stands_apart_where_it_stood_before() -> None:
    document = json.loads(json_report(fixed_shop(BASE), BASE))
    assert [found["code"] for found in document["findings"]] == ["AW302", "AW104"]
    (fixed,) = document["fixed"]
    assert (fixed["code"], fixed["column"]) == ("AW102", 13)
    assert [edit["start"] for edit in fixed["edits"]] == [SHOP.index("fetch_order"), SHOP.index(".total")]
    assert document["summary"]["fixed"] == 1
    assert document["summary"]["changed"] == 1


def test_nothing_found_is_an_object_all_the_same() -> None:
    document = json.loads(json_report(outcome([], {}, [], files=0), BASE))
    assert document["findings"] == []
    assert document["summary"]["found"] == 0
