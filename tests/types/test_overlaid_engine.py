"""Places before and after edits, and an engine that is asked in the one and sees the other."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autoawait.project.source import SourceFile, Spot, line_starts
from autoawait.project.text_edits import SpotMap, TextEdit, apply_edits
from autoawait.types.engine import Checked, CheckerDiagnostic, TypeFact
from autoawait.types.overlaid_engine import OverlaidEngine
from tests.fake_engine import FakeEngine
from tests.sources import PATH, source_of

OTHER = Path("/project/other.py")


def edited(source: SourceFile, pieces: dict[tuple[int, int], str]) -> tuple[bytes, SpotMap]:
    """The body with ranges replaced, and its map."""
    body = source.body
    for (start, end), text in sorted(pieces.items(), reverse=True):
        body = body[:start] + text.encode() + body[end:]
    made = [TextEdit(PATH, start, end, text) for (start, end), text in pieces.items()]
    assert apply_edits(source.body, sorted(made, key=lambda edit: (edit.start, edit.end))) == body
    return body, SpotMap(source, body, made)


@st.composite
def edits(draw: st.DrawFn) -> tuple[SourceFile, dict[tuple[int, int], str]]:
    """A file and ranges in it that do not overlap, each with its replacement."""
    lines = draw(st.lists(st.sampled_from(["", "x", "ä = 1", "if x: y", "🐍"]), min_size=1, max_size=6))
    source = source_of("".join(f"'{line}'\n" for line in lines))
    cuts = sorted(draw(st.sets(st.integers(0, len(source.body)), max_size=6)))
    ranges = [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False)]
    ranges = [(a, a) if draw(st.booleans()) else (a, b) for a, b in ranges]
    texts = st.sampled_from(["", "await ", "a\nb\n", "\n"])
    return source, {place: draw(texts) for place in ranges}


@given(edits())
def test_places_outside_the_edits_come_back(case: tuple[SourceFile, dict[tuple[int, int], str]]) -> None:
    source, pieces = case
    body, shift = edited(source, pieces)
    starts = line_starts(body)
    for offset in range(len(source.body)):
        spot = shift.forward(source.spot(offset))
        if any(start <= offset < end for start, end in pieces):
            assert spot is None
            continue
        assert spot is not None
        moved = starts[spot.line - 1] + spot.column
        assert body[moved] == source.body[offset]
        assert shift.back(spot) == source.spot(offset)


@given(edits())
def test_every_place_after_the_edits_has_one_before(case: tuple[SourceFile, dict[tuple[int, int], str]]) -> None:
    source, pieces = case
    body, shift = edited(source, pieces)
    starts = line_starts(body)
    for number, start in enumerate(starts, 1):
        for column in range((starts[number] if number < len(starts) else len(body) + 1) - start):
            back = shift.back(Spot(PATH, number, column))
            assert 0 <= source.offset(back.line, back.column) <= len(source.body)


def test_inserted_text_is_where_it_was_inserted() -> None:
    source = source_of("x = f()\ny\n")
    _, shift = edited(source, {(4, 4): "await "})
    assert shift.back(Spot(PATH, 1, 6)) == Spot(PATH, 1, 4)
    assert shift.forward(Spot(PATH, 1, 4)) == Spot(PATH, 1, 10)
    assert shift.forward(Spot(PATH, 2, 0)) == Spot(PATH, 2, 0)


def test_a_place_behind_the_last_line_is_still_a_place() -> None:
    source = source_of("x\n")
    _, shift = edited(source, {(1, 1): "\ny"})
    assert shift.back(Spot(PATH, 99, 0)) == source.spot(len(source.body))


# --- the engine behind it ---------------------------------------------------------------------------------------------


@pytest.fixture
def source() -> SourceFile:
    return source_of("x = f()\ng(x)\n")


def overlaid(source: SourceFile, engine: FakeEngine) -> OverlaidEngine:
    _, shift = edited(source, {(4, 7): "await f()"})
    return OverlaidEngine(engine, {PATH: shift})


def test_questions_go_to_the_new_place_and_answers_come_back(source: SourceFile) -> None:
    engine = FakeEngine()
    after = Spot(PATH, 2, 0)
    engine.known_facts[after] = TypeFact("int")
    engine.known_definitions[after] = (Spot(PATH, 1, 13), Spot(OTHER, 3, 4))
    engine.known_types[after] = (Spot(OTHER, 1, 1),)
    engine_above = overlaid(source, engine)
    before = Spot(PATH, 2, 0)
    assert engine_above.facts([before]) == [TypeFact("int")]
    assert engine_above.definitions([before]) == [(Spot(PATH, 1, 7), Spot(OTHER, 3, 4))]
    assert engine_above.type_definitions([before]) == [(Spot(OTHER, 1, 1),)]


def test_what_was_replaced_is_not_asked(source: SourceFile) -> None:
    engine = FakeEngine()
    spots = [Spot(PATH, 1, 4), Spot(OTHER, 1, 4)]
    engine.known_facts[spots[1]] = TypeFact("str")
    above = overlaid(source, engine)
    assert above.facts(spots) == [TypeFact(), TypeFact("str")]
    assert above.definitions(spots[:1]) == [()]
    assert engine.asked == [[spots[1]], []]


def test_complaints_and_unreachable_code_come_back(source: SourceFile) -> None:
    engine = FakeEngine()
    complaint = CheckerDiagnostic(PATH, Spot(PATH, 1, 10), Spot(PATH, 2, 1), "code", "message")
    engine.checks[PATH] = [Checked((complaint,), ((Spot(PATH, 2, 0), Spot(PATH, 2, 4)),))]
    [checked] = overlaid(source, engine).check([PATH])
    [found] = checked.complaints
    assert (found.start, found.end) == (Spot(PATH, 1, 4), Spot(PATH, 2, 1))
    assert checked.unreachable == ((Spot(PATH, 2, 0), Spot(PATH, 2, 4)),)


def test_the_rest_is_handed_through(source: SourceFile) -> None:
    engine = FakeEngine()
    above = overlaid(source, engine)
    above.overlay(OTHER, "x = 1\n")
    assert engine.overlays == {OTHER: "x = 1\n"}
    above.uncover(OTHER)
    assert engine.overlays == {}
    above.close()
    assert engine.is_closed


def test_what_was_asked_one_by_one_is_expected_in_the_next_round(source: SourceFile) -> None:
    engine = FakeEngine()
    first, second, third = (source.spot(offset) for offset in (0, 1, 2))
    before = OverlaidEngine(engine, {})
    before.definitions([first])
    before.definitions([second])
    before.facts([third])
    before.type_definitions([source.spot(offset) for offset in range(9)])
    engine.asked.clear()
    engine.known_definitions[third] = (first,)
    after = OverlaidEngine(engine, {}, before.asked)
    assert after.definitions([third]) == [(first,)]
    assert after.definitions([second]) == [()]
    assert after.type_definitions([first]) == [()]
    assert engine.asked == [[third, first, second], [second], [first]]
