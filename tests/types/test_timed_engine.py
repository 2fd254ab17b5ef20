"""An engine that is watched answers as it would alone, and what it was asked is counted."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from autoawait.project.source import Spot
from autoawait.types.engine import EngineError, Kind, TypeFact
from autoawait.types.timed_engine import TimedEngine
from tests.fake_engine import FakeEngine

HERE, THERE = Spot(Path("a.py"), 1, 0), Spot(Path("b.py"), 2, 4)


class SlowEngine(FakeEngine):
    """Needs a while for facts."""

    def facts(self, spots: Sequence[Spot]) -> list[TypeFact]:
        """See TypeEngine."""
        time.sleep(0.05)
        return super().facts(spots)


def test_the_answers_are_those_of_the_engine() -> None:
    engine = FakeEngine()
    engine.known_facts[THERE] = TypeFact("int", called=Kind.PLAIN)
    engine.known_definitions[HERE] = engine.known_types[THERE] = (THERE,)
    timed = TimedEngine(engine)
    assert timed.facts([HERE, THERE]) == engine.facts([HERE, THERE])
    assert timed.definitions([HERE]) == [(THERE,)]
    assert timed.type_definitions([HERE, THERE]) == [(), (THERE,)]
    assert timed.check([HERE.path]) == engine.check([HERE.path])


def test_questions_are_counted_by_kind() -> None:
    timed = TimedEngine(FakeEngine())
    timed.facts([HERE, THERE])
    timed.facts([HERE])
    timed.definitions([HERE])
    timed.type_definitions([])
    timed.check([HERE.path, THERE.path])
    assert dict(timed.questions) == {"facts": 3, "definitions": 1, "type definitions": 0, "checks": 2}


def test_only_waiting_counts_as_time() -> None:
    timed = TimedEngine(SlowEngine())
    timed.facts([HERE])
    timed.overlay(HERE.path, "")
    time.sleep(0.05)
    assert 0.05 <= timed.seconds < 0.1


def test_what_needs_no_answer_is_passed_on() -> None:
    engine = FakeEngine()
    timed = TimedEngine(engine)
    timed.overlay(HERE.path, "x = 1")
    assert engine.overlays == {HERE.path: "x = 1"}
    timed.uncover(HERE.path)
    timed.close()
    assert (engine.overlays, engine.is_closed) == ({}, True)


def test_an_error_goes_through_and_its_time_counts() -> None:
    timed = TimedEngine(FakeEngine(dies_after=0))
    with pytest.raises(EngineError, match="died"):
        timed.facts([HERE])
    assert timed.seconds > 0
