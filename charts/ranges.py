"""The headline figures of portfolios side by side, each with its range."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from charts import candidates, legend, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet

MOST = candidates.MOST
STEP = 58  # from one portfolio to the next
GAP = 22  # between figures
APART = 30
BAR = 10  # height of a range
LEAST = 0.25  # of the width: the words are shortened before the scale is


@dataclass(frozen=True, slots=True)
class Spot:
    """A figure of one portfolio and how it is told; ``low`` and ``high`` of its 90 % interval.

    NaN: it has none. ``value`` NaN: the figure is undefined, and ``words`` say why.
    """

    words: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def ends(self) -> list[float]:
        return [one for one in (self.value, self.low, self.high) if math.isfinite(one)]


@dataclass(frozen=True, slots=True)
class Row:
    """One figure, of every portfolio; each row has a scale of its own, with zero on it."""

    name: str
    spots: Sequence[Spot]


def draw(names: Sequence[str], rows: Sequence[Row], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(names, rows, title=title, subtitle=subtitle))


def compose(names: Sequence[str], rows: Sequence[Row], *, title: str, subtitle: str) -> Figure:
    """A mark for the value and a bar from end to end of its range, for three portfolios at most.

    ``names`` are as many as the spots of each row.
    """
    page = Sheet(title, subtitle)
    if not rows or not names:
        page.paragraph("Nothing was measured yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    legend.draw(page, [_sign(page, name, n) for n, name in enumerate(names[:MOST])])
    page.y += GAP
    widest = max(sheet.width(one.words, theme.SMALL) for row in rows for one in row.spots[:MOST])
    room = min(widest, (page.right - page.left) * (1 - LEAST))
    right = page.right - room - APART
    for row in rows:
        page.paragraph(row.name, theme.SMALL, bold=True, colour=theme.MUTED, most=1)
        _row(page, row, right)
        page.y += GAP
    return page.finish()


def _sign(page: Sheet, name: str, number: int) -> Sign:
    return Sign(name, lambda x, y: candidates.mark_proposal(page, x, y, number))


def _row(page: Sheet, row: Row, right: float) -> None:
    values = [end for spot in row.spots[:MOST] for end in spot.ends]
    low, high = min([0.0, *values]), max([0.0, *values])
    left, wide = page.left + candidates.SIZE / 2, right - candidates.SIZE / 2

    def at(value: float) -> float:
        share = (value - low) / (high - low) if high > low else 0.0
        return left + (wide - left) * share

    spots = row.spots[:MOST]
    height = STEP * len(spots)
    page.line((at(0.0), at(0.0)), (page.y + 6, page.y + height - 6), theme.RULE, 3)
    for number, spot in enumerate(spots):
        y = page.y + STEP * (number + 0.5)
        page.line((left, wide), (y, y), theme.TRACK, 3)
        if math.isfinite(spot.low) and math.isfinite(spot.high):
            ends = sorted((spot.low, spot.high))
            x = at(ends[0])
            colour = candidates.PROPOSED[number]
            page.box(x, y - BAR / 2, max(at(ends[1]) - x, 2.0), BAR, colour)
        if math.isfinite(spot.value):
            candidates.mark_proposal(page, at(spot.value), y, number)
        words = sheet.shorten(spot.words, page.right - right - APART + 1.0, theme.SMALL)
        page.text(right + APART, y, words, theme.SMALL)
    page.y += height
