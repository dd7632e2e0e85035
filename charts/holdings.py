"""What is held: the share of each position in the whole, and whether it is in gain or in loss."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from matplotlib.figure import Figure

from charts import legend, numbers, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet

MOST = 15  # rows
BAR = 28
GAP = 20
BETWEEN = 36
KEY = {theme.GAIN: "in gain", theme.LOSS: "in loss", theme.NOTHING: "neither or unknown"}


@dataclass(frozen=True, slots=True)
class Holding:
    """One row. ``value`` in the portfolio's currency, negative when short, NaN when unpriced."""

    name: str
    value: float
    gain: float | None  # unrealised, over the cost: .18 is +18 %; None for cash or unknown


def draw(holdings: Sequence[Holding], *, title: str, subtitle: str, currency: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(holdings, title=title, subtitle=subtitle, currency=currency))


def compose(holdings: Sequence[Holding], *, title: str, subtitle: str, currency: str) -> Figure:
    """A bar of its weight per holding, the largest first, at most 15 and how many more.

    A weight is the value over the sum of the known values, where that sum is positive. Holdings
    without a price come last and have no weight.
    """
    page = Sheet(title, subtitle)
    priced = sorted(
        (one for one in holdings if math.isfinite(one.value)), key=lambda one: -abs(one.value)
    )
    rows = [*priced, *(one for one in holdings if not math.isfinite(one.value))]
    if not rows:
        page.paragraph("Nothing is held.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    total = math.fsum(one.value for one in priced)
    low = min([0.0, *(one.value for one in priced)])
    high = max([0.0, *(one.value for one in priced)])
    for one in rows[:MOST]:
        _row(page, one, total, currency)
        _bar(page, one, low, high)
        page.y += GAP
    _key(page, rows)
    return page.finish()


def _row(page: Sheet, one: Holding, total: float, currency: str) -> None:
    words = _words(one, total, currency)
    room = page.right - page.left - BETWEEN - sheet.width(words, theme.SMALL)
    page.y += theme.BODY * theme.LINE / 2
    name = sheet.shorten(one.name, room, theme.BODY, bold=True)
    page.text(page.left, page.y, name, theme.BODY, bold=True)
    page.text(page.right, page.y, words, theme.SMALL, side="right")
    page.y += theme.BODY * theme.LINE / 2 + 10


def _words(one: Holding, total: float, currency: str) -> str:
    if not math.isfinite(one.value):
        return "no price"
    words = [numbers.percent(one.value / total)] if total > 0 else []
    words.append(numbers.money(one.value, currency))
    if one.gain is not None and math.isfinite(one.gain):
        words.append(numbers.percent(one.gain, signed=True))
    return " · ".join(words)


def _bar(page: Sheet, one: Holding, low: float, high: float) -> None:
    length = page.right - page.left
    if not math.isfinite(one.value):
        page.box(page.left, page.y, length, BAR, theme.HATCH, hatched=True)
    elif high > low:
        page.box(page.left, page.y, length, BAR, theme.TRACK)
        zero = page.left + length * -low / (high - low)
        end = zero + length * one.value / (high - low)
        page.box(min(zero, end), page.y, max(abs(end - zero), 2), BAR, _colour(one.gain))
        if low < 0:
            page.line((zero, zero), (page.y - 6, page.y + BAR + 6), theme.MUTED, 4)
    page.y += BAR


def _colour(gain: float | None) -> str:
    if gain is None or not math.isfinite(gain):
        return theme.NOTHING
    return theme.GAIN if gain >= 0 else theme.LOSS


def _key(page: Sheet, rows: Sequence[Holding]) -> None:
    colours = {_colour(one.gain) for one in rows[:MOST] if math.isfinite(one.value)}
    signs = [Sign(label, _square(page, one)) for one, label in KEY.items() if one in colours]
    legend.draw(page, signs)
    if len(rows) > MOST:
        more = f"and {len(rows) - MOST:,} more"
        page.paragraph(more, theme.SMALL, colour=theme.MUTED, most=1)


def _square(page: Sheet, colour: str) -> Callable[[float, float], None]:
    return lambda x, y: page.box(x - BAR / 2, y - BAR / 2, BAR, BAR, colour)
