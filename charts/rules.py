"""What rules would have done to one's own trades: money a year, and how sure that is."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

from matplotlib.figure import Figure

from charts import legend, numbers, sheet, theme
from charts.legend import Sign
from charts.render import render
from charts.sheet import Sheet

MOST = 6  # rows
TRACK = 46  # height of a row's field
DOT = 30
CAP = 14
GAP = 34
BETWEEN = 36
FARTHEST = 6  # times the median size of a result: beyond, an arrow


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule tested on past trades: ``yearly`` more money a year with it than without."""

    name: str
    yearly: float  # NaN: cannot be said
    low: float  # of its 90 % interval; NaN where there is none
    high: float
    changed: int  # trades that would have been others
    of: int


def draw(rows: Sequence[RuleRow], *, currency: str, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(rows, currency=currency, title=title, subtitle=subtitle))


def compose(rows: Sequence[RuleRow], *, currency: str, title: str, subtitle: str) -> Figure:
    """A dot with its 90 % interval per rule, about zero, the best first, six at most.

    Grey where the interval holds zero: that much may have been chance. ISO 4217 ``currency``.
    """
    page = Sheet(title, subtitle)
    ranked = sorted(rows, key=lambda row: -row.yearly if _is_known(row) else math.inf)[:MOST]
    if not ranked:
        page.paragraph("No rule was tested yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    reach = _reach(ranked)
    for row in ranked:
        _heading(page, row, currency)
        _track(page, row, reach)
        _below(page, row, currency)
        page.y += GAP
    _key(page, ranked)
    if len(rows) > MOST:
        more = f"and {len(rows) - MOST:,} more"
        page.paragraph(more, theme.SMALL, colour=theme.MUTED, most=1)
    return page.finish()


def _is_known(row: RuleRow) -> bool:
    return math.isfinite(row.yearly)


def _has_interval(row: RuleRow) -> bool:
    return _is_known(row) and math.isfinite(row.low) and math.isfinite(row.high)


def _colour(row: RuleRow) -> str:
    if row.yearly == 0 or (_has_interval(row) and row.low < 0 < row.high):
        return theme.MUTED
    return theme.GAIN if row.yearly > 0 else theme.LOSS


def _reach(rows: Sequence[RuleRow]) -> float:
    """The amount at either end of the fields; a few far away do not squeeze the rest."""
    sizes = [abs(row.yearly) for row in rows if _is_known(row)]
    ends = [abs(end) for row in rows if _has_interval(row) for end in (row.low, row.high)]
    if not sizes:
        return 1.0
    widest = max(*sizes, *ends, 1.0)
    return min(widest, FARTHEST * max(median(sizes + ends), 1.0))


def _heading(page: Sheet, row: RuleRow, currency: str) -> None:
    """The name to the left, in two lines if need be, the money to the right."""
    money = "cannot be said"
    if _is_known(row):
        money = f"{numbers.money(row.yearly, currency, signed=True)}/yr"
    room = page.right - page.left - BETWEEN - sheet.width(money, theme.BODY, bold=True)
    lines = sheet.wrap(row.name, [room] * 2, theme.BODY, bold=True) or [""]
    page.y += theme.BODY * theme.LINE / 2
    page.text(page.right, page.y, money, theme.BODY, bold=True, side="right")
    for number, line in enumerate(lines):
        page.y += theme.BODY * theme.LINE if number else 0
        page.text(page.left, page.y, line, theme.BODY, bold=True)
    page.y += theme.BODY * theme.LINE / 2 + 8


def _track(page: Sheet, row: RuleRow, reach: float) -> None:
    top, y = page.y, page.y + TRACK / 2
    page.y += TRACK
    width = page.right - page.left
    if not _is_known(row):
        page.box(page.left, top, width, TRACK, theme.HATCH, hatched=True)
        return
    page.box(page.left, top, width, TRACK, theme.TRACK)
    half = width / 2 - DOT

    def at(value: float) -> float:
        return page.left + width / 2 + half * min(max(value / reach, -1.0), 1.0)

    page.line((at(0), at(0)), (top - 6, top + TRACK + 6), theme.MUTED, 4)
    colour = _colour(row)
    if _has_interval(row):
        page.line((at(row.low), at(row.high)), (y, y), colour, 8)
        for end in (row.low, row.high):
            if abs(end) <= reach:
                page.line((at(end), at(end)), (y - CAP, y + CAP), colour, 6)
            else:
                _arrow(page, at(end), y, math.copysign(CAP, end), colour)
    if abs(row.yearly) <= reach:
        page.dot(at(row.yearly), y, DOT, colour)
    else:
        _arrow(page, at(row.yearly), y, math.copysign(DOT / 2, row.yearly), colour)


def _arrow(page: Sheet, x: float, y: float, size: float, colour: str) -> None:
    """It goes on outside the picture."""
    page.shape([(x + size, y), (x - size, y - abs(size)), (x - size, y + abs(size))], colour)


def _below(page: Sheet, row: RuleRow, currency: str) -> None:
    """How many trades it changed, and the interval, on one line if they fit."""
    trades = numbers.count(row.of, "trades")
    words = [f"changed {row.changed:,} of {trades}"]
    if _has_interval(row):
        ends = [numbers.money(end, currency, signed=True) for end in (row.low, row.high)]
        words.append(f"90%: {ends[0]} to {ends[1]}")
    page.y += 10
    widths = [sheet.width(text, theme.SMALL) for text in words]
    together = sum(widths) + BETWEEN <= page.right - page.left
    for number, text in enumerate(words):
        if number == 0 or not together:
            page.y += theme.SMALL * theme.LINE
        x, side = (page.right, "right") if number and together else (page.left, "left")
        page.text(
            x,
            page.y - theme.SMALL * theme.LINE / 2,
            sheet.shorten(text, page.right - page.left, theme.SMALL),
            theme.SMALL,
            colour=theme.MUTED,
            side="right" if side == "right" else "left",
        )


def _key(page: Sheet, rows: Sequence[RuleRow]) -> None:
    colours = {_colour(row) for row in rows if _is_known(row)}
    labels = {
        theme.GAIN: "more money",
        theme.LOSS: "less money",
        theme.MUTED: "could be chance",
    }
    signs = [Sign(words, _dot(page, one)) for one, words in labels.items() if one in colours]
    legend.draw(page, signs)
    if signs:
        page.paragraph(KEY, theme.SMALL, colour=theme.MUTED, most=2)


KEY = "Upright line: no difference. Dot: your past trades under the rule. Line: 90% interval."


def _dot(page: Sheet, colour: str) -> Callable[[float, float], None]:
    return lambda x, y: page.dot(x, y, DOT - 6, colour)
