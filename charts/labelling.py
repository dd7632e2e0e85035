"""A name beside its point: where nothing is drawn, with a line to the point where it is far."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from charts import sheet, theme
from charts.placing import Box, Room
from charts.sheet import Sheet

NEAR = 8  # from the edge of a mark to a name beside it
AWAY = (40, 75, 115, 160, 210, 270, 340)  # or so far off, with a line
TURNS = tuple(math.pi * number / 8 for number in (0, 8, 1, 7, 9, 15, 2, 6, 10, 14, 4, 12, 3, 13))
ALONG = (
    0.0,
    0.5,
    -0.5,
    0.85,
    -0.85,
)  # of half its width: where a name stands above or below something
WIDEST = 330  # pixels of a name
TALL = theme.SMALL * 0.62  # half the height of a name
STEP = 6.0  # from one small box to the next along a line


@dataclass(frozen=True, slots=True)
class Point:
    """The middle of a mark, and how far it reaches: ``radius``, and an upright line if it has one,
    from ``top`` to ``bottom``."""

    x: float
    y: float
    radius: float
    top: float = math.nan
    bottom: float = math.nan


@dataclass(frozen=True, slots=True)
class _Place:
    box: Box  # of the words
    line: tuple[float, float, float, float] | None  # to the mark: from x, y to x, y


def label(page: Sheet, ground: Room, point: Point, name: str, *, bold: bool) -> bool:
    """Whether there was room for ``name`` near it; what it takes up is taken in ``ground``."""
    words = sheet.shorten(name.strip(), WIDEST, theme.SMALL, bold=bold)
    if not words:
        return False
    half = sheet.width(words, theme.SMALL, bold=bold) / 2
    for place in _places(point, half):
        if not ground.is_free(place.box.grown(3)):
            continue
        line = _boxes(place.line)
        if all(ground.is_free(box) for box in line):
            _write(page, place, words, bold=bold)
            for box in (place.box, *line):
                ground.take(box)
            return True
    return False


def _places(point: Point, half: float) -> Iterator[_Place]:
    """The nearest first: beside the mark, at the ends of its upright line, all around."""
    near = point.radius + NEAR
    for side in (1, -1):
        yield _place(point.x + side * (near + half), point.y, half, None)
    for part in ALONG:
        for down in (-1, 1):
            yield _place(point.x + part * half, point.y + down * (near + TALL), half, None)
    for away in (0, *AWAY):
        if point.bottom > point.top:
            yield from _ends(point, half, away)
        if away:
            yield from _around(point, half, away)


def _ends(point: Point, half: float, away: float) -> Iterator[_Place]:
    for end, down in ((point.top, -1), (point.bottom, 1)):
        to = end + down * (away + NEAR)
        line = (point.x, end + down * 9, point.x, to - down * 7) if away else None
        for part in ALONG:
            yield _place(point.x + part * half, to + down * TALL, half, line)


def _around(point: Point, half: float, away: float) -> Iterator[_Place]:
    for turn in TURNS:
        across, down = math.cos(turn), math.sin(turn)
        reach = point.radius * math.sqrt(2) + away
        x, y = point.x + across * reach, point.y + down * reach
        begin = (point.radius + 5) / max(abs(across), abs(down))  # a mark takes up a square
        line = point.x + across * begin, point.y + down * begin, x - across * 7, y - down * 7
        side = min(max(across * 3, -1.0), 1.0)
        up = min(max(down * 3, -1.0), 1.0)
        for part in ALONG if abs(across) < 0.5 else (0.0,):
            shift = min(max(side + part, -1.0), 1.0)  # the line ends at the words
            yield _place(x + shift * half, y + up * TALL, half, line)


def _place(
    x: float, y: float, half: float, line: tuple[float, float, float, float] | None
) -> _Place:
    return _Place(Box(x - half, y - TALL, x + half, y + TALL), line)


def _boxes(line: tuple[float, float, float, float] | None) -> list[Box]:
    """Small boxes in a row, all along it."""
    if line is None:
        return []
    x, y, to_x, to_y = line
    steps = max(math.ceil(math.hypot(to_x - x, to_y - y) / STEP), 1)
    middles = [
        (x + (to_x - x) * number / steps, y + (to_y - y) * number / steps)
        for number in range(steps + 1)
    ]
    return [Box(across - 3, down - 3, across + 3, down + 3) for across, down in middles]


def _write(page: Sheet, place: _Place, words: str, *, bold: bool) -> None:
    if place.line is not None:
        x, y, to_x, to_y = place.line
        page.line((x, to_x), (y, to_y), theme.MUTED, 3)
    page.text(
        (place.box.left + place.box.right) / 2,
        (place.box.top + place.box.bottom) / 2,
        words,
        theme.SMALL,
        bold=bold,
        side="center",
    )
