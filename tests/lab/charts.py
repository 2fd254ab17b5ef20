"""Charts as SVG, written by hand: the same text for the same numbers, on any machine."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from tests.lab.drawing import BODY, SMALL, bar, drawing, line, mark, path, text, width_of
from tests.lab.placing import Box, Label, along, spots

_WIDTH = 760.0
_MARGIN = 24.0
_BAR = 17.0
_GAP = 16.0
_EDGE = 14.0  # half of a long number below the last grid line
_PLOT = 400.0  # the height of a plane of points
_LETTERS = 96  # of a line below the title
_LEAST = 0.001  # nothing has no logarithm
_LABEL = 0.9  # labels of points may be a little nearer to each other than others may be to an edge


@dataclass(frozen=True, slots=True)
class Group:
    """Bars that belong together, one for each series: shares of one, and what is written beside each."""

    label: str
    shares: tuple[float, ...]
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """Horizontal bars in groups. ``name`` is the file's, ``what`` says below the title what is shown."""

    name: str
    title: str
    what: str
    series: tuple[str, ...]
    groups: tuple[Group, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A labelled point of a series; points of several series with one label and one ``x`` have one label."""

    label: str
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Points:
    """Points of each series over two logarithmic axes; ``is_joined`` along each series, else those of one label."""

    name: str
    title: str
    what: str
    x_axis: str
    y_axis: str
    series: tuple[str, ...]
    points: tuple[tuple[Point, ...], ...]
    is_joined: bool = False


Chart = Bars | Points


def svg(chart: Chart) -> str:
    """A chart as an SVG document."""
    return _bars(chart) if isinstance(chart, Bars) else _points(chart)


def _heading(chart: Chart) -> tuple[list[str], float]:
    """The title, what is shown and the legend's base line."""
    parts = [text(_MARGIN, 36, chart.title, "heading")]
    y = 36.0
    for words in textwrap.wrap(chart.what, _LETTERS):
        y += 20
        parts.append(text(_MARGIN, y, words, "lead"))
    return parts, y + 30


# --- bars -------------------------------------------------------------------------------------------------------------


def _bars(chart: Bars) -> str:
    parts, legend = _heading(chart)
    top = legend + 16
    left = _MARGIN + max((width_of(group.label, BODY) for group in chart.groups), default=0) + 12
    notes = [width_of(note, SMALL) for group in chart.groups for note in group.notes]
    right = _WIDTH - _MARGIN - max(notes, default=0) - 8
    step = len(chart.series) * _BAR + _GAP
    bottom = top + len(chart.groups) * step
    parts += [*_bar_legend(chart.series, legend), *_shares(left, right, top, bottom)]
    for number, group in enumerate(chart.groups):
        parts += _group(group, left, right - left, top + number * step + _GAP / 2)
    parts.append(line(left, top, left, bottom, "axis"))
    return drawing(_WIDTH, bottom + 44, chart.title, _bars_told(chart), parts)


def _group(group: Group, left: float, room: float, top: float) -> Iterator[str]:
    yield text(left - 10, top + len(group.shares) * _BAR / 2 + BODY * 0.36, group.label, anchor="end")
    for number, (share, note) in enumerate(zip(group.shares, group.notes, strict=True)):
        y = top + number * _BAR
        yield bar(number, left, y + 2, room * share, _BAR - 4)
        yield text(left + room * share + 7, y + _BAR / 2 + SMALL * 0.36, note, "small")


def _shares(left: float, right: float, top: float, bottom: float) -> Iterator[str]:
    for share in (0, 25, 50, 75, 100):
        x = left + (right - left) * share / 100
        yield line(x, top, x, bottom, "grid")
        yield text(x, bottom + 20, f"{share}%", "small", "middle")


def _bar_legend(series: Sequence[str], y: float) -> Iterator[str]:
    for number, x, name in _side_by_side(series):
        yield bar(number, x, y - 11, 16, 12)
        yield text(x + 23, y, name)


def _side_by_side(series: Sequence[str]) -> Iterator[tuple[int, float, str]]:
    x = _MARGIN
    for number, name in enumerate(series):
        yield number, x, name
        x += 23 + width_of(name, BODY) + 20


def _bars_told(chart: Bars) -> str:
    groups = (
        f"{group.label}: {', '.join(f'{name} {note}' for name, note in zip(chart.series, group.notes, strict=True))}"
        for group in chart.groups
    )
    return f"{chart.what} {'; '.join(groups)}."


# --- points -----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Scale:
    """A logarithmic axis: what ``low`` and ``high`` are, and where they stand."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        share = math.log(max(value, self.low) / self.low) / math.log(self.high / self.low)
        return self.start + (self.end - self.start) * share

    def ticks(self) -> list[float]:
        """1, 2, 5 and their tens between the ends, the tens alone where that would be a crowd."""
        exponents = range(math.floor(math.log10(self.low)), math.ceil(math.log10(self.high)) + 1)
        found = [digit * 10.0**exponent for exponent in exponents for digit in (1, 2, 5)]
        inside = [tick for tick in found if self.low <= tick <= self.high]
        return inside if len(inside) <= 10 else [tick for tick in inside if f"{tick:e}".startswith("1.")]


def _scale(values: Sequence[float], start: float, end: float) -> _Scale:
    # Room beyond the outermost points, so that they and their labels are not on the edge.
    low, high = max(min(values, default=1), _LEAST), max(max(values, default=1), _LEAST)
    return _Scale(low / 1.5, high * 1.5, start, end)


def _points(chart: Points) -> str:
    parts, legend = _heading(chart)
    frame = Box(_MARGIN + 52, legend + 40, _WIDTH - _MARGIN - _EDGE, legend + 40 + _PLOT)
    xs = _scale([point.x for points in chart.points for point in points], frame.left, frame.right)
    ys = _scale([point.y for points in chart.points for point in points], frame.bottom, frame.top)
    places = [[(point.label, xs.at(point.x), ys.at(point.y)) for point in points] for points in chart.points]
    lines = _paths(places) if chart.is_joined else _threads(places)
    parts += [*_mark_legend(chart.series, legend), *_grid(chart, frame, xs, ys), *lines]
    parts += [mark(number, x, y) for number, points in enumerate(places) for _, x, y in points]
    parts += _labels(frame, places, list(_path_boxes(places)) if chart.is_joined else [])
    return drawing(_WIDTH, frame.bottom + 58, chart.title, _points_told(chart), parts)


def _mark_legend(series: Sequence[str], y: float) -> Iterator[str]:
    for number, x, name in _side_by_side(series):
        yield mark(number, x + 8, y - 4.5)
        yield text(x + 23, y, name)


def _grid(chart: Points, frame: Box, xs: _Scale, ys: _Scale) -> Iterator[str]:
    for tick in xs.ticks():
        yield line(xs.at(tick), frame.top, xs.at(tick), frame.bottom, "grid")
        yield text(xs.at(tick), frame.bottom + 20, _plain(tick), "small", "middle")
    for tick in ys.ticks():
        yield line(frame.left, ys.at(tick), frame.right, ys.at(tick), "grid")
        yield text(frame.left - 8, ys.at(tick) + SMALL * 0.36, _plain(tick), "small", "end")
    yield line(frame.left, frame.bottom, frame.right, frame.bottom, "axis")
    yield line(frame.left, frame.top, frame.left, frame.bottom, "axis")
    yield text((frame.left + frame.right) / 2, frame.bottom + 42, chart.x_axis, "small", "middle")
    yield text(_MARGIN, frame.top - 8, chart.y_axis, "small")


def _plain(tick: float) -> str:
    # `g` writes a million as 1e+06.
    return f"{tick:,.0f}" if tick >= 1 else f"{tick:g}"


_Places = Sequence[Sequence[tuple[str, float, float]]]


def _columns(places: _Places) -> dict[tuple[str, float], list[float]]:
    """The heights of the points that have one label and one x."""
    found: dict[tuple[str, float], list[float]] = {}
    for points in places:
        for label, x, y in points:
            found.setdefault((label, x), []).append(y)
    return found


def _threads(places: _Places) -> Iterator[str]:
    for (_, x), heights in _columns(places).items():
        if len(heights) > 1:
            yield line(x, min(heights), x, max(heights), "thread")


def _paths(places: _Places) -> Iterator[str]:
    for number, points in enumerate(places):
        yield path(number, sorted((x, y) for _, x, y in points))


def _path_boxes(places: _Places) -> Iterator[Box]:
    for points in places:
        ordered = sorted((x, y) for _, x, y in points)
        for start, end in pairwise(ordered):
            yield from along(start, end)


def _labels(frame: Box, places: _Places, taken: Sequence[Box]) -> Iterator[str]:
    """The label of each column, beside its uppermost or lowest point, from left to right."""
    columns = sorted((x, max(ys), min(ys), label) for (label, x), ys in _columns(places).items())
    marks = [Box(x - 10, y - 10, x + 10, y + 10) for points in places for _, x, y in points]
    threads = [Box(x - 1, top, x + 1, bottom) for x, bottom, top, _ in columns]
    wanted = [Label(((x, top), (x, bottom)), width_of(label, SMALL) * _LABEL) for x, bottom, top, label in columns]
    for column, spot in zip(columns, spots(frame, [*marks, *(taken or threads)], wanted, SMALL + 2), strict=True):
        if spot.is_far:
            yield line(*spot.point, *spot.end(), "thread")
        yield text(spot.box.middle[0], spot.box.bottom - 3, column[3], "small", "middle")


def _points_told(chart: Points) -> str:
    series = (
        f"{name}: {', '.join(f'{point.label} ({point.x:,g}, {point.y:,g})' for point in points)}"
        for name, points in zip(chart.series, chart.points, strict=True)
    )
    return f"{chart.what} {chart.y_axis} over {chart.x_axis}. {'; '.join(series)}."
