"""Trades on the line of the price: where somebody bought and sold, and what came after."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Literal

import numpy as np
from matplotlib.figure import Figure

from charts import course, field, legend, numbers, sheet, theme
from charts.field import Field
from charts.legend import Sign
from charts.placing import Box, Room
from charts.render import render
from charts.sheet import Sheet, Side
from engine.arrays import Days, Floats

MOST = 3  # panels
GAP = 30  # between panels
HEIGHTS = (660, 540, 330)  # of the field of one panel, where there are one, two, three
LABELLED = 6  # trades of a panel that are labelled and followed, at most
TICKS = 4
FAR = 3.0  # times the height of the line: a trade further off it was in other units
AIR = 0.24  # above and below the prices, of their height: triangles and words stand there
LEAST = 0.002  # from the lowest to the highest price, of the highest: less is one price
BREAK = 10  # days without a price are a gap in the line; fewer are a holiday
PLAIN = 28  # size of a triangle
MARKED = 42  # and of one of evidence
ASIDE = MARKED / 2 + 10  # of the prices from the first trade
WORDS = 420  # pixels of a line of a label, at most
LINES = 3
LEADING = 1.15
NEAR = 8  # of a label to its triangle
AWAY = (0, 36, 72, 108, 150, 200, 250, 300)  # how far off it may be put, with a line to it
ALONG = (0.0, 1.0, -1.0, 0.5, -0.5)  # of half its width: where a label stands over its triangle
FIGURE = re.compile(r"[+−][\d,.]+(%| pts?)$")  # all that is left of a label for which is no room


@dataclass(frozen=True, slots=True)
class Mark:
    """One trade. ``price`` in the units of the closes."""

    day: date
    price: float
    side: Literal["buy", "sell"]
    label: str = ""  # of evidence, the shorter the better: "sold +11%"; three short lines at most
    evidence: bool = False  # it shows the habit
    until: date | None = None  # of evidence: up to when what came after is filled


@dataclass(frozen=True, slots=True)
class PricePanel:
    """One share. ``days`` (sorted) and ``closes`` of one length; NaN: no price on that day.

    ``cost``: the average cost of what was held at the end of each day, NaN where nothing was; or
    empty, and no line is drawn.
    """

    symbol: str
    days: Sequence[date]
    closes: Sequence[float]
    marks: Sequence[Mark] = ()
    cost: Sequence[float] = ()


def draw(panels: Sequence[PricePanel], *, title: str, subtitle: str) -> bytes:
    """A PNG, 1,280 pixels wide, as high as it needs to be; see ``compose``."""
    return render(compose(panels, title=title, subtitle=subtitle))


def compose(panels: Sequence[PricePanel], *, title: str, subtitle: str) -> Figure:
    """A panel per share, three at most: closes, trades, and what came after those of evidence.

    A triangle's tip is at the price of the trade: up, below it, a purchase; down, above it, a sale.
    The first six trades of evidence of a panel are followed up to their ``until`` and labelled as
    long as there is room: who calls puts first what matters most. Trades without a price, or at
    one far off the line, are left out and counted.
    """
    page = Sheet(title, subtitle)
    shown = panels[:MOST]
    if not shown:
        page.paragraph("No trades to show yet.", theme.BODY, colour=theme.MUTED, most=1)
        return page.finish()
    drawings = [_Drawing.of(panel) for panel in shown]
    for drawing in drawings:
        drawing.draw(page, HEIGHTS[len(shown) - 1])
    legend.draw(page, _signs(page, drawings))
    left_out = sum(len(one.panel.marks) - len(one.marks) for one in drawings)
    notes = []
    if len(panels) > MOST:
        notes.append(f"and {numbers.count(len(panels) - MOST, 'shares')} more")
    if left_out:
        notes.append(f"{numbers.count(left_out, 'trades')} not drawn: no price")
    if notes:
        page.paragraph(" · ".join(notes), theme.SMALL, colour=theme.MUTED, most=2)
    return page.finish()


@dataclass(frozen=True, slots=True)
class _Drawing:
    """A panel without what cannot be drawn."""

    panel: PricePanel
    days: Days  # with a close
    closes: Floats
    marks: Sequence[Mark]
    followed: Sequence[Mark]  # of them, those that are labelled and filled
    cost_days: Days  # all days of the panel, if it has costs
    cost: Floats
    low: float  # of everything that is drawn
    high: float

    @classmethod
    def of(cls, panel: PricePanel) -> _Drawing:
        closes = course.sane(np.asarray(panel.closes, dtype=np.float64))
        known = np.isfinite(closes)
        given = [mark.price for mark in panel.marks if abs(mark.price) < numbers.LARGEST]
        base = closes[known] if known.any() else np.asarray(given)
        if not len(base):
            return cls(panel, _days([]), closes[known], (), (), _days([]), np.empty(0), 0.0, 1.0)
        low, high = float(base.min()), float(base.max())
        far = FAR * max(high - low, abs(high) / 10)
        marks = [mark for mark in panel.marks if low - far <= mark.price <= high + far]
        cost = np.asarray(panel.cost, dtype=np.float64)
        cost = np.where((cost >= low - far) & (cost <= high + far), cost, math.nan)
        drawn = [low, high, *(mark.price for mark in marks), *cost[np.isfinite(cost)]]
        return cls(
            panel,
            _days(panel.days)[known],
            closes[known],
            marks,
            [mark for mark in marks if mark.evidence][:LABELLED],
            _days(panel.days)[: len(cost)],
            cost,
            *_widened(min(drawn), max(drawn)),
        )

    def draw(self, page: Sheet, height: float) -> None:
        """The name of the share, and below it the field."""
        page.y += theme.BODY * theme.LINE / 2
        name = sheet.shorten(self.panel.symbol, page.right - page.left, theme.BODY, bold=True)
        page.text(page.left, page.y, name, theme.BODY, bold=True)
        page.y += theme.BODY * theme.LINE / 2
        if not self.marks and not len(self.closes):
            page.paragraph("No prices.", theme.SMALL, colour=theme.MUTED, most=1)
            page.y += GAP
            return
        air = AIR * (self.high - self.low)
        held = self.cost_days[np.isfinite(self.cost)]
        plane = field.over(
            np.concatenate((self.days, held, _days([mark.day for mark in self.marks]))),
            self.low - air,
            self.high + air,
        )
        labels = _price_labels(self.low, self.high)
        room = max((sheet.width(words, theme.SMALL) for words in labels.values()), default=0.0)
        plane = plane.placed(
            page.left + room + ASIDE, page.y, page.right - MARKED / 2, page.y + height
        )
        self._fill(page, plane)
        page.line((plane.left - 8, page.right), (plane.bottom, plane.bottom), theme.RULE, 3)
        field.label_values(page, plane, labels, away=ASIDE)
        ground = Room(Box(plane.left - 8, plane.top, page.right, plane.bottom - 4))
        self._lines(page, plane, ground)
        self._marks(page, plane, ground)
        page.y = field.label_days(page, plane) + GAP

    def _fill(self, page: Sheet, plane: Field) -> None:
        """What the price did after a trade of evidence, against the price of that trade."""
        for mark in self.followed:
            if mark.until is None:
                continue
            after = (self.days >= np.datetime64(mark.day)) & (
                self.days <= np.datetime64(mark.until)
            )
            if np.count_nonzero(after) > 1:
                x, y, level = (
                    plane.x(self.days[after]),
                    plane.y(self.closes[after]),
                    plane.at(mark.price),
                )
                field.wash(page, x, y, level, theme.ABOVE, theme.BELOW)

    def _lines(self, page: Sheet, plane: Field, ground: Room) -> None:
        across = plane.x(self.cost_days)
        for run in field.runs(np.isfinite(self.cost)):
            x = np.repeat(across[run], 2)[1:]
            y = np.repeat(plane.y(self.cost[run]), 2)[:-1]
            page.line(x, y, theme.MEASURED, 4)
            ground.draw(x, y)
        breaks = np.flatnonzero(np.diff(self.days).astype(np.int64) > BREAK) + 1
        for begin, end in pairwise([0, *breaks.tolist(), len(self.days)]):
            if begin == end:
                continue  # there are no closes at all
            x, y = plane.x(self.days[begin:end]), plane.y(self.closes[begin:end])
            if end - begin == 1:
                page.dot(float(x[0]), float(y[0]), 6, theme.MUTED)
            page.line(x, y, theme.MUTED, 4)
            ground.draw(x, y)

    def _marks(self, page: Sheet, plane: Field, ground: Room) -> None:
        for mark in sorted(self.marks, key=lambda mark: mark.evidence):
            x, y = _place(plane, mark)
            _triangle(page, x, y, mark.side, evidence=mark.evidence)
            ground.take(_box(x, y, mark))
        for mark in self.followed:
            figure = FIGURE.search(mark.label)
            for words in [mark.label, figure.group()] if figure else [mark.label]:
                if _label(page, ground, *_place(plane, mark), mark, words):
                    break


def _days(days: Sequence[date]) -> Days:
    return np.asarray(days, dtype="datetime64[D]")


def _widened(low: float, high: float) -> tuple[float, float]:
    """A range in which a price that never moved stands in the middle."""
    lacking = max(LEAST * max(abs(low), abs(high)), 1e-9) - (high - low)
    return low - max(lacking, 0.0) / 2, high + max(lacking, 0.0) / 2


def _place(plane: Field, mark: Mark) -> tuple[float, float]:
    return float(plane.x(_days([mark.day]))[0]), plane.at(mark.price)


def _price_labels(low: float, high: float) -> dict[float, str]:
    """A few round prices, each in as many digits as tell it from the next."""
    labels: dict[float, str] = {}
    marks = field.ticks(low, high, TICKS) or [high]
    step = marks[1] - marks[0] if len(marks) > 1 else abs(high)
    digits = max(-math.floor(math.log10(step)), 0) if step > 0 else 0
    for tick in marks:
        words = f"{tick:,.{digits}f}" if abs(tick) < 1e5 and digits <= 8 else numbers.price(tick)
        if words not in labels.values():
            labels[tick] = words.replace("-", "−")
    return labels


def _outward(side: str) -> int:
    return -1 if side == "sell" else 1  # up the page for a sale


def _triangle(page: Sheet, x: float, y: float, side: str, *, evidence: bool) -> None:
    """Its tip at ``y``."""
    size = MARKED if evidence else PLAIN
    base = y + _outward(side) * size * 0.9
    page.shape(
        [(x, y), (x - size / 2, base), (x + size / 2, base)],
        theme.STRONG if evidence else theme.MUTED,
        edge=theme.PAPER,
    )


def _box(x: float, y: float, mark: Mark) -> Box:
    size = MARKED if mark.evidence else PLAIN
    base = y + _outward(mark.side) * size * 0.9
    return Box(x - size / 2, min(y, base), x + size / 2, max(y, base)).grown(2)


def _label(page: Sheet, ground: Room, x: float, y: float, mark: Mark, words: str) -> bool:
    """The words of a trade beside its triangle, or further away with a line to it, or nowhere."""
    lines = sheet.wrap(words, [WORDS] * LINES, theme.SMALL, bold=True)
    if not lines or lines[-1].endswith("…"):
        return True
    width = max(sheet.width(line, theme.SMALL, bold=True) for line in lines)
    half = theme.SMALL * (len(lines) - 1) * LEADING / 2 + theme.SMALL * 0.68
    outward = _outward(mark.side)
    places = [(outward, y + outward * (MARKED * 0.9 + 4), away) for away in AWAY]
    places += [(-outward, y - outward * 4, away) for away in AWAY[1:]]  # beyond the line
    for outward, base, away in places:
        middle = base + outward * (NEAR + half + away)
        stalk = sorted((base, middle - outward * (half + 4)))
        line = Box(x - 3, stalk[0], x + 3, stalk[1])
        for part in ALONG:
            shift = part * max(width - MARKED, 0.0) / 2
            box = Box(x + shift - width / 2, middle - half, x + shift + width / 2, middle + half)
            if ground.is_free(box.grown(4)) and (away == 0 or ground.is_empty(line)):
                if away:
                    page.line((x, x), stalk, theme.MUTED, 3)
                    ground.take(line)
                _write(page, box, lines, shift)
                ground.take(box)
                return True
    return False


def _write(page: Sheet, box: Box, lines: Sequence[str], shift: float) -> None:
    """Flush with the side that is above or below the triangle."""
    edges: tuple[tuple[float, Side], ...] = (
        (box.left, "left"),
        ((box.left + box.right) / 2, "center"),
        (box.right, "right"),
    )
    x, side = edges[1 - int(np.sign(shift))] if len(lines) > 1 else edges[1]
    middle = (box.top + box.bottom) / 2
    for number, line in enumerate(lines):
        y = middle + theme.SMALL * LEADING * (number - (len(lines) - 1) / 2)
        page.text(x, y, line, theme.SMALL, bold=True, side=side)


def _signs(page: Sheet, drawings: Sequence[_Drawing]) -> list[Sign]:
    """Only of what is drawn."""

    def triangle(side: str, *, evidence: bool) -> Callable[[float, float], None]:
        lift = -_outward(side) * (MARKED if evidence else PLAIN) * 0.4
        return lambda x, y: _triangle(page, x, y + lift, side, evidence=evidence)

    marks = [mark for drawing in drawings for mark in drawing.marks]
    signs = [
        Sign(label, triangle(side, evidence=False))
        for side, label in (("buy", "bought"), ("sell", "sold"))
        if any(mark.side == side for mark in marks)
    ]
    if any(mark.evidence for mark in marks):
        side = next(mark.side for mark in marks if mark.evidence)
        signs.append(Sign("shows the habit", triangle(side, evidence=True)))
    if any(mark.until for drawing in drawings for mark in drawing.followed):
        signs += [
            Sign("higher after", _square(page, theme.ABOVE)),
            Sign("lower after", _square(page, theme.BELOW)),
        ]
    if any(np.isfinite(drawing.cost).any() for drawing in drawings):
        signs.append(Sign("average cost", _dash(page)))
    return signs


def _square(page: Sheet, colour: str) -> Callable[[float, float], None]:
    half = legend.SIZE / 2
    return lambda x, y: page.box(x - half, y - half, 2 * half, 2 * half, colour)


def _dash(page: Sheet) -> Callable[[float, float], None]:
    half = legend.SIZE / 2
    return lambda x, y: page.line((x - half, x + half), (y, y), theme.MEASURED, 5)
