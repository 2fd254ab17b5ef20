"""Charts can be read: nothing is cut off, nothing is told by colour alone, and the same numbers give the same text."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.lab.charts import Bars, Chart, Group, Point, Points, svg
from tests.lab.drawing import BODY, SERIES, SMALL, mark, text, width_of
from tests.lab.placing import Box, Label, spots

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {"body": BODY, "lead": BODY, "small": SMALL, "heading": 17.0}

TOOLS = Bars(
    "tools",
    "Noticed & repaired",
    "Of <all> awaits, each tool was given the same; what it says of them is compared with what they are, one by one.",
    ("noticed", "repaired"),
    (
        Group("autoawait --unsafe-fixes", (1.0, 0.925), ("100.0% (1,000)", "92.5% (925)")),
        Group("ty check", (0.21, 0.0), ("21.0% (210)", "0.0% (0)")),
    ),
)
TIMES = Points(
    "speed",
    "Time by size",
    "Both axes are logarithmic.",
    "lines",
    "seconds",
    ("autoawait check", "ty check"),
    (
        (Point("arq", 2114, 0.8), Point("redis", 71497, 11.6), Point("openai", 245851, 14.58)),
        (Point("arq", 2114, 0.2), Point("redis", 71497, 2.25), Point("openai", 245851, 5.0)),
    ),
)
LINES = replace(TIMES, name="lines", is_joined=True)
CHARTS = [TOOLS, TIMES, LINES]


def drawn(chart: Chart) -> ElementTree.Element:
    return ElementTree.fromstring(svg(chart))


def boxes(root: ElementTree.Element) -> Iterator[tuple[str, Box]]:
    """Each text, and where it stands if its font is as wide as we think."""
    for element in root.iter(f"{SVG}text"):
        size = SIZES[element.attrib["class"]]
        words = element.text or ""
        width, x, y = width_of(words, size), float(element.attrib["x"]), float(element.attrib["y"])
        left = x - {"start": 0, "middle": 0.5, "end": 1}[element.attrib.get("text-anchor", "start")] * width
        yield words, Box(left, y - size * 0.8, left + width, y + size * 0.25)


def assert_nothing_is_cut_off(root: ElementTree.Element) -> None:
    page = Box(0, 0, float(root.attrib["width"]), float(root.attrib["height"]))
    for words, box in boxes(root):
        assert page.holds(box), words


@pytest.mark.parametrize("chart", CHARTS)
def test_a_chart_says_what_it_shows(chart: Chart) -> None:
    root = drawn(chart)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-labelledby"] == "title desc"
    title, desc = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None and title.text == chart.title
    assert desc is not None and desc.text is not None
    for words in (chart.what, *chart.series):
        assert words in desc.text


def test_the_description_has_every_number() -> None:
    assert "ty check: noticed 21.0% (210), repaired 0.0% (0)." in svg(TOOLS)
    assert "ty check: arq (2,114, 0.2), redis (71,497, 2.25)" in svg(TIMES)


@pytest.mark.parametrize("chart", CHARTS)
def test_nothing_is_cut_off(chart: Chart) -> None:
    assert_nothing_is_cut_off(drawn(chart))


def test_bars_are_as_long_as_their_shares() -> None:
    root = drawn(TOOLS)
    lengths = [float(bar.attrib["width"]) for bar in root.iter(f"{SVG}rect") if "b0" in bar.attrib.get("class", "")][1:]
    assert lengths[1] / lengths[0] == pytest.approx(0.21, abs=0.001)


def test_points_are_joined_and_each_label_stands_once() -> None:
    root = drawn(TIMES)
    words = [words for words, _ in boxes(root)]
    assert [words.count(name) for name in ("arq", "redis", "openai")] == [1, 1, 1]
    threads = [line for line in root.iter(f"{SVG}line") if line.attrib["class"] == "thread"]
    assert [line.attrib["x1"] == line.attrib["x2"] for line in threads[:3]] == [True, True, True]


def test_a_line_runs_through_the_points_of_each_series() -> None:
    root = drawn(LINES)
    lines = [line.attrib["points"].split() for line in root.iter(f"{SVG}polyline")]
    assert [len(line) for line in lines] == [3, 3]
    circles = [f"{one.attrib['cx']},{one.attrib['cy']}" for one in root.iter(f"{SVG}circle")][1:]
    assert lines[0] == circles
    assert not [line for line in root.iter(f"{SVG}line") if line.attrib["class"] == "thread"]


def test_larger_is_further_right_and_higher() -> None:
    circles = list(drawn(TIMES).iter(f"{SVG}circle"))[1:]
    places = [(float(one.attrib["cx"]), -float(one.attrib["cy"])) for one in circles]
    assert places == sorted(places)
    assert sorted(place[1] for place in places) == [place[1] for place in places]


def test_one_point_alone_can_be_drawn() -> None:
    chart = Points("one", "One", "It.", "lines", "seconds", ("a",), ((Point("arq", 2000, 1.0),),))
    assert_nothing_is_cut_off(drawn(chart))


def test_no_points_at_all_can_be_drawn() -> None:
    zero = Points("zero", "Zero", "It.", "lines", "seconds", ("a",), ((Point("arq", 0, 0.0),),))
    assert_nothing_is_cut_off(drawn(zero))
    assert_nothing_is_cut_off(drawn(Points("none", "None", "It.", "lines", "seconds", (), ())))
    assert_nothing_is_cut_off(drawn(Bars("none", "None", "It.", (), ())))


WORDS = st.text(st.sampled_from("abc WM<&>\"'é-_.1"), min_size=1, max_size=24)
SHARES = st.floats(0, 1)


@given(st.lists(st.tuples(WORDS, SHARES, SHARES), max_size=8), WORDS)
def test_any_bars_are_whole(rows: list[tuple[str, float, float]], title: str) -> None:
    groups = tuple(Group(label, (one, two), (f"{one:.1%}", f"{two:.1%}")) for label, one, two in rows)
    assert_nothing_is_cut_off(drawn(Bars("x", title, title, ("one", "two"), groups)))


SIZED = st.tuples(st.integers(1, 10**6), st.floats(0.01, 1000), st.floats(0.01, 1000))


@settings(max_examples=40)
@example([(66667, 1.0, 1.0)])  # a grid line at the edge
@example([(999_999, 1000.0, 0.01)])
@given(st.lists(SIZED, min_size=1, max_size=21))
def test_any_points_are_whole(rows: list[tuple[int, float, float]]) -> None:
    ours = tuple(Point(f"package-{number}", size, one) for number, (size, one, _) in enumerate(rows))
    theirs = tuple(Point(f"package-{number}", size, two) for number, (size, _, two) in enumerate(rows))
    chart = Points("x", "Title", "What.", "lines", "seconds", ("ours", "theirs"), (ours, theirs))
    assert_nothing_is_cut_off(drawn(chart))


@pytest.mark.parametrize("chart", CHARTS)
def test_the_same_numbers_give_the_same_text(chart: Chart) -> None:
    assert svg(chart) == svg(chart)


def test_no_more_than_one_digit_stands_behind_a_point() -> None:
    for chart in CHARTS:
        body = svg(chart).partition("</defs>")[2]
        assert not re.search(r'"-?\d+\.\d\d', body)
        assert '"-0"' not in body


def test_series_differ_by_shape_and_hatching() -> None:
    marks = [re.sub(r'class="m\d"', "", mark(number, 0, 0)) for number in range(SERIES)]
    assert len(set(marks)) == SERIES
    style = svg(TOOLS)
    hatchings = re.findall(r'<pattern id="(h\d)".*? d="([^"]*)"/></pattern>', style)
    assert len({stroke for _, stroke in hatchings}) == SERIES - 1
    assert all(f"fill: url(#{name})" in style for name, _ in hatchings)


def test_day_and_night_have_the_same_rules_and_a_ground_each() -> None:
    style = svg(TOOLS).partition("<style>")[2].partition("</style>")[0]
    day, _, night = style.partition("@media (prefers-color-scheme: dark)")
    selectors = re.findall(r"^  (\S.*?) \{", night, re.MULTILINE)
    assert ".card" in selectors
    assert all(f"{selector} {{" in day for selector in selectors)


def test_text_is_escaped() -> None:
    assert ">a &lt;b&gt; &amp; c</text>" in text(0, 0, "a <b> & c")


# --- labels -----------------------------------------------------------------------------------------------------------

FRAME = Box(0, 0, 400, 300)


def test_labels_keep_clear_of_each_other_and_of_what_is_taken() -> None:
    points = [(200.0 + 4 * number, 150.0 + 3 * number) for number in range(6)]
    taken = [Box(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    found = spots(FRAME, taken, [Label((point,), 60) for point in points], 14)
    everything = [*taken, *(spot.box for spot in found)]
    for number, one in enumerate(everything):
        for other in everything[max(number + 1, len(taken)) :]:
            assert one.shared(other) < 10, "a corner at most, where the next place is much further away"
    assert all(FRAME.holds(spot.box) for spot in found)


def test_a_lone_label_stands_right_beside_its_point() -> None:
    (spot,) = spots(FRAME, [], [Label(((100.0, 100.0),), 50)], 14)
    assert not spot.is_far
    assert spot.box.left > 100
    assert spot.end() == (spot.box.left, 100.0)
    assert list(spot.thread()) == []


def test_a_label_turns_away_from_the_edge_and_takes_the_freer_point() -> None:
    (edge,) = spots(FRAME, [], [Label(((395.0, 100.0),), 50)], 14)
    assert edge.box.right < 395
    (lower,) = spots(FRAME, [Box(0, 0, 400, 160)], [Label(((100.0, 100.0), (100.0, 200.0)), 50)], 14)
    assert lower.point == (100.0, 200.0)


def test_a_label_that_fits_nowhere_is_placed_all_the_same() -> None:
    (spot,) = spots(FRAME, [FRAME], [Label(((200.0, 100.0),), 50)], 14)
    assert FRAME.holds(spot.box)
