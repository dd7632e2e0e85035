"""Every month of the past days: a row for each year, the colour by how much was earned or lost."""

from __future__ import annotations

import math
from collections.abc import Sequence

from matplotlib.figure import Figure

from charts import sheet, theme
from charts.render import render
from charts.shades import KEY, NAMES, points, shade
from charts.sheet import Sheet

MOST = 40  # years, the latest
ROW = 58
EARNED = ("#eaf3f9", "#c5dff0", "#8fc1e1", "#4a90c8")  # all pale enough for black words
LOST = ("#fcf0e5", "#fbdcc2", "#f6b988", "#e58a45")


def draw(months: Sequence[tuple[int, int, float]], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(months, title=title, subtitle=subtitle))


def compose(months: Sequence[tuple[int, int, float]], *, title: str, subtitle: str) -> Figure:
    """``months``: year, month from 1, earned (.031 is 3.1 %); in any order, 40 years at most."""
    page = Sheet(title, subtitle)
    known = {(year, month): value for year, month, value in months if math.isfinite(value)}
    if not known:
        page.paragraph("No month was tested yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    last = max(year for year, _ in known)
    first = max(min(year for year, _ in known), last - MOST + 1)
    left = page.left + sheet.width("2000", theme.SMALL) + 22
    wide = (page.right - left) / len(NAMES)
    page.y += theme.SMALL * theme.LINE / 2
    for number, name in enumerate(NAMES):
        x = left + wide * (number + 0.5)
        page.text(x, page.y, name, theme.SMALL, colour=theme.MUTED, side="center")
    page.y += theme.SMALL * theme.LINE / 2 + 4
    for year in range(first, last + 1):
        y = page.y + ROW / 2
        page.text(page.left, y, str(year), theme.SMALL, colour=theme.MUTED)
        for number in range(len(NAMES)):
            if (year, number + 1) in known:
                _cell(page, left + wide * number, wide, known[year, number + 1])
        page.y += ROW
    page.y += 20
    page.paragraph(KEY, theme.SMALL, colour=theme.MUTED, most=2)
    return page.finish()


def _cell(page: Sheet, x: float, wide: float, value: float) -> None:
    strength = shade(value)
    colour = theme.PAPER
    if strength:
        colour = (EARNED if strength > 0 else LOST)[abs(strength) - 1]
    page.box(x + 1, page.y + 1, wide - 2, ROW - 2, colour)
    words = sheet.shorten(points(value), wide, theme.SMALL)
    page.text(x + wide / 2, page.y + ROW / 2, words, theme.SMALL, side="center")
