"""What ``--verbose`` says of questions, as the lab counts it."""

from __future__ import annotations

from pathlib import Path

import pytest

from autoawait.pipeline.stage_timer import StageTimer
from autoawait.project.source import Spot
from autoawait.types.timed_engine import TimedEngine
from tests.fake_engine import FakeEngine
from tests.lab.environments import LabError
from tests.lab.questions import Asked, asked_in, table


def test_the_notes_of_a_run_are_counted_by_kind() -> None:
    engine = TimedEngine(FakeEngine())
    places = [Spot(Path("a.py"), 1, column) for column in range(1200)]
    engine.definitions(places)
    engine.definitions([places[0], places[0]])
    engine.type_definitions([])
    engine.facts(places[:2])
    found = asked_in("pkg", list(StageTimer(lambda _: None, engine).notes))
    assert found == [
        Asked("pkg", "definitions", 1201, 2, 1),
        Asked("pkg", "type definitions", 0, 0, 0),
        Asked("pkg", "facts", 2, 1, 0),
        Asked("pkg", "checks", 0, 0, 0),
    ]
    assert table(found).rows[-1] == ("all", "places", 1203, 3, 1, "33%")


def test_a_tool_that_does_not_tell_is_an_error() -> None:
    with pytest.raises(LabError, match="does not say"):
        asked_in("pkg", ["the engine was asked 3 questions (facts 3)"])
