"""An engine is asked about each place once, for as long as it sees the same files."""

from __future__ import annotations

from pathlib import Path

from autoawait.project.source import Spot
from autoawait.types.engine import Kind, TypeFact
from autoawait.types.remembering_engine import RememberingEngine
from tests.fake_engine import FakeEngine

HERE, THERE, ELSEWHERE = (Spot(Path(name), 1, 0) for name in ("a.py", "b.py", "c.py"))
INT, TEXT = TypeFact("int", called=Kind.PLAIN), TypeFact("str", called=Kind.PLAIN)


def test_only_what_is_not_known_is_asked_and_all_of_it_at_once() -> None:
    engine = FakeEngine()
    engine.known_facts = {HERE: INT, THERE: TEXT}
    asked = RememberingEngine(engine)
    assert asked.facts([HERE]) == [INT]
    assert asked.facts([THERE, HERE, ELSEWHERE, THERE]) == [TEXT, INT, TypeFact(), TEXT]
    assert asked.facts([HERE, THERE, ELSEWHERE]) == [INT, TEXT, TypeFact()]
    assert asked.facts([]) == []
    assert engine.asked == [[HERE], [THERE, ELSEWHERE]]


def test_each_kind_of_question_has_answers_of_its_own() -> None:
    engine = FakeEngine()
    engine.known_definitions, engine.known_types = {HERE: (THERE,)}, {HERE: (ELSEWHERE,)}
    asked = RememberingEngine(engine)
    for _ in range(2):
        assert asked.definitions([HERE]) == [(THERE,)]
        assert asked.type_definitions([HERE]) == [(ELSEWHERE,)]
    assert engine.asked == [[HERE], [HERE]]


def test_what_another_text_may_have_changed_is_asked_again() -> None:
    engine = FakeEngine()
    asked = RememberingEngine(engine)
    asked.overlay(THERE.path, "x = 1")
    assert asked.facts([HERE]) == [TypeFact()]
    engine.known_facts[HERE] = INT
    asked.overlay(THERE.path, "x = 1")  # the same text: nothing has changed
    assert asked.facts([HERE]) == [TypeFact()]
    asked.overlay(THERE.path, "x = 2")
    assert asked.facts([HERE]) == [INT]
    engine.known_facts[HERE] = TEXT
    asked.uncover(THERE.path)
    assert asked.facts([HERE]) == [TEXT]
    engine.known_facts[HERE] = INT
    asked.forget()
    assert asked.facts([HERE]) == [INT]
    asked.overlay(THERE.path, "x = 2")
    assert engine.overlays == {THERE.path: "x = 2"}
