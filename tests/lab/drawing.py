"""The pieces of an SVG document: text, lines, bars and marks, and the colours they have by day and by night."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

BODY = 13.0
SMALL = 12.0
_HEADING = 17.0

# No series is told by its colour alone: each has its own hatching as a bar and its own shape as a mark.
SERIES = 5

# What an image of GitHub's pages knows of the theme is the system's wish; with a ground of its own the chart can be
# read whichever the page has.
_DAY = {
    "ground": "#ffffff",
    "edge": "#d0d7de",
    "ink": "#1f2328",
    "muted": "#57606a",
    "grid": "#e4e8ec",
    "s0": "#1f6feb",
    "s1": "#bc4c00",
    "s2": "#1a7f5a",
    "s3": "#8250df",
    "s4": "#9a6700",
}
_NIGHT = {
    "ground": "#151b23",
    "edge": "#3d444d",
    "ink": "#f0f6fc",
    "muted": "#a3adb8",
    "grid": "#2b323b",
    "s0": "#58a6ff",
    "s1": "#f0883e",
    "s2": "#3fb98a",
    "s3": "#bc8cff",
    "s4": "#d9b44a",
}
_FONTS = "-apple-system, BlinkMacSystemFont, 'Segoe UI', 'Noto Sans', Helvetica, Arial, sans-serif"


def drawing(width: float, height: float, title: str, told: str, parts: Iterable[str]) -> str:
    """A whole document. ``told`` says in words what it shows, for those who do not see it."""
    size = f'width="{_number(width)}" height="{_number(height)}" viewBox="0 0 {_number(width)} {_number(height)}"'
    head = f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title desc">'
    card = f'<rect class="card" x="0.5" y="0.5" width="{_number(width - 1)}" height="{_number(height - 1)}" rx="8"/>'
    lines = [
        head,
        f'<title id="title">{escape(title)}</title>',
        f'<desc id="desc">{escape(told)}</desc>',
        f"<style>\n{_style()}\n</style>",
        f"<defs>\n{_hatching()}\n</defs>",
        card,
        *parts,
        "</svg>",
    ]
    return "\n".join(lines) + "\n"


def width_of(words: str, size: float) -> float:
    """How wide a text will be at most, nearly: the reader's font is not known, the widest usual one is taken."""
    return sum(0.34 if letter in "ijl.,:;'|! ()" else 0.64 for letter in words) * size


def text(x: float, y: float, words: str, kind: str = "body", anchor: str = "start") -> str:
    """A line of text (``body``, ``small``, ``heading``, ``lead``); ``y`` is its base line."""
    hold = "" if anchor == "start" else f' text-anchor="{anchor}"'
    return f'<text class="{kind}" x="{_number(x)}" y="{_number(y)}"{hold}>{escape(words)}</text>'


def line(x1: float, y1: float, x2: float, y2: float, kind: str) -> str:
    """A line (``grid``, ``axis``, ``thread``)."""
    ends = f'x1="{_number(x1)}" y1="{_number(y1)}" x2="{_number(x2)}" y2="{_number(y2)}"'
    return f'<line class="{kind}" {ends}/>'


def bar(series: int, x: float, y: float, width: float, height: float) -> str:
    """A bar in the colour and hatching of a series."""
    place = f'x="{_number(x)}" y="{_number(y)}" width="{_number(width)}" height="{_number(height)}"'
    return f'<rect class="b{series % SERIES}" {place}/>'


def mark(series: int, x: float, y: float) -> str:
    """A point in the colour and shape of a series: a disc, a diamond, a square, a triangle, a cross."""
    kind = f'class="m{series % SERIES}"'
    if series % SERIES == 0:
        return f'<circle {kind} cx="{_number(x)}" cy="{_number(y)}" r="5"/>'
    corners = (
        ((0, -6), (6, 0), (0, 6), (-6, 0)),
        ((-5, -5), (5, -5), (5, 5), (-5, 5)),
        ((0, -6), (6, 5), (-6, 5)),
        ((-2, -6), (2, -6), (2, -2), (6, -2), (6, 2), (2, 2), (2, 6), (-2, 6), (-2, 2), (-6, 2), (-6, -2), (-2, -2)),
    )[series % SERIES - 1]
    places = " ".join(f"{_number(x + right)},{_number(y + down)}" for right, down in corners)
    return f'<polygon {kind} points="{places}"/>'


def path(series: int, points: Iterable[tuple[float, float]]) -> str:
    """A line through points in the colour of a series."""
    places = " ".join(f"{_number(x)},{_number(y)}" for x, y in points)
    return f'<polyline class="p{series % SERIES}" points="{places}"/>'


def _style() -> str:
    night = "\n".join(f"  {rule}" for rule in _rules(_NIGHT))
    sizes = (
        f"text {{ font-family: {_FONTS}; font-size: {_number(BODY)}px; }}",
        f".small {{ font-size: {_number(SMALL)}px; }}",
        f".heading {{ font-size: {_number(_HEADING)}px; font-weight: 600; }}",
        "line { stroke-width: 1; }",
    )
    return "\n".join([*sizes, *_rules(_DAY), "@media (prefers-color-scheme: dark) {", night, "}"])


def _rules(colours: dict[str, str]) -> list[str]:
    series = [colours[f"s{number}"] for number in range(SERIES)]
    return [
        f".card {{ fill: {colours['ground']}; stroke: {colours['edge']}; }}",
        f"text {{ fill: {colours['ink']}; }}",
        f".small, .lead {{ fill: {colours['muted']}; }}",
        # A ground behind small text keeps grid lines from striking it through.
        f".small {{ paint-order: stroke; stroke: {colours['ground']}; stroke-width: 3px; }}",
        f".grid {{ stroke: {colours['grid']}; }}",
        f".axis, .thread {{ stroke: {colours['muted']}; }}",
        ".thread { stroke-opacity: 0.45; }",
        f".b0 {{ fill: {series[0]}; stroke: {series[0]}; }}",
        *(f".b{n} {{ fill: url(#h{n}); stroke: {series[n]}; }}" for n in range(1, SERIES)),
        *(f".h{n} {{ stroke: {series[n]}; }}" for n in range(1, SERIES)),
        *(f".w{n} {{ fill: {series[n]}; fill-opacity: 0.22; }}" for n in range(1, SERIES)),
        *(f".p{n} {{ fill: none; stroke: {series[n]}; stroke-width: 1.5; }}" for n in range(SERIES)),
        *(f".m{n} {{ fill: {series[n]}; stroke: {colours['ground']}; stroke-width: 1.5; }}" for n in range(SERIES)),
    ]


def _hatching() -> str:
    strokes = ("M0 6 L6 0 M-1 1 L1 -1 M5 7 L7 5", "M3 0 V6", "M0 0 L6 6 M-1 5 L1 7 M5 -1 L7 1", "M0 3 H6")
    return "\n".join(
        f'<pattern id="h{n}" width="6" height="6" patternUnits="userSpaceOnUse">'
        f'<rect class="w{n}" width="6" height="6"/><path class="h{n}" stroke-width="1.6" fill="none" d="{stroke}"/>'
        "</pattern>"
        for n, stroke in enumerate(strokes, 1)
    )


def _number(value: float) -> str:
    """At most one digit behind the point, so that no machine's last bit is in the text."""
    return f"{round(value, 1) + 0.0:.1f}".removesuffix(".0")
