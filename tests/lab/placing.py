"""Labels beside points, none over another."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

_NEAR = 11.0
# Right, left, above, below, then the corners: where a reader looks for the name of a point.
_SIDES = ((1, 0), (-1, 0), (0, -1), (0, 1), (1, -1), (-1, -1), (1, 1), (-1, 1))
_RINGS = (1.0, 1.7, 2.6, 3.6, 4.8, 6.2, 8.0)


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, by its edges."""

    left: float
    top: float
    right: float
    bottom: float

    def shared(self, other: Box) -> float:
        """The area that two have in common."""
        width = min(self.right, other.right) - max(self.left, other.left)
        height = min(self.bottom, other.bottom) - max(self.top, other.top)
        return max(width, 0.0) * max(height, 0.0)

    def holds(self, other: Box) -> bool:
        is_wide = self.left <= other.left and other.right <= self.right
        return is_wide and self.top <= other.top and other.bottom <= self.bottom

    @property
    def middle(self) -> tuple[float, float]:
        return (self.left + self.right) / 2, (self.top + self.bottom) / 2


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a label stands, and where the thread from its point to it ends if it is far from there."""

    box: Box
    point: tuple[float, float]
    is_far: bool

    def end(self) -> tuple[float, float]:
        """The place of the box that is nearest to the point."""
        x, y = self.point
        return min(max(x, self.box.left), self.box.right), min(max(y, self.box.top), self.box.bottom)

    def thread(self) -> Iterator[Box]:
        """The thread as small boxes, to be kept clear of."""
        return along(self.point, self.end()) if self.is_far else iter(())


@dataclass(frozen=True, slots=True)
class Label:
    """What wants a place: so wide, at one of the points that it may stand for."""

    points: tuple[tuple[float, float], ...]
    width: float


def along(start: tuple[float, float], end: tuple[float, float]) -> Iterator[Box]:
    """A line as small boxes between its ends."""
    (x1, y1), (x2, y2) = start, end
    steps = int(math.dist(start, end) / 4)
    for step in range(1, steps):
        x, y = x1 + (x2 - x1) * step / steps, y1 + (y2 - y1) * step / steps
        yield Box(x - 2, y - 2, x + 2, y + 2)


def spots(frame: Box, taken: Iterable[Box], labels: Sequence[Label], height: float) -> list[Spot]:
    """A place for each label inside the frame, near one of its points and clear of what is taken, the labels before
    it included; where no place is clear, the one that covers the least."""
    obstacles = list(taken)
    found = []
    for label in labels:
        around = [spot for point in label.points for spot in _around(point, label.width, height)]
        best = _best([spot for spot in around if frame.holds(spot.box)], obstacles)
        obstacles += [best.box, *best.thread()]
        found.append(best)
    return found


def _best(candidates: Sequence[Spot], obstacles: Sequence[Box]) -> Spot:
    """The spot that costs the least: what it covers and how far it is; the nearest first, so that the far ones need
    not be weighed once something near is clear."""
    nearest = sorted(candidates, key=_distance)
    best, least = nearest[0], math.inf
    for spot in nearest:
        if _distance(spot) >= least:
            break
        cost = round(_covered(spot, obstacles) + _distance(spot), 3)
        if cost < least:
            best, least = spot, cost
    return best


def _distance(spot: Spot) -> float:
    return round(math.dist(spot.point, spot.end()), 3)


def _covered(spot: Spot, obstacles: Sequence[Box]) -> float:
    """Square pixels; one of them weighs as much as a pixel of distance."""
    return sum(part.shared(other) for part in (spot.box, *spot.thread()) for other in obstacles)


def _around(point: tuple[float, float], width: float, height: float) -> Iterator[Spot]:
    """The places about a point, nearest first."""
    x, y = point
    for ring in _RINGS:
        for across, down in _SIDES:
            left = x + across * (_NEAR * ring + width / 2) - width / 2
            top = y + down * (_NEAR * ring + height / 2) - height / 2
            yield Spot(Box(left, top, left + width, top + height), point, is_far=ring > _RINGS[0])
