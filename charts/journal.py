"""What followed trades, by the reason that was given: a dot each, the median and its interval."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.figure import Figure

from charts import numbers, theme
from charts.render import render
from charts.sheet import Sheet
from engine.arrays import Floats

STRIP = 104  # height of a group: dots above, its interval below them
DOT = 16
BAR = 12
TALL = 36  # of the mark of a median
GAP = 34
LEAST = 0.02  # of the scale: smaller outcomes would fill it


@dataclass(frozen=True, slots=True)
class Group:
    """Outcomes (B,) of one reason; NaN ends where there are too few for an interval."""

    name: str
    values: Floats
    median: float
    low: float
    high: float


def draw(groups: Sequence[Group], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(groups, title=title, subtitle=subtitle))


def compose(groups: Sequence[Group], *, title: str, subtitle: str) -> Figure:
    """One strip for each group on a common scale with zero on it.

    Outcomes beyond the 2nd and 98th percentile of all lie on the edge of the scale.
    """
    page = Sheet(title, subtitle)
    known = np.concatenate([one.values for one in groups]) if groups else np.empty(0)
    if not len(known):
        page.paragraph("No outcomes to show yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    low, high = _scale(known)

    def at(value: float) -> float:
        share = (min(max(value, low), high) - low) / (high - low)
        return page.left + DOT + share * (page.right - page.left - 2 * DOT)

    for group in groups:
        _strip(page, group, at)
        page.y += GAP
    _axis(page, low, high, at)
    page.y += 12
    page.paragraph(
        "Dot: one trade. Bar: the median with its 90% interval.",
        theme.SMALL,
        colour=theme.MUTED,
        most=2,
    )
    return page.finish()


def _scale(known: Floats) -> tuple[float, float]:
    low, high = np.quantile(known, [0.02, 0.98])
    return min(float(low), -LEAST), max(float(high), LEAST)


def _strip(page: Sheet, group: Group, at: Callable[[float], float]) -> None:
    page.y += theme.BODY * theme.LINE / 2
    page.text(page.left, page.y, group.name, theme.BODY, bold=True)
    told = numbers.count(len(group.values), "trades")
    if math.isfinite(group.median):
        told = f"{numbers.percent(group.median, signed=True)} · {told}"
    page.text(page.right, page.y, told, theme.BODY, side="right")
    page.y += theme.BODY * theme.LINE / 2 + 8
    middle = page.y + STRIP - TALL / 2
    page.line((at(0.0), at(0.0)), (page.y, page.y + STRIP), theme.RULE, 4)
    levels = (12.0, 32.0, 52.0)  # neighbours lie side by side, not on top of each other
    for place, value in enumerate(np.sort(group.values).tolist()):
        page.dot(at(value), page.y + levels[place % 3], DOT, theme.POSSIBLE, hollow=True)
    if math.isfinite(group.low):
        page.line((at(group.low), at(group.high)), (middle, middle), theme.STRONG, BAR)
    if math.isfinite(group.median):
        page.line(
            (at(group.median), at(group.median)),
            (middle - TALL / 2, middle + TALL / 2),
            theme.STRONG,
            BAR,
        )
    page.y += STRIP


def _axis(page: Sheet, low: float, high: float, at: Callable[[float], float]) -> None:
    page.y += theme.SMALL * theme.LINE / 2
    page.text(page.left, page.y, numbers.percent(low, signed=True), theme.SMALL)
    page.text(page.right, page.y, numbers.percent(high, signed=True), theme.SMALL, side="right")
    zero, room = at(0.0), 150
    if page.left + room < zero < page.right - room:
        page.text(zero, page.y, "0%", theme.SMALL, side="center")
    page.y += theme.SMALL * theme.LINE / 2
