"""Where a result came from: what each part added or took, as bars with their ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from charts import sheet, theme
from charts.render import render
from charts.sheet import Sheet

BAR = 30
GAP = 20
APART = 34  # between groups
BETWEEN = 30
CAP = 11
NOTHING = "Nothing can be told apart yet."
KEY = "Line over a bar: its 90% range."


@dataclass(frozen=True, slots=True)
class Bar:
    """``words``: how the value is told. NaN: no range; a ``value`` of NaN: the words say why."""

    name: str
    words: str
    value: float = math.nan
    low: float = math.nan
    high: float = math.nan

    @property
    def has_range(self) -> bool:
        return math.isfinite(self.low) and math.isfinite(self.high)

    @property
    def ends(self) -> list[float]:
        return [one for one in (self.value, self.low, self.high) if math.isfinite(one)]


@dataclass(frozen=True, slots=True)
class Group:
    """Bars to one scale, under one heading ("" for none)."""

    name: str
    bars: Sequence[Bar]


def draw(groups: Sequence[Group], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(groups, title=title, subtitle=subtitle))


def compose(
    groups: Sequence[Group], *, title: str, subtitle: str, together: bool = False
) -> Figure:
    """To the right what added, to the left what took. ``together``: all groups to one scale."""
    page = Sheet(title, subtitle)
    shown = [group for group in groups if group.bars]
    if not shown:
        page.paragraph(NOTHING, theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    whole = _reach([bar for group in shown for bar in group.bars])
    for number, group in enumerate(shown):
        page.y += APART if number else 0
        if group.name:
            page.paragraph(group.name, theme.SMALL, bold=True, colour=theme.MUTED, most=2)
            page.y += 8
        reach = whole if together else _reach(group.bars)
        for bar in group.bars:
            _row(page, bar)
            _bar(page, bar, *reach)
            page.y += GAP
    if any(bar.has_range for group in shown for bar in group.bars):
        page.paragraph(KEY, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


def _reach(bars: Sequence[Bar]) -> tuple[float, float]:
    values = [end for bar in bars for end in bar.ends]
    return min([0.0, *values]), max([0.0, *values])


def _row(page: Sheet, bar: Bar) -> None:
    """Name and words on one line, or on two where they are too long for that."""
    room = page.right - page.left
    page.y += theme.SMALL * theme.LINE / 2
    name = sheet.shorten(bar.name, room, theme.SMALL, bold=True)
    words = sheet.shorten(bar.words, room, theme.SMALL)
    page.text(page.left, page.y, name, theme.SMALL, bold=True)
    taken = sheet.width(name, theme.SMALL, bold=True) + BETWEEN + sheet.width(words, theme.SMALL)
    if taken > room:
        page.y += theme.SMALL * theme.LINE
    page.text(page.right, page.y, words, theme.SMALL, side="right")
    page.y += theme.SMALL * theme.LINE / 2 + 6


def _bar(page: Sheet, bar: Bar, low: float, high: float) -> None:
    length = page.right - page.left
    if not math.isfinite(bar.value):
        page.box(page.left, page.y, length, BAR, theme.HATCH, hatched=True)
    elif high > low:

        def at(value: float) -> float:
            return page.left + length * (value - low) / (high - low)

        page.box(page.left, page.y, length, BAR, theme.TRACK)
        zero, end = at(0.0), at(bar.value)
        colour = theme.GAIN if bar.value >= 0 else theme.LOSS
        page.box(min(zero, end), page.y, max(abs(end - zero), 2.0), BAR, colour)
        page.line((zero, zero), (page.y - 5, page.y + BAR + 5), theme.MUTED, 4)
        if bar.has_range:
            ends = sorted((bar.low, bar.high))
            _whisker(page, at(ends[0]), at(ends[1]), page.y + BAR / 2)
    page.y += BAR


def _whisker(page: Sheet, left: float, right: float, y: float) -> None:
    """Seen on a bar as well as beside it."""
    for colour, width in ((theme.PAPER, 10), (theme.INK, 4)):
        extra = (width - 4) / 2
        page.line((left - extra, right + extra), (y, y), colour, width)
        for x in (left, right):
            page.line((x, x), (y - CAP - extra, y + CAP + extra), colour, width)
