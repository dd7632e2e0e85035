"""Where a few words may stand in a field that is drawn upon: fewer words rather than words on ink.

Everything is in pixels of the page, from its top left.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from engine.arrays import Floats

COLUMN = 3.0  # pixels: a line is known by its lowest and highest point in each such strip


@dataclass(frozen=True, slots=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def holds(self, other: Box) -> bool:
        return (
            self.left <= other.left
            and other.right <= self.right
            and self.top <= other.top
            and other.bottom <= self.bottom
        )

    def grown(self, by: float) -> Box:
        return Box(self.left - by, self.top - by, self.right + by, self.bottom + by)


class Room:
    """What of a rectangle is still free of lines and boxes."""

    def __init__(self, bounds: Box) -> None:
        self._bounds = bounds
        self._taken: list[Box] = []
        columns = int((bounds.right - bounds.left) / COLUMN) + 2
        self._edges = bounds.left + COLUMN * np.arange(columns + 1)
        self._lines: list[tuple[Floats, Floats]] = []

    def draw(self, x: Floats, y: Floats) -> None:
        """A line through these points, from left to right and without a gap, is in the way."""
        at = np.interp(self._edges, x, y, left=np.nan, right=np.nan)
        top, bottom = np.fmin(at[:-1], at[1:]), np.fmax(at[:-1], at[1:])
        column = np.clip((x - self._bounds.left) // COLUMN, 0, len(top) - 1).astype(np.int64)
        np.fmin.at(top, column, y)
        np.fmax.at(bottom, column, y)
        self._lines.append((top, bottom))

    def take(self, box: Box) -> None:
        self._taken.append(box)

    def is_empty(self, box: Box) -> bool:
        """Whether no other box is there; lines may be."""
        return self._bounds.holds(box) and not any(box.meets(other) for other in self._taken)

    def is_free(self, box: Box) -> bool:
        if not self.is_empty(box):
            return False
        begin = int((box.left - self._bounds.left) // COLUMN)
        strip = slice(begin, int((box.right - self._bounds.left) // COLUMN) + 1)
        return not any(
            np.any((top[strip] < box.bottom) & (bottom[strip] > box.top))
            for top, bottom in self._lines
        )
