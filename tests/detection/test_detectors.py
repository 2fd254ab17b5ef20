"""The table of detectors as a whole; what each row decides is told by the golden cases and by ``autoawait why``."""

from __future__ import annotations

from autoawait.detection.detectors import DETECTORS
from autoawait.types.engine import Kind


def test_each_row_has_a_name_of_its_own() -> None:
    names = [detector.name for detector in DETECTORS]
    assert len(set(names)) == len(names)


def test_each_row_finds_something_or_says_why_not_or_changes_the_view() -> None:
    silent = [d.name for d in DETECTORS if not d.reason and d.seen_as is None and d.drafts is DETECTORS[1].drafts]
    assert DETECTORS[1].name == "unknown"  # a row without drafts of its own
    assert silent == []


def test_every_kind_is_decided_in_the_end() -> None:
    """The last row takes what the others leave: every kind, whatever the use and the question, with a reason."""
    last = DETECTORS[-1]
    assert set(last.kinds) == set(Kind)
    assert last.uses is None
    assert last.when(None)  # type: ignore[arg-type]
    assert last.reason
